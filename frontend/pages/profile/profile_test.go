package profile_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"longtable/frontend/components"
	"longtable/frontend/htmlcheck"
	"longtable/frontend/i18n"
	"longtable/frontend/layout"
	"longtable/frontend/pages/profile"
)

// hostile is what somebody writes who wants to break out of the page.
const hostile = `"><script>alert(1)</script>' onload=x {name}`

var (
	options = []components.Option{{Value: "network", Label: "Everyone"}, {Value: "me", Label: hostile}}
	numbers = []components.Option{{Value: "0", Label: "Not said"}, {Value: "1", Label: "One"}}
	limits  = profile.Limits{Name: 80, Pronouns: 40, Headline: 140, About: 2000, Causes: 5, Languages: 12, HoursPerWeek: 60, RoomInWeek: 30}
	refused = components.Typed{
		Values: map[string][]string{"name": {hostile}, "about": {hostile}, "offers": {hostile}, "causes": {"1"}, "languages": {"en"},
			"hoursPerWeek": {"many"}, "stage": {"1"}, "shown.needs": {"me"}, "matchingOff": {"yes"}},
		Errors: map[string]string{"name": "Needed", "offers": "Unknown", "languages": "Too many", "hoursPerWeek": "A number", "shown": "Choose", "causes": "Too many"},
	}
)

func picker(name string) components.SkillPicker {
	return components.SkillPicker{Name: name, Legend: "Skills: " + name, Hint: "At most 8", Error: refused.Errors[name], Max: 8, Slots: 4,
		Address: "/skills", Chosen: []components.SkillChoice{{Name: hostile}}, Known: []string{"Sewing", hostile}}
}

func view(form components.Typed) profile.View {
	return profile.View{ID: "amara", Form: form, Offers: picker("offers"), Lived: picker("lived"), Learning: picker("learning"), Needs: picker("needs"),
		Causes: numbers, Stages: numbers, Audiences: options, Languages: []components.Option{{Value: "en", Label: "English"}, {Value: "ar", Label: "العربية"}}, Max: limits}
}

// pages are the form in the states that change what it shows.
func pages() map[string]templ.Component {
	settled := view(components.Typed{Values: map[string][]string{"hoursPerWeek": {"0"}, "languages": {"en", "ar"}}})
	settled.Hub, settled.Enterprise = hostile, components.Tag{Label: hostile, Address: "/enterprises/plank"}
	return map[string]templ.Component{
		"new":     profile.Edit(view(components.Typed{})),
		"settled": profile.Edit(settled),
		"back":    profile.Edit(view(refused)),
	}
}

// missing finds what a catalogue shows for a key that it does not have, or for a blank that got no value.
var missing = regexp.MustCompile(`>\s*(people|profile|matches|introductions|skills|words|form|parts|search)\.[a-z-]+\s*<|\{(n|max|part|covered|hub)\}`)

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
					t.Error("what a member wrote became markup")
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
	if err := layout.Page(layout.Shell{Title: "Page", Path: "/profile", Section: "profile"}).Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestWhatWasTypedComesBackBesideWhatIsWrong(t *testing.T) {
	got := render(t, "en", pages()["back"])
	for _, want := range []string{`value="many"`, `href="#f-name"`, `href="#f-offers"`, `href="#f-hoursPerWeek"`, `href="#f-languages"`,
		`href="#f-shown.pronouns"`, `<details class="field folded" open`} {
		if !strings.Contains(got, want) {
			t.Errorf("the form that came back lacks %s", want)
		}
	}
}

func TestEveryPartAsksWhoSeesIt(t *testing.T) {
	got := render(t, "en", pages()["new"])
	for _, part := range []string{"pronouns", "about", "offers", "needs", "causes", "languages", "hub", "hours", "stage", "enterprise"} {
		if strings.Count(got, `name="shown.`+part+`"`) != 1 {
			t.Errorf("the form does not ask who sees %s, or asks twice", part)
		}
	}
}

func TestANumberThatWasNotSaidIsEmpty(t *testing.T) {
	if got := render(t, "en", pages()["settled"]); !strings.Contains(got, `name="hoursPerWeek" type="number" value=""`) {
		t.Error("0 hours stand in the form as if they had been said")
	}
}
