package web

import (
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/helping"
	"longtable/server/auth"
	"longtable/server/community"
)

// assistanceData is a consent, for either side.
type assistanceData struct {
	ID      community.AssistanceID `json:"id"`
	Member  personData             `json:"member"`
	Helper  personData             `json:"helper"`
	Scopes  []community.Scope      `json:"scopes"`
	Since   time.Time              `json:"since"`
	Until   time.Time              `json:"until"`
	NotedBy *personData            `json:"notedBy,omitempty"` // the host to whom it was said
	Live    bool                   `json:"live"`
}

type helpingData struct {
	Helpers []assistanceData `json:"helpers"` // who acts for one, or did
	Helped  []assistanceData `json:"helped"`  // for whom one may act
}

// actData is a line of the log.
type actData struct {
	At      time.Time            `json:"at"`
	By      personData           `json:"by"` // without a name when they left, and for what the program noticed
	With    *personData          `json:"with,omitempty"`
	What    string               `json:"what"` // in a word
	Path    string               `json:"path"`
	Outcome community.ActOutcome `json:"outcome"`
}

// cardData is a card that was made just now.
type cardData struct {
	Codes []string `json:"codes"` // shown this once
}

type takenInData struct {
	Assistance assistanceData `json:"assistance"`
	Card       cardData       `json:"card"`
}

// takenInBody is a person whom a host takes in. Helper may be the address of a page.
type takenInBody = community.TakenIn

const actsOnPage = 50

var helpMonths = []int{1, 2, 3, 6}

func (q *Request) assistances(all []*community.Assistance) ([]assistanceData, error) {
	var ids []community.MemberID
	for _, a := range all {
		ids = append(ids, a.Member, a.Helper, a.NotedBy)
	}
	names, err := q.names(q.Context(), ids)
	list := make([]assistanceData, len(all))
	for i, a := range all {
		list[i] = assistanceData{ID: a.ID, Member: personData{a.Member, names[a.Member]}, Helper: personData{a.Helper, names[a.Helper]}, Scopes: a.Scopes,
			Since: a.Since.Time(), Until: a.Until.Time(), Live: a.Live(q.Network.Now())}
		if a.NotedBy != "" {
			list[i].NotedBy = &personData{a.NotedBy, names[a.NotedBy]}
		}
	}
	return list, err
}

func showHelping(q *Request) (Answer, error) {
	helpers, err := q.Network.Helpers(q.Context(), q.Viewer)
	if err != nil {
		return Answer{}, err
	}
	helped, err := q.Network.Helped(q.Context(), q.Viewer)
	if err != nil {
		return Answer{}, err
	}
	var data helpingData
	if data.Helpers, err = q.assistances(helpers); err != nil {
		return Answer{}, err
	}
	if data.Helped, err = q.assistances(helped); err != nil {
		return Answer{}, err
	}
	could, err := q.Network.CouldHelp(q.Context(), q.Viewer)
	if err != nil {
		return Answer{}, err
	}
	view := helping.View{Form: q.Form(community.HelpDraft{Months: 3}), Scopes: q.scopeOptions(), Months: q.monthOptions(), Host: q.Viewer.HostsAny(), InBrowser: q.Session != nil}
	for _, p := range could {
		view.Could = append(view.Could, components.Option{Value: string(p.ID), Label: p.Name})
	}
	for i, d := range data.Helpers {
		view.Helpers = append(view.Helpers, q.helpView(d, d.Helper, helpers[i]))
	}
	for i, d := range data.Helped {
		view.Helped = append(view.Helped, q.helpView(d, d.Member, helped[i]))
	}
	return Answer{Data: data, View: View{Title: q.Say("helping.title"), Section: "account", Content: helping.List(view), Modules: []string{"form"}}, Private: true}, nil
}

func (q *Request) helpView(d assistanceData, other personData, a *community.Assistance) helping.Help {
	zone, err := q.ownZone()
	if err != nil {
		zone = "UTC"
	}
	h := helping.Help{ID: string(d.ID), Person: components.Tag{Label: q.nameOr(other.Name, "desk.somebody")}, Until: a.Until.In(zone), Live: d.Live, Soon: a.EndsSoon(q.Network.Now())}
	if other.Name != "" {
		h.Person.Address = "/people/" + string(other.ID)
	}
	if d.NotedBy != nil {
		h.NotedBy = d.NotedBy.Name
	}
	for _, s := range d.Scopes {
		h.Scopes = append(h.Scopes, q.Say("helping.scope-"+string(s)))
	}
	return h
}

func (q *Request) scopeOptions() (options []components.Option) {
	for _, s := range community.Scopes {
		options = append(options, components.Option{Value: string(s), Label: q.Say("helping.scope-" + string(s))})
	}
	return options
}

func (q *Request) monthOptions() (options []components.Option) {
	for _, n := range helpMonths {
		options = append(options, components.Option{Value: number(n), Label: i18n.N(i18n.With(q.Context(), q.Lang), "helping.months", n)})
	}
	return options
}

func allowHelper(q *Request) (Answer, error) {
	if err := q.inBrowser(); err != nil {
		return Answer{}, err
	}
	body, err := Decode[community.HelpDraft](q)
	if err != nil {
		return Answer{}, err
	}
	a, err := q.Network.Allow(q.Context(), q.Viewer, body)
	if err != nil {
		return Answer{}, err
	}
	list, err := q.assistances([]*community.Assistance{a})
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: list[0], Location: "/helping", Said: "helping.said-allowed"}, nil
}

func endHelp(q *Request) (Answer, error) {
	id, err := Param[community.AssistanceID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	if err := q.Network.EndHelp(q.Context(), q.Viewer, id); err != nil {
		return Answer{}, err
	}
	return Gone("/helping", "helping.said-ended"), nil
}

// startActing makes the session act for the member of a consent; whether it holds is asked with every request.
func startActing(q *Request) (Answer, error) {
	if err := q.inBrowser(); err != nil {
		return Answer{}, err
	}
	id, err := Param[community.AssistanceID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	helped, err := q.Network.Helped(q.Context(), q.Viewer)
	if err != nil {
		return Answer{}, err
	}
	at := slices.IndexFunc(helped, func(a *community.Assistance) bool { return a.ID == id })
	if at < 0 {
		return Answer{}, community.NotFound("assistance %s is not one of %s", id, q.Viewer.ID)
	}
	if err := q.Door.ActFor(q.Context(), q.Session, helped[at].Member); err != nil {
		return Answer{}, err
	}
	return Gone("/acting", ""), nil
}

func stopActing(q *Request) (Answer, error) {
	if err := q.inBrowser(); err != nil {
		return Answer{}, err
	}
	if err := q.Door.ActFor(q.Context(), q.Session, ""); err != nil {
		return Answer{}, err
	}
	return Gone("/helping", "helping.said-stopped"), nil
}

// actingWays are the pages for each scope.
var actingWays = map[community.Scope][]string{
	community.ScopeProfile: {"/profile", "/hubs"}, community.ScopeBoard: {"/board/new"}, community.ScopeEvents: {"/events"},
	community.ScopeIntroductions: {"/matches", "/introductions"}, community.ScopeProgrammes: {"/programmes", "/applications"}, community.ScopeMessages: {"/conversations"},
}

func showActing(q *Request) (Answer, error) {
	if q.Viewer.By == "" {
		return Gone("/helping", ""), nil
	}
	view := helping.ActingView{Name: q.Viewer.Name}
	for _, s := range community.Scopes {
		for _, address := range actingWays[s] {
			if q.Viewer.May(s) {
				view.Ways = append(view.Ways, components.Tag{Label: q.Say("helping.way-" + strings.Trim(strings.ReplaceAll(address, "/", "-"), "-")), Address: address})
			}
		}
		if !q.Viewer.May(s) {
			view.Not = append(view.Not, q.Say("helping.scope-"+string(s)))
		}
	}
	return Answer{View: View{Title: q.Say("helping.acting", "name", q.Viewer.Name), Content: helping.Acting(view)}, Private: true}, nil
}

func newPerson(q *Request) (Answer, error) {
	if !q.Viewer.HostsAny() {
		return Answer{}, community.NotFound("only hosts take people in")
	}
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	usual := community.TakenIn{Hub: q.Viewer.HostOf[0], Months: 3, Language: q.Lang,
		Scopes: []community.Scope{community.ScopeProfile, community.ScopeEvents, community.ScopeProgrammes}}
	view := helping.NewView{Form: q.Form(usual), Scopes: q.scopeOptions(), Months: q.monthOptions(), NameMax: community.NameMax, IDMax: community.WebsiteMax}
	for _, id := range q.Viewer.HostOf {
		view.Hubs = append(view.Hubs, components.Option{Value: string(id), Label: hubs.name(id)})
	}
	for _, l := range i18n.Languages() {
		view.Languages = append(view.Languages, components.Option{Value: l.Lang, Label: l.Name})
	}
	return Answer{View: View{Title: q.Say("helping.new-title"), Section: "desk", Content: helping.New(view), Modules: []string{"form"}}}, nil
}

// takeIn makes the account, the member, the consent and the card, and shows the card, which is kept nowhere.
func takeIn(q *Request) (Answer, error) {
	if err := q.inBrowser(); err != nil {
		return Answer{}, err
	}
	body, err := Decode[takenInBody](q)
	if err != nil {
		return Answer{}, err
	}
	if helper := strings.TrimSpace(body.Helper); helper != "" {
		body.Helper = path.Base(helper)
	}
	if !i18n.Known(body.Language) {
		body.Language = q.Lang
	}
	if err := q.Network.CheckTakenIn(q.Context(), q.Viewer, body); err != nil {
		return Answer{}, err
	}
	account, err := q.Door.EnrolWithoutAddress(q.Context(), body.Language)
	if err != nil {
		return Answer{}, err
	}
	a, err := q.Network.TakeIn(q.Context(), q.Viewer, account.ID, body)
	if err != nil {
		return Answer{}, err
	}
	codes, err := q.Door.MakeCard(q.Context(), account.ID, true)
	if err != nil {
		return Answer{}, err
	}
	list, err := q.assistances([]*community.Assistance{a})
	if err != nil {
		return Answer{}, err
	}
	view := q.cardView(body.Name, codes)
	view.Seen, view.Back = true, "/helping"
	return Answer{Status: http.StatusCreated, Data: takenInData{list[0], cardData{view.Codes}},
		View: View{Title: q.Say("helping.card-title"), Section: "desk", Content: helping.Card(view)}, Private: true}, nil
}

func (q *Request) cardView(name string, codes []auth.Secret) helping.CardView {
	view := helping.CardView{Name: name, Site: q.Base.Host + "/card", Link: q.Base.JoinPath("card").String()}
	for _, c := range codes {
		view.Codes = append(view.Codes, c.Reveal())
	}
	return view
}

func showInMyName(q *Request) (Answer, error) {
	acts, next, err := q.Network.OwnActs(q.Context(), q.Viewer, q.Page(actsOnPage))
	if err != nil {
		return Answer{}, err
	}
	data, err := q.acts(acts)
	if err != nil {
		return Answer{}, err
	}
	zone, err := q.ownZone()
	if err != nil {
		return Answer{}, err
	}
	view := helping.LogView{More: q.Next(next)}
	for i, d := range data {
		line := helping.Line{At: acts[i].At.In(zone), Text: q.actText(d), Path: d.Path, Refused: d.Outcome == community.ActRefused, Tried: d.Outcome == community.ActTried}
		view.Lines = append(view.Lines, line)
	}
	return Answer{Data: ListOf(data, next), View: View{Title: q.Say("helping.log-title"), Section: "account", Content: helping.Log(view)}, Private: true}, nil
}

func (q *Request) acts(acts []*community.Act) ([]actData, error) {
	var ids []community.MemberID
	for _, a := range acts {
		ids = append(ids, a.By, a.With)
	}
	names, err := q.names(q.Context(), ids)
	data := make([]actData, len(acts))
	for i, a := range acts {
		data[i] = actData{At: a.At.Time(), By: personData{a.By, names[a.By]}, What: a.What, Path: a.Path, Outcome: a.Outcome}
		if a.With != "" {
			data[i].With = &personData{a.With, names[a.With]}
		}
	}
	return data, err
}

// actAllowed is what the log calls a consent; a host who takes somebody in and helps them notes it of themselves.
const actAllowed = "allowed"

// actText is the line as a sentence, with both names.
func (q *Request) actText(d actData) string {
	with := ""
	if d.With != nil {
		with = q.nameOr(d.With.Name, "desk.somebody")
	}
	what := d.What
	if what == actAllowed && d.With != nil && d.With.ID == d.By.ID {
		what = "allowed-own"
	}
	return q.Say("acts."+what, "by", q.nameOr(d.By.Name, "desk.somebody"), "with", with)
}
