package search

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// The traps of meilisearch-go 0.36.3 and of the server's interface, each with what keeps us out of it.

// counted lets requests through and counts those whose method and path contain a text.
func counted(part string, what fault) (rule func(*http.Request) fault, times *atomic.Int64) {
	times = new(atomic.Int64)
	return func(r *http.Request) fault {
		if strings.Contains(r.Method+" "+r.URL.Path, part) {
			times.Add(1)
			return what
		}
		return well
	}, times
}

func reply(w http.ResponseWriter, status int, body any) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that left is the test's own doing
}

// The library repeats a POST after a 503 with an empty body, waits 6 s in between, and reports a last success as an error.
func TestARefusedRequestIsNotRepeatedByTheLibrary(t *testing.T) {
	for path, call := range map[string]func(m *Meili) error{
		"/documents": func(m *Meili) error {
			return m.Apply(t.Context(), "people", Batch{Upserts: []Document{person("mira", "Mira")}})
		},
		"/multi-search": func(m *Meili) error { _, err := m.Search(t.Context(), named("mira")); return err },
		"/settings":     func(m *Meili) error { _, err := m.Ensure(t.Context(), story{}.schema()); return err },
	} {
		m, f := ready(t)
		rule, times := counted(path, busy)
		f.BreakIf(rule)
		if err := call(m); !errors.Is(err, ErrUnavailable) || times.Load() != 1 {
			t.Errorf("%s: %v after %d requests, want one", path, err, times.Load())
		}
	}
}

func TestARefusedConnectionIsUnavailable(t *testing.T) {
	m, f := ready(t)
	f.Close()
	if _, err := m.Search(t.Context(), named("mira")); !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
}

// The library's errors do not unwrap, so that an ended context could not be told from a server that is down.
func TestTheCauseOfAFailureCanBeSeen(t *testing.T) {
	m, f := ready(t)
	f.BreakIf(on("multi-search", hang))
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-f.Hanging; cancel() }()
	if _, err := m.Search(ctx, named("mira")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled in it", err)
	}
}

// The library's errors quote whole answers, which may hold members' words.
func TestAFailureQuotesNobody(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // a broken request quotes nothing
		reply(w, 400, map[string]string{"code": "bad_request", "message": "can't read " + string(body)})
	}))
	defer s.Close()
	m := openMeili(t, s.URL, "")
	m.adopt("people", story{}.schema())
	_, searched := m.Search(t.Context(), named("secretword"))
	applied := m.Apply(t.Context(), "people", Batch{Upserts: []Document{person("mira", "Secretword")}})
	for _, err := range []error{searched, applied} {
		if err == nil || strings.Contains(strings.ToLower(err.Error()), "secretword") {
			t.Errorf("the error is %v", err)
		}
	}
}

// Ids are not escaped in paths: "a/b?c" would be another address. Ours are spelt in letters that need none, and travel in bodies.
func TestIdsOfEveryShapeComeBack(t *testing.T) {
	m, _ := ready(t)
	ids := []string{"a~b", "a_b", "a_tb", "a_ub", "a-b", "A~_-9", "_filled~x"}
	var b Batch
	for _, id := range ids {
		b.Upserts = append(b.Upserts, person(id, "Mira"))
	}
	if err := m.Apply(t.Context(), "people", b); err != nil {
		t.Fatal(err)
	}
	finds(t, m, "mira", slices.Sorted(slices.Values(ids))...)
	if err := m.Apply(t.Context(), "people", Batch{Deletes: ids}); err != nil {
		t.Fatal(err)
	}
	finds(t, m, "mira")
}

// A limit of 0 is left out by the library, and the server would send 20.
func TestALimitOfNoneSendsNone(t *testing.T) {
	m, _ := ready(t)
	apply(t, m, person("mira", "Mira"))
	q := named("mira")
	q.Limit = 0
	if got, err := m.Search(t.Context(), q); err != nil || len(got.Hits) != 0 || got.Total != 1 {
		t.Errorf("%v, %v", got, err)
	}
}

// An accepted task is no success; one that the server has forgotten may be one or not.
func TestATaskThatIsForgottenCountsAsNotDone(t *testing.T) {
	m, f := ready(t)
	f.BreakIf(on("POST /indexes", forget))
	mira := Batch{Upserts: []Document{person("mira", "Mira")}}
	if err := m.Apply(t.Context(), "people", mira); !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
	f.BreakIf(all(well))
	apply(t, m, mira.Upserts...) // and repeating it does no harm
	finds(t, m, "", "mira")
}

// Requests of a search are changed by the library, so they are made anew for each call: the same query twice is the same.
func TestAQueryIsNotChangedByAsking(t *testing.T) {
	m, _ := ready(t)
	apply(t, m, person("mira", "Mira"))
	q := named("mira")
	for range 2 {
		if got, err := m.Search(t.Context(), q); err != nil || got.Total != 1 || q.Text != "mira" || q.Index != "people" {
			t.Errorf("%v, %v, %v", got, err, q)
		}
	}
}

// Numbers beyond 2^53 lose digits in JSON, so revisions travel as text.
func TestLargeRevisionsComeBack(t *testing.T) {
	m, _ := ready(t)
	d := person("mira", "Mira")
	d.Rev = 1<<62 + 1
	apply(t, m, d)
	if got, err := m.Search(t.Context(), named("mira")); err != nil || len(got.Hits) != 1 || got.Hits[0].Rev != d.Rev {
		t.Errorf("%v, %v", got, err)
	}
}

// A server that answers fewer queries than were asked must not shift answers between them.
func TestAnIncompleteAnswerIsNone(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reply(w, 200, map[string]any{"results": []any{map[string]any{"hits": []any{}}}})
	}))
	defer s.Close()
	m := openMeili(t, s.URL, "")
	m.adopt("people", story{}.schema())
	if _, err := m.SearchAll(t.Context(), []Query{named("mira"), named("oleh")}); !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
}
