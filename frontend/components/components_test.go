package components_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
)

const hostile = "\"><script>alert(1)</script>\n'`{{x}} \u202eevil"

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var out strings.Builder
	if err := c.Render(i18n.With(t.Context(), "en"), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// within gives a component children, as a page does.
func within(parent templ.Component, text string) templ.Component {
	child := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, templ.EscapeString(text))
		return err
	})
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return parent.Render(templ.WithChildren(ctx, child), w)
	})
}

func TestOnlyAddressesThatMayBeFollowedLeadOn(t *testing.T) {
	for address, want := range map[string]string{
		"https://longtable.example/a?b=1": "https://longtable.example/a?b=1",
		"http://longtable.example":        "http://longtable.example",
		"mailto:amara@longtable.example":  "mailto:amara@longtable.example",
		"javascript:alert(1)":             "", "JaVaScRiPt:alert(1)": "", " javascript:alert(1)": "", "java\nscript:alert(1)": "",
		"data:text/html,x": "", "//elsewhere.example": "", "/people": "", "": "", "vbscript:x": "", "ht\ttp://x": "",
	} {
		if got := string(components.Link(address)); got != want {
			t.Errorf("Link(%q) = %q, want %q", address, got, want)
		}
	}
	if page := render(t, components.Website("javascript:alert(1)")); strings.Contains(page, "href") {
		t.Errorf("a script became a link: %s", page)
	}
}

func TestWhatPeopleWroteStaysText(t *testing.T) {
	field := components.Field{Name: "x", Label: hostile, Hint: hostile, Error: hostile, Value: hostile, Values: []string{hostile, hostile},
		MaxLength: 9, Autocomplete: hostile, Options: []components.Option{{Value: hostile, Label: hostile, Hint: hostile}}, Suggestions: []string{hostile}}
	for name, c := range map[string]templ.Component{
		"input": components.Input(field), "area": components.TextArea(field), "select": components.Select(field), "radios": components.Radios(field),
		"checkboxes": components.Checkboxes(field), "checkbox": components.Checkbox(field), "date": components.DateTime(field),
		"errors": components.ErrorSummary(hostile, field),
		"person": components.Person(components.PersonCard{ID: hostile, Address: hostile, Name: hostile, Pronouns: hostile, Headline: hostile,
			Place: hostile, Text: hostile, Tags: []components.Tag{{Label: hostile, Address: hostile}}, Reasons: []string{hostile}}),
		"prose":   components.Prose(hostile, hostile),
		"message": components.MessageItem(components.Message{Author: hostile, Name: hostile, Text: hostile}),
		"skills":  components.Skills(components.SkillPicker{Name: "s", Legend: hostile, Chosen: []components.SkillChoice{{Name: hostile}}, Known: []string{hostile}}),
		"search":  components.SearchBox(components.Search{Address: hostile, Query: hostile, Label: hostile, Kept: []components.Option{{Label: hostile, Value: hostile}}}),
	} {
		page := render(t, c)
		root, err := html.Parse(strings.NewReader(page))
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			if n.Type == html.ElementNode && n.Data == "script" {
				t.Errorf("%s let a script out: %s", name, page)
			}
		}
		if !strings.Contains(page, "alert(1)") {
			t.Errorf("%s lost what was written", name)
		}
	}
}

// What was typed comes back to the letter, line ends and spaces included.
func TestATextAreaGivesBackExactlyWhatWasTyped(t *testing.T) {
	for _, typed := range []string{"", "one", "  two\n  lines  ", "tab\there & <there>"} {
		root, err := html.Parse(strings.NewReader(render(t, components.TextArea(components.Field{Name: "about", Label: "About", Value: typed}))))
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		for n := range root.Descendants() {
			if n.Type == html.TextNode && n.Parent.Data == "textarea" {
				got.WriteString(n.Data)
			}
		}
		if got.String() != typed {
			t.Errorf("%q came back as %q", typed, got.String())
		}
	}
}

func TestTheErrorSummaryLeadsToTheFieldsInTheirOrder(t *testing.T) {
	fields := []components.Field{{Name: "name", Label: "Name", Error: "Please fill this in"}, {Name: "fine", Label: "Fine"}, {Name: "kind", Label: "Kind", Error: "Choose one"}}
	page := render(t, components.ErrorSummary("", fields...))
	first, second := strings.Index(page, `href="#f-name"`), strings.Index(page, `href="#f-kind"`)
	if first < 0 || second < first || strings.Contains(page, "f-fine") {
		t.Errorf("the summary leads elsewhere: %s", page)
	}
	if page := render(t, components.ErrorSummary("", components.Field{Name: "fine"})); strings.TrimSpace(page) != "" {
		t.Errorf("nothing is wrong, and yet: %s", page)
	}
}

func TestTheSkillPickerHasRoomForOneMore(t *testing.T) {
	count := func(p components.SkillPicker) int { return strings.Count(render(t, components.Skills(p)), "<input") }
	chosen := make([]components.SkillChoice, 4)
	for _, c := range []struct {
		picker components.SkillPicker
		want   int
	}{
		{components.SkillPicker{Name: "s", Slots: 3}, 3},
		{components.SkillPicker{Name: "s", Slots: 3, Chosen: chosen}, 5},
		{components.SkillPicker{Name: "s", Slots: 3, Chosen: chosen, Max: 4}, 4},
		{components.SkillPicker{Name: "s", Slots: 9, Max: 2}, 2},
		{components.SkillPicker{Name: "s", Chosen: chosen, Max: 2}, 4}, // never hides what was chosen
	} {
		if got := count(c.picker); got != c.want {
			t.Errorf("%+v has %d lines, want %d", c.picker, got, c.want)
		}
	}
}

func TestAGroupTooSmallToShowHasNoNumber(t *testing.T) {
	page := render(t, components.BarTable("Who is here", "People", []components.Bar{{Label: "Lagos", Value: 40}, {Label: "Yaba", Value: 3, Few: true}}))
	if strings.Contains(page, ">3<") || !strings.Contains(page, "Too few") || !strings.Contains(page, `width="100%"`) {
		t.Errorf("the table says: %s", page)
	}
	if page := render(t, components.BarTable("Nobody", "People", []components.Bar{{Label: "Lagos"}})); !strings.Contains(page, `width="0%"`) {
		t.Errorf("an empty table says: %s", page)
	}
}

func TestPlacesCountDown(t *testing.T) {
	for _, c := range []struct {
		places components.PlacesLeft
		want   string
	}{
		{components.PlacesLeft{Topic: "event:x", Capacity: 40, Taken: 39}, "place left of 40"},
		{components.PlacesLeft{Topic: "event:x", Capacity: 40, Taken: 12}, "places left of 40"},
		{components.PlacesLeft{Topic: "event:x", Capacity: 40, Taken: 40}, "places, all taken"},
		{components.PlacesLeft{Topic: "event:x", Capacity: 40, Taken: 40, Waiting: 1}, "1 person waits in line"},
	} {
		if page := render(t, components.Places(c.places)); !strings.Contains(page, c.want) || !strings.Contains(page, `data-watch="event:x"`) {
			t.Errorf("%+v says %s", c.places, page)
		}
	}
}

func TestWhatIsMissingIsFoldedAndCounted(t *testing.T) {
	page := render(t, components.Access([]components.AccessFact{{Label: "Hearing loop"}, {Label: "Step-free", Present: true}, {Label: "Childcare"}}))
	before, folded, found := strings.Cut(page, "<details")
	if !found || !strings.Contains(folded, "What is not here: 2") {
		t.Fatalf("two missing facts are not folded and counted: %s", page)
	}
	if !strings.Contains(before, "Step-free") || strings.Contains(before, "Childcare") || !strings.Contains(folded, "Not here: Childcare") {
		t.Errorf("the facts stand on the wrong side: %s", page)
	}
	if all := render(t, components.Access([]components.AccessFact{{Label: "Step-free", Present: true}})); strings.Contains(all, "<details") {
		t.Errorf("nothing is missing, and yet something is folded: %s", all)
	}
}

func TestALongListSaysWhatIsChosenAndOpensWhereItIsWrong(t *testing.T) {
	f := components.Field{Name: "languages", Label: "Languages", Options: []components.Option{{Value: "de", Label: "German"}, {Value: "sw", Label: "Swahili"}, {Value: "yo", Label: "Yoruba"}}}
	if page := render(t, components.Folded(f)); !strings.Contains(page, "optional") || strings.Contains(page, " open") {
		t.Errorf("nothing is chosen or wrong: %s", page)
	}
	f.Values, f.Error = []string{"de", "yo"}, "At most one"
	page := render(t, components.Folded(f))
	head, _, _ := strings.Cut(page, "</summary>")
	if !strings.Contains(page, "<details class=\"field folded\" open") || !strings.Contains(head, "German") || !strings.Contains(head, "Yoruba") || strings.Contains(head, "Swahili") {
		t.Errorf("the head does not say what is chosen, or the error is folded away: %s", page)
	}
}

func TestChildrenStandInside(t *testing.T) {
	for name, c := range map[string]templ.Component{
		"cards": components.Cards(), "item": components.Item(), "notice": components.Notice(components.Wrong), "empty": components.Empty("a", "b"),
		"columns": components.Columns(), "actions": components.Actions(), "form": components.PostForm(components.Form{Action: "/x"}),
		"title": components.Title("a", "b", "c"), "results": components.Results("a"), "person": components.Person(components.PersonCard{}), "thing": components.Thing(components.Card{}),
	} {
		if page := render(t, within(c, "Bình was here")); !strings.Contains(page, "Bình was here") {
			t.Errorf("%s lost its children: %s", name, page)
		}
	}
}
