package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// figures of one measurement.
type figures struct {
	rate    float64 // deliveries a second
	cpu     float64 // microseconds of the server for a delivery
	p99     float64 // milliseconds
	kernel  float64 // bytes of the kernel for sockets, of both ends
	seconds float64
}

// round is one run of everything.
type round struct {
	connections int
	idle        map[string]float64 // bytes of the server for a connection
	burst       map[string]figures // 40 messages to one room of all
	single      map[string]figures // one message at a time to one room of all
	rooms       map[string]figures // 6 messages to each of 500 rooms, the median of five bursts
	unstalled   map[string]figures // 400 messages of 4 kB to 1,000
	stalled     map[string]figures // the same while a tenth doesn't read
	resume      map[string]figures // all come back with 20 missed
}

func newRound(connections int) *round {
	empty := func() map[string]figures { return map[string]figures{} }
	return &round{connections: connections, idle: map[string]float64{}, burst: empty(), single: empty(), rooms: empty(), unstalled: empty(), stalled: empty(), resume: empty()}
}

// run measures everything, or one part.
func (r *round) run(only string) error {
	parts := []struct {
		name    string
		kinds   []string
		measure func(kind string) error
	}{
		{"one-room", []string{"poll", "goroutine", "centrifuge", "centrifuge-tuned"}, r.oneRoom},
		{"rooms", []string{"poll", "centrifuge"}, r.manyRooms},
		{"stalled", []string{"poll", "centrifuge"}, func(kind string) error { return errors.Join(r.stall(kind, 0), r.stall(kind, stalledOf(1000))) }},
		{"resume", []string{"poll", "centrifuge-recover"}, r.comeBack},
	}
	for _, part := range parts {
		for _, kind := range part.kinds {
			if only != "" && only != part.name {
				continue
			}
			if err := part.measure(kind); err != nil {
				return fmt.Errorf("%s, %s: %w", kind, part.name, err)
			}
		}
	}
	return nil
}

func stalledOf(people int) int { return people / 10 }

func (r *round) print(number int) {
	fmt.Printf("round %d, %d connections\n", number, r.connections)
	for _, kind := range []string{"poll", "goroutine", "centrifuge", "centrifuge-tuned", "centrifuge-recover"} {
		fmt.Printf("  %-18s", kind)
		if idle, known := r.idle[kind]; known {
			fmt.Printf("  idle %.0f B  burst %.0f/s %.2f us  one message %.2f us", idle, r.burst[kind].rate, r.burst[kind].cpu, r.single[kind].cpu)
		}
		if rooms, known := r.rooms[kind]; known {
			fmt.Printf("  500 rooms %.0f/s %.2f us", rooms.rate, rooms.cpu)
		}
		if stalled, known := r.stalled[kind]; known {
			fmt.Printf("  stalled %.0f MB kernel, p99 %.0f ms (%.0f), %.0f/s", stalled.kernel/1e6, stalled.p99, r.unstalled[kind].p99, r.unstalled[kind].rate)
		}
		if resume, known := r.resume[kind]; known {
			fmt.Printf("  resume %.2f s %.0f us", resume.seconds, resume.cpu)
		}
		fmt.Println()
	}
}

// oneRoom measures what an idle connection costs, a burst and single messages.
func (r *round) oneRoom(kind string) error {
	s, err := open(kind, 1)
	if err != nil {
		return err
	}
	defer s.end()
	warm, err := s.enter(100, 0)
	if err != nil {
		return err
	}
	s.crowd.close(warm)
	time.Sleep(500 * time.Millisecond) // for what the server still does about them; it is measured at rest
	before, err := s.order("rest")
	if err != nil {
		return err
	}
	if _, err := s.enter(r.connections, 0); err != nil {
		return err
	}
	time.Sleep(time.Second)
	after, err := s.order("rest")
	if err != nil {
		return err
	}
	r.idle[kind] = float64(after.RSS-before.RSS) / float64(r.connections)
	if _, err := s.say(2, 100_000, payloadBytes, r.connections); err != nil { // warm
		return err
	}
	if r.single[kind], err = s.say(10, 200_000, payloadBytes, r.connections); err != nil {
		return err
	}
	r.burst[kind], err = s.say(40, 0, payloadBytes, r.connections)
	return err
}

func (r *round) manyRooms(kind string) error {
	const rooms, each = 500, 6
	s, err := open(kind, rooms)
	if err != nil {
		return err
	}
	defer s.end()
	if _, err := s.enter(r.connections, 0); err != nil {
		return err
	}
	var bursts []figures // one alone takes a tenth of a second, in which anything may happen
	for range 5 {
		burst, err := s.say(rooms*each, 0, payloadBytes, r.connections/rooms)
		if err != nil {
			return err
		}
		bursts = append(bursts, burst)
	}
	slices.SortFunc(bursts, func(a, b figures) int { return cmp.Compare(a.rate, b.rate) })
	r.rooms[kind] = bursts[len(bursts)/2]
	return nil
}

// stall measures a burst of long messages to a thousand, of whom some don't read.
func (r *round) stall(kind string, stalled int) error {
	const people, messages, size = 1000, 400, 4 << 10
	s, err := open(kind, 1)
	if err != nil {
		return err
	}
	defer s.end()
	fds, err := s.enter(people, stalled)
	if err != nil {
		return err
	}
	if err := s.crowd.ignore(fds[:stalled]); err != nil {
		return err
	}
	before := socketMemory()
	got, err := s.say(messages, 0, size, people-stalled)
	if err != nil {
		return err
	}
	got.kernel = float64(socketMemory() - before)
	if stalled > 0 {
		r.stalled[kind] = got
	} else {
		r.unstalled[kind] = got
	}
	return nil
}

// comeBack measures how long it takes until all who were cut off have what they missed.
func (r *round) comeBack(kind string) error {
	const missed = 20
	s, err := open(kind, 1)
	if err != nil {
		return err
	}
	defer s.end()
	fds, err := s.enter(r.connections, 0)
	if err != nil {
		return err
	}
	if _, err := s.say(1, 0, payloadBytes, r.connections); err != nil {
		return err
	}
	s.crowd.close(fds)
	time.Sleep(3 * time.Second) // until the server has noticed; it is no part of what is measured
	if _, err := s.order(fmt.Sprint("publish ", missed, " 0 ", payloadBytes)); err != nil {
		return err
	}
	s.resuming = true
	s.crowd.forget()
	before, err := s.order("stats")
	if err != nil {
		return err
	}
	began := time.Now()
	if _, err := s.enter(r.connections, 0); err != nil {
		return err
	}
	if err := await("missed messages", &s.crowd.received, int64(missed*r.connections)); err != nil {
		return err
	}
	took := time.Unix(0, s.crowd.lastAt.Load()).Sub(began).Seconds()
	after, err := s.order("stats")
	r.resume[kind] = figures{seconds: took, cpu: float64(after.CPU-before.CPU) / float64(r.connections)}
	return err
}

// socketMemory is what the kernel keeps for TCP on this machine, in bytes.
func socketMemory() int64 {
	text, err := os.ReadFile("/proc/net/sockstat")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); fields[0] == "TCP:" {
			pages, err := strconv.ParseInt(fields[len(fields)-1], 10, 64)
			if err == nil {
				return pages * int64(os.Getpagesize())
			}
		}
	}
	return 0
}

// session is one server process with its clients.
type session struct {
	kind     string
	port     int
	crowd    *crowd
	cmd      *exec.Cmd
	in       io.WriteCloser
	out      *bufio.Reader
	resuming bool
}

func open(kind string, rooms int) (*session, error) {
	c, err := newCrowd()
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &session{kind: kind, crowd: c, cmd: exec.Command(self, "--serve", kind, "--rooms", strconv.Itoa(rooms), "--accept", accepts)}
	s.cmd.Stderr = os.Stderr
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.out = bufio.NewReader(out)
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := s.out.ReadString('\n')
	if err != nil {
		return nil, err
	}
	s.port, err = strconv.Atoi(strings.TrimSpace(line))
	return s, err
}

// end closes the clients too, with the descriptors of this process that are theirs.
func (s *session) end() {
	s.crowd.mu.Lock()
	all := slices.Clone(s.crowd.all)
	s.crowd.mu.Unlock()
	s.crowd.close(all)
	_ = s.in.Close()  // ends the server
	_ = s.cmd.Wait()  // its end is not measured
	s.crowd.release() // the loop ends
}

// enter connects people, the first of them with small buffers, and waits until the server has greeted them all.
func (s *session) enter(people, slow int) ([]int, error) {
	greeted := s.crowd.greeted.Load()
	fds, err := s.crowd.dial(people, func(i int) call {
		c := call{port: s.port, path: "/", slow: i < slow}
		switch {
		case strings.HasPrefix(s.kind, "centrifuge") && s.resuming:
			c.hello = fmt.Sprintf(`{"id":1,"connect":{"subs":{"room0":{"recover":true,"epoch":%q,"offset":1}}}}`, s.crowd.epoch)
		case strings.HasPrefix(s.kind, "centrifuge"):
			c.hello = `{"id":1,"connect":{}}`
		default:
			c.path = fmt.Sprintf("/live?v=1&epoch=e&person=%d", i)
			if s.resuming {
				c.path += "&since=room0.1"
			}
		}
		return c
	})
	if err != nil {
		return nil, err
	}
	return fds, await("greetings", &s.crowd.greeted, greeted+int64(people))
}

func (s *session) order(words string) (stats, error) {
	var answer stats
	if _, err := fmt.Fprintln(s.in, words); err != nil {
		return answer, err
	}
	line, err := s.out.ReadBytes('\n')
	if err != nil {
		return answer, err
	}
	return answer, json.Unmarshal(line, &answer)
}

// say publishes messages that each reach some people, and measures until the last has arrived.
func (s *session) say(messages, pause, size, reached int) (figures, error) {
	s.crowd.forget()
	before, err := s.order("stats")
	if err != nil {
		return figures{}, err
	}
	began := time.Now()
	if _, err := s.order(fmt.Sprint("publish ", messages, " ", pause, " ", size)); err != nil {
		return figures{}, err
	}
	if err := await("messages", &s.crowd.received, int64(messages*reached)); err != nil {
		return figures{}, err
	}
	took := time.Unix(0, s.crowd.lastAt.Load()).Sub(began)
	after, err := s.order("stats")
	deliveries := float64(s.crowd.received.Load())
	return figures{rate: deliveries / took.Seconds(), cpu: float64(after.CPU-before.CPU) / deliveries, p99: s.crowd.p99(), seconds: took.Seconds()}, err
}
