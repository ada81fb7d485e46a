package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/demo"
	"longtable/server/store"
)

// village makes a small network in a folder of its own, closes it and gives the folder.
func village(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	engine, err := store.OpenSQLite(dir)
	if err != nil {
		t.Fatal(err)
	}
	db := store.NewDB(engine)
	stores, community := store.Community(t.Context(), db)
	_, auth := store.Auth(t.Context(), db)
	if err := errors.Join(community, auth); err != nil {
		t.Fatal(err)
	}
	g := demo.New(demo.Options{Members: 60, Seed: 1, Now: time.Now()})
	err = errors.Join(g.FillFirst(t.Context(), stores), g.FillRest(t.Context(), stores, func(int, int) {}), db.Close())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// say runs the program to its end and gives what it printed.
func say(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), args, func(string) string { return "" }, &out, io.Discard)
	return out.String(), err
}

func mustSay(t *testing.T, args ...string) string {
	t.Helper()
	out, err := say(t, args...)
	if err != nil {
		t.Fatalf("%s: %v", strings.Join(args, " "), err)
	}
	return out
}

// content sums up what a folder's store holds.
func content(t *testing.T, dir string) store.Manifest {
	t.Helper()
	s, err := store.SnapshotSQLite(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	m, err := store.Survey(s.Documents(t.Context()))
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return m
}

// except leaves collections out of a manifest.
func except(m store.Manifest, names ...string) (rest store.Manifest) {
	for _, tally := range m {
		if !strings.Contains(strings.Join(names, " "), tally.Collection) {
			rest = append(rest, tally)
		}
	}
	return rest
}

func epochIn(t *testing.T, dir string) string {
	t.Helper()
	engine, err := store.OpenSQLite(dir)
	if err != nil {
		t.Fatal(err)
	}
	stores, err := store.Community(t.Context(), store.NewDB(engine))
	if err != nil {
		t.Fatal(err)
	}
	charter, err := stores.Charters.Get(t.Context(), community.CharterOne)
	if err := errors.Join(err, engine.Close()); err != nil {
		t.Fatal(err)
	}
	return charter.Epoch
}

func TestABackupIsVerifiedAndRestored(t *testing.T) {
	from, to, file := village(t), filepath.Join(t.TempDir(), "fresh"), filepath.Join(t.TempDir(), "village.backup")
	before, epoch := content(t, from), epochIn(t, from)
	if out := mustSay(t, "backup", file, "--data", from); !strings.Contains(out, "100%") || !strings.Contains(out, "server verify "+file) {
		t.Errorf("backup says %q", out)
	}
	last, err := readNewestBackup(from)
	if err != nil || last.File != file || last.Verified != nil || time.Since(last.At) > time.Hour {
		t.Errorf("the note of the backup is %+v, %v", last, err)
	}
	if out := mustSay(t, "verify", file, "--data", from); !strings.Contains(out, "can be restored") {
		t.Errorf("verify says %q", out)
	}
	if last, err = readNewestBackup(from); err != nil || last.Verified == nil {
		t.Errorf("the note of the verified backup is %+v, %v", last, err)
	}
	index := filepath.Join(to, searchFolder)
	if err := os.MkdirAll(index, 0o700); err != nil {
		t.Fatal(err)
	}
	mustSay(t, "restore", file, "--data="+to)
	if err := except(before, "charters").Same(except(content(t, to), "charters", "schema")); err != nil {
		t.Error(err)
	}
	if again := epochIn(t, to); again == epoch || again == "" {
		t.Errorf("browsers can't tell that the network went back in time: %q", again)
	}
	if _, err := os.Stat(index); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the old search index is still there: %v", err)
	}
}

func TestANetworkMovesAndIsTheSame(t *testing.T) {
	from, to := village(t), filepath.Join(t.TempDir(), "new home")
	before := content(t, from)
	if out := mustSay(t, "move", "--to", to, "--data", from); !strings.Contains(out, "the same as here") || !strings.Contains(out, "--data "+to) {
		t.Errorf("move says %q", out)
	}
	if err := except(before, "schema").Same(except(content(t, to), "schema")); err != nil {
		t.Error(err)
	}
	if err := before.Same(content(t, from)); err != nil {
		t.Errorf("the old place was changed: %v", err)
	}
}

func TestWhatCannotBeKeptIsSaidAndChangesNothing(t *testing.T) {
	from, file := village(t), filepath.Join(t.TempDir(), "village.backup")
	mustSay(t, "backup", file, "--data", from)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut.backup")
	if err := os.WriteFile(cut, whole[:len(whole)*2/3], 0o600); err != nil {
		t.Fatal(err)
	}
	before := content(t, from)
	empty := filepath.Join(t.TempDir(), "empty")
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"no file":              {[]string{"backup"}, "server backup FILE"},
		"a flag for a file":    {[]string{"restore", "--data", empty}, "server restore FILE"},
		"no address":           {[]string{"move", "--to"}, "server move --to ADDRESS"},
		"a file that is there": {[]string{"backup", file, "--data", from}, "exists already"},
		"no network":           {[]string{"backup", file + "2", "--data", empty}, "no network in"},
		"no backup":            {[]string{"verify", file + "3"}, "can't read the backup"},
		"a cut backup":         {[]string{"restore", cut, "--data", empty}, "cut short"},
		"a cut backup checked": {[]string{"verify", cut}, "cut short"},
		"a store for a backup": {[]string{"restore", filepath.Join(from, store.SQLiteFile), "--data", empty}, "not a backup"},
		"over a network":       {[]string{"restore", file, "--data", from}, "a network in that place already"},
		"onto itself":          {[]string{"move", "--to", from, "--data", from}, "another server is using this folder"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := say(t, c.args...)
			if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want one sentence with %q", err, c.says)
			}
		})
	}
	if _, err := os.Stat(empty); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something was made for nothing: %v", err)
	}
	if err := before.Same(content(t, from)); err != nil {
		t.Errorf("the network was changed: %v", err)
	}
}

func TestABackupThatIsStoppedLeavesNothing(t *testing.T) {
	from, dir := village(t), t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := run(ctx, []string{"backup", filepath.Join(dir, "b"), "--data", from}, func(string) string { return "" }, io.Discard, io.Discard)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestAMeterShowsEachTenthOnceAndAllInTheEnd(t *testing.T) {
	var out bytes.Buffer
	m := newMeter(&out, "moving")
	for i := range int64(1000) {
		m.to(i, 900) // an estimate that is too small
	}
	m.end(1000)
	if lines := strings.Split(strings.TrimSpace(out.String()), "\n"); len(lines) != 10 || lines[9] != "  moving: 100%, 1000 documents" {
		t.Errorf("%d lines: %q", len(lines), lines)
	}
}
