package mongodb_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/store"
	"longtable/server/store/mongodb"
	"longtable/server/store/storetest"
)

// realServer names a MongoDB on which the contract runs as well, in databases that it makes and drops.
const realServer = "LONGTABLE_TEST_MONGODB_URI"

func open(t *testing.T, uri string) *mongodb.Engine {
	t.Helper()
	e, err := mongodb.Open(t.Context(), uri)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func TestMongoDBKeepsTheContract(t *testing.T) {
	storetest.Contract(t, func(t *testing.T) store.Engine { return open(t, startFake(t).uri()) })
}

func TestARealMongoDBKeepsTheContract(t *testing.T) {
	uri := realAddress(t)
	storetest.Contract(t, func(t *testing.T) store.Engine { return openFresh(t, uri) })
}

// realAddress leaves a test out where no server is named.
func realAddress(t *testing.T) string {
	t.Helper()
	uri := os.Getenv(realServer)
	if uri == "" {
		t.Skip(realServer + " names no server")
	}
	return uri
}

// openFresh opens a database of its own on a server, and drops it at the end.
func openFresh(t *testing.T, uri string) *mongodb.Engine {
	t.Helper()
	e := open(t, freshDatabase(t, uri))
	t.Cleanup(func() {
		if err := e.Drop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return e
}

// freshDatabase puts a new name in the place of the database in an address.
func freshDatabase(t *testing.T, uri string) string {
	t.Helper()
	scheme, rest, ok := strings.Cut(uri, "://")
	if !ok {
		t.Fatalf("%s is no address", realServer)
	}
	hosts, options, _ := strings.Cut(rest, "?")
	hosts, _, _ = strings.Cut(hosts, "/")
	return scheme + "://" + hosts + "/longtable_test_" + community.NewID[string]() + "?" + options
}

func TestALostAnswerIsNotAWriteLostOrDoubled(t *testing.T) {
	f := startFake(t)
	c, err := store.Open[community.MemberID, storetest.Keeper](t.Context(), store.NewDB(open(t, f.uri())), "keepers", storetest.Indexes...)
	if err != nil {
		t.Fatal(err)
	}
	lose := func(command string) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.dropAnswer = command
	}
	amina := &storetest.Keeper{Record: community.Record[community.MemberID]{ID: "amina"}}
	lose("insert")
	if err := c.Add(t.Context(), amina); err != nil {
		t.Fatalf("the driver didn't repeat the insert: %v", err)
	}
	lose("update")
	got, err := c.Change(t.Context(), "amina", func(k *storetest.Keeper) error { k.Cups++; return nil })
	if err != nil || got.Cups != 1 || got.Rev != 2 {
		t.Fatalf("changed to %+v, %v", got, err)
	}
}

func TestAWriteWithoutAnAnswerIsUnknown(t *testing.T) {
	f := startFake(t)
	e := open(t, f.uri()+"?serverSelectionTimeoutMS=100")
	f.hangUp()
	err := e.Insert(t.Context(), "keepers", []store.Doc{{ID: "amina", Rev: 1, Body: []byte(`{"_id":"amina","rev":1}`)}})
	if !errors.Is(err, store.ErrUnknown) {
		t.Fatalf("got %v, want %v", err, store.ErrUnknown)
	}
}

func TestServersThatCannotBeTrustedAreRefused(t *testing.T) {
	for want, spoil := range map[string]func(*fakeServer){
		"replace the same revision": func(f *fakeServer) { f.racy = true },
		"keep unique keys":          func(f *fakeServer) { f.blind = true },
	} {
		f := startFake(t)
		spoil(f)
		if _, err := mongodb.Open(t.Context(), f.uri()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want a sentence with %q", err, want)
		}
	}
}

func TestAMomentThatMongoDBKeepsNoLongerIsOneSentence(t *testing.T) {
	f := startFake(t)
	f.forgetful = true
	e := open(t, f.uri())
	for _, id := range []string{"a", "b"} {
		if err := e.Insert(t.Context(), "keepers", []store.Doc{{ID: id, Rev: 1, Body: []byte(`{"_id":"` + id + `","rev":1}`)}}); err != nil {
			t.Fatal(err)
		}
	}
	s, err := e.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, err := range s.Documents(t.Context()) {
		if err == nil || !strings.Contains(err.Error(), "minSnapshotHistoryWindowInSeconds") {
			t.Errorf("got %v", err)
		}
	}
}

func TestTheProbeLeavesNothingBehind(t *testing.T) {
	f := startFake(t)
	open(t, f.uri())
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.collections) != 0 {
		t.Fatalf("left behind: %v", f.collections)
	}
}

func TestAnAddressThatDoesNotWorkIsOneSentence(t *testing.T) {
	f := startFake(t)
	f.hangUp()
	for uri, want := range map[string]string{
		"mongodb://amina:secret@" + f.address + "/x?serverSelectionTimeoutMS=50&connectTimeoutMS=50": "no MongoDB primary answered at " + f.address,
		"postgres://amina:secret@" + f.address:                                                       "it looks like mongodb://",
		"mongodb://amina:secret%zz@" + f.address:                                                     "it looks like mongodb://",
	} {
		_, err := mongodb.Open(t.Context(), uri)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want one sentence with %q", err, want)
		}
	}
	ctx, cancel := context.WithDeadline(t.Context(), time.Now())
	defer cancel()
	if _, err := mongodb.Open(ctx, f.uri()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v for a context that has ended", err)
	}
}
