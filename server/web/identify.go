package web

import (
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"longtable/frontend/i18n"
	"longtable/server/auth"
	"longtable/server/community"
)

// identify finds who is asking, by session cookie or personal token, and in which language to answer.
func (q *Request) identify() error {
	q.Lang = q.language("")
	member, err := q.member()
	if err != nil || member == "" {
		return err
	}
	viewer, err := q.Network.Viewer(q.Context(), member)
	if community.KindOf(err) == community.KindNotFound {
		return nil // the account is there, its person is not: signed in, yet nobody until they have joined
	}
	q.Viewer = viewer
	if err != nil {
		return err
	}
	return q.lookAtHelp()
}

func (q *Request) member() (community.MemberID, error) {
	if token, ok := strings.CutPrefix(q.c.Get(fiber.HeaderAuthorization), "Bearer "); ok {
		t, err := q.Door.Bearer(q.Context(), auth.Secret(token))
		if err != nil {
			return "", err
		}
		q.Token = t
		return t.Member, nil
	}
	cookie := q.c.Cookies(q.cookieName("session"))
	if cookie == "" {
		return "", nil
	}
	session, err := q.Door.Who(q.Context(), auth.Secret(cookie))
	if community.KindOf(err) == community.KindUnauthenticated {
		return "", nil // an old cookie is nobody, not an error: public pages must still open
	}
	if err != nil {
		return "", err
	}
	q.Session = session
	q.Lang = q.language(session.Lang)
	return session.Member, nil
}

// language is the one chosen in this browser, else the account's, else the best that the browser asks for.
func (q *Request) language(ofAccount string) string {
	if chosen := q.c.Cookies("language"); i18n.Known(chosen) {
		return chosen
	}
	if i18n.Known(ofAccount) {
		return ofAccount
	}
	return i18n.Match(q.c.Get(fiber.HeaderAcceptLanguage))
}

// cookieName ties a cookie to this host by the __Host- prefix where there is TLS, which browsers demand for it.
func (s *Site) cookieName(name string) string {
	if s.secure() {
		return "__Host-" + name
	}
	return name
}

// setCookie keeps a value in the browser; an empty value takes it away. Scripts can't read it.
func (q *Request) setCookie(name, value string, lasts time.Duration) {
	cookie := &fiber.Cookie{Name: name, Value: value, Path: "/", HTTPOnly: true, Secure: q.secure(), SameSite: fiber.CookieSameSiteLaxMode}
	switch {
	case value == "":
		cookie.Expires = time.Unix(1, 0)
	case lasts > 0:
		cookie.MaxAge = int(lasts.Seconds())
	}
	q.c.Cookie(cookie)
}

// letIn starts the browser's session.
func (q *Request) letIn(e *auth.Entry) {
	q.setCookie(q.cookieName("session"), e.Token.Reveal(), e.Session.ExpiresAt.Time().Sub(q.Network.Now().Time()))
	q.setCookie(q.cookieName("browser"), "", 0)
	q.Session = e.Session
}

// signInPath leads to the door and back to where the person wanted to go.
func signInPath(back string) string {
	if back == "/" || back == "" {
		return "/sessions"
	}
	return "/sessions?back=" + url.QueryEscape(back)
}

// backPath is a path of ours that a form may lead back to; anything else is the start page.
func backPath(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.Contains(path, `\`) {
		return "/"
	}
	return path
}
