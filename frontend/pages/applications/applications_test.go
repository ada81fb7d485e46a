package applications

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
	"longtable/frontend/pages/declarations"
)

const hostile = `<script>alert(1)</script>"'&` + "\u202eتجربة"

var day = time.Date(2027, 3, 31, 18, 30, 0, 0, time.UTC)

func applyView() ApplyView {
	return ApplyView{ID: "atelier", Title: hostile, Minutes: 10, AnswerBy: day, Nonce: "0123456789abcdef",
		Questions: []Question{{"q1", hostile}, {"q2", "Why now?"}}, Max: Limits{Name: 80, Reach: 300, Answer: 3000}}
}

func own(state, reason string) Application {
	return Application{ID: "own-" + state, Programme: "atelier", Title: hostile, State: state, Reason: reason, Name: hostile, Reach: "",
		Answers: []Answer{{hostile, hostile}}, SentAt: day, AnswerBy: day, ProgrammeDay: day}
}

func heldView(a Application) HeldView {
	return HeldView{Application: a, Number: 7, Hide: hostile, HelperAt: day, SignedIn: []time.Time{day}, Declared: []components.SummaryRow{{Label: hostile, Value: hostile}},
		Log: []declarations.Entry{{At: day, Use: "reserved", Purpose: hostile, Address: "/programmes/p", Asked: []string{"carer"}, Answer: true, Readable: true}, {At: day}}}
}

func pages() map[string]templ.Component {
	back := applyView()
	back.Form = components.Typed{Values: map[string][]string{"name": {hostile}, "answers.q1": {hostile}},
		Errors: map[string]string{"name": hostile, "answers.q2": "Please fill this in"}}
	draft := own("draft", "")
	draft.Open, draft.Code, draft.Masked, draft.Helper, draft.How = true, "ABCD-EFGH-JKMN-PQRS", []Answer{{hostile, hostile}}, hostile, hostile
	drawn := own("waiting", "")
	drawn.Row, drawn.Place, drawn.Of, drawn.Reasons, drawn.Proofs = "00ff", 3, 60, []string{hostile, hostile}, []Proof{{"fits", "a\nb"}, {"result", "c"}}
	bound := own("accepted", "")
	bound.Code, bound.Bound = "ABCD-EFGH-JKMN-PQRS", true
	drawn.Code = "ABCD-EFGH-JKMN-PQRS"
	drawn.Steps = []components.Task{{Label: "Read", Address: "/applications/x", Done: true}}
	only := applyView()
	only.Only, only.DeclareAt = []string{"carer", "refugee", "rural"}, "/declaration"
	within := only
	within.Declare = &declarations.Choice{Groups: only.Only, Uses: []string{"eligibility", "reserved"}, WordsMax: 500, Prefix: "declaration.", Only: true}
	byHelper := only
	byHelper.ByHelper = true
	notFor, meant := drawn, drawn
	notFor.State, notFor.Asked, notFor.Only, notFor.DeclareAt = "declined", "no", only.Only, "/applications/x/declaration"
	meant.Asked, meant.Proofs = "yes", append([]Proof{{"eligible", "d"}}, drawn.Proofs...)
	return map[string]templ.Component{
		"only":       Apply(only),
		"only, here": Apply(within),
		"by helper":  Apply(byHelper),
		"not for":    Show(notFor),
		"meant":      Show(meant),
		"form":       Apply(applyView()),
		"form again": Apply(back),
		"sent":       Sent(SentView{ID: "atelier", Title: hostile, Code: "ABCD-EFGH-JKMN-PQRS", Site: "longtable.example/applications", AnswerBy: day}),
		"look up":    Lookup(LookupView{Form: components.Typed{Values: map[string][]string{"code": {hostile}}, Errors: map[string]string{"code": hostile}}}),
		"own":        Lookup(LookupView{Own: []Application{own("sent", ""), own("accepted", hostile), own("declined", hostile)}, Viewer: "amara", Next: "/next"}),
		"waiting":    Show(own("sent", "")),
		"accepted":   Show(own("accepted", hostile)),
		"declined":   Show(own("declined", hostile)),
		"draft":      Show(draft),
		"drawn":      Show(drawn),
		"offered":    Show(own("offered", "")),
		"withdrawn":  Show(own("withdrawn", "")),
		"lapsed":     Show(own("lapsed", "")),
		"held":       Held(heldView(drawn)),
		"held draft": Held(HeldView{Application: draft, Form: components.Typed{Errors: map[string]string{"sure": hostile}}}),
		"held bound": Held(HeldView{Application: bound, Number: 3}),
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
					t.Error("what somebody typed became markup")
				}
				for _, key := range []string{"programmes.", "applications."} {
					if strings.Contains(page, ">"+key) {
						t.Errorf("a sentence of %q is missing", key)
					}
				}
			})
		}
	}
}

func TestTheFormLosesNothingAndLeavesNothingBehind(t *testing.T) {
	v := applyView()
	v.Form.Values = map[string][]string{"name": {"Amina"}, "answers.q2": {"Because the oven is free"}}
	page := render(t, "en", Apply(v))
	for _, kept := range []string{`value="Amina"`, "Because the oven is free", `value="0123456789abcdef"`, `name="answers.q1"`} {
		if !strings.Contains(page, kept) {
			t.Errorf("the form lost %q", kept)
		}
	}
	if !strings.Contains(page, `data-draft=""`) {
		t.Error("the form is kept as a draft on a phone that may be borrowed")
	}
}

func TestTheCodeStandsOnThePageAfterSending(t *testing.T) {
	page := render(t, "ar", Sent(SentView{Code: "ABCD-EFGH-JKMN-PQRS", Site: "longtable.example/applications", AnswerBy: day}))
	for _, shown := range []string{">ABCD-EFGH-JKMN-PQRS<", ">longtable.example/applications<"} {
		if !strings.Contains(page, shown) {
			t.Errorf("the page does not show %q", shown)
		}
	}
}
