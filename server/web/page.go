package web

import (
	"bytes"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"longtable/frontend"
	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/layout"
	"longtable/frontend/pages/problem"
	"longtable/server/community"
)

// say is a sentence of the catalogue in the reader's language.
func (q *Request) say(key string, args map[string]any) string {
	for name, value := range args {
		if amount, is := value.(community.Amount); is {
			args = maps.Clone(args)
			args[name] = q.price(amount.Minor, amount.Currency)
		}
	}
	return i18n.Say(i18n.With(q.Context(), q.Lang), key, args)
}

// Say is a sentence of the catalogue in the reader's language; blanks follow as name and value.
func (q *Request) Say(key string, pairs ...any) string {
	return i18n.T(i18n.With(q.Context(), q.Lang), key, pairs...)
}

// Form is a form as it is shown: with what was typed and what is wrong with it when it comes back, else with the thing
// as it is now, which may be nil.
func (q *Request) Form(now any) components.Typed {
	form := components.Typed{Values: q.typed}
	if q.Problem == nil {
		form.Values = encodeForm(now)
		return form
	}
	e := q.asError(q.Problem)
	if form.Errors = q.fieldTexts(e); len(form.Errors) == 0 {
		form.General = q.say(e.Say, e.Args)
	}
	return form
}

// send answers in the form that was asked for.
func (q *Request) send(a Answer) error {
	if a.Sent {
		return nil
	}
	if q.WantsPage() {
		if a.Location != "" {
			if a.Said != "" {
				q.setCookie("said", a.Said, time.Minute)
			}
			return q.c.Redirect(a.Location, http.StatusSeeOther)
		}
		if a.View.Content != nil {
			return q.sendPage(a)
		}
	}
	return q.sendData(a)
}

func (q *Request) sendData(a Answer) error {
	q.c.Set(fiber.HeaderCacheControl, "no-store")
	if a.Location != "" {
		q.c.Set(fiber.HeaderLocation, a.Location)
	}
	switch {
	case a.Status != 0:
		q.c.Status(a.Status)
	case a.Location != "" && a.Data != nil && q.route.Method == "POST" && q.route.As == "":
		q.c.Status(http.StatusCreated)
	}
	if a.Data == nil {
		return q.c.SendStatus(http.StatusNoContent)
	}
	return q.c.JSON(a.Data)
}

// sendPage renders the whole page before anything is sent, so that an error can still become a clean answer.
func (q *Request) sendPage(a Answer) error {
	shell, err := q.shell(a)
	if err != nil {
		return err
	}
	ctx := templ.WithChildren(i18n.With(q.Context(), q.Lang), a.View.Content)
	var page bytes.Buffer
	if err := layout.Page(shell).Render(ctx, &page); err != nil {
		return err
	}
	q.c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	q.c.Set(fiber.HeaderCacheControl, "no-store")
	q.c.Set(fiber.HeaderVary, "Cookie, Accept, Accept-Language")
	if a.Status != 0 {
		q.c.Status(a.Status)
	}
	return q.sendCompressed(page.Bytes())
}

// shell is what surrounds the content: who is signed in, what waits for them, where they are.
func (q *Request) shell(a Answer) (layout.Shell, error) {
	shell := layout.Shell{
		Title: a.View.Title, Description: a.View.Description, Section: a.View.Section, Path: q.Path(),
		Listing: a.View.Listing, Modules: a.View.Modules, Theme: q.themeShown(), Problem: q.Problem != nil, Private: a.Private || q.Viewer.Known(),
		Cached: q.c.Cookies(frontend.StyleCookie) == frontend.StyleVersion(), Demo: q.Mailbox != nil,
	}
	if !shell.Cached {
		q.setCookie(frontend.StyleCookie, frontend.StyleVersion(), styleCookieLasts)
	}
	if said := q.c.Cookies("said"); said != "" {
		q.setCookie("said", "", 0)
		if strings.Contains(said, ".said-") && i18n.Has(said) { // no other sentence, were the cookie not from us
			shell.Flash = &layout.Flash{Text: q.Say(said)}
		}
	}
	if p := q.progress(); p != nil {
		shell.Progress = q.Say("layout.progress", "done", p.Done, "of", p.Of)
	}
	charter, err := q.Network.Charter(q.Context())
	if err != nil && community.KindOf(err) != community.KindNotFound {
		return shell, err
	}
	if charter != nil {
		shell.Network, shell.Epoch = charter.Name, charter.Epoch
	}
	return shell, q.greet(&shell)
}

const styleCookieLasts = 180 * 24 * time.Hour

// greet adds what only people who are signed in have.
func (q *Request) greet(shell *layout.Shell) error {
	if !q.Viewer.Known() {
		return nil
	}
	ctx := q.Context()
	shell.Viewer = &layout.Person{ID: string(q.Viewer.ID), Name: q.Viewer.Name, Host: q.Viewer.HostsAny(), Steward: q.Viewer.Steward}
	shell.Live = q.Session != nil && q.Viewer.By == ""
	if q.Viewer.By != "" {
		shell.Acting = q.Viewer.Name
		return nil // what waits for the person is not the helper's to count
	}
	recovery, err := q.Network.OwnRecovery(ctx, q.Viewer)
	if err != nil {
		return err
	}
	shell.Recovery = recovery != nil
	talk, err := q.Network.Unread(ctx, q.Viewer)
	if err != nil {
		return err
	}
	waiting, err := q.Network.IntroductionsWaiting(ctx, q.Viewer)
	if err != nil {
		return err
	}
	notices, err := q.Network.UnreadNotices(ctx, q.Viewer)
	shell.Unread = layout.Unread{Talk: talk, Introductions: len(waiting), Notices: notices}
	return err
}

func (q *Request) progress() *Progress {
	if q.Progress == nil {
		return nil
	}
	return q.Progress()
}

// errorPage says what is the matter and what to try.
func (q *Request) errorPage(e *community.Error, status int) Answer {
	v := problem.View{Kind: string(e.Kind), Text: q.say(e.Say, e.Args)}
	if status == http.StatusInternalServerError {
		v.Reference = q.requestID()
	}
	for field, text := range q.fieldTexts(e) {
		v.Details = append(v.Details, field+": "+text)
	}
	if e.Kind == community.KindUnauthenticated {
		v.SignIn = signInPath(q.Path())
	}
	return Answer{Status: status, View: View{Title: q.Say("problem.title-" + string(e.Kind)), Content: problem.Show(v)}}
}

// Next is the address of the page that follows in a list; empty at the end.
func (q *Request) Next(cursor community.Cursor) string {
	if cursor == "" {
		return ""
	}
	args := fiber.AcquireArgs()
	defer fiber.ReleaseArgs(args)
	q.c.Context().QueryArgs().CopyTo(args)
	args.Set("after", string(cursor))
	return q.c.Path() + "?" + args.String()
}

// number is a count as text, for addresses.
func number[N ~int | ~int64](n N) string { return strconv.FormatInt(int64(n), 10) }
