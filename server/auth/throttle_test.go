package auth

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"longtable/server/community"
)

func newTestThrottle() (*Throttle, *wallClock) {
	clock := &wallClock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	return NewThrottle(clock.time, map[ThrottleKind]Rate{
		LetterByEmail:  {Burst: 3, Every: time.Minute},
		ApplyByNetwork: {Burst: 1, Every: time.Second},
	}), clock
}

func TestABucketEmptiesAndFillsAgain(t *testing.T) {
	throttle, clock := newTestThrottle()
	drain := func(want int) {
		t.Helper()
		for range want {
			if err := throttle.Take(LetterByEmail, "amara"); err != nil {
				t.Fatal(err)
			}
		}
		mustBe(t, throttle.Take(LetterByEmail, "amara"), community.KindTooMany, "auth.too-many-tries")
	}
	drain(3)
	clock.advance(time.Minute)
	drain(1)
	clock.advance(2 * time.Minute)
	drain(2)
	clock.advance(time.Hour)
	drain(3) // it holds no more than its burst
	throttle.GiveBack(LetterByEmail, "amara")
	drain(1)
	if err := throttle.Take(LetterByEmail, "binh"); err != nil {
		t.Errorf("another key: %v", err)
	}
	if err := throttle.Take(ApplyByNetwork, "amara"); err != nil {
		t.Errorf("another kind: %v", err)
	}
}

func TestTooManySaysHowLongToWait(t *testing.T) {
	throttle, clock := newTestThrottle()
	for range 3 {
		if err := throttle.Take(LetterByEmail, "amara"); err != nil {
			t.Fatal(err)
		}
	}
	clock.advance(14500 * time.Millisecond)
	var e *community.Error
	if err := throttle.Take(LetterByEmail, "amara"); !errors.As(err, &e) || e.Args["seconds"] != 46 || e.Args["minutes"] != 1 {
		t.Fatalf("got %v with %v", err, e.Args)
	}
	clock.advance(45 * time.Second)
	if err := throttle.Take(LetterByEmail, "amara"); err == nil {
		t.Error("half a second early")
	}
	clock.advance(500 * time.Millisecond)
	if err := throttle.Take(LetterByEmail, "amara"); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

func TestAKindWithoutARateIsRefused(t *testing.T) {
	throttle, _ := newTestThrottle()
	throttle.GiveBack("forgotten", "amara")
	mustBe(t, throttle.Take("forgotten", "amara"), community.KindTooMany, "auth.too-many-tries")
}

func TestEveryKindHasARate(t *testing.T) {
	rates := Rates()
	for _, kind := range []ThrottleKind{SignInByNetwork, SignInByAccount, SignInByAccountAnywhere, LinkByNetwork, SignUpByNetwork, LetterByEmail, ApplyByNetwork, LookUpByCode} {
		if rate := rates[kind]; rate.Burst < 1 || rate.Every <= 0 {
			t.Errorf("%s: %+v", kind, rate)
		}
	}
}

func TestTheThrottleForgetsTheKeyUsedLongestAgo(t *testing.T) {
	throttle, _ := newTestThrottle()
	for i := range throttleKeys {
		if err := throttle.Take(ApplyByNetwork, fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	if throttle.Take(ApplyByNetwork, "0") == nil { // and so 0 was used last
		t.Fatal("the first key was forgotten too early")
	}
	if err := throttle.Take(ApplyByNetwork, "one more"); err != nil {
		t.Fatal(err)
	}
	if got := throttle.buckets[ApplyByNetwork].order.Len(); got != throttleKeys || len(throttle.buckets[ApplyByNetwork].at) != got {
		t.Errorf("%d keys are remembered, %d in the map", got, len(throttle.buckets[ApplyByNetwork].at))
	}
	if throttle.Take(ApplyByNetwork, "0") == nil {
		t.Error("a key in use was forgotten")
	}
	if err := throttle.Take(ApplyByNetwork, "1"); err != nil {
		t.Errorf("the key used longest ago is remembered: %v", err)
	}
}

func TestNetworks(t *testing.T) {
	for address, want := range map[string]string{
		"203.0.113.7":                  "203.0.113.7",
		"::ffff:203.0.113.7":           "203.0.113.7",
		"2001:db8:1:2:3:4:5:6":         "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff:ffff:ffff:": "unknown",
		"2001:db8:1:2::9":              "2001:db8:1:2::/64",
		"2001:db8:1:3::9":              "2001:db8:1:3::/64",
		"fe80::1%eth0":                 "fe80::/64",
		"":                             "unknown",
		"203.0.113.7, 10.0.0.1":        "unknown",
	} {
		if got := NetworkKey(address); got != want {
			t.Errorf("%q: got %q, want %q", address, got, want)
		}
	}
}

func TestThrottleAtOnce(t *testing.T) {
	throttle, clock := newTestThrottle()
	var all sync.WaitGroup
	var mu sync.Mutex
	drawn := 0
	for i := range 50 {
		all.Go(func() {
			if throttle.Take(LetterByEmail, "amara") == nil {
				mu.Lock()
				defer mu.Unlock()
				drawn++
			}
		})
		all.Go(func() { throttle.GiveBack(ApplyByNetwork, fmt.Sprint(i)) })
	}
	all.Wait()
	if drawn != 3 {
		t.Errorf("%d draws of a bucket of 3 at %v", drawn, clock.time())
	}
}

func TestFamiliarAtOnce(t *testing.T) {
	known := newFamiliar(8)
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() { known.add("amara@example.org", fmt.Sprint(i)) })
		all.Go(func() { known.has("amara@example.org", fmt.Sprint(i)) })
	}
	all.Wait()
	known.add("amara@example.org", "hub")
	if !known.has("amara@example.org", "hub") || known.has("binh@example.org", "hub") || known.pairs.order.Len() != 8 {
		t.Errorf("%d pairs are remembered", known.pairs.order.Len())
	}
}
