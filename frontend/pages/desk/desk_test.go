package desk_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"longtable/frontend/components"
	"longtable/frontend/htmlcheck"
	"longtable/frontend/i18n"
	"longtable/frontend/layout"
	"longtable/frontend/pages/desk"
)

// hostile is what somebody writes who wants to break out of the page.
const hostile = `"><script>alert(1)</script>' onload=x {name}`

var day = time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)

func full() desk.View {
	languages := []components.Option{{Value: "en", Label: "English"}, {Value: "ar", Label: "Arabic"}}
	request := desk.Request{ID: "amara~harbour", Person: components.PersonCard{ID: "amara", Address: "/people/amara", Name: "Amara " + hostile, Headline: hostile,
		Tags: []components.Tag{{Label: hostile}}}, Hub: components.Tag{Label: "Harbour"}, Words: hostile, Asked: day, Due: desk.Due{By: day.AddDate(0, 0, 3)}}
	gone := desk.Request{ID: "bilal~harbour", Person: components.PersonCard{ID: "bilal", Name: "somebody"}, Hub: request.Hub, Asked: day, Due: desk.Due{By: day, Late: true}}
	report := desk.Report{ID: "r1", About: "message", Person: components.Tag{Label: hostile, Address: "/people/chen"}, By: hostile, Desk: "Harbour", Words: hostile,
		Evidence: hostile, At: day, Due: desk.Due{By: day, Late: true}}
	unseen := desk.Report{ID: "r2", About: "person", Person: components.Tag{Label: "somebody"}, By: "Dana", Desk: "the whole network", Words: hostile, At: day, Due: desk.Due{By: day}}
	today := desk.Today{Own: []desk.Waits{{Kind: "join", Address: "#request-amara~harbour", Name: hostile, Hub: "Harbour", Due: desk.Due{By: day, Late: true}},
		{Kind: "applications", Address: "/programmes/p/applications", Title: hostile, Count: 2, Hub: hostile, Due: desk.Due{By: day}}},
		Others: []desk.Waits{{Kind: "ask", Address: "/board/b", Name: hostile, Title: hostile, Hub: "Harbour", Owner: hostile, Due: desk.Due{By: day}}},
		Still:  []desk.Still{{Hub: hostile, People: 3}},
		Meet:   []desk.Meet{{One: hostile, Other: "Chen", Address: "/introducing/new?one=a&other=b"}, {One: "Amara", Other: hostile, Bridge: true, Address: "/introducing/new?one=c&other=d"}}}
	return desk.View{Today: today, Answers: []desk.Answers{{Hub: hostile, Text: hostile}}, Requests: []desk.Request{request, gone}, MoreRequests: true, Reports: []desk.Report{report, unseen}, MoreReports: true,
		Skills:     []desk.Skill{{ID: "s1", Name: hostile, By: hostile, Languages: languages}, {ID: "s2", Name: "نجارة", By: "Amara", Languages: languages}},
		MoreSkills: true, Steward: true, Unfinished: 3, WordsMax: 1000, SkillMax: 60}
}

func pages() map[string]templ.Component {
	back, host := full(), full()
	back.Problem = hostile
	back.Requests[0].Form = components.Typed{Values: map[string][]string{"answer": {hostile}}, Errors: map[string]string{"answer": "Too long"}}
	back.Reports[1].Form = components.Typed{Errors: map[string]string{"outcome": "Needed"}}
	back.Skills[1].Form = components.Typed{Values: map[string][]string{"names.en": {hostile}}, Errors: map[string]string{"names": "Too long"}}
	host.Steward, host.Skills, host.Reports = false, nil, nil
	return map[string]templ.Component{
		"full":     desk.Show(full()),
		"back":     desk.Show(back),
		"host":     desk.Show(host),
		"all done": desk.Show(desk.View{Steward: true}),
	}
}

// missing finds what a catalogue shows for a key that it does not have, or for a blank that got no value.
var missing = regexp.MustCompile(`>\s*(desk|words|form|parts)\.[a-z-]+\s*<|\{(date|hub|language|title|one|other|n)\}`)

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	for _, lang := range i18n.Languages() {
		for name, page := range pages() {
			t.Run(lang.Lang+" "+name, func(t *testing.T) {
				got := render(t, lang.Lang, page)
				faults, err := htmlcheck.Page(strings.NewReader(got))
				if err != nil || len(faults) > 0 {
					t.Errorf("faults: %v, %s", err, strings.Join(faults, "\n"))
				}
				if strings.Contains(got, "<script>alert") {
					t.Error("what somebody wrote became markup")
				}
				if key := missing.FindString(got); key != "" {
					t.Errorf("no sentence for %s", key)
				}
			})
		}
	}
}

func render(t *testing.T, lang string, content templ.Component) string {
	t.Helper()
	var out bytes.Buffer
	ctx := templ.WithChildren(i18n.With(t.Context(), lang), content)
	if err := layout.Page(layout.Shell{Title: "Desk", Path: "/desk"}).Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestOverdueIsSaidInWords(t *testing.T) {
	got := render(t, "en", desk.Show(full()))
	if strings.Count(got, "Overdue since Monday 1 March 2027") != 3 || strings.Count(got, "Answer by") != 4 {
		t.Error("what is overdue and what is not yet can't be told apart")
	}
}

func TestAnErrorStandsAtTheFormItIsAbout(t *testing.T) {
	got := render(t, "en", pages()["back"])
	for _, want := range []string{`id="answer-amara~harbour-error"`, `href="#answer-amara~harbour"`, `id="outcome-r2-error"`, `id="name-s2-en-error"`} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(got, `id="answer-bilal~harbour-error"`) || strings.Contains(got, `id="outcome-r1-error"`) {
		t.Error("a form that was not sent shows an error")
	}
}

func TestUnfinishedWorkIsMentionedWhereThereIsSome(t *testing.T) {
	if got := render(t, "en", desk.Show(full())); !strings.Contains(got, `<a href="/unfinished">3 pieces of work keep failing</a>`) {
		t.Fatal("a steward is not told of it")
	}
	if strings.Contains(render(t, "en", pages()["all done"]), "/unfinished") {
		t.Error("where there is none, it is mentioned all the same")
	}
}

func TestSkillsAreForStewards(t *testing.T) {
	if !strings.Contains(render(t, "en", pages()["full"]), "/skills/s1/accept") {
		t.Fatal("a steward can't accept a skill")
	}
	if strings.Contains(render(t, "en", pages()["host"]), "Proposed skills") {
		t.Error("a host is offered the skills")
	}
}
