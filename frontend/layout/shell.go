// Package layout is what surrounds every page: the head, the ways around the site, notices, the foot.
package layout

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"

	"longtable/frontend"
	"longtable/frontend/i18n"
)

// Shell is everything a page shows around itself. Texts are ready to show, in the language of the context.
type Shell struct {
	Title       string // of the page; the network's name is put behind it
	Description string // for search engines and previews; empty for none
	Network     string // name of the network; Longtable where empty
	Path        string // of this page with its query, to come back to after a change of language
	Section     string // which way is marked as the current one: one of the Sections
	Viewer      *Person
	Unread      Unread
	Flash       *Flash
	Progress    string   // a quiet line: work in the background, a search that knows less for now; empty for none
	Listing     string   // address of the page's thing as linked data, for sites that list such things; empty for none
	Modules     []string // behaviours of the page, such as "search"
	Live        bool     // keeps a socket open for counts and for what the page watches
	Epoch       string   // of the store, for the socket
	Theme       string   // "light", "dark", or empty: as the device is set
	Cached      bool     // the browser has the stylesheet: its StyleCookie is the StyleVersion
	Problem     bool     // the page asks to put something right: its title says so first
	Private     bool     // not for search engines
	Acting      string   // name of the person for whom the reader acts; empty for themselves
	Recovery    bool     // somebody at the hub says that the reader lost every way in
	Demo        bool     // a demo network: its mails are read at /mailbox
}

// Person is who looks at the page.
type Person struct {
	ID, Name      string
	Host, Steward bool
}

// Unread counts what waits for the person.
type Unread struct {
	Talk, Notices, Introductions int
}

// Flash says once what has just been done.
type Flash struct {
	Tone string // "good", "waiting" or "wrong"
	Text string
}

// Sections are the ways around the site.
const (
	Home        = "home"
	People      = "people"
	Matches     = "matches"
	Talk        = "talk"
	Events      = "events"
	Board       = "board"
	Enterprises = "enterprises"
	Programmes  = "programmes"
	Hubs        = "hubs"
	SignIn      = "sign-in"
	SignUp      = "sign-up"
	Account     = "account"
)

// way is one link of the navigation.
type way struct {
	section, address, label string
	unread                  int    // things that wait there
	counts                  string // names that number; empty where nothing is counted
}

// ways lists the links for who looks, the most used first: a phone shows four of them and the rest behind "more".
func (s Shell) ways(ctx context.Context) []way {
	if s.Viewer == nil {
		return []way{
			{section: Programmes, address: "/programmes", label: i18n.T(ctx, "layout.programmes")},
			{section: Hubs, address: "/hubs", label: i18n.T(ctx, "layout.hubs")},
			{section: SignIn, address: "/sessions", label: i18n.T(ctx, "layout.sign-in")},
			{section: SignUp, address: "/sign-up", label: i18n.T(ctx, "layout.sign-up")},
		}
	}
	return []way{
		{section: Home, address: "/", label: i18n.T(ctx, "layout.home")},
		{section: People, address: "/people", label: i18n.T(ctx, "layout.people")},
		{section: Talk, address: "/conversations", label: i18n.T(ctx, "layout.talk"), unread: s.Unread.Talk, counts: "talk"},
		{section: Events, address: "/events", label: i18n.T(ctx, "layout.events")},
		{section: Matches, address: "/matches", label: i18n.T(ctx, "layout.matches"), unread: s.Unread.Introductions, counts: "introductions"},
		{section: Board, address: "/board", label: i18n.T(ctx, "layout.board")},
		{section: Enterprises, address: "/enterprises", label: i18n.T(ctx, "layout.enterprises")},
		{section: Programmes, address: "/programmes", label: i18n.T(ctx, "layout.programmes")},
		{section: Hubs, address: "/hubs", label: i18n.T(ctx, "layout.hubs")},
	}
}

const onPhone = 4 // links in the bar of a phone, beside "more": five targets of 64 px fit 320 px

func (s Shell) network() string { return or(s.Network, "Longtable") }

// title puts the page first, because tabs cut the end off.
func (s Shell) title(ctx context.Context) string {
	parts := []string{s.Title, s.network()}
	if s.Title == "" || s.Title == s.network() {
		parts = parts[1:]
	}
	title := strings.Join(parts, " · ")
	if s.Problem {
		return i18n.T(ctx, "form.error") + " " + title
	}
	return title
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// modules are those of the page, and the live ones where it has a socket.
func (s Shell) modules() []string {
	if s.Live {
		return append([]string{"live"}, s.Modules...)
	}
	return s.Modules
}

// inlineStyle puts the sheet into the page. It is our own constant text, whose hash the content security policy names;
// nothing of a person's can get into it, so it is the one thing written without escaping.
func inlineStyle() templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		for _, part := range [][]byte{[]byte("<style>"), frontend.Style(), []byte("</style>")} {
			if _, err := w.Write(part); err != nil {
				return err
			}
		}
		return nil
	})
}
