package web

import (
	"net/http"
	"slices"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/settings"
	"longtable/server/auth"
	"longtable/server/community"
)

type languageBody struct {
	Language string `json:"language"`
	Back     string `json:"back"` // the page to go back to
}

type themeBody struct {
	Theme string `json:"theme"` // light, dark or device
	Back  string `json:"back"`
}

type noticesBody struct {
	Silenced []community.NoticeKind `json:"silenced"`
}

type passwordBody struct {
	OldPassword auth.Secret `json:"oldPassword"`
	NewPassword auth.Secret `json:"newPassword"`
}

type tokenBody struct {
	Name string `json:"name"`
}

// tokenData is a personal token that was made just now.
type tokenData struct {
	ID        auth.TokenHash `json:"id"`
	Name      string         `json:"name"`
	Secret    string         `json:"secret"` // shown this once
	CreatedAt time.Time      `json:"createdAt"`
}

const (
	appearanceLasts = 365 * 24 * time.Hour // how long a browser keeps the language and the colours that were chosen
	themeOfDevice   = "device"
)

var themes = []string{themeOfDevice, "light", "dark"}

func showSettings(q *Request) (Answer, error) {
	m, err := q.Network.OwnProfile(q.Context(), q.Viewer)
	if err != nil {
		return Answer{}, err
	}
	view := settings.ShowView{
		Notices:  q.partOf("/settings/notices", noticesBody{Silenced: silencedKinds(m)}),
		Letters:  q.partOf("/settings/letters", lettersBody{Digest: m.DigestWished()}),
		Password: q.partOf("/settings/password", nil, "oldPassword", "newPassword"),
		Token:    q.partOf("/settings/tokens", nil),
		Language: q.Lang, Theme: q.theme(), InBrowser: q.Session != nil,
	}
	for _, kind := range community.NoticeKinds {
		view.Kinds = append(view.Kinds, components.Option{Value: string(kind), Label: q.Say("words.notice-" + string(kind))})
	}
	for _, choice := range community.DigestChoices {
		view.Digests = append(view.Digests, components.Option{Value: string(choice), Label: q.Say("settings.letters-"+string(choice), "hours", int(community.DigestAfter.Hours()))})
	}
	for _, l := range i18n.Languages() {
		view.Languages = append(view.Languages, components.Option{Value: l.Lang, Label: l.Name})
	}
	for _, theme := range themes {
		view.Themes = append(view.Themes, components.Option{Value: theme, Label: q.Say("settings.theme-" + theme)})
	}
	if err := q.fillBlocked(&view); err != nil {
		return Answer{}, err
	}
	if err := q.fillTokens(&view); err != nil {
		return Answer{}, err
	}
	return Answer{View: View{Title: q.Say("settings.title"), Section: "account", Content: settings.Show(view)}}, nil
}

// partOf is one of the forms of the page: as it came back when it is the one that was refused, else as things are now.
func (q *Request) partOf(action string, now any, secrets ...string) components.Typed {
	if q.Problem != nil && q.route.Path != action {
		return components.Typed{Values: encodeForm(now)}
	}
	return q.formWithout(secrets, now)
}

func silencedKinds(m *community.Member) []community.NoticeKind {
	var kinds []community.NoticeKind
	for _, kind := range community.NoticeKinds {
		if m.Silenced[kind] {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

func (q *Request) theme() string {
	if theme := q.c.Cookies("theme"); slices.Contains(themes, theme) {
		return theme
	}
	return themeOfDevice
}

// themeShown is the theme as pages name it: empty for the device's.
func (q *Request) themeShown() string {
	if theme := q.theme(); theme != themeOfDevice {
		return theme
	}
	return ""
}

func (q *Request) fillBlocked(view *settings.ShowView) error {
	blocked, err := q.Network.Blocked(q.Context(), q.Viewer)
	for _, p := range blocked {
		view.Blocked = append(view.Blocked, settings.Person{ID: string(p.ID), Name: p.Name})
	}
	return err
}

func (q *Request) fillTokens(view *settings.ShowView) error {
	zone, err := q.ownZone()
	if err != nil {
		return err
	}
	tokens, err := q.Door.Tokens(q.Context(), q.Viewer.ID)
	for _, t := range tokens {
		token := settings.Token{ID: string(t.ID), Name: t.Name, CreatedAt: t.CreatedAt.In(zone)}
		if t.UsedAt != 0 {
			token.UsedAt = t.UsedAt.In(zone)
		}
		view.Tokens = append(view.Tokens, token)
	}
	return err
}

// chooseLanguage keeps the language in the browser, and for people who are signed in also for their letters.
func chooseLanguage(q *Request) (Answer, error) {
	body, err := Decode[languageBody](q)
	if err != nil {
		return Answer{}, err
	}
	if !i18n.Known(body.Language) {
		return Answer{}, community.Invalid(community.Problems{"language": {Say: "problem.choose-from-list"}})
	}
	if q.Viewer.Known() && q.Viewer.By == "" { // a helper reads in their own language, the person stays with theirs
		if _, err := q.Network.ChooseLanguage(q.Context(), q.Viewer, body.Language); err != nil {
			return Answer{}, err
		}
	}
	if q.Session != nil {
		if err := q.Door.SetLanguage(q.Context(), q.Session, body.Language); err != nil {
			return Answer{}, err
		}
	}
	q.setCookie("language", body.Language, appearanceLasts)
	return Gone(backPath(body.Back), ""), nil
}

func chooseTheme(q *Request) (Answer, error) {
	body, err := Decode[themeBody](q)
	if err != nil {
		return Answer{}, err
	}
	switch {
	case !slices.Contains(themes, body.Theme):
		return Answer{}, community.Invalid(community.Problems{"theme": {Say: "problem.choose-from-list"}})
	case body.Theme == themeOfDevice:
		q.setCookie("theme", "", 0)
	default:
		q.setCookie("theme", body.Theme, appearanceLasts)
	}
	return Gone(backPath(body.Back), ""), nil
}

func chooseNotices(q *Request) (Answer, error) {
	body, err := Decode[noticesBody](q)
	if err != nil {
		return Answer{}, err
	}
	if _, err := q.Network.Silence(q.Context(), q.Viewer, body.Silenced); err != nil {
		return Answer{}, err
	}
	return Gone("/settings", "settings.said-notices"), nil
}

func changePassword(q *Request) (Answer, error) {
	if err := q.inBrowser(); err != nil {
		return Answer{}, err
	}
	body, err := Decode[passwordBody](q)
	if err != nil {
		return Answer{}, err
	}
	if err := q.Door.ChangePassword(q.Context(), q.Session, body.OldPassword, body.NewPassword, q.visitor()); err != nil {
		return Answer{}, err
	}
	return Gone("/settings", "settings.said-password"), nil
}

// inBrowser refuses what a personal token may not do: a token that was found must not make further ones, nor shut its
// owner out.
func (q *Request) inBrowser() error {
	if q.Session == nil {
		return community.Forbidden("settings.only-in-browser")
	}
	return nil
}

// createToken answers with the page that shows the secret, rather than leading to another: it is kept nowhere.
func createToken(q *Request) (Answer, error) {
	if err := q.inBrowser(); err != nil {
		return Answer{}, err
	}
	body, err := Decode[tokenBody](q)
	if err != nil {
		return Answer{}, err
	}
	token, secret, err := q.Door.CreateToken(q.Context(), q.Viewer.ID, body.Name)
	if err != nil {
		return Answer{}, err
	}
	data := tokenData{ID: token.ID, Name: token.Name, Secret: secret.Reveal(), CreatedAt: token.CreatedAt.Time()}
	page := settings.TokenMade(settings.TokenMadeView{Name: token.Name, Secret: data.Secret})
	return Answer{Status: http.StatusCreated, Data: data, Private: true,
		View: View{Title: q.Say("settings.token-made-title"), Section: "account", Content: page}}, nil
}

func deleteToken(q *Request) (Answer, error) {
	if err := q.inBrowser(); err != nil {
		return Answer{}, err
	}
	id, err := Param[auth.TokenHash](q, "id")
	if err != nil {
		return Answer{}, err
	}
	if err := q.Door.DeleteToken(q.Context(), q.Viewer.ID, id); err != nil {
		return Answer{}, err
	}
	return Gone("/settings", "settings.said-token-deleted"), nil
}
