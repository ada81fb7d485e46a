package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"longtable/server/community"
)

// bench is a room in which two members have a seat: one pays, for the other the pool does. Everything else is the same
// whoever of them it is.
type bench struct {
	*staffed
	things map[string]string
	plan   community.PlanID
	keeper community.Viewer
	lines  string // that the site logged while the two took their seats
}

func openBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{staffed: openStaffed(t)}
	b.things = b.furnish()
	b.plan = community.PlanID(b.things["/plans"])
	b.keeper = b.stranger("Xenia Keeper")
	must(t, b.AppointBookkeeper(t.Context(), b.Dana, b.Harbour, b.keeper.ID, true))
	b.keeper = b.See(t, b.keeper.ID)
	b.settle()
	return b
}

// sit lets the two take their seats over HTTP, always in the same order, and a month and a closing go by.
func (b *bench) sit(paying community.Viewer) {
	b.t.Helper()
	b.clear()
	must(b.t, b.RecordPayment(b.t.Context(), b.keeper, b.Harbour, community.PaymentDraft{Currency: "EUR", ForPool: "500", Nonce: "first"}))
	before := len(b.log.String())
	for _, v := range []community.Viewer{b.Amara, b.Binta} {
		draft := url.Values{"plan": {string(b.plan)}, "payer": {"pool"}}
		if v.ID == paying.ID {
			draft = url.Values{"plan": {string(b.plan)}, "payer": {"member"}, "fee": {"31"}, "roundUp": {"2"}}
		}
		if sent := b.page(v, "/seats", draft); sent.status != 303 {
			b.t.Fatalf("%s gets %d: %s", v.Name, sent.status, sent.body)
		}
		b.page(v, "/seat", nil)
	}
	b.settle()
	b.lines = passing.ReplaceAllString(b.log.String()[before:], "")
	b.Clock.Pass(40 * 24 * time.Hour)
	must(b.t, b.jobs.KeepPools(b.t.Context()))
	b.settle()
}

// passing is what differs between two log lines of the same request.
var passing = regexp.MustCompile(`(time|request|took)=\S+`)

// clear takes all seats and books away and turns the clock back.
func (b *bench) clear() {
	b.t.Helper()
	ctx := b.t.Context()
	seats, err := b.PlanSeats.Of(ctx, b.Amara.ID)
	must(b.t, err)
	more, err := b.PlanSeats.Of(ctx, b.Binta.ID)
	must(b.t, err)
	for _, s := range append(seats, more...) {
		must(b.t, b.PlanSeats.Delete(ctx, s.ID))
		must(b.t, b.Dues.Delete(ctx, community.DuesID(s.ID)))
	}
	for p, err := range b.Pools.Each(ctx) {
		must(b.t, err)
		for from := int64(1); ; {
			found, err := b.Ledger.From(ctx, p.ID, from, 100)
			must(b.t, err)
			if len(found) == 0 {
				break
			}
			for _, e := range found {
				must(b.t, b.Ledger.Delete(ctx, e.ID))
			}
		}
		closings, _, err := b.Closings.Of(ctx, p.ID, community.Page{Limit: 100})
		must(b.t, err)
		for _, c := range closings {
			must(b.t, b.Closings.Delete(ctx, c.ID))
		}
		must(b.t, b.Pools.Delete(ctx, p.ID))
	}
	b.settle()
	b.Clock.Pass(time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC).Sub(b.Clock.Now()))
}

// others are everybody but the two and the bookkeeper.
func (b *bench) others(all bool) []community.Viewer {
	some := []community.Viewer{b.Dana, b.Chen}
	if all {
		some = append(some, b.Esra, b.Farid, b.Noor, community.Viewer{})
	}
	return some
}

// seen is every page and list that somebody sees, of the two among them.
func (b *bench) seen(v community.Viewer) map[string]string {
	b.t.Helper()
	b.things["/people"] = string(b.Amara.ID)
	album := b.album(v, b.things, "/metrics")
	harbour := "/hubs/" + string(b.Harbour)
	maps.Copy(album, b.look(v, []string{"/people/" + string(b.Binta.ID), harbour + "/seats?limit=1", harbour + "/books/" + string(b.Amara.ID),
		harbour + "/books/" + string(b.Binta.ID), "/export?as=file", "/people?q=binta", "/people?hub=" + string(b.Harbour)}))
	for path, text := range album {
		album[path] = exportedAt.ReplaceAllString(text, "")
	}
	return album
}

// exportedAt is the moment at which a session began, or an export was made, by the clock of the machine.
var exportedAt = regexp.MustCompile(`"(createdAt|seenAt|madeAt)":"[^"]*"`)

// differences are the addresses where two albums differ.
func differences(one, other map[string]string) (paths []string) {
	for path := range one {
		if one[path] != other[path] {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// compareSeats holds everything that others see while Amara pays and the pool pays for Binta against the same the other
// way round, byte by byte.
func compareSeats(t *testing.T, all bool) (compared int, different []string) {
	t.Helper()
	b := openBench(t)
	albums, shapes, lines := []map[community.MemberID]map[string]string{}, []string{}, []string{}
	var books []string
	for _, paying := range []community.Viewer{b.Amara, b.Amara, b.Binta} { // the first time is for what only a first look changes
		b.sit(paying)
		of := map[community.MemberID]map[string]string{}
		for _, v := range b.others(all) {
			of[v.ID] = b.seen(v)
		}
		albums, lines, shapes = append(albums, of), append(lines, b.lines), append(shapes, b.shapes())
		books = append(books, string(b.json(b.keeper, "/hubs/"+string(b.Harbour)+"/books").body))
	}
	for _, v := range b.others(all) {
		compared += len(albums[1][v.ID])
		for _, path := range differences(albums[1][v.ID], albums[2][v.ID]) {
			different = append(different, v.Name+" at "+path)
		}
	}
	if lines[1] != lines[2] {
		different = append(different, "the log: "+lines[1]+" and "+lines[2])
	}
	if shapes[1] != shapes[2] {
		different = append(different, "the documents: "+shapes[1]+" and "+shapes[2])
	}
	if books[1] == books[2] || !strings.Contains(lines[1], "/seats") {
		t.Error("the bookkeeper can't tell either, or nothing was logged, so this test means nothing")
	}
	different = append(different, b.plantDifferences(albums[2])...)
	return compared, different
}

// shapes are the seats as they lie in the store, without the two ids.
func (b *bench) shapes() string {
	var all []string
	for _, v := range []community.Viewer{b.Amara, b.Binta} {
		seats, err := b.PlanSeats.Of(b.t.Context(), v.ID)
		must(b.t, err)
		text, err := json.Marshal(seats)
		must(b.t, err)
		all = append(all, strings.ReplaceAll(string(text), string(v.ID), "one of the two"))
	}
	if len(slices.Compact(all)) != 1 {
		b.t.Errorf("the two seats differ: %q", all)
	}
	return all[0]
}

// plantDifferences damages the seat that the pool pays for, and tells which damage a host does not see.
func (b *bench) plantDifferences(whole map[community.MemberID]map[string]string) (unseen []string) {
	b.t.Helper()
	ctx, id := b.t.Context(), community.PlanSeatID(string(b.Harbour)+"~"+string(b.Amara.ID))
	seat, err := b.PlanSeats.Get(ctx, id)
	must(b.t, err)
	for what, damage := range map[string]func(*community.PlanSeat){
		"another day of beginning": func(s *community.PlanSeat) { s.Since += 86_400_000 },
		"an earlier end":           func(s *community.PlanSeat) { s.Until = s.Since },
	} {
		_, err := b.PlanSeats.Change(ctx, id, func(s *community.PlanSeat) error { damage(s); return nil })
		must(b.t, err)
		if len(differences(whole[b.Dana.ID], b.seen(b.Dana))) == 0 {
			unseen = append(unseen, "a planted difference is not seen: "+what)
		}
		_, err = b.PlanSeats.Change(ctx, id, func(s *community.PlanSeat) error { s.Since, s.Until = seat.Since, seat.Until; return nil })
		must(b.t, err)
	}
	return unseen
}

var (
	anyID   = regexp.MustCompile(`\b[0-9a-hjkmnp-tv-z]{16}\b`)
	anyCode = regexp.MustCompile(`[0-9A-Za-z_-]{10,}`)
)

// unnamed are the words of an answer without what chance made, in an order that does not depend on it either.
func unnamed(text string) string {
	text = anyCode.ReplaceAllStringFunc(anyID.ReplaceAllString(text, "#"), func(code string) string {
		if strings.ContainsAny(code, "0123456789-") {
			return "#"
		}
		return code
	})
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(`"{}[],: `, r) })
	slices.Sort(words)
	return strings.Join(words, " ")
}

// actsOf are the answers to every act that somebody may try, in a room of its own.
func actsOf(t *testing.T, role int, amaraPays bool) map[string]string {
	t.Helper()
	b := openBench(t)
	paying := b.Binta
	if amaraPays {
		paying = b.Amara
	}
	b.sit(paying)
	session, answers := b.signIn(roles[role].who(b.room)), map[string]string{}
	b.things["/people"] = string(b.Amara.ID)
	for _, route := range inOrder(routes()) {
		if route.Method != "POST" {
			continue
		}
		c := sample(route, b.things, session)
		got := b.do(c)
		answers[route.Path] = fmt.Sprint(got.status, " ", unnamed(got.header.Get("Location")), "\n", unnamed(string(got.body)))
	}
	return answers
}

func TestWhoPaysForASeatIsSeenByNobodyElse(t *testing.T) {
	t.Parallel()
	compared, different := compareSeats(t, false)
	for _, d := range different {
		t.Errorf("differs: %.400s", d)
	}
	if compared < 200 {
		t.Errorf("only %d answers were compared", compared)
	}
	const host = 5
	one, other := actsOf(t, host, true), actsOf(t, host, false)
	for _, path := range differences(one, other) {
		t.Errorf("an act of a host is answered otherwise: %s: %s and %s", path, one[path], other[path])
	}
}

// TestProveProgrammesSeats compares every answer of every route as every role but the two and the bookkeeper.
func TestProveProgrammesSeats(t *testing.T) {
	if os.Getenv("LONGTABLE_PROVE") == "" {
		t.Skip("a long proof; LONGTABLE_PROVE=1 switches it on")
	}
	compared, different := compareSeats(t, true)
	for role, r := range roles {
		if r.name == "member" {
			continue // one of the two
		}
		one, other := actsOf(t, role, true), actsOf(t, role, false)
		compared += len(one)
		for _, path := range differences(one, other) {
			different = append(different, r.name+" acts at "+path)
		}
	}
	fmt.Printf("figure programmes-seats-compared %d answers bar 1500\n", compared)
	fmt.Printf("figure programmes-seats-different %d answers bar 0\n", len(different))
	for _, d := range different {
		t.Errorf("differs: %.400s", d)
	}
	if compared < 1500 {
		t.Errorf("only %d answers were compared", compared)
	}
}

func TestASeatIsTakenRenewedAndGivenBackWithoutScripts(t *testing.T) {
	r := openRoom(t)
	things := r.furnish()
	form := r.page(r.Binta, "/seat", nil)
	if !form.says(`name="plan"`) || !form.says(`name="payer"`) || !form.says("€") {
		t.Fatalf("Binta has no form: %s", form.body)
	}
	back := r.page(r.Binta, "/seats", url.Values{"plan": {things["/plans"]}, "payer": {"member"}, "fee": {"7"}})
	if back.status != 422 || !back.says(`value="7"`) || !back.says("€10") {
		t.Errorf("a fee below the scale gives %d", back.status)
	}
	if sent := r.page(r.Binta, "/seats", url.Values{"plan": {things["/plans"]}, "payer": {"member"}, "fee": {"12.50"}}); sent.status != 303 {
		t.Fatalf("taking a seat gives %d: %s", sent.status, sent.body)
	}
	if own := r.page(r.Binta, "/seat", nil); !own.says("12.50") || !own.says("is to be paid") {
		t.Errorf("she reads %s", own.body)
	}
	if page := r.page(r.Amara, "/people/"+string(r.Binta.ID), nil); !page.says("Has a seat at the hub") {
		t.Error("others do not see that she has a seat")
	}
	if gone := r.page(r.Binta, "/seats/"+things["/hubs"]+"~"+string(r.Binta.ID)+"/delete", url.Values{}); gone.status != 303 {
		t.Errorf("giving it back gives %d", gone.status)
	}
	if own := r.page(r.Binta, "/seat", nil); !own.says("You have no seat") {
		t.Errorf("afterwards she reads %s", own.body)
	}
}

func TestABookkeeperRecordsPaymentsAndUndoesThem(t *testing.T) {
	r := openRoom(t)
	r.furnish()
	must(t, r.AppointBookkeeper(t.Context(), r.Dana, r.Harbour, r.Noor.ID, true))
	r.Noor = r.See(t, r.Noor.ID)
	hub := "/hubs/" + string(r.Harbour)
	if page := r.page(r.Noor, hub+"/books", nil); !page.says("Amara Okafor") || !page.says("12.00") {
		t.Fatalf("the bookkeeper reads %s", page.body)
	}
	sent := r.page(r.Noor, hub+"/payments", url.Values{"currency": {"EUR"}, "member": {string(r.Amara.ID)}, "fee": {"12"}, "forPool": {"3"}, "nonce": {"n1"}, "note": {"In cash"}})
	if sent.status != 303 {
		t.Fatalf("a payment gives %d: %s", sent.status, sent.body)
	}
	if page := r.page(r.Noor, hub+"/books/"+string(r.Amara.ID), nil); !page.says("Nothing is to be paid") || !page.says("3.00") {
		t.Errorf("Amara's account is %s", page.body)
	}
	back := r.page(r.Noor, hub+"/entries/2/reversal", url.Values{"currency": {"EUR"}, "note": {""}})
	if back.status != 422 || !back.says("Please fill this in") {
		t.Errorf("without a reason it gives %d", back.status)
	}
	if sent := r.page(r.Noor, hub+"/entries/2/reversal", url.Values{"currency": {"EUR"}, "note": {"Counted wrongly"}}); sent.status != 303 {
		t.Errorf("undoing gives %d", sent.status)
	}
	if page := r.page(r.Noor, hub+"/books", nil); !page.says("undoes") || !page.says("Counted wrongly") {
		t.Errorf("afterwards the books are %s", page.body)
	}
}
