package community

import (
	"context"

	"longtable/matching"
)

// RoleID names an open role.
type RoleID string

// RoleForm says what somebody who takes the role gets.
type RoleForm string

// RoleForms in the order of the form.
var RoleForms = []RoleForm{"job", "freelance", "co-founder", "exchange", "volunteer"}

// OpenRole is a part in an enterprise that waits for somebody. It is the enterprise's, like all that its people write about
// it, and names none of them.
type OpenRole struct {
	Record[RoleID] `bson:",inline"`
	Enterprise     EnterpriseID `json:"enterprise"`
	Title          string       `json:"title"`
	Text           string       `json:"text,omitempty"`
	Skills         []SkillID    `json:"skills,omitempty"`
	HoursPerWeek   int          `json:"hoursPerWeek,omitempty"` // 0 not said
	Form           RoleForm     `json:"form"`
	Until          Instant      `json:"until"`          // end of the last day, at the enterprise's hub
	Zone           string       `json:"zone"`           // of that day
	Open           string       `json:"open,omitempty"` // "open" until it is closed, for the index
	PostedAt       Instant      `json:"postedAt"`
}

// OpenRoles is what the domain needs of the store.
type OpenRoles interface {
	Keeper[RoleID, OpenRole]
	Of(ctx context.Context, enterprise EnterpriseID, page Page) ([]*OpenRole, Cursor, error) // soonest ending first
	OpenFrom(ctx context.Context, since Instant, page Page) ([]*OpenRole, Cursor, error)     // of all enterprises, soonest ending first
}

// TakenAt tells whether the role no longer waits for anybody.
func (r *OpenRole) TakenAt(now Instant) bool { return r.Open == "" || r.Until <= now }

// RoleDraft is what the people of an enterprise write about a role.
type RoleDraft struct {
	Title        string    `json:"title"`
	Text         string    `json:"text"`
	Skills       []SkillID `json:"skills"`
	HoursPerWeek int       `json:"hoursPerWeek"`
	Form         RoleForm  `json:"form"`
	Until        string    `json:"until"` // 2006-01-02, the last day
}

// RoleDraftOf is the form of a role as it is now.
func RoleDraftOf(r *OpenRole) RoleDraft {
	return RoleDraft{r.Title, r.Text, r.Skills, r.HoursPerWeek, r.Form, r.Until.In(r.Zone).AddDate(0, 0, -1).Format("2006-01-02")}
}

// RoleMatch is a role that fits the viewer, and why.
type RoleMatch struct {
	Role       *OpenRole
	Enterprise *Enterprise
	ForYou     Benefit
	ForThem    Benefit
}

// Role is one open role with its enterprise, for people of the network. One that is closed or over is for the people of
// the enterprise only.
func (n *Network) Role(ctx context.Context, v Viewer, id RoleID) (*OpenRole, *Enterprise, error) {
	if !v.Known() {
		return nil, nil, Unauthenticated()
	}
	r, err := n.OpenRoles.Get(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	e, err := n.Enterprises.Get(ctx, r.Enterprise)
	if err == nil && r.TakenAt(n.Now()) && !e.In(v.ID) {
		err = NotFound("role %s is over", id)
	}
	return r, e, err
}

// Roles are the roles of an enterprise that wait for somebody, soonest ending first.
func (n *Network) Roles(ctx context.Context, v Viewer, id EnterpriseID) ([]*OpenRole, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	var open []*OpenRole
	read := func(p Page) ([]*OpenRole, Cursor, error) { return n.OpenRoles.Of(ctx, id, p) }
	err := throughout(read, func(r *OpenRole) {
		if !r.TakenAt(n.Now()) {
			open = append(open, r)
		}
	})
	return open, err
}

// OpenARole adds a role to an enterprise; for its people.
func (n *Network) OpenARole(ctx context.Context, v Viewer, id EnterpriseID, d RoleDraft) (*OpenRole, error) {
	e, err := n.enterpriseOf(ctx, v, id)
	if err != nil {
		return nil, err
	}
	open, err := n.Roles(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if len(open) >= OpenRolesMax {
		return nil, TooMany("roles.too-many", map[string]any{"max": OpenRolesMax})
	}
	r := &OpenRole{Record: Record[RoleID]{ID: NewID[RoleID]()}, Enterprise: e.ID, Open: "open", PostedAt: n.Now()}
	if err := n.outlineRole(ctx, v, r, e, &d); err != nil {
		return nil, err
	}
	return r, n.OpenRoles.Add(ctx, r)
}

// EditRole changes a role; for people of its enterprise.
func (n *Network) EditRole(ctx context.Context, v Viewer, id RoleID, d RoleDraft) (*OpenRole, error) {
	return n.changeRole(ctx, v, id, func(r *OpenRole, e *Enterprise) error { return n.outlineRole(ctx, v, r, e, &d) })
}

// CloseRole ends the waiting; for people of its enterprise.
func (n *Network) CloseRole(ctx context.Context, v Viewer, id RoleID) (*OpenRole, error) {
	return n.changeRole(ctx, v, id, func(r *OpenRole, _ *Enterprise) error {
		r.Open = ""
		return nil
	})
}

func (n *Network) changeRole(ctx context.Context, v Viewer, id RoleID, change func(*OpenRole, *Enterprise) error) (*OpenRole, error) {
	r, _, err := n.Role(ctx, v, id)
	if err != nil {
		return nil, err
	}
	e, err := n.enterpriseOf(ctx, v, r.Enterprise)
	if err != nil {
		return nil, err
	}
	return n.OpenRoles.Change(ctx, id, func(r *OpenRole) error { return change(r, e) })
}

// enterpriseOf loads an enterprise for one of its people.
func (n *Network) enterpriseOf(ctx context.Context, v Viewer, id EnterpriseID) (*Enterprise, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	e, err := n.Enterprises.Get(ctx, id)
	if err == nil && !e.In(v.ID) {
		err = Forbidden("enterprises.only-its-people")
	}
	return e, err
}

// outlineRole checks the draft and writes it into the role.
func (n *Network) outlineRole(ctx context.Context, v Viewer, r *OpenRole, e *Enterprise, d *RoleDraft) error {
	zone := "UTC"
	if e.Hub != "" {
		hub, err := n.Hubs.Get(ctx, e.Hub)
		if err != nil {
			return err
		}
		zone = hub.Zone
	}
	p := Problems{}
	d.Title, d.Text = Line(d.Title), Paragraphs(d.Text)
	p.need("title", d.Title, TitleMax)
	p.atMost("text", d.Text, TextMax)
	d.Skills = n.Skills.check(p, v, "skills", d.Skills, NeedsMax)
	p.between("hoursPerWeek", d.HoursPerWeek, 0, HoursPerWeekMax)
	oneOf(p, "form", d.Form, RoleForms)
	last, ok := clockTime(d.Until, "00:00", zone)
	until := At(last.In(zone).AddDate(0, 0, 1))
	switch {
	case !ok:
		p["until"] = Problem{Say: "problem.not-a-date"}
	case until <= n.Now():
		p["until"] = Problem{Say: "roles.until-ahead"}
	}
	if err := Invalid(p); err != nil {
		return err
	}
	r.Title, r.Text, r.Skills, r.HoursPerWeek, r.Form, r.Until, r.Zone = d.Title, d.Text, d.Skills, d.HoursPerWeek, d.Form, until, zone
	return nil
}

// PeopleForRole are the people who fit the role best, best first, by what they show to the network; for people of its
// enterprise, who are not among them.
func (n *Network) PeopleForRole(ctx context.Context, v Viewer, id RoleID) ([]Match, error) {
	r, e, err := n.Role(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if !e.In(v.ID) {
		return nil, NotFound("who fits role %s is for its enterprise", id)
	}
	if r.TakenAt(n.Now()) || len(r.Skills) == 0 {
		return nil, nil
	}
	zones, err := n.zoneOf(ctx, e.Hub)
	if err != nil {
		return nil, err
	}
	return n.helpers(ctx, v, n.roleCall(r, e, zones), func(id MemberID) bool { return !e.In(id) }, helpersShown)
}

// roleCall is a role as it is ranked: what it needs, and what the enterprise says of itself.
func (n *Network) roleCall(r *OpenRole, e *Enterprise, zones zoning) matching.Profile {
	of := n.Matches.profile(Profile{Causes: e.Causes, Hub: e.Hub, Stage: e.Stage}, zones)
	return matching.Call(string(r.ID), of, n.Matches.numbers(r.Skills)...)
}

// RolesFor are the open roles that fit the viewer best, best first, in enterprises of which they are not a part. Everything
// the viewer wrote counts.
func (n *Network) RolesFor(ctx context.Context, v Viewer) ([]RoleMatch, error) {
	giver, err := n.asGiver(ctx, v)
	if err != nil {
		return nil, err
	}
	roles, err := n.rolesElsewhere(ctx, v)
	if err != nil {
		return nil, err
	}
	zones, err := n.zones(ctx)
	if err != nil {
		return nil, err
	}
	var calls []matching.Profile
	for _, m := range roles {
		calls = append(calls, n.roleCall(m.Role, m.Enterprise, zones))
	}
	found, r, err := n.rankCalls(ctx, giver, calls)
	if err != nil {
		return nil, err
	}
	matches := make([]RoleMatch, len(found))
	for i, m := range found {
		matches[i] = roles[RoleID(m.ID)]
		matches[i].ForYou, matches[i].ForThem = r.benefit(m.Reasons.ForViewer), r.benefit(m.Reasons.ForCandidate)
	}
	return matches, nil
}

// rolesConsidered are the open roles that are held against somebody, those ending soonest: beyond so many a page of fits
// would read the store for too long.
const rolesConsidered = 4 * PageMax

func (n *Network) rolesElsewhere(ctx context.Context, v Viewer) (map[RoleID]RoleMatch, error) {
	roles := map[RoleID]RoleMatch{}
	for page, read := (Page{Limit: PageMax}), 0; read < rolesConsidered; {
		found, next, err := n.OpenRoles.OpenFrom(ctx, n.Now()+1, page)
		if err != nil {
			return nil, err
		}
		ids := make([]EnterpriseID, len(found))
		for i, r := range found {
			ids[i] = r.Enterprise
		}
		enterprises, err := n.Enterprises.Many(ctx, ids)
		if err != nil {
			return nil, err
		}
		for i, r := range found {
			if e := enterprises[i]; e != nil && !e.In(v.ID) && len(r.Skills) > 0 {
				roles[r.ID] = RoleMatch{Role: r, Enterprise: e}
			}
		}
		read += len(found)
		if page.After = next; next == "" {
			break
		}
	}
	return roles, nil
}

// endRoles takes away the roles of an enterprise that ends.
func (n *Network) endRoles(ctx context.Context, id EnterpriseID) error {
	return drain(func(p Page) ([]*OpenRole, Cursor, error) { return n.OpenRoles.Of(ctx, id, p) },
		func(r *OpenRole) error { return n.OpenRoles.Delete(ctx, r.ID) })
}
