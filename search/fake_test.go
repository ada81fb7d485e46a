package search

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// fakeMeili answers the subset of Meilisearch's HTTP API that the adapter uses. Documents, tasks and
// filters behave as documented; relevance is the embedded engine's. It proves what is
// sent, how answers are read and how faults are borne, and nothing about ranking on a real server.
type fakeMeili struct {
	*httptest.Server
	t testing.TB
	// hanging gets one for each request that is left without an answer.
	hanging chan struct{}

	mu      sync.Mutex
	indexes map[string]*fakeIndex       // protected by mu
	tasks   []fakeTask                  // protected by mu
	fault   func(r *http.Request) fault // protected by mu
}

type fakeIndex struct {
	settings map[string]json.RawMessage
	docs     map[string]map[string]json.RawMessage
}

type fakeTask struct {
	UID    int64             `json:"uid"`
	Status string            `json:"status"`
	Error  map[string]string `json:"error,omitempty"`
}

// fault is what goes wrong with a request.
type fault int

const (
	well   fault = iota
	busy         // 503 without doing anything
	hang         // no answer until the client gives up
	drop         // done, but the answer is lost
	fails        // accepted, and the task fails
	refuse       // 403: the key does not fit
	torn         // done, and the connection breaks in the middle of the answer
	forget       // done, and the server has forgotten all its tasks: restored from a copy
)

func newFakeMeili(t testing.TB) *fakeMeili {
	f := &fakeMeili{t: t, hanging: make(chan struct{}, 100), indexes: map[string]*fakeIndex{}, fault: func(*http.Request) fault { return well }}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, map[string]string{"status": "available"}) })
	mux.HandleFunc("GET /indexes", func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, map[string]any{"results": []any{}}) })
	mux.HandleFunc("GET /indexes/{uid}", f.getIndex)
	mux.HandleFunc("GET /indexes/{uid}/stats", f.stats)
	mux.HandleFunc("GET /indexes/{uid}/documents/{id}", f.getDocument)
	mux.HandleFunc("GET /tasks/{uid}", f.getTask)
	mux.HandleFunc("POST /multi-search", f.multiSearch)
	mux.HandleFunc("POST /indexes", f.task(f.createIndex))
	mux.HandleFunc("DELETE /indexes/{uid}", f.task(f.deleteIndex))
	mux.HandleFunc("PATCH /indexes/{uid}/settings", f.task(f.settings))
	mux.HandleFunc("POST /indexes/{uid}/documents", f.task(f.addDocuments))
	mux.HandleFunc("POST /indexes/{uid}/documents/delete-batch", f.task(f.deleteDocuments))
	mux.HandleFunc("POST /swap-indexes", f.task(f.swap))
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.serve(mux, w, r) }))
	t.Cleanup(f.Close)
	return f
}

// breakIf lets requests fail from now on.
func (f *fakeMeili) breakIf(rule func(r *http.Request) fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault = rule
}

// untilItHangs is the patience of somebody who waits for exactly one request that gets no answer.
func (f *fakeMeili) untilItHangs(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-f.hanging:
			cancel(context.DeadlineExceeded)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}

type faultKey struct{}

func (f *fakeMeili) serve(next http.Handler, w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	what := f.fault(r)
	f.mu.Unlock()
	switch what {
	case busy:
		answer(w, 503, map[string]string{"code": "too_many_search_requests"})
	case refuse:
		answer(w, 403, map[string]string{"code": "invalid_api_key"})
	case hang:
		_, _ = io.Copy(io.Discard, r.Body) // only then does the server notice that the client left
		f.hanging <- struct{}{}
		<-r.Context().Done()
	case torn:
		whole := httptest.NewRecorder()
		next.ServeHTTP(whole, r)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(whole.Body.Bytes()[:whole.Body.Len()/2]) // the client is about to lose the rest
		panic(http.ErrAbortHandler)
	case forget:
		next.ServeHTTP(w, r)
		f.mu.Lock()
		for i := range f.tasks {
			f.tasks[i].Status = "unknown"
		}
		f.mu.Unlock()
	case drop:
		next.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	default:
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), faultKey{}, what)))
	}
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that left is the test's own doing
}

// task accepts a change, makes it at once and keeps its outcome for whoever asks.
func (f *fakeMeili) task(change func(r *http.Request) (code string)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		t := fakeTask{UID: int64(len(f.tasks)), Status: "succeeded"}
		code := "internal"
		if r.Context().Value(faultKey{}) != fails {
			code = change(r)
		}
		if code != "" {
			t.Status, t.Error = "failed", map[string]string{"code": code}
		}
		f.tasks = append(f.tasks, t)
		answer(w, 202, map[string]any{"taskUid": t.UID, "status": "enqueued"})
	}
}

func (f *fakeMeili) getTask(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	uid, err := strconv.Atoi(r.PathValue("uid"))
	if err != nil || uid >= len(f.tasks) || f.tasks[uid].Status == "unknown" {
		answer(w, 404, map[string]string{"code": "task_not_found"})
		return
	}
	answer(w, 200, f.tasks[uid])
}

func (f *fakeMeili) getIndex(w http.ResponseWriter, r *http.Request) {
	f.withIndex(w, r, func(*fakeIndex) (int, any) { return 200, map[string]string{"uid": r.PathValue("uid")} })
}

func (f *fakeMeili) stats(w http.ResponseWriter, r *http.Request) {
	f.withIndex(w, r, func(x *fakeIndex) (int, any) { return 200, map[string]int{"numberOfDocuments": len(x.docs)} })
}

func (f *fakeMeili) getDocument(w http.ResponseWriter, r *http.Request) {
	f.withIndex(w, r, func(x *fakeIndex) (int, any) {
		if d := x.docs[r.PathValue("id")]; d != nil {
			return 200, d
		}
		return 404, map[string]string{"code": "document_not_found", "message": "not found"}
	})
}

func (f *fakeMeili) withIndex(w http.ResponseWriter, r *http.Request, get func(*fakeIndex) (int, any)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	x := f.indexes[r.PathValue("uid")]
	if x == nil {
		answer(w, 404, map[string]string{"code": "index_not_found", "message": "not found"})
		return
	}
	status, body := get(x)
	answer(w, status, body)
}

func (f *fakeMeili) createIndex(r *http.Request) string {
	var body struct{ UID string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return "bad_request"
	}
	if f.indexes[body.UID] != nil {
		return "index_already_exists"
	}
	f.indexes[body.UID] = &fakeIndex{docs: map[string]map[string]json.RawMessage{}}
	return ""
}

func (f *fakeMeili) deleteIndex(r *http.Request) string {
	if f.indexes[r.PathValue("uid")] == nil {
		return "index_not_found"
	}
	delete(f.indexes, r.PathValue("uid"))
	return ""
}

func (f *fakeMeili) settings(r *http.Request) string {
	x := f.indexes[r.PathValue("uid")]
	if x == nil {
		return "index_not_found"
	}
	if err := json.NewDecoder(r.Body).Decode(&x.settings); err != nil {
		return "bad_request"
	}
	return ""
}

// poison is a word that no document with it survives; like a real server the whole task fails.
const poison = "poison"

func (f *fakeMeili) addDocuments(r *http.Request) string {
	x := f.indexes[r.PathValue("uid")]
	var docs []map[string]json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&docs); err != nil || x == nil {
		return "malformed_payload"
	}
	for _, d := range docs {
		if strings.Contains(string(d["t_name"]), poison) {
			return "invalid_document_fields"
		}
	}
	for _, d := range docs {
		var id string
		if json.Unmarshal(d["id"], &id) != nil {
			return "invalid_document_id"
		}
		x.docs[id] = d
	}
	return ""
}

func (f *fakeMeili) deleteDocuments(r *http.Request) string {
	x := f.indexes[r.PathValue("uid")]
	var ids []string
	if err := json.NewDecoder(r.Body).Decode(&ids); err != nil || x == nil {
		return "bad_request"
	}
	for _, id := range ids {
		delete(x.docs, id)
	}
	return ""
}

func (f *fakeMeili) swap(r *http.Request) string {
	var body []struct{ Indexes []string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || len(body) != 1 || len(body[0].Indexes) != 2 {
		return "bad_request"
	}
	a, b := body[0].Indexes[0], body[0].Indexes[1]
	if f.indexes[a] == nil || f.indexes[b] == nil {
		return "index_not_found"
	}
	f.indexes[a], f.indexes[b] = f.indexes[b], f.indexes[a]
	return ""
}
