package community

import (
	"cmp"
	"context"
	"slices"

	"longtable/matching"
)

// CohortPerson is somebody who took a place, as hosts see them after the vote: by name, without number, answers, scores or
// place in the order, so that nothing tells how they came to it.
type CohortPerson struct {
	Name   string   `json:"name"`
	Reach  string   `json:"reach,omitempty"`
	Member MemberID `json:"member,omitempty"` // once they have an account
	Yes    bool     `json:"yes"`              // they said yes to their place
}

// Cohort is a programme from the inside.
type Cohort struct {
	Programme    *Programme
	People       []CohortPerson // for hosts; empty for the others
	Profiles     []Profile      // those with an account, as the viewer may see them
	Conversation ConversationID // empty before the first of them has an account
	Events       []*Event
	Pairs        []CohortPair // for hosts: first introductions, prepared
}

// CohortPair is a first introduction: somebody of the cohort, and a member who can help them.
type CohortPair struct {
	One, Other Profile
	ForOne     Benefit
}

// CohortOf is a programme from the inside, for hosts of its hub and for those who took a place. Before the vote is closed
// there is nobody to see, and a host who looks is written into the log.
func (n *Network) CohortOf(ctx context.Context, v Viewer, id ProgrammeID) (*Cohort, error) {
	p, err := n.ProgrammeSeen(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if v.RunsProgramme(p) && p.State != ProgrammeCohort && p.State != ProgrammeAfter {
		return nil, n.refuseOpenly(ctx, id, LogNamesRefused, Forbidden("programmes.names-wait"))
	}
	accepted, err := n.placed(ctx, id)
	if err != nil {
		return nil, err
	}
	in := slices.ContainsFunc(accepted, func(a *Application) bool { return a.Member == v.ID && a.State == ApplicationAccepted })
	if !v.Known() || !v.RunsProgramme(p) && !in {
		return nil, NotFound("the cohort of %s is for those in it", id)
	}
	c := &Cohort{Programme: p}
	var members []MemberID
	for _, a := range accepted {
		if a.Member != "" && a.State == ApplicationAccepted {
			members = append(members, a.Member)
		}
		if v.RunsProgramme(p) {
			c.People = append(c.People, CohortPerson{a.Name, a.Reach, a.Member, a.State == ApplicationAccepted})
		}
	}
	slices.SortFunc(c.People, func(a, b CohortPerson) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Reach, b.Reach)) })
	if c.Profiles, err = n.People(ctx, v, members); err != nil {
		return nil, err
	}
	slices.SortFunc(c.Profiles, byName)
	talk, err := n.Conversations.Get(ctx, cohortTalkID(id))
	if ignoreMissing(err) != nil {
		return nil, err
	}
	if err == nil && talk.Has(v.ID) {
		c.Conversation = talk.ID
	}
	if c.Events, err = n.cohortEvents(ctx, p); err != nil {
		return nil, err
	}
	if v.RunsProgramme(p) && p.State == ProgrammeCohort {
		c.Pairs, err = n.cohortPairs(ctx, v, p, members)
	}
	return c, err
}

// placed are the applications that were offered a place and not given up, whatever the number.
func (n *Network) placed(ctx context.Context, id ProgrammeID) (placed []*Application, err error) {
	page := Page{Limit: PageMax}
	for {
		found, next, err := n.Applications.To(ctx, id, page)
		if err != nil {
			return nil, err
		}
		for _, a := range found {
			if a.State == ApplicationAccepted || a.State == ApplicationOffered {
				placed = append(placed, a)
			}
		}
		if page.After = next; next == "" {
			return placed, nil
		}
	}
}

func (n *Network) cohortEvents(ctx context.Context, p *Programme) (ahead []*Event, err error) {
	found, err := n.Events.Many(ctx, p.Events)
	for _, e := range found {
		if e != nil && e.State == EventOpen && e.EndsAt > n.Now() {
			ahead = append(ahead, e)
		}
	}
	slices.SortFunc(ahead, func(a, b *Event) int { return cmp.Compare(a.StartsAt, b.StartsAt) })
	return ahead, err
}

// PutEvent makes an event of the hub part of the programme, or not any more; for its hosts.
func (n *Network) PutEvent(ctx context.Context, v Viewer, id ProgrammeID, event EventID, in bool) (*Programme, error) {
	e, err := n.Event(ctx, v, event)
	if err != nil {
		return nil, err
	}
	return n.changeProgramme(ctx, v, id, func(p *Programme) error {
		switch {
		case e.Hub != p.Hub:
			return Invalid(Problems{"event": {Say: "problem.choose-from-list"}})
		case slices.Contains(p.Events, event) == in:
			return ErrUnchanged
		case in && len(p.Events) >= PageMax:
			return Invalid(Problems{"event": {Say: "problem.too-many-chosen", Args: map[string]any{"max": PageMax}}})
		}
		p.Events = withOrWithout(p.Events, event, in)
		return nil
	})
}

// pairsForEach is how many introductions are prepared for one person: one that happens is worth more than three in a list.
const pairsForEach = 1

// cohortPairs finds for each of the cohort who could help them best, as the matching pairs mentors: what they say openly
// that they need is the call, or what the programme helps with where they say nothing yet. Who is of the cohort is not
// among the helpers.
func (n *Network) cohortPairs(ctx context.Context, v Viewer, p *Programme, members []MemberID) (pairs []CohortPair, err error) {
	zones, err := n.zones(ctx)
	if err != nil {
		return nil, err
	}
	found, err := n.Members.Many(ctx, members)
	if err != nil {
		return nil, err
	}
	for _, m := range found {
		if m == nil || v.Apart(m.ID) {
			continue
		}
		shown := m.ShownTo(EveryoneInNetwork)
		needs := shown.Needs
		if len(needs) == 0 {
			needs = p.Skills
		}
		call := matching.Call(string(m.ID), n.Matches.profile(shown, zones), n.Matches.numbers(needs)...)
		helpers, err := n.helpers(ctx, v, call, func(id MemberID) bool { return !slices.Contains(members, id) }, pairsForEach)
		if err != nil {
			return nil, err
		}
		for _, h := range helpers {
			one, other, err := n.Introducible(ctx, v, m.ID, h.Person.ID)
			if err != nil {
				if KindOf(err) == KindInternal {
					return nil, err
				}
				continue // not theirs to introduce
			}
			pairs = append(pairs, CohortPair{One: one, Other: other, ForOne: h.ForYou})
		}
	}
	return pairs, nil
}

// CohortMember is the member that the code of an application makes, the same however often it is used. It follows from what
// only the code leads to, because those who decided know the id of the application.
func CohortMember(a *Application) MemberID {
	return MemberID(hashLines("longtable cohort member 1", a.CodeHash)[:rowLength/2])
}

// JoinCohort binds an accepted application to a member, who becomes a member of the programme's hub when they have none. It
// may be repeated; an application that belongs to somebody stays theirs.
func (n *Network) JoinCohort(ctx context.Context, v Viewer, code string) (*Programme, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	a, p, err := n.ApplicationByCode(ctx, code)
	if err != nil {
		return nil, err
	}
	_, err = n.Applications.Change(ctx, a.ID, func(a *Application) error {
		switch {
		case a.State != ApplicationAccepted:
			return Conflict("applications.no-offer")
		case a.Member == v.ID:
			return ErrUnchanged
		case a.Member != "":
			return Conflict("applications.belongs-to-somebody")
		}
		a.Member = v.ID
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := n.carryDeclarations(ctx, v.ID); err != nil {
		return nil, err
	}
	_, err = n.Members.Change(ctx, v.ID, func(m *Member) error {
		if m.Hub != "" {
			return ErrUnchanged
		}
		m.Hub = p.Hub
		return nil
	})
	if err != nil {
		return nil, err
	}
	return p, n.SeatCohort(ctx, p.ID)
}

func cohortTalkID(id ProgrammeID) ConversationID { return ConversationID("cohort-" + string(id)) }

// SeatCohort opens the conversation of a programme's cohort, brings it to those who have a place and an account, and gives
// each of them what the programme gives. It may be repeated and come in any order, because it looks at things as they are.
func (n *Network) SeatCohort(ctx context.Context, id ProgrammeID) error {
	p, err := n.Programmes.Get(ctx, id)
	if err != nil || p.State != ProgrammeCohort {
		return ignoreMissing(err)
	}
	placed, err := n.placed(ctx, id)
	if err != nil {
		return err
	}
	var members []MemberID
	for _, a := range placed {
		if a.Member != "" && a.State == ApplicationAccepted {
			members = append(members, a.Member)
		}
	}
	if len(members) == 0 {
		return nil
	}
	for _, m := range members {
		if err := n.giveSeat(ctx, p, m); err != nil {
			return err
		}
	}
	if p.Host != "" && !slices.Contains(members, p.Host) {
		members = append(members, p.Host)
	}
	return n.openCohortTalk(ctx, p, members)
}

func (n *Network) openCohortTalk(ctx context.Context, p *Programme, members []MemberID) error {
	c := &Conversation{Record: Record[ConversationID]{ID: cohortTalkID(p.ID)}, Members: members, Title: p.Title,
		Subject: Subject{Kind: SubjectProgramme, ID: string(p.ID), Title: p.Title}, OpenedAt: n.Now()}
	if _, err := n.open(ctx, c); err != nil {
		return err
	}
	c, err := n.Conversations.Change(ctx, c.ID, func(c *Conversation) error {
		if slices.Equal(c.Members, members) {
			return ErrUnchanged
		}
		c.Members = members
		return nil
	})
	if err != nil {
		return err
	}
	for _, m := range c.Members {
		if err := n.seatIn(ctx, c, m); err != nil {
			return err
		}
	}
	return nil
}

// giveSeat gives somebody of the cohort a seat on the hub's first plan for as long as the programme lasts, which pays for it. It
// is called again and again, so it gives what is missing and nothing twice. A hub without plans has seats for whoever comes.
func (n *Network) giveSeat(ctx context.Context, p *Programme, member MemberID) error {
	if !slices.Contains(p.Gives, GiftSeat) {
		return nil
	}
	plans, err := n.PlansOf(ctx, p.Hub)
	if err != nil || len(plans) == 0 {
		return err
	}
	err = n.seatFrom(ctx, p, member, plans[0].ID, p.months())
	if KindOf(err) == KindNotFound {
		return nil // they left meanwhile
	}
	return err
}

// months are those that a programme lasts, begun ones counted whole.
func (p *Programme) months() int {
	months := 1
	for months < PoolPerPersonMax && monthsAfter(p.Starts, months, p.Zone) < p.Ends {
		months++
	}
	return months
}
