package programmes

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"longtable/frontend/components"
	"longtable/frontend/htmlcheck"
	"longtable/frontend/i18n"
	"longtable/frontend/layout"
)

const hostile = `<script>alert(1)</script>"'&` + "\u202eتجربة"

func hostileProgramme(open bool) Programme {
	day := time.Date(2027, 3, 31, 0, 0, 0, 0, time.UTC)
	return Programme{ID: "atelier", Title: hostile, Summary: hostile, ForWhom: hostile + "\n\n" + hostile, Text: hostile,
		Gives: []string{"seat", "childcare"}, Access: []string{"step-free"}, Languages: []string{"ar", "fr"}, Places: 12, Minutes: 10,
		LastDay: day, Starts: day.AddDate(0, 1, 0), Questions: []string{hostile, hostile}, Open: open, State: map[bool]string{true: "open", false: "review"}[open], Deciding: 3, Each: 2, By: "lottery", Floor: "2",
		Reserved: 4, ReservedFor: []string{hostile}, EligibleFor: []string{"carer", "refugee", "rural"}, Criteria: []Criterion{{Text: hostile, Weight: 2}, {Weight: 1}},
		Phases: []Phase{{Name: "open", Until: day, Now: open, Done: !open}, {Name: "review", Until: day, Now: !open}, {Name: "decision", Until: day}, {Name: "cohort"}, {Name: "after"}},
		Hub:    Hub{ID: "marseille", Name: hostile, City: hostile, Country: "FR", Address: hostile}}
}

// pages are all pages of the folder, each in the state that shows most, and the empty ones.
func pages() map[string]templ.Component {
	open, closed := hostileProgramme(true), hostileProgramme(false)
	form := FormView{Hubs: []components.Option{{Value: "marseille", Label: hostile}, {Value: "lagos", Label: "Lagos"}},
		Offers: Offers{Gives: []string{"seat"}, Access: []string{"step-free"}, Languages: []string{"ar", "zh"}},
		Max:    Limits{Title: 120, Summary: 300, ForWhom: 2000, Text: 5000, Question: 300, Places: 500, Questions: 10, Criteria: 6, Weight: 5, Score: 4, Steps: 12},
		Kinds:  []components.Tag{{Label: hostile, Address: "/programmes/new?kind=desk"}}, People: []components.Option{{Value: "maya", Label: hostile}}}
	back := form
	back.Form = components.Typed{Values: map[string][]string{"title": {hostile}, "questions": {hostile, "", "Why?"}, "gives": {"seat"}},
		Errors: map[string]string{"title": "Please fill this in", "questions": hostile, "closes": hostile}}
	draft := closed
	draft.State, draft.By = "draft", "ranking"
	drawn := DrawView{ID: "atelier", Title: hostile, State: "decision", List: "00ff", Rows: 60, Drawn: 50, Places: 12, Reserved: 4, Eligible: "ee", Seed: "ff", MayShow: true, Committed: true,
		ShowBy: open.Starts, Report: []Stage{{"applied", 60}, {"accepted", -1}}, Rounds: []Round{{Number: 1, Digest: "aa", Void: true,
			Values: []Value{{Commitment: "bb", Text: hostile}, {Commitment: "cc", Withheld: true}, {Commitment: "dd", House: true}}}}}
	inside := CohortView{ID: "atelier", Title: hostile, Runs: true, Conversation: "cohort-atelier", Steps: []string{hostile}, Places: 12,
		People: []Placed{{Name: hostile, Reach: hostile, Yes: true}, {Name: "Noor", Person: "noor"}}, Events: []Gathering{{"e1", hostile, open.Starts}},
		Offered: []Gathering{{"e2", hostile, open.Starts}}, Pairs: []Pair{{Address: "/introducing/new", OneName: hostile, OtherName: "Binta", Reasons: []string{hostile}}},
		Profiles: []components.PersonCard{{ID: "noor", Name: "Noor", Address: "/people/noor"}}}
	edited := FormView{ID: "atelier", Asked: []string{hostile}, Max: form.Max, Open: true}
	return map[string]templ.Component{
		"list":        List(ListView{Programmes: []Programme{open}, Next: "/programmes?after=x", Yours: []components.Tag{{Label: hostile, Address: "/programmes?hub=x"}}}),
		"empty list":  List(ListView{}),
		"hub's list":  List(ListView{Hub: hostile, Programmes: []Programme{closed}}),
		"open":        Show(ShowView{Programme: open, Sent: []Sent{{At: open.Starts, State: "accepted"}}}),
		"closed":      Show(ShowView{Programme: closed}),
		"hosted":      Show(ShowView{Programme: open, Runs: true, Received: 3, Topic: "programme:atelier"}),
		"draft":       Show(ShowView{Programme: draft, Runs: true, ToDo: []components.Task{{Label: hostile, Address: "/x"}}, Few: open.Starts}),
		"sheet":       Sheet(SheetView{Programme: open, Address: "longtable.example/programmes/atelier", Link: "https://longtable.example/programmes/atelier"}),
		"log":         Log(LogView{ID: "atelier", Title: hostile, Entries: []LogEntry{{Kind: "opened", At: open.Starts}, {Kind: "rules-refused", At: open.Starts, Times: 3, Refused: true}}}),
		"empty log":   Log(LogView{ID: "atelier", Title: hostile}),
		"draw before": Draw(DrawView{ID: "atelier", Title: hostile, State: "open", MayCommit: true, Commits: 1, ValueMin: 16}),
		"draw":        Draw(drawn),
		"cohort":      Cohort(inside),
		"no cohort":   Cohort(CohortView{ID: "atelier", Title: hostile}),
		"form":        Form(form),
		"form again":  Form(back),
		"edited form": Form(edited),
	}
}

func render(t *testing.T, lang string, content templ.Component) string {
	t.Helper()
	var page bytes.Buffer
	ctx := templ.WithChildren(i18n.With(t.Context(), lang), content)
	if err := layout.Page(layout.Shell{Title: "Test", Network: "Longtable"}).Render(ctx, &page); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

func TestEveryPagePassesTheAuditorInEveryLanguage(t *testing.T) {
	for name, content := range pages() {
		for _, lang := range []string{"en", "fr", "ar"} {
			t.Run(name+"/"+lang, func(t *testing.T) {
				page := render(t, lang, content)
				faults, err := htmlcheck.Page(strings.NewReader(page))
				if err != nil || len(faults) > 0 {
					t.Errorf("%v %q", err, faults)
				}
				if strings.Contains(page, "<script>alert") {
					t.Error("what a host typed became markup")
				}
				for _, key := range []string{"programmes.", "applications.state", "words."} {
					if strings.Contains(page, ">"+key) {
						t.Errorf("a sentence of %q is missing", key)
					}
				}
			})
		}
	}
}

func TestThePageSaysWhatApplyingCostsBeforeTheForm(t *testing.T) {
	page := render(t, "en", Show(ShowView{Programme: hostileProgramme(true)}))
	for _, sentence := range []string{"about 10 minutes", "No account, no e-mail address and no proof", "/programmes/atelier/apply"} {
		if !strings.Contains(page, sentence) {
			t.Errorf("the page does not say %q", sentence)
		}
	}
	if strings.Contains(page, "so far") || strings.Contains(page, "/programmes/atelier/edit") {
		t.Error("a visitor sees what is for hosts")
	}
}

func TestAClosedProgrammeOffersNoForm(t *testing.T) {
	if page := render(t, "en", Show(ShowView{Programme: hostileProgramme(false)})); strings.Contains(page, "/apply") {
		t.Error("a closed programme leads to its form")
	}
}

func TestTheFormOffersEmptyLinesUpToTheLimit(t *testing.T) {
	for _, c := range []struct{ written, lines int }{{0, 3}, {2, 5}, {8, 10}, {10, 10}, {12, 12}} {
		texts := make([]string, c.written)
		for i := range texts {
			texts[i] = "Why?"
		}
		v := FormView{Max: Limits{Questions: 10}, Form: components.Typed{Values: map[string][]string{"questions": append([]string{""}, texts...)}}}
		if _, lines := v.questions(t.Context()); len(lines) != c.lines || c.written > 0 && lines[0].Value != "Why?" {
			t.Errorf("%d questions: %d lines, not %d", c.written, len(lines), c.lines)
		}
	}
}
