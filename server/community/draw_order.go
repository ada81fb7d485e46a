package community

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// The draw, as anybody can repeat it with a hash program and no other help. Every text that is hashed begins with a line
// that says what it is, so that none of them can be taken for another. Decision 17 gives the reasons and the sources.

// The first line of what is frozen; another way of drawing would have another number.
const (
	DrawFormat         = "longtable draw 1"
	DrawFormatEligible = "longtable draw 2" // of a programme that asked for whom it is: a root over the answers is frozen too
)

// hashLines is the SHA-256 of lines that each end in a line feed, as hex.
func hashLines(lines ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n") + "\n"))
	return hex.EncodeToString(sum[:])
}

// DrawRow is one application in the public list: what its applicant finds with their code, and the tier in which it is
// drawn, 1 first. Nothing else of it is public.
type DrawRow struct {
	Row  string `json:"row"`
	Tier int    `json:"tier"`
}

// RowOf is the row of an application under the salt of its draw. codeHash is the SHA-256 of the code in small letters
// without dashes, as hex: a code has 80 random bits, so nobody finds it from its row.
func RowOf(salt, codeHash string) string {
	return hashLines("longtable row 1", salt, codeHash)[:rowLength]
}

// rowLength is how many hex digits of a row are kept: 128 bits never meet by chance.
const rowLength = 32

// CommitmentOf is what somebody shows before the list is frozen, of a value that they show afterwards.
func CommitmentOf(value string) string { return hashLines("longtable commitment 1", value) }

// ListDigest names the frozen list: who can be drawn, for how many places, and what was said about who may have one and about
// reserved places.
func (f *DrawFile) ListDigest() string {
	lines := []string{f.Format, "programme " + string(f.Programme), "places " + strconv.Itoa(f.Places), "reserved " + strconv.Itoa(f.Reserved),
		"salt " + f.Salt, "fits " + f.Fits}
	if f.Format == DrawFormatEligible {
		lines = append(lines, "eligible "+f.Eligible)
	}
	for _, r := range f.Rows {
		lines = append(lines, "row "+r.Row+" "+strconv.Itoa(r.Tier))
	}
	return hashLines(lines...)
}

// RoundDigest names a round of the draw: the frozen list, and the commitments that were there before.
func RoundDigest(list string, round int, commitments []string) string {
	lines := []string{"longtable round 1", "list " + list, "round " + strconv.Itoa(round)}
	for _, c := range commitments {
		lines = append(lines, "commitment "+c)
	}
	return hashLines(lines...)
}

// SeedOf is made from the digest of the round and every value in the order of the commitments. An empty value is one that
// was not shown in time: that it is missing is part of the seed.
func SeedOf(round string, values []string) string {
	lines := []string{"longtable seed 1", "round " + round}
	for _, v := range values {
		if v == "" {
			lines = append(lines, "withheld")
		} else {
			lines = append(lines, "value "+v)
		}
	}
	return hashLines(lines...)
}

// TicketOf decides where a row stands within its tier: small tickets first.
func TicketOf(seed, row string) string { return hashLines("longtable ticket 1", seed, row) }

// DrawOrder puts the rows in their order: by tier, and within a tier by ticket.
func DrawOrder(seed string, rows []DrawRow) []string {
	type drawn struct {
		DrawRow
		ticket string
	}
	var all []drawn
	for _, r := range rows {
		if r.Tier > 0 {
			all = append(all, drawn{r, TicketOf(seed, r.Row)})
		}
	}
	slices.SortFunc(all, func(a, b drawn) int {
		return cmp.Or(cmp.Compare(a.Tier, b.Tier), cmp.Compare(a.ticket, b.ticket), cmp.Compare(a.Row, b.Row))
	})
	order := make([]string, len(all))
	for i, d := range all {
		order[i] = d.Row
	}
	return order
}

// GivenBy is by which of two ways somebody has a place. It is told to nobody but them.
type GivenBy string

const (
	ByOrder    GivenBy = "order"    // the order alone gave it
	ByReserved GivenBy = "reserved" // a reserved place did
)

// Contender is somebody in the order, and whether reserved places are open to them.
type Contender struct {
	Row  string
	Fits bool
}

// Share gives out places along the order: first those that are open to everybody, then the reserved ones to those whom
// they fit and who have none yet, and what is left of them to everybody again. Whoever loses a place moves up exactly one
// other, so a list can be shared out again without taking anybody's place (TestGivingUpAPlaceMovesOneUp).
func Share(order []Contender, places, reserved int) map[string]GivenBy {
	reserved = max(0, min(reserved, places))
	given := map[string]GivenBy{}
	take := func(n int, way GivenBy, may func(Contender) bool) (left int) {
		for _, c := range order {
			if n == 0 {
				break
			}
			if _, has := given[c.Row]; !has && may(c) {
				given[c.Row], n = way, n-1
			}
		}
		return n
	}
	anybody := func(Contender) bool { return true }
	take(places-reserved, ByOrder, anybody)
	left := take(reserved, ByReserved, func(c Contender) bool { return c.Fits })
	take(left, ByOrder, anybody)
	return given
}
