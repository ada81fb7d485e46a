package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"longtable/server/community"
)

// Cook is what a document looks like after both migrations.
type cook struct {
	community.Record[string] `bson:",inline"`
	Name                     string   `json:"name"`
	Dishes                   []string `json:"dishes"`
}

var kitchenHistory = []Migration{
	{Name: "a name instead of two", Collection: "cooks", Tell: true, Change: func(d map[string]json.RawMessage) (bool, error) {
		if d["first"] == nil {
			return false, nil
		}
		var first, last string
		if err := errors.Join(json.Unmarshal(d["first"], &first), json.Unmarshal(d["last"], &last)); err != nil {
			return false, err
		}
		name, err := json.Marshal(first + " " + last)
		d["name"] = name
		delete(d, "first")
		delete(d, "last")
		return true, err
	}},
	{Name: "several dishes", Collection: "cooks", Change: func(d map[string]json.RawMessage) (bool, error) {
		if d["dish"] == nil {
			return false, nil
		}
		d["dishes"] = json.RawMessage("[" + string(d["dish"]) + "]")
		delete(d, "dish")
		return true, nil
	}},
	{Name: "of a collection that isn't there", Collection: "waiters", Change: func(map[string]json.RawMessage) (bool, error) {
		return false, errors.New("there are no waiters")
	}},
}

const cooks = 2*migratePage + 50

// oldKitchen is a store as the first version kept it, with one cook deleted and not yet told of.
func oldKitchen(t *testing.T, cooks int) Engine {
	t.Helper()
	e, err := OpenSQLite(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	var docs []Doc
	for i := range cooks {
		id := fmt.Sprintf("c%04d", i)
		docs = append(docs, Doc{id, 3, fmt.Appendf(nil, `{"_id":%q,"rev":3,"first":"Amina","last":"Sow %d","dish":"no. %d"}`, id, i, i)})
	}
	docs[7].Body = []byte(`{"_id":"c0007","rev":3,"due":5,"gone":true,"_was":{"_id":"c0007","rev":3,"first":"Bram","last":"Vos","dish":"soup"}}`)
	if err := errors.Join(e.Ensure(t.Context(), "cooks", nil), e.Insert(t.Context(), "cooks", docs)); err != nil {
		t.Fatal(err)
	}
	return e
}

func nothing(string, int64) {}

// newKitchen checks that everything is in its new form, changed once by each migration.
func newKitchen(t *testing.T, e Engine, cooks int) {
	t.Helper()
	c, err := Open[string, cook](t.Context(), NewDB(e), "cooks")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for v, err := range c.Each(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(v.Name, "Amina Sow ") || len(v.Dishes) != 1 || v.Rev != 5 || v.Due == 0 {
			t.Fatalf("%+v", v)
		}
		n++
	}
	if n != cooks-1 {
		t.Errorf("%d cooks", n)
	}
	bram, err := c.read(t.Context(), "c0007")
	if err != nil || bram.Name != "Bram Vos" || !bram.Gone {
		t.Errorf("the deleted one is %+v, %v", bram, err)
	}
}

func TestMigrationsBringAnOldStoreUpAndLeaveANewOneAlone(t *testing.T) {
	e := oldKitchen(t, cooks)
	var told []string
	if err := NewDB(e).migrate(t.Context(), kitchenHistory, func(name string, done int64) { told = append(told, fmt.Sprint(name, " ", done)) }); err != nil {
		t.Fatal(err)
	}
	newKitchen(t, e, cooks)
	if len(told) != 6 || told[5] != "several dishes 450" {
		t.Errorf("told of %q", told)
	}
	count := counting{Engine: e}
	if err := NewDB(&count).migrate(t.Context(), kitchenHistory, nothing); err != nil || count.writes != 0 {
		t.Errorf("a second start wrote %d times, %v", count.writes, err)
	}
}

func TestAFreshStoreIsOfTheNewestVersion(t *testing.T) {
	e, err := OpenSQLite(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := NewDB(e).migrate(t.Context(), kitchenHistory, nothing); err != nil {
		t.Fatal(err)
	}
	if err := NewDB(e).migrate(t.Context(), kitchenHistory[:1], nothing); err == nil || !strings.Contains(err.Error(), "newer version") || strings.Contains(err.Error(), "\n") {
		t.Errorf("an older program: %v", err)
	}
}

var errCut = errors.New("the power failed")

// counting fails from its n-th write on, after or before doing it.
type counting struct {
	Engine
	mu     sync.Mutex
	writes int
	last   int // 0: never fails
	done   bool
}

func (c *counting) write(do func() error) error {
	c.mu.Lock()
	c.writes++
	n := c.writes
	c.mu.Unlock()
	if c.last == 0 || n < c.last {
		return do()
	}
	if n == c.last && c.done {
		return errors.Join(do(), errCut)
	}
	return errCut
}

func (c *counting) Insert(ctx context.Context, name string, docs []Doc) error {
	return c.write(func() error { return c.Engine.Insert(ctx, name, docs) })
}

func (c *counting) Replace(ctx context.Context, name string, rev int64, d Doc) error {
	return c.write(func() error { return c.Engine.Replace(ctx, name, rev, d) })
}

// A migration is cut at a write, goes on, is cut at a later one, and so forth, until it gets through.
func TestAMigrationCutAgainAndAgainGetsToTheSameEnd(t *testing.T) {
	for _, step := range []int{37, 201} {
		for _, done := range []bool{false, true} {
			e := oldKitchen(t, cooks)
			cuts := 0
			for {
				err := NewDB(&counting{Engine: e, last: step, done: done}).migrate(t.Context(), kitchenHistory, nothing)
				if err == nil {
					break
				}
				if !errors.Is(err, errCut) {
					t.Fatal(err)
				}
				if cuts++; cuts > 2*cooks {
					t.Fatalf("with a cut at each write %d, %v, it gets nowhere", step, done)
				}
			}
			newKitchen(t, e, cooks)
			if cuts < 3 {
				t.Errorf("every %d writes: cut only %d times", step, cuts)
			}
		}
	}
}

func TestAMigrationCutOnceGoesOn(t *testing.T) { cutEvery(t, 10, 1) }

// cutEvery cuts a migration of some cooks once at each of its writes, before and after it happened, in a store of its
// own each time, and lets it go on.
func cutEvery(t *testing.T, cooks, stride int) (cuts int) {
	for at := 1; ; at += stride {
		for _, done := range []bool{false, true} {
			e := oldKitchen(t, cooks)
			err := NewDB(&counting{Engine: e, last: at, done: done}).migrate(t.Context(), kitchenHistory, nothing)
			if err == nil {
				return cuts
			}
			if !errors.Is(err, errCut) {
				t.Fatal(err)
			}
			cuts++
			if err := NewDB(e).migrate(t.Context(), kitchenHistory, nothing); err != nil {
				t.Fatalf("cut at write %d (%v): %v", at, done, err)
			}
			newKitchen(t, e, cooks)
			if err := e.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestProveStoreMigration(t *testing.T) {
	if os.Getenv("LONGTABLE_PROVE") != "1" {
		t.Skip("LONGTABLE_PROVE=1 switches on the long proofs")
	}
	cuts := cutEvery(t, migratePage+5, 1)
	fmt.Printf("figure store-migration-cuts %d cuts bar 800\n", cuts)
	fmt.Println("figure store-migration-different 0 stores bar 0") // or the test has failed by now
	if cuts < 800 {
		t.Error("it was not cut at every write")
	}
}

func TestServersThatMigrateAtOnceDoItOnce(t *testing.T) {
	e := oldKitchen(t, cooks)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := NewDB(e).migrate(t.Context(), kitchenHistory, nothing); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	newKitchen(t, e, cooks)
}

func TestADocumentThatCannotBeMigratedIsNamed(t *testing.T) {
	e := oldKitchen(t, cooks)
	broken := []Migration{{Name: "impossible", Collection: "cooks", Change: func(d map[string]json.RawMessage) (bool, error) {
		if strings.Contains(string(d["last"]), "33") {
			return false, errors.New("can't be read")
		}
		return false, nil
	}}}
	err := NewDB(e).migrate(t.Context(), broken, nothing)
	if err == nil || !strings.Contains(err.Error(), `"c0033"`) || !strings.Contains(err.Error(), "impossible") {
		t.Errorf("got %v", err)
	}
}
