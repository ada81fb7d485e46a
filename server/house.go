package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"longtable/realtime"
	"longtable/search"
	"longtable/server/auth"
	"longtable/server/community"
	"longtable/server/jobs"
	"longtable/server/mail"
	"longtable/server/store"
	"longtable/server/web"
)

// house is every room, built once and connected. Its fields stand in the order of building; they are taken down in
// the opposite order.
type house struct {
	config   Config
	demo     bool
	log      *slog.Logger
	out      io.Writer
	listener net.Listener
	base     *url.URL
	db       *store.DB
	network  *community.Network
	throttle *auth.Throttle
	door     *auth.Door
	search   search.Engine
	office   *mail.Office // nil when no letters are sent
	mailbox  *mail.Mailbox
	bus      *realtime.NATS // nil when this process is the only one
	hub      *realtime.Hub
	jobs     *jobs.Jobs
	relay    *store.Relay
	site     *web.Site
	progress progress
	setup    string // one-time code of the first run; empty once the network is founded
}

// build makes the rooms from the ground up. When one can't be made, those before it are closed again.
func build(ctx context.Context, config Config, demo bool, log *slog.Logger, out io.Writer) (*house, error) {
	if demo {
		config.Data = filepath.Join(config.Data, "demo")
	}
	h := &house{config: config, demo: demo, log: log, out: out}
	steps := []func(context.Context) error{h.listen, h.openStore, h.openSearch, h.openOffice, h.openDoor, h.openBus, h.openHub, h.employ, h.openSite}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, h.close())
		}
	}
	return h, nil
}

func (h *house) listen(context.Context) error {
	l, err := realtime.Listen(h.config.Addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("another program listens on %s already; stop it, or choose another with --addr 127.0.0.1:0", h.config.Addr)
	case err != nil:
		return fmt.Errorf("can't listen on %s: %w; try --addr 127.0.0.1:8080", h.config.Addr, err)
	}
	h.listener = l
	if h.base = h.config.URL; h.base == nil {
		h.base = &url.URL{Scheme: "http", Host: l.Addr().String()}
	}
	return nil
}

func (h *house) openStore(ctx context.Context) error {
	if err := os.MkdirAll(h.config.Data, 0o700); err != nil {
		return fmt.Errorf("can't write into %s (%w); choose another folder with --data", h.config.Data, err)
	}
	engine, err := openEngine(ctx, h.config)
	if err != nil {
		return err
	}
	h.db = store.NewDB(engine)
	if err := h.db.Migrate(ctx, func(name string, done int64) {
		fmt.Fprintf(h.out, "  bringing documents up to date: %s, %d\n", name, done)
	}); err != nil {
		return err
	}
	stores, err := store.Community(ctx, h.db)
	if err != nil {
		return err
	}
	if h.network, err = community.New(stores, time.Now); err != nil {
		return err
	}
	says, err := openSeals(ctx, h.config, h.network)
	if err != nil {
		return err
	}
	if says != "" {
		fmt.Fprintln(h.out, says)
	}
	return h.network.LoadSkills(ctx)
}

// searchFolder is where the embedded index lives, inside the data folder. It can be built anew from the store.
const searchFolder = "search"

// meiliPrefix begins the names of our indexes, so that a server can hold others too, and a key be for ours alone.
const meiliPrefix = "longtable_"

// openSearch opens the embedded engine, and puts Meilisearch before it where there is one. Meilisearch may be down.
func (h *house) openSearch(ctx context.Context) error {
	embedded, err := search.OpenEmbedded(filepath.Join(h.config.Data, searchFolder))
	if err != nil {
		return fmt.Errorf("can't open the search index: %w; it can be deleted, and is built anew", err)
	}
	h.search = embedded
	if h.config.MeiliURL == "" {
		return nil
	}
	meili, err := search.OpenMeili(h.config.MeiliURL, h.config.MeiliKey, meiliPrefix)
	if err != nil {
		return err
	}
	h.search = search.NewFallback(meili, embedded)
	if err := meili.Health(ctx); err != nil {
		fmt.Fprintln(h.out, "Meilisearch does not answer; the embedded engine searches until it does. Check --meili-url and --meili-key.")
	}
	return nil
}

func (h *house) openOffice(context.Context) error {
	var carrier mail.Carrier
	switch {
	case h.demo:
		h.mailbox = &mail.Mailbox{}
		carrier = h.mailbox
	case h.config.SMTP != nil:
		smtp, err := mail.NewSMTP(h.config.SMTP)
		if err != nil {
			return err
		}
		carrier = smtp
	default:
		return nil
	}
	h.office = mail.NewOffice(carrier, h.base, h.networkName, time.Now, h.log)
	return nil
}

func (h *house) networkName(ctx context.Context) string {
	charter, err := h.network.Charter(ctx)
	if err != nil {
		return "Longtable"
	}
	return charter.Name
}

func (h *house) openDoor(ctx context.Context) error {
	kept, err := store.Auth(ctx, h.db)
	if err != nil {
		return err
	}
	passwords, err := auth.NewPasswords(auth.StandardCost)
	if err != nil {
		return err
	}
	h.throttle = auth.NewThrottle(time.Now, auth.Rates())
	h.door, err = auth.NewDoor(auth.House{
		Accounts: kept.Accounts, Sessions: kept.Sessions, Links: kept.Links, Tokens: kept.Tokens, Cards: kept.Cards,
		Passwords: passwords, Throttle: h.throttle, Letters: doorLetters{h.office}, Clock: time.Now, Demo: h.demo,
		Ended:     func(_ context.Context, s *auth.Session) { h.hub.EndSession(string(s.ID)) },
		Withdrawn: func(_ context.Context, t *auth.Token) { h.hub.EndSession(t.Session()) },
	})
	return err
}

// openBus connects to the other processes of the network, where there are any. The server may be down.
func (h *house) openBus(context.Context) (err error) {
	if h.config.NATS == "" {
		return nil
	}
	if h.bus, err = realtime.OpenNATS(h.config.NATS, h.log); err != nil {
		return err
	}
	if !h.bus.Connected() {
		fmt.Fprintln(h.out, "The NATS server does not answer; what other processes change shows a second later until it does. Check --nats-url.")
	}
	return nil
}

// openHub connects the sockets to the conversations.
func (h *house) openHub(context.Context) (err error) {
	live := liveTalk{h.network}
	config := realtime.Config{
		Log: live, Authorize: live.authorize, Send: live.send, Read: h.readLive, Explain: explain,
		Session: func(ctx context.Context, person, session string) error { return h.sessionLives(ctx, person, session) },
		Epoch:   h.epoch, Origins: []string{h.base.Scheme + "://" + h.base.Host}, Logger: h.log,
		Goroutines: h.config.Sockets == "goroutine",
	}
	if h.bus != nil {
		config.Bus = h.bus
	}
	h.hub, err = realtime.New(config)
	return err
}

// readLive notes how far somebody has read, and lets their other pages count anew where that changes anything.
func (h *house) readLive(ctx context.Context, person, conversation string, seq int64) error {
	v, err := h.network.Viewer(ctx, community.MemberID(person))
	if err != nil {
		return err
	}
	before, err := h.network.Conversation(ctx, v, community.ConversationID(conversation))
	if err != nil {
		return err
	}
	if err := h.network.MarkRead(ctx, v, before.Conversation.ID, seq); err != nil || before.Seat.Unread() == 0 {
		return err
	}
	h.hub.Nudge(jobs.PersonTopic(v.ID), 0)
	return nil
}

// epoch is that of the charter, as the pages carry it; empty before the first run, when nobody is signed in.
func (h *house) epoch() string {
	ctx, cancel := context.WithTimeout(context.Background(), epochTimeout)
	defer cancel()
	charter, err := h.network.Charter(ctx)
	if err != nil {
		return ""
	}
	return charter.Epoch
}

// epochTimeout bounds the one read; a page that is told no epoch is loaded again, which does no harm.
const epochTimeout = 5 * time.Second

func (h *house) employ(ctx context.Context) (err error) {
	tools := jobs.Tools{Network: h.network, Search: h.search, Hub: h.hub, Door: wayOut{h.door, h.mailbox}, Files: storeFiles{h}, Log: h.log}
	if h.office != nil {
		tools.Post = noticePost{h.office, h.door}
	}
	h.jobs = jobs.New(tools)
	h.relay, err = store.NewRelay(ctx, h.db, h.log, h.jobs.React)
	return err
}

func (h *house) openSite(ctx context.Context) (err error) {
	if founded, err := h.network.Founded(ctx); (err != nil || !founded) && !h.demo {
		h.setup = community.NewID[string]()
	}
	h.site, err = web.New(web.Parts{
		Network: h.network, Door: h.door, Throttle: h.throttle, Search: h.search, Hub: h.hub, Mailbox: h.letters(), Unfinished: unfinished{h.relay}, Mails: h.office != nil,
		SetupCode: h.setup, Progress: h.progress.web, Ready: h.ready, Base: h.base, Hosts: h.hosts(), Log: h.log,
	})
	return err
}

// run serves until ctx ends, then closes from the street inwards: no new requests, sockets told to come back, changes
// told, letters sent, stores closed.
func (h *house) run(ctx context.Context) error {
	workers, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var staff sync.WaitGroup
	staff.Go(func() { h.relay.Run(workers) })
	staff.Go(func() { h.clean(workers) })
	staff.Go(func() { h.catchUp(workers) })
	staff.Go(func() { h.reconcile(workers) })
	staff.Go(func() { h.jobs.RunScrubs(workers) })
	staff.Go(func() { h.jobs.RunTurns(workers) })
	staff.Go(func() { h.publishFigures(workers) })
	staff.Go(func() { h.jobs.RunPools(workers) })
	staff.Go(func() { h.jobs.RunDigests(workers) })
	staff.Go(func() { h.jobs.RunMornings(workers) })
	staff.Go(func() { h.jobs.RunProgrammes(workers) })
	staff.Go(func() { h.takeUpImports(workers) })
	staff.Go(func() { h.learn(workers) })
	staff.Go(func() { h.takeOrders(workers) })
	if h.office != nil {
		staff.Go(func() { h.office.Run(workers) })
	}
	served := make(chan error, 1)
	go func() { served <- h.site.Serve(h.listener) }()
	prepared := h.prepare(ctx)
	var err error
	select {
	case err = <-served:
	case err = <-prepared.failed:
	case <-ctx.Done():
	}
	return errors.Join(err, h.drain(stop, &staff, prepared), h.close())
}

// drainTimeout is how long a stop may take before the process ends anyway; what is not told yet keeps its mark.
const drainTimeout = 20 * time.Second

func (h *house) drain(stop func(), staff *sync.WaitGroup, prepared *preparation) error {
	ctx, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	prepared.stop()
	err := errors.Join(h.site.Shutdown(ctx), h.hub.Shutdown(ctx))
	if settleErr := h.relay.Settle(ctx); settleErr != nil {
		h.log.Warn("some changes are told at the next start", "error", settleErr)
	}
	stop()
	staff.Wait()
	return err
}

// close gives back what build has opened.
func (h *house) close() error {
	var errs []error
	if h.bus != nil {
		h.bus.Close()
	}
	if h.search != nil {
		errs = append(errs, h.search.Close())
	}
	if h.db != nil {
		errs = append(errs, h.db.Close())
	}
	if h.listener != nil {
		if err := h.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

const (
	cleanEvery   = time.Hour        // for expired sessions and links, which nobody can use in between
	catchUpEvery = 15 * time.Second // for a Meilisearch that was down: how long it stays unused once it is back
)

func (h *house) clean(ctx context.Context) {
	jobs.Every(ctx, cleanEvery, func() {
		if _, err := h.door.Sweep(ctx); err != nil {
			h.log.Error("expired sessions not cleaned", "error", err)
		}
		if err := h.network.WipeEarlier(ctx); err != nil {
			h.log.Error("earlier words of messages not wiped", "error", err)
		}
		if err := h.network.SweepFiles(ctx); err != nil {
			h.log.Error("files without a message not swept", "error", err)
		}
	})
}

// publishFigures looks each minute whether a month began. A demo that is still filling would be counted half.
func (h *house) publishFigures(ctx context.Context) {
	jobs.Every(ctx, time.Minute, func() {
		if h.progress.ended.Load() {
			h.jobs.PublishFigures(ctx)
		}
	})
}

func (h *house) catchUp(ctx context.Context) {
	jobs.Every(ctx, catchUpEvery, func() {
		if h.progress.ended.Load() { // the start does so itself
			h.catchUpOnce(ctx)
		}
	})
}

// catchUpOnce brings a Meilisearch up to date, where there is one.
func (h *house) catchUpOnce(ctx context.Context) {
	if two, ok := h.search.(*search.Fallback); ok {
		if err := h.jobs.CatchUp(ctx, two); err != nil && ctx.Err() == nil {
			h.log.Error("the preferred search engine was not brought up to date", "error", err)
		}
	}
}

const (
	reconcileAt     = 3                // o'clock UTC: the index is compared with the store while few people search
	reconcileShared = 10 * time.Minute // where several programs share a store: how long an edit told to one is not found by another
)

// reconcile compares the index with the store every night, and often where other programs change the store.
func (h *house) reconcile(ctx context.Context) {
	pause, wanted := time.Hour, func() bool { return time.Now().UTC().Hour() == reconcileAt }
	if h.bus != nil {
		pause, wanted = reconcileShared, func() bool { return true }
	}
	jobs.Every(ctx, pause, func() {
		if wanted() && h.progress.ended.Load() {
			h.compareIndexes(ctx)
		}
	})
}

func (h *house) compareIndexes(ctx context.Context) {
	for _, index := range community.Indexes {
		mended, err := h.jobs.Reconcile(ctx, index)
		switch {
		case err != nil && ctx.Err() == nil:
			h.log.Error("the index was not compared with the store", "index", index, "error", err)
		case mended > 0:
			h.log.Warn("the index differed from the store and was mended", "index", index, "things", mended)
		}
	}
}

// hosts are the names under which the program answers besides its public one: for a loopback address all its names.
func (h *house) hosts() []string {
	host, port, err := net.SplitHostPort(h.listener.Addr().String())
	if err != nil {
		return nil
	}
	names := []string{net.JoinHostPort(host, port)}
	if ip := net.ParseIP(host); ip.IsLoopback() || ip.IsUnspecified() {
		names = append(names, "localhost:"+port, "127.0.0.1:"+port, "[::1]:"+port)
	}
	return names
}

// ready tells whether the store answers. A search engine that is down does not make the program unready: the embedded
// one answers.
func (h *house) ready(ctx context.Context) error {
	if _, err := h.network.Charter(ctx); err != nil && community.KindOf(err) != community.KindNotFound {
		return err
	}
	return nil
}
