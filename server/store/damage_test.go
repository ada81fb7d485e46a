package store_test

import (
	"bytes"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"longtable/server/store"
)

const pageSize = 4096 // of SQLite, in bytes

// worn makes a store that many have written to, closes it and gives its folder and what the writers were promised.
func worn(t *testing.T) (dir string, l *ledger) {
	t.Helper()
	dir, l = t.TempDir(), &ledger{}
	must(t, writeTogether(t.Context(), orders{Folder: dir, Each: 10}, l.note))
	return dir, l
}

// storeFiles reads all files of a store, and leaves out the lock and the index that SQLite shares between processes:
// neither holds anything.
func storeFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	names, err := os.ReadDir(dir)
	must(t, err)
	all := map[string]string{}
	for _, n := range names {
		if n.Name() == store.LockFile || n.Name() == store.SQLiteFile+"-shm" {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, n.Name()))
		must(t, err)
		all[n.Name()] = string(content)
	}
	return all
}

// refused opens a store that is damaged and checks that this gives one sentence, says what to do and changes nothing.
func refused(t *testing.T, dir, want string) {
	t.Helper()
	before := storeFiles(t, dir)
	e, err := store.OpenSQLite(dir)
	if err == nil {
		t.Error("a damaged store was opened", e.Close())
		return
	}
	if said := err.Error(); !strings.Contains(said, want) || !strings.Contains(said, "restore a backup") || strings.Contains(said, "\n") {
		t.Errorf("got %q, want one sentence with %q", said, want)
	}
	if !maps.Equal(before, storeFiles(t, dir)) {
		t.Error("the files were changed")
	}
}

// copied is a folder with the same files.
func copied(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	return dir
}

func noise() []byte {
	page := make([]byte, pageSize)
	for i := range page {
		page[i] = byte(rand.IntN(256))
	}
	return page
}

func TestOneWrongByteAnywhereIsRefused(t *testing.T) {
	dir, _ := worn(t)
	path := filepath.Join(dir, store.SQLiteFile)
	whole, err := os.ReadFile(path)
	must(t, err)
	for range 30 {
		at, spoilt := 100+rand.IntN(len(whole)-100), bytes.Clone(whole) // behind the header, which has sentences of its own
		spoilt[at] ^= byte(1 + rand.IntN(255))
		must(t, os.WriteFile(path, spoilt, 0o600))
		refused(t, dir, "was damaged or changed")
		if t.Failed() {
			t.Fatalf("with byte %d of %d changed", at, len(whole))
		}
	}
	must(t, os.WriteFile(path, whole, 0o600))
	must(t, openSQLite(t, dir).Close()) // nothing else was wrong
}

// After a stop that wasn't clean there is no checksum, and SQLite has to notice by itself. It sees what is wrong with the
// structure of a page, not with a text in it.
func TestAPageOfNoiseIsRefusedAfterACrash(t *testing.T) {
	dir, l := worn(t)
	must(t, os.Remove(filepath.Join(dir, store.SumFile)))
	path := filepath.Join(dir, store.SQLiteFile)
	whole, err := os.ReadFile(path)
	must(t, err)
	for range 30 {
		page, spoilt := 1+rand.IntN(len(whole)/pageSize-1), bytes.Clone(whole)
		copy(spoilt[page*pageSize:], noise())
		must(t, os.WriteFile(path, spoilt, 0o600))
		refused(t, dir, "is damaged")
		if t.Failed() {
			t.Fatalf("with page %d of %d spoilt", page, len(whole)/pageSize)
		}
	}
	must(t, os.WriteFile(path, whole, 0o600))
	if err := l.audit(t.Context(), dir, everything).err(); err != nil {
		t.Error("the whole file: ", err)
	}
}

func TestAPageOfNoiseIsRefusedWhileALogLiesBesideIt(t *testing.T) {
	dir, l := worn(t)
	e := openSQLite(t, dir)
	must(t, e.Ensure(t.Context(), "keepers", nil)) // takes the indexes away: part of that is in the log alone
	crashed := storeFiles(t, dir)
	if crashed[store.SQLiteFile+"-wal"] == "" || crashed[store.SumFile] != "" {
		t.Fatal("the files don't look like those of a running store")
	}
	must(t, e.Close())
	if err := l.audit(t.Context(), copied(t, crashed), everything).err(); err != nil {
		t.Error("the whole files: ", err)
	}
	file := []byte(crashed[store.SQLiteFile])
	for at := pageSize; at < len(file); at += pageSize { // the log replaces some of them
		copy(file[at:], noise())
	}
	crashed[store.SQLiteFile] = string(file)
	refused(t, copied(t, crashed), "is damaged")
}

func TestDamageWhileTheStoreIsOpenIsSaidClearly(t *testing.T) {
	dir, _ := worn(t)
	e := openSQLite(t, dir)
	f, err := os.OpenFile(filepath.Join(dir, store.SQLiteFile), os.O_WRONLY, 0)
	must(t, err)
	info, err := f.Stat()
	must(t, err)
	for at := int64(pageSize); at < info.Size(); at += pageSize { // all but the schema
		_, err := f.WriteAt(noise(), at)
		must(t, err)
	}
	must(t, f.Close())
	nothing := func([]byte) error { return nil }
	for what, err := range map[string]error{
		"get":    e.Get(t.Context(), "keepers", []string{"teapot-1"}, nothing),
		"find":   e.Find(t.Context(), "keepers", store.Index{}, store.Query{Limit: 9}, nothing),
		"insert": e.Insert(t.Context(), "keepers", []store.Doc{doc("amina")}),
		"change": e.Replace(t.Context(), "keepers", 1, doc("teapot-1")),
	} {
		if err == nil || !strings.Contains(err.Error(), "the file is damaged; stop the server and restore a backup") {
			t.Errorf("%s: got %v", what, err)
		}
	}
	if _, err := e.Count(t.Context(), "keepers", store.Index{}, store.Query{}); err == nil || !strings.Contains(err.Error(), "restore a backup") {
		t.Errorf("count: got %v", err)
	}
}

func TestAChecksumLiesBesideAClosedStoreOnly(t *testing.T) {
	dir := filled(t, t.TempDir())
	path := filepath.Join(dir, store.SumFile)
	left, err := os.ReadFile(path)
	must(t, err)
	e := openSQLite(t, dir)
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("beside an open store: %v", err)
	}
	must(t, e.Close())
	unchanged, err := os.ReadFile(path)
	must(t, err)
	if !slices.Equal(left, unchanged) {
		t.Errorf("nothing was changed, and the checksum went from %q to %q", left, unchanged)
	}
	for _, cut := range []string{"", string(left[:5]), string(make([]byte, len(left)))} { // what a power cut may leave
		must(t, os.WriteFile(path, []byte(cut), 0o600))
		must(t, openSQLite(t, dir).Close())
	}
	other := filled(t, t.TempDir())
	must(t, errors.Join(openAndAdd(t, other), os.Rename(filepath.Join(other, store.SQLiteFile), filepath.Join(dir, store.SQLiteFile))))
	refused(t, dir, "if you changed it on purpose")
	must(t, os.Remove(path))
	again := openSQLite(t, dir)
	if !holds(t, again, "bram") {
		t.Error("bram's store isn't open")
	}
	must(t, errors.Join(again.Close(), os.Remove(filepath.Join(dir, store.SQLiteFile))))
	openSQLite(t, dir) // a new one: the checksum of the old says nothing about it
}

// openAndAdd adds Bram to the store of a folder.
func openAndAdd(t *testing.T, dir string) error {
	t.Helper()
	e := openSQLite(t, dir)
	return errors.Join(e.Insert(t.Context(), "keepers", []store.Doc{doc("bram")}), e.Close())
}
