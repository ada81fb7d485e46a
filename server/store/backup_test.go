package store_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"longtable/server/community"
	"longtable/server/store"
	"longtable/server/store/storetest"
)

// pantry is a store with keepers in it, some of them deleted, and a log.
func pantry(t *testing.T, people int) (*store.SQLite, *storetest.Keepers) {
	t.Helper()
	e := openSQLite(t, t.TempDir())
	db := store.NewDB(e)
	must(t, db.Migrate(t.Context(), func(string, int64) {}))
	c, err := store.Open[community.MemberID, storetest.Keeper](t.Context(), db, "keepers", storetest.Indexes...)
	must(t, err)
	for i := range people {
		must(t, c.Add(t.Context(), named(i)))
	}
	must(t, c.Delete(t.Context(), named(0).ID))
	return e, c
}

func named(i int) *storetest.Keeper {
	k := &storetest.Keeper{Name: fmt.Sprint("Keeper ", i), Hub: "tea", Cups: i, Tags: []string{"أمينة"}}
	k.ID = community.MemberID(fmt.Sprintf("k%04d", i))
	return k
}

// backup writes a backup of the store as it is now, and gives its path.
func backup(t *testing.T, e store.Engine) (string, store.Manifest) {
	t.Helper()
	s, err := e.Snapshot(t.Context())
	must(t, err)
	path := filepath.Join(t.TempDir(), "kitchen.backup")
	m, err := store.WriteBackup(t.Context(), path, time.Now(), s, func(int64, int64) {})
	must(t, errors.Join(err, s.Close()))
	return path, m
}

// readBackup sums up a backup as it stands in its file.
func readBackup(t *testing.T, path string) (store.Manifest, error) {
	t.Helper()
	b, err := store.OpenBackup(path)
	if err != nil {
		return nil, err
	}
	m, err := store.Survey(b.Documents())
	must(t, b.Close())
	return m, err
}

// restored fills a fresh store from a backup.
func restored(t *testing.T, path string) (store.Engine, store.Manifest) {
	t.Helper()
	b, err := store.OpenBackup(path)
	must(t, err)
	e := openSQLite(t, t.TempDir())
	m, err := store.Fill(t.Context(), e, b.Header.Schema, b.Documents(), func(int64) {})
	must(t, errors.Join(err, b.Close()))
	return e, m
}

func TestABackupUnderLoadIsOneMomentAndComesBackWhole(t *testing.T) { backupsUnderLoad(t, 3) }

// backupsUnderLoad makes backups while 8 people write pairs, and restores each of them.
func backupsUnderLoad(t *testing.T, rounds int) (documents int64) {
	e, c := pantry(t, 200)
	for round := range rounds {
		rest := busy(t, c, round)
		path, m := backup(t, e)
		rest()
		read, err := readBackup(t, path)
		must(t, errors.Join(err, m.Same(read)))
		back, arrived := restored(t, path)
		must(t, errors.Join(m.Same(arrived), pairsAreWhole(t, back), back.Close()))
		documents += m.Documents()
	}
	return documents
}

// busy lets 8 people write until rest is called. It returns when they have begun.
func busy(t *testing.T, c *storetest.Keepers, round int) (rest func()) {
	stop, begun := make(chan struct{}), make(chan struct{}, 8)
	var writers sync.WaitGroup
	for w := range 8 {
		writers.Go(func() {
			for i := 0; ; i++ {
				_, change := c.Change(t.Context(), named(1+i%100).ID, func(k *storetest.Keeper) error { k.Cups++; return nil })
				if err := errors.Join(addPair(t, c, fmt.Sprintf("%d-%d-%06d", round, w, i)), change); err != nil {
					t.Error(err)
				}
				if i == 0 {
					begun <- struct{}{}
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	for range 8 {
		<-begun
	}
	return func() { close(stop); writers.Wait() }
}

// addPair stores one document and, once that is acknowledged, a second whose id comes after all of the first kind.
func addPair(t *testing.T, c *storetest.Keepers, name string) error {
	first, second := named(0), named(0)
	first.ID, second.ID = community.MemberID("a"+name), community.MemberID("z"+name)
	return errors.Join(c.Add(t.Context(), first), c.Add(t.Context(), second))
}

// pairsAreWhole finds a second of a pair without its first: what a reader sees that goes through a store which changes
// under it.
func pairsAreWhole(t *testing.T, e store.Engine) error {
	d, err := store.Open[community.MemberID, storetest.Keeper](t.Context(), store.NewDB(e), "keepers", storetest.Indexes...)
	if err != nil {
		return err
	}
	for k, err := range d.Each(t.Context()) {
		if err != nil {
			return err
		}
		if name, second := strings.CutPrefix(string(k.ID), "z"); second {
			if _, err := d.Get(t.Context(), community.MemberID("a"+name)); err != nil {
				return fmt.Errorf("there is %s and not what was stored before it: %w", k.ID, err)
			}
		}
	}
	return nil
}

// loose reads the store as it is from moment to moment, and somebody stores a pair meanwhile.
type loose struct {
	store.Snapshot
	live      store.Engine
	meanwhile func()
}

func (l loose) Documents(ctx context.Context, only ...string) iter.Seq2[store.Entry, error] {
	return func(yield func(store.Entry, error) bool) {
		for q := (store.Query{Limit: 1}); ; l.meanwhile() {
			n := 0
			err := l.live.Find(ctx, "keepers", store.Index{}, q, func(body []byte) error {
				n++
				var k storetest.Keeper
				err := json.Unmarshal(body, &k)
				q.After = &store.At{ID: string(k.ID)}
				yield(store.Entry{Collection: "keepers", Doc: store.Doc{ID: string(k.ID), Rev: k.Rev, Body: body}}, err)
				return err
			})
			if err != nil || n == 0 || len(only) > 0 {
				return
			}
		}
	}
}

func TestABackupOfManyMomentsWouldBeNoticed(t *testing.T) {
	e, c := pantry(t, 10)
	s, err := e.Snapshot(t.Context())
	must(t, err)
	defer s.Close()
	pairs := 0
	l := loose{Snapshot: s, live: e, meanwhile: func() {
		if pairs++; pairs < 5 {
			must(t, addPair(t, c, fmt.Sprint(pairs)))
		}
	}}
	path := filepath.Join(t.TempDir(), "loose.backup")
	_, err = store.WriteBackup(t.Context(), path, time.Now(), l, func(int64, int64) {})
	must(t, err)
	back, _ := restored(t, path)
	if err := pairsAreWhole(t, back); err == nil {
		t.Fatal("a backup of many moments passed the check")
	}
}

func TestProveStoreBackup(t *testing.T) {
	storetest.NeedsProving(t)
	const rounds = 50
	documents := backupsUnderLoad(t, rounds)
	fmt.Printf("figure store-backups-under-load %d backups bar 50\n", rounds)
	fmt.Printf("figure store-backups-documents %d documents bar 10000\n", documents)
	fmt.Println("figure store-backups-different 0 backups bar 0") // or the test has failed by now
	if documents < 10_000 {
		t.Error("too few documents to mean anything")
	}
}

func TestABackupThatIsDamagedIsOneSentence(t *testing.T) {
	e, _ := pantry(t, 300)
	path, _ := backup(t, e)
	good, err := os.ReadFile(path)
	must(t, err)
	text := unzip(t, good)
	for name, bad := range map[string]struct {
		content []byte
		want    string
	}{
		"empty":             {nil, "not a backup"},
		"another file":      {[]byte("PK\x03\x04 something else"), "not a backup"},
		"another gzip":      {zip(t, "hello\n"), "not a backup"},
		"a newer format":    {zip(t, strings.Replace(text, `"format":1`, `"format":2`, 1)), "newer version"},
		"a newer schema":    {zip(t, regexp.MustCompile(`"schema":\d+`).ReplaceAllString(text, `"schema":999`)), "newer version"},
		"cut in the middle": {good[:len(good)/2], "cut short"},
		"cut at the end":    {good[:len(good)-3], "cut short"},
		"no manifest":       {zip(t, text[:strings.Index(text, `["manifest"`)]), "cut short"},
		"a lost document":   {zip(t, without(text, `"_id":"k0007"`)), "damaged"},
		"a changed one":     {zip(t, strings.Replace(text, `"Keeper 7"`, `"Keeper 8"`, 1)), "damaged"},
		"more behind it":    {append(bytes.Clone(good), zip(t, "more\n")...), "damaged"},
		"rubbish behind it": {append(bytes.Clone(good), strings.Repeat("rubbish", 9)...), "damaged"},
		"a foreign line":    {zip(t, strings.Replace(text, `["collection"`, "what is this?\n"+`["collection"`, 1)), "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "bad.backup")
			must(t, os.WriteFile(path, bad.content, 0o600))
			_, err := readBackup(t, path)
			if err == nil || !strings.Contains(err.Error(), bad.want) || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), path) {
				t.Errorf("got %v, want one sentence with %q", err, bad.want)
			}
		})
	}
}

func TestNoByteOfABackupCanBeChangedUnnoticed(t *testing.T) {
	e, _ := pantry(t, 20)
	path, want := backup(t, e)
	good, err := os.ReadFile(path)
	must(t, err)
	for i := 10; i < len(good); i++ { // the ten before are gzip's header, of which the time means nothing
		bad := bytes.Clone(good)
		bad[i] ^= 0x10
		must(t, os.WriteFile(path, bad, 0o600))
		if got, err := readBackup(t, path); err == nil && want.Same(got) != nil {
			t.Fatalf("with byte %d of %d changed it reads as %v", i, len(good), got)
		}
	}
}

func unzip(t *testing.T, content []byte) string {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(content))
	must(t, err)
	var text bytes.Buffer
	_, err = text.ReadFrom(r)
	must(t, err)
	return text.String()
}

func zip(t *testing.T, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write([]byte(text))
	must(t, errors.Join(err, w.Close()))
	return out.Bytes()
}

// without leaves out the line that holds a text.
func without(text, part string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if !strings.Contains(line, part) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

func TestABackupNeverOverwritesAndLeavesNothingHalfDone(t *testing.T) {
	e, _ := pantry(t, 5)
	path, _ := backup(t, e)
	before, err := os.ReadFile(path)
	must(t, err)
	s, err := e.Snapshot(t.Context())
	must(t, err)
	defer s.Close()
	if _, err := store.WriteBackup(t.Context(), path, time.Now(), s, func(int64, int64) {}); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("got %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the first backup was changed, %v", err)
	}
	dir := t.TempDir()
	broken := brokenSnapshot{s}
	if _, err := store.WriteBackup(t.Context(), filepath.Join(dir, "b"), time.Now(), broken, func(int64, int64) {}); err == nil {
		t.Error("a snapshot that breaks was written")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if _, err := store.WriteBackup(t.Context(), filepath.Join(dir, "no", "such", "folder"), time.Now(), s, func(int64, int64) {}); err == nil || !strings.Contains(err.Error(), "choose another place") {
		t.Errorf("got %v", err)
	}
}

// brokenSnapshot can't tell how much there is, as when the disk fails.
type brokenSnapshot struct{ store.Snapshot }

func (brokenSnapshot) Count(context.Context) (int64, error) { return 0, errors.New("the disk fails") }

// An interrupted restore is no network, and repeating it makes it one.
func TestHalfARestoreIsRefusedAndCanBeRepeated(t *testing.T) {
	e, _ := pantry(t, 600)
	path, want := backup(t, e)
	target := openSQLite(t, t.TempDir())
	b, err := store.OpenBackup(path)
	must(t, err)
	half := func(yield func(store.Entry, error) bool) {
		i := 0
		for entry, err := range b.Documents() {
			if i++; i == 400 {
				err = errors.New("the power failed")
			}
			if !yield(entry, err) || err != nil {
				return
			}
		}
	}
	if _, err := store.Fill(t.Context(), target, 1, half, func(int64) {}); err == nil {
		t.Fatal("half a backup was restored")
	}
	must(t, b.Close())
	if err := store.NewDB(target).Migrate(t.Context(), func(string, int64) {}); err == nil || !strings.Contains(err.Error(), "half of a network") {
		t.Errorf("opening half a network: %v", err)
	}
	s, err := target.Snapshot(t.Context())
	must(t, err)
	if _, err := store.WriteBackup(t.Context(), filepath.Join(t.TempDir(), "b"), time.Now(), s, func(int64, int64) {}); err == nil || !strings.Contains(err.Error(), "half of a network") {
		t.Errorf("backing up half a network: %v", err)
	}
	must(t, s.Close())
	b, err = store.OpenBackup(path)
	must(t, err)
	m, err := store.Fill(t.Context(), target, 1, b.Documents(), func(int64) {})
	must(t, errors.Join(err, b.Close(), want.Same(m), store.NewDB(target).Migrate(t.Context(), func(string, int64) {})))
}

func TestRestoringADifferentBackupOverAHalfOneIsNoticed(t *testing.T) {
	e, c := pantry(t, 30)
	first, _ := backup(t, e)
	_, err := c.Change(t.Context(), named(3).ID, func(k *storetest.Keeper) error { k.Name = "Noor"; return nil })
	must(t, err)
	second, _ := backup(t, e)
	target := openSQLite(t, t.TempDir())
	b, err := store.OpenBackup(first)
	must(t, err)
	broken := func(yield func(store.Entry, error) bool) {
		for entry, err := range b.Documents() {
			if !yield(entry, err) {
				return
			}
		}
		yield(store.Entry{}, errors.New("the power failed"))
	}
	_, err = store.Fill(t.Context(), target, 1, broken, func(int64) {})
	if err == nil {
		t.Fatal("filled from a source that failed")
	}
	must(t, b.Close())
	b, err = store.OpenBackup(second)
	must(t, err)
	defer b.Close()
	// What of the first is on disk depends on its batches; at 30 documents nothing is, so it is put there.
	must(t, errors.Join(target.Ensure(t.Context(), "keepers", nil), target.Insert(t.Context(), "keepers", []store.Doc{
		{ID: string(named(3).ID), Rev: 1, Body: []byte(`{"_id":"k0003","rev":1,"name":"Keeper 3"}`)}})))
	if _, err := store.Fill(t.Context(), target, 1, b.Documents(), func(int64) {}); err == nil || !strings.Contains(err.Error(), "not what was sent") {
		t.Errorf("got %v", err)
	}
}

func TestAStoreIsFrozenWhileAnotherOwnsIt(t *testing.T) {
	dir := t.TempDir()
	if _, err := store.SnapshotSQLite(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "no network in") {
		t.Errorf("an empty folder: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	e := openSQLite(t, dir)
	must(t, errors.Join(e.Ensure(t.Context(), "keepers", nil), e.Insert(t.Context(), "keepers", []store.Doc{doc("amina")})))
	s, err := store.SnapshotSQLite(t.Context(), dir)
	must(t, err)
	must(t, e.Insert(t.Context(), "keepers", []store.Doc{doc("bram")}))
	m, err := store.Survey(s.Documents(t.Context()))
	must(t, errors.Join(err, s.Close()))
	if m.Documents() != 1 {
		t.Errorf("frozen: %v", m)
	}
}
