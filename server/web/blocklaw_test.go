package web

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"longtable/server/community"
	"longtable/server/jobs"
	"longtable/server/store"
)

// staffed is a room in which the real jobs follow every change.
type staffed struct {
	*room
	relay *store.Relay
	jobs  *jobs.Jobs
}

func openStaffed(t *testing.T) *staffed {
	t.Helper()
	r := openRoom(t)
	work := jobs.New(jobs.Tools{Network: r.Network, Search: r.engine, Hub: r.hub, Door: r.door, Files: r.DB, Log: slog.New(slog.DiscardHandler)})
	for _, index := range community.Indexes {
		must(t, work.Rebuild(t.Context(), index, nil))
	}
	must(t, r.LoadMatches(t.Context()))
	relay, err := store.NewRelay(t.Context(), r.DB, slog.New(slog.DiscardHandler), work.React)
	must(t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { relay.Run(ctx); close(done) }()
	t.Cleanup(func() { stop(); <-done })
	return &staffed{r, relay, work}
}

func (s *staffed) settle() {
	s.t.Helper()
	must(s.t, s.relay.Settle(s.t.Context()))
}

// differing is what differs between two answers to the same request, whoever looks: the nonce of a form, the name of the
// session that asks.
var differing = regexp.MustCompile(`(name="nonce" value=")[^"]*|\b[0-9a-f]{64}\b`)

// looks are addresses beside those of the table: searches, and pages of one, whose cursors could name what is hidden.
var looks = []string{"/people?q=x", "/people?q=xerxes", "/people?q=carpentry", "/people?q=baker&limit=1", "/people?limit=1", "/search?q=xerxes",
	"/search?q=oven", "/search?q=carpentry", "/board?limit=1", "/board?kind=offer", "/board?kind=ask&limit=1", "/conversations?limit=1",
	"/introductions?limit=1", "/notices?limit=1", "/matches?limit=1", "/events?limit=1", "/people?skill=carpentry", "/people?hub="}

// writesDown is the one page whose opening is written into a log that everybody reads.
const writesDown = "/programmes/{id}/cohort"

// album is everything that a person sees: each address as a page and as data, and lists one by one.
func (s *staffed) album(v community.Viewer, things map[string]string, leaveOut ...string) map[string]string {
	s.t.Helper()
	paths := slices.Clone(looks)
	for _, route := range routes() {
		if path := sample(route, things, "").path; route.Method == "GET" && !slices.Contains(append(leaveOut, writesDown), route.Path) {
			paths = append(paths, path)
		}
	}
	return s.look(v, append(paths, "/hubs/"+things["/hubs"]+"/people?limit=1"))
}

// look opens each address as a page and as data.
func (s *staffed) look(v community.Viewer, paths []string) map[string]string {
	s.t.Helper()
	session, album := s.signIn(v), map[string]string{}
	for _, path := range paths {
		for _, accept := range []string{"text/html", "application/json"} {
			got := s.do(call{method: "GET", path: path, session: session, header: map[string]string{"Accept": accept}})
			album[path+" "+accept] = fmt.Sprint(got.status, " ", got.header.Get("Location"), "\n", differing.ReplaceAllString(string(got.body), "$1"))
		}
	}
	must(s.t, s.door.EndAll(s.t.Context(), v.ID))
	return album
}

// sameAlbum tells every address where two albums differ, with the first place.
func sameAlbum(t *testing.T, whose string, want, got map[string]string) (same bool) {
	t.Helper()
	same = true
	for _, path := range slices.Sorted(maps.Keys(want)) {
		if a, b := want[path], got[path]; a != b {
			at := 0
			for at < min(len(a), len(b)) && a[at] == b[at] {
				at++
			}
			t.Errorf("%s: %s differs\n was %.200q\n now %.200q", whose, path, a[max(0, at-60):], b[max(0, at-60):])
			same = false
		}
	}
	return same
}

// strangers do all that people can do with somebody, and then each of them blocks that person.
type strangers struct {
	*staffed
	met, asks, asked, wrote community.Viewer
	posting                 community.PostingID
}

func (s *staffed) stranger(name string) community.Viewer {
	s.t.Helper()
	ctx := s.t.Context()
	m, err := s.Join(ctx, community.NewID[community.MemberID](), name, "en")
	must(s.t, err)
	_, err = s.Members.Change(ctx, m.ID, func(m *community.Member) error { m.Hub = s.Harbour; return nil })
	must(s.t, err)
	v := s.See(s.t, m.ID)
	_, err = s.WriteProfile(ctx, v, community.ProfileDraft{Name: name, Headline: "An oven for every street", About: "A baker.", HoursPerWeek: 20,
		Offers: []community.SkillID{s.Carpentry, s.Bookkeeping}, Needs: []community.SkillID{s.Carpentry, s.Bookkeeping}, RoomInWeek: 9,
		Languages: []string{"en", "fr"}, Causes: []community.Cause{2, 12}})
	must(s.t, err)
	return s.See(s.t, m.ID)
}

func (s *staffed) strangersMeet(v community.Viewer, event community.EventID, enterprise community.EnterpriseID) *strangers {
	s.t.Helper()
	ctx := s.t.Context()
	x := &strangers{staffed: s, met: s.stranger("Xerxes One"), asks: s.stranger("Xerxes Two"), asked: s.stranger("Xerxes Three"), wrote: s.stranger("Xerxes Four")}
	must(s.t, s.AppointHost(ctx, s.Farid, s.Harbour, x.met.ID, true))
	i, err := s.AskIntroduction(ctx, x.met, v.ID, "Shall we bake?")
	must(s.t, err)
	_, err = s.AcceptIntroduction(ctx, v, i.ID)
	must(s.t, err)
	_, err = s.Say(ctx, s.See(s.t, x.met.ID), community.PairID[community.ConversationID](v.ID, x.met.ID), "n1", "Tuesday?")
	must(s.t, err)
	_, err = s.AskIntroduction(ctx, x.asks, v.ID, "And with me?")
	must(s.t, err)
	_, err = s.AskIntroduction(ctx, v, x.asked.ID, "May I come and see?")
	must(s.t, err)
	p, err := s.Post(ctx, x.wrote, community.PostingDraft{Kind: community.Offer, Title: "An oven", Text: "Warm"})
	must(s.t, err)
	x.posting = p.ID
	_, err = s.AnswerPosting(ctx, v, p.ID, "n2", "I could use it.")
	must(s.t, err)
	_, err = s.JoinEvent(ctx, x.met, event)
	must(s.t, err)
	j, err := s.AskIntroduction(ctx, x.met, s.Binta.ID, "Books?")
	must(s.t, err)
	_, err = s.AcceptIntroduction(ctx, s.Binta, j.ID)
	must(s.t, err)
	_, err = s.BringIn(ctx, s.See(s.t, s.Binta.ID), enterprise, x.met.ID, "Baker")
	must(s.t, err)
	s.settle()
	return x
}

func (x *strangers) all() []community.Viewer {
	return []community.Viewer{x.met, x.asks, x.asked, x.wrote}
}

// TestWhoBlockedSomebodyWasNeverThere holds every page and every list of somebody after four people who dealt with them
// in every way have blocked them, against the same before the four came. What stays by purpose is left out, see below.
func TestWhoBlockedSomebodyWasNeverThere(t *testing.T) {
	t.Parallel()
	for name, who := range map[string]func(*room) community.Viewer{
		"member": func(r *room) community.Viewer { return r.Amara }, "host": func(r *room) community.Viewer { return r.Dana },
		"newcomer": func(r *room) community.Viewer { return r.Noor }, "steward": func(r *room) community.Viewer { return r.Farid },
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name != "member" {
				t.Skip("one role is enough to look for races; the whole runs without the detector")
			}
			s := openStaffed(t)
			things := s.furnish()
			v, event := who(s.room), community.EventID(things["/events"])
			// A seat that is taken counts for everybody, else two people would be promised the same one. So the place that
			// a stranger takes is one that somebody gives back who is apart from the viewer before and after.
			must(t, s.Network.Block(t.Context(), s.Esra, v.ID))
			for _, going := range []community.Viewer{s.Binta, s.Esra, v} {
				_, err := s.JoinEvent(t.Context(), going, event)
				must(t, err)
			}
			ours, err := s.FoundEnterprise(t.Context(), s.Binta, community.EnterpriseDraft{Name: "Ledger"})
			must(t, err)
			things["/enterprises"] = string(ours.ID)
			s.settle()
			// The steward's figures count requests.
			s.look(v, []string{"/conversations/" + things["/conversations"]}) // reading marks as read
			before := s.album(v, things, "/metrics")
			_, err = s.LeaveEvent(t.Context(), s.Esra, event)
			must(t, err)
			x := s.strangersMeet(s.See(t, v.ID), event, ours.ID)
			seen := strings.Join(slices.Collect(maps.Values(s.look(v, []string{"/people?q=xerxes", "/board", "/introductions", "/conversations", "/notices"}))), "")
			for _, one := range x.all() {
				if !strings.Contains(seen, one.Name) {
					t.Errorf("%s is not even seen before the block, so this test means little", one.Name)
				}
				must(t, s.Network.Block(t.Context(), one, v.ID))
			}
			s.settle()
			sameAlbum(t, v.Name, before, s.album(v, things, "/metrics"))
			x.checkNotFound(v)
		})
	}
}

// checkNotFound holds what is answered about somebody who blocked against what is answered about nobody.
func (x *strangers) checkNotFound(v community.Viewer) {
	x.t.Helper()
	session := x.signIn(v)
	nobody := community.NewID[community.MemberID]()
	about := func(id community.MemberID, posting community.PostingID) []call {
		talk := string(community.PairID[community.ConversationID](v.ID, id))
		return []call{
			{method: "GET", path: "/people/" + string(id)}, {method: "GET", path: "/people/" + string(id) + "/introduction"},
			{method: "POST", path: "/people/" + string(id) + "/introduction", body: url.Values{"words": {"Why?"}}},
			{method: "POST", path: "/introductions", body: map[string]string{"to": string(id), "words": "Why?"}},
			{method: "POST", path: "/introductions/" + string(id) + "~" + string(v.ID) + "/accept"},
			{method: "POST", path: "/introductions/" + string(id) + "~" + string(v.ID) + "/pass"},
			{method: "POST", path: "/people/" + string(id) + "/block"}, {method: "POST", path: "/people/" + string(id) + "/block/delete"},
			{method: "GET", path: "/conversations/" + talk}, {method: "GET", path: "/conversations/" + talk + "/messages"},
			{method: "POST", path: "/conversations/" + talk + "/messages", body: map[string]string{"nonce": "n9", "body": "Why?"}},
			{method: "POST", path: "/conversations/" + talk + "/read", body: map[string]int{"seq": 1}},
			{method: "GET", path: "/reports/new?about=message&subject=" + talk + "."}, {method: "GET", path: "/reports/new?about=message&subject=" + talk + ".1"},
			{method: "GET", path: "/board/" + string(posting)}, {method: "GET", path: "/board/" + string(posting) + "/edit"},
			{method: "POST", path: "/board/" + string(posting) + "/answers", body: map[string]string{"nonce": "n9", "words": "Why?"}},
			{method: "POST", path: "/board/" + string(posting) + "/delete"},
			{method: "GET", path: "/reports/new?about=posting&subject=" + string(posting)},
		}
	}
	for _, one := range x.all() {
		theirs, nobodys := about(one.ID, x.posting), about(nobody, "nothing")
		for i := range theirs {
			theirs[i].session, nobodys[i].session = session, session
			got, want := x.do(theirs[i]), x.do(nobodys[i])
			body := strings.NewReplacer(string(one.ID), string(nobody), string(x.posting), "nothing").Replace(string(got.body))
			if got.status != want.status || body != string(want.body) {
				x.t.Errorf("%s %s gives %s %d %s, for nobody %d %s", theirs[i].method, theirs[i].path, one.Name, got.status, got.body, want.status, want.body)
			}
		}
	}
	// A report about them stays possible: to block somebody must not be a way out of being reported. It shows no name.
	for _, one := range x.all() {
		got := x.do(call{method: "GET", path: "/reports/new?about=person&subject=" + string(one.ID), session: session, header: asPage})
		if got.status != 200 || strings.Contains(string(got.body), one.Name) {
			x.t.Errorf("the form to report %s gives %d", one.Name, got.status)
		}
	}
}
