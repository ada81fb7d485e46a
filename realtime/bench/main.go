// Command bench compares the realtime room with centrifuge on this machine, in one run: memory of an idle connection,
// bursts, one message, stalled clients, a mass resume. It is a module of its own, so that the program doesn't depend on what it
// is compared with. Run it with: go run . (in this folder; --rounds 1 --connections 2000 for a short look; --only resume for one part)
//
// Every round starts each server as a process of its own, one after the other, and drives it from this one by raw sockets on
// one epoll loop, the same for all. Ratios are taken inside a round; the median of the rounds is held against the bar.
package main

import (
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
)

// accepts is told to every server.
var accepts string

func main() {
	kind := flag.String("serve", "", "be a server of this kind instead, driven by standard input")
	rooms := flag.Int("rooms", 1, "with --serve: conversations that the connections are spread over")
	flag.StringVar(&accepts, "accept", "own", "by which listener: each side by its own, or both by net or by ours")
	rounds := flag.Int("rounds", 3, "rounds; the median counts")
	connections := flag.Int("connections", 10_000, "connections of a round; the process needs as many descriptors")
	only := flag.String("only", "", "measure one part alone: one-room, rooms, stalled or resume")
	flag.Parse()
	var err error
	if *kind != "" {
		err = serve(*kind, *rooms, accepts)
	} else {
		err = compare(*rounds, *connections, *only)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// bar is a ratio that must be met: at most, or at least.
type bar struct {
	name    string
	limit   float64
	atLeast bool
	ratio   func(r *round) float64
}

var bars = []bar{
	{"idle-memory-poll-of-default", .03, false, func(r *round) float64 { return r.idle["poll"] / r.idle["centrifuge"] }},
	{"idle-memory-poll-of-tuned", .08, false, func(r *round) float64 { return r.idle["poll"] / r.idle["centrifuge-tuned"] }},
	{"idle-memory-goroutine-of-default", .25, false, func(r *round) float64 { return r.idle["goroutine"] / r.idle["centrifuge"] }},
	{"idle-memory-goroutine-of-tuned", .65, false, func(r *round) float64 { return r.idle["goroutine"] / r.idle["centrifuge-tuned"] }},
	{"burst-one-room-rate", 8, true, func(r *round) float64 { return r.burst["poll"].rate / r.burst["centrifuge"].rate }},
	{"burst-one-room-cpu", .12, false, func(r *round) float64 { return r.burst["poll"].cpu / r.burst["centrifuge"].cpu }},
	{"burst-500-rooms-rate", 3, true, func(r *round) float64 { return r.rooms["poll"].rate / r.rooms["centrifuge"].rate }},
	{"one-message-cpu", .85, false, func(r *round) float64 { return r.single["poll"].cpu / r.single["centrifuge"].cpu }},
	{"stalled-kernel-memory", .1, false, func(r *round) float64 { return r.stalled["poll"].kernel / r.stalled["centrifuge"].kernel }},
	{"stalled-others-p99-of-unstalled", 2, false, func(r *round) float64 { return r.stalled["poll"].p99 / r.unstalled["poll"].p99 }},
	{"long-messages-rate", .8, true, func(r *round) float64 { return r.unstalled["poll"].rate / r.unstalled["centrifuge"].rate }},
	{"resume-cpu", .6, false, func(r *round) float64 { return r.resume["poll"].cpu / r.resume["centrifuge-recover"].cpu }},
	{"resume-time", .6, false, func(r *round) float64 { return r.resume["poll"].seconds / r.resume["centrifuge-recover"].seconds }},
}

func compare(rounds, connections int, only string) error {
	var all []*round
	for i := range rounds {
		r := newRound(connections)
		if err := r.run(only); err != nil {
			return fmt.Errorf("round %d: %w", i+1, err)
		}
		r.print(i + 1)
		all = append(all, r)
	}
	failed := 0
	for _, b := range bars {
		ratios := make([]float64, len(all))
		for i, r := range all {
			ratios[i] = b.ratio(r)
		}
		if math.IsNaN(ratios[0]) { // it was not asked for
			continue
		}
		slices.Sort(ratios)
		median := ratios[len(ratios)/2]
		met, word := median <= b.limit, "at most"
		if b.atLeast {
			met, word = median >= b.limit, "at least"
		}
		fmt.Printf("figure realtime-%s %.3f times bar %s %g (rounds %.3f)\n", b.name, median, word, b.limit, ratios)
		if !met {
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d bars are missed", failed, len(bars))
	}
	return nil
}
