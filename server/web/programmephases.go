package web

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/declarations"
	"longtable/frontend/pages/programmes"
	"longtable/server/community"
)

// phasesOf are the phases that people see, with the last day of each.
func phasesOf(p *community.Programme) []programmes.Phase {
	ends := map[community.ProgrammeState]community.Instant{community.ProgrammeOpen: p.Closes, community.ProgrammeReview: p.Reviewed,
		community.ProgrammeDecision: p.AnswerBy, community.ProgrammeCohort: p.Ends}
	at := slices.Index(community.ProgrammeStates, p.State)
	var phases []programmes.Phase
	for i, state := range community.ProgrammeStates[1:] {
		phase := programmes.Phase{Name: string(state), Now: state == p.State, Done: i+1 < at}
		if end := ends[state]; end != 0 {
			phase.Until = dayBefore(end, p.Zone)
		}
		phases = append(phases, phase)
	}
	return phases
}

// whatToDo finds what those have to do now who lead the programme or decide on it, and what everybody can see of its draw.
func (q *Request) whatToDo(view *programmes.ShowView, p *community.Programme) error {
	id := "/programmes/" + string(p.ID)
	view.Floor = q.points(p.Floor)
	for _, g := range p.ReservedFor {
		view.ReservedFor = append(view.ReservedFor, q.reservedName(g))
	}
	view.Logged = p.State != community.ProgrammeDrafted
	view.Drawing = p.Frozen()
	view.Reported = q.Viewer.Known() && (p.State == community.ProgrammeCohort || p.State == community.ProgrammeAfter)
	if !view.Runs && !view.Reads {
		return q.insideOf(view, p)
	}
	selection, err := q.Network.DrawStands(q.Context(), q.Viewer, p.ID)
	if err != nil {
		return err
	}
	task := func(key, address string, done bool) {
		view.ToDo = append(view.ToDo, components.Task{Label: q.Say("programmes.task-" + key), Address: address, Done: done})
	}
	commits := selection.Commits >= community.CommittersMin
	switch p.State {
	case community.ProgrammeDrafted:
		task("reviewers", id+"/edit", len(p.Reviewers) >= community.ReviewersMin)
	case community.ProgrammeOpen:
		task("sheet", id+"/sheet", false)
		task("commits", id+"/draw", commits)
	case community.ProgrammeReview:
		_, _, progress, err := q.Network.ReadingsOf(q.Context(), q.Viewer, p.ID)
		if err != nil {
			return err
		}
		if view.Reads {
			task("read", id+"/applications", progress.Mine == 0)
		}
		complete := progress.Owed == 0 && progress.Complete == progress.Applications
		task("reading", id+"/applications", complete)
		task("commits", id+"/draw", commits)
		view.MayClose = view.Runs && complete && commits && !progress.Few
		if view.Runs && progress.Few {
			view.Few = dayBefore(p.Reviewed, p.Zone)
		}
	case community.ProgrammeDecision:
		task("values", id+"/draw", selection.Mine && selection.MineShown)
	case community.ProgrammeCohort:
		if view.Runs {
			task("cohort", id+"/cohort", false)
		}
	}
	return q.insideOf(view, p)
}

func (q *Request) insideOf(view *programmes.ShowView, p *community.Programme) error {
	if !q.Viewer.Known() || p.State != community.ProgrammeCohort && p.State != community.ProgrammeAfter {
		return nil
	}
	_, err := q.Network.CohortOf(q.Context(), q.Viewer, p.ID)
	if community.KindOf(err) == community.KindNotFound {
		return nil
	}
	view.Inside = err == nil
	return err
}

// reservedName is a group for which places are reserved, in words.
func (q *Request) reservedName(group community.Group) string {
	return q.Say("declarations.group-" + string(group))
}

// points are hundredths of a point, as the reader's language writes them.
func (q *Request) points(hundredths int) string {
	return i18n.Decimal(i18n.With(q.Context(), q.Lang), hundredths)
}

// kinds of programmes that a host can begin with.
var kinds = []string{"desk", "carers", "customers"}

func (q *Request) kindsOfProgrammes() (tags []components.Tag) {
	for _, kind := range kinds {
		tags = append(tags, components.Tag{Label: q.Say("kinds." + kind + "-name"), Address: "/programmes/new?kind=" + kind})
	}
	return tags
}

// kindOfProgramme is the draft that a kind begins with, in the host's language; an empty one for none.
func (q *Request) kindOfProgramme(kind string) community.ProgrammeDraft {
	d := community.ProgrammeDraft{Places: placesUsual, By: community.ByLottery, Floor: 200}
	if !slices.Contains(kinds, kind) {
		return d
	}
	say := func(part string) string { return q.Say("kinds." + kind + "-" + part) }
	d.Title, d.Summary, d.ForWhom = say("name"), say("summary"), say("for-whom")
	d.Questions, d.Steps = []string{say("q1"), say("q2")}, []string{say("s1"), say("s2"), say("s3")}
	d.Criteria, d.Weights = map[string]string{"c1": say("c1"), "c2": say("c2")}, map[string]int{"c1": 2, "c2": 1}
	d.EligibleFor = map[string][]community.Group{"desk": {"refugee", "migrant", "no-papers", "language"}}[kind]
	d.Gives = map[string][]community.Gift{"desk": {"seat", "mentor", "language-help"}, "carers": {"mentor", "childcare"}, "customers": {"seat", "mentor"}}[kind]
	today := q.Network.Now().Time()
	d.Closes, d.Starts = today.AddDate(0, 0, 28).Format(time.DateOnly), today.AddDate(0, 0, 70).Format(time.DateOnly)
	return d
}

// whoCouldDecide are hosts of the hubs, people of theirs, and those chosen already; by name.
func (q *Request) whoCouldDecide(hubs []community.HubID, chosen []string) (people []components.Option, err error) {
	var ids []community.MemberID
	for _, id := range hubs {
		hub, err := q.Network.Hub(q.Context(), id)
		if err != nil {
			return nil, err
		}
		ids = append(ids, hub.Hosts...)
		members, _, err := q.Network.HubPeople(q.Context(), q.Viewer, id, community.Page{Limit: community.PageMax})
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			ids = append(ids, m.ID)
		}
	}
	contacts, err := q.Network.Contacts(q.Context(), q.Viewer)
	if err != nil {
		return nil, err
	}
	for _, c := range contacts {
		ids = append(ids, c.ID)
	}
	for _, id := range chosen {
		ids = append(ids, community.MemberID(id))
	}
	slices.Sort(ids)
	found, err := q.Network.People(q.Context(), q.Viewer, slices.Compact(ids))
	slices.SortFunc(found, func(a, b community.Profile) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	for _, p := range found {
		people = append(people, components.Option{Value: string(p.ID), Label: p.Name})
	}
	return people, err
}

func publishProgramme(q *Request) (Answer, error) {
	id, err := Param[community.ProgrammeID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	p, err := q.Network.PublishProgramme(q.Context(), q.Viewer, id)
	return q.afterProgramme(p, err, "programmes.said-posted")
}

func freezeProgramme(q *Request) (Answer, error) {
	id, err := Param[community.ProgrammeID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	if err := q.Network.Freeze(q.Context(), q.Viewer, id); err != nil {
		return Answer{}, err
	}
	p, err := q.Network.ProgrammeSeen(q.Context(), q.Viewer, id)
	return q.afterProgramme(p, err, "draws.said-frozen")
}

// showSheet is a page to print and hang up.
func showSheet(q *Request) (Answer, error) {
	p, hub, err := q.programme()
	if err != nil {
		return Answer{}, err
	}
	path := "/programmes/" + string(p.ID)
	view := programmes.SheetView{Programme: programmeView(p, hub, q.Network.Now()), Address: q.Base.Host + path, Link: q.Base.JoinPath(path).String()}
	return Answer{Data: programmeDataOf(q.Viewer, p, hub, q.Network.Now()),
		View: View{Title: q.Say("programmes.sheet-title", "title", p.Title), Section: "programmes", Content: programmes.Sheet(view)}}, nil
}

// listing is the programme in the words of schema.org, for sites that list such offers.
type listing struct {
	Context     string         `json:"@context"`
	Type        string         `json:"@type"`
	ID          string         `json:"@id"`
	Name        string         `json:"name"`
	Description string         `json:"description"`
	Audience    map[string]any `json:"audience"`
	Only        string         `json:"programPrerequisites,omitempty"`
	Provider    map[string]any `json:"provider"`
	Deadline    string         `json:"applicationDeadline"`
	Starts      string         `json:"startDate"`
	Ends        string         `json:"endDate"`
	Places      int            `json:"maximumEnrollment"`
	Languages   []string       `json:"inLanguage,omitempty"`
	Offers      map[string]any `json:"offers"`
	URL         string         `json:"url"`
}

func showListing(q *Request) (Answer, error) {
	p, hub, err := q.programme()
	if err != nil {
		return Answer{}, err
	}
	address := q.Base.JoinPath("/programmes/" + string(p.ID)).String()
	place := map[string]any{"@type": "PostalAddress", "streetAddress": hub.Address, "addressLocality": hub.City, "addressCountry": hub.Country}
	only := ""
	if p.Only() {
		ctx := i18n.With(q.Context(), q.Lang)
		only = q.Say("programmes.listing-only", "groups", i18n.List(ctx, declarations.Names(ctx, texts(p.EligibleFor))))
	}
	body, err := json.Marshal(listing{Context: "https://schema.org", Type: "EducationalOccupationalProgram", ID: address, URL: address, Name: p.Title, Description: p.Summary,
		Audience: map[string]any{"@type": "Audience", "audienceType": p.ForWhom}, Only: only,
		Provider: map[string]any{"@type": "Organization", "name": hub.Name, "address": place},
		Deadline: lastDay(p).Format(time.DateOnly), Starts: p.Starts.In(p.Zone).Format(time.DateOnly), Ends: dayBefore(p.Ends, p.Zone).Format(time.DateOnly),
		Places: p.Places, Languages: p.Languages, Offers: map[string]any{"@type": "Offer", "price": 0, "priceCurrency": "EUR", "url": address + "/apply"}})
	if err != nil {
		return Answer{}, err
	}
	return q.sendFile("application/ld+json", "", body)
}

// sendFile answers with bytes of a kind, to be saved under a name where there is one.
func (q *Request) sendFile(kind, name string, body []byte) (Answer, error) {
	q.c.Set("Content-Type", kind)
	q.c.Set("Cache-Control", "no-store")
	if name != "" {
		q.c.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	}
	return Answer{Sent: true}, q.c.Status(http.StatusOK).Send(body)
}

type logData struct {
	Kind    community.LogKind `json:"kind"`
	At      time.Time         `json:"at"`
	Times   int               `json:"times"`
	Refused bool              `json:"refused"`
}

// showLog is what was done with a programme and what was refused.
func showLog(q *Request) (Answer, error) {
	p, _, err := q.programme()
	if err != nil {
		return Answer{}, err
	}
	entries, err := q.Network.LogOf(q.Context(), q.Viewer, p.ID)
	if err != nil {
		return Answer{}, err
	}
	view := programmes.LogView{ID: string(p.ID), Title: p.Title}
	data := make([]logData, len(entries))
	for i, e := range entries {
		data[i] = logData{e.Kind, e.At.Time(), max(1, e.Times), e.Kind.Refused()}
		view.Entries = append(view.Entries, programmes.LogEntry{Kind: string(e.Kind), At: e.At.In(p.Zone), Times: e.Times, Refused: e.Kind.Refused()})
	}
	return Answer{Data: ListOf(data, ""), View: View{Title: q.Say("programmes.log-title"), Section: "programmes", Content: programmes.Log(view)}}, nil
}
