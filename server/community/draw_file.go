package community

import (
	"cmp"
	"fmt"
	"slices"
)

// DrawFile is the public record of a draw. Anybody can read it, and find every hash in it again.
type DrawFile struct {
	Format    string      `json:"format"`
	Programme ProgrammeID `json:"programme"`
	Places    int         `json:"places"`
	Reserved  int         `json:"reserved"` // of these
	Salt      string      `json:"salt"`
	Fits      string      `json:"fits"`               // root over what reserved places are open to, one hidden leaf for each row
	Eligible  string      `json:"eligible,omitempty"` // likewise over who may have a place; empty where nobody was asked
	Rows      []DrawRow   `json:"rows"`               // by row, so that their order tells nothing
	List      string      `json:"list"`               // digest of all of the above
	Rounds    []DrawRound `json:"rounds"`
	Seed      string      `json:"seed,omitempty"`   // of the last round
	Order     []string    `json:"order,omitempty"`  // all rows in the order drawn
	Result    string      `json:"result,omitempty"` // root over what became of each row, one hidden leaf for each
}

// DrawRound is one time of committing and showing.
type DrawRound struct {
	Number      int      `json:"number"`
	Commitments []string `json:"commitments"`      // in the order in which they were made; the program's own is the last
	Digest      string   `json:"digest"`           // of list, number and commitments
	Values      []string `json:"values,omitempty"` // as shown; empty for one that was withheld
	Void        bool     `json:"void,omitempty"`   // fewer than two people showed theirs, so another round followed
}

// Check replays the draw: every digest, every commitment and the order.
func (f *DrawFile) Check() error {
	if f.Format != DrawFormat && f.Format != DrawFormatEligible {
		return fmt.Errorf("community: this file is of the form %q; this program replays %q and %q", f.Format, DrawFormat, DrawFormatEligible)
	}
	if (f.Eligible != "") != (f.Format == DrawFormatEligible) {
		return fmt.Errorf("community: a file of the form %q has a root over who may have a place, and no other has; take the file anew from the programme's page", DrawFormatEligible)
	}
	if !slices.IsSortedFunc(f.Rows, func(a, b DrawRow) int { return cmp.Compare(a.Row, b.Row) }) {
		return fmt.Errorf("community: the rows are not in their order; take the file anew from the programme's page")
	}
	if got := f.ListDigest(); got != f.List {
		return fmt.Errorf("community: the list was changed after it was frozen: its digest is %s, the file says %s", got, f.List)
	}
	for i, r := range f.Rounds {
		if err := r.check(f.List, i+1); err != nil {
			return err
		}
		if r.Void != (i < len(f.Rounds)-1) && f.Seed != "" {
			return fmt.Errorf("community: round %d: only the last round decides, and each before it must be void", r.Number)
		}
	}
	return f.checkOrder()
}

func (f *DrawFile) checkOrder() error {
	if f.Seed == "" {
		return nil // not drawn yet
	}
	if len(f.Rounds) == 0 {
		return fmt.Errorf("community: there is a seed without a round that it was made in")
	}
	last := f.Rounds[len(f.Rounds)-1]
	if last.shown() < CommittersMin {
		return fmt.Errorf("community: round %d: %d people showed their values, and a draw needs %d", last.Number, last.shown(), CommittersMin)
	}
	if got := SeedOf(last.Digest, last.Values); got != f.Seed {
		return fmt.Errorf("community: the values of the round make the seed %s, the file says %s", got, f.Seed)
	}
	if !slices.Equal(DrawOrder(f.Seed, f.Rows), f.Order) {
		return fmt.Errorf("community: the seed gives another order than the file")
	}
	return nil
}

func (r *DrawRound) check(list string, number int) error {
	if r.Number != number {
		return fmt.Errorf("community: round %d stands where round %d should", r.Number, number)
	}
	if got := RoundDigest(list, r.Number, r.Commitments); got != r.Digest {
		return fmt.Errorf("community: round %d: commitments were changed after the list was frozen: their digest is %s, the file says %s", r.Number, got, r.Digest)
	}
	if len(r.Values) == 0 {
		return nil // nothing shown yet
	}
	if len(r.Values) != len(r.Commitments) || r.Values[len(r.Values)-1] == "" && !r.Void {
		return fmt.Errorf("community: round %d: values are missing; the program's own, the last, may never be withheld", r.Number)
	}
	for i, v := range r.Values {
		if v != "" && CommitmentOf(v) != r.Commitments[i] {
			return fmt.Errorf("community: round %d: value %d is another than the one that was committed to", r.Number, i+1)
		}
	}
	return nil
}

// shown counts the people who showed their value, without the program's own.
func (r *DrawRound) shown() int {
	n := 0
	for i := range max(0, len(r.Values)-1) {
		if r.Values[i] != "" {
			n++
		}
	}
	return n
}

// Find looks for the row of a code; its place in the order begins with 1, and is 0 before the draw.
func (f *DrawFile) Find(code string) (row string, place int, found bool) {
	row = RowOf(f.Salt, hashCode(code))
	_, found = slices.BinarySearchFunc(f.Rows, row, func(r DrawRow, row string) int { return cmp.Compare(r.Row, row) })
	return row, slices.Index(f.Order, row) + 1, found
}
