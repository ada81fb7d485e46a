package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"longtable/server/community"
	"longtable/server/store"
)

func addedIsReadBack(t *testing.T, db *store.DB) {
	c := keepers(t, db)
	amina := keeper("amina", "amina@example.org")
	amina.Name = `Amina <"أمينة"> & sons \ ` + "\n\u2028"
	amina.Home = &Home{City: "Dakar"}
	amina.Joined = 1<<53 + 1 // a number that a fraction could not hold
	amina.Share = 1.0 / 3
	amina.Host = true
	amina.Notes = map[string]string{"$set": "a.b", "x.y": "", "": "empty"}
	add(t, c, amina)
	got := get(t, c, "amina")
	if got.Rev != 1 || got.Due == 0 || got.Gone {
		t.Fatalf("stamp is %+v, want a marked first revision", got.Stamp)
	}
	if !reflect.DeepEqual(got, amina) {
		t.Fatalf("got  %+v\nwant %+v", got, amina)
	}
}

func missingIsNotFound(t *testing.T, db *store.DB) {
	c := keepers(t, db)
	_, err := c.Get(t.Context(), "nobody")
	wantKind(t, err, community.KindNotFound)
	_, err = c.Change(t.Context(), "nobody", func(*Keeper) error { return nil })
	wantKind(t, err, community.KindNotFound)
	wantKind(t, c.Delete(t.Context(), "nobody"), community.KindNotFound)
}

func uniqueOnce(t *testing.T, db *store.DB) {
	c := keepers(t, db)
	add(t, c, keeper("amina", "amina@example.org"), keeper("bram", "bram@example.org"))
	wantDuplicate(t, c.Add(t.Context(), keeper("chloe", "amina@example.org")))
	wantDuplicate(t, c.Add(t.Context(), keeper("bram", "other@example.org")))
	_, err := c.Change(t.Context(), "bram", func(k *Keeper) error { k.Email = "amina@example.org"; return nil })
	wantDuplicate(t, err)
	if got := get(t, c, "bram"); got.Email != "bram@example.org" || got.Rev != 1 {
		t.Fatalf("a refused change left %+v", got)
	}
	if _, err := c.Get(t.Context(), "chloe"); community.KindOf(err) != community.KindNotFound {
		t.Fatalf("a refused document is there: %v", err)
	}
}

func uniqueNeedsAllFields(t *testing.T, db *store.DB) {
	type line struct {
		community.Record[community.MessageID] `bson:",inline"`
		Conversation                          string  `json:"conversation"`
		Nonce                                 *string `json:"nonce"`
	}
	c, err := store.Open[community.MessageID, line](t.Context(), db, "lines",
		store.Index{Name: "nonce", Fields: []string{"conversation", "nonce"}, Unique: true})
	if err != nil {
		t.Fatal(err)
	}
	once := "once"
	for i, nonce := range []*string{nil, nil, &once, &once} {
		l := &line{Conversation: "table", Nonce: nonce}
		l.ID = community.MessageID(fmt.Sprint("m", i))
		if err := c.Add(t.Context(), l); (err != nil) != (i == 3) {
			t.Fatalf("line %d: %v", i, err)
		}
	}
}

func manyInOrder(t *testing.T, db *store.DB) {
	c := keepers(t, db)
	var ids []community.MemberID
	for i := range 230 { // more than an engine asks for at once
		id := fmt.Sprintf("k%03d", 230-i)
		add(t, c, keeper(id, ""))
		ids = append(ids, community.MemberID(id), community.MemberID("no-"+id))
	}
	ids = append(ids, ids[0])
	all, err := c.Many(t.Context(), ids)
	if err != nil || len(all) != len(ids) {
		t.Fatalf("got %d documents and %v for %d ids", len(all), err, len(ids))
	}
	for i, id := range ids {
		if missing := strings.HasPrefix(string(id), "no-"); missing != (all[i] == nil) || !missing && all[i].ID != id {
			t.Fatalf("at %d, %s: got %+v", i, id, all[i])
		}
	}
	if none, err := c.Many(t.Context(), nil); err != nil || len(none) != 0 {
		t.Fatalf("no ids: got %v, %v", none, err)
	}
}

func changeRaises(t *testing.T, db *store.DB) {
	c := keepers(t, db)
	add(t, c, keeper("amina", ""))
	changed, err := c.Change(t.Context(), "amina", func(k *Keeper) error {
		k.Cups, k.Rev, k.Gone = 3, 77, true // the stamp is the store's, whatever a rule does to it
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got := get(t, c, "amina")
	if got.Cups != 3 || got.Rev != 2 || got.Due == 0 || !reflect.DeepEqual(got, changed) {
		t.Fatalf("stored %+v, returned %+v", got, changed)
	}
	if _, err := c.Change(t.Context(), "amina", func(k *Keeper) error { k.ID = "bram"; return nil }); err == nil {
		t.Fatal("a change renamed a document")
	}
}

func changeWithoutWrite(t *testing.T, db *store.DB) {
	c := keepers(t, db)
	add(t, c, keeper("amina", ""))
	full := errors.New("the table is full")
	if _, err := c.Change(t.Context(), "amina", func(k *Keeper) error { k.Cups = 9; return full }); !errors.Is(err, full) {
		t.Fatalf("got %v, want the rule's own error", err)
	}
	same, err := c.Change(t.Context(), "amina", func(*Keeper) error { return community.ErrUnchanged })
	if err != nil || same == nil || same.ID != "amina" {
		t.Fatalf("got %+v, %v for no change", same, err)
	}
	if got := get(t, c, "amina"); got.Cups != 0 || got.Rev != 1 {
		t.Fatalf("something was written: %+v", got)
	}
}

func eachOnce(t *testing.T, db *store.DB) {
	c := keepers(t, db)
	var all []*Keeper
	for i := range 450 { // more than two pages
		all = append(all, keeper(fmt.Sprintf("k%03d", i), ""))
	}
	if err := c.AddMany(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	if err := c.Delete(t.Context(), "k199"); err != nil { // at the end of a page
		t.Fatal(err)
	}
	last, n := "", 0
	for k, err := range c.Each(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if k.Key() <= last || k.Key() == "k199" {
			t.Fatalf("%s came after %s", k.Key(), last)
		}
		last, n = k.Key(), n+1
	}
	if n != 449 {
		t.Fatalf("saw %d of 449", n)
	}
	for range c.Each(t.Context()) {
		break // stopping early must not go on
	}
}

func deletion(t *testing.T, db *store.DB) {
	c := keepers(t, db)
	add(t, c, keeper("amina", "amina@example.org"), keeper("bram", ""))
	if err := c.Delete(t.Context(), "amina"); err != nil {
		t.Fatal(err)
	}
	_, err := c.Get(t.Context(), "amina")
	wantKind(t, err, community.KindNotFound)
	_, err = c.Change(t.Context(), "amina", func(*Keeper) error { return nil })
	wantKind(t, err, community.KindNotFound)
	wantKind(t, c.Delete(t.Context(), "amina"), community.KindNotFound)
	if many, err := c.Many(t.Context(), []community.MemberID{"amina", "bram"}); err != nil || many[0] != nil || many[1] == nil {
		t.Fatalf("many: %v, %v", many, err)
	}
	if ids := find(t, c, store.Query{Index: "name", Limit: 9}); fmt.Sprint(ids) != "[bram]" {
		t.Fatalf("found %v", ids)
	}
	if ids := find(t, c, store.Query{Index: "due", Limit: 9}); fmt.Sprint(ids) != "[bram]" {
		t.Fatalf("found by mark %v", ids)
	}
	add(t, c, keeper("chloe", "amina@example.org")) // the address is free
	add(t, c, keeper("amina", "new@example.org"))   // and so is the id
	if got := get(t, c, "amina"); got.Rev != 3 || got.Email != "new@example.org" {
		t.Fatalf("came back as %+v, want the revision after the deletion", got)
	}
}

func silence(t *testing.T, db *store.DB) {
	c, err := store.OpenSilent[community.MemberID, Keeper](t.Context(), db, "sessions", Indexes[0])
	if err != nil {
		t.Fatal(err)
	}
	for round := range 2 {
		if err := c.Add(t.Context(), keeper("amina", "amina@example.org")); err != nil {
			t.Fatal(round, err)
		}
		got, err := c.Get(t.Context(), "amina")
		if err != nil || got.Due != 0 || got.Rev != 1 {
			t.Fatalf("got %+v, %v", got, err)
		}
		if err := c.Delete(t.Context(), "amina"); err != nil {
			t.Fatal(err)
		}
	}
}

func addMany(t *testing.T, db *store.DB) {
	c := keepers(t, db)
	add(t, c, keeper("k300", ""))
	var all []*Keeper
	for i := range 400 {
		all = append(all, keeper(fmt.Sprintf("k%03d", i), ""))
	}
	wantDuplicate(t, c.AddMany(t.Context(), all))
	if n, err := c.Count(t.Context(), store.Query{Index: "name"}); err != nil || n != 301 {
		t.Fatalf("%d documents and %v, want the 300 before the refused one and that one", n, err)
	}
	if err := c.AddTold(t.Context(), all[301:]); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Count(t.Context(), store.Query{Index: "due"}); err != nil || n != 301 {
		t.Fatalf("%d marks and %v, want none for what was told", n, err)
	}
}
