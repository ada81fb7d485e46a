package demo

import (
	"context"
	"errors"
	"testing"

	"longtable/server/community"
)

func TestAStoppedFillingIsCompletedByTheNext(t *testing.T) {
	stores := open(t, t.TempDir())
	began := New(smallTown)
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	err := began.Fill(ctx, stores, func(int, int) {
		if calls++; calls == 3 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("the filling wasn't stopped: %v", err)
	}
	if mark, err := stores.Charters.Get(t.Context(), markID); err != nil || mark.Epoch == markDone {
		t.Fatalf("the store says it is complete: %v, %v", mark, err)
	}
	later := smallTown
	later.Now = spring.Add(30 * day)
	if err := New(later).Fill(t.Context(), stores, nil); err != nil {
		t.Fatal(err)
	}
	compareWithStore(t, made(), stores)
}

func TestAFirstWaveThatWasInterruptedIsCompleted(t *testing.T) {
	stores := open(t, t.TempDir())
	g := New(smallTown)
	if _, err := g.begin(t.Context(), stores); err != nil {
		t.Fatal(err)
	}
	if err := g.grow(t.Context(), stores, g.first()[:5], func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	var h harvest
	g.talk(&h, 0)
	if err := keepLog(t.Context(), stores.Messages, h.Messages[:2]); err != nil {
		t.Fatal(err)
	}
	if err := New(smallTown).Fill(t.Context(), stores, nil); err != nil {
		t.Fatal(err)
	}
	compareWithStore(t, made(), stores)
}

func TestACompleteNetworkIsLeftAsItIs(t *testing.T) {
	stores := open(t, t.TempDir())
	if err := New(smallTown).Fill(t.Context(), stores, nil); err != nil {
		t.Fatal(err)
	}
	if err := stores.Members.Delete(t.Context(), "noor"); err != nil {
		t.Fatal(err)
	}
	if err := New(smallTown).Fill(t.Context(), stores, func(int, int) { t.Error("something was filled again") }); err != nil {
		t.Fatal(err)
	}
	if _, err := stores.Members.Get(t.Context(), "noor"); community.KindOf(err) != community.KindNotFound {
		t.Errorf("who left came back: %v", err)
	}
	other := smallTown
	other.Seed++
	if err := New(other).Fill(t.Context(), stores, nil); !errors.Is(err, ErrOther) {
		t.Errorf("another network was poured over it: %v", err)
	}
}

func TestStoresThatCannotAddManyAreFilledOneByOne(t *testing.T) {
	stores := open(t, t.TempDir())
	stores.Members = plainMembers{stores.Members}
	stores.Messages = plainMessages{stores.Messages}
	if err := New(smallTown).Fill(t.Context(), stores, nil); err != nil {
		t.Fatal(err)
	}
	compareWithStore(t, made(), stores)
}

// plainMembers and plainMessages hide what a store can do beyond the domain's interfaces.
type (
	plainMembers  struct{ community.Members }
	plainMessages struct{ community.Messages }
)

// compareWithStore looks every document up.
func compareWithStore(t *testing.T, want *harvest, stores community.Stores) {
	t.Helper()
	there := func(what, id string, rev int64, err error) {
		if err != nil || rev != 1 {
			t.Errorf("%s %s: revision %d, %v", what, id, rev, err)
		}
	}
	for _, x := range want.Members {
		got, err := stores.Members.Get(t.Context(), x.ID)
		if err == nil && (got.Name != x.Name || got.About != x.About || got.JoinedAt != x.JoinedAt) {
			t.Errorf("%s is stored as another", x.Name)
		}
		there("member", string(x.ID), revOf(got), err)
	}
	for _, x := range want.Events {
		got, err := stores.Events.Get(t.Context(), x.ID)
		if err == nil && got.StartsAt != x.StartsAt {
			t.Errorf("%s moved from %v to %v", x.Title, x.StartsAt.Time(), got.StartsAt.Time())
		}
		there("event", string(x.ID), 1, err)
	}
	for _, x := range want.Applications {
		_, err := stores.Applications.ByCode(t.Context(), x.CodeHash)
		there("application", string(x.ID), 1, err)
	}
	for _, x := range want.Connections {
		_, err := stores.Connections.Get(t.Context(), x.ID)
		there("connection", string(x.ID), 1, err)
	}
	for _, x := range want.Seats {
		head, err := stores.Messages.Head(t.Context(), x.Conversation)
		if head != x.Head {
			t.Errorf("the log of %s ends at %d, not %d", x.Conversation, head, x.Head)
		}
		there("log", string(x.Conversation), 1, err)
	}
	if charter, err := stores.Charters.Get(t.Context(), community.CharterOne); err != nil || !charter.Demo {
		t.Errorf("the charter is %+v, %v", charter, err)
	}
}

func revOf(m *community.Member) int64 {
	if m == nil {
		return 0
	}
	return m.Rev
}
