package community

import (
	"context"
	"slices"
)

// Role is a person's part in an enterprise over time.
type Role struct {
	Member MemberID `json:"member"`
	Title  string   `json:"title"`
	Since  Instant  `json:"since"`
	Until  Instant  `json:"until,omitempty"` // zero while it lasts
}

// Enterprise is what people build: one person to many.
type Enterprise struct {
	Record[EnterpriseID] `bson:",inline"`
	Name                 string  `json:"name"`
	Headline             string  `json:"headline,omitempty"`
	About                string  `json:"about,omitempty"`
	Hub                  HubID   `json:"hub,omitempty"`
	Causes               []Cause `json:"causes,omitempty"`
	Stage                Stage   `json:"stage,omitempty"`
	Website              string  `json:"website,omitempty"`
	People               []Role  `json:"people,omitempty"`
	FoundedAt            Instant `json:"foundedAt"`
}

// In tells whether the member has a part in the enterprise today.
func (e *Enterprise) In(id MemberID) bool {
	return slices.ContainsFunc(e.People, func(r Role) bool { return r.Member == id && r.Until == 0 })
}

// Enterprises is what the domain needs of the store.
type Enterprises interface {
	Keeper[EnterpriseID, Enterprise]
	Whole[Enterprise]
	ByName(ctx context.Context, page Page) ([]*Enterprise, Cursor, error)
	InHub(ctx context.Context, hub HubID, page Page) ([]*Enterprise, Cursor, error)
}

// Enterprise is one enterprise, for people of the network. Its people are shown as each of them allows.
func (n *Network) Enterprise(ctx context.Context, v Viewer, id EnterpriseID) (*Enterprise, []Profile, error) {
	if !v.Known() {
		return nil, nil, Unauthenticated()
	}
	e, err := n.Enterprises.Get(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	var ids []MemberID
	for _, r := range e.People {
		if r.Until == 0 {
			ids = append(ids, r.Member)
		}
	}
	people, err := n.People(ctx, v, ids)
	return e, slices.DeleteFunc(people, func(p Profile) bool { return p.Enterprise != id }), err
}

// EnterprisesWith are the enterprises with these ids, in this order, for people of the network; what is gone is left out.
func (n *Network) EnterprisesWith(ctx context.Context, v Viewer, ids []EnterpriseID) ([]*Enterprise, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	found, err := n.Enterprises.Many(ctx, ids)
	return slices.DeleteFunc(found, func(e *Enterprise) bool { return e == nil }), err
}

// EnterpriseDraft is what its people write about an enterprise.
type EnterpriseDraft struct {
	Name     string  `json:"name"`
	Headline string  `json:"headline"`
	About    string  `json:"about"`
	Causes   []Cause `json:"causes"`
	Stage    Stage   `json:"stage"`
	Website  string  `json:"website"`
}

// EnterpriseDraftOf is the form of an enterprise as it is now.
func EnterpriseDraftOf(e *Enterprise) EnterpriseDraft {
	return EnterpriseDraft{e.Name, e.Headline, e.About, e.Causes, e.Stage, e.Website}
}

// FoundEnterprise adds an enterprise with the viewer as its first person.
func (n *Network) FoundEnterprise(ctx context.Context, v Viewer, d EnterpriseDraft) (*Enterprise, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	if err := Invalid(d.check()); err != nil {
		return nil, err
	}
	e := &Enterprise{Record: Record[EnterpriseID]{ID: NewID[EnterpriseID]()}, Hub: v.Hub, FoundedAt: n.Now(),
		People: []Role{{Member: v.ID, Since: n.Now()}}}
	d.apply(e)
	if err := n.Enterprises.Add(ctx, e); err != nil {
		return nil, err
	}
	_, err := n.Members.Change(ctx, v.ID, func(m *Member) error {
		m.Enterprise = e.ID
		return nil
	})
	return e, err
}

// EditEnterprise changes it; for its people.
func (n *Network) EditEnterprise(ctx context.Context, v Viewer, id EnterpriseID, d EnterpriseDraft) (*Enterprise, error) {
	if err := Invalid(d.check()); err != nil {
		return nil, err
	}
	return n.Enterprises.Change(ctx, id, func(e *Enterprise) error {
		if !e.In(v.ID) {
			return Forbidden("enterprises.only-its-people")
		}
		d.apply(e)
		return nil
	})
}

// BringIn adds a connected member to the enterprise; for its people. Nobody is put into an enterprise by a stranger.
func (n *Network) BringIn(ctx context.Context, v Viewer, id EnterpriseID, member MemberID, title string) (*Enterprise, error) {
	title = Line(title)
	p := Problems{}
	p.atMost("title", title, NameMax)
	if !v.Contact(member) {
		p["member"] = Problem{Say: "enterprises.connect-first"}
	}
	if err := Invalid(p); err != nil {
		return nil, err
	}
	e, err := n.Enterprises.Change(ctx, id, func(e *Enterprise) error {
		switch {
		case !e.In(v.ID):
			return Forbidden("enterprises.only-its-people")
		case e.In(member):
			return ErrUnchanged
		case len(e.People) >= EnterprisePeopleMax:
			return TooMany("enterprises.full", map[string]any{"max": EnterprisePeopleMax})
		}
		e.People = append(e.People, Role{Member: member, Title: title, Since: n.Now()})
		return nil
	})
	if err != nil {
		return nil, err
	}
	_, err = n.Members.Change(ctx, member, func(m *Member) error {
		if m.Enterprise != "" {
			return ErrUnchanged // nobody's own page changes its enterprise by another's hand
		}
		m.Enterprise = id
		return nil
	})
	return e, err
}

// CouldBringIn are the people whom the viewer may bring into the enterprise, by name: connected with the viewer and not
// in it yet. It is empty for who is not of the enterprise.
func (n *Network) CouldBringIn(ctx context.Context, v Viewer, e *Enterprise) ([]Profile, error) {
	if !e.In(v.ID) {
		return nil, nil
	}
	var ids []MemberID
	for id := range v.contacts {
		if !e.In(id) {
			ids = append(ids, id)
		}
	}
	people, err := n.People(ctx, v, ids)
	slices.SortFunc(people, byName)
	return people, err
}

// StepOut ends the viewer's own part in the enterprise.
func (n *Network) StepOut(ctx context.Context, v Viewer, id EnterpriseID) error {
	_, err := n.Enterprises.Change(ctx, id, func(e *Enterprise) error {
		if !e.In(v.ID) {
			return ErrUnchanged
		}
		for i := range e.People {
			if e.People[i].Member == v.ID && e.People[i].Until == 0 {
				e.People[i].Until = n.Now()
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = n.Members.Change(ctx, v.ID, func(m *Member) error {
		if m.Enterprise != id {
			return ErrUnchanged
		}
		m.Enterprise = ""
		return nil
	})
	return err
}

func (d *EnterpriseDraft) check() Problems {
	p := Problems{}
	d.Name, d.Headline, d.About, d.Website = Line(d.Name), Line(d.Headline), Paragraphs(d.About), Line(d.Website)
	p.need("name", d.Name, NameMax)
	p.atMost("headline", d.Headline, HeadlineMax)
	p.atMost("about", d.About, AboutMax)
	p.website("website", d.Website)
	d.Causes = someOf(p, "causes", d.Causes, Causes, CausesMax)
	oneOf(p, "stage", d.Stage, Stages)
	return p
}

func (d *EnterpriseDraft) apply(e *Enterprise) {
	e.Name, e.Headline, e.About, e.Causes, e.Stage, e.Website = d.Name, d.Headline, d.About, d.Causes, d.Stage, d.Website
}
