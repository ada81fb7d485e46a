package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"longtable/server/community"
	"longtable/server/demo"
	"longtable/server/web"
)

// progress counts the work of the start that goes on while pages already answer.
type progress struct {
	done, of atomic.Int64
	ended    atomic.Bool
}

func (p *progress) web() *web.Progress {
	if p.ended.Load() {
		return nil
	}
	return &web.Progress{Done: int(p.done.Load()), Of: int(max(p.done.Load(), p.of.Load()))}
}

// preparation is that work: filling a demo, reading everybody for the matches, building the index.
type preparation struct {
	failed chan error // an error that ends the program
	stop   func()     // ends it and waits
}

// prepare does what must be there before people come, and starts the rest.
func (h *house) prepare(ctx context.Context) *preparation {
	ctx, cancel := context.WithCancel(ctx)
	p := &preparation{failed: make(chan error, 1)}
	var worker sync.WaitGroup
	worker.Go(func() {
		if err := h.prepareAll(ctx); err != nil && ctx.Err() == nil {
			p.failed <- err
		} else if err == nil && h.demo {
			h.jobs.PublishFigures(ctx) // at once, for a first look
		}
	})
	p.stop = func() {
		cancel()
		worker.Wait()
	}
	return p
}

func (h *house) prepareAll(ctx context.Context) error {
	defer h.progress.ended.Store(true)
	fill := func(context.Context) error { return nil }
	if h.demo {
		var err error
		if fill, err = h.beginDemo(ctx); err != nil {
			return err
		}
	} else {
		h.greet()
	}
	if err := fill(ctx); err != nil {
		return fmt.Errorf("fill the demo network: %w", err)
	}
	if err := h.network.LoadMatches(ctx); err != nil {
		return fmt.Errorf("read members for matching: %w", err)
	}
	if err := h.buildIndex(ctx); err != nil {
		return err
	}
	h.catchUpOnce(ctx)
	return nil
}

// greet says where the network is.
func (h *house) greet() {
	fmt.Fprintf(h.out, "Longtable answers at %s\n", h.base)
	if h.setup != "" {
		fmt.Fprintf(h.out, "Open it to found the network. From another machine you are asked for this code: %s\n", h.setup)
	}
	if h.office == nil {
		fmt.Fprintln(h.out, "No letters are sent: people sign up with a password and come straight in. Set --smtp-url to send letters.")
	}
}

// beginDemo brings the demo's first part, says how to come in, and returns the filling of the rest.
func (h *house) beginDemo(ctx context.Context) (rest func(context.Context) error, err error) {
	g := demo.New(demo.Options{Members: h.config.Members, Seed: demoSeed, Now: time.Now()})
	if err := g.FillFirst(ctx, h.network.Stores); err != nil {
		return nil, fmt.Errorf("begin the demo network: %w", err)
	}
	if err := h.network.LoadSkills(ctx); err != nil {
		return nil, err
	}
	if err := h.network.LoadMatches(ctx); err != nil {
		return nil, err
	}
	if err := h.openDemoDoors(ctx); err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		bar := h.bar("filling the demo network")
		err := g.FillRest(ctx, h.network.Stores, bar.to)
		bar.end()
		if err != nil {
			return err
		}
		return g.Declare(ctx, h.network)
	}, nil
}

// demoSeed makes the demo the same on every machine.
const demoSeed = 1

// buildIndex builds whatever index has nothing to rely on.
func (h *house) buildIndex(ctx context.Context) error {
	fresh, err := h.jobs.Prepare(ctx)
	if err != nil {
		return err
	}
	for _, index := range fresh {
		bar, of := h.bar("building the index of "+string(index)), 0
		if index == community.IndexPeople {
			of = h.network.Matches.Len() // about: some have more than one document
		}
		err := h.jobs.Rebuild(ctx, index, func(done int) { bar.to(done, of) })
		bar.end()
		if err != nil {
			return fmt.Errorf("build index %s: %w", index, err)
		}
	}
	return nil
}

// bar shows one piece of work in the terminal and on the pages.
type bar struct {
	out   io.Writer
	what  string
	state *progress
	last  int
}

func (h *house) bar(what string) *bar {
	h.progress.done.Store(0)
	return &bar{out: h.out, what: what, state: &h.progress}
}

// barStep is after how many items a line is written; a line for each would hide everything else.
const barStep = 2000

func (b *bar) to(done, of int) {
	b.state.done.Store(int64(done))
	b.state.of.Store(int64(of))
	if done/barStep == b.last/barStep {
		return
	}
	b.last = done
	if of > 0 {
		fmt.Fprintf(b.out, "  %s: %d of %d\n", b.what, done, of)
	} else {
		fmt.Fprintf(b.out, "  %s: %d\n", b.what, done)
	}
}

// end says so when there was something to do; an empty network has nothing to tell.
func (b *bar) end() {
	if b.state.done.Load() > 0 {
		fmt.Fprintf(b.out, "  %s: done\n", b.what)
	}
}

// openDemoDoors makes the accounts of the demo's people and prints their links.
func (h *house) openDemoDoors(ctx context.Context) error {
	fmt.Fprintf(h.out, "The demo network answers at %s\nCome in as (the links work as often as you like):\n", h.base)
	for _, p := range demo.Personas {
		if err := h.enrol(ctx, p); err != nil {
			return err
		}
		link, err := h.door.DemoLink(ctx, p.ID)
		if err != nil {
			return err
		}
		fmt.Fprintf(h.out, "  %-28s %s\n", p.Name+", "+p.Role, h.base.JoinPath("/sign-in-link/"+link.Reveal()))
	}
	fmt.Fprintf(h.out, "Letters are read at %s\n", h.base.JoinPath("/mailbox"))
	return nil
}

func (h *house) enrol(ctx context.Context, p demo.Persona) error {
	_, err := h.door.Enrol(ctx, enrolmentOf(p))
	if err != nil && community.KindOf(err) != community.KindConflict {
		return err
	}
	return nil
}
