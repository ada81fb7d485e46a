package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"longtable/server/community"
)

func TestTheNetworkReadsItsAgreementAndItsStewardsWriteItDown(t *testing.T) {
	r := openRoom(t)
	path := "/agreement"
	if before := r.page(r.Amara, path, nil); !before.says("at least 90%") && !before.says("at least \u206890%") || before.says(`name="percent"`) {
		t.Errorf("a member sees %s", before.body)
	}
	if form := r.page(r.Farid, path, nil); !form.says(`name="percent"`) {
		t.Error("a steward has no form")
	}
	sent := r.page(r.Farid, path, url.Values{"percent": {"20"}, "reason": {"We are many and want to be seen."}, "after": {"0"}})
	if sent.status != http.StatusSeeOther || sent.header.Get("Location") != path {
		t.Fatalf("agreeing gives %d: %s", sent.status, sent.body)
	}
	after := r.page(r.Amara, path, nil)
	if !after.says("We are many and want to be seen.") || !after.says("80%") || !after.says("Farid Haddad") {
		t.Errorf("afterwards a member reads %s", after.body)
	}
	if hub := r.page(r.Dana, "/hubs/"+string(r.Harbour)+"/agreement", nil); hub.says("We are many") || !hub.says("80%") || hub.says(`name="percent"`) {
		t.Error("the hub has the network's versions, or not its rules, or a form that goes round a vote")
	}
}

// Whatever is typed, the form comes back with a clear sentence and all that was typed.
func TestARefusedAgreementLosesNothing(t *testing.T) {
	r := openRoom(t)
	for _, typed := range []string{"NaN", "1e400", "-0.1", "0.5001", "", "ten", "51"} {
		back := r.page(r.Farid, "/agreement", url.Values{"percent": {typed}, "reason": {"We voted on Monday."}, "after": {"0"}})
		if back.status != http.StatusUnprocessableEntity && back.status != http.StatusBadRequest {
			t.Errorf("%q gives %d", typed, back.status)
		}
		if !back.says("Enter a whole number from 0 to") || !back.says("We voted on Monday.") || !back.says(`value="`+typed+`"`) {
			t.Errorf("%q comes back as %s", typed, back.body)
		}
	}
	if all := r.json(r.Farid, "/agreement"); !all.says(`"items":[]`) {
		t.Errorf("something was agreed on: %s", all.body)
	}
}

// Who was second reads what the first put into force, keeps what they typed, and may still follow it.
func TestWhoAgreesSecondReadsTheFirst(t *testing.T) {
	r := openRoom(t)
	must(t, errOf(r.Agree(t.Context(), r.Farid, community.NetworkScope, community.AgreementDraft{Percent: "5", Reason: "The first of two."})))
	back := r.page(r.Farid, "/agreement", url.Values{"percent": {"7"}, "reason": {"The second of two."}, "after": {"0"}})
	if back.status != http.StatusConflict || !back.says("The first of two.") || !back.says("The second of two.") || !back.says(`name="after" value="1"`) {
		t.Errorf("it gives %d: %s", back.status, back.body)
	}
	if again := r.page(r.Farid, "/agreement", url.Values{"percent": {"7"}, "reason": {"The second of two."}, "after": {"1"}}); again.status != http.StatusSeeOther {
		t.Errorf("following it gives %d", again.status)
	}
}

func errOf[T any](_ T, err error) error { return err }

func TestPeopleAreToldHowTheyAreShown(t *testing.T) {
	r := openRoom(t)
	must(t, r.LoadMatches(t.Context()))
	must(t, errOf(r.TakeTurns(t.Context())))
	if first := r.page(r.Noor, "/matches/how-you-are-shown", nil); !first.says("Nothing has been counted yet") || !first.says("You wrote nothing that you offer") {
		t.Errorf("before the first night: %s", first.body)
	}
	readers := []community.Viewer{r.Amara, r.Chen, r.Dana, r.Esra, r.Noor, r.Farid}
	for range 3 {
		for _, v := range readers {
			r.json(v, "/matches")
		}
		r.Clock.Pass(24 * time.Hour)
		must(t, errOf(r.TakeTurns(t.Context())))
	}
	page := r.page(r.Binta, "/matches/how-you-are-shown", nil)
	if !page.says("You stood in about") || !page.says("90%") || page.says("You wrote nothing that you offer") {
		t.Errorf("Binta reads %s", page.body)
	}
	for _, v := range readers {
		if page.says(string(v.ID)) || page.says(v.Name) {
			t.Errorf("Binta learns that %s looked", v.Name)
		}
	}
	if data := r.json(r.Binta, "/matches/how-you-are-shown"); !data.says(`"days":3`) || !data.says(`"lists":15`) && !data.says(`"lists":20`) {
		t.Errorf("a program is told %s", data.body)
	}
}

func TestPeopleAreToldThatTheirWeekIsFull(t *testing.T) {
	r := openRoom(t)
	must(t, r.LoadMatches(t.Context()))
	must(t, errOf(r.Members.Change(t.Context(), r.Binta.ID, func(m *community.Member) error { m.RoomInWeek = 1; return nil })))
	must(t, errOf(r.AskIntroduction(t.Context(), r.Amara, r.Binta.ID, "Tea?")))
	if page := r.page(r.Binta, "/matches/how-you-are-shown", nil); !page.says("you are passed over for now") {
		t.Errorf("she reads %s", page.body)
	}
}

func TestPeopleStepOutOfMatchingAndBackIn(t *testing.T) {
	r := openRoom(t)
	must(t, r.LoadMatches(t.Context()))
	for _, wanted := range []string{"false", "true"} {
		sent := r.page(r.Binta, "/matches/how-you-are-shown", url.Values{"proposed": {wanted}})
		if sent.status != http.StatusSeeOther {
			t.Fatalf("choosing %s gives %d", wanted, sent.status)
		}
		if list := r.json(r.Chen, "/matches"); list.says(string(r.Binta.ID)) != (wanted == "true") {
			t.Errorf("having chosen %s, Chen's list is %s", wanted, list.body)
		}
	}
}

func TestMatchesSayWhatEveryListKeepsAndOfNobodyWhy(t *testing.T) {
	r := openRoom(t)
	must(t, r.LoadMatches(t.Context()))
	page, data := r.page(r.Amara, "/matches", nil), r.json(r.Amara, "/matches")
	if !page.says("take turns, so that everybody gets seen") || !page.says("/matches/how-you-are-shown") {
		t.Error("the list does not say how it is made")
	}
	for _, inner := range []string{"score", "boost", "lambda", "kept", "points", "impact", "due"} {
		if strings.Contains(strings.ToLower(string(data.body)), `"`+inner) {
			t.Errorf("a program is told of %s: %s", inner, data.body)
		}
	}
}

// The page comes although its list can't be shared out, or remembered.
func TestAListComesWithoutTurnsAndWithoutMemory(t *testing.T) {
	r := openRoom(t)
	must(t, r.LoadMatches(t.Context()))
	want := r.json(r.Amara, "/matches")
	r.Network.Showings = forgetful{r.Network.Showings}
	r.Clock.Pass(24 * time.Hour)
	if got := r.json(r.Amara, "/matches"); got.status != http.StatusOK || len(got.body) != len(want.body) {
		t.Errorf("it gives %d: %s", got.status, got.body)
	}
	if home := r.page(r.Amara, "/", nil); home.status != http.StatusOK {
		t.Errorf("the front page gives %d", home.status)
	}
}

// forgetful can't keep anything.
type forgetful struct{ community.Showings }

func (forgetful) Add(context.Context, *community.Showing) error { return errors.New("disk full") }
