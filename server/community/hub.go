package community

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
)

// HubForm says how a hub is carried.
type HubForm string

const (
	Collective HubForm = "collective"
	Business   HubForm = "business"
)

// HubForms in the order of the form.
var HubForms = []HubForm{Collective, Business}

// AccessFact is something true of a place that decides whether somebody can come.
type AccessFact string

// AccessFacts in the order in which they are shown.
var AccessFacts = []AccessFact{"step-free", "accessible-toilet", "hearing-loop", "sign-language", "quiet-room", "childcare",
	"prayer-room", "gender-neutral-toilet", "assistance-dogs", "free-of-charge", "online-too"}

// Facility is something that a hub shares.
type Facility string

// Facilities in the order in which they are shown.
var Facilities = []Facility{"desks", "meeting-rooms", "event-room", "workshop", "kitchen", "print", "studio", "lab", "garden",
	"bike-parking", "parcel-service", "postal-address"}

// Hub is a place with its community.
type Hub struct {
	Record[HubID] `bson:",inline"`
	Name          string       `json:"name"`
	Form          HubForm      `json:"form"`
	About         string       `json:"about,omitempty"`
	City          string       `json:"city"`
	Country       string       `json:"country"` // ISO 3166-1, two letters
	Address       string       `json:"address,omitempty"`
	Latitude      float64      `json:"latitude,omitempty"`   // degrees, WGS 84
	Longitude     float64      `json:"longitude,omitempty"`  // degrees, WGS 84
	Zone          string       `json:"zone"`                 // IANA time zone
	Opening       string       `json:"opening,omitempty"`    // in words
	Week          []OpenTime   `json:"week,omitempty"`       // by the clock, from Monday on; the usual week when it is not said
	ClosedDays    []string     `json:"closedDays,omitempty"` // 2006-01-02, at the place: holidays
	Languages     []string     `json:"languages,omitempty"`
	Facilities    []Facility   `json:"facilities,omitempty"`
	Access        []AccessFact `json:"access,omitempty"`
	Hosts         []MemberID   `json:"hosts,omitempty"`
	Bookkeepers   []MemberID   `json:"bookkeepers,omitempty"`
	OpenedAt      Instant      `json:"openedAt"`
}

// Hubs is what the domain needs of the store.
type Hubs interface {
	Keeper[HubID, Hub]
	Whole[Hub]
	ByName(ctx context.Context, page Page) ([]*Hub, Cursor, error)
	All(ctx context.Context) ([]*Hub, error)
}

// Hub is one hub. Hub pages are open to everyone, so that people outside can find the door.
func (n *Network) Hub(ctx context.Context, id HubID) (*Hub, error) { return n.Hubs.Get(ctx, id) }

// HubPeople are the members of a hub who show that they belong to it, as the viewer may see them.
func (n *Network) HubPeople(ctx context.Context, v Viewer, id HubID, page Page) ([]Profile, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	read := func(page Page) ([]*Member, Cursor, error) { return n.Members.InHub(ctx, id, page) }
	members, next, err := visible(page, read, func(m *Member) bool { return v.Apart(m.ID) || m.ShownTo(v.Reach(m)).Hub != id })
	people := make([]Profile, len(members))
	for i, m := range members {
		people[i] = m.ShownTo(v.Reach(m))
	}
	return people, next, err
}

// HubDraft is what a steward or a host writes about a hub.
type HubDraft struct {
	Name       string       `json:"name"`
	Form       HubForm      `json:"form"`
	About      string       `json:"about"`
	City       string       `json:"city"`
	Country    string       `json:"country"`
	Address    string       `json:"address"`
	Latitude   float64      `json:"latitude"`
	Longitude  float64      `json:"longitude"`
	Zone       string       `json:"zone"`
	Opening    string       `json:"opening"`
	Languages  []string     `json:"languages"`
	Facilities []Facility   `json:"facilities"`
	Access     []AccessFact `json:"access"`

	Hours      map[string]string `json:"hours"`      // by Weekdays, such as 9-17; closed where it is empty; as before when there are none
	ClosedDays string            `json:"closedDays"` // 2006-01-02, one after another
}

// HubDraftOf is the form of a hub as it is now.
func HubDraftOf(h *Hub) HubDraft {
	return HubDraft{h.Name, h.Form, h.About, h.City, h.Country, h.Address, h.Latitude, h.Longitude, h.Zone, h.Opening, h.Languages, h.Facilities, h.Access,
		h.hoursOf(), strings.Join(h.ClosedDays, " ")}
}

// AddHub opens a new hub; for stewards.
func (n *Network) AddHub(ctx context.Context, v Viewer, d HubDraft) (*Hub, error) {
	if !v.Steward {
		return nil, Forbidden("hubs.only-stewards-add")
	}
	if err := Invalid(d.check()); err != nil {
		return nil, err
	}
	return n.addHub(ctx, NewID[HubID](), d)
}

func (n *Network) addHub(ctx context.Context, id HubID, d HubDraft) (*Hub, error) {
	h := &Hub{Record: Record[HubID]{ID: id}, OpenedAt: n.Now()}
	d.apply(h)
	return h, n.Hubs.Add(ctx, h)
}

// EditHub changes a hub; for its hosts and for stewards.
func (n *Network) EditHub(ctx context.Context, v Viewer, id HubID, d HubDraft) (*Hub, error) {
	if !v.Hosts(id) && !v.Steward {
		return nil, Forbidden("hubs.only-hosts-edit")
	}
	if err := Invalid(d.check()); err != nil {
		return nil, err
	}
	return n.Hubs.Change(ctx, id, func(h *Hub) error {
		d.apply(h)
		return nil
	})
}

func (d *HubDraft) check() Problems {
	p := Problems{}
	d.Name, d.City, d.Address, d.Opening, d.About = Line(d.Name), Line(d.City), Line(d.Address), Paragraphs(d.Opening), Paragraphs(d.About)
	p.need("name", d.Name, NameMax)
	p.need("city", d.City, NameMax)
	p.atMost("address", d.Address, AddressMax)
	p.atMost("opening", d.Opening, AddressMax)
	p.atMost("about", d.About, AboutMax)
	oneOf(p, "form", d.Form, HubForms)
	oneOf(p, "country", d.Country, Countries)
	if _, err := time.LoadLocation(d.Zone); err != nil || d.Zone == "" || d.Zone == "Local" {
		p["zone"] = Problem{Say: "problem.unknown-time-zone"}
	}
	if !(d.Latitude >= -90 && d.Latitude <= 90) {
		p["latitude"] = Problem{Say: "problem.number-between", Args: map[string]any{"low": -90, "high": 90}}
	}
	if !(d.Longitude >= -180 && d.Longitude <= 180) {
		p["longitude"] = Problem{Say: "problem.number-between", Args: map[string]any{"low": -180, "high": 180}}
	}
	d.Languages = someOf(p, "languages", d.Languages, Languages, LanguagesMax)
	d.Facilities = someOf(p, "facilities", d.Facilities, Facilities, len(Facilities))
	d.Access = someOf(p, "access", d.Access, AccessFacts, len(AccessFacts))
	_, hours := weekOf(d.Hours)
	_, closed := closedDaysOf(d.ClosedDays)
	maps.Copy(p, hours)
	maps.Copy(p, closed)
	return p
}

func (d *HubDraft) apply(h *Hub) {
	h.Name, h.Form, h.About, h.City, h.Country, h.Address = d.Name, d.Form, d.About, d.City, d.Country, d.Address
	h.Latitude, h.Longitude, h.Zone, h.Opening = d.Latitude, d.Longitude, d.Zone, d.Opening
	h.Languages, h.Facilities, h.Access = d.Languages, d.Facilities, d.Access
	if len(d.Hours) > 0 {
		h.Week, _ = weekOf(d.Hours)
	}
	h.ClosedDays, _ = closedDaysOf(d.ClosedDays)
}

// AppointHost makes a member a host of the hub, or ends it; for stewards. The member's record decides, the hub's list
// shows it.
func (n *Network) AppointHost(ctx context.Context, v Viewer, id HubID, member MemberID, appoint bool) error {
	if !v.Steward {
		return Forbidden("hubs.only-stewards-appoint")
	}
	if _, err := n.Hubs.Get(ctx, id); err != nil {
		return err
	}
	_, err := n.Members.Change(ctx, member, func(m *Member) error {
		if appoint && slices.Contains(m.BooksOf, id) {
			return Forbidden("books.not-a-host")
		}
		m.HostOf = withOrWithout(m.HostOf, id, appoint)
		if appoint && m.Hub == "" {
			m.Hub = id
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = n.Hubs.Change(ctx, id, func(h *Hub) error {
		h.Hosts = withOrWithout(h.Hosts, member, appoint)
		return nil
	})
	return err
}

func withOrWithout[T comparable](list []T, item T, with bool) []T {
	list = slices.DeleteFunc(list, func(x T) bool { return x == item })
	if with {
		list = append(list, item)
	}
	return list
}
