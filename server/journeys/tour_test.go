package journeys

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// roles are everybody who looks at the pages, those who see most first.
var roles = []string{"host", "steward", "member", "newcomer", "nobody"}

// noPages answer machines.
// The page behind the link of a letter is seen by TestLettersAreStoppedByTheirLinkAlone: its address stands in letters only.
var noPages = []string{"/letters/{token}", "/conversations/{id}/messages/{seq}/files/{file}", "/assets/{name}", "/openapi.json", "/health/live", "/health/ready", "/metrics", "/live", "/conversations/{id}/messages", "/people/{id}/declaration", "/programmes/{id}/listing"}

// visit is one page as one person sees it.
type visit struct {
	route   string // as in the table of routes
	role    string
	address string // path and query
}

func (v visit) String() string { return v.role + v.address }

// tour is every page that there is for each of the roles.
type tour struct {
	t      testing.TB
	s      *server
	people map[string]*client
	code   string // of an application
	draft  string // code of one that was only saved
	hub    string // of the host
	role   string // an open one of the member's enterprise

	visits    []visit
	different []visit                    // those of them that show something of their own
	seen      map[string]map[string]bool // kinds of elements by route
}

// newTour collects the pages of a demo: the addresses from the program's own description, the ids from its lists.
func newTour(t testing.TB, s *server) *tour {
	t.Helper()
	tr := &tour{t: t, s: s, people: map[string]*client{"nobody": s.visitor()}, seen: map[string]map[string]bool{}}
	for _, role := range roles[:len(roles)-1] {
		tr.people[role] = s.as(role)
	}
	tr.furnish()
	tr.fillTalk()
	for _, route := range s.pageRoutes() {
		for _, role := range roles {
			tr.find(route, role)
		}
	}
	tr.addPhases()
	tr.addHelped()
	return tr
}

// pageRoutes reads the addresses of pages from the program.
func (s *server) pageRoutes() []string {
	s.t.Helper()
	var description struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	s.visitor().mustCall(http.MethodGet, "/openapi.json", nil, &description)
	var routes []string
	for path, methods := range description.Paths {
		if methods["get"] != nil && !slices.Contains(noPages, path) {
			routes = append(routes, path)
		}
	}
	if len(routes) < 40 {
		s.t.Fatalf("only %d pages are described", len(routes))
	}
	slices.Sort(routes)
	return routes
}

// furnish adds the few things without which some page has nothing to show.
func (tr *tour) furnish() {
	tr.t.Helper()
	programmes := everything[thing](tr.people["nobody"], "/programmes")
	if len(programmes) == 0 {
		tr.t.Fatal("the demo has no open programme")
	}
	form := tr.people["nobody"].get("/programmes/" + programmes[0].ID + "/apply").must().form("/programmes/")
	for _, c := range form.controls {
		if c.kind == "textarea" && !strings.HasPrefix(c.name, "declaration.") || c.name == "name" {
			form.set(c.name, "Two evenings a week, and curiosity.")
		}
	}
	tr.code = strings.TrimSpace(textOf(form.send().must().find("b.code")))
	if tr.code == "" {
		tr.t.Fatal("the application was answered without a code")
	}
	var saved struct{ Code string }
	tr.people["nobody"].mustCall(http.MethodPost, "/programmes/"+programmes[0].ID+"/applications", map[string]any{"name": "Yusra", "do": "save"}, &saved)
	tr.draft = saved.Code
	var host struct{ Hub string }
	tr.people["host"].mustCall(http.MethodGet, "/people/jonas", nil, &host)
	tr.hub = host.Hub
	posting := map[string]any{"kind": "offer", "title": "A loom to lend", "text": "Until spring.", "skills": []string{}}
	enterprise := map[string]any{"name": "Loom and Ladder", "headline": "We weave", "about": "", "causes": []int{8}, "stage": 2, "website": ""}
	for _, role := range []string{"host", "member"} {
		tr.people[role].mustCall(http.MethodPost, "/board", posting, nil)
		tr.people[role].call(http.MethodPost, "/enterprises", enterprise, nil) // refused where somebody has one
	}
	tr.openRole()
}

// openRole opens one where the member may, with skills that somebody has, and lets the member ask for the same.
func (tr *tour) openRole() {
	tr.t.Helper()
	var profile struct{ Needs []string }
	member := tr.people["member"]
	member.mustCall(http.MethodGet, "/profile", nil, &profile)
	until := time.Now().AddDate(0, 1, 0).Format(time.DateOnly)
	role := map[string]any{"title": "Somebody at the loom", "text": "Two mornings a week.", "skills": profile.Needs, "form": "exchange", "hoursPerWeek": 6, "until": until}
	for _, e := range everything[thing](member, "/enterprises") {
		var made thing
		if member.call(http.MethodPost, "/enterprises/"+e.ID+"/roles", role, &made) < 300 {
			tr.role = made.ID
			break
		}
	}
	if tr.role == "" {
		tr.t.Error("the member has no enterprise to open a role in")
	}
	member.mustCall(http.MethodPost, "/board", map[string]any{"kind": "ask", "title": "Who could help?", "text": "", "skills": profile.Needs}, nil)
}

// pairsToIntroduce are those that the role is shown, as a host.
func (tr *tour) pairsToIntroduce(role string) (addresses []string) {
	tr.t.Helper()
	var today struct {
		Hubs []struct {
			Bridges []struct{ One, Other thing }
			Unmet   []struct {
				Person thing
				People []struct{ Person thing }
			}
		}
	}
	tr.people[role].call(http.MethodGet, "/introducing", nil, &today)
	for _, hub := range today.Hubs {
		for _, b := range hub.Bridges {
			addresses = append(addresses, "/introducing/new?one="+b.One.ID+"&other="+b.Other.ID)
		}
		for _, u := range hub.Unmet {
			for _, m := range u.People {
				addresses = append(addresses, "/introducing/new?one="+u.Person.ID+"&other="+m.Person.ID)
			}
		}
	}
	return addresses
}

// thing is anything with an id, of any list.
type thing struct {
	ID string `json:"id"`
}

// furtherQueries show more of a page than its bare address.
var furtherQueries = map[string][]string{
	"/search": {"?q=bookeping"},
	"/people": {"?q=carpentery", "?q=zzzzqqqq"},
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// find adds the page of a route as a role sees it: the first of all ids that leads to a page.
func (tr *tour) find(route, role string) {
	tr.t.Helper()
	for _, address := range tr.candidates(route, role) {
		p := tr.people[role].get(address)
		path, _, _ := strings.Cut(address, "?")
		switch {
		case p.status >= 500:
			tr.t.Errorf("%s: %s", role, p)
		case p.address.Path == "/sessions" && path != "/sessions":
			return // asked to sign in, as for every other id
		case p.status == http.StatusOK && p.address.Path == path:
			tr.add(visit{route, role, address}, p)
			for _, query := range furtherQueries[route] {
				tr.add(visit{route, role, address + query}, tr.people[role].get(address+query))
			}
			return
		}
	}
}

// add notes a visit, and whether its page shows a kind of element that no earlier visit to the same route has shown:
// each way a page is built goes through the browser, and not each page five times.
func (tr *tour) add(v visit, p *page) {
	tr.visits = append(tr.visits, v)
	if tr.seen[v.route] == nil {
		tr.seen[v.route] = map[string]bool{}
	}
	if learn(tr.seen[v.route], p.find("main")) {
		tr.different = append(tr.different, v)
	}
}

func (tr *tour) candidates(route, role string) []string {
	tr.t.Helper()
	at := placeholder.FindStringIndex(route)
	switch {
	case route == "/reports/new":
		return []string{route + "?about=person&subject=" + tr.things("/people", role)[0].ID}
	case route == "/introducing/new":
		return tr.pairsToIntroduce(role)
	case strings.HasPrefix(route, "/plans/"):
		return tr.within("/hubs", "/plans", "/plans/", "/edit", role)
	case strings.HasPrefix(route, "/proposals/"):
		return tr.within("/hubs", "/proposals", "/proposals/", "", role)
	case strings.HasSuffix(route, "/books/{member}"):
		return tr.accounts(role)
	case strings.HasPrefix(route, "/roles/"):
		return []string{strings.Replace(route, "{id}", tr.role, 1)}
	case at == nil:
		return []string{route}
	case strings.HasPrefix(route, "/sign-in-link/"):
		return []string{strings.TrimPrefix(tr.s.door("member"), tr.s.url.String())}
	case route == "/applications/{code}/edit":
		return []string{"/applications/" + tr.draft + "/edit"}
	case strings.HasPrefix(route, "/programmes/{id}/"):
		return tr.programmePages(route, role)
	case strings.HasPrefix(route, "/applications/"):
		return []string{strings.Replace(route, "{code}", tr.code, 1)}
	}
	var addresses []string
	for _, x := range tr.things(route[:at[0]-1], role) {
		addresses = append(addresses, strings.Replace(route[:at[0]]+x.ID+route[at[1]:], "{seq}", "1", 1))
	}
	return addresses
}

// within are addresses of things that a list under each thing of another holds.
func (tr *tour) within(above, list, before, behind, role string) (addresses []string) {
	for _, hub := range tr.things(above, role) {
		var page struct {
			Items []thing `json:"items"`
		}
		if tr.people[role].call(http.MethodGet, above+"/"+hub.ID+list, nil, &page) >= 300 {
			continue
		}
		for _, x := range page.Items {
			addresses = append(addresses, before+x.ID+behind)
		}
	}
	return addresses
}

// accounts are those of members in the books of hubs, for who keeps them.
func (tr *tour) accounts(role string) (addresses []string) {
	for _, hub := range tr.things("/hubs", role) {
		var books struct {
			Dues struct {
				Items []struct{ Member thing } `json:"items"`
			} `json:"dues"`
		}
		if tr.people[role].call(http.MethodGet, "/hubs/"+hub.ID+"/books", nil, &books) >= 300 {
			continue
		}
		for _, d := range books.Dues.Items {
			addresses = append(addresses, "/hubs/"+hub.ID+"/books/"+d.Member.ID)
		}
	}
	return addresses
}

// programmePages are those of every programme of the host's hub, in whatever phase, and of those that are open.
func (tr *tour) programmePages(route, role string) (addresses []string) {
	tr.t.Helper()
	var own list[thing]
	tr.people[role].call(http.MethodGet, "/programmes?limit=100&hub="+tr.hub, nil, &own)
	for _, p := range append(own.Items, tr.things("/programmes", role)...) {
		address := strings.Replace(route, "{id}", p.ID, 1)
		if !strings.Contains(address, "{application}") {
			addresses = append(addresses, address)
			continue
		}
		var readings struct{ Items []thing }
		if tr.people[role].call(http.MethodGet, "/programmes/"+p.ID+"/applications", nil, &readings) == http.StatusOK && len(readings.Items) > 0 {
			addresses = append(addresses, strings.Replace(address, "{application}", readings.Items[0].ID, 1))
		}
	}
	return addresses
}

// things are the ids in a list, as the role sees it; one's own come first, as only they can be edited.
func (tr *tour) things(collection, role string) []thing {
	tr.t.Helper()
	var page list[thing]
	if tr.people[role].call(http.MethodGet, collection+"?limit=100", nil, &page) >= 300 {
		tr.people["member"].mustCall(http.MethodGet, collection+"?limit=100", nil, &page)
	}
	return page.Items
}

// learn notes the kinds of elements and says whether one was new.
func learn(known map[string]bool, root *html.Node) (something bool) {
	for n := range matching(root, "") {
		kind := n.Data + "." + attr(n, "class") + "." + attr(n, "role")
		something = something || !known[kind]
		known[kind] = true
	}
	return something
}
