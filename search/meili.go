package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/meilisearch/meilisearch-go"
)

// Deadlines of calls to Meilisearch.
const (
	SearchDeadline = 400 * time.Millisecond // of one search; who waits longer would rather see the embedded engine's answer
	callDeadline   = 30 * time.Second       // of any one HTTP call, uploads of a batch included
	taskDeadline   = 2 * time.Minute        // of following one task; a full queue takes longer and counts as unavailable
	taskInterval   = 50 * time.Millisecond  // between two looks at a task
	// idleConnection is short because net/http does not repeat a POST on a connection that the server has just closed.
	idleConnection = 3 * time.Second
)

// Meili is the engine on a Meilisearch server. The client library serves as transport alone: its
// retries send an empty body and report a success as an error (v0.36.3), so they are off and callers repeat.
//
// One process may rebuild an index at a time: what another process applies meanwhile is
// missing in the new index until it is applied again.
type Meili struct {
	url, key, prefix string
	http             *http.Client
	client           meilisearch.ServiceManager
	life             *life
	// patience bounds one search; tests end it themselves.
	patience func(context.Context) (context.Context, context.CancelFunc)

	mu      sync.RWMutex
	remotes map[string]*remote // by index name; protected by mu
}

var _ Engine = (*Meili)(nil)

// remote is one index on the server under a schema. It never changes; Ensure puts a new one in its place.
type remote struct {
	schema Schema
	*line
}

// line is where the writers of one index queue.
type line struct {
	uid        string
	rebuilding gate     // held by the rebuild that runs
	writing    gate     // held by whoever enqueues tasks, until they have ended
	changes    *changes // while a rebuild runs; owned by the holder of writing
}

var prefixShape = regexp.MustCompile(`^[A-Za-z0-9_]{0,40}$`)

// OpenMeili prepares the engine without calling the server, which may be down for now. The key needs
// the rights to search and to manage the indexes, documents, settings and tasks under the prefix,
// which keeps several networks on one server apart (letters, digits and _, at most 40).
func OpenMeili(address, key, prefix string) (*Meili, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("search: address of Meilisearch must look like http://host:7700")
	}
	if !prefixShape.MatchString(prefix) {
		return nil, fmt.Errorf("search: prefix of indexes may have letters, digits and _ alone, not %q", prefix)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.IdleConnTimeout = idleConnection
	client := &http.Client{Transport: transport, Timeout: callDeadline}
	address = strings.TrimRight(address, "/")
	return &Meili{
		url: address, key: key, prefix: prefix, http: client,
		client: meilisearch.New(address, meilisearch.WithAPIKey(key), meilisearch.WithCustomClient(client), meilisearch.DisableRetries()),
		life:   newLife(), patience: untilSearchDeadline, remotes: map[string]*remote{},
	}, nil
}

func untilSearchDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, SearchDeadline)
}

// remote returns an index that Ensure has seen.
func (m *Meili) remote(name string) (*remote, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if r := m.remotes[name]; r != nil {
		return r, nil
	}
	return nil, badQuery("unknown index %q", name)
}

// Health implements Engine.
func (m *Meili) Health(ctx context.Context) error {
	ctx, leave, err := m.life.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	_, err = m.client.HealthWithContext(ctx)
	return m.failure(ctx, "health", err)
}

// Admits tells why the server would not let the key manage indexes; nil if it does. Health needs no key.
func (m *Meili) Admits(ctx context.Context) error {
	ctx, leave, err := m.life.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	_, err = m.client.ListIndexesWithContext(ctx, &meilisearch.IndexesQuery{Limit: 1})
	return m.failure(ctx, "list indexes", err)
}

// Count implements Engine.
func (m *Meili) Count(ctx context.Context, index string) (int, error) {
	ctx, leave, err := m.life.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	r, err := m.remote(index)
	if err != nil {
		return 0, err
	}
	stats, err := m.client.Index(r.uid).GetStatsWithContext(ctx, nil)
	if err != nil {
		return 0, m.failure(ctx, "count", err)
	}
	filled, err := m.isFilled(ctx, r.uid)
	n := int(stats.NumberOfDocuments)
	if filled {
		n-- // the marker
	}
	return n, err
}

// Close implements Engine.
func (m *Meili) Close() error {
	if m.life.end() {
		m.http.CloseIdleConnections()
	}
	return nil
}

// failure turns an error of the client library into one of ours. The library's text may quote whole
// answers, members' words among them, so only codes and causes are kept.
func (m *Meili) failure(ctx context.Context, doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case m.life.ctx.Err() != nil:
		return context.Cause(m.life.ctx)
	}
	var e *meilisearch.Error
	if !errors.As(err, &e) {
		return unavailable(doing, err)
	}
	cause := e.OriginError // the library does not unwrap it
	if cause == nil {
		cause = &statusError{status: e.StatusCode, code: e.MeilisearchApiError.Code}
	}
	return unavailable(doing, cause)
}

// statusError is an answer of the server that says no.
type statusError struct {
	status int    // of HTTP; 0 for a task that failed
	code   string // of Meilisearch, such as index_not_found
}

func (e *statusError) Error() string {
	return fmt.Sprintf("Meilisearch answered %d %s", e.status, e.code)
}

// hasCode tells whether the server gave one of the codes as its reason.
func hasCode(err error, codes ...string) bool {
	var e *statusError
	if !errors.As(err, &e) {
		return false
	}
	return slices.Contains(codes, e.code)
}

// settle follows a task to its end: nil once it has succeeded. An accepted task is no success yet.
func (m *Meili) settle(ctx context.Context, doing string, task *meilisearch.TaskInfo, err error) error {
	if err != nil {
		return m.failure(ctx, doing, err)
	}
	ctx, cancel := context.WithTimeout(ctx, taskDeadline)
	defer cancel()
	end, err := m.client.WaitForTaskWithContext(ctx, task.TaskUID, taskInterval)
	if err != nil {
		return m.failure(ctx, doing, err)
	}
	if end.Status != meilisearch.TaskStatusSucceeded { // the library reports a failed task without an error
		return unavailable(doing, &statusError{code: end.Error.Code})
	}
	return nil
}

// maxAnswer bounds what is read of an answer that is read by hand: a task is a few hundred bytes.
const maxAnswer = 1 << 20

// patch sends JSON of our own making, where the library's structs cannot say what is meant.
func (m *Meili) patch(ctx context.Context, path string, body []byte) (raw []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPatch, m.url+path, strings.NewReader(string(body)))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if m.key != "" {
		req.Header.Set("Authorization", "Bearer "+m.key)
	}
	res, err := m.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	if raw, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer)); err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusAccepted {
		refusal := struct{ Code string }{}
		_ = json.Unmarshal(raw, &refusal) // a proxy may answer in HTML; then the status has to do
		return nil, &statusError{status: res.StatusCode, code: refusal.Code}
	}
	return raw, nil
}
