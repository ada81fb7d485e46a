package door

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

var day = time.Date(2027, 3, 31, 18, 30, 0, 0, time.UTC)

func wrong(field string) components.Typed {
	return components.Typed{Values: map[string][]string{field: {hostile}}, Errors: map[string]string{field: hostile}}
}

func pages() map[string]templ.Component {
	return map[string]templ.Component{
		"sign in":          SignIn(SignInView{Back: "/events?after=1", Mails: true}),
		"sign in again":    SignIn(SignInView{Form: wrong("email"), Back: "/"}),
		"sign in too soon": SignIn(SignInView{Form: components.Typed{General: hostile}, Back: "/"}),
		"sign up":          SignUp(SignUpView{Mails: true}),
		"sign up again":    SignUp(SignUpView{Form: wrong("password")}),
		"ask for link":     LinkRequest(LinkRequestView{Form: wrong("email"), Mails: true}),
		"no letters":       LinkRequest(LinkRequestView{}),
		"on its way":       OnItsWay(OnItsWayView{}),
		"on its way, demo": OnItsWay(OnItsWayView{Mailbox: true}),
		"link":             Link(LinkView{Action: "/sign-in-link/abc_DEF-1"}),
		"arrival":          Arrival(ArrivalView{NameMax: 80}),
		"arrival again":    Arrival(ArrivalView{Form: wrong("name"), NameMax: 80, PasswordDropped: true}),
		"sessions": Sessions(SessionsView{Sessions: []Session{
			{ID: "a1", Browser: "Firefox, Android", SeenAt: day, Current: true}, {ID: "b2", Browser: hostile, SeenAt: day}, {ID: "c3", SeenAt: day}}}),
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
					t.Error("what was typed became a script")
				}
			})
		}
	}
}

func TestOnlyAnotherSessionIsEndedByItsID(t *testing.T) {
	page := render(t, "en", pages()["sessions"])
	for action, wanted := range map[string]int{`action="/sessions/delete"`: 1, `action="/sessions/a1/delete"`: 0, `action="/sessions/b2/delete"`: 1} {
		if got := strings.Count(page, action); got != wanted {
			t.Errorf("%s stands %d times, wanted %d", action, got, wanted)
		}
	}
}

func TestALinkIsUsedByPostOnly(t *testing.T) {
	page := render(t, "en", pages()["link"])
	if !strings.Contains(page, `method="post" action="/sign-in-link/abc_DEF-1"`) || strings.Contains(page, `href="/sign-in-link/`) {
		t.Error("the page behind a link has to post to it, and must not lead to it")
	}
}

func TestAPasswordIsNeededOnlyWhereNoLetterFollows(t *testing.T) {
	for mails, wanted := range map[bool]int{true: 1, false: 2} {
		page := render(t, "en", SignUp(SignUpView{Mails: mails}))
		if got := strings.Count(page, " required"); got != wanted {
			t.Errorf("mails %v: %d fields are required, wanted %d", mails, got, wanted)
		}
	}
}
