//go:build linux

package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"longtable/server/store"
	"longtable/server/store/storetest"
)

// cutMost is the longest that writers wrote before their power was cut: some checkpoints long, on a disk in memory.
const cutMost = 500 * time.Millisecond

// powerFolder is where the store lies on the disk: two folders deep, so that their names have to survive as well.
const powerFolder = "network/store"

// outage is one power cut under writers, and what it leaves.
type outage struct {
	disk   *disk
	orders orders // the folder is filled in
	after  int    // changes to the disk before the cut, 0 for a random moment while they write
	fate   fate
}

// loss is what a cut took away.
type loss struct {
	changes    int
	checkpoint bool // the log was being moved into the file
}

// strike starts writers on the disk, cuts the power, and gives it back. What is left is in a real folder.
func (o outage) strike(t *testing.T, l *ledger) (dir string, undone loss) {
	t.Helper()
	scratch := t.TempDir()
	at := filepath.Join(scratch, "mount")
	must(t, os.Mkdir(at, 0o700))
	if o.after > 0 {
		o.disk.left = o.after
	}
	unmount := mount(t, o.disk, at)
	o.orders.Folder = filepath.Join(at, powerFolder)
	if o.orders.Plain != "" {
		o.orders.Folder = at
	}
	c := hire(t, o.orders, l)
	if o.after > 0 || o.orders.Each > 0 {
		<-c.ended // because nothing works any more, or because everything is written
	} else {
		c.begun(t)
		<-time.After(rand.N(cutMost))
		if n := l.failed(); n > 0 {
			t.Errorf("%d writers ended before the power was cut", n)
		}
	}
	o.disk.cut()
	c.kill(t)
	unmount()
	undone.checkpoint = o.disk.unflushed(powerFolder + "/" + store.SQLiteFile)
	undone.changes = o.disk.back(o.fate)
	dir = filepath.Join(scratch, "left")
	must(t, o.disk.spill(dir))
	return dir, undone
}

func (l *ledger) failed() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.ended)
}

// cuts is what many power cuts came to.
type cuts struct{ cycles, acknowledged, lost, double, opened, undone, checkpoints int }

// cutPower cuts again and again. The store of each cut lives on as the cut has left it, so that the next cut may hit
// its recovery.
func cutPower(t *testing.T, cycles, lives int) (sum cuts) {
	t.Helper()
	for sum.cycles < cycles && !t.Failed() {
		d := newDisk()
		var l ledger
		for life := 0; life < lives && sum.cycles < cycles; life++ {
			strike := outage{disk: d, orders: orders{Life: life, Said: l.said}, fate: keepNone + fate(sum.cycles%3)}
			switch {
			case life%4 == 2:
				strike.orders.Each = 5 // the cut comes after a clean stop
			case life%4 == 3:
				strike.after = 1 + rand.IntN(20) // it hits the start that follows
			case life > 0 && rand.IntN(4) == 0:
				strike.after = 1 + rand.IntN(200) // it hits the recovery from the cut before, or soon after
			}
			dir, undone := strike.strike(t, &l)
			found := l.audit(t.Context(), filepath.Join(dir, powerFolder), everything)
			if err := found.err(); err != nil {
				t.Errorf("life %d, fate %d: %v", life, strike.fate, err)
			}
			l.ended = nil
			sum.cycles++
			sum.lost += found.lost
			sum.double += found.double
			sum.undone += undone.changes
			if undone.checkpoint {
				sum.checkpoints++
			}
			if found.opened {
				sum.opened++
			}
			must(t, os.RemoveAll(filepath.Dir(dir)))
		}
		sum.acknowledged += len(l.promises)
	}
	return sum
}

func TestProveStorePowerCut(t *testing.T) {
	storetest.NeedsProving(t)
	const cycles, lives = 200, 8
	lossOf := map[string]int{}
	for _, synchronous := range []string{"NORMAL", "OFF"} { // first the rig is shown to catch what doesn't flush
		lossOf[synchronous] = losePlainly(t, synchronous, 10)
	}
	deaf := loseToDeafHardware(t, 5)
	sum := cutPower(t, cycles, lives)
	fmt.Printf("figure store-powercut-rig-normal-lost %d writes bar 1\n", lossOf["NORMAL"])
	fmt.Printf("figure store-powercut-rig-off-lost %d writes bar 1\n", lossOf["OFF"])
	fmt.Printf("figure store-powercut-rig-deaf-disk-lost %d writes bar 1\n", deaf)
	fmt.Printf("figure store-powercut-cuts %d cuts bar %d\n", sum.cycles, cycles)
	fmt.Printf("figure store-powercut-acknowledged %d writes bar %d\n", sum.acknowledged, writers*cycles)
	fmt.Printf("figure store-powercut-undone-writes %d changes bar %d\n", sum.undone, cycles)
	fmt.Printf("figure store-powercut-in-a-checkpoint %d cuts bar 1\n", sum.checkpoints)
	fmt.Printf("figure store-powercut-lost %d writes bar 0\n", sum.lost)
	fmt.Printf("figure store-powercut-duplicates %d writes bar 0\n", sum.double)
	fmt.Printf("figure store-powercut-opened %d cuts bar %d\n", sum.opened, cycles)
	if lossOf["NORMAL"] == 0 || lossOf["OFF"] == 0 || deaf == 0 {
		t.Error("the rig doesn't catch a store that doesn't flush")
	}
	if sum.cycles < cycles || sum.opened < cycles || sum.lost+sum.double > 0 || sum.acknowledged < writers*cycles || sum.undone < cycles || sum.checkpoints == 0 {
		t.Errorf("below a bar: %+v", sum)
	}
}

// losePlainly tells how many acknowledged rows a database loses that doesn't flush before it acknowledges.
func losePlainly(t *testing.T, synchronous string, cycles int) (lost int) {
	t.Helper()
	for i := range cycles {
		var l ledger
		dir, _ := outage{disk: newDisk(), orders: orders{Plain: synchronous}, fate: keepNone + fate(i%3)}.strike(t, &l)
		lost += auditPlain(t.Context(), dir, &l)
	}
	return lost
}

// loseToDeafHardware tells how many acknowledged writes our store loses on a disk that only says that it flushes.
func loseToDeafHardware(t *testing.T, cycles int) (lost int) {
	t.Helper()
	for range cycles {
		var l ledger
		d := newDisk()
		d.deaf = true
		dir, _ := outage{disk: d, fate: keepNone}.strike(t, &l)
		lost += l.audit(t.Context(), filepath.Join(dir, powerFolder), everything).lost
	}
	return lost
}

// The power is cut at each single change that the first start of a store makes, and some way into the first writes.
// Afterwards there is no store or one that opens, and what it had acknowledged is there.
func TestProveStorePowerCutAtFirstStart(t *testing.T) {
	storetest.NeedsProving(t)
	const changes = 400
	starts, none, opened, acknowledged, lost := 0, 0, 0, 0, 0
	for after := 1; after <= changes; after++ {
		for how := range fates {
			var l ledger
			left, _ := outage{disk: newDisk(), after: after, fate: how}.strike(t, &l)
			dir := filepath.Join(left, powerFolder)
			starts++
			if _, err := os.Stat(filepath.Join(dir, store.SQLiteFile)); os.IsNotExist(err) {
				none++
			}
			found := l.audit(t.Context(), dir, everything)
			if err := found.err(); err != nil {
				t.Errorf("after %d changes, fate %d: %v", after, how, err)
			}
			acknowledged += len(l.promises)
			lost += found.lost
			if found.opened {
				opened++
			}
			must(t, os.RemoveAll(filepath.Dir(left)))
		}
	}
	fmt.Printf("figure store-powercut-first-starts %d cuts bar %d\n", starts, changes*int(fates))
	fmt.Printf("figure store-powercut-first-starts-without-a-store %d cuts bar 1\n", none)
	fmt.Printf("figure store-powercut-first-starts-opened %d cuts bar %d\n", opened, changes*int(fates))
	fmt.Printf("figure store-powercut-first-starts-acknowledged %d writes bar 1\n", acknowledged)
	fmt.Printf("figure store-powercut-first-starts-lost %d writes bar 0\n", lost)
	if none == 0 || opened < changes*int(fates) || acknowledged == 0 || lost > 0 {
		t.Error("below a bar")
	}
}
