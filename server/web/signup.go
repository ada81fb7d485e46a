package web

import (
	"time"

	"longtable/frontend/pages/door"
	"longtable/server/auth"
	"longtable/server/community"
)

type signUpBody struct {
	Email    string      `json:"email"`
	Password auth.Secret `json:"password"` // may be empty where letters are sent: the person then comes in by links
}

type arrivalBody struct {
	Name string `json:"name"`
}

// browserLasts is how long a browser is known as the one that signed up: as long as the link in the letter works.
const browserLasts = 10 * time.Minute

func newAccount(q *Request) (Answer, error) {
	if q.Viewer.Known() && q.Problem == nil {
		return Gone("/", ""), nil
	}
	if first, err := q.firstRun(); err != nil || first && q.Problem == nil {
		return Gone("/first-run", ""), err
	}
	view := door.SignUpView{Form: q.formWithout([]string{"password"}, nil), Mails: q.Mails}
	return Answer{View: View{Title: q.Say("door.sign-up-title"), Section: "sign-up", Content: door.SignUp(view), Modules: []string{"form"}}}, nil
}

func signUp(q *Request) (Answer, error) {
	if first, err := q.firstRun(); err != nil || first {
		return Gone("/first-run", ""), err // nobody may take an address before the first steward is here
	}
	body, err := Decode[signUpBody](q)
	if err != nil {
		return Answer{}, err
	}
	if !q.Mails {
		return q.enterAtOnce(body)
	}
	browser, err := q.Door.SignUp(q.Context(), body.Email, body.Password, q.visitor())
	if err != nil {
		return Answer{}, err
	}
	q.setCookie(q.cookieName("browser"), browser.Reveal(), browserLasts)
	return q.letterOnItsWay(), nil
}

// enterAtOnce makes an account where no letters can be sent, so that nobody can show that an address is theirs. It
// cannot be hidden here that an address is taken; who tries one hears the same words as after a wrong password, and is
// slowed down as at sign-up with letters.
func (q *Request) enterAtOnce(body signUpBody) (Answer, error) {
	visitor := q.visitor()
	enrolment := auth.Enrolment{Email: body.Email, Password: body.Password, Lang: q.Lang}
	if err := checkEnrolment(enrolment); err != nil {
		return Answer{}, err
	}
	if err := q.Throttle.Take(auth.SignUpByNetwork, auth.NetworkKey(visitor.Address)); err != nil {
		return Answer{}, err
	}
	account, err := q.Door.Enrol(q.Context(), enrolment)
	if community.KindOf(err) == community.KindConflict {
		say := "auth.wrong-email-or-password"
		return Answer{}, &community.Error{Kind: community.KindUnauthenticated, Say: say, Fields: community.Problems{"email": {Say: say}}, Err: err}
	}
	if err != nil {
		return Answer{}, err
	}
	entry, err := q.Door.Admit(q.Context(), account.ID, visitor)
	if err != nil {
		return Answer{}, err
	}
	return q.cameIn(entry, "/")
}

// checkEnrolment names everything that is wrong with it. It needs a password, because no link can bring the person in.
func checkEnrolment(e auth.Enrolment) error {
	problems := problemsOf(e.Check())
	if e.Password == "" {
		problems["password"] = community.Problem{Say: "auth.password-needed"}
	}
	return community.Invalid(problems)
}

// passwordDroppedPath asks for the name of somebody whose password of the sign-up does not count, and tells them so.
const passwordDroppedPath = "/arrival?password=dropped"

func newMember(q *Request) (Answer, error) {
	switch {
	case q.Viewer.Known() && q.Problem == nil:
		return Gone("/", ""), nil
	case q.Session == nil:
		return Answer{}, community.Unauthenticated()
	}
	view := door.ArrivalView{Form: q.Form(nil), NameMax: community.NameMax, PasswordDropped: q.passwordDropped()}
	return Answer{View: View{Title: q.Say("door.arrival-title"), Content: door.Arrival(view), Modules: []string{"form"}}}, nil
}

func (q *Request) passwordDropped() bool { return q.Ask("password") == "dropped" }

func arrive(q *Request) (Answer, error) {
	if q.Viewer.Known() {
		return Gone("/", ""), nil
	}
	if q.Session == nil {
		return Answer{}, community.Unauthenticated()
	}
	body, err := Decode[arrivalBody](q)
	if err != nil {
		return Answer{}, err
	}
	_, err = q.Network.Join(q.Context(), q.Session.Member, body.Name, q.Lang)
	if err != nil && community.KindOf(err) != community.KindConflict { // sent twice is arrived once
		return Answer{}, err
	}
	if q.passwordDropped() {
		return Gone("/settings", "door.said-choose-password"), nil
	}
	return Gone("/profile", "door.said-welcome"), nil
}
