//go:build unix

package store_test

// Elsewhere a process that was killed leaves its lock behind, and somebody has to delete it: no test can go on there.

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"longtable/server/store/storetest"
)

const (
	// writingMost is the longest that killed writers wrote before; a thousand kills take some minutes with it.
	writingMost = 120 * time.Millisecond

	// openingMost is about what a process of writers takes to start and to open a store of the size that proofs make.
	openingMost = 60 * time.Millisecond

	// storeLives is after how many kills or cuts a proof goes on with a new store, so that an audit stays short.
	storeLives = 25

	childPatience = time.Minute // how long a healthy child may take for its first promise, on a very busy machine
)

// child is a process of writers.
type child struct {
	cmd     *exec.Cmd
	said    bytes.Buffer  // what it printed; read after ended
	first   chan struct{} // closed at the first promise, or when it ended without one
	ended   chan struct{} // closed when everything it told was noted
	badLine error         // read after ended
}

// hire starts a process of writers, whose promises go to the ledger.
func hire(t *testing.T, o orders, l *ledger) *child {
	t.Helper()
	text, err := json.Marshal(o)
	must(t, err)
	promises, pipe, err := os.Pipe()
	must(t, err)
	c := &child{cmd: exec.Command(os.Args[0], "-test.run=^TestWriters$"), first: make(chan struct{}), ended: make(chan struct{})}
	c.cmd.Env = append(os.Environ(), ordersVariable+"="+string(text))
	c.cmd.Stdout, c.cmd.Stderr = &c.said, &c.said
	c.cmd.ExtraFiles = []*os.File{pipe}
	must(t, c.cmd.Start())
	must(t, pipe.Close()) // the child has its own
	go c.listen(promises, l)
	return c
}

// listen notes promises until the child has no more hold of the pipe.
func (c *child) listen(promises io.ReadCloser, l *ledger) {
	defer close(c.ended)
	told := false
	lines := bufio.NewScanner(promises)
	for lines.Scan() {
		var p promise
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			c.badLine = errors.Join(c.badLine, fmt.Errorf("%w in %q", err, lines.Text()))
			continue
		}
		l.note(p)
		if !told {
			told = true
			close(c.first)
		}
	}
	if !told {
		close(c.first)
	}
	c.badLine = errors.Join(c.badLine, lines.Err(), promises.Close())
}

// begun waits for the first promise.
func (c *child) begun(t *testing.T) {
	t.Helper()
	select {
	case <-c.first:
	case <-time.After(childPatience):
		t.Errorf("the writers promised nothing within %s", childPatience)
	}
}

// kill ends the child without a warning, and notes what it has told until then.
func (c *child) kill(t *testing.T) {
	t.Helper()
	if err := c.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Error(err)
	}
	_ = c.cmd.Wait() // reports the kill
	<-c.ended
	if c.badLine != nil {
		t.Error(c.badLine)
	}
}

// killAtRandom kills writers while they write, or in one of eight lives at any moment since they were started.
func killAtRandom(t *testing.T, o orders, l *ledger) {
	t.Helper()
	c := hire(t, o, l)
	if rand.IntN(8) == 0 {
		<-time.After(rand.N(openingMost))
	} else {
		c.begun(t)
		<-time.After(rand.N(writingMost))
	}
	c.kill(t)
	if len(l.ended) > 0 {
		t.Fatalf("the writers ended by themselves: %v\n%s", l.ended, c.said.String())
	}
}

// killed is what many kills came to.
type killed struct{ cycles, acknowledged, lost, double, opened int }

// killWriters kills writers again and again, each time opens the store, and looks up what they were promised.
func killWriters(t *testing.T, cycles, lives int) (sum killed) {
	t.Helper()
	for sum.cycles < cycles && !t.Failed() {
		dir := t.TempDir()
		var l ledger
		for life := 0; life < lives && sum.cycles < cycles; life++ {
			killAtRandom(t, orders{Folder: dir, Life: life, Said: l.said}, &l)
			of := newest
			if life == lives-1 || sum.cycles == cycles-1 {
				of = everything
			}
			found := l.audit(t.Context(), dir, of)
			if err := found.err(); err != nil {
				t.Errorf("life %d: %v", life, err)
			}
			sum.cycles++
			sum.lost += found.lost
			sum.double += found.double
			if found.opened {
				sum.opened++
			}
		}
		sum.acknowledged += len(l.promises)
		must(t, os.RemoveAll(dir))
	}
	return sum
}

func TestStoreKill(t *testing.T) {
	sum := killWriters(t, 4, 3)
	t.Logf("%+v", sum)
	if sum.cycles != 4 || sum.opened != 4 || sum.acknowledged < writers {
		t.Errorf("got %+v", sum)
	}
}

func TestProveStoreKill(t *testing.T) {
	storetest.NeedsProving(t)
	const cycles = 1000
	sum := killWriters(t, cycles, storeLives)
	fmt.Printf("figure store-kill-cycles %d cycles bar %d\n", sum.cycles, cycles)
	fmt.Printf("figure store-kill-acknowledged %d writes bar %d\n", sum.acknowledged, writers*cycles)
	fmt.Printf("figure store-kill-lost %d writes bar 0\n", sum.lost)
	fmt.Printf("figure store-kill-duplicates %d writes bar 0\n", sum.double)
	fmt.Printf("figure store-kill-opened %d cycles bar %d\n", sum.opened, cycles)
	if sum.cycles < cycles || sum.opened < cycles || sum.lost+sum.double > 0 || sum.acknowledged < writers*cycles {
		t.Errorf("below a bar: %+v", sum)
	}
}

// The planted fault: writers who are told before their write is stored. A single kill shows it.
func TestAKillShowsAnEarlyAcknowledgement(t *testing.T) {
	lost := 0
	for range 5 { // one of a few kills must hit somebody's write; nearly every one does
		var l ledger
		dir := t.TempDir()
		c := hire(t, orders{Folder: dir, Early: true}, &l)
		c.begun(t)
		c.kill(t)
		if lost += l.audit(t.Context(), dir, everything).lost; lost > 0 {
			return
		}
	}
	t.Error("promises that were given before the write all held: the kills show nothing")
}
