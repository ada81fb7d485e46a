// Package storetest is the contract that every engine of the store has to keep, as tests: the same for each.
package storetest

import (
	"context"
	"errors"
	"testing"

	"longtable/server/community"
	"longtable/server/store"
)

// Keeper is a person of the contract's small hub: enough fields for each kind of index.
type Keeper struct {
	community.Record[community.MemberID] `bson:",inline"`
	Email                                string            `json:"email,omitempty"`
	Hub                                  community.HubID   `json:"hub,omitempty"`
	Joined                               community.Instant `json:"joined,omitempty"`
	Name                                 string            `json:"name"`
	Home                                 *Home             `json:"home,omitempty"`
	Cups                                 int               `json:"cups"`
	Host                                 bool              `json:"host,omitempty"`
	Notes                                map[string]string `json:"notes,omitempty"`
	Share                                float64           `json:"share,omitempty"`
	Tags                                 []string          `json:"tags"`
}

// Home is nested, for an index that reaches into it.
type Home struct {
	City string `json:"city"`
}

// Keepers is the collection that most of the contract is about.
type Keepers = store.Collection[community.MemberID, Keeper]

// Indexes of Keepers.
var Indexes = []store.Index{
	{Name: "email", Fields: []string{"email"}, Unique: true},
	{Name: "joined", Fields: []string{"hub", "joined"}},
	{Name: "name", Fields: []string{"name"}},
	{Name: "city", Fields: []string{"home.city"}},
	{Name: "cups", Fields: []string{"home.city", "cups"}},
	{Name: "hosts", Fields: []string{"host", "share"}},
}

// Contract runs every promise on engines that open makes: each fresh and empty, and closed by the caller's cleanup.
func Contract(t *testing.T, open func(t *testing.T) store.Engine) {
	for _, promise := range []struct {
		name string
		test func(t *testing.T, db *store.DB)
	}{
		{"what is added is read back whole", addedIsReadBack},
		{"what doesn't exist is not found", missingIsNotFound},
		{"an id and a unique key are taken once", uniqueOnce},
		{"unique keys without one of their fields don't collide", uniqueNeedsAllFields},
		{"many are read in the order asked for", manyInOrder},
		{"a change is kept and raises the revision", changeRaises},
		{"a change that fails or wishes nothing writes nothing", changeWithoutWrite},
		{"8 writers make 25 changes each and none is lost", contention},
		{"8 people take 3 seats and nobody is overbooked", seats},
		{"a query reads its range in either direction", ranges},
		{"pages with ties are whole in either direction", pages},
		{"cursors lead through a list", cursors},
		{"documents without the first field are left out of an index", leftOut},
		{"an index reaches into objects, truth values and fractions", kinds},
		{"a query that doesn't fit is refused", misfits},
		{"counts agree with what is found", counts},
		{"each sees everything once, in order", eachOnce},
		{"what was deleted is hidden and frees its keys at once", deletion},
		{"in a silent collection nothing is marked and delete removes", silence},
		{"many are added at once, up to the first refusal", addMany},
		{"indexes can be declared anew over old documents", redeclared},
		{"a context that has ended stops the work", endedContext},
		{"a snapshot is one moment of everything", snapshots},
		{"a snapshot reads long collections whole and in order", longSnapshot},
		{"collections are listed", collections},
		{"a whole store is carried over and is the same", carriedOver},
		{"all methods at once", everythingAtOnce},
		{"every change is told, those from before included", everyChangeTold},
		{"what was deleted is removed after it was told", deletedAfterTold},
		{"a newer change keeps its own mark", newerKeepsMark},
		{"a failing reaction is put off and stands in nobody's way", failurePutOff},
		{"many writers, each change told", manyTold},
		{"appended entries are dense and in order for a follower", appendDense},
		{"the same entry sent by 8 at once is stored once", storedOnce},
		{"a log refuses what it can't number", logRefuses},
		{"a log is read from either end", logReads},
	} {
		t.Run(promise.name, func(t *testing.T) { promise.test(t, store.NewDB(open(t))) })
	}
}

func keepers(t *testing.T, db *store.DB) *Keepers {
	t.Helper()
	c, err := store.Open[community.MemberID, Keeper](t.Context(), db, "keepers", Indexes...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func keeper(id, email string) *Keeper {
	k := &Keeper{Email: email, Name: id}
	k.ID = community.MemberID(id)
	return k
}

func add(t *testing.T, c *Keepers, all ...*Keeper) {
	t.Helper()
	for _, k := range all {
		if err := c.Add(t.Context(), k); err != nil {
			t.Fatal(err)
		}
	}
}

func get(t *testing.T, c *Keepers, id community.MemberID) *Keeper {
	t.Helper()
	k, err := c.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func find(t *testing.T, c *Keepers, q store.Query) []string {
	t.Helper()
	found, err := c.Find(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, k := range found {
		ids = append(ids, k.Key())
	}
	return ids
}

func wantKind(t *testing.T, err error, kind community.Kind) {
	t.Helper()
	if err == nil || community.KindOf(err) != kind {
		t.Fatalf("got %v, want an error of kind %s", err, kind)
	}
}

func wantDuplicate(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, store.ErrDuplicate) {
		t.Fatalf("got %v, want %v", err, store.ErrDuplicate)
	}
	wantKind(t, err, community.KindConflict)
}

func ended() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}
