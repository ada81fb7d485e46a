package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"longtable/server/community"
)

func (r *room) introducing(session string) introducingData {
	r.t.Helper()
	return read[introducingData](r.t, r.do(call{"GET", "/introducing", session, nil, nil}))
}

func TestAHostFindsWhoHasMetNobodyAndAsksBothInTwoPresses(t *testing.T) {
	r := openRoom(t)
	must(t, r.LoadMatches(t.Context()))
	dana := r.signIn(r.Dana)
	today := r.introducing(dana).Hubs
	if len(today) != 1 || today[0].Hub != r.Harbour || len(today[0].Bridges) != 1 {
		t.Fatalf("the host finds %+v", today)
	}
	page := string(r.do(call{"GET", "/introducing", dana, nil, asPage}).body)
	form := introducingForm(r.Amara.ID, r.Chen.ID)
	for _, want := range []string{"Amara Okafor", "has met nobody yet", `href="` + strings.ReplaceAll(form, "&", "&amp;") + `"`, "Chen Wei can help Amara Okafor with: bookkeeping"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	asking := string(r.do(call{"GET", form, dana, nil, asPage}).body)
	if !strings.Contains(asking, `name="one" value="`+string(r.Amara.ID)+`"`) {
		t.Errorf("the form is %s", asking)
	}
	back := r.do(call{"POST", "/introducing", dana, url.Values{"one": {string(r.Amara.ID)}, "other": {string(r.Chen.ID)}, "words": {""}}, asPage})
	if back.status != http.StatusUnprocessableEntity || !strings.Contains(string(back.body), "Chen Wei") {
		t.Errorf("without words it comes back as %d", back.status)
	}
	sent := r.do(call{"POST", "/introducing", dana, url.Values{"one": {string(r.Amara.ID)}, "other": {string(r.Chen.ID)}, "words": {"You mend, you count."}}, asPage})
	if sent.header.Get("Location") != "/introducing" {
		t.Fatalf("asking gives %d to %q", sent.status, sent.header.Get("Location"))
	}
	proposed := r.introducing(dana).Proposed.Items
	if len(proposed) != 1 || proposed[0].Met || proposed[0].Words != "You mend, you count." {
		t.Errorf("the host sees %+v", proposed)
	}
}

// Everybody answers alone: what the host and the other are shown stays the same to the letter, whatever the one says,
// until both have said yes.
func TestAHostSeesWaitingOrMetAndNothingElse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		amara, chen string
		met         bool
	}{
		"a no":       {"pass", "", false},
		"a yes":      {"accept", "", false},
		"two noes":   {"pass", "pass", false},
		"yes and no": {"accept", "pass", false},
		"no and yes": {"pass", "accept", false},
		"two yeses":  {"accept", "accept", true},
	} {
		t.Run(name, func(t *testing.T) {
			r := openRoom(t)
			must(t, r.LoadMatches(t.Context()))
			dana, amara, chen := r.signIn(r.Dana), r.signIn(r.Amara), r.signIn(r.Chen)
			made := read[proposedMeet](t, r.do(call{"POST", "/introducing", dana, introducingBody{r.Amara.ID, r.Chen.ID, "You mend, you count."}, nil}))
			see := func(session string, paths ...string) (all string) {
				t.Helper()
				for _, path := range paths {
					for _, header := range []map[string]string{nil, asPage} {
						all += differing.ReplaceAllString(string(r.do(call{"GET", path, session, nil, header}).body), "$1")
					}
				}
				return all
			}
			hosts := []string{"/introducing", "/desk", "/people/" + string(r.Amara.ID), "/people/" + string(r.Chen.ID)}
			theirs := []string{"/introductions", "/conversations", "/notices", "/matches", "/people/" + string(r.Amara.ID)}
			host, other := see(dana, hosts...), see(chen, theirs...)
			path := "/brokerings/" + string(made.ID) + "/"
			answer := func(session, what string) reply {
				if what == "" {
					return reply{}
				}
				var body any
				if what == "accept" {
					body = helloBody{"Hello there."}
				}
				return r.do(call{"POST", path + what, session, body, nil})
			}
			if got := answer(amara, c.amara); got.status >= 300 {
				t.Fatalf("Amara's answer gives %d %s", got.status, got.body)
			}
			if now := see(chen, theirs...); now != other {
				t.Errorf("Chen sees Amara's answer: %s, not %s", now, other)
			}
			if got := answer(chen, c.chen); got.status >= 300 {
				t.Fatalf("Chen's answer gives %d %s", got.status, got.body)
			}
			if now := see(dana, hosts...); (now == host) == c.met {
				t.Errorf("met %v, and the host sees %s, before %s", c.met, now, host)
			}
			if met := r.introducing(dana).Proposed.Items[0].Met; met != c.met {
				t.Errorf("met is %v", met)
			}
			if c.met {
				talk := string(community.PairID[community.ConversationID](r.Amara.ID, r.Chen.ID))
				if got := string(r.do(call{"GET", "/conversations/" + talk, chen, nil, asPage}).body); !strings.Contains(got, "Hello there.") {
					t.Errorf("their conversation is %s", got)
				}
			}
		})
	}
}

func TestWhoIsAskedReadsTheHostsWordsAndWhy(t *testing.T) {
	r := openRoom(t)
	must(t, r.LoadMatches(t.Context()))
	made := read[proposedMeet](t, r.do(call{"POST", "/introducing", r.signIn(r.Dana), introducingBody{r.Amara.ID, r.Chen.ID, "You mend, you count."}, nil}))
	amara := r.signIn(r.Amara)
	page := string(r.do(call{"GET", "/introductions", amara, nil, asPage}).body)
	for _, want := range []string{"Chen Wei", "Dana Levi", "You mend, you count.", "Covers 1 of your 1 need: bookkeeping", `action="/brokerings/` + string(made.ID) + `/accept"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if home := read[homeData](t, r.do(call{"GET", "/", amara, nil, nil})); home.Introductions != 1 {
		t.Errorf("this week tells of %d", home.Introductions)
	}
	long := url.Values{"hello": {strings.Repeat("tea ", 400)}}
	if back := r.do(call{"POST", "/brokerings/" + string(made.ID) + "/accept", amara, long, asPage}); back.status != http.StatusUnprocessableEntity ||
		!strings.Contains(string(back.body), long.Get("hello")) {
		t.Errorf("words that are too long come back as %d", back.status)
	}
	if got := r.do(call{"POST", "/brokerings/" + string(made.ID) + "/accept", r.signIn(r.Binta), helloBody{}, nil}); got.status != http.StatusNotFound {
		t.Errorf("a stranger answers: %d", got.status)
	}
	for _, name := range []string{"points", "score", "weight"} {
		if strings.Contains(strings.ToLower(string(r.do(call{"GET", "/introducing", r.signIn(r.Dana), nil, nil}).body)), name) {
			t.Errorf("the host's list tells of %s", name)
		}
	}
}

// From the list of the day a host comes in two presses to a question to both: one on the pair, one on the button, with
// nothing to type.
func TestFromTheDeskTwoPressesAskBoth(t *testing.T) {
	r := openRoom(t)
	must(t, r.LoadMatches(t.Context()))
	dana, presses := r.signIn(r.Dana), 0
	meet := read[deskData](t, r.do(call{"GET", "/desk", dana, nil, nil})).Today.Meet
	kinds := map[string]bool{}
	for _, m := range meet {
		kinds[m.Kind] = true
	}
	if !kinds["unmet"] || !kinds["bridge"] {
		t.Fatalf("the list of the day proposes %+v", meet)
	}
	page := string(r.do(call{"GET", "/desk", dana, nil, asPage}).body)
	if !strings.Contains(page, `href="`+strings.ReplaceAll(meet[0].Address, "&", "&amp;")+`"`) {
		t.Fatal("the pair is no link on the desk")
	}
	presses++
	form := string(r.do(call{"GET", meet[0].Address, dana, nil, asPage}).body)
	words := regexp.MustCompile(`(?s)<textarea[^>]*name="words"[^>]*>([^<]+)</textarea>`).FindStringSubmatch(form)
	if words == nil {
		t.Fatal("the form has no words to begin with")
	}
	presses++
	sent := r.do(call{"POST", "/introducing", dana, url.Values{"one": {string(meet[0].One.ID)}, "other": {string(meet[0].Other.ID)}, "words": {words[1]}}, asPage})
	if sent.header.Get("Location") != "/introducing" || presses != 2 {
		t.Errorf("after %d presses it gives %d", presses, sent.status)
	}
	asked, err := r.BrokeredWaiting(t.Context(), r.See(t, meet[0].One.ID))
	must(t, err)
	if len(asked) != 1 {
		t.Errorf("the one is asked %d times", len(asked))
	}
}
