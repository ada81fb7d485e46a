package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"longtable/server/community"
)

// TestMatchesOfWhateverIsStored shows the page to somebody who says nothing, who is the only one, who says ten thousand
// things, who needs what is not on the list any more, while others are the same: a list, or a sentence in its place.
func TestMatchesOfWhateverIsStored(t *testing.T) {
	t.Parallel()
	r := openRoom(t)
	var needs []community.SkillID
	var offers []community.Offered
	for i := range 10_000 {
		id := community.SkillID(fmt.Sprintf("skill-%d", i))
		needs, offers = append(needs, id), append(offers, community.Offered{Skill: id, Grasp: "beyond"})
	}
	stored := map[string]func(*community.Member){
		"says nothing": func(m *community.Member) {
			m.Needs, m.Offers, m.Languages, m.Causes, m.Hub, m.Stage, m.HoursPerWeek = nil, nil, nil, nil, "", 0, 0
		},
		"needs ten thousand things": func(m *community.Member) { m.Needs, m.Offers = needs, offers },
		"needs what is gone":        func(m *community.Member) { m.Needs = []community.SkillID{"gone", "gone", ""} },
		"is out of range": func(m *community.Member) {
			m.Causes, m.Stage, m.HoursPerWeek, m.Languages, m.Hub = []community.Cause{17}, -7, -1<<40, []string{"xx", ""}, "nowhere"
		},
	}
	for said, change := range stored {
		for _, id := range []community.MemberID{r.Amara.ID, r.Binta.ID} {
			_, err := r.Members.Change(t.Context(), id, func(m *community.Member) error { change(m); return nil })
			must(t, err)
		}
		must(t, r.LoadMatches(t.Context()))
		for _, v := range []community.Viewer{r.Amara, r.Binta, r.Chen, r.Noor} {
			r.showsAListOrASentence(v, said)
		}
	}
}

func (r *room) showsAListOrASentence(v community.Viewer, said string) {
	r.t.Helper()
	session := r.signIn(v)
	for _, path := range []string{"/matches", "/matches?after=NaN&limit=1e309", "/matches?after=-1&limit=-1", "/matches?limit=999999999999", "/"} {
		got := r.do(call{"GET", path, session, nil, asPage})
		page := string(got.body)
		if got.status != http.StatusOK || path == "/matches" && !strings.Contains(page, `href="/people/`) && !strings.Contains(page, "Nobody fits both ways yet") &&
			!strings.Contains(page, "Tell us a little first") {
			r.t.Errorf("who %s: %s is shown %s: %d %.300s", said, v.Name, path, got.status, page)
		}
	}
	if got := r.do(call{"GET", "/matches", session, nil, nil}); got.status != http.StatusOK || !strings.Contains(string(got.body), `"items":[`) {
		r.t.Errorf("who %s: %s is sent %d %.300s", said, v.Name, got.status, got.body)
	}
}

func TestANetworkWhereNobodyIsProposedSaysSoAndNotThatItPrepares(t *testing.T) {
	r := openRoom(t)
	for m, err := range r.Members.Each(t.Context()) {
		must(t, err)
		_, err := r.Members.Change(t.Context(), m.ID, func(m *community.Member) error { m.MatchingOff = true; return nil })
		must(t, err)
	}
	must(t, r.LoadMatches(t.Context()))
	if r.Matches.Len() != 0 {
		t.Fatal("somebody is proposed, so this test means nothing")
	}
	page := string(r.do(call{"GET", "/matches", r.signIn(r.Amara), nil, asPage}).body)
	if strings.Contains(page, "being prepared") || !strings.Contains(page, "Nobody fits both ways yet") {
		t.Error("an empty list promises that it will be filled")
	}
}

// TestMatchingRefusesInWords sends what cannot be: beside its field stands what to do, and nothing is kept.
func TestMatchingRefusesInWords(t *testing.T) {
	r := openRoom(t)
	session := r.signIn(r.Amara)
	many := url.Values{"name": {"Amara"}}
	for i := range 10_000 {
		many.Add("needs", fmt.Sprintf("skill-%d", i))
	}
	var known []string
	for i := range community.NeedsMax + 1 {
		s := &community.Skill{Record: community.Record[community.SkillID]{ID: community.SkillID(fmt.Sprintf("known-%d", i))}, Names: map[string]string{"en": fmt.Sprintf("known %d", i)}, State: community.SkillAccepted}
		must(t, r.SkillList.Add(t.Context(), s))
		r.Skills.Put(s)
		known = append(known, string(s.ID))
	}
	before, err := r.OwnProfile(t.Context(), r.Amara)
	must(t, err)
	for said, c := range map[string]struct {
		body any
		says string
	}{
		"ten thousand needs":    {many, ""},
		"one need too many":     {url.Values{"name": {"Amara"}, "needs": known}, "Choose 8 at most"},
		"a skill that is none":  {url.Values{"name": {"Amara"}, "needs": {"no such skill"}}, "One of these skills is not on the list"},
		"a number that is none": {`{"hoursPerWeek": NaN}`, ""},
		"hours without end":     {`{"hoursPerWeek": 1e309}`, ""},
		"a stage beyond all":    {`{"stage": 99}`, ""},
	} {
		header := asPage
		if text, program := c.body.(string); program {
			header = nil
			_ = text
		}
		method := map[bool]string{true: "POST", false: "PATCH"}[header != nil]
		got := r.do(call{method, "/profile", session, c.body, header})
		if got.status < 400 || got.status >= 500 || !strings.Contains(string(got.body), c.says) || len(got.body) < 40 {
			t.Errorf("%s is answered %d %.300s", said, got.status, got.body)
		}
	}
	after, err := r.OwnProfile(t.Context(), r.Amara)
	must(t, err)
	if after.Rev != before.Rev {
		t.Errorf("something was kept: %+v", after)
	}
}
