package search

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
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
	t *testing.T

	mu      sync.Mutex
	indexes map[string]*fakeIndex // protected by mu
	tasks   []fakeTask            // protected by mu
	fault   func(r *http.Request) fault
	bodies  []string // of searches, protected by mu
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
	well  fault = iota
	busy        // 503 without doing anything
	hang        // no answer until the client gives up
	drop        // done, but the answer is lost
	fails       // accepted, and the task fails
)

func newFakeMeili(t *testing.T) *fakeMeili {
	f := &fakeMeili{t: t, indexes: map[string]*fakeIndex{}, fault: func(*http.Request) fault { return well }}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, map[string]string{"status": "available"}) })
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

type faultKey struct{}

func (f *fakeMeili) serve(next http.Handler, w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	what := f.fault(r)
	f.mu.Unlock()
	switch what {
	case busy:
		answer(w, 503, map[string]string{"code": "too_many_search_requests"})
	case hang:
		_, _ = io.Copy(io.Discard, r.Body) // only then does the server notice that the client left
		<-r.Context().Done()
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
	if err != nil || uid >= len(f.tasks) {
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

// fakeSearch is one query of a multi-search.
type fakeSearch struct {
	IndexUID, Q, Filter, MatchingStrategy string
	Sort, Facets, AttributesToHighlight   []string
	HighlightPreTag, HighlightPostTag     string
	Offset, Limit                         int
}

func (f *fakeMeili) multiSearch(w http.ResponseWriter, r *http.Request) {
	var body struct{ Queries []fakeSearch }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		answer(w, 400, map[string]string{"code": "bad_request"})
		return
	}
	var results []any
	for _, q := range body.Queries {
		res, err := f.search(r.Context(), q)
		if err != nil {
			answer(w, 400, map[string]string{"code": "invalid_search_filter", "message": err.Error()})
			return
		}
		results = append(results, res)
	}
	answer(w, 200, map[string]any{"results": results})
}

// search asks an embedded engine that holds the index's documents, with audience and except as plain facets, so that
// nothing but the filter that was sent hides anything.
func (f *fakeMeili) search(ctx context.Context, q fakeSearch) (any, error) {
	f.mu.Lock()
	x := f.indexes[q.IndexUID]
	f.mu.Unlock()
	if x == nil {
		return nil, fmt.Errorf("no index %s", q.IndexUID)
	}
	f.mu.Lock()
	s, docs := x.schema(), x.documents()
	f.mu.Unlock()
	e := openEmbeddedAt(f.t, f.t.TempDir())
	if err := e.Rebuild(ctx, s, sourceOf(docs), nil); err != nil {
		return nil, err
	}
	filter, err := parseMeiliFilter(q.Filter)
	if err != nil {
		return nil, err
	}
	query := Query{Index: s.Name, Text: q.Q, Viewer: []string{"all"}, Filter: filter, Offset: q.Offset, Limit: q.Limit}
	for _, f := range q.Facets {
		query.Facets = append(query.Facets, strings.TrimPrefix(f, prefixFacet))
	}
	for _, f := range q.AttributesToHighlight {
		query.Highlight = append(query.Highlight, strings.TrimPrefix(f, prefixText))
	}
	for _, rule := range q.Sort {
		query.Sort = append(query.Sort, parseSortRule(rule))
	}
	res, err := e.Search(ctx, query)
	if err != nil || res.Relaxed && q.MatchingStrategy != "last" {
		res = Results{}
	}
	return x.answer(q, res), err
}

// schema reads the settings back.
func (x *fakeIndex) schema() Schema {
	s := Schema{Name: "fake"}
	weight := 90
	for _, name := range x.list("searchableAttributes") {
		s.Text = append(s.Text, TextField{strings.TrimPrefix(name, prefixText), weight})
		weight -= 10
	}
	for _, name := range x.list("filterableAttributes") {
		switch {
		case name == "_geo":
			s.Geo = true
		case strings.HasPrefix(name, prefixNumber):
			s.Sorts = append(s.Sorts, strings.TrimPrefix(name, prefixNumber))
		default:
			s.Facets = append(s.Facets, strings.TrimPrefix(name, prefixFacet))
		}
	}
	var synonyms map[string][]string
	_ = json.Unmarshal(x.settings["synonyms"], &synonyms) // none were sent: no synonyms
	for _, name := range sortedKeys(synonyms) {
		s.Synonyms = append(s.Synonyms, append([]string{name}, synonyms[name]...))
	}
	return s
}

func (x *fakeIndex) list(setting string) (out []string) {
	_ = json.Unmarshal(x.settings[setting], &out) // absent: empty
	return out
}

func (x *fakeIndex) documents() []Document {
	var out []Document
	for _, id := range sortedKeys(x.docs) {
		d := Document{ID: id, Of: id, Audience: []string{"all"}, Text: map[string][]string{}, Facets: map[string][]string{}, Numbers: map[string]float64{}}
		for name, raw := range x.docs[id] {
			var values []string
			var number float64
			var place struct{ Lat, Lng float64 }
			switch {
			case name == fieldAudience || name == fieldExcept || strings.HasPrefix(name, prefixFacet):
				_ = json.Unmarshal(raw, &values)
				d.Facets[strings.TrimPrefix(name, prefixFacet)] = values
			case strings.HasPrefix(name, prefixText):
				_ = json.Unmarshal(raw, &values)
				d.Text[strings.TrimPrefix(name, prefixText)] = values
			case strings.HasPrefix(name, prefixNumber):
				_ = json.Unmarshal(raw, &number)
				d.Numbers[strings.TrimPrefix(name, prefixNumber)] = number
			case name == "_geo":
				_ = json.Unmarshal(raw, &place)
				d.Place = &Point{place.Lat, place.Lng}
			}
		}
		out = append(out, d)
	}
	return out
}

// answer writes results as Meilisearch does.
func (x *fakeIndex) answer(q fakeSearch, res Results) any {
	hits := []map[string]any{}
	for _, h := range res.Hits {
		doc := x.docs[h.ID]
		hit := map[string]any{"id": doc["id"], "of": doc["of"], "rev": doc["rev"]}
		formatted := map[string]any{}
		for _, field := range q.AttributesToHighlight {
			var values []string
			_ = json.Unmarshal(doc[field], &values)
			formatted[field] = markAll(q, strings.TrimPrefix(field, prefixText), values, h)
		}
		if len(formatted) > 0 {
			hit["_formatted"] = formatted
		}
		hits = append(hits, hit)
	}
	facets := map[string]map[string]int{}
	for name, counts := range res.Facets {
		facets[prefixFacet+name] = map[string]int{}
		for _, c := range counts {
			facets[prefixFacet+name][c.Value] = c.Count
		}
	}
	return map[string]any{"hits": hits, "estimatedTotalHits": res.Total, "facetDistribution": facets, "processingTimeMs": 1, "query": q.Q}
}

// markAll puts tags around what was found in the values of a field.
func markAll(q fakeSearch, field string, values []string, h Hit) []string {
	out := slices.Clone(values)
	for _, l := range h.Highlights {
		var plain, marked strings.Builder
		for _, f := range l.Fragments {
			plain.WriteString(f.Text)
			if f.Hit {
				marked.WriteString(q.HighlightPreTag + f.Text + q.HighlightPostTag)
			} else {
				marked.WriteString(f.Text)
			}
		}
		for i, v := range values {
			if l.Field == field && v == plain.String() {
				out[i] = marked.String()
			}
		}
	}
	return out
}

func parseSortRule(rule string) Sort {
	var p Point
	if n, _ := fmt.Sscanf(rule, "_geoPoint(%f, %f):asc", &p.Lat, &p.Lon); n == 2 {
		return Sort{Near: &p}
	}
	name, way, _ := strings.Cut(strings.TrimPrefix(rule, prefixNumber), ":")
	return Sort{Number: name, Descending: way == "desc"}
}
