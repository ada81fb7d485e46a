// Package communitytest lays a small community for tests: people with names around one table, in a real store.
package communitytest

import (
	"path/filepath"
	"sync"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/sealed"
	"longtable/server/store"
)

// Table is a network of two hubs. Its clock stands still until a test moves it.
type Table struct {
	*community.Network
	DB    *store.DB
	Clock *Clock

	Amara community.Viewer // member of Harbour, carpenter who needs bookkeeping
	Binta community.Viewer // member of Harbour, bookkeeper who needs carpentry
	Chen  community.Viewer // member of Mill, in another country
	Dana  community.Viewer // host of Harbour
	Esra  community.Viewer // host of Mill
	Farid community.Viewer // steward
	Noor  community.Viewer // new, without a hub

	Harbour, Mill          community.HubID
	Carpentry, Bookkeeping community.SkillID
}

// Clock is a clock that tests move while a site may be reading it.
type Clock struct {
	mu  sync.Mutex
	now time.Time // guarded by mu
}

// NewClock stands at a time.
func NewClock(now time.Time) *Clock { return &Clock{now: now} }

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Pass lets time go by.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// New lays the table. It is cleared at the end of the test.
func New(t *testing.T) *Table {
	t.Helper()
	return On(t, t.TempDir(), func(engine store.Engine) store.Engine { return engine })
}

// On lays it on a store in a folder of the test's choice, through whatever the test puts before the engine.
func On(t *testing.T, dir string, through func(store.Engine) store.Engine) *Table {
	t.Helper()
	engine, err := store.OpenScratch(dir)
	must(t, err)
	return Over(t, through(engine))
}

// Over lays it on an engine, which is closed at the end of the test.
func Over(t *testing.T, engine store.Engine) *Table {
	t.Helper()
	db := store.NewDB(engine)
	t.Cleanup(func() { must(t, db.Close()) })
	stores, err := store.Community(t.Context(), db)
	must(t, err)
	clock := NewClock(time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC))
	network, err := community.New(stores, clock.Now)
	must(t, err)
	network.Seals, err = sealed.Make(filepath.Join(t.TempDir(), "root.key"))
	must(t, err)
	table := &Table{Network: network, DB: db, Clock: clock}
	table.lay(t)
	return table
}

func (x *Table) lay(t *testing.T) {
	x.Carpentry = x.skill(t, "carpentry", "menuiserie", "نجارة")
	x.Bookkeeping = x.skill(t, "bookkeeping", "comptabilité", "مسك الدفاتر")
	farid := x.join(t, "Farid Haddad", nil)
	charter, err := x.Found(t.Context(), farid, community.Founding{Network: "The Table", Hub: HubDraft("Harbour", "GH")})
	must(t, err)
	if charter.Name != "The Table" {
		t.Fatalf("the network is called %q", charter.Name)
	}
	x.Farid = x.See(t, farid)
	x.Harbour = x.Farid.Hub
	mill, err := x.AddHub(t.Context(), x.Farid, HubDraft("Mill", "PT"))
	must(t, err)
	x.Mill = mill.ID
	x.Amara = x.member(t, "Amara Okafor", x.Harbour, x.Carpentry, x.Bookkeeping)
	x.Binta = x.member(t, "Binta Diallo", x.Harbour, x.Bookkeeping, x.Carpentry)
	x.Chen = x.member(t, "Chen Wei", x.Mill, x.Bookkeeping, x.Carpentry)
	x.Dana = x.host(t, "Dana Levi", x.Harbour)
	x.Esra = x.host(t, "Esra Yılmaz", x.Mill)
	must(t, x.AppointHost(t.Context(), x.Farid, x.Harbour, farid, false)) // a steward alone, so that tests tell the two apart
	x.Farid = x.See(t, farid)
	x.Noor = x.See(t, x.join(t, "Noor Aziz", nil))
}

// HubDraft is a hub that is complete.
func HubDraft(name, country string) community.HubDraft {
	return community.HubDraft{Name: name, Form: community.Collective, City: "Somewhere", Country: country, Zone: "Europe/Lisbon", Languages: []string{"en"}}
}

func (x *Table) skill(t *testing.T, en, fr, ar string) community.SkillID {
	s := &community.Skill{Record: community.Record[community.SkillID]{ID: community.SkillID(en)}, State: community.SkillAccepted,
		Names: map[string]string{"en": en, "fr": fr, "ar": ar}}
	must(t, x.SkillList.Add(t.Context(), s))
	x.Skills.Put(s)
	return s.ID
}

func (x *Table) join(t *testing.T, name string, change func(*community.Member)) community.MemberID {
	m, err := x.Join(t.Context(), community.NewID[community.MemberID](), name, "en")
	must(t, err)
	if change != nil {
		_, err = x.Members.Change(t.Context(), m.ID, func(m *community.Member) error {
			change(m)
			return nil
		})
		must(t, err)
	}
	return m.ID
}

func (x *Table) member(t *testing.T, name string, hub community.HubID, can, needs community.SkillID) community.Viewer {
	return x.See(t, x.join(t, name, func(m *community.Member) {
		m.Hub, m.Languages, m.HoursPerWeek = hub, []string{"en"}, 6
		m.Offers, m.Needs = []community.Offered{{Skill: can, Grasp: community.CanDo}}, []community.SkillID{needs}
	}))
}

func (x *Table) host(t *testing.T, name string, hub community.HubID) community.Viewer {
	id := x.join(t, name, nil)
	must(t, x.AppointHost(t.Context(), x.Farid, hub, id, true))
	return x.See(t, id)
}

// See loads somebody anew, after what they can reach has changed.
func (x *Table) See(t *testing.T, id community.MemberID) community.Viewer {
	t.Helper()
	v, err := x.Viewer(t.Context(), id)
	must(t, err)
	return v
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
