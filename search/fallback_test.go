package search

import (
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"
)

// pair returns a filled fallback over a fake server, and that server.
func pair(t *testing.T) (*Fallback, *fakeMeili) {
	t.Helper()
	server := newFakeMeili(t)
	f := NewFallback(openMeili(t, server.URL, ""), openEmbeddedAt(t, t.TempDir()))
	ensure(t, f, true)
	rebuild(t, f, person("mira", "Mira"))
	return f, server
}

func all(what fault) func(*http.Request) fault { return func(*http.Request) fault { return what } }

func degraded(t *testing.T, f *Fallback, want bool) {
	t.Helper()
	got, err := f.Search(t.Context(), named(""))
	if err != nil || got.Degraded != want {
		t.Errorf("degraded %v, %v; want %v", got.Degraded, err, want)
	}
}

func TestFallbackAnswersWithoutThePrimary(t *testing.T) {
	f, server := pair(t)
	degraded(t, f, false)
	server.BreakIf(all(busy))
	degraded(t, f, true)
	finds(t, f, "mira", "mira")
	server.BreakIf(all(well))
	degraded(t, f, false)
}

func TestFallbackReportsWhatThePrimaryLacks(t *testing.T) {
	f, server := pair(t)
	server.BreakIf(on("documents", fails))
	oleh := Batch{Upserts: []Document{person("oleh", "Oleh")}}
	var behind *Behind
	if err := f.Apply(t.Context(), "people", oleh); !errors.As(err, &behind) || !errors.Is(err, ErrUnavailable) {
		t.Fatalf("got %v, want *Behind", err)
	}
	server.BreakIf(all(well))
	degraded(t, f, true) // the primary is well again and still lacks oleh
	finds(t, f, "oleh", "oleh")
	if n := f.Lagging()["people"]; n != 1 {
		t.Errorf("lagging by %d, want 1", n)
	}
	if err := f.Apply(t.Context(), "people", oleh); err != nil {
		t.Fatal(err)
	}
	degraded(t, f, false)
	finds(t, f, "oleh", "oleh")
}

func TestFallbackStartsWithoutThePrimary(t *testing.T) {
	server := newFakeMeili(t)
	server.BreakIf(all(busy))
	f := NewFallback(openMeili(t, server.URL, ""), openEmbeddedAt(t, t.TempDir()))
	ensure(t, f, true)
	var behind *Behind
	source := sourceOf([]Document{person("mira", "Mira")})
	if err := f.Rebuild(t.Context(), story{}.schema(), source, nil); !errors.As(err, &behind) {
		t.Fatalf("got %v, want *Behind", err)
	}
	finds(t, f, "", "mira")
	server.BreakIf(all(well))
	if err := f.Health(t.Context()); err != nil || f.Lagging()["people"] != -1 {
		t.Fatalf("health %v, lagging %v", err, f.Lagging())
	}
	if err := f.CatchUp(t.Context(), story{}.schema(), source, nil); err != nil {
		t.Fatal(err)
	}
	degraded(t, f, false)
	if len(f.Lagging()) != 0 {
		t.Errorf("lagging %v", f.Lagging())
	}
}

func TestFallbackKeepsWhatFailedDuringACatchUp(t *testing.T) {
	f, server := pair(t)
	source := func(yield func(Document, error) bool) {
		server.BreakIf(on("documents", fails))
		if err := f.Apply(t.Context(), "people", Batch{Upserts: []Document{person("oleh", "Oleh")}}); !errors.Is(err, ErrUnavailable) {
			t.Errorf("got %v, want ErrUnavailable", err)
		}
		server.BreakIf(all(well))
		yield(person("mira", "Mira"), nil)
	}
	if err := f.CatchUp(t.Context(), story{}.schema(), source, nil); err != nil {
		t.Fatal(err)
	}
	if n := f.Lagging()["people"]; n != 1 {
		t.Errorf("lagging by %d, want 1", n)
	}
}

func TestFallbackSuspectsAPrimaryThatLacksTooMuch(t *testing.T) {
	f, _ := pair(t)
	f.note("people", Batch{Deletes: make([]string, 1)})
	for i := range maxBehind + 1 {
		f.note("people", Batch{Deletes: []string{time.Duration(i).String()}})
	}
	f.settle("people", Batch{Deletes: []string{"0s"}})
	if n := f.Lagging()["people"]; n != -1 {
		t.Errorf("lagging by %d, want -1", n)
	}
}

func TestBreakerLetsOneCallTryAfterAPause(t *testing.T) {
	now := time.Unix(0, 0)
	b := breaker{now: func() time.Time { return now }}
	for range breakAfter {
		if !b.allows() {
			t.Fatal("closed too early")
		}
		b.saw(ErrUnavailable)
	}
	if b.allows() {
		t.Error("asked again at once")
	}
	now = now.Add(breakFor)
	if !b.allows() || b.allows() {
		t.Error("want exactly one trial after the pause")
	}
	b.saw(badQuery("not the engine's fault"))
	if b.allows() {
		t.Error("a bad query counted as health")
	}
	b.saw(nil)
	if !b.allows() {
		t.Error("still closed after a success")
	}
}

func TestBreakerIsSafeForAll(t *testing.T) {
	b := breaker{now: time.Now}
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() {
			b.allows()
			b.saw(ErrUnavailable)
		})
	}
	calls.Wait()
	if b.failures != 8 {
		t.Errorf("%d failures, want 8", b.failures)
	}
}

func TestFallbackCallsAreSafeForAll(t *testing.T) {
	f, _ := pair(t)
	var calls sync.WaitGroup
	for range 4 {
		calls.Go(func() { f.note("people", Batch{Deletes: []string{"x"}}) })
		calls.Go(func() { f.Lagging() })
		calls.Go(func() { f.isBehind([]Query{named("")}) })
		calls.Go(func() {
			if err := f.CatchUp(t.Context(), story{}.schema(), sourceOf(nil), nil); err != nil {
				t.Error(err)
			}
		})
	}
	calls.Wait()
	f.settle("people", Batch{Deletes: []string{"x"}})
	if len(f.Lagging()) != 0 {
		t.Errorf("lagging %v", f.Lagging())
	}
}
