package web

import (
	"errors"
	"strings"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/pages/declarations"
	"longtable/server/community"
)

// declarationData is what somebody declared, for themselves.
type declarationData struct {
	Groups  []community.Group           `json:"groups"`
	Words   string                      `json:"words"`
	Uses    map[community.Use]time.Time `json:"uses"` // since when each is allowed
	At      *time.Time                  `json:"at"`   // null while nothing is declared
	Log     List[usedData]              `json:"log"`
	Refused []refusedData               `json:"refused"` // attempts to read it, the newest
	With    []declaredWithData          `json:"with"`    // what was declared before there was an account, and stays under its application
}

type usedData struct {
	At      time.Time         `json:"at"`
	Use     community.Use     `json:"use"`
	Purpose string            `json:"purpose"`
	Asked   []community.Group `json:"asked"`
	Answer  bool              `json:"answer"`
}

type refusedData struct {
	At time.Time  `json:"at"`
	By personData `json:"by"`
}

const (
	usesOnPage    = 20 // uses that one looks through at a time
	refusedOnPage = 20 // the newest attempts; one who is after a declaration makes one entry a day
)

// declarationChoice is what can be declared; prefix is for a part of a larger form.
func declarationChoice(prefix string) declarations.Choice {
	return declarations.Choice{Groups: texts(community.Groups), Uses: texts(community.Uses), WordsMax: community.DeclaredWordsMax, Prefix: prefix}
}

// declaring is who declares on this page: the viewer, or an applicant by their code.
func (q *Request) declaring() (own community.Declaring, view declarations.View, err error) {
	code := q.RawParam("code")
	if code == "" {
		own, err = q.Network.Declaring(q.Context(), q.Viewer)
		return own, declarations.View{Address: "/declaration", Above: []components.Crumb{{Label: q.Say("settings.title"), Address: "/settings"}}}, err
	}
	if _, _, err = q.applicationUnder(code); err != nil { // counts wrong codes
		return own, view, err
	}
	own, _, err = q.Network.DeclaringByCode(q.Context(), code)
	return own, declarations.View{Address: applicationPath(code) + "/declaration",
		Above: []components.Crumb{{Label: q.Say("applications.lookup-title"), Address: applicationPath(code)}}}, err
}

func showDeclaration(q *Request) (Answer, error) {
	own, view, err := q.declaring()
	if err != nil {
		return Answer{}, err
	}
	view.Choice, view.Closed = declarationChoice(""), !q.Network.Sealing()
	data := declarationData{Groups: []community.Group{}, Uses: map[community.Use]time.Time{}, Log: ListOf([]usedData{}, ""), Refused: []refusedData{}, With: []declaredWithData{}}
	if err := q.fillDeclared(own, &data, &view); err != nil {
		return Answer{}, err
	}
	if err := q.fillUses(own, &data, &view); err != nil {
		return Answer{}, err
	}
	if err := q.fillRefused(own, &data, &view); err != nil {
		return Answer{}, err
	}
	if err := q.fillDeclaredWith(&data, &view); err != nil {
		return Answer{}, err
	}
	return Answer{Data: data, Private: true, View: View{Title: q.Say("declarations.title"), Section: "account", Content: declarations.Show(view), Modules: []string{"form"}}}, nil
}

func (q *Request) fillDeclared(own community.Declaring, data *declarationData, view *declarations.View) error {
	declared, err := own.Read(q.Context())
	switch {
	case errors.Is(err, community.ErrWithheld):
		view.Closed = true
	case errors.Is(err, community.ErrLost):
		view.Unreadable = true
	case err != nil:
		return err
	}
	draft := community.DeclarationDraft{}
	if declared != nil {
		zone, err := q.ownZone()
		if err != nil {
			return err
		}
		at := declared.At.Time()
		data.Groups, data.Words, data.At, data.Uses = declared.Groups, declared.Words, &at, usesSince(declared)
		draft = declared.Draft()
		view.Declared, view.At = true, declared.At.In(zone)
	}
	view.Form = q.Form(draft)
	return nil
}

func usesSince(d *community.Declared) map[community.Use]time.Time {
	uses := map[community.Use]time.Time{}
	for use, since := range d.Uses {
		uses[use] = since.Time()
	}
	return uses
}

func (q *Request) fillUses(own community.Declaring, data *declarationData, view *declarations.View) error {
	used, next, err := own.Uses(q.Context(), q.Page(usesOnPage))
	if errors.Is(err, community.ErrWithheld) {
		return nil
	}
	if err != nil {
		return err
	}
	zone, err := q.ownZone()
	if err != nil {
		return err
	}
	items := make([]usedData, len(used))
	for i, u := range used {
		items[i] = usedDataOf(u)
	}
	data.Log, view.LogNext = ListOf(items, next), q.Next(next)
	view.Log, err = q.usedEntries(items, zone)
	return err
}

// usedEntries are uses as the page shows them; one under a key that is lost says no more than when it was.
func (q *Request) usedEntries(used []usedData, zone string) (entries []declarations.Entry, err error) {
	for _, u := range used {
		entry := declarations.Entry{At: community.At(u.At).In(zone), Use: string(u.Use), Asked: texts(u.Asked), Answer: u.Answer, Counted: u.Use == community.UseCounted, Readable: u.Use != ""}
		if entry.Purpose, entry.Address, err = q.purpose(u.Purpose); err != nil {
			return nil, err
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

func usedDataOf(u community.Used) usedData {
	return usedData{u.At.Time(), u.Use, u.Purpose, append([]community.Group{}, u.Asked...), u.Answer}
}

// purpose says in words what asked, and where it is.
func (q *Request) purpose(purpose string) (words, address string, err error) {
	kind, id, _ := strings.Cut(purpose, "~")
	switch kind {
	case "programme":
		p, err := q.Network.Programme(q.Context(), community.ProgrammeID(id))
		if community.KindOf(err) == community.KindNotFound && err != nil {
			return q.Say("declarations.purpose-programme"), "", nil
		}
		if err != nil {
			return "", "", err
		}
		return p.Title, "/programmes/" + id, nil
	case "release":
		return q.Say("declarations.purpose-release", "month", q.monthName(community.Month(community.MonthOfRelease(community.ReleaseID(id))))), "", nil
	}
	return q.Say("declarations.purpose-other"), "", nil
}

func (q *Request) fillRefused(own community.Declaring, data *declarationData, view *declarations.View) error {
	refused, _, err := own.Refused(q.Context(), community.Page{Limit: refusedOnPage})
	if err != nil || len(refused) == 0 {
		return err
	}
	zone, err := q.ownZone()
	if err != nil {
		return err
	}
	names, err := q.whoTried(refused)
	if err != nil {
		return err
	}
	for _, r := range refused {
		by := personData{Name: names[r.By]}
		if by.Name != "" {
			by.ID = r.By
		}
		data.Refused = append(data.Refused, refusedData{r.At.Time(), by})
		view.Refused = append(view.Refused, declarations.Refused{At: r.At.In(zone), By: by.Name})
	}
	return nil
}

// whoTried are the names of those who tried something, as far as the viewer sees them. Somebody without an account sees none.
func (q *Request) whoTried(refused []*community.Refusal) (map[community.MemberID]string, error) {
	names := map[community.MemberID]string{}
	if !q.Viewer.Known() {
		return names, nil
	}
	var ids []community.MemberID
	for _, r := range refused {
		ids = append(ids, r.By)
	}
	people, err := q.Network.People(q.Context(), q.Viewer, ids)
	for _, p := range people {
		names[p.ID] = p.Name
	}
	return names, err
}

func declare(q *Request) (Answer, error) {
	own, view, err := q.declaring()
	if err != nil {
		return Answer{}, err
	}
	draft, err := Decode[community.DeclarationDraft](q)
	if err != nil {
		return Answer{}, err
	}
	if err := own.Write(q.Context(), draft); err != nil {
		return Answer{}, err
	}
	return Gone(view.Address, "declarations.said-declared"), nil
}

func revokeDeclaration(q *Request) (Answer, error) {
	own, view, err := q.declaring()
	if err != nil {
		return Answer{}, err
	}
	if err := own.Revoke(q.Context()); err != nil {
		return Answer{}, err
	}
	return Gone(view.Address, "declarations.said-revoked"), nil
}

// readDeclaration is where somebody ends up who tries to read another's: it is refused, and that person can see it.
func readDeclaration(q *Request) (Answer, error) {
	id, err := Param[community.MemberID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	return Answer{}, q.Network.ReadDeclaration(q.Context(), q.Viewer, id)
}
