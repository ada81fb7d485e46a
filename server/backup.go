package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"longtable/server/community"
	"longtable/server/store"
	"longtable/server/store/mongodb"
)

// openEngine opens the store that the settings name.
func openEngine(ctx context.Context, config Config) (store.Engine, error) {
	if config.MongoDB != "" {
		return mongodb.Open(ctx, config.MongoDB)
	}
	return store.OpenSQLite(config.Data)
}

// freeze takes a snapshot of the store that the settings name, which a running program may be using. release gives
// everything back.
func freeze(ctx context.Context, config Config) (s store.Snapshot, release func() error, err error) {
	if config.MongoDB == "" {
		s, err := store.SnapshotSQLite(ctx, config.Data)
		if err != nil {
			return nil, nil, err
		}
		return s, s.Close, nil
	}
	engine, err := mongodb.Open(ctx, config.MongoDB)
	if err != nil {
		return nil, nil, err
	}
	if s, err = engine.Snapshot(ctx); err != nil {
		return nil, nil, errors.Join(err, engine.Close())
	}
	return s, func() error { return errors.Join(s.Close(), engine.Close()) }, nil
}

// backUp writes a backup and reads it again, as what can't be read is none.
func backUp(ctx context.Context, config Config, file string, out io.Writer) error {
	s, release, err := freeze(ctx, config)
	if err != nil {
		return err
	}
	at, bar := time.Now(), newMeter(out, "writing "+file)
	written, err := store.WriteBackup(ctx, file, at, s, bar.to)
	if err := errors.Join(err, release()); err != nil {
		return err
	}
	bar.end(written.Documents())
	if _, err := survey(file, written.Documents(), newMeter(out, "reading it again")); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d documents of %d collections are in %s. Now see that it can be restored: server verify %s\n",
		written.Documents(), len(written), file, file)
	return noteBackup(config, newestBackup{At: at.UTC(), File: absolute(file)})
}

// survey reads a backup to its end and sums it up; of is about how many documents it holds, for the bar.
func survey(file string, of int64, bar *meter) (store.Manifest, error) {
	b, err := store.OpenBackup(file)
	if err != nil {
		return nil, err
	}
	done := int64(0)
	m, err := store.Survey(func(yield func(store.Entry, error) bool) {
		for entry, err := range b.Documents() {
			if done++; !yield(entry, err) {
				return
			}
			bar.to(done, of)
		}
	})
	if err := errors.Join(err, b.Close()); err != nil {
		return nil, err
	}
	bar.end(m.Documents())
	return m, nil
}

// verify restores a backup into a scratch place, opens it there as the program would, and compares.
func verify(ctx context.Context, config Config, file string, out io.Writer) error {
	promised, err := survey(file, 0, newMeter(out, "reading "+file))
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "longtable-verify-")
	if err != nil {
		return fmt.Errorf("can't make a scratch place (%w); set TMPDIR to a folder with room", err)
	}
	err = verifyIn(ctx, scratch, file, promised, out)
	if err := errors.Join(err, os.RemoveAll(scratch)); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s can be restored: %d documents, the same as were written, and all of them can be read.\n", file, promised.Documents())
	newest, err := readNewestBackup(config.Data)
	if err != nil || newest.File != absolute(file) {
		return nil // it isn't the newest, of which a note is kept
	}
	now := time.Now().UTC()
	newest.Verified = &now
	return noteBackup(config, newest)
}

func verifyIn(ctx context.Context, scratch, file string, promised store.Manifest, out io.Writer) (err error) {
	engine, err := store.OpenScratch(scratch)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	db, _, err := fill(ctx, engine, file, promised, newMeter(out, "restoring into a scratch place"))
	if err != nil {
		return err
	}
	_, err = db.ReadAll(ctx)
	return err
}

// fill puts a backup into an engine and opens every collection on it, as the program would.
func fill(ctx context.Context, engine store.Engine, file string, promised store.Manifest, bar *meter) (*store.DB, community.Stores, error) {
	b, err := store.OpenBackup(file)
	if err != nil {
		return nil, community.Stores{}, err
	}
	arrived, err := store.Fill(ctx, engine, b.Header.Schema, b.Documents(), func(done int64) { bar.to(done, promised.Documents()) })
	if err := errors.Join(err, b.Close()); err != nil {
		return nil, community.Stores{}, err
	}
	if err := promised.Same(arrived); err != nil {
		return nil, community.Stores{}, err
	}
	bar.end(arrived.Documents())
	db := store.NewDB(engine)
	if err := db.Migrate(ctx, func(string, int64) {}); err != nil {
		return nil, community.Stores{}, err
	}
	stores, err := store.Community(ctx, db)
	_, accounts := store.Auth(ctx, db)
	return db, stores, errors.Join(err, accounts)
}

// restore puts a backup into an empty place. The file is read to its end before anything is touched.
func restore(ctx context.Context, config Config, file string, out io.Writer) (err error) {
	promised, err := survey(file, 0, newMeter(out, "reading "+file))
	if err != nil {
		return err
	}
	engine, err := openEngine(ctx, config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	_, stores, err := fill(ctx, engine, file, promised, newMeter(out, "restoring"))
	if err != nil {
		return err
	}
	if err := renewEpoch(ctx, stores); err != nil {
		return err
	}
	if err := forgetIndex(config); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d documents are restored. Start the program; it builds the search index anew.\n", promised.Documents())
	return nil
}

// renewEpoch lets browsers that knew the network before load it anew, because it went back in time.
func renewEpoch(ctx context.Context, stores community.Stores) error {
	network, err := community.New(stores, time.Now)
	if err != nil {
		return err
	}
	return network.RenewEpoch(ctx)
}

// forgetIndex removes the embedded search index, which belongs to what was there before.
func forgetIndex(config Config) error {
	if err := os.RemoveAll(filepath.Join(config.Data, searchFolder)); err != nil {
		return fmt.Errorf("remove the old search index: %w; delete it by hand, it is built anew", err)
	}
	return nil
}

// move carries the network to another engine, or back, and compares. The old place is left as it is.
func move(ctx context.Context, config Config, to string, out io.Writer) (err error) {
	target := Config{Data: to}
	if strings.HasPrefix(to, "mongodb://") || strings.HasPrefix(to, "mongodb+srv://") {
		target = Config{Data: config.Data, MongoDB: to}
	}
	from, err := openEngine(ctx, config) // as its owner: nobody may change it meanwhile
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	engine, err := openEngine(ctx, target)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	arrived, err := carry(ctx, from, engine, newMeter(out, "moving"))
	if err != nil {
		return err
	}
	if target.MongoDB == "" {
		if err := forgetIndex(target); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "%d documents of %d collections are there, the same as here. What was here is still here; start the program with %s\n",
		arrived.Documents(), len(arrived), target.start())
	return nil
}

func carry(ctx context.Context, from, to store.Engine, bar *meter) (store.Manifest, error) {
	s, err := from.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	version, err := store.VersionOf(ctx, s)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	of, err := s.Count(ctx)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	arrived, err := store.Fill(ctx, to, version, s.Documents(ctx), func(done int64) { bar.to(done, of) })
	if err := errors.Join(err, s.Close()); err != nil {
		return nil, err
	}
	bar.end(arrived.Documents())
	return arrived, nil
}

// start is the flag that a program on these settings is started with; a password in an address is not repeated.
func (c Config) start() string {
	if c.MongoDB != "" {
		return "--mongodb-uri and that address"
	}
	return "--data " + c.Data
}

// noteBackup keeps the note beside the store. With MongoDB there may be no such folder yet.
func noteBackup(config Config, newest newestBackup) error {
	content, err := json.Marshal(newest)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(config.Data, 0o700); err != nil {
		return fmt.Errorf("note the backup: %w", err)
	}
	if err := os.WriteFile(filepath.Join(config.Data, newestBackupFile), append(content, '\n'), 0o600); err != nil {
		return fmt.Errorf("note the backup: %w", err)
	}
	return nil
}

// absolute is the path from the root, so that a note of it can be understood elsewhere.
func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}
