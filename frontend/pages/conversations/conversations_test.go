package conversations_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/a-h/templ"

	"longtable/frontend/components"
	"longtable/frontend/htmlcheck"
	"longtable/frontend/i18n"
	"longtable/frontend/layout"
	"longtable/frontend/pages/conversations"
)

const hostile = `"><script>alert(1)</script> & نور`

func TestTalkIsSoundInEveryLanguageAndState(t *testing.T) {
	said := components.Conversation{ID: "c1", Viewer: "me", Seq: 2, Older: "/conversations/c1?before=1", Messages: []components.Message{
		{Seq: 1, Author: "them", Name: hostile, At: time.Unix(0, 0), Text: hostile + " https://example.org/" + hostile, More: "/conversations/c1/messages/1", New: true, Edited: true,
			Quote: &components.Quote{Address: "/conversations/c1?around=1#m-1", Name: hostile, Text: hostile}, For: []string{hostile},
			Reactions: []components.Reactions{{Choice: components.Choice{Word: "thanks", Label: "Thanks"}, By: []string{"me"}}}}, {Seq: 2, Author: "me", Own: true, At: time.Unix(60, 0), Text: hostile}}}
	composer := components.Composer{Action: "/conversations/c1/messages", Nonce: "n", Label: "Write", MaxLength: 10}
	refused := composer
	refused.Body, refused.Error = hostile, "Too long"
	for name, content := range map[string]templ.Component{
		"no talk":      conversations.List(conversations.ListView{}),
		"some talk":    conversations.List(conversations.ListView{Next: "/conversations?after=x", Rows: []components.Row{{ID: "c1", Address: "/conversations/c1", Title: hostile, Text: hostile, Unread: true}}}),
		"nothing said": conversations.Show(conversations.ShowView{ID: "c1", Mark: "them", Title: hostile, Latest: true, Talk: components.Conversation{ID: "c1"}, Composer: composer}),
		"said":         conversations.Show(conversations.ShowView{ID: "c1", Mark: "them", Title: hostile, About: hostile, Person: "/people/them", FirstUnread: "#new", Latest: true, Talk: said, Composer: refused}),
		"a search":     conversations.Found(conversations.FoundView{Query: hostile, Partly: true, Rows: []components.Row{{ID: "c1", Address: "/conversations/c1", Title: hostile, Text: hostile}}}),
		"requests": conversations.Requests(conversations.RequestsView{Viewer: "me", Requests: []conversations.Request{{ID: "a~b", Name: hostile, Person: "/people/a", About: hostile,
			Words: hostile, Report: "/reports/new"}}}),
		"no requests": conversations.Requests(conversations.RequestsView{Viewer: "me"}),
		"a new group": conversations.NewGroup(conversations.NewGroupView{Nonce: "n", People: []components.Option{{Value: "a", Label: hostile}}, TitleMax: 10, Max: 3}),
		"nobody yet":  conversations.NewGroup(conversations.NewGroupView{}),
		"details": conversations.Details(conversations.DetailsView{Title: hostile, Address: "/conversations/c1", People: []components.Tag{{Label: hostile, Address: "/people/a"}},
			Group: true, Muted: true, Addable: []components.Option{{Value: "a", Label: hostile}}, Report: "/reports/new"}),
		"a request": conversations.Show(conversations.ShowView{ID: "c1", Mark: "them", Title: hostile, Asks: true, PagesOnly: true, Latest: true, Talk: said, Composer: composer}),
		"waiting":   conversations.Show(conversations.ShowView{ID: "c1", Mark: "them", Title: hostile, Waits: true, Latest: true, Talk: said}),
		"one message": conversations.One(conversations.OneView{Title: hostile, Talk: "/conversations/c1", Address: "/conversations/c1/messages/1", Message: said.Messages[0],
			CanAnswer: true, Answer: "/conversations/c1?answer=1#composer", Words: []components.Choice{{Word: "thanks", Label: "Thanks"}}, Own: "thanks",
			Reacted: []components.SummaryRow{{Label: "Thanks", Values: []string{hostile}}}, Edit: true, TakeBack: true, KeptDays: 30, Report: "/reports/new"}),
		"an old page": conversations.Show(conversations.ShowView{ID: "c1", Mark: "them", Title: hostile, Talk: said}),
	} {
		for _, language := range i18n.Languages() {
			ctx := templ.WithChildren(i18n.With(t.Context(), language.Lang), content)
			var page bytes.Buffer
			if err := layout.Page(layout.Shell{Title: "x"}).Render(ctx, &page); err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(page.Bytes(), []byte("<script>alert")) {
				t.Errorf("%s in %s: markup got into the page", name, language.Lang)
			}
			faults, err := htmlcheck.Page(&page)
			if err != nil {
				t.Fatal(err)
			}
			for _, fault := range faults {
				t.Errorf("%s in %s: %s", name, language.Lang, fault)
			}
		}
	}
}
