package web

import (
	"net/http"
	"net/url"
	"testing"

	"longtable/server/community"
)

// talk connects Binta and Amara, who then says something.
func (r *room) talk(words string) (community.ConversationID, *community.Message) {
	r.t.Helper()
	asked, err := r.AskIntroduction(r.t.Context(), r.Binta, r.Amara.ID, "Tea?")
	must(r.t, err)
	met, err := r.AcceptIntroduction(r.t.Context(), r.Amara, asked.ID)
	must(r.t, err)
	said, err := r.Say(r.t.Context(), r.Amara, met.Conversation, "n1", words)
	must(r.t, err)
	return met.Conversation, said
}

func TestAMessageIsChosenReportedAndHandled(t *testing.T) {
	r := openRoom(t)
	id, said := r.talk("Your work is rubbish.")
	choose := r.page(r.Binta, "/reports/new?about=message&subject="+string(id)+".", nil)
	subject := string(id) + "." + number(said.Seq)
	if choose.status != http.StatusOK || !choose.says("Your work is rubbish.") || !choose.says(url.QueryEscape(subject)) || choose.says("Tea?") {
		t.Fatalf("the list to choose from gives %d, or offers one's own words: %s", choose.status, choose.body)
	}
	form := r.page(r.Binta, "/reports/new?about=message&subject="+url.QueryEscape(subject), nil)
	if form.status != http.StatusOK || !form.says("Your work is rubbish.") || !form.says("Amara Okafor") {
		t.Fatalf("the form gives %d", form.status)
	}
	draft := url.Values{"about": {"message"}, "subject": {subject}, "words": {""}}
	if back := r.page(r.Binta, "/reports", draft); back.status != http.StatusUnprocessableEntity || !back.says("Your work is rubbish.") || !back.says(`id="f-words-error"`) {
		t.Errorf("without words it gives %d, or forgets what it is about", back.status)
	}
	draft.Set("words", "It hurt.")
	if filed := r.page(r.Binta, "/reports", draft); filed.status != http.StatusSeeOther || filed.header.Get("Location") != "/" {
		t.Fatalf("filing gives %d", filed.status)
	}
	reports, _, err := r.ReportsOn(t.Context(), r.Dana, string(r.Harbour), community.Page{Limit: 10})
	must(t, err)
	if len(reports) != 1 {
		t.Fatalf("%d reports lie on the desk", len(reports))
	}
	if desk := r.page(r.Dana, "/desk", nil); !desk.says("It hurt.") || !desk.says("Your work is rubbish.") || !desk.says("Binta Diallo") {
		t.Error("the host does not read what was said, by whom it was reported and why")
	}
	outcome := "/reports/" + string(reports[0].ID) + "/outcome"
	if back := r.page(r.Dana, outcome, url.Values{"outcome": {""}}); back.status != http.StatusUnprocessableEntity || !back.says(`id="outcome-`+string(reports[0].ID)+`-error"`) {
		t.Errorf("closing it without a word gives %d", back.status)
	}
	if got := r.page(r.Esra, outcome, url.Values{"outcome": {"Nothing."}}); got.status != http.StatusNotFound {
		t.Errorf("a host of another hub closes it with %d", got.status)
	}
	if done := r.page(r.Dana, outcome, url.Values{"outcome": {"We spoke."}}); done.status != http.StatusSeeOther {
		t.Errorf("closing it gives %d", done.status)
	}
	if desk := r.page(r.Dana, "/desk", nil); desk.says("It hurt.") {
		t.Error("a closed report stays on the desk")
	}
}

func TestNobodyReportsWhatTheyCannotSee(t *testing.T) {
	r := openRoom(t)
	id, said := r.talk("Between us.")
	for _, subject := range []string{string(id) + ".", string(id) + "." + number(said.Seq)} {
		if got := r.page(r.Chen, "/reports/new?about=message&subject="+url.QueryEscape(subject), nil); got.status != http.StatusNotFound || got.says("Between us.") {
			t.Errorf("a stranger gets %q with %d", subject, got.status)
		}
	}
	for query, want := range map[string]int{"": http.StatusNotFound, "?about=person&subject=nobody": http.StatusNotFound,
		"?about=weather&subject=rain": http.StatusNotFound, "?about=message&subject=..": http.StatusNotFound,
		"?about=person&subject=" + string(r.Chen.ID): http.StatusForbidden, "?about=person&subject=" + string(r.Amara.ID): http.StatusOK} {
		if got := r.page(r.Chen, "/reports/new"+query, nil); got.status != want {
			t.Errorf("/reports/new%s gives %d, want %d", query, got.status, want)
		}
	}
}

func TestASkillIsAcceptedAtTheDesk(t *testing.T) {
	r := openRoom(t)
	skill, err := r.ProposeSkill(t.Context(), r.Amara, "soup", "en")
	must(t, err)
	if desk := r.page(r.Farid, "/desk", nil); !desk.says("soup") || !desk.says(`name="names.fr"`) {
		t.Fatal("the steward is not asked for its names")
	}
	if desk := r.page(r.Dana, "/desk", nil); desk.says("soup") {
		t.Error("a host is asked for the names of skills")
	}
	got := r.page(r.Farid, "/skills/"+string(skill.ID)+"/accept", url.Values{"names.en": {"soup"}, "names.fr": {"soupe"}, "names.ar": {""}})
	if accepted := r.Skills.Get(skill.ID); got.status != http.StatusSeeOther || accepted.State != community.SkillAccepted || accepted.Names["fr"] != "soupe" || len(accepted.Names) != 2 {
		t.Errorf("accepting gives %d and %+v", got.status, accepted)
	}
}
