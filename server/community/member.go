package community

import (
	"cmp"
	"context"
	"slices"
)

// Audience says who sees a field of a profile. They are nested: what the network sees, hub mates see too, and so on.
type Audience string

const (
	EveryoneInNetwork Audience = "network"
	MyHub             Audience = "hub"
	MyContacts        Audience = "contacts"
	OnlyMe            Audience = "me"
)

// Audiences from the widest to the narrowest.
var Audiences = []Audience{EveryoneInNetwork, MyHub, MyContacts, OnlyMe}

// shows tells whether somebody with this reach sees a field that was opened to the audience. A contact is not
// necessarily in the same hub, so "my hub" is open to hub mates and to contacts: being connected is the closer tie.
func (reach Audience) shows(field Audience) bool {
	return slices.Index(Audiences, field) <= slices.Index(Audiences, reach)
}

// Field is a part of a profile with a visibility of its own. The name is always shown in the network.
type Field string

const (
	FieldPronouns   Field = "pronouns"
	FieldAbout      Field = "about" // headline and text
	FieldOffers     Field = "offers"
	FieldNeeds      Field = "needs"
	FieldCauses     Field = "causes"
	FieldLanguages  Field = "languages"
	FieldHub        Field = "hub"
	FieldHours      Field = "hours"
	FieldStage      Field = "stage"
	FieldEnterprise Field = "enterprise"
)

// Fields in the order in which a profile shows them.
var Fields = []Field{FieldPronouns, FieldAbout, FieldOffers, FieldNeeds, FieldCauses, FieldLanguages, FieldHub, FieldHours, FieldStage, FieldEnterprise}

// Grasp says how somebody holds a skill. There is no degree and no certificate.
type Grasp string

const (
	CanDo           Grasp = "can-do"
	LivedExperience Grasp = "lived"
	Learning        Grasp = "learning"
)

// Grasps in the order in which a form shows them.
var Grasps = []Grasp{CanDo, LivedExperience, Learning}

// Offered is a skill that a member puts on the table.
type Offered struct {
	Skill SkillID `json:"skill"`
	Grasp Grasp   `json:"grasp"`
}

// Stage of an enterprise or of a person's plan for one; 0 is not said.
type Stage int

const (
	StageIdea Stage = iota + 1
	StageTrying
	StageFirstCustomers
	StageGrowing
	StageSettled
)

// Stages in order, 0 (not said) first.
var Stages = []Stage{0, StageIdea, StageTrying, StageFirstCustomers, StageGrowing, StageSettled}

// Cause is one of the 17 Sustainable Development Goals of the United Nations, 1 to 17.
type Cause int

// Causes lists all of them.
var Causes = []Cause{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17}

// Member is a person of the network. The e-mail address is not here but in the account.
type Member struct {
	Record[MemberID] `bson:",inline"`
	Name             string              `json:"name"`
	Pronouns         string              `json:"pronouns,omitempty"`
	Headline         string              `json:"headline,omitempty"`
	About            string              `json:"about,omitempty"`
	Offers           []Offered           `json:"offers,omitempty"`
	Needs            []SkillID           `json:"needs,omitempty"`
	Causes           []Cause             `json:"causes,omitempty"`
	Languages        []string            `json:"languages,omitempty"` // BCP 47 tags
	Hub              HubID               `json:"hub,omitempty"`
	HoursPerWeek     int                 `json:"hoursPerWeek,omitempty"` // hours a week for working with others; 0 not said
	Stage            Stage               `json:"stage,omitempty"`
	Enterprise       EnterpriseID        `json:"enterprise,omitempty"`
	RoomInWeek       int                 `json:"roomInWeek"` // introductions a week this person wants to be asked for
	Shown            map[Field]Audience  `json:"shown,omitempty"`
	HostOf           []HubID             `json:"hostOf,omitempty"`
	BooksOf          []HubID             `json:"booksOf,omitempty"` // hubs whose books they keep
	Steward          bool                `json:"steward,omitempty"`
	MatchingOff      bool                `json:"matchingOff,omitempty"` // does not want to be proposed to others
	Language         string              `json:"language,omitempty"`    // of the pages and letters for this person
	Silenced         map[NoticeKind]bool `json:"silenced,omitempty"`    // notices switched off, page and mail
	Digest           DigestChoice        `json:"digest,omitempty"`      // when letters tell of what was missed; empty for the usual
	JoinedAt         Instant             `json:"joinedAt"`
	Kept             bool                `json:"kept,omitempty"` // taken in by a hub without an account of their own making, and not taken over yet; nobody else's business
}

// AudienceOf is who sees the field; everyone in the network unless the member said otherwise.
func (m *Member) AudienceOf(f Field) Audience {
	if a, said := m.Shown[f]; said {
		return a
	}
	return EveryoneInNetwork
}

// Profile is a member as somebody may see them: what that person may not see is not in it, so it cannot leak.
type Profile struct {
	ID           MemberID     `json:"id"`
	Name         string       `json:"name"`
	Pronouns     string       `json:"pronouns,omitempty"`
	Headline     string       `json:"headline,omitempty"`
	About        string       `json:"about,omitempty"`
	Offers       []Offered    `json:"offers,omitempty"`
	Needs        []SkillID    `json:"needs,omitempty"`
	Causes       []Cause      `json:"causes,omitempty"`
	Languages    []string     `json:"languages,omitempty"`
	Hub          HubID        `json:"hub,omitempty"`
	HoursPerWeek int          `json:"hoursPerWeek,omitempty"`
	Stage        Stage        `json:"stage,omitempty"`
	Enterprise   EnterpriseID `json:"enterprise,omitempty"`
	JoinedAt     Instant      `json:"-"`
	Rev          int64        `json:"-"` // of the member; an index with another one lags behind
}

// ShownTo is the profile for everybody with this reach.
func (m *Member) ShownTo(reach Audience) Profile {
	p := Profile{ID: m.ID, Name: m.Name, JoinedAt: m.JoinedAt, Rev: m.Rev}
	for _, f := range Fields {
		if reach.shows(m.AudienceOf(f)) {
			p.take(f, m)
		}
	}
	return p
}

func (p *Profile) take(f Field, m *Member) {
	switch f {
	case FieldPronouns:
		p.Pronouns = m.Pronouns
	case FieldAbout:
		p.Headline, p.About = m.Headline, m.About
	case FieldOffers:
		p.Offers = m.Offers
	case FieldNeeds:
		p.Needs = m.Needs
	case FieldCauses:
		p.Causes = m.Causes
	case FieldLanguages:
		p.Languages = m.Languages
	case FieldHub:
		p.Hub = m.Hub
	case FieldHours:
		p.HoursPerWeek = m.HoursPerWeek
	case FieldStage:
		p.Stage = m.Stage
	case FieldEnterprise:
		p.Enterprise = m.Enterprise
	}
}

// Members is what the domain needs of the store.
type Members interface {
	Keeper[MemberID, Member]
	Whole[Member]
	InHub(ctx context.Context, hub HubID, page Page) ([]*Member, Cursor, error)
	Newest(ctx context.Context, page Page) ([]*Member, Cursor, error)
	Stewards(ctx context.Context) ([]*Member, error)
}

// Member is one person as the viewer may see them; somebody with a block between is not found.
func (n *Network) Member(ctx context.Context, v Viewer, id MemberID) (Profile, error) {
	m, err := n.reachable(ctx, v, id)
	if err != nil {
		return Profile{}, err
	}
	return m.ShownTo(v.Reach(m)), nil
}

// People are the members with these ids as the viewer may see them, in this order; who can't be seen is left out.
func (n *Network) People(ctx context.Context, v Viewer, ids []MemberID) ([]Profile, error) {
	members, err := n.Members.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	people := make([]Profile, 0, len(members))
	for _, m := range members {
		if m != nil && !v.Apart(m.ID) {
			people = append(people, m.ShownTo(v.Reach(m)))
		}
	}
	return people, nil
}

// reachable loads another member as a whole, for verbs; never for showing.
func (n *Network) reachable(ctx context.Context, v Viewer, id MemberID) (*Member, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	if v.Apart(id) {
		return nil, NotFound("member %s is apart from %s", id, v.ID)
	}
	return n.Members.Get(ctx, id)
}

// OwnProfile is the viewer's own member record.
func (n *Network) OwnProfile(ctx context.Context, v Viewer) (*Member, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	return n.Members.Get(ctx, v.ID)
}

// CheckName finds what is wrong with a person's name, under the field "name".
func CheckName(name string) Problems {
	p := Problems{}
	p.need("name", Line(name), NameMax)
	return p
}

// Join adds a new person. The id is the account's.
func (n *Network) Join(ctx context.Context, id MemberID, name, language string) (*Member, error) {
	m := &Member{Record: Record[MemberID]{ID: id}, Name: Line(name), Language: language, RoomInWeek: RoomInWeekUsual, JoinedAt: n.Now()}
	if err := Invalid(CheckName(name)); err != nil {
		return nil, err
	}
	if _, err := n.Erasures.Get(ctx, id); KindOf(err) != KindNotFound {
		return nil, cmp.Or(err, NotFound("%s is leaving", id)) // a session that outlives the leaving by a moment
	}
	return m, n.Members.Add(ctx, m)
}

// ProfileDraft is what a person writes about themselves.
type ProfileDraft struct {
	Name         string             `json:"name"`
	Pronouns     string             `json:"pronouns"`
	Headline     string             `json:"headline"`
	About        string             `json:"about"`
	Offers       []SkillID          `json:"offers"`
	Lived        []SkillID          `json:"lived"`
	Learning     []SkillID          `json:"learning"`
	Needs        []SkillID          `json:"needs"`
	Causes       []Cause            `json:"causes"`
	Languages    []string           `json:"languages"`
	HoursPerWeek int                `json:"hoursPerWeek"`
	Stage        Stage              `json:"stage"`
	RoomInWeek   int                `json:"roomInWeek"`
	MatchingOff  bool               `json:"matchingOff"`
	Shown        map[Field]Audience `json:"shown"`
}

// DraftOf is the form of a profile as it is now.
func DraftOf(m *Member) ProfileDraft {
	d := ProfileDraft{Name: m.Name, Pronouns: m.Pronouns, Headline: m.Headline, About: m.About, Needs: m.Needs, Causes: m.Causes,
		Languages: m.Languages, HoursPerWeek: m.HoursPerWeek, Stage: m.Stage, RoomInWeek: m.RoomInWeek, MatchingOff: m.MatchingOff,
		Shown: map[Field]Audience{}}
	for _, f := range Fields {
		d.Shown[f] = m.AudienceOf(f)
	}
	for _, o := range m.Offers {
		switch o.Grasp {
		case LivedExperience:
			d.Lived = append(d.Lived, o.Skill)
		case Learning:
			d.Learning = append(d.Learning, o.Skill)
		default:
			d.Offers = append(d.Offers, o.Skill)
		}
	}
	return d
}

// WriteProfile replaces what the viewer says about themselves.
func (n *Network) WriteProfile(ctx context.Context, v Viewer, d ProfileDraft) (*Member, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	if err := Invalid(d.check(v, n.Skills)); err != nil {
		return nil, err
	}
	return n.Members.Change(ctx, v.ID, func(m *Member) error {
		d.apply(m)
		return nil
	})
}

// check cleans the draft and finds what is wrong with it.
func (d *ProfileDraft) check(v Viewer, book *SkillBook) Problems {
	p := Problems{}
	d.Name, d.Pronouns, d.Headline, d.About = Line(d.Name), Line(d.Pronouns), Line(d.Headline), Paragraphs(d.About)
	p.need("name", d.Name, NameMax)
	p.atMost("pronouns", d.Pronouns, PronounsMax)
	p.atMost("headline", d.Headline, HeadlineMax)
	p.atMost("about", d.About, AboutMax)
	d.Offers = book.check(p, v, "offers", d.Offers, SkillsMax)
	d.Lived = book.check(p, v, "lived", d.Lived, SkillsMax)
	d.Learning = book.check(p, v, "learning", d.Learning, SkillsMax)
	d.Needs = book.check(p, v, "needs", d.Needs, NeedsMax)
	d.Causes = someOf(p, "causes", d.Causes, Causes, CausesMax)
	d.Languages = someOf(p, "languages", d.Languages, Languages, LanguagesMax)
	p.between("hoursPerWeek", d.HoursPerWeek, 0, HoursPerWeekMax)
	p.between("roomInWeek", d.RoomInWeek, 0, RoomInWeekMax)
	oneOf(p, "stage", d.Stage, Stages)
	for f, a := range d.Shown {
		if !slices.Contains(Fields, f) || !slices.Contains(Audiences, a) {
			p["shown"] = Problem{Say: "problem.choose-from-list"}
		}
	}
	return p
}

func (d *ProfileDraft) apply(m *Member) {
	m.Name, m.Pronouns, m.Headline, m.About = d.Name, d.Pronouns, d.Headline, d.About
	m.Offers = m.Offers[:0]
	m.offer(CanDo, d.Offers)
	m.offer(LivedExperience, d.Lived)
	m.offer(Learning, d.Learning)
	m.Needs, m.Causes, m.Languages = d.Needs, d.Causes, d.Languages
	m.HoursPerWeek, m.Stage, m.RoomInWeek, m.MatchingOff = d.HoursPerWeek, d.Stage, d.RoomInWeek, d.MatchingOff
	for f, a := range d.Shown { // a field that is not named keeps its audience: nothing opens by being left out
		if m.Shown == nil {
			m.Shown = map[Field]Audience{}
		}
		m.Shown[f] = a
	}
}

// offer puts skills on the table; one that stands there already in a stronger way stays as it is.
func (m *Member) offer(grasp Grasp, skills []SkillID) {
	for _, s := range skills {
		if !slices.ContainsFunc(m.Offers, func(o Offered) bool { return o.Skill == s }) {
			m.Offers = append(m.Offers, Offered{s, grasp})
		}
	}
}
