package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"longtable/server/community"
)

func TestWhoAskedCannotTellAPassFromNoAnswer(t *testing.T) {
	r := openRoom(t)
	amara, binta := r.signIn(r.Amara), r.signIn(r.Binta)
	asked := read[introductionData](t, r.do(call{"POST", "/introductions", amara, introductionBody{To: string(r.Binta.ID), Words: "Tea?"}, nil}))
	person := "/people/" + string(r.Binta.ID)
	look := func() string {
		var seen strings.Builder
		for _, path := range []string{"/introductions", person, person + "/introduction"} {
			for _, header := range []map[string]string{nil, asPage} {
				got := r.do(call{"GET", path, amara, nil, header})
				if path == person+"/introduction" && header == nil {
					continue // a form has no data
				}
				if got.status != http.StatusOK {
					t.Fatalf("%s gives %d: %s", path, got.status, got.body)
				}
				seen.Write(got.body)
			}
		}
		return seen.String()
	}
	before := look()
	if !strings.Contains(before, `"state":"asked"`) {
		t.Fatalf("nothing was asked: %s", before)
	}
	if got := r.do(call{"POST", "/introductions/" + string(asked.ID) + "/pass", binta, nil, nil}); got.status >= 300 {
		t.Fatalf("passing gives %d: %s", got.status, got.body)
	}
	waiting := read[introductionsData](t, r.do(call{"GET", "/introductions", binta, nil, nil}))
	if len(waiting.Waiting) != 0 {
		t.Fatalf("it was not passed: %v", waiting)
	}
	if after := look(); after != before {
		t.Errorf("after the pass Amara sees\n%s\nand before it\n%s", after, before)
	}
	again := read[introductionData](t, r.do(call{"POST", "/introductions", amara, introductionBody{To: string(r.Binta.ID), Words: "Tea?"}, nil}))
	if again != asked {
		t.Errorf("asking again answers %+v, the first time %+v", again, asked)
	}
}

func TestAYesLeadsToTheConversation(t *testing.T) {
	r := openRoom(t)
	amara, binta := r.signIn(r.Amara), r.signIn(r.Binta)
	form := "/people/" + string(r.Binta.ID) + "/introduction"
	if got := r.do(call{"POST", form, amara, url.Values{"words": {"Tea?"}}, asPage}); got.header.Get("Location") != "/people/"+string(r.Binta.ID) {
		t.Fatalf("asking gives %d to %q", got.status, got.header.Get("Location"))
	}
	waiting := read[introductionsData](t, r.do(call{"GET", "/introductions", binta, nil, nil})).Waiting
	if len(waiting) != 1 || waiting[0].From.Name != "Amara Okafor" || waiting[0].Words != "Tea?" {
		t.Fatalf("Binta sees %+v", waiting)
	}
	if got := r.do(call{"POST", "/introductions/" + string(waiting[0].ID) + "/accept", r.signIn(r.Chen), nil, nil}); got.status != http.StatusNotFound {
		t.Errorf("a stranger may accept: %d", got.status)
	}
	talk := "/conversations/" + string(community.PairID[community.ConversationID](r.Amara.ID, r.Binta.ID))
	if got := r.do(call{"POST", "/introductions/" + string(waiting[0].ID) + "/accept", binta, nil, asPage}); got.header.Get("Location") != talk {
		t.Errorf("accepting gives %d to %q", got.status, got.header.Get("Location"))
	}
	if got := r.do(call{"GET", form, amara, nil, asPage}); got.header.Get("Location") != talk {
		t.Errorf("the form for a contact gives %d to %q", got.status, got.header.Get("Location"))
	}
	sent := read[introductionsData](t, r.do(call{"GET", "/introductions", amara, nil, nil})).Sent.Items
	if len(sent) != 1 || sent[0].State != community.IntroductionAccepted || "/conversations/"+string(sent[0].Conversation) != talk {
		t.Errorf("Amara sees %+v", sent)
	}
}

func TestTwoWhoAskForEachOtherAreConnectedAtOnce(t *testing.T) {
	r := openRoom(t)
	r.do(call{"POST", "/introductions", r.signIn(r.Amara), introductionBody{To: string(r.Binta.ID), Words: "Tea?"}, nil})
	got := r.do(call{"POST", "/people/" + string(r.Amara.ID) + "/introduction", r.signIn(r.Binta), url.Values{"words": {"Soup?"}}, asPage})
	if want := "/conversations/"; !strings.HasPrefix(got.header.Get("Location"), want) {
		t.Errorf("got %d to %q", got.status, got.header.Get("Location"))
	}
}

func TestWordsThatDoNotFitComeBack(t *testing.T) {
	r := openRoom(t)
	words := strings.Repeat("tea ", 400)
	got := r.do(call{"POST", "/people/" + string(r.Binta.ID) + "/introduction", r.signIn(r.Amara), url.Values{"words": {words}}, asPage})
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(string(got.body), words) {
		t.Errorf("got %d, and the words are lost", got.status)
	}
}
