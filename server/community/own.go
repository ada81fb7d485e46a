package community

import (
	"cmp"
	"context"
	"slices"
)

// What is the viewer's own, for their export.

func byName(a, b Profile) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) }

// OwnPostings are the viewer's, newest first, closed ones too.
func (n *Network) OwnPostings(ctx context.Context, v Viewer, page Page) ([]*Posting, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	return n.Postings.By(ctx, v.ID, page)
}

// IntroductionsAnswered are those that the viewer answered, either way, earliest answer first.
func (n *Network) IntroductionsAnswered(ctx context.Context, v Viewer, page Page) ([]*Introduction, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	read := func(page Page) ([]*Introduction, Cursor, error) { return n.Introductions.AnsweredBy(ctx, v.ID, page) }
	return visible(page, read, func(i *Introduction) bool { return v.Apart(i.From) })
}

// Contacts are the people whom the viewer is connected with, by name.
func (n *Network) Contacts(ctx context.Context, v Viewer) ([]Profile, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	ids := make([]MemberID, 0, len(v.contacts))
	for id := range v.contacts {
		ids = append(ids, id)
	}
	people, err := n.People(ctx, v, ids)
	slices.SortFunc(people, byName)
	return people, err
}

// OwnEnterprises are those in which the viewer has or had a part.
func (n *Network) OwnEnterprises(ctx context.Context, v Viewer) ([]*Enterprise, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	var own []*Enterprise
	for e, err := range n.Enterprises.Each(ctx) {
		if err != nil {
			return nil, err
		}
		if e.knows(v.ID) {
			own = append(own, e)
		}
	}
	return own, nil
}

// OwnEvents are those that the viewer announced, goes to or waits for, past ones too, earliest first.
func (n *Network) OwnEvents(ctx context.Context, v Viewer) ([]*Event, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	var own []*Event
	for e, err := range n.Events.Each(ctx) {
		if err != nil {
			return nil, err
		}
		if e.Host == v.ID || e.AttendanceOf(v.ID) != NotComing {
			own = append(own, e)
		}
	}
	slices.SortStableFunc(own, func(a, b *Event) int { return cmp.Compare(a.StartsAt, b.StartsAt) })
	return own, nil
}

// OwnProgrammes are those that the viewer opened as a host.
func (n *Network) OwnProgrammes(ctx context.Context, v Viewer) ([]*Programme, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	var own []*Programme
	for p, err := range n.Programmes.Each(ctx) {
		if err != nil {
			return nil, err
		}
		if p.Host == v.ID {
			own = append(own, p)
		}
	}
	return own, nil
}

// OwnReports are those that the viewer made, oldest first.
func (n *Network) OwnReports(ctx context.Context, v Viewer, page Page) ([]*Report, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	return n.Reports.By(ctx, v.ID, page)
}

// OwnSkills are those that the viewer proposed.
func (n *Network) OwnSkills(ctx context.Context, v Viewer) ([]*Skill, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	all, err := n.SkillList.All(ctx)
	return slices.DeleteFunc(all, func(s *Skill) bool { return s.ProposedBy != v.ID }), err
}
