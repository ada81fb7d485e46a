package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

var someGroups = []community.Group{"refugee", "carer", "low-income"}

// TestForWhomAProgrammeIsStandsWhereverPeopleMeetIt reads everything that leads to an application, in three languages.
func TestForWhomAProgrammeIsStandsWhereverPeopleMeetIt(t *testing.T) {
	r := openRoom(t)
	d := r.ProgrammeDraft()
	d.EligibleFor = someGroups
	draft, err := r.PostProgramme(t.Context(), r.Dana, d)
	must(t, err)
	open := r.OpenProgramme(t, func(d *community.ProgrammeDraft) { d.EligibleFor = someGroups })
	everybody := r.OpenProgramme(t, nil)
	words := map[string][2]string{"en": {"Only for people to whom one of these applies", "there is no place for you here"},
		"fr": {"Seulement pour les personnes concernées", "pas de place pour vous ici"}, "ar": {"فقط لمن ينطبق عليه أحد هذه الأمور", "لا مكان لك هنا"}}
	for lang, said := range words {
		read := func(session, path string) string {
			got := r.do(call{method: "GET", path: path, session: session, header: map[string]string{"Accept": "text/html", "Accept-Language": lang}})
			if got.status != http.StatusOK {
				t.Fatalf("%s in %s gives %d", path, lang, got.status)
			}
			return string(got.body)
		}
		at, of := "/programmes/"+string(open.ID), "/programmes/"+string(everybody.ID)
		for path, needs := range map[string]int{at: 2, at + "/apply": 2, at + "/sheet": 1, at + "/listing": 1} {
			page := read("", path)
			for _, text := range said[:needs] {
				if !strings.Contains(page, text) {
					t.Errorf("%s in %s does not say %q", path, lang, text)
				}
			}
			if other := read("", of+strings.TrimPrefix(path, at)); strings.Contains(other, said[0]) {
				t.Errorf("%s, which is for everybody, says in %s that it is not", path, lang)
			}
		}
		if page := read("", at+"/apply"); !strings.Contains(page, `<details class="field folded" open>`) || strings.Index(page, said[0]) > strings.Index(page, "<form") {
			t.Errorf("who applies in %s is told after they begin, or finds the question folded away", lang)
		}
	}
	member := string(r.page(r.Amara, "/programmes/"+string(open.ID)+"/apply", nil).body)
	if !strings.Contains(member, `href="/declaration"`) || strings.Contains(member, "declaration.groups") {
		t.Error("a member is not led to their own declaration")
	}
	preview := r.page(r.Dana, "/programmes/"+string(draft.ID), nil)
	form := r.page(r.Dana, "/programmes/"+string(draft.ID)+"/edit", nil)
	kind := r.page(r.Dana, "/programmes/new?kind=desk", nil)
	if !preview.says(words["en"][0]) || !form.says(`name="eligibleFor"`) || !kind.says(`value="migrant" checked`) {
		t.Errorf("preview %v, form %v, template %v", preview.says(words["en"][0]), form.says(`name="eligibleFor"`), kind.says(`value="migrant" checked`))
	}
	if data := r.json(community.Viewer{}, "/programmes/"+string(open.ID)); !data.says(`"eligibleFor":["refugee","carer","low-income"]`) {
		t.Errorf("a program reads %s", data.body)
	}
}

// TestWhomAProgrammeIsNotForIsToldAlone lets a member apply who agreed to nothing. They read why they have no place; Dana, who hosts the hub, decides
// and acts in their name, reads that they wait like everybody else.
func TestWhomAProgrammeIsNotForIsToldAlone(t *testing.T) {
	r := openRoom(t)
	p := r.OpenProgramme(t, func(d *community.ProgrammeDraft) { d.Places, d.EligibleFor = 2, someGroups })
	codes := r.Applicants(t, p, 12, func(i int, d *community.ApplicationDraft) {
		d.Declaration = community.DeclarationDraft{Groups: []community.Group{"carer"}, Uses: community.Uses}
	})
	own, _, err := r.Apply(t.Context(), r.Amara, p.ID, community.ApplicationDraft{Name: "Amara", Answers: map[string]string{"q1": "A bakery."}})
	must(t, err)
	_, err = r.CloseProgramme(t.Context(), r.Dana, p.ID, true)
	must(t, err)
	p, err = r.Programme(t.Context(), p.ID)
	must(t, err)
	r.ReadAll(t, p, func(int) int { return 3 })
	r.Draw(t, p)
	s, err := r.Selections.Get(t.Context(), p.ID)
	must(t, err)
	must(t, r.SettleSelection(t.Context(), s))

	page := r.page(r.Amara, "/applications/"+own, nil)
	var told applicationData
	must(t, json.Unmarshal(r.json(r.Amara, "/applications/"+own).body, &told))
	if !page.says("Why there is no place for you") || !page.says("I care for a child") || told.State != community.ApplicationDeclined || told.Asked != community.AskedNo || len(told.Proofs) != 3 {
		t.Errorf("Amara reads %+v in %s", told, page.body)
	}
	list := func(session string) string {
		return string(r.do(call{method: "GET", path: "/applications", session: session}).body)
	}
	if mine := list(r.signIn(r.Amara)); !strings.Contains(mine, `"declined"`) || !strings.Contains(mine, `"asked":"no"`) {
		t.Errorf("her list says %s", mine)
	}
	if shown := r.page(r.Amara, "/programmes/"+string(p.ID), nil); !shown.says("Not this time") {
		t.Error("the programme's page says another thing than her application's")
	}
	helper := r.helperOf(r.Amara, community.Scopes...)
	if theirs := list(helper); !strings.Contains(theirs, `"waiting"`) || strings.Contains(theirs, `"asked":"no"`) {
		t.Errorf("who acts for her reads %s", theirs)
	}
	if theirs := string(r.do(call{method: "GET", path: "/applications/" + own, session: helper, header: asPage}).body); strings.Contains(theirs, "Why there is no place") || strings.Contains(theirs, "longtable eligible 1") {
		t.Errorf("who acts for her reads on the page of the application %s", theirs)
	}
	lucky := 0
	for _, code := range codes {
		var other applicationData
		must(t, json.Unmarshal(r.json(community.Viewer{}, "/applications/"+code).body, &other))
		if other.State == community.ApplicationOffered {
			lucky++
		} else if other.State != community.ApplicationWaiting || other.Asked != community.AskedYes {
			t.Errorf("whom it is for reads %+v", other)
		}
	}
	if lucky != 2 {
		t.Errorf("%d have a place", lucky)
	}
}

func TestAHostIsToldWhyAVoteOfFewIsNotClosedEarly(t *testing.T) {
	r := openRoom(t)
	p := r.OpenProgramme(t, func(d *community.ProgrammeDraft) { d.EligibleFor = someGroups })
	r.Applicants(t, p, 2, nil)
	_, err := r.CloseProgramme(t.Context(), r.Dana, p.ID, true)
	must(t, err)
	p, err = r.Programme(t.Context(), p.ID)
	must(t, err)
	r.ReadAll(t, p, func(int) int { return 3 })
	for _, id := range p.Reviewers {
		must(t, r.CommitToDraw(t.Context(), r.See(t, id), p.ID, communitytest.DrawValue(r.See(t, id))))
	}
	path := "/programmes/" + string(p.ID)
	if page := r.page(r.Dana, path, nil); page.says("/freeze") || !page.says("nobody may be asked") {
		t.Errorf("the page offers what is refused, or does not say why: %s", page.body)
	}
	refused := r.do(call{method: "POST", path: path + "/freeze", session: r.signIn(r.Dana)})
	if refused.status != http.StatusConflict || !refused.says("Fewer than 10 people are good enough") {
		t.Errorf("closing it is answered with %d: %s", refused.status, refused.body)
	}
	if log := r.json(community.Viewer{}, path+"/log"); !log.says("few-refused") {
		t.Errorf("those who applied read %s", log.body)
	}
}
