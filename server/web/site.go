// Package web translates HTTP to the community's verbs, and their results to pages for people and JSON for programs, at
// the same addresses. routes.go is the whole table; there is one file per noun; this is the only room that knows fiber.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"longtable/realtime"
	"longtable/search"
	"longtable/server/auth"
	"longtable/server/community"
)

// Parts are what the site is made of; main.go puts them together.
type Parts struct {
	Network  *community.Network
	Door     *auth.Door
	Throttle *auth.Throttle
	Search   search.Engine
	Hub      *realtime.Hub
	Mailbox  Mailbox // letters to be read in the browser, in the demo only; nil elsewhere
	// Unfinished is the work after changes that keeps failing, for stewards.
	Unfinished Unfinished
	Mails      bool // letters are delivered: new people come in by a link
	// SetupCode is what the program prints at its start while there is no network, at least 80 random bits: whoever
	// founds the network from another computer shows by it that the program is theirs. Empty refuses them all.
	SetupCode string
	Progress  func() *Progress // of the work in the background after the start; nil when there is none
	Ready     func(context.Context) error
	Base      *url.URL // public base address
	Hosts     []string // further host names to answer to, such as the one listened on
	Log       *slog.Logger
}

// Progress is how far the work in the background is.
type Progress struct {
	Done, Of int
}

// Site answers requests. Make it with New; it is safe for use by many requests at once.
type Site struct {
	Parts
	log    *slog.Logger
	routes []Route
	app    *fiber.App
	gauges *gauges
}

// Limits of a request. The bodies of our forms are small: the longest is an application with ten answers.
const (
	bodyMax        = 256 << 10 // bytes
	headerMax      = 16 << 10  // bytes of all headers; a cookie and a cursor fit many times over
	readTimeout    = 15 * time.Second
	writeTimeout   = 30 * time.Second
	idleTimeout    = 75 * time.Second // a little more than the 60 s that proxies keep
	handlerTimeout = 10 * time.Second
)

// New checks the table of routes and builds the site. A route without a rule is an error.
func New(parts Parts) (*Site, error) {
	s := &Site{Parts: parts, log: parts.Log, routes: routes(), gauges: newGauges()}
	if err := errors.Join(check(s.routes), checkAssisted(s.routes)); err != nil {
		return nil, err
	}
	s.app = fiber.New(fiber.Config{
		Immutable: true, // without it strings kept from a request change under our hands
		BodyLimit: bodyMax, ReadBufferSize: headerMax,
		ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		DisablePreParseMultipartForm: true, // forms with files are read in upload.go, each part with a limit
		DisableStartupMessage:        true, ServerHeader: "", StrictRouting: true, CaseSensitive: true,
		ErrorHandler: s.handleStray,
	})
	realtime.Prepare(s.app.Server())
	s.app.Server().HeaderReceived = s.admitUploads
	s.app.Use(s.observe, s.guard)
	for _, r := range s.routes {
		s.mount(r)
	}
	s.app.Use(func(c *fiber.Ctx) error { return fiber.ErrNotFound })
	return s, nil
}

// mount adds a route and its JSON twin. What can be read can also be asked for by its head alone, as checkers of links do.
func (s *Site) mount(r Route) {
	path := fiberPath(r.Path)
	s.app.Add(r.Method, path, s.serve(r))
	if r.Method == fiber.MethodGet {
		s.app.Add(fiber.MethodHead, path, s.serve(r))
	}
	if r.As != "" {
		s.app.Add(r.As, fiberPath(r.programPath()), s.serve(r))
	}
}

// fiberPath writes /events/{id} as fiber wants it.
func fiberPath(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}

// serve runs a route: who asks, may they, what do they send, what is the answer.
func (s *Site) serve(r Route) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx, cancel := context.WithTimeout(c.UserContext(), handlerTimeout)
		defer cancel()
		c.SetUserContext(ctx)
		q := &Request{Site: s, route: r, c: c}
		if err := q.identify(); err != nil {
			return q.refuse(err)
		}
		if err := r.Rule.admit(q.Viewer); err != nil {
			return q.refuse(err)
		}
		if err := q.readForm(); err != nil {
			return q.refuse(err)
		}
		answer, err := q.inName(r)
		if err != nil {
			return q.refuse(err)
		}
		return q.send(answer)
	}
}

// readForm keeps what was typed, so that a refused form can show it again.
func (q *Request) readForm() error {
	if q.route.Files && isMultipart(q.c.Get(fiber.HeaderContentType)) {
		return q.readParts()
	}
	if q.route.Method == "GET" || !strings.HasPrefix(q.c.Get(fiber.HeaderContentType), fiber.MIMEApplicationForm) {
		return nil
	}
	typed, err := url.ParseQuery(string(q.c.Request().Body()))
	if err != nil {
		return notReadable(err)
	}
	q.typed = typed
	return nil
}

// handleStray answers what no route answered: an unknown address, a body that is too large.
func (s *Site) handleStray(c *fiber.Ctx, err error) error {
	q := &Request{Site: s, c: c, route: Route{Method: c.Method(), Path: "(none)"}}
	if identifyErr := q.identify(); identifyErr != nil {
		err = errors.Join(err, identifyErr)
	}
	return q.refuse(err)
}

// Serve answers on the listener until Shutdown.
func (s *Site) Serve(l net.Listener) error { return s.app.Listener(l) }

// Shutdown stops accepting, waits for the requests under way, and gives up when ctx ends. Sockets are the hub's.
func (s *Site) Shutdown(ctx context.Context) error { return s.app.ShutdownWithContext(ctx) }
