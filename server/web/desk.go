package web

import (
	"cmp"
	"slices"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/desk"
	"longtable/server/community"
)

// deskData is what waits for a host, the longest waiting first. A list that says more goes on once these are settled.
type deskData struct {
	Today        todayData         `json:"today"`
	Requests     []joinRequestData `json:"requests"`
	MoreRequests bool              `json:"moreRequests"`
	Reports      []reportData      `json:"reports"`
	MoreReports  bool              `json:"moreReports"`
	Skills       []proposedData    `json:"skills"` // for stewards
	MoreSkills   bool              `json:"moreSkills"`
	Unfinished   int               `json:"unfinished"` // for stewards: pieces of work that keep failing, at /unfinished
}

// reportData is a report for who handles it.
type reportData struct {
	ID       community.ReportID    `json:"id"`
	About    community.ReportAbout `json:"about"`
	Subject  string                `json:"subject"`
	Person   personData            `json:"person"` // whose doing it is; without a name when the viewer does not see them
	By       personData            `json:"by"`
	Desk     string                `json:"desk"` // id of a hub, or "network"
	Rule     community.ReportRule  `json:"rule"` // of conduct
	Words    string                `json:"words"`
	Evidence string                `json:"evidence,omitempty"`
	Earlier  []string              `json:"earlier,omitempty"` // for stewards: what a message said before it was changed, oldest first
	At       time.Time             `json:"at"`
	AnswerBy time.Time             `json:"answerBy"`
	Overdue  bool                  `json:"overdue"`
}

// proposedData is a skill that waits for its names.
type proposedData struct {
	ID         community.SkillID `json:"id"`
	Names      map[string]string `json:"names"` // by language
	ProposedBy personData        `json:"proposedBy"`
}

// joinAnswerBody welcomes somebody, or says why not.
type joinAnswerBody struct {
	Welcome bool   `json:"welcome"`
	Answer  string `json:"answer"`
}

const deskAtOnce = 20 // of each hub: what a host can settle at one sitting

// pile is everything that waits on the desks of a viewer, as the domain has it.
type pile struct {
	requests                              []*community.JoinRequest
	reports                               []*community.Report
	skills                                []*community.Skill
	moreRequests, moreReports, moreSkills bool
	unfinished                            int
	earlier                               map[community.ReportID][]string
	today                                 *today
	people                                map[community.MemberID]community.Profile // everybody concerned whom the viewer sees
}

func (p *pile) name(id community.MemberID) string { return p.people[id].Name }

func showDesk(q *Request) (Answer, error) {
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	waiting, err := q.pile(hubs)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: q.deskData(waiting, hubs), View: View{Title: q.Say("desk.title"), Section: "desk", Content: desk.Show(q.deskView(waiting, hubs)),
		Modules: []string{"form"}}}, nil
}

// desks are the hubs whose desk is the viewer's: those they host, and for a steward those that have no host.
func (q *Request) desks(hubs hubNames) []community.HubID {
	desks := slices.Clone(q.Viewer.HostOf)
	for _, hub := range hubs.sorted {
		if q.Viewer.Steward && len(hub.Hosts) == 0 && !slices.Contains(desks, hub.ID) {
			desks = append(desks, hub.ID)
		}
	}
	return desks
}

// pile reads all desks of the viewer.
func (q *Request) pile(hubs hubNames) (*pile, error) {
	p := &pile{}
	desks := q.desks(hubs)
	for _, hub := range desks {
		found, next, err := q.Network.JoinRequestsAt(q.Context(), q.Viewer, hub, community.Page{Limit: deskAtOnce})
		if err != nil {
			return nil, err
		}
		p.requests, p.moreRequests = append(p.requests, found...), p.moreRequests || next != ""
	}
	var err error
	if p.today, err = q.today(desks, hubs); err != nil {
		return nil, err
	}
	if err := q.handedOn(p, desks); err != nil {
		return nil, err
	}
	reported := texts(desks)
	if q.Viewer.Steward {
		reported = append(reported, community.NetworkDesk)
		found, next, err := q.Network.ProposedSkills(q.Context(), q.Viewer, community.Page{Limit: deskAtOnce})
		if err != nil {
			return nil, err
		}
		p.skills, p.moreSkills = found, next != ""
		stuck, err := q.Unfinished.Stuck(q.Context())
		if err != nil {
			return nil, err
		}
		p.unfinished = len(stuck)
	}
	for _, on := range reported {
		found, next, err := q.Network.ReportsOn(q.Context(), q.Viewer, on, community.Page{Limit: deskAtOnce})
		if err != nil {
			return nil, err
		}
		p.reports, p.moreReports = append(p.reports, found...), p.moreReports || next != ""
	}
	return p, q.fillPile(p)
}

// handedOn adds the requests of other hubs that have come to a steward because they are late.
func (q *Request) handedOn(p *pile, desks []community.HubID) error {
	mine := map[community.JoinRequestID]bool{}
	var hubs []community.HubID
	for _, w := range p.today.own {
		if w.Kind == community.WaitingJoin && !slices.Contains(desks, w.Hub) {
			mine[community.JoinRequestID(w.ID)] = true
			hubs = append(hubs, w.Hub)
		}
	}
	slices.Sort(hubs)
	for _, hub := range slices.Compact(hubs) {
		found, _, err := q.Network.JoinRequestsAt(q.Context(), q.Viewer, hub, community.Page{Limit: community.PageMax})
		if err != nil {
			return err
		}
		p.requests = append(p.requests, slices.DeleteFunc(found, func(r *community.JoinRequest) bool { return !mine[r.ID] })...)
	}
	return nil
}

// fillPile sorts what comes from several desks and names everybody concerned.
func (q *Request) fillPile(p *pile) error {
	slices.SortStableFunc(p.requests, func(a, b *community.JoinRequest) int { return cmp.Compare(a.AnswerBy, b.AnswerBy) })
	slices.SortStableFunc(p.reports, func(a, b *community.Report) int { return cmp.Compare(a.AnswerBy, b.AnswerBy) })
	var ids []community.MemberID
	for _, r := range p.requests {
		ids = append(ids, r.Member)
	}
	for _, r := range p.reports {
		ids = append(ids, r.Person, r.By)
	}
	for _, s := range p.skills {
		ids = append(ids, s.ProposedBy)
	}
	ids = append(ids, p.today.people()...)
	if err := q.readEarlier(p); err != nil {
		return err
	}
	slices.Sort(ids)
	people, err := q.Network.People(q.Context(), q.Viewer, slices.Compact(ids))
	p.people = make(map[community.MemberID]community.Profile, len(people))
	for _, person := range people {
		p.people[person.ID] = person
	}
	return err
}

// readEarlier shows stewards what reported messages said before they were changed.
func (q *Request) readEarlier(p *pile) error {
	p.earlier = map[community.ReportID][]string{}
	for _, r := range p.reports {
		if !q.Viewer.Steward || r.About != community.ReportMessage {
			continue
		}
		words, err := q.Network.EarlierWordsOf(q.Context(), q.Viewer, r.ID)
		if err != nil && community.KindOf(err) != community.KindNotFound {
			return err
		}
		for _, w := range words {
			p.earlier[r.ID] = append(p.earlier[r.ID], w.Body)
		}
	}
	return nil
}

func (q *Request) deskData(p *pile, hubs hubNames) deskData {
	now := q.Network.Now()
	d := deskData{Today: p.todayData(hubs), Requests: []joinRequestData{}, Reports: []reportData{}, Skills: []proposedData{},
		MoreRequests: p.moreRequests, MoreReports: p.moreReports, MoreSkills: p.moreSkills, Unfinished: p.unfinished}
	for _, r := range p.requests {
		d.Requests = append(d.Requests, joinRequestDataOf(r, hubs.name(r.Hub), p.name(r.Member), now))
	}
	for _, r := range p.reports {
		d.Reports = append(d.Reports, reportData{ID: r.ID, About: r.About, Subject: r.Subject, Person: personData{r.Person, p.name(r.Person)},
			By: personData{r.By, p.name(r.By)}, Desk: r.Desk, Rule: r.Rule, Words: r.Words, Evidence: r.Evidence, Earlier: p.earlier[r.ID], At: r.At.Time(), AnswerBy: r.AnswerBy.Time(),
			Overdue: r.AnswerBy < now})
	}
	for _, s := range p.skills {
		d.Skills = append(d.Skills, proposedData{s.ID, s.Names, personData{s.ProposedBy, p.name(s.ProposedBy)}})
	}
	return d
}

// deskView puts what was typed back into the one form that was refused; the others begin empty.
func (q *Request) deskView(p *pile, hubs hubNames) desk.View {
	v := desk.View{MoreRequests: p.moreRequests, MoreReports: p.moreReports, MoreSkills: p.moreSkills, Steward: q.Viewer.Steward,
		Introduces: q.Viewer.HostsAny(),
		Unfinished: p.unfinished, Problem: q.Form(nil).General, WordsMax: community.WordsMax, SkillMax: community.SkillNameMax}
	v.Today, v.Answers = q.todayView(p, hubs), p.today.answers
	for _, r := range p.requests {
		v.Requests = append(v.Requests, q.requestView(r, p, hubs))
	}
	for _, r := range p.reports {
		v.Reports = append(v.Reports, q.reportView(r, p, hubs))
	}
	for _, s := range p.skills {
		skill := desk.Skill{ID: string(s.ID), Name: s.Name(q.Lang), By: q.nameOr(p.name(s.ProposedBy), "desk.somebody"), Form: q.formOf(string(s.ID), &skillNamesBody{Names: s.Names})}
		for _, l := range i18n.Languages() {
			skill.Languages = append(skill.Languages, components.Option{Value: l.Lang, Label: i18n.LanguageName(i18n.With(q.Context(), q.Lang), l.Lang)})
		}
		v.Skills = append(v.Skills, skill)
	}
	return v
}

// formOf is the form of one thing among several: with what was typed where it is the one that the path names.
func (q *Request) formOf(id string, now any) components.Typed {
	if q.Problem != nil && q.RawParam("id") == id {
		form := q.Form(nil)
		form.General = ""
		return form
	}
	return components.Typed{Values: encodeForm(now)}
}

func (q *Request) requestView(r *community.JoinRequest, p *pile, hubs hubNames) desk.Request {
	zone := hubs.zone(r.Hub)
	person := components.PersonCard{ID: string(r.Member), Name: q.Say("desk.somebody")}
	if profile, seen := p.people[r.Member]; seen {
		person = q.personCard(profile, hubs)
	}
	return desk.Request{ID: string(r.ID), Person: person, Hub: components.Tag{Label: hubs.name(r.Hub), Address: "/hubs/" + string(r.Hub)},
		Words: r.Words, Asked: r.AskedAt.In(zone), Due: q.due(r.AnswerBy, zone), Form: q.formOf(string(r.ID), nil)}
}

func (q *Request) reportView(r *community.Report, p *pile, hubs hubNames) desk.Report {
	zone := hubs.zone(r.Hub)
	v := desk.Report{ID: string(r.ID), About: string(r.About), Person: components.Tag{Label: q.Say("desk.somebody")},
		By: q.nameOr(p.name(r.By), "desk.somebody"), Desk: q.nameOr(hubs.name(community.HubID(r.Desk)), "desk.network"), Rule: q.ruleOf(r), Words: r.Words,
		Evidence: r.Evidence, Earlier: p.earlier[r.ID], At: r.At.In(zone), Due: q.due(r.AnswerBy, zone), Form: q.formOf(string(r.ID), nil)}
	if name := p.name(r.Person); name != "" {
		v.Person = components.Tag{Label: name, Address: "/people/" + string(r.Person)}
	}
	return v
}

// ruleOf names the rule of conduct that a report is about; older reports name none.
func (q *Request) ruleOf(r *community.Report) string {
	return q.Say("words.rule-" + string(cmp.Or(r.Rule, "other")))
}

func (q *Request) due(by community.Instant, zone string) desk.Due {
	return desk.Due{By: by.In(zone), Late: by < q.Network.Now()}
}

func answerJoin(q *Request) (Answer, error) {
	id, err := Param[community.JoinRequestID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	body, err := Decode[joinAnswerBody](q)
	if err != nil {
		return Answer{}, err
	}
	r, err := q.Network.AnswerJoin(q.Context(), q.Viewer, id, body.Welcome, body.Answer)
	if err != nil {
		return Answer{}, err
	}
	hub, err := q.Network.Hub(q.Context(), r.Hub)
	if err != nil {
		return Answer{}, err
	}
	names, err := q.names(q.Context(), []community.MemberID{r.Member})
	if err != nil {
		return Answer{}, err
	}
	said := "desk.said-declined"
	if r.State == community.JoinWelcomed {
		said = "desk.said-welcomed"
	}
	return Answer{Data: joinRequestDataOf(r, hub.Name, names[r.Member], q.Network.Now()), Location: "/desk", Said: said}, nil
}
