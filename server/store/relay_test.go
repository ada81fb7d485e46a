package store_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"longtable/server/community"
	"longtable/server/store"
	"longtable/server/store/storetest"
)

// kitchen is a store with a relay in a bubble of time, in which hours pass at once.
type kitchen struct {
	t       *testing.T
	db      *store.DB
	keepers *storetest.Keepers
	relay   *store.Relay

	mu    sync.Mutex
	fails bool
	asked []time.Duration // since the start
}

func inKitchen(t *testing.T, test func(k *kitchen)) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		engine, err := store.OpenSQLite(dir)
		if err != nil {
			t.Fatal(err)
		}
		k := &kitchen{t: t, db: store.NewDB(engine)}
		if k.keepers, err = store.Open[community.MemberID, storetest.Keeper](t.Context(), k.db, "keepers", storetest.Indexes...); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		k.relay, err = store.NewRelay(t.Context(), k.db, slog.New(slog.DiscardHandler), func(context.Context, any) error {
			k.mu.Lock()
			defer k.mu.Unlock()
			k.asked = append(k.asked, time.Since(start))
			if k.fails {
				return errors.New("the index is down")
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		test(k)
		if err := k.db.Close(); err != nil {
			t.Error(err)
		}
	})
}

// run lets the relay run for a while of the bubble's time.
func (k *kitchen) run(while time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), while)
	defer cancel()
	k.relay.Run(ctx)
}

func (k *kitchen) add(id community.MemberID) {
	k.t.Helper()
	if err := k.keepers.Add(k.t.Context(), &storetest.Keeper{Record: community.Record[community.MemberID]{ID: id}}); err != nil {
		k.t.Fatal(err)
	}
}

func (k *kitchen) times() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.asked)
}

func (k *kitchen) marks() int64 {
	k.t.Helper()
	n, err := k.keepers.Count(k.t.Context(), store.Query{Index: "due"})
	if err != nil {
		k.t.Fatal(err)
	}
	return n
}

func TestAFreshChangeIsToldAtOnce(t *testing.T) {
	inKitchen(t, func(k *kitchen) {
		k.add("amina")
		k.run(time.Second)
		if len(k.asked) != 1 || k.asked[0] != 0 || k.marks() != 0 {
			k.t.Fatalf("asked at %v, %d marks left", k.asked, k.marks())
		}
	})
}

func TestTheSweeperFindsWhatACrashLeft(t *testing.T) {
	inKitchen(t, func(k *kitchen) {
		if err := k.keepers.AddTold(k.t.Context(), []*storetest.Keeper{{Record: community.Record[community.MemberID]{ID: "told"}}}); err != nil {
			k.t.Fatal(err)
		}
		// A change by another layer over the same engine: this relay isn't offered it, as if its server had died.
		other, err := store.Open[community.MemberID, storetest.Keeper](k.t.Context(), store.NewDB(k.db.Engine()), "keepers", storetest.Indexes...)
		if err != nil {
			k.t.Fatal(err)
		}
		if _, err := other.Change(k.t.Context(), "told", func(a *storetest.Keeper) error { a.Cups = 1; return nil }); err != nil {
			k.t.Fatal(err)
		}
		k.run(time.Minute)
		if len(k.asked) != 1 || k.asked[0] == 0 || k.asked[0] > 10*time.Second || k.marks() != 0 {
			k.t.Fatalf("asked at %v, %d marks left", k.asked, k.marks())
		}
	})
}

func TestMoreChangesThanTheQueueHoldsAreAllTold(t *testing.T) {
	inKitchen(t, func(k *kitchen) {
		var all []*storetest.Keeper
		for range store.RelayQueue + 50 {
			all = append(all, &storetest.Keeper{Record: community.Record[community.MemberID]{ID: community.NewID[community.MemberID]()}})
		}
		if err := k.keepers.AddMany(k.t.Context(), all); err != nil {
			k.t.Fatal(err)
		}
		k.run(time.Minute)
		if len(k.asked) != len(all) || k.marks() != 0 {
			k.t.Fatalf("asked %d times for %d changes, %d marks left", len(k.asked), len(all), k.marks())
		}
	})
}

func TestAFailingReactionIsParkedAndCured(t *testing.T) {
	inKitchen(t, func(k *kitchen) {
		k.fails = true
		k.add("amina")
		k.run(30 * time.Minute)
		if n := len(k.asked); n != store.ParkAfter {
			k.t.Fatalf("asked %d times, want %d before it is parked", n, store.ParkAfter)
		}
		for i := 2; i < len(k.asked); i++ {
			if pause, before := k.asked[i]-k.asked[i-1], k.asked[i-1]-k.asked[i-2]; pause < before {
				k.t.Errorf("the pause shrank from %v to %v", before, pause)
			}
		}
		parked, err := k.relay.Parked(k.t.Context())
		if err != nil || len(parked) != 1 || parked[0].Document != "amina" || parked[0].Failures != store.ParkAfter || parked[0].Reason == "" {
			k.t.Fatalf("parked: %+v, %v", parked, err)
		}
		k.add("bram") // fails by himself
		k.run(90 * time.Minute)
		if parked, err = k.relay.Parked(k.t.Context()); err != nil || len(parked) != 2 || parked[0].Failures <= store.ParkAfter {
			k.t.Fatalf("still parked: %+v, %v", parked, err)
		}
		k.fails = false
		k.run(2 * time.Hour)
		if parked, err = k.relay.Parked(k.t.Context()); err != nil || len(parked) != 0 || k.marks() != 0 {
			k.t.Fatalf("after the cure: %+v, %v, %d marks", parked, err, k.marks())
		}
	})
}

func TestAParkedReactionIsTriedAgainAtOnce(t *testing.T) {
	inKitchen(t, func(k *kitchen) {
		k.fails = true
		k.add("amina")
		k.run(30 * time.Minute)
		parked, err := k.relay.Parked(k.t.Context())
		if err != nil || len(parked) != 1 {
			k.t.Fatalf("parked: %+v, %v", parked, err)
		}
		tries := k.times()
		k.run(time.Minute)
		if k.times() != tries {
			k.t.Fatal("it is tried again by itself, so this test means nothing")
		}
		if err := k.relay.TryAgain(k.t.Context(), parked[0].ID); err != nil {
			k.t.Fatal(err)
		}
		k.run(time.Second)
		if still, err := k.relay.Parked(k.t.Context()); k.times() != tries+1 || err != nil || len(still) != 1 || still[0].Failures != parked[0].Failures+1 {
			k.t.Fatalf("after a failure: tried %d times more, parked %+v, %v", k.times()-tries, still, err)
		}
		k.fails = false
		if err := k.relay.TryAgain(k.t.Context(), parked[0].ID); err != nil {
			k.t.Fatal(err)
		}
		k.run(time.Second)
		if still, err := k.relay.Parked(k.t.Context()); k.times() != tries+2 || err != nil || len(still) != 0 || k.marks() != 0 {
			k.t.Fatalf("after the cure: tried %d times more, parked %+v, %v, %d marks", k.times()-tries, still, err, k.marks())
		}
		if err := k.relay.TryAgain(k.t.Context(), parked[0].ID); community.KindOf(err) != community.KindNotFound {
			k.t.Errorf("what is done is tried again with %v", err)
		}
	})
}

func TestAReactionToTheLongestIDIsParked(t *testing.T) {
	inKitchen(t, func(k *kitchen) {
		k.fails = true
		long := community.MemberID(strings.Repeat("a", community.IDMax))
		k.add(long)
		k.run(30 * time.Minute)
		parked, err := k.relay.Parked(k.t.Context())
		if err != nil || len(parked) != 1 || parked[0].Document != string(long) || strings.Contains(parked[0].ID, "aaaa") {
			k.t.Fatalf("parked: %+v, %v", parked, err)
		}
	})
}

func TestOneServerSweepsAtATime(t *testing.T) {
	inKitchen(t, func(k *kitchen) {
		var asked atomic.Int32 // the second server
		second := store.NewDB(k.db.Engine())
		if _, err := store.Open[community.MemberID, storetest.Keeper](k.t.Context(), second, "keepers", storetest.Indexes...); err != nil {
			k.t.Fatal(err)
		}
		other, err := store.NewRelay(k.t.Context(), second, slog.New(slog.DiscardHandler), func(context.Context, any) error { asked.Add(1); return nil })
		if err != nil {
			k.t.Fatal(err)
		}
		var running sync.WaitGroup
		first, stop := context.WithCancel(k.t.Context())
		running.Go(func() { k.relay.Run(first) })
		time.Sleep(3 * time.Second) // of the bubble's time: the first has the lease
		both, stopBoth := context.WithCancel(k.t.Context())
		running.Go(func() { other.Run(both) })
		mark := func(id community.MemberID) { // left by a third server that died
			third, err := store.Open[community.MemberID, storetest.Keeper](k.t.Context(), store.NewDB(k.db.Engine()), "keepers", storetest.Indexes...)
			if err != nil {
				k.t.Fatal(err)
			}
			if err := third.Add(k.t.Context(), &storetest.Keeper{Record: community.Record[community.MemberID]{ID: id}}); err != nil {
				k.t.Fatal(err)
			}
		}
		mark("amina")
		time.Sleep(time.Minute)
		if asked.Load() != 0 || k.times() != 1 {
			k.t.Errorf("the first was asked %d times, the second %d; want 1 and 0", k.times(), asked.Load())
		}
		stop()
		mark("bram")
		time.Sleep(20 * time.Second) // the lease was given back
		if asked.Load() != 1 || k.times() != 1 {
			k.t.Errorf("the first was asked %d times, the second %d; want 1 and 1", k.times(), asked.Load())
		}
		stopBoth()
		running.Wait()
	})
}

func TestADBHasOneRelay(t *testing.T) {
	inKitchen(t, func(k *kitchen) {
		if _, err := store.NewRelay(k.t.Context(), k.db, slog.New(slog.DiscardHandler), nil); err == nil {
			k.t.Fatal("a second relay was accepted")
		}
	})
}

func TestWhatParkedReactionsSaidIsForgotten(t *testing.T) {
	inKitchen(t, func(k *kitchen) {
		k.fails = true
		k.add("amina")
		k.run(10 * time.Minute)
		parked, err := k.relay.Parked(k.t.Context())
		if err != nil || len(parked) != 1 || parked[0].Reason == "" {
			k.t.Fatalf("%d are parked, %v: this test means nothing", len(parked), err)
		}
		if err := k.relay.ForgetReasons(k.t.Context()); err != nil {
			k.t.Fatal(err)
		}
		parked, err = k.relay.Parked(k.t.Context())
		if err != nil || len(parked) != 1 || parked[0].Reason != "" {
			k.t.Errorf("then %d are parked, %v, for %+v", len(parked), err, parked)
		}
	})
}

func TestWhatWasDeletedIsBuriedOnceEverybodyWasTold(t *testing.T) {
	inKitchen(t, func(k *kitchen) {
		buried := func() bool {
			k.t.Helper()
			done, err := k.db.Buried(k.t.Context())
			if err != nil {
				k.t.Fatal(err)
			}
			return done
		}
		k.add("amina")
		if !buried() {
			k.t.Error("a living document counts as one that was deleted")
		}
		if err := k.keepers.Delete(k.t.Context(), "amina"); err != nil {
			k.t.Fatal(err)
		}
		if buried() {
			k.t.Error("it is buried before anybody was told")
		}
		k.run(time.Second)
		if !buried() {
			k.t.Error("it isn't buried when everybody was told")
		}
	})
}
