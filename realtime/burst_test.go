package realtime

import (
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// BenchmarkBurstToARoom delivers 40 messages at once to 500 people. The figure to trust is system-ms, the time of the
// kernel for one burst, readers included: it is mostly system calls.
func BenchmarkBurstToARoom(b *testing.B) {
	const people, messages = 500, 40
	town := newTown()
	hub, address := open(b, town.config())
	town.change(func() {
		for i := range people {
			town.members["bakery"] = append(town.members["bakery"], fmt.Sprint("p", i))
		}
	})
	var readers []net.Conn
	for i := range people {
		readers = append(readers, ready(b, address, fmt.Sprint("p", i), "").ws.NetConn())
	}
	body, n := strings.Repeat("x", 120), 0
	size := int64(0)
	var before, after syscall.Rusage
	b.ResetTimer()
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &before)
	for range b.N {
		var all sync.WaitGroup
		var events []Event
		size = 0
		for range messages {
			n++
			ev := Event{Conversation: "bakery", Seq: int64(n), Kind: "message", From: "amara", Name: "Amara", Body: body,
				At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
			frame, err := jsonSize(ev)
			if err != nil {
				b.Fatal(err)
			}
			size += frame
			events = append(events, ev)
		}
		for _, c := range readers {
			all.Go(func() { _, _ = io.CopyN(io.Discard, c, size) })
		}
		for _, ev := range events {
			hub.Deliver(ev)
		}
		all.Wait()
	}
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &after)
	b.ReportMetric(float64(after.Stime.Nano()-before.Stime.Nano())/1e6/float64(b.N), "system-ms/op")
	b.ReportMetric(b.Elapsed().Seconds()*1e6/float64(b.N*people*messages), "us/delivery")
}

// jsonSize is the length of the event's frame with the header of a websocket.
func jsonSize(ev Event) (int64, error) {
	frame, err := encode(eventFrame{opEvent, ev})
	return int64(len(frame)), err
}
