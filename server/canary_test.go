package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"longtable/server/auth"
	"longtable/server/community"
)

func TestNothingDeclaredShowsAnywhereElse(t *testing.T) { hideCanaries(t, 6) }

// TestProveProgrammesCanary lets two hundred people declare, each with a canary, asks and publishes, and looks for the
// canaries on every page and in every answer as everybody, in what sockets carry, in metrics, logs, the index and every file.
func TestProveProgrammesCanary(t *testing.T) {
	if os.Getenv("LONGTABLE_PROVE") == "" {
		t.Skip("a long proof; LONGTABLE_PROVE=1 switches it on")
	}
	const people = 200
	answers, own, hits, planted := hideCanaries(t, people)
	fmt.Printf("figure canary-people %d people bar %d\n", people, people)
	fmt.Printf("figure canary-answers-searched %d answers bar 1500\n", answers)
	fmt.Printf("figure canary-own-pages-that-show-it %d pages bar 2\n", own)
	fmt.Printf("figure canary-hits-elsewhere %d hits bar 0\n", hits)
	fmt.Printf("figure canary-planted-leak-found %d places bar 3\n", planted)
	if answers < 1500 || own < 2 || hits > 0 || planted < 3 {
		t.Error("below the bar")
	}
}

// canaryWatch reads the whole program as several people.
type canaryWatch struct {
	*fullHouse
	readers map[string]string // role: session; anonymous has none
	things  []string          // addresses of single things
	frames  *syncBuffer
	answers int
}

// canaryName begins every canary, so that a search for it finds any of them.
const canaryName = "qzcanary"

func hideCanaries(t *testing.T, people int) (answers, own, hits, planted int) {
	t.Helper()
	x := &canaryWatch{fullHouse: openNetwork(t), readers: map[string]string{"anonymous": ""}, frames: &syncBuffer{}}
	declarer := x.enrol("declarer")
	x.enrol("member")
	host, steward := x.enrol("host"), x.enrol("steward")
	x.must(x.network.AppointHost(t.Context(), x.keeper, x.keeper.Hub, host.ID, true))
	x.must(x.network.AppointSteward(t.Context(), x.keeper, steward.ID))
	closeSockets := x.listen()
	codes, canaries := x.declareAll(people, declarer)
	moreCodes, more := x.choose(host)
	codes, canaries = append(codes, moreCodes...), append(canaries, more...)
	_, err := x.network.MakeReleases(t.Context())
	x.must(err)
	x.settle()

	for role := range x.readers {
		hits += x.search(role, canaries)
	}
	for _, found := range x.found(canaries) {
		t.Errorf("%q is in the files or in the index", found)
		hits++
	}
	own = x.ownPages(canaries, codes)
	planted = x.plant(canaries[1])
	closeSockets()
	for _, canary := range canaries {
		if canary != canaries[1] && (strings.Contains(x.logs.String(), canary) || strings.Contains(x.frames.String(), canary)) {
			t.Errorf("%q is in the log or went through a socket", canary)
			hits++
		}
	}
	if planted < 3 {
		t.Errorf("a planted leak is found in %d places: the search is blind", planted)
	}
	return x.answers, own, hits, planted
}

func (x *canaryWatch) enrol(role string) community.Viewer {
	x.t.Helper()
	ctx := x.t.Context()
	email := role + "@example.org"
	account, err := x.door.Enrol(ctx, auth.Enrolment{Email: email, Password: "three plain words", Lang: "en"})
	x.must(err)
	entry, err := x.door.SignIn(ctx, email, "three plain words", auth.Visitor{Address: "127.0.0.1", Agent: "test"})
	x.must(err)
	_, err = x.network.Join(ctx, account.ID, "Reader "+role, "en")
	x.must(err)
	_, err = x.network.Members.Change(ctx, account.ID, func(m *community.Member) error { m.Hub = x.keeper.Hub; return nil })
	x.must(err)
	x.readers[role] = entry.Token.Reveal()
	return x.see(account.ID)
}

// declareAll lets three quarters of the people declare as members and the rest with an application, asks everybody for each
// use, and lets one in ten change and one in ten take it back. The first canary is the declarer's.
func (x *canaryWatch) declareAll(people int, declarer community.Viewer) (codes, canaries []string) {
	ctx, n := x.t.Context(), x.network
	draft := func(i int) community.DeclarationDraft {
		canary := fmt.Sprintf("%s%04d%s", canaryName, i, strings.ToLower(community.NewID[string]()))
		canaries = append(canaries, canary)
		return community.DeclarationDraft{Groups: []community.Group{community.Groups[i%(len(community.Groups)-1)]}, Words: canary, Uses: community.Uses}
	}
	for i := range people {
		var who community.Declarant
		if i%4 == 3 {
			code, a, err := n.Apply(ctx, community.Viewer{}, x.program, community.ApplicationDraft{Name: fmt.Sprintf("Applicant %d", i), Answers: map[string]string{"q1": "A bakery."}, Declaration: draft(i)})
			x.must(err)
			who, codes = community.DeclarantOf(a), append(codes, code)
		} else {
			v := declarer
			if i > 0 {
				m := &community.Member{Record: community.Record[community.MemberID]{ID: community.NewID[community.MemberID]()}, Name: fmt.Sprintf("Person %d", i), Hub: x.keeper.Hub, JoinedAt: n.Now()}
				x.must(n.Members.Add(ctx, m))
				v = x.see(m.ID)
			}
			own, err := n.Declaring(ctx, v)
			x.must(err)
			x.must(own.Write(ctx, draft(i)))
			if i%10 == 5 {
				x.must(own.Write(ctx, draft(i)))
			}
			if i%10 == 6 {
				x.must(own.Revoke(ctx))
			}
			who = community.MemberDeclarant(v.ID)
			x.things = append(x.things, "/people/"+string(v.ID), "/people/"+string(v.ID)+"/declaration", "/people/"+string(v.ID)+"/introduction")
		}
		for _, use := range community.Uses {
			_, err := n.AppliesTo(ctx, who, use, community.PurposeOfProgramme(x.program), community.Groups)
			x.must(err)
		}
	}
	x.things = append(x.things, "/hubs/"+string(x.keeper.Hub), "/hubs/"+string(x.keeper.Hub)+"/people", "/hubs/"+string(x.keeper.Hub)+"/inclusion",
		"/hubs/"+string(x.keeper.Hub)+"/inclusion?as=csv", "/inclusion?as=csv", "/programmes/"+string(x.program), "/programmes/"+string(x.program)+"/applications",
		"/programmes/"+string(x.program)+"/edit", "/programmes/"+string(x.program)+"/apply", "/events/"+string(x.event), "/search?q="+canaryName, "/people?q="+canaryName,
		"/conversations/search?q="+canaryName, "/export?as=file", "/people?q=carer", "/people?limit=100")
	return codes, canaries
}

// choose leads a programme that is only for some people to its places: the host is one of those who decide, and looks at everything.
func (x *canaryWatch) choose(host community.Viewer) (codes, canaries []string) {
	x.t.Helper()
	ctx, n := x.t.Context(), x.network
	day := func(days int) string { return n.Now().Time().AddDate(0, 0, days).Format(time.DateOnly) }
	p, err := n.PostProgramme(ctx, x.keeper, community.ProgrammeDraft{Hub: x.keeper.Hub, Title: "Third table", Summary: "Half a year.", ForWhom: "Starters.", Places: 4,
		EligibleFor: community.Groups[:3], Closes: day(20), Starts: day(40), Questions: []string{"What would you build?"}, Reviewers: []community.MemberID{x.keeper.ID, host.ID}})
	x.must(err)
	_, err = n.PublishProgramme(ctx, x.keeper, p.ID)
	x.must(err)
	for i := range 2 * community.FewerThan {
		canary := fmt.Sprintf("%schosen%02d%s", canaryName, i, strings.ToLower(community.NewID[string]()))
		code, _, err := n.Apply(ctx, community.Viewer{}, p.ID, community.ApplicationDraft{Name: fmt.Sprintf("Chosen %d", i), Answers: map[string]string{"q1": "A bakery."},
			Declaration: community.DeclarationDraft{Groups: community.Groups[i%6 : i%6+1], Words: canary, Uses: community.Uses[i%2:]}})
		x.must(err)
		codes, canaries = append(codes, code), append(canaries, canary)
	}
	_, err = n.CloseProgramme(ctx, x.keeper, p.ID, true)
	x.must(err)
	both := []community.Viewer{x.keeper, x.see(host.ID)}
	path := "/programmes/" + string(p.ID)
	for _, v := range both {
		_, readings, _, err := n.ReadingsOf(ctx, v, p.ID)
		x.must(err)
		for _, r := range readings {
			_, err := n.Review(ctx, v, r.ID, community.ReviewDraft{Points: map[string]int{"c1": 3}, Words: "Come."})
			x.must(err)
			x.things = append(x.things, path+"/applications/"+string(r.ID))
		}
		x.must(n.CommitToDraw(ctx, v, p.ID, "a value of "+string(v.ID)))
	}
	x.must(n.Freeze(ctx, x.keeper, p.ID))
	for _, v := range both {
		x.must(n.ShowDrawValue(ctx, v, p.ID, "a value of "+string(v.ID)))
	}
	file, err := n.DrawOf(ctx, x.keeper, p.ID)
	x.must(err)
	if file.Seed == "" || file.Eligible == "" {
		x.t.Fatalf("nobody was asked, or nothing drawn: %+v", file)
	}
	for _, page := range []string{"", "/applications", "/draw", "/draw?as=file", "/log", "/cohort", "/sheet", "/listing", "/edit"} {
		x.things = append(x.things, path+page)
	}
	return codes, canaries
}

// addresses are those of the table that name nothing, and those of the things that there are.
func (x *canaryWatch) addresses() []string {
	var table struct{ Paths map[string]map[string]any }
	_, body := x.read("", "/openapi.json", "application/json")
	x.must(json.Unmarshal([]byte(body), &table))
	var all []string
	for path, methods := range table.Paths {
		if methods["get"] != nil && !strings.Contains(path, "{") && path != "/live" {
			all = append(all, path)
		}
	}
	if len(all) < 30 {
		x.t.Fatalf("only %d addresses are in the table: the test looks in the wrong place", len(all))
	}
	return append(all, x.things...)
}

// search reads everything as somebody, as a page and as data. The declarer's own canary may stand on two of their pages.
func (x *canaryWatch) search(role string, canaries []string) (hits int) {
	for _, path := range x.addresses() {
		for _, form := range []string{"text/html", "application/json"} {
			status, body := x.read(x.readers[role], path, form)
			x.answers++
			if status >= http.StatusInternalServerError {
				x.t.Errorf("%s as %s gives %d", path, role, status)
			}
			owns := role == "declarer" && (path == "/declaration" || strings.HasPrefix(path, "/export"))
			for i, canary := range canaries {
				if !(owns && i == 0) && strings.Contains(body, canary) {
					x.t.Errorf("%s shows %q to %s", path, canary, role)
					hits++
				}
			}
		}
	}
	return hits
}

func (x *canaryWatch) read(session, path, form string) (int, string) {
	x.t.Helper()
	req, err := http.NewRequestWithContext(x.t.Context(), http.MethodGet, x.base.String()+path, nil)
	x.must(err)
	req.Header.Set("Accept", form)
	if session != "" {
		req.AddCookie(&http.Cookie{Name: "session", Value: session})
	}
	answer, err := http.DefaultClient.Do(req)
	x.must(err)
	body, err := io.ReadAll(answer.Body)
	x.must(err)
	x.must(answer.Body.Close())
	return answer.StatusCode, string(body)
}

// ownPages are where canaries have to show: else the search would be for something that is nowhere.
func (x *canaryWatch) ownPages(canaries, codes []string) (shown int) {
	for _, path := range []string{"/declaration", "/export"} {
		if _, body := x.read(x.readers["declarer"], path, "text/html"); strings.Contains(body, canaries[0]) {
			shown++
		} else {
			x.t.Errorf("%s does not show its own person what they declared", path)
		}
	}
	if len(codes) > 0 {
		if _, body := x.read("", "/applications/"+codes[0]+"/declaration", "text/html"); strings.Contains(body, canaryName) {
			shown++
		} else {
			x.t.Error("an applicant does not read what they declared")
		}
	}
	return shown
}

// plant puts a canary where it must not be, and counts the kinds of places in which it is found.
func (x *canaryWatch) plant(canary string) (found int) {
	_, err := x.network.WriteProfile(x.t.Context(), x.friend, community.ProfileDraft{Name: "Binta Diallo", About: "I heard " + canary, RoomInWeek: 3})
	x.must(err)
	x.settle()
	if slices.Contains(x.inIndex([]string{canary}), canary) {
		found++
	}
	if len(x.found([]string{canary})) > 0 {
		found++
	}
	if _, body := x.read(x.readers["member"], "/people/"+string(x.friend.ID), "text/html"); strings.Contains(body, canary) {
		found++
	}
	return found
}

// listen opens a socket for everybody who is signed in and keeps all that comes.
func (x *canaryWatch) listen() (end func()) {
	var readers sync.WaitGroup
	var sockets []*websocket.Conn
	for role, session := range x.readers {
		if session == "" {
			continue
		}
		header := http.Header{"Cookie": {"session=" + session}, "Origin": {x.base.String()}}
		ws, answer, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(x.base.String(), "http")+"/live?v=1&epoch="+x.epoch(), header)
		if err != nil {
			x.t.Fatalf("the socket of %s: %v (%v)", role, err, answer)
		}
		sockets = append(sockets, ws)
		readers.Go(func() {
			for {
				_, frame, err := ws.ReadMessage()
				if err != nil {
					return
				}
				_, _ = x.frames.Write(frame) // a buffer in memory never fails
			}
		})
	}
	return func() {
		for _, ws := range sockets {
			_ = ws.Close() // whatever it says, its reader ends
		}
		readers.Wait()
		if x.frames.String() == "" {
			x.t.Error("nothing came through the sockets: they were not listened to")
		}
	}
}
