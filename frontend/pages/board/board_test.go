package board_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"longtable/frontend/components"
	"longtable/frontend/htmlcheck"
	"longtable/frontend/i18n"
	"longtable/frontend/layout"
	"longtable/frontend/pages/board"
)

// hostile is what somebody writes who wants to break out of the page.
const hostile = `"><script>alert(1)</script>' onload=x {name}`

var (
	options = []components.Option{{Label: "All"}, {Value: "ask", Label: "Ask"}, {Value: "offer", Label: hostile}}
	amara   = board.Author{Name: "Amara " + hostile, Address: "/people/amara"}
	refused = components.Typed{
		Values:  map[string][]string{"kind": {"ask"}, "title": {hostile}, "skills": {hostile, "sewing"}, "words": {hostile}},
		Errors:  map[string]string{"kind": "Choose", "title": "Too long", "skills": "Unknown", "words": "Too long"},
		General: hostile,
	}
	picker = components.SkillPicker{Name: "skills", Legend: "Skills", Hint: "At most 8", Error: "Unknown", Max: 8, Slots: 4,
		Address: "/skills", Chosen: []components.SkillChoice{{Name: hostile}}, Known: []string{"Sewing", hostile}}
)

func showView() board.ShowView {
	return board.ShowView{ID: "b1", Kind: "ask", Title: hostile, Text: hostile + "\n\nسطر ثان", Author: amara,
		Skills: []components.Tag{{Label: hostile, Address: "/people?skill=sewing"}}, Hub: components.Tag{Label: "Hub Lagos", Address: "/hubs/lagos"},
		PostedAt: time.Date(2027, 3, 31, 18, 30, 0, 0, time.UTC)}
}

// pages are all pages of the board in the states that change what they show.
func pages() map[string]templ.Component {
	cards := []board.Card{
		{Card: components.Card{ID: "b1", Address: "/board/b1", Title: hostile, Text: hostile, Kicker: "Ask"}, Author: amara},
		{Card: components.Card{ID: "b2", Address: "/board/b2", Title: "Chairs"}},
	}
	toAnswer, own, closed, back := showView(), showView(), showView(), showView()
	toAnswer.Answer = &board.Answer{Nonce: "n1", WordsMax: 1000}
	own.MayEdit, own.MayClose = true, true
	closed.Closed, closed.Author = true, board.Author{}
	back.Problem, back.Answer = hostile, &board.Answer{Form: refused, Nonce: "n1", WordsMax: 1000}
	return map[string]templ.Component{
		"list":          board.List(board.ListView{Kinds: options, Hubs: options, Cards: cards, More: "/board?after=x"}),
		"list empty":    board.List(board.ListView{Kinds: options, Hubs: options}),
		"list narrowed": board.List(board.ListView{Kind: "ask", Kinds: options, Hubs: options}),
		"list further":  board.List(board.ListView{Kind: "ask", Kinds: options, Hubs: options, More: "/board?after=x"}),
		"to answer":     board.Show(toAnswer),
		"own":           board.Show(own),
		"closed":        board.Show(closed),
		"answer back":   board.Show(back),
		"new":           board.Form(board.FormView{Kinds: options[1:], Skills: picker, TitleMax: 120, TextMax: 5000}),
		"edit back":     board.Form(board.FormView{ID: "b1", Form: refused, Kinds: options[1:], Skills: picker, TitleMax: 120, TextMax: 5000}),
		"without a hub": board.Form(board.FormView{NoHub: true}),
	}
}

// missing finds what a catalogue shows for a key that it does not have, or for a blank that got no value.
var missing = regexp.MustCompile(`>\s*(board|words|form|parts)\.[a-z-]+\s*<|\{(max|n|position|zone)\}`)

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
	if err := layout.Page(layout.Shell{Title: "Board", Path: "/board", Section: "board"}).Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestWhatWasTypedComesBack(t *testing.T) {
	got := render(t, "en", pages()["answer back"])
	for _, want := range []string{"&gt;&lt;script&gt;alert(1)", `name="nonce" value="n1"`, `aria-invalid="true"`, `href="#f-words"`} {
		if !strings.Contains(got, want) {
			t.Errorf("the answer that came back lacks %s", want)
		}
	}
}

func TestOnlyWhoMayChangeItIsOfferedTo(t *testing.T) {
	all := pages()
	for _, path := range []string{"/board/b1/edit", "/board/b1/delete"} {
		want := fmt.Sprintf("%q", path)
		if !strings.Contains(render(t, "en", all["own"]), want) {
			t.Errorf("the author is not offered %s", path)
		}
		if strings.Contains(render(t, "en", all["to answer"]), want) {
			t.Errorf("a reader is offered %s", path)
		}
	}
}
