package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

// page asks for what a browser would show; a form makes it a POST.
func (r *room) page(v community.Viewer, path string, form url.Values) reply {
	r.t.Helper()
	c := call{method: "GET", path: path, session: r.signIn(v), header: map[string]string{"Accept": "text/html"}}
	if form != nil {
		c.method, c.body = "POST", form
	}
	return r.do(c)
}

func (x reply) says(text string) bool { return strings.Contains(string(x.body), text) }

// json asks for what a program would get.
func (r *room) json(v community.Viewer, path string) reply {
	r.t.Helper()
	return r.do(call{method: "GET", path: path, session: r.signIn(v)})
}

func TestAHubIsOpenToEveryoneAndItsPeopleAreNot(t *testing.T) {
	r := openRoom(t)
	visitor, member := r.json(community.Viewer{}, "/hubs/"+string(r.Harbour)), r.json(r.Amara, "/hubs/"+string(r.Harbour))
	if visitor.status != http.StatusOK || !visitor.says(`"Harbour"`) || !member.says("Dana Levi") {
		t.Fatalf("visitor %d %s, member %s", visitor.status, visitor.body, member.body)
	}
	page := r.page(community.Viewer{}, "/hubs/"+string(r.Harbour), nil)
	for _, name := range []string{"Dana Levi", "Amara Okafor", string(r.Dana.ID)} {
		if visitor.says(name) || page.says(name) {
			t.Errorf("a visitor learns of %s", name)
		}
	}
	if people := r.json(community.Viewer{}, "/hubs/"+string(r.Harbour)+"/people"); people.status != http.StatusUnauthorized {
		t.Errorf("a visitor gets the people with %d", people.status)
	}
}

func TestAllHubsAreListedWithoutTheSearch(t *testing.T) {
	r := openRoom(t)
	list := r.json(community.Viewer{}, "/hubs?limit=1")
	if !list.says(`"Harbour"`) || list.says(`"Mill"`) || list.says(`"next":null`) {
		t.Errorf("the first page is %s", list.body)
	}
	if nothing := r.page(community.Viewer{}, "/hubs?q=atlantis", nil); nothing.status != http.StatusOK || !nothing.says("No hub with that yet") {
		t.Errorf("looking for what is not there gives %d", nothing.status)
	}
}

func TestSomebodyIsWelcomedAtAHub(t *testing.T) {
	r := openRoom(t)
	harbour := "/hubs/" + string(r.Harbour)
	sent := r.page(r.Noor, harbour+"/join-requests", url.Values{"words": {"I mend radios."}})
	if sent.status != http.StatusSeeOther || sent.header.Get("Location") != harbour {
		t.Fatalf("asking gives %d to %s", sent.status, sent.header.Get("Location"))
	}
	if page := r.page(r.Noor, harbour, nil); !page.says("You asked on") || !page.says("I mend radios.") {
		t.Error("the hub does not show that it was asked")
	}
	if desk := r.page(r.Dana, "/desk", nil); !desk.says("Noor Aziz") || !desk.says("I mend radios.") || desk.says("Overdue since") {
		t.Error("the request does not lie on the desk of the host")
	}
	if other := r.page(r.Esra, "/desk", nil); other.status != http.StatusOK || other.says("Noor Aziz") {
		t.Errorf("a host of another hub sees the request (%d)", other.status)
	}
	r.Clock.Pass(8 * 24 * time.Hour) // more than three working days
	if desk := r.page(r.Dana, "/desk", nil); !desk.says("Overdue since") {
		t.Error("what is overdue does not say so")
	}
	answer := "/join-requests/" + string(r.Noor.ID) + "~" + string(r.Harbour) + "/answer"
	if got := r.page(r.Dana, answer, url.Values{"welcome": {"true"}, "answer": {"Come on Monday."}}); got.status != http.StatusSeeOther {
		t.Fatalf("welcoming gives %d: %s", got.status, got.body)
	}
	if r.See(t, r.Noor.ID).Hub != r.Harbour {
		t.Fatal("she was welcomed and does not belong to the hub")
	}
	if page := r.page(r.Noor, harbour, nil); !page.says("This is your hub.") || !page.says("Come on Monday.") {
		t.Error("she does not read the answer")
	}
	if again := r.page(r.Dana, answer, url.Values{"welcome": {"false"}}); again.status != http.StatusConflict || !again.says("Another host has answered") {
		t.Errorf("a second answer gives %d", again.status)
	}
}

func TestARefusedAnswerComesBackInItsOwnForm(t *testing.T) {
	r := openRoom(t)
	for _, v := range []community.Viewer{r.Noor, r.Chen} {
		_, err := r.AskToJoin(t.Context(), v, r.Harbour, "")
		must(t, err)
	}
	long := strings.Repeat("a", community.WordsMax+1)
	id := string(r.Noor.ID) + "~" + string(r.Harbour)
	back := r.page(r.Dana, "/join-requests/"+id+"/answer", url.Values{"welcome": {"true"}, "answer": {long}})
	if back.status != http.StatusUnprocessableEntity || !back.says(`id="answer-`+id+`-error"`) || strings.Count(string(back.body), long) != 1 {
		t.Errorf("status %d; the words or the error are lost or stand in several forms", back.status)
	}
}

func TestAStewardAnswersForAHubWithoutHosts(t *testing.T) {
	r := openRoom(t)
	must(t, r.AppointHost(t.Context(), r.Farid, r.Mill, r.Esra.ID, false))
	_, err := r.AskToJoin(t.Context(), r.Noor, r.Mill, "Is anybody there?")
	must(t, err)
	if desk := r.json(r.Farid, "/desk"); !desk.says("Is anybody there?") {
		t.Errorf("nobody reads the request: %s", desk.body)
	}
}

func TestAStewardAppointsByListOrByAddress(t *testing.T) {
	for _, c := range []struct {
		name string
		body hostBody
		want string
	}{
		{"from the list", hostBody{Member: "amara"}, "amara"},
		{"an id", hostBody{Other: " binta "}, "binta"},
		{"an address", hostBody{Other: "https://table.example/people/binta"}, "binta"},
		{"the list counts first", hostBody{Member: "amara", Other: "binta"}, "amara"},
		{"nobody", hostBody{Other: "  "}, ""},
	} {
		if got := c.body.who(); got != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
	}
	r := openRoom(t)
	hosts := "/hubs/" + string(r.Harbour) + "/hosts"
	if got := r.page(r.Farid, hosts, url.Values{"other": {"/people/" + string(r.Amara.ID)}}); got.status != http.StatusSeeOther || !r.See(t, r.Amara.ID).Hosts(r.Harbour) {
		t.Errorf("appointing gives %d", got.status)
	}
	if got := r.page(r.Farid, hosts, url.Values{"other": {"Amara!"}}); got.status != http.StatusUnprocessableEntity || !got.says("Nobody in the network has this") {
		t.Errorf("appointing nobody gives %d", got.status)
	}
	if got := r.page(r.Dana, hosts, url.Values{"member": {string(r.Binta.ID)}}); got.status != http.StatusNotFound {
		t.Errorf("a host appoints another with %d", got.status)
	}
	if got := r.page(r.Farid, hosts+"/"+string(r.Amara.ID)+"/delete", url.Values{}); got.status != http.StatusSeeOther || r.See(t, r.Amara.ID).HostsAny() {
		t.Errorf("dismissing gives %d", got.status)
	}
}

func TestTheFormOfAHubComesBackWithEverything(t *testing.T) {
	r := openRoom(t)
	if form := r.page(r.Dana, "/hubs/"+string(r.Harbour)+"/edit", nil); form.status != http.StatusOK || form.says(`name="latitude" type="number" value="0"`) {
		t.Errorf("the form gives %d, or puts the hub into the Gulf of Guinea", form.status)
	}
	back := r.page(r.Dana, "/hubs/"+string(r.Harbour), url.Values{"name": {"Long Quay"}, "city": {"Accra"}, "zone": {"Mars/Base"}, "latitude": {"91"}, "access": {"quiet-room"}})
	for _, want := range []string{`value="Long Quay"`, `id="f-zone-error"`, `id="f-latitude-error"`, `value="quiet-room" checked`} {
		if back.status != http.StatusUnprocessableEntity || !back.says(want) {
			t.Errorf("%d without %s", back.status, want)
		}
	}
	if other := r.page(r.Esra, "/hubs/"+string(r.Harbour)+"/edit", nil); other.status != http.StatusForbidden {
		t.Errorf("a host of another hub gets the form with %d", other.status)
	}
	added := r.do(call{method: "POST", path: "/hubs", session: r.signIn(r.Farid), body: communitytest.HubDraft("Quay", "IT")})
	if added.status != http.StatusCreated || !strings.HasPrefix(added.header.Get("Location"), "/hubs/") {
		t.Errorf("a steward opens a hub with %d", added.status)
	}
}
