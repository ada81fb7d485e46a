package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"longtable/server/community"
	"longtable/server/store"
	"longtable/server/store/storetest"
)

// laid is a store in a folder with people in it, open until end is called.
func laid(t *testing.T, dir string, people int) (db *store.DB, end func()) {
	t.Helper()
	engine, err := store.OpenSQLite(dir)
	if err != nil {
		t.Fatal(err)
	}
	db = store.NewDB(engine)
	c, err := store.Open[community.MemberID, storetest.Keeper](t.Context(), db, "keepers", storetest.Indexes...)
	if err != nil {
		t.Fatal(err)
	}
	for i := range people {
		k := &storetest.Keeper{Record: community.Record[community.MemberID]{ID: community.MemberID(fmt.Sprint("amina-", i))}, Name: fmt.Sprint("Amina ", i)}
		if err := c.Add(t.Context(), k); err != nil {
			t.Fatal(err)
		}
	}
	return db, func() {
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// everyByte gives all files of a folder, byte by byte.
func everyByte(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		all[filepath.Base(path)] = string(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// looked opens a look, reads all that it gives and closes it; the folder must be as before, to the byte. The index of the log
// is left out while the store is open: within one process SQLite shares it between all that read, whatever a look asks for.
func looked(t *testing.T, dir string) (faults []string, err error) {
	t.Helper()
	before := everyByte(t, dir)
	open, err := store.InUse(dir)
	if err != nil {
		t.Fatal(err)
	}
	look, err := store.LookAt(dir)
	if err != nil {
		t.Fatal(err)
	}
	faults, err = look.Faults(t.Context())
	if err == nil {
		if _, _, err := look.Parked(t.Context()); err != nil {
			t.Errorf("parked: %v", err)
		}
	}
	if err := look.Close(); err != nil {
		t.Error(err)
	}
	after := everyByte(t, dir)
	for name := range after {
		if before[name] != after[name] && (!open || !strings.HasSuffix(name, "-shm")) {
			t.Errorf("the look changed %s", name)
		}
	}
	if len(before) != len(after) {
		t.Errorf("the look made or removed a file: %d before, %d after", len(before), len(after))
	}
	return faults, err
}

func TestALookChangesNothingAndWorksWhileTheStoreIsOpen(t *testing.T) {
	dir := t.TempDir()
	if held, err := store.InUse(dir); held || err != nil {
		t.Errorf("an empty folder is in use: %v, %v", held, err)
	}
	if err := store.CheckFile(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an empty folder gives %v", err)
	}
	_, end := laid(t, dir, 50)
	if held, err := store.InUse(dir); !held || err != nil {
		t.Errorf("while it is open: in use %v, %v", held, err)
	}
	if faults, err := looked(t, dir); err != nil || len(faults) > 0 {
		t.Errorf("while it is open: %v, %v", faults, err)
	}
	killed := t.TempDir() // as a killed program leaves it: with a log that nobody has taken in
	for name, content := range everyByte(t, dir) {
		if err := os.WriteFile(filepath.Join(killed, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	end()
	if held, err := store.InUse(dir); held || err != nil {
		t.Errorf("after it was closed: in use %v, %v", held, err)
	}
	for name, folder := range map[string]string{"closed": dir, "killed": killed} {
		if faults, err := looked(t, folder); err != nil || len(faults) > 0 {
			t.Errorf("%s: %v, %v", name, faults, err)
		}
		if err := store.CheckFile(folder); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestALogWithoutItsIndexIsLeftToTheProgram(t *testing.T) {
	dir, copied := t.TempDir(), t.TempDir()
	_, end := laid(t, dir, 5)
	for name, content := range everyByte(t, dir) {
		if !strings.HasSuffix(name, "-shm") {
			if err := os.WriteFile(filepath.Join(copied, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	end()
	if _, err := store.LookAt(copied); !errors.Is(err, store.ErrUnread) {
		t.Errorf("got %v", err)
	}
}

func TestALookFindsDamage(t *testing.T) {
	dir := t.TempDir()
	_, end := laid(t, dir, 400)
	end()
	path := filepath.Join(dir, store.SQLiteFile)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.LastIndex(raw, []byte("Amina 399"))
	page := raw[at/4096*4096:][:4096]
	copy(page[:64], bytes.Repeat([]byte{0xAA}, 64))
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if faults, err := looked(t, dir); err == nil && len(faults) == 0 {
		t.Error("a page was overwritten, and the look finds nothing")
	}
}

func TestALookCountsWhatIsParked(t *testing.T) {
	dir := t.TempDir()
	db, end := laid(t, dir, 1)
	if _, err := store.NewRelay(t.Context(), db, slog.New(slog.DiscardHandler), func(context.Context, any) error { return nil }); err != nil {
		t.Fatal(err)
	}
	body := []byte(`{"_id":"p1","rev":1,"collection":"keepers","document":"amina-0","since":1800000000000,"failures":8}`)
	if err := db.Engine().Insert(t.Context(), "relay_parked", []store.Doc{{ID: "p1", Rev: 1, Body: body}}); err != nil {
		t.Fatal(err)
	}
	if n, err := store.ParkedIn(t.Context(), db.Engine()); n != 1 || err != nil {
		t.Errorf("the engine counts %d, %v", n, err)
	}
	end()
	look, err := store.LookAt(dir)
	if err != nil {
		t.Fatal(err)
	}
	if n, since, err := look.Parked(t.Context()); n != 1 || since != 1800000000000 || err != nil {
		t.Errorf("the look counts %d since %d, %v", n, since, err)
	}
	if err := look.Close(); err != nil {
		t.Error(err)
	}
}
