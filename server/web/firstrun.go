package web

import (
	"context"
	"crypto/subtle"
	"errors"
	"maps"
	"net/netip"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/firstrun"
	"longtable/server/auth"
	"longtable/server/community"
)

// foundingBody is the guided first run: the network, its first hub and its first steward.
type foundingBody struct {
	Network  string             `json:"network"`
	Hub      community.HubDraft `json:"hub"`
	Name     string             `json:"name"` // of the steward
	Email    string             `json:"email"`
	Password auth.Secret        `json:"password"`
	Code     auth.Secret        `json:"code"` // the setup code; not needed at the computer itself
}

func (b foundingBody) enrolment(lang string) auth.Enrolment {
	return auth.Enrolment{Email: b.Email, Password: b.Password, Lang: lang}
}

func (b foundingBody) founding() community.Founding {
	return community.Founding{Network: b.Network, Hub: b.Hub}
}

// firstRun says whether there is no network yet, so that its first steward is to found one.
func (q *Request) firstRun() (bool, error) {
	founded, err := q.Network.Founded(q.Context())
	return !founded && err == nil, err
}

func newNetwork(q *Request) (Answer, error) {
	first, err := q.firstRun()
	switch {
	case err != nil:
		return Answer{}, err
	case !first && q.Problem != nil:
		return Answer{}, q.Problem // founded by somebody else while this form was filled in
	case !first:
		return Gone("/", ""), nil
	}
	start := foundingBody{Hub: community.HubDraft{Form: community.Collective, Languages: []string{q.Lang}}}
	view := firstrun.View{
		Form: q.formWithout([]string{"password", "code"}, start), AsksCode: !q.atTheComputer(), Zones: commonZones,
		Countries: q.named(community.Countries, i18n.CountryName), Languages: q.named(community.Languages, i18n.LanguageName),
		NameMax: community.NameMax, AddressMax: community.AddressMax,
	}
	for _, form := range community.HubForms {
		view.Forms = append(view.Forms, components.Option{Value: string(form), Label: q.Say("words.form-" + string(form))})
	}
	return Answer{View: View{Title: q.Say("firstrun.title"), Content: firstrun.Form(view), Modules: []string{"form"}}}, nil
}

// named are codes with their names in the reader's language, in its alphabetical order.
func (q *Request) named(codes []string, name func(context.Context, string) string) []components.Option {
	ctx := i18n.With(q.Context(), q.Lang)
	options := make([]components.Option, len(codes))
	for i, code := range codes {
		options[i] = components.Option{Value: code, Label: name(ctx, code)}
	}
	order := collate.New(language.Make(q.Lang))
	slices.SortFunc(options, func(a, b components.Option) int { return order.CompareString(a.Label, b.Label) })
	return options
}

// foundNetwork checks everything before it makes anything. What a failure of the store leaves half made, the same form
// sent again completes.
func foundNetwork(q *Request) (Answer, error) {
	body, err := q.readFounding()
	if err != nil {
		return Answer{}, err
	}
	steward, err := q.enrolSteward(body)
	if err != nil {
		return Answer{}, err
	}
	if _, err := q.Network.Found(q.Context(), steward, body.founding()); err != nil {
		return Answer{}, err
	}
	entry, err := q.Door.Admit(q.Context(), steward, q.visitor())
	if err != nil {
		return Answer{}, err
	}
	q.letIn(entry)
	return Gone("/", "firstrun.said-founded"), nil
}

// readFounding takes the form while there is no network, and names everything that is wrong with it.
func (q *Request) readFounding() (foundingBody, error) {
	first, err := q.firstRun()
	if err != nil {
		return foundingBody{}, err
	}
	if !first {
		return foundingBody{}, community.NotFound("the network is founded already")
	}
	body, err := Decode[foundingBody](q)
	if err != nil {
		return foundingBody{}, err
	}
	founding := body.founding()
	problems := founding.Check()
	maps.Copy(problems, community.CheckName(body.Name))
	maps.Copy(problems, problemsOf(checkEnrolment(body.enrolment(q.Lang))))
	if !q.atTheComputer() && !q.opensSetup(body.Code) {
		problems["code"] = community.Problem{Say: "firstrun.code-wrong"}
	}
	return body, community.Invalid(problems)
}

// problemsOf are the fields that an error finds fault with; never nil.
func problemsOf(err error) community.Problems {
	var known *community.Error
	if errors.As(err, &known) && known.Fields != nil {
		return known.Fields
	}
	return community.Problems{}
}

// opensSetup compares in a time that tells nothing of the code. It has 80 random bits, so guesses need no counting.
func (q *Request) opensSetup(code auth.Secret) bool {
	return q.SetupCode != "" && subtle.ConstantTimeCompare([]byte(q.SetupCode), []byte(community.Line(code.Reveal()))) == 1
}

// enrolSteward makes the account and the member. Where an earlier try was cut off after the account, the password
// shows that it is the same person's.
func (q *Request) enrolSteward(body foundingBody) (community.MemberID, error) {
	ctx := q.Context()
	var steward community.MemberID
	account, err := q.Door.Enrol(ctx, body.enrolment(q.Lang))
	switch {
	case err == nil:
		steward = account.ID
	case community.KindOf(err) == community.KindConflict:
		entry, err := q.Door.SignIn(ctx, body.Email, body.Password, q.visitor())
		if err != nil {
			return "", err
		}
		steward = entry.Session.Member
	default:
		return "", err
	}
	if _, err := q.Network.Join(ctx, steward, body.Name, q.Lang); err != nil && community.KindOf(err) != community.KindConflict {
		return "", err
	}
	return steward, nil
}

// atTheComputer says whether the browser runs on the computer of the program, whose owner needs no code. An address of
// the loopback alone does not show it, because behind a proxy on the same computer every stranger has one: so the
// network's own address must be of the loopback too, as it is when nobody gave another, and so must be the one that was
// asked for and the page that the form came from; and no proxy may say that it forwards.
func (q *Request) atTheComputer() bool {
	for _, header := range []string{fiber.HeaderXForwardedFor, fiber.HeaderForwarded, fiber.HeaderXForwardedHost, fiber.HeaderVia, "X-Real-Ip"} {
		if q.c.Get(header) != "" {
			return false
		}
	}
	from := hostOf(q.c.Get(fiber.HeaderOrigin))
	return q.c.Context().RemoteIP().IsLoopback() && isLoopback(q.Base.Hostname()) && isLoopback(hostOf("//"+q.c.Hostname())) &&
		(from == "" || isLoopback(from))
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// hostOf is the host of an address, without its port; empty when there is none.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
