package storetest

import (
	"fmt"
	"slices"
	"testing"

	"longtable/server/community"
	"longtable/server/store"
)

// tea is a hub in which people joined on few days, so that their order has ties.
func tea(t *testing.T, db *store.DB) *Keepers {
	t.Helper()
	c := keepers(t, db)
	for i := range 25 {
		k := keeper(fmt.Sprintf("p%02d", 24-i), "")
		k.Hub, k.Joined = "tea", community.Instant((24-i)/10+1)
		add(t, c, k)
	}
	coffee := keeper("zoe", "")
	coffee.Hub, coffee.Joined = "coffee", 2
	add(t, c, coffee)
	return c
}

// span lists the ids of tea from one number up to another.
func span(from, to int) (ids []string) {
	for i := from; i < to; i++ {
		ids = append(ids, fmt.Sprintf("p%02d", i))
	}
	return ids
}

func backwards(ids []string) []string {
	ids = slices.Clone(ids)
	slices.Reverse(ids)
	return ids
}

func ranges(t *testing.T, db *store.DB) {
	c := tea(t, db)
	hub := []any{community.HubID("tea")}
	at := community.Instant(2)
	for _, q := range []struct {
		name  string
		query store.Query
		want  []string
	}{
		{"all", store.Query{Eq: hub}, span(0, 25)},
		{"from is included", store.Query{Eq: hub, From: at}, span(10, 25)},
		{"to is excluded", store.Query{Eq: hub, To: at}, span(0, 10)},
		{"from and to", store.Query{Eq: hub, From: at, To: at + 1}, span(10, 20)},
		{"behind a place", store.Query{Eq: hub, After: &store.At{Key: at, ID: "p13"}}, span(14, 25)},
		{"behind a place, to", store.Query{Eq: hub, After: &store.At{Key: at, ID: "p13"}, To: at + 1}, span(14, 20)},
		{"equal on both", store.Query{Eq: []any{"tea", 2}}, span(10, 20)},
		{"equal on both, behind an id", store.Query{Eq: []any{"tea", 2}, After: &store.At{ID: "p14"}}, span(15, 20)},
		{"another value", store.Query{Eq: []any{"water"}}, nil},
	} {
		q.query.Index, q.query.Limit = "joined", 100
		if got := find(t, c, q.query); !slices.Equal(got, q.want) {
			t.Errorf("%s: got %v, want %v", q.name, got, q.want)
		}
		if q.query.After != nil {
			continue // behind means another part, backwards
		}
		q.query.Desc = true
		if got := find(t, c, q.query); !slices.Equal(got, backwards(q.want)) {
			t.Errorf("%s, backwards: got %v, want %v reversed", q.name, got, q.want)
		}
	}
	before := store.Query{Index: "joined", Eq: hub, After: &store.At{Key: at, ID: "p13"}, Desc: true, Limit: 100}
	if got := find(t, c, before); !slices.Equal(got, backwards(span(0, 13))) {
		t.Errorf("backwards from a place: got %v", got)
	}
}

func pages(t *testing.T, db *store.DB) {
	c := tea(t, db)
	for _, desc := range []bool{false, true} {
		for limit := 1; limit <= 7; limit++ {
			q := store.Query{Index: "joined", Eq: []any{"tea"}, Desc: desc, Limit: limit}
			var got []string
			for {
				page, err := c.Find(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				for _, k := range page {
					got = append(got, k.Key())
					q.After = &store.At{Key: k.Joined, ID: k.Key()}
				}
				if len(page) < limit {
					break
				}
			}
			want := span(0, 25)
			if desc {
				want = backwards(want)
			}
			if !slices.Equal(got, want) {
				t.Errorf("pages of %d, desc %v: got %v", limit, desc, got)
			}
		}
	}
}

func cursors(t *testing.T, db *store.DB) {
	c := tea(t, db)
	for _, q := range []store.Query{
		{Index: "joined", Eq: []any{"tea"}}, {Index: "joined", Eq: []any{"tea", 1}}, {Index: "joined", Eq: []any{"tea"}, Desc: true},
	} {
		var got []string
		page := community.Page{Limit: 5}
		for {
			found, next, err := c.Page(t.Context(), q, page)
			if err != nil {
				t.Fatal(err)
			}
			for _, k := range found {
				got = append(got, k.Key())
			}
			if page.After = next; next == "" {
				break
			}
		}
		q.Limit = 100
		if want := find(t, c, q); !slices.Equal(got, want) {
			t.Errorf("%+v: got %v, want %v", q, got, want)
		}
	}
	for _, forged := range []community.Cursor{"?", "e30", "WzFd", "WyJhIl0", "WyJhIix7IiRndCI6MX1d", "bnVsbA"} {
		_, _, err := c.Page(t.Context(), store.Query{Index: "joined", Eq: []any{"tea"}}, community.Page{After: forged, Limit: 5})
		wantKind(t, err, community.KindInvalid)
	}
}

func leftOut(t *testing.T, db *store.DB) {
	type booking struct {
		community.Record[community.EventID] `bson:",inline"`
		Hub                                 *string `json:"hub"` // null when nil, not absent
		Seats                               *int    `json:"seats"`
	}
	c, err := store.Open[community.EventID, booking](t.Context(), db, "bookings",
		store.Index{Name: "hub", Fields: []string{"hub", "seats"}}, store.Index{Name: "seats", Fields: []string{"seats"}})
	if err != nil {
		t.Fatal(err)
	}
	hub, seats := "tea", 5
	for i, b := range []*booking{{}, {Seats: &seats}, {Hub: &hub, Seats: &seats}, {Hub: &hub}} {
		b.ID = community.EventID(fmt.Sprint("b", i))
		if err := c.Add(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	all, err := c.Find(t.Context(), store.Query{Index: "hub", Eq: []any{hub}, Limit: 9})
	if err != nil || len(all) != 2 {
		t.Fatalf("found %d and %v, want the two with a hub", len(all), err)
	}
	if all[0].ID != "b3" && all[1].ID != "b3" {
		t.Fatal("the one without seats is missing: only the first field decides")
	}
	if all, err = c.Find(t.Context(), store.Query{Index: "seats", Limit: 9}); err != nil || len(all) != 2 || all[0].ID != "b1" {
		t.Fatalf("found %d and %v by seats, want the two with seats", len(all), err)
	}
	if all, err = c.Find(t.Context(), store.Query{Index: "hub", Eq: []any{hub}, From: 5, Limit: 9}); err != nil || len(all) != 1 {
		t.Fatalf("found %d and %v, want the one with seats", len(all), err)
	}
}

func kinds(t *testing.T, db *store.DB) {
	c := keepers(t, db)
	for i, city := range []string{"Dakar", "Utrecht", "dakar", "Dakar", "Ḏakar"} {
		k := keeper(fmt.Sprint("k", i), "")
		k.Home, k.Cups, k.Host, k.Share = &Home{City: city}, 10-i, i%2 == 0, float64(i)/4
		add(t, c, k)
	}
	add(t, c, keeper("homeless", ""))
	for _, q := range []struct {
		query store.Query
		want  string
	}{
		{store.Query{Index: "cups", Eq: []any{"Dakar"}}, "[k3 k0]"},
		{store.Query{Index: "city"}, "[k0 k3 k1 k2 k4]"}, // text in the order of its bytes, no alphabet's
		{store.Query{Index: "hosts", Eq: []any{true}, From: 0.25}, "[k2 k4]"},
		{store.Query{Index: "hosts", Eq: []any{true}, From: 1}, "[k4]"}, // a fraction compared with a whole number
	} {
		q.query.Limit = 9
		if got := fmt.Sprint(find(t, c, q.query)); got != q.want {
			t.Errorf("%+v: got %v, want %v", q.query, got, q.want)
		}
	}
}

func misfits(t *testing.T, db *store.DB) {
	c := keepers(t, db)
	add(t, c, keeper("amina", ""))
	type operator = map[string]any
	for name, q := range map[string]store.Query{
		"no limit":           {Index: "name"},
		"negative limit":     {Index: "name", Limit: -1},
		"limit too high":     {Index: "name", Limit: store.LimitMax + 1},
		"no index":           {Limit: 1},
		"unknown index":      {Index: "shoes", Limit: 1},
		"too many fields":    {Index: "name", Eq: []any{"a", "b"}, Limit: 1},
		"too few fields":     {Index: "joined", Limit: 1},
		"no field for range": {Index: "name", Eq: []any{"a"}, From: "b", Limit: 1},
		"an operator":        {Index: "name", Eq: []any{operator{"$gt": ""}}, Limit: 1},
		"an operator in To":  {Index: "name", To: operator{"$gt": ""}, Limit: 1},
		"nothing":            {Index: "name", Eq: []any{nil}, Limit: 1},
		"place without key":  {Index: "name", After: &store.At{ID: "a"}, Limit: 1},
	} {
		if found, err := c.Find(t.Context(), q); err == nil {
			t.Errorf("%s: found %v, want an error", name, found)
		}
	}
	for name, ix := range map[string]store.Index{
		"no fields": {Name: "x"}, "bad name": {Name: "X y", Fields: []string{"a"}}, "injection": {Name: "x", Fields: []string{`a") --`}},
		"reserved": {Name: "x", Fields: []string{"body"}}, "taken": {Name: "due", Fields: []string{"a"}},
	} {
		if _, err := store.Open[community.MemberID, Keeper](t.Context(), db, "others", ix); err == nil {
			t.Errorf("index with %s was accepted", name)
		}
	}
	if _, err := store.Open[community.MemberID, Keeper](t.Context(), db, "keepers"); err == nil {
		t.Error("a collection was opened twice")
	}
}

func counts(t *testing.T, db *store.DB) {
	c := tea(t, db)
	for _, q := range []struct {
		query store.Query
		want  int64
	}{
		{store.Query{Index: "name"}, 26},
		{store.Query{Index: "joined", Eq: []any{"tea"}}, 25},
		{store.Query{Index: "joined", Eq: []any{"tea"}, From: 2}, 15},
		{store.Query{Index: "joined", Eq: []any{"tea"}, After: &store.At{Key: 2, ID: "p13"}}, 11},
		{store.Query{Index: "joined", Eq: []any{"tea"}, Limit: 7}, 7},
		{store.Query{Index: "joined", Eq: []any{"water"}}, 0},
		{store.Query{Index: "email"}, 0},
	} {
		if n, err := c.Count(t.Context(), q.query); err != nil || n != q.want {
			t.Errorf("%+v: counted %d, %v, want %d", q.query, n, err, q.want)
		}
	}
}

func redeclared(t *testing.T, db *store.DB) {
	c := tea(t, db)
	before := len(find(t, c, store.Query{Index: "joined", Eq: []any{"tea"}, Limit: 100}))
	again := store.NewDB(db.Engine()) // as the next start of the program, with other indexes
	c, err := store.Open[community.MemberID, Keeper](t.Context(), again, "keepers",
		store.Index{Name: "joined", Fields: []string{"joined", "hub"}}, store.Index{Name: "cups", Fields: []string{"cups"}})
	if err != nil {
		t.Fatal(err)
	}
	if ids := find(t, c, store.Query{Index: "joined", Eq: []any{2}, Limit: 100}); len(ids) != 11 || before != 25 {
		t.Fatalf("the changed index finds %d, before it was %d", len(ids), before)
	}
	if ids := find(t, c, store.Query{Index: "cups", Eq: []any{0}, Limit: 100}); len(ids) != 26 {
		t.Fatalf("the new index finds %d of 26", len(ids))
	}
	add(t, c, keeper("amina", "same@example.org"), keeper("bram", "same@example.org")) // the unique index is gone
}
