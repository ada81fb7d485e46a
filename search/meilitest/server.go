// Package meilitest stands in for a Meilisearch server in tests. It answers the subset of the HTTP interface that package
// search uses and fails as it is told to. Documents, tasks and swaps behave as documented; what a search finds is the
// caller's. It proves what is sent, how answers are read and how faults are borne, and nothing about a real server.
package meilitest

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Server is the stand-in. Safe for concurrent use.
type Server struct {
	*httptest.Server
	// Hanging gets one for each request that is left without an answer, as long as somebody reads it.
	Hanging chan struct{}

	mu      sync.Mutex
	indexes map[string]*Index           // protected by mu
	tasks   []task                      // protected by mu
	fault   func(r *http.Request) Fault // protected by mu
}

// Index is one index: settings and documents as they were sent.
type Index struct {
	Settings map[string]json.RawMessage
	Docs     map[string]map[string]json.RawMessage
}

type task struct {
	UID    int64             `json:"uid"`
	Status string            `json:"status"`
	Error  map[string]string `json:"error,omitempty"`
}

// Fault is what goes wrong with a request.
type Fault int

// The faults.
const (
	Well   Fault = iota
	Busy         // 503 without doing anything
	Hang         // no answer until the client gives up
	Drop         // done, but the answer is lost
	Fails        // accepted, and the task fails
	Refuse       // 403: the key does not fit
	Torn         // done, and the connection breaks in the middle of the answer
	Forget       // done, and the server has forgotten all its tasks: restored from a copy
	Late         // done, after a while
)

// lateness is long enough for a search to give up.
const lateness = 600 * time.Millisecond

// Search answers one query of a multi-search, from a copy of the index, which is nil if there is none.
type Search func(ctx context.Context, x *Index, query json.RawMessage) (any, error)

// Nothing is a Search that finds nothing.
func Nothing(context.Context, *Index, json.RawMessage) (any, error) {
	return map[string]any{"hits": []any{}, "estimatedTotalHits": 0, "facetDistribution": map[string]any{}}, nil
}

// New starts a server that runs until the test ends.
func New(t testing.TB, search Search) *Server {
	f := &Server{Hanging: make(chan struct{}, 100), indexes: map[string]*Index{}, fault: func(*http.Request) Fault { return Well }}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, map[string]string{"status": "available"}) })
	mux.HandleFunc("GET /indexes", func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, map[string]any{"results": []any{}}) })
	mux.HandleFunc("GET /indexes/{uid}", f.getIndex)
	mux.HandleFunc("GET /indexes/{uid}/stats", f.stats)
	mux.HandleFunc("GET /indexes/{uid}/documents/{id}", f.getDocument)
	mux.HandleFunc("GET /tasks/{uid}", f.getTask)
	mux.HandleFunc("POST /multi-search", f.multiSearch(search))
	mux.HandleFunc("POST /indexes/{uid}/documents/fetch", f.fetch)
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

// BreakIf lets requests fail from now on.
func (f *Server) BreakIf(rule func(r *http.Request) Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault = rule
}

// UntilItHangs is the patience of somebody who waits for exactly one request that gets no answer.
func (f *Server) UntilItHangs(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-f.Hanging:
			cancel(context.DeadlineExceeded)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}

type faultKey struct{}

func (f *Server) serve(next http.Handler, w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	what := f.fault(r)
	f.mu.Unlock()
	switch what {
	case Busy:
		answer(w, 503, map[string]string{"code": "too_many_search_requests"})
	case Refuse:
		answer(w, 403, map[string]string{"code": "invalid_api_key"})
	case Hang:
		_, _ = io.Copy(io.Discard, r.Body) // only then does the server notice that the client left
		select {
		case f.Hanging <- struct{}{}:
		default: // nobody counts
		}
		<-r.Context().Done()
	case Torn:
		whole := httptest.NewRecorder()
		next.ServeHTTP(whole, r)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(whole.Body.Bytes()[:whole.Body.Len()/2]) // the client is about to lose the rest
		panic(http.ErrAbortHandler)
	case Forget:
		next.ServeHTTP(w, r)
		f.mu.Lock()
		for i := range f.tasks {
			f.tasks[i].Status = "unknown"
		}
		f.mu.Unlock()
	case Late:
		timer := time.NewTimer(lateness)
		defer timer.Stop()
		select {
		case <-timer.C:
			next.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	case Drop:
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
func (f *Server) task(change func(r *http.Request) (code string)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		done := task{UID: int64(len(f.tasks)), Status: "succeeded"}
		code := "internal"
		if r.Context().Value(faultKey{}) != Fails {
			code = change(r)
		}
		if code != "" {
			done.Status, done.Error = "failed", map[string]string{"code": code}
		}
		f.tasks = append(f.tasks, done)
		answer(w, 202, map[string]any{"taskUid": done.UID, "status": "enqueued"})
	}
}

func (f *Server) getTask(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	uid, err := strconv.Atoi(r.PathValue("uid"))
	if err != nil || uid >= len(f.tasks) || f.tasks[uid].Status == "unknown" {
		answer(w, 404, map[string]string{"code": "task_not_found"})
		return
	}
	answer(w, 200, f.tasks[uid])
}

func (f *Server) getIndex(w http.ResponseWriter, r *http.Request) {
	f.withIndex(w, r, func(*Index) (int, any) { return 200, map[string]string{"uid": r.PathValue("uid")} })
}

func (f *Server) stats(w http.ResponseWriter, r *http.Request) {
	f.withIndex(w, r, func(x *Index) (int, any) { return 200, map[string]int{"numberOfDocuments": len(x.Docs)} })
}

func (f *Server) getDocument(w http.ResponseWriter, r *http.Request) {
	f.withIndex(w, r, func(x *Index) (int, any) {
		if d := x.Docs[r.PathValue("id")]; d != nil {
			return 200, d
		}
		return 404, map[string]string{"code": "document_not_found", "message": "not found"}
	})
}

func (f *Server) withIndex(w http.ResponseWriter, r *http.Request, get func(*Index) (int, any)) {
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

func (f *Server) createIndex(r *http.Request) string {
	var body struct{ UID string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return "bad_request"
	}
	if f.indexes[body.UID] != nil {
		return "index_already_exists"
	}
	f.indexes[body.UID] = &Index{Docs: map[string]map[string]json.RawMessage{}}
	return ""
}

func (f *Server) deleteIndex(r *http.Request) string {
	if f.indexes[r.PathValue("uid")] == nil {
		return "index_not_found"
	}
	delete(f.indexes, r.PathValue("uid"))
	return ""
}

func (f *Server) settings(r *http.Request) string {
	x := f.indexes[r.PathValue("uid")]
	if x == nil {
		return "index_not_found"
	}
	if err := json.NewDecoder(r.Body).Decode(&x.Settings); err != nil {
		return "bad_request"
	}
	return ""
}

// Poison is a word that no document with it survives; like a real server the whole task fails.
const Poison = "poison"

func (f *Server) addDocuments(r *http.Request) string {
	x := f.indexes[r.PathValue("uid")]
	var docs []map[string]json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&docs); err != nil || x == nil {
		return "malformed_payload"
	}
	for _, d := range docs {
		if strings.Contains(string(d["t_name"]), Poison) {
			return "invalid_document_fields"
		}
	}
	for _, d := range docs {
		var id string
		if json.Unmarshal(d["id"], &id) != nil {
			return "invalid_document_id"
		}
		x.Docs[id] = d
	}
	return ""
}

func (f *Server) deleteDocuments(r *http.Request) string {
	x := f.indexes[r.PathValue("uid")]
	var ids []string
	if err := json.NewDecoder(r.Body).Decode(&ids); err != nil || x == nil {
		return "bad_request"
	}
	for _, id := range ids {
		delete(x.Docs, id)
	}
	return ""
}

func (f *Server) swap(r *http.Request) string {
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

// fetch lists documents by offset, in the order of their ids.
func (f *Server) fetch(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Offset, Limit int
		Fields        []string
	}
	err := json.NewDecoder(r.Body).Decode(&body)
	f.withIndex(w, r, func(x *Index) (int, any) {
		if err != nil {
			return 400, map[string]string{"code": "bad_request"}
		}
		ids := slices.Sorted(maps.Keys(x.Docs))
		results := []any{}
		for _, id := range ids[min(body.Offset, len(ids)):min(body.Offset+body.Limit, len(ids))] {
			shown := map[string]json.RawMessage{}
			for _, field := range body.Fields {
				if raw := x.Docs[id][field]; raw != nil {
					shown[field] = raw
				}
			}
			results = append(results, shown)
		}
		return 200, map[string]any{"results": results, "offset": body.Offset, "limit": body.Limit, "total": len(ids)}
	})
}

func (f *Server) multiSearch(search Search) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body struct{ Queries []json.RawMessage }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			answer(w, 400, map[string]string{"code": "bad_request"})
			return
		}
		var results []any
		for _, q := range body.Queries {
			var to struct{ IndexUID string }
			err := json.Unmarshal(q, &to)
			x := f.Index(to.IndexUID)
			if x == nil {
				err = errors.Join(err, errors.New("no index "+to.IndexUID))
			}
			var res any
			if err == nil {
				res, err = search(r.Context(), x, q)
			}
			if err != nil {
				answer(w, 400, map[string]string{"code": "invalid_search_filter", "message": err.Error()})
				return
			}
			results = append(results, res)
		}
		answer(w, 200, map[string]any{"results": results})
	}
}

// Index copies an index, so that it stays as it is while others write; nil if there is none.
func (f *Server) Index(uid string) *Index {
	f.mu.Lock()
	defer f.mu.Unlock()
	x := f.indexes[uid]
	if x == nil {
		return nil
	}
	return &Index{Settings: maps.Clone(x.Settings), Docs: maps.Clone(x.Docs)} // a document is replaced, never changed
}

// Names are the indexes that there are, in order.
func (f *Server) Names() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Sorted(maps.Keys(f.indexes))
}
