package journeys

import (
	"net/http"
	"strings"
	"testing"
)

// A host finds somebody new on the list of those whom nobody has met, and asks two people in two presses. Both say yes,
// one of them without scripts, and talk; the host reads that they met.
func TestAHostIntroducesTwoPeople(t *testing.T) {
	t.Parallel()
	s := sharedDemo(t).settled()
	a, b := s.browse("A", tabOptions{}), s.browse("B", tabOptions{noScripts: true, width: 360})
	signUpByLetter(a, "Lindiwe Dube", "lindiwe@example.org")
	writeProfile(a, "Tables that fold", "carpentry", "bookkeeping")
	signUpByLetter(b, "Mateo Ruiz", "mateo@example.org")
	writeProfile(b, "Accounts for small shops", "bookkeeping", "carpentry")
	mateo := b.ownID()

	host := s.browse("host", tabOptions{})
	host.signIn(s.door("host"))
	lindiwe := s.welcome(a)
	form := "/introducing/new?one=" + lindiwe + "&other=" + mateo
	host.open("/introducing")
	host.shows("Lindiwe Dube") // newest, so she stands first; whom she is proposed beside depends on who else is there
	host.open(form)
	host.shows("can help Lindiwe Dube with")
	words := "One builds, one counts. Tea?"
	host.fill(`[name=words]`, words)
	host.press(`main form[action="/introducing"] button`)
	host.until("both will be asked", `location.pathname === "/introducing"`)
	host.shows("Waiting")

	sayYes(a, words, "I bring the table.")
	a.until("a yes alone opens nothing", `location.pathname === "/introductions"`)
	a.shows("You said yes")
	host.open("/introducing")
	host.shows("Waiting")
	sayYes(b, words, "")
	b.until("both said yes", conversationOpen)
	b.shows("I bring the table.")
	a.open("/introductions")
	a.open(ask[string](b, `location.pathname`))
	talk(a, b, false)
	host.open("/introducing")
	host.shows("They met")
}

// ownID is the id of the member whose own page the tab shows.
func (tb *tab) ownID() string {
	tb.t.Helper()
	return strings.TrimPrefix(ask[string](tb, `location.pathname`), "/people/")
}

// welcome lets somebody ask to join the demo host's hub, and the host welcome them. It returns their id.
func (s *server) welcome(tb *tab) string {
	s.t.Helper()
	id := tb.ownID()
	host := s.as("host")
	var today struct{ Hubs []struct{ Hub string } }
	host.mustCall(http.MethodGet, "/introducing", nil, &today)
	hub := "/hubs/" + today.Hubs[0].Hub
	tb.open(hub)
	tb.fill(`form[action="`+hub+`/join-requests"] [name=words]`, "May I?")
	tb.press(`form[action="` + hub + `/join-requests"] button`)
	var desk struct {
		Requests []struct {
			ID     string
			Member struct{ ID string }
		}
	}
	eventually(s.t, patience, "the request is on the desk", func() bool {
		host.mustCall(http.MethodGet, "/desk", nil, &desk)
		for _, r := range desk.Requests {
			if r.Member.ID == id {
				host.mustCall(http.MethodPost, "/join-requests/"+r.ID+"/answer", map[string]any{"welcome": true, "answer": "Come in."}, nil)
				return true
			}
		}
		return false
	})
	return id
}

// sayYes answers the host's proposal with these words.
func sayYes(tb *tab, words, hello string) {
	tb.t.Helper()
	tb.open("/introductions")
	tb.shows(words)
	form := `main form[action^="/brokerings/"][action$="/accept"]`
	if hello != "" {
		tb.fill(form+` [name=hello]`, hello)
	}
	tb.press(form + ` button`)
}
