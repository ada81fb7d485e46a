package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"longtable/server/community"
)

func TestNoNameOfAnApplicantIsReadBeforeTheVote(t *testing.T) { hideNames(t, 6) }

// TestProveProgrammesNames lets sixty people apply, in all three ways, and looks for their names and ways to reach them on every page
// and in every answer, in exports, searches, saved searches, notices, listings, the index, sockets and the log, as everybody.
func TestProveProgrammesNames(t *testing.T) {
	if os.Getenv("LONGTABLE_PROVE") == "" {
		t.Skip("a long proof; LONGTABLE_PROVE=1 switches it on")
	}
	const people = 60
	answers, own, hits, planted := hideNames(t, people)
	fmt.Printf("figure names-applicants %d people bar %d\n", people, people)
	fmt.Printf("figure names-answers-searched %d answers bar 1000\n", answers)
	fmt.Printf("figure names-own-pages-that-show-them %d pages bar %d\n", own, people)
	fmt.Printf("figure names-hits-before-the-vote %d hits bar 0\n", hits)
	fmt.Printf("figure names-planted-found %d kinds of places bar %d\n", planted, len(namePlaces))
	if answers < 1000 || own < people || hits > 0 || planted < len(namePlaces) {
		t.Error("below the bar")
	}
}

// namePrefix begins every name and every way to reach somebody. It is what searches look for, so that a page may repeat it.
const namePrefix = "qzname"

// namesWatch is a programme in its reading, with two of those who look among those who decide.
type namesWatch struct {
	*canaryWatch
	programme community.ProgrammeID
	host      community.Viewer
	deciding  []string // roles
	names     []string
	codes     []string
}

func hideNames(t *testing.T, people int) (answers, own, hits, planted int) {
	t.Helper()
	x := &namesWatch{canaryWatch: &canaryWatch{fullHouse: openNetwork(t), readers: map[string]string{"anonymous": ""}, frames: &syncBuffer{}}, deciding: []string{"host", "steward"}}
	applicant := x.enrol("applicant")
	member := x.enrol("member")
	x.host = x.enrol("host")
	steward := x.enrol("steward")
	x.must(x.network.AppointHost(t.Context(), x.keeper, x.keeper.Hub, x.host.ID, true))
	x.must(x.network.AppointSteward(t.Context(), x.keeper, steward.ID))
	x.host = x.see(x.host.ID)
	for _, waits := range []community.Viewer{member, x.host, steward} {
		_, err := x.network.SaveSearch(t.Context(), waits, community.SearchDraft{Kind: community.KindAny, Text: namePrefix})
		x.must(err)
	}
	closeSockets := x.listen()
	x.open([]community.MemberID{x.host.ID, steward.ID})
	x.settle()
	x.applyAll(people, applicant)
	x.settle()
	_, err := x.network.CloseProgramme(t.Context(), x.host, x.programme, true)
	x.must(err)
	x.settle()
	hits = x.lookEverywhere()
	own = x.ownNames()
	for _, name := range x.names {
		if strings.Contains(x.logs.String(), name) || strings.Contains(x.frames.String(), name) {
			t.Errorf("%q is in the log or went through a socket", name)
			hits++
		}
	}
	planted = x.plantNames()
	closeSockets()
	return x.answers, own, hits, planted
}

func (x *namesWatch) open(deciding []community.MemberID) {
	day := func(days int) string { return x.network.Now().Time().AddDate(0, 0, days).Format(time.DateOnly) }
	p, err := x.network.PostProgramme(x.t.Context(), x.host, community.ProgrammeDraft{Hub: x.keeper.Hub, Title: "Third table", Summary: "Half a year.", ForWhom: "Starters.",
		Places: 4, Closes: day(20), Starts: day(40), Questions: []string{"What would you build?"}, Reviewers: deciding})
	x.must(err)
	_, err = x.network.PublishProgramme(x.t.Context(), x.host, p.ID)
	x.must(err)
	x.programme = p.ID
}

// applyAll lets a third apply alone, a third with a helper and a third as members, all of whom write their names into their answers.
func (x *namesWatch) applyAll(people int, applicant community.Viewer) {
	ctx := x.t.Context()
	for i := range people {
		given, family, reach, helper := fmt.Sprintf("%s%04dgiven", namePrefix, i), fmt.Sprintf("%s%04dfamily", namePrefix, i), fmt.Sprintf("%s%04dreach", namePrefix, i), fmt.Sprintf("%s%04dhelper", namePrefix, i)
		d := community.ApplicationDraft{Name: given + " " + family, Reach: reach + "@example.org", Answers: map[string]string{"q1": "A bakery, says " + family + ", " + reach + "@example.org."}}
		v := community.Viewer{}
		x.names = append(x.names, given, family, reach)
		switch {
		case i%3 == 1:
			d.Helper, d.Agreed = helper, true
			d.Answers["q1"] += " Written with " + helper + "."
			x.names = append(x.names, helper)
		case i == 2:
			v = applicant
		case i%3 == 2:
			m := &community.Member{Record: community.Record[community.MemberID]{ID: community.NewID[community.MemberID]()}, Name: fmt.Sprintf("Person %d", i), Hub: x.keeper.Hub, JoinedAt: x.network.Now()}
			x.must(x.network.Members.Add(ctx, m))
			v = x.see(m.ID)
		}
		code, _, err := x.network.Apply(ctx, v, x.programme, d)
		x.must(err)
		x.codes = append(x.codes, code)
	}
}

// where are the addresses around the programme, and those that find or repeat what changed.
func (x *namesWatch) where(role string) []string {
	p, hub := "/programmes/"+string(x.programme), "/hubs/"+string(x.keeper.Hub)
	all := []string{p, p + "/applications", p + "/draw", p + "/draw?as=file", p + "/log", p + "/sheet", p + "/listing", p + "/cohort", p + "/edit", p + "/apply", hub, hub + "/people", hub + "/inclusion",
		"/search?q=" + namePrefix, "/programmes?q=" + namePrefix, "/people?q=" + namePrefix, "/board?q=" + namePrefix, "/conversations/search?q=" + namePrefix, "/export?as=file", "/people?limit=100"}
	if !slices.Contains(x.deciding, role) {
		return all
	}
	page := community.Page{Limit: community.PageMax}
	for {
		found, next, err := x.network.Applications.To(x.t.Context(), x.programme, page)
		x.must(err)
		for _, a := range found {
			all = append(all, p+"/applications/"+string(a.ID))
		}
		if page.After = next; next == "" {
			return all
		}
	}
}

// lookEverywhere reads everything as everybody, as a page and as data. What the applicant wrote themselves stands in their own export.
func (x *namesWatch) lookEverywhere() (hits int) {
	for role, session := range x.readers {
		x.things = x.where(role)
		for _, path := range x.addresses() {
			for _, form := range []string{"text/html", "application/json"} {
				status, body := x.read(session, path, form)
				x.answers++
				if status >= 500 {
					x.t.Errorf("%s as %s gives %d", path, role, status)
				}
				if role == "applicant" && (strings.HasPrefix(path, "/export") || path == "/applications") {
					continue
				}
				if name := x.nameIn(body); name != "" {
					x.t.Errorf("%s shows %q to %s", path, name, role)
					hits++
				}
			}
		}
	}
	for _, found := range x.inIndex(x.names) {
		x.t.Errorf("%q is in the index", found)
		hits++
	}
	return hits
}

func (x *namesWatch) nameIn(body string) string {
	if !strings.Contains(body, namePrefix) {
		return ""
	}
	for _, name := range x.names {
		if strings.Contains(body, name) {
			return name
		}
	}
	return ""
}

// ownNames are the pages on which names have to stand: else the search would be for something that is nowhere.
func (x *namesWatch) ownNames() (shown int) {
	for _, code := range x.codes {
		if _, body := x.read("", "/applications/"+code, "text/html"); x.nameIn(body) != "" {
			shown++
		} else {
			x.t.Errorf("who has the code %s does not read their name", code)
		}
	}
	return shown
}

// namePlaces are the kinds of places that have to show a planted name: each is looked at by the search above. Sockets carry no names but
// in conversations, so nothing is planted there.
var namePlaces = []string{"the reading of one", "the list to be read", "its page", "its data", "the listing", "a search", "the index", "a notice", "the host's export"}

// plantNames puts the name of somebody who applied where a fault would put it: into the answers of another, where nothing masks
// it, and into what everybody finds. It counts the kinds of places where the search sees it.
func (x *namesWatch) plantNames() (found int) {
	ctx, name := x.t.Context(), x.names[0]
	applications, _, err := x.network.Applications.To(ctx, x.programme, community.Page{Limit: 2})
	x.must(err)
	_, err = x.network.Applications.Change(ctx, applications[1].ID, func(a *community.Application) error {
		a.Answers["q1"] = name + " told me of this."
		return nil
	})
	x.must(err)
	planted, err := x.network.PostProgramme(ctx, x.host, community.ProgrammeDraft{Hub: x.keeper.Hub, Title: "A table with " + name, Summary: name, ForWhom: "Starters.", Places: 4,
		Closes: x.network.Now().Time().AddDate(0, 0, 20).Format(time.DateOnly), Starts: x.network.Now().Time().AddDate(0, 0, 40).Format(time.DateOnly), Questions: []string{"What?"},
		Reviewers: []community.MemberID{x.host.ID, x.keeper.ID}})
	x.must(err)
	_, err = x.network.PublishProgramme(ctx, x.host, planted.ID)
	x.must(err)
	x.settle()
	sees := func(role, path, form string) bool {
		_, body := x.read(x.readers[role], path, form)
		return x.nameIn(body) == name
	}
	reading, page := "/programmes/"+string(x.programme)+"/applications", "/programmes/"+string(planted.ID)
	seen := map[string]bool{
		"the reading of one":  sees("steward", reading+"/"+string(applications[1].ID), "text/html"),
		"the list to be read": sees("host", reading, "application/json"),
		"its page":            sees("anonymous", page, "text/html"),
		"its data":            sees("member", page, "application/json"),
		"the listing":         sees("anonymous", page+"/listing", "application/json"),
		"a search":            sees("member", "/search?q="+namePrefix, "text/html"),
		"the index":           slices.Contains(x.inIndex(x.names), name),
		"a notice":            sees("member", "/notices", "text/html"),
		"the host's export":   sees("host", "/export", "application/json"),
	}
	for _, place := range namePlaces {
		if seen[place] {
			found++
		} else {
			x.t.Errorf("a planted name is not seen in %s: the search is blind there", place)
		}
	}
	return found
}
