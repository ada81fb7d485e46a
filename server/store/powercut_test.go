package store_test

import (
	"bytes"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// sector is what a disk writes as a whole, in bytes; a longer write may be torn between two of them.
const sector = 512

var errNoPower = errors.New("the power is cut")

// disk is a file system in memory that knows what would be left of it after a power cut. What a file holds and how long
// it is survives once the file was flushed; what a folder names survives once the folder was. Everything else may or may
// not: see fate. It is stricter than the file systems that people have, which is what the standard of the interface
// allows. Its methods may be called at once.
type disk struct {
	mu      sync.Mutex
	root    *folder
	dark    bool // the power is cut: nothing works any more
	left    int  // changes until the power is cut by itself, negative for never
	deaf    bool // the planted fault: flushes are acknowledged and not done
	made    uint64
	changes int // of any kind, since the disk was made
}

func newDisk() *disk { return &disk{root: &folder{number: 1}, made: 1, left: -1} }

// file is its content as programs see it, the content that survives, and the edits that lie between the two.
type file struct {
	number    uint64
	now, safe []byte
	edits     []edit
}

// edit writes data at a place, or sets the length to it.
type edit struct {
	at     int64
	data   []byte
	resize bool
}

// folder is its names as programs see them, the names that survive, and the moves that lie between the two.
type folder struct {
	number    uint64
	now, safe map[string]any // *file or *folder
	moves     []move
}

// move gives a name to something, takes one away, or both at once, which is renaming.
type move struct {
	gone, name string
	to         any
}

func (e edit) on(content []byte) []byte {
	end := e.at + int64(len(e.data))
	if e.resize && e.at < int64(len(content)) {
		return content[:e.at]
	}
	if grow := end - int64(len(content)); grow > 0 {
		content = append(content, make([]byte, grow)...)
	}
	copy(content[e.at:end], e.data)
	return content
}

func (m move) on(names map[string]any) map[string]any {
	if names == nil {
		names = map[string]any{}
	}
	if m.gone != "" {
		delete(names, m.gone)
	}
	if m.name != "" {
		names[m.name] = m.to
	}
	return names
}

// change does one change, unless the power is cut; that may happen right before it.
func (d *disk) change(do func()) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.left == 0 {
		d.dark = true
	}
	if d.dark {
		return errNoPower
	}
	d.left--
	d.changes++
	do()
	return nil
}

func (d *disk) edit(f *file, e edit) error {
	return d.change(func() {
		e.data = bytes.Clone(e.data)
		f.now, f.edits = e.on(f.now), append(f.edits, e)
	})
}

func (d *disk) move(in *folder, m move) error {
	return d.change(func() { in.now, in.moves = m.on(in.now), append(in.moves, m) })
}

func (d *disk) newFile(in *folder, name string) (f *file, err error) {
	return f, d.change(func() {
		d.made++
		f = &file{number: d.made}
		m := move{name: name, to: f}
		in.now, in.moves = m.on(in.now), append(in.moves, m)
	})
}

func (d *disk) newFolder(in *folder, name string) (f *folder, err error) {
	return f, d.change(func() {
		d.made++
		f = &folder{number: d.made}
		m := move{name: name, to: f}
		in.now, in.moves = m.on(in.now), append(in.moves, m)
	})
}

// look runs a function that only reads.
func (d *disk) look(do func()) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dark {
		return errNoPower
	}
	do()
	return nil
}

func (d *disk) flush(f *file) error {
	return d.change(func() {
		if !d.deaf {
			f.settle(keepAll)
		}
	})
}

func (d *disk) flushFolder(f *folder) error {
	return d.change(func() {
		if !d.deaf {
			f.settle(keepAll)
		}
	})
}

// cut takes the power away; every operation fails from this moment on.
func (d *disk) cut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dark = true
}

// fate decides which of the changes that were not flushed have reached the disk all the same.
type fate int

const (
	keepAll    fate = iota // all of them: what a flush does
	keepNone               // none
	keepPrefix             // the first ones of each file and folder, the last of them torn
	keepAny                // any of them, overtaking each other, each maybe torn; of a lost one the file may have grown
	fates
)

// back gives the power back, with what the cut has left. It tells how many changes are undone.
func (d *disk) back(f fate) (undone int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dark, d.left = false, -1
	return d.root.survive(f)
}

func (f *folder) survive(fate fate) (undone int) {
	undone = len(f.moves) - f.settle(fate)
	f.now = maps.Clone(f.safe)
	for _, item := range f.now {
		switch item := item.(type) {
		case *file:
			undone += len(item.edits) - item.settle(fate)
			item.now = bytes.Clone(item.safe)
		case *folder:
			undone += item.survive(fate)
		}
	}
	return undone
}

// settle makes moves survive and tells how many. Names follow each other in every fate: file systems keep a journal of
// them.
func (f *folder) settle(fate fate) (kept int) {
	switch fate {
	case keepAll:
		kept = len(f.moves)
	case keepPrefix, keepAny:
		kept = rand.IntN(len(f.moves) + 1)
	}
	for _, m := range f.moves[:kept] {
		f.safe = m.on(f.safe)
	}
	f.moves = nil
	return kept
}

func (f *file) settle(fate fate) (kept int) {
	first := rand.IntN(len(f.edits) + 1) // the first that a prefix doesn't keep
	for i, e := range f.edits {
		switch {
		case fate == keepAll, fate == keepPrefix && i < first:
			kept++
		case fate == keepPrefix && i == first:
			e = e.torn()
		case fate == keepAny && rand.IntN(2) == 0:
			kept++
		case fate == keepAny && rand.IntN(2) == 0:
			e = e.torn()
		case fate == keepAny && !e.resize && rand.IntN(2) == 0:
			end := e.at + int64(len(e.data))
			e = edit{at: max(end, int64(len(f.safe))), resize: true} // longer, and nothing in it
		default:
			continue
		}
		f.safe = e.on(f.safe)
	}
	f.edits = nil
	return kept
}

// torn is the part of a write before one of its sectors.
func (e edit) torn() edit {
	if sectors := len(e.data) / sector; sectors > 0 {
		e.data = e.data[:rand.IntN(sectors+1)*sector]
	}
	return e
}

// unflushed tells whether a file has edits that no flush followed.
func (d *disk) unflushed(path string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	var item any = d.root
	for name := range strings.SplitSeq(path, "/") {
		in, _ := item.(*folder)
		if in == nil {
			return false
		}
		item = in.now[name]
	}
	f, _ := item.(*file)
	return f != nil && len(f.edits) > 0
}

// spill writes what the disk holds to a real folder, which must not exist.
func (d *disk) spill(dir string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.root.spill(dir)
}

func (f *folder) spill(dir string) error {
	err := os.Mkdir(dir, 0o700)
	for name, item := range f.now {
		switch item := item.(type) {
		case *file:
			err = errors.Join(err, os.WriteFile(filepath.Join(dir, name), item.now, 0o600))
		case *folder:
			err = errors.Join(err, item.spill(filepath.Join(dir, name)))
		}
	}
	return err
}

// written makes a file with a text and flushes it if asked to.
func written(t *testing.T, d *disk, in *folder, name, text string, flush bool) *file {
	t.Helper()
	f, err := d.newFile(in, name)
	must(t, err)
	must(t, d.edit(f, edit{data: []byte(text)}))
	if flush {
		must(t, d.flush(f))
	}
	return f
}

// leftOf is what a disk holds under a name after a power cut; "-" if there is no such file.
func leftOf(t *testing.T, d *disk, how fate, name string) string {
	t.Helper()
	d.cut()
	d.back(how)
	dir := filepath.Join(t.TempDir(), "left")
	must(t, d.spill(dir))
	text, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, os.ErrNotExist) {
		return "-"
	}
	must(t, err)
	return string(text)
}

func TestADiskForgetsWhatWasNotFlushed(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(d *disk)
		want string
	}{
		"everything flushed": {func(d *disk) {
			written(t, d, d.root, "tea", "green", true)
			must(t, d.flushFolder(d.root))
		}, "green"},
		"the name not flushed": {func(d *disk) {
			written(t, d, d.root, "tea", "green", true)
		}, "-"},
		"the content not flushed": {func(d *disk) {
			written(t, d, d.root, "tea", "green", false)
			must(t, d.flushFolder(d.root))
		}, ""},
		"written once more": {func(d *disk) {
			f := written(t, d, d.root, "tea", "green", true)
			must(t, errors.Join(d.flushFolder(d.root), d.edit(f, edit{data: []byte("black")})))
		}, "green"},
		"cut shorter": {func(d *disk) {
			f := written(t, d, d.root, "tea", "green", true)
			must(t, errors.Join(d.flushFolder(d.root), d.edit(f, edit{at: 2, resize: true})))
		}, "green"},
		"cut shorter and flushed": {func(d *disk) {
			f := written(t, d, d.root, "tea", "green", true)
			must(t, errors.Join(d.flushFolder(d.root), d.edit(f, edit{at: 2, resize: true}), d.flush(f)))
		}, "gr"},
		"replaced by renaming": {func(d *disk) {
			written(t, d, d.root, "tea", "green", true)
			f := written(t, d, d.root, "tea.new", "black", true)
			must(t, errors.Join(d.flushFolder(d.root), d.move(d.root, move{gone: "tea.new", name: "tea", to: f})))
		}, "green"},
		"replaced, and the folder flushed": {func(d *disk) {
			written(t, d, d.root, "tea", "green", true)
			f := written(t, d, d.root, "tea.new", "black", true)
			must(t, errors.Join(d.move(d.root, move{gone: "tea.new", name: "tea", to: f}), d.flushFolder(d.root)))
		}, "black"},
		"removed": {func(d *disk) {
			written(t, d, d.root, "tea", "green", true)
			must(t, errors.Join(d.flushFolder(d.root), d.move(d.root, move{gone: "tea"})))
		}, "green"},
		"flushed by deaf hardware": {func(d *disk) {
			d.deaf = true
			written(t, d, d.root, "tea", "green", true)
			must(t, d.flushFolder(d.root))
		}, "-"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDisk()
			c.do(d)
			if got := leftOf(t, d, keepNone, "tea"); got != c.want {
				t.Errorf("%q is left, want %q", got, c.want)
			}
		})
	}
}

func TestAFolderThatWasNotFlushedTakesItsFilesWithIt(t *testing.T) {
	for flushed, want := range map[bool]string{true: "green", false: "-"} {
		d := newDisk()
		shelf, err := d.newFolder(d.root, "shelf")
		must(t, err)
		written(t, d, shelf, "tea", "green", true)
		must(t, d.flushFolder(shelf))
		if flushed {
			must(t, d.flushFolder(d.root))
		}
		if got := leftOf(t, d, keepNone, "shelf/tea"); got != want {
			t.Errorf("with the folder's own name flushed %v: %q is left, want %q", flushed, got, want)
		}
	}
}

// Each fate leaves what it may leave, and over many cuts all of it.
func TestAFateLeavesEveryStateThatACutCouldLeave(t *testing.T) {
	a, b := string(bytes.Repeat([]byte("a"), 2*sector)), string(bytes.Repeat([]byte("b"), 2*sector))
	half, zeros := sector, string(make([]byte, 2*sector))
	for how, want := range map[fate][]string{
		keepNone:   {""},
		keepPrefix: {"", a[:half], a, a + b[:half], a + b},
		keepAny:    {"", a[:half], a, a + b[:half], a + b, zeros + b, zeros, zeros + b[:half], a + zeros, a[:half] + zeros[half:] + b},
	} {
		seen := map[string]bool{}
		for range 2000 {
			d := newDisk()
			f := written(t, d, d.root, "tea", "", true)
			must(t, errors.Join(d.flushFolder(d.root), d.edit(f, edit{data: []byte(a)}), d.edit(f, edit{at: 2 * sector, data: []byte(b)})))
			d.cut()
			d.back(how)
			seen[string(f.now)] = true
		}
		for _, w := range want {
			if !seen[w] {
				t.Errorf("fate %d never left %d bytes beginning with %.3q", how, len(w), w)
			}
		}
		if how != keepAny && len(seen) != len(want) {
			t.Errorf("fate %d left %d different contents, want %d", how, len(seen), len(want))
		}
	}
}

func TestNothingWorksWithoutPower(t *testing.T) {
	d := newDisk()
	f := written(t, d, d.root, "tea", "green", true)
	d.left = 2
	must(t, d.edit(f, edit{data: []byte("black")}))
	if !d.unflushed("tea") || d.unflushed("cup") || d.unflushed("cup/tea") {
		t.Error("only the tea was changed since it was flushed")
	}
	must(t, d.flush(f))
	_, made := d.newFile(d.root, "cup")
	for _, err := range []error{made, d.edit(f, edit{}), d.flush(f), d.flushFolder(d.root), d.look(func() {})} {
		if !errors.Is(err, errNoPower) {
			t.Errorf("got %v, want %v", err, errNoPower)
		}
	}
	d.back(keepNone)
	must(t, d.edit(f, edit{data: []byte("black")}))
}

// All methods at once: the race detector looks on.
func TestADiskServesManyAtOnce(t *testing.T) {
	d := newDisk()
	f := written(t, d, d.root, "tea", "", true)
	dir := t.TempDir()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 50 {
				_ = d.edit(f, edit{data: []byte("green")}) // refused while the power is cut
				_ = d.flush(f)
				_ = d.move(d.root, move{gone: "cup"})
				_, _ = d.newFile(d.root, "cup")
				_, _ = d.newFolder(d.root, "shelf")
				_ = d.flushFolder(d.root)
				_ = d.look(func() {})
				d.unflushed("tea")
				d.cut()
				d.back(fate(i) % fates)
			}
			if err := d.spill(filepath.Join(dir, string(rune('a'+i)))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
