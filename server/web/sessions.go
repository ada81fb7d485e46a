package web

import (
	"maps"
	"net/http"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/pages/door"
	"longtable/server/auth"
	"longtable/server/community"
)

// sessionData is one browser in which the viewer is signed in.
type sessionData struct {
	ID        auth.SessionHash `json:"id"`      // opens nothing; it names the session that is to be ended
	Browser   string           `json:"browser"` // such as "Firefox, Android"; empty when unknown
	CreatedAt time.Time        `json:"createdAt"`
	SeenAt    time.Time        `json:"seenAt"` // exact to the hour
	Current   bool             `json:"current"`
}

type signInBody struct {
	Email    string      `json:"email"`
	Password auth.Secret `json:"password"`
	Back     string      `json:"back"` // the page to go on to
}

type linkBody struct {
	Email string `json:"email"`
}

// showSessions is the door for who is outside, and the list of open doors for who is in.
func showSessions(q *Request) (Answer, error) {
	switch {
	case !q.Viewer.Known() && q.Session != nil:
		return Gone("/arrival", ""), nil // signed up, but without a name yet
	case !q.Viewer.Known() && !q.WantsPage():
		return Answer{}, community.Unauthenticated()
	case !q.Viewer.Known():
		return newSession(q)
	}
	sessions, err := q.Door.Sessions(q.Context(), q.Viewer.ID)
	if err != nil {
		return Answer{}, err
	}
	zone, err := q.ownZone()
	if err != nil {
		return Answer{}, err
	}
	view := door.SessionsView{}
	var items []sessionData
	for _, s := range sessions {
		data := q.sessionDataOf(s)
		items = append(items, data)
		view.Sessions = append(view.Sessions, door.Session{ID: string(s.ID), Browser: s.Agent, SeenAt: s.SeenAt.In(zone), Current: data.Current})
	}
	return Answer{Data: ListOf(items, ""), View: View{Title: q.Say("door.sessions-title"), Section: "account", Content: door.Sessions(view)}}, nil
}

func (q *Request) sessionDataOf(s *auth.Session) sessionData {
	return sessionDataOf(s, q.Session)
}

func sessionDataOf(s, current *auth.Session) sessionData {
	return sessionData{ID: s.ID, Browser: s.Agent, CreatedAt: s.CreatedAt.Time(), SeenAt: s.SeenAt.Time(), Current: current != nil && current.ID == s.ID}
}

// ownZone is the time zone of the viewer's hub, and UTC for people without one.
func (q *Request) ownZone() (string, error) {
	if q.Viewer.Hub == "" {
		return "UTC", nil
	}
	hub, err := q.Network.Hub(q.Context(), q.Viewer.Hub)
	if community.KindOf(err) == community.KindNotFound {
		return "UTC", nil
	}
	if err != nil {
		return "", err
	}
	return hub.Zone, nil
}

func newSession(q *Request) (Answer, error) {
	form := q.formWithout([]string{"password"}, signInBody{Back: q.Ask("back")})
	view := door.SignInView{Form: form, Back: backPath(form.Value("back")), Mails: q.Mails}
	return Answer{View: View{Title: q.Say("door.sign-in-title"), Section: "sign-in", Content: door.SignIn(view), Modules: []string{"form"}}}, nil
}

// formWithout is a form that comes back without its secrets: a password or a code never stands in a page.
func (q *Request) formWithout(secrets []string, now any) components.Typed {
	form := q.Form(now)
	form.Values = maps.Clone(form.Values)
	for _, name := range secrets {
		delete(form.Values, name)
	}
	return form
}

func signIn(q *Request) (Answer, error) {
	body, err := Decode[signInBody](q)
	if err != nil {
		return Answer{}, err
	}
	entry, err := q.Door.SignIn(q.Context(), body.Email, body.Password, q.visitor())
	if err != nil {
		return Answer{}, err
	}
	return q.cameIn(entry, body.Back)
}

// cameIn starts the session. Who has no name here yet is asked for it, and then led on; everybody else goes back to
// where they wanted to go.
func (q *Request) cameIn(entry *auth.Entry, back string) (Answer, error) {
	_, err := q.Network.Members.Get(q.Context(), entry.Session.Member)
	to := backPath(back)
	switch {
	case community.KindOf(err) == community.KindNotFound && entry.PasswordDropped:
		to = passwordDroppedPath
	case community.KindOf(err) == community.KindNotFound:
		to = "/arrival"
	case err != nil:
		return Answer{}, err
	}
	q.letIn(entry)
	return Answer{Data: q.sessionDataOf(entry.Session), Location: to}, nil
}

func signOut(q *Request) (Answer, error) {
	if err := q.Door.SignOut(q.Context(), auth.Secret(q.c.Cookies(q.cookieName("session")))); err != nil {
		return Answer{}, err
	}
	q.forgetBrowser()
	return Gone("/", "door.said-signed-out"), nil
}

// forgetBrowser takes away what this browser keeps: its cookie, and the drafts that scripts left for coming back. The
// next person may sit at the same computer.
func (q *Request) forgetBrowser() {
	q.setCookie(q.cookieName("session"), "", 0)
	q.c.Set("Clear-Site-Data", `"storage"`)
}

func endSession(q *Request) (Answer, error) {
	if err := q.inBrowser(); err != nil {
		return Answer{}, err
	}
	id, err := Param[auth.SessionHash](q, "id")
	if err != nil {
		return Answer{}, err
	}
	if err := q.Door.EndSession(q.Context(), q.Viewer.ID, id); err != nil {
		return Answer{}, err
	}
	if q.Session.ID == id {
		q.forgetBrowser()
		return Gone("/", "door.said-signed-out"), nil
	}
	return Gone("/sessions", "door.said-ended"), nil
}

func newSignInLink(q *Request) (Answer, error) {
	view := door.LinkRequestView{Form: q.Form(nil), Mails: q.Mails}
	return Answer{View: View{Title: q.Say("door.link-title"), Section: "sign-in", Content: door.LinkRequest(view), Modules: []string{"form"}}}, nil
}

func requestSignInLink(q *Request) (Answer, error) {
	body, err := Decode[linkBody](q)
	if err != nil {
		return Answer{}, err
	}
	if !q.Mails {
		return Answer{}, community.Forbidden("door.no-letters")
	}
	if err := q.Door.RequestLink(q.Context(), body.Email, q.visitor()); err != nil {
		return Answer{}, err
	}
	return q.letterOnItsWay(), nil
}

// letterOnItsWay is the one answer to everybody who gives an address, so that it tells nobody who is a member.
func (q *Request) letterOnItsWay() Answer {
	view := door.OnItsWayView{Mailbox: q.Mailbox != nil}
	return Answer{View: View{Title: q.Say("door.letter-title"), Section: "sign-in", Content: door.OnItsWay(view)}, Private: true}
}

// showSignInLink shows the button that uses the link. Opening the page does not use it: scanners of mail open every
// address they see. A link that is no good leads to the form for a new one.
func showSignInLink(q *Request) (Answer, error) {
	q.hideAddress()
	token := auth.Secret(q.RawParam("token"))
	_, err := q.Door.Link(q.Context(), token)
	if community.KindOf(err) == community.KindNotFound && q.WantsPage() {
		return q.linkNoGood(err)
	}
	if err != nil {
		return Answer{}, err
	}
	view := door.LinkView{Action: "/sign-in-link/" + token.Reveal()}
	return Answer{View: View{Title: q.Say("door.come-in-title"), Section: "sign-in", Content: door.Link(view)}, Private: true}, nil
}

func (q *Request) linkNoGood(err error) (Answer, error) {
	q.Problem = err
	answer, formErr := newSignInLink(q)
	answer.Status = http.StatusNotFound
	return answer, formErr
}

// hideAddress keeps the link's secret out of the Referer of whatever is opened from its page. The stricter
// "no-referrer" would also empty the Origin of the page's own form, and browsers that send no Sec-Fetch-Site, as old
// ones do and all do without TLS, could not be told from a cross-site attack any more.
func (q *Request) hideAddress() { q.c.Set("Referrer-Policy", "strict-origin") }

func useSignInLink(q *Request) (Answer, error) {
	q.hideAddress()
	entry, err := q.Door.UseLink(q.Context(), auth.Secret(q.RawParam("token")), q.visitor())
	if err != nil {
		return Answer{}, err
	}
	return q.cameIn(entry, "/")
}
