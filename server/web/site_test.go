package web

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"longtable/realtime"
	"longtable/search"
	"longtable/server/auth"
	"longtable/server/community"
	"longtable/server/community/communitytest"
	"longtable/server/jobs"
	"longtable/server/store"
)

// room is the whole site over a laid table, answering on a real socket.
type room struct {
	*communitytest.Table
	t      *testing.T
	base   string
	door   *auth.Door
	log    *logbook
	engine search.Engine
	hub    *realtime.Hub
	work   *backlog
}

func openRoom(t *testing.T) *room {
	return openRoomSearching(t, func(e search.Engine) search.Engine { return e })
}

// openRoomSearching puts something of the test's choice before the search engine.
func openRoomSearching(t *testing.T, through func(search.Engine) search.Engine) *room {
	t.Helper()
	table := communitytest.New(t)
	kept, err := store.Auth(t.Context(), table.DB)
	must(t, err)
	throttle := auth.NewThrottle(table.Clock.Now, auth.Rates())
	passwords, err := auth.NewPasswords(auth.Cost{MemoryKiB: 8, Passes: 1, Lanes: 1})
	must(t, err)
	door, err := auth.NewDoor(auth.House{Accounts: kept.Accounts, Sessions: kept.Sessions, Links: kept.Links, Tokens: kept.Tokens, Cards: kept.Cards,
		Passwords: passwords, Throttle: throttle, Letters: noLetters{}, Clock: table.Clock.Now})
	must(t, err)
	engine, err := search.OpenEmbedded(t.TempDir())
	must(t, err)
	t.Cleanup(func() { must(t, engine.Close()) })
	for _, schema := range jobs.Schemas() {
		_, err := engine.Ensure(t.Context(), schema)
		must(t, err)
	}
	hub, err := realtime.New(realtime.Config{Log: noLog{}, Epoch: func() string { return "test" },
		Authorize: func(context.Context, string, string) error { return nil },
		Send: func(context.Context, string, string, string, string) (realtime.Event, error) {
			return realtime.Event{}, nil
		},
		Read: func(context.Context, string, string, int64) error { return nil }})
	must(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	r := &room{Table: table, t: t, base: "http://" + l.Addr().String(), door: door, log: &logbook{}, engine: engine, hub: hub, work: &backlog{}}
	site, err := New(Parts{Network: table.Network, Door: door, Throttle: throttle, Search: through(engine), Hub: hub, Mails: true, Unfinished: r.work,
		Ready: func(context.Context) error { return nil }, Base: &url.URL{Scheme: "http", Host: l.Addr().String()},
		Log: slog.New(slog.NewTextHandler(r.log, nil))})
	must(t, err)
	served := make(chan error, 1)
	go func() { served <- site.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		must(t, hub.Shutdown(ctx))
		must(t, site.Shutdown(ctx))
		must(t, <-served)
	})
	return r
}

// logbook keeps what the site logs; it is written while a test reads it.
type logbook struct {
	mu   sync.Mutex
	text bytes.Buffer // guarded by mu
}

func (l *logbook) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

type noLetters struct{}

func (noLetters) Send(context.Context, auth.Letter) error { return nil }

type noLog struct{}

func (noLog) Page(context.Context, string, int64, int) ([]realtime.Event, error) { return nil, nil }
func (noLog) Heads(context.Context, string) ([]realtime.Head, error)             { return nil, nil }

// signIn opens a session for somebody; nobody gets none.
func (r *room) signIn(v community.Viewer) string {
	r.t.Helper()
	if !v.Known() {
		return ""
	}
	_, err := r.door.Enrol(r.t.Context(), auth.Enrolment{Member: v.ID, Email: string(v.ID) + "@example.org", Lang: "en"})
	if community.KindOf(err) != community.KindConflict {
		must(r.t, err)
	}
	entry, err := r.door.Admit(r.t.Context(), v.ID, auth.Visitor{Address: "127.0.0.1"})
	must(r.t, err)
	return entry.Token.Reveal()
}

// call is one request of a program.
type call struct {
	method, path string
	session      string
	body         any
	header       map[string]string
}

type reply struct {
	status int
	header http.Header
	body   []byte
}

// do sends a request as a program does, unless its header says otherwise.
func (r *room) do(c call) reply {
	r.t.Helper()
	var body io.Reader
	contentType := ""
	switch b := c.body.(type) {
	case nil:
	case url.Values:
		body, contentType = strings.NewReader(b.Encode()), "application/x-www-form-urlencoded"
	case string:
		body, contentType = strings.NewReader(b), "application/json"
	default:
		text, err := json.Marshal(b)
		must(r.t, err)
		body, contentType = bytes.NewReader(text), "application/json"
	}
	req, err := http.NewRequestWithContext(r.t.Context(), c.method, r.base+c.path, body)
	must(r.t, err)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Origin", r.base)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if c.session != "" {
		req.AddCookie(&http.Cookie{Name: "session", Value: c.session})
	}
	for name, value := range c.header {
		if value == "" {
			req.Header.Del(name)
		} else {
			req.Header.Set(name, value)
		}
	}
	answer, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
	must(r.t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	must(r.t, err)
	return reply{answer.StatusCode, answer.Header, text}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
