package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"longtable/search"
	"longtable/server/community"
	"longtable/server/jobs"
	"longtable/server/store"
	"longtable/server/store/mongodb"
)

// secrets checks that the files with secrets hold something, and that not everybody can read it.
func (d *doctor) secrets(context.Context) finding {
	var names []string
	for name := range d.config.SecretFiles {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		path := d.config.SecretFiles[name]
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return failed(fmt.Errorf("%s: %w", name, err), "make the file, or correct the setting")
		case !info.Mode().IsRegular() || info.Size() == 0:
			return finding{Level: wrong, Found: fmt.Sprintf("%s: %s is empty, or no file", name, path), Try: "put the secret into it"}
		case runtime.GOOS != "windows" && info.Mode().Perm()&0o007 != 0:
			return finding{Level: wrong, Found: fmt.Sprintf("%s: everybody on this machine may use %s (%04o)", name, path, info.Mode().Perm()),
				Try: "chmod o= " + path + ", and change the secret if others use the machine"}
		}
	}
	if len(names) == 0 {
		return well("no secret is read from a file")
	}
	return well("the files of %s are not open to others", strings.Join(names, ", "))
}

// storeFile checks that this program could open the embedded store.
func (d *doctor) storeFile(context.Context) finding {
	if d.config.MongoDB != "" {
		return well("not used: everything is kept in the MongoDB")
	}
	err := store.CheckFile(d.config.Data)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return finding{Level: warning, Found: "the folder has no store yet", Try: "start the program, which makes one; if there was one, look where --data points"}
	case err != nil:
		return failed(err, "do not start the program before this is settled")
	}
	return well("%s is a store of this version", store.SQLiteFile)
}

// storeContent reads the whole embedded store and checks it.
func (d *doctor) storeContent(ctx context.Context) finding {
	if d.config.MongoDB != "" || store.CheckFile(d.config.Data) != nil {
		return well("not checked: there is no embedded store to read")
	}
	begun := time.Now()
	faults, err := d.faults(ctx)
	switch {
	case errors.Is(err, store.ErrUnread):
		return finding{Level: warning, Found: oneLine(err), Try: "start the program once, then run this again"}
	case err != nil:
		return failed(err, "stop the program if it runs, copy the folder, and run this again; a damaged store is restored from a backup")
	case len(faults) > 0:
		return finding{Level: wrong, Found: "the file is damaged: " + strings.Join(faults, "; "),
			Try: "stop the program, copy the folder as it is, and restore the newest backup with: server restore FILE"}
	}
	return well("the whole file was read and is sound (%s)", time.Since(begun).Round(time.Millisecond))
}

// faults looks a second time when a program started meanwhile, because a look at a store at rest does not see its log.
func (d *doctor) faults(ctx context.Context) (faults []string, err error) {
	for range 2 {
		ran, err := store.InUse(d.config.Data)
		if err != nil {
			return nil, err
		}
		look, err := store.LookAt(d.config.Data)
		if err != nil {
			return nil, err
		}
		faults, err = look.Faults(ctx)
		if err = errors.Join(err, look.Close()); err == nil && len(faults) == 0 {
			return nil, nil
		}
		if runs, useErr := store.InUse(d.config.Data); useErr != nil || runs == ran {
			return faults, errors.Join(err, useErr)
		}
	}
	return faults, err
}

// mongodb connects and lets the server prove that it keeps what the store relies on: that is done in a collection of its own
// that it drops again.
func (d *doctor) mongodb(ctx context.Context) finding {
	if d.config.MongoDB == "" {
		return well("not used: everything is kept in the data folder")
	}
	ctx, cancel := context.WithTimeout(ctx, reachTime)
	defer cancel()
	engine, err := mongodb.Open(ctx, d.config.MongoDB)
	if err != nil {
		return failed(err, "start MongoDB 7 or 8 as a replica set (one server is enough), or correct --mongodb-uri")
	}
	if err := engine.Close(); err != nil {
		return failed(err, "look at MongoDB's log")
	}
	return well("a primary answers, writes reach a majority, conditional writes and unique keys are kept")
}

// unfinished counts the reactions that keep failing.
func (d *doctor) unfinished(ctx context.Context) finding {
	n, since, err := d.parked(ctx)
	switch {
	case errors.Is(err, store.ErrUnread):
		return finding{Level: warning, Found: oneLine(err), Try: "start the program once, then run this again"}
	case err != nil:
		return failed(err, "settle what is wrong with the store first")
	case n == 0:
		return well("no work keeps failing")
	}
	found := fmt.Sprintf("%d pieces of work keep failing", n)
	if since != 0 {
		found += ", the first since " + since.Time().UTC().Format(time.RFC3339)
	}
	return finding{Level: warning, Found: found, Try: "a steward sees the reasons at /unfinished, and can have each tried again"}
}

func (d *doctor) parked(ctx context.Context) (n int, since community.Instant, err error) {
	if d.config.MongoDB == "" {
		if err := store.CheckFile(d.config.Data); errors.Is(err, os.ErrNotExist) {
			return 0, 0, nil
		} else if err != nil {
			return 0, 0, err
		}
		look, err := store.LookAt(d.config.Data)
		if err != nil {
			return 0, 0, err
		}
		n, since, err = look.Parked(ctx)
		return n, since, errors.Join(err, look.Close())
	}
	ctx, cancel := context.WithTimeout(ctx, reachTime)
	defer cancel()
	engine, err := mongodb.Open(ctx, d.config.MongoDB)
	if err != nil {
		return 0, 0, err
	}
	n, err = store.ParkedIn(ctx, engine)
	return n, 0, errors.Join(err, engine.Close())
}

// searchIndex checks that the embedded index is there. What is missing is built at the next start.
func (d *doctor) searchIndex(context.Context) finding {
	var unready []string
	for name, schema := range jobs.Schemas() {
		state, err := search.LookAtIndex(filepath.Join(d.config.Data, "search"), schema)
		if err != nil {
			return failed(err, "stop the program and delete the folder search; the next start builds it anew")
		}
		if state != search.IndexReady {
			unready = append(unready, fmt.Sprintf("%s is %s", name, state))
		}
	}
	if len(unready) > 0 {
		slices.Sort(unready)
		return finding{Level: warning, Found: "not ready to be searched: " + strings.Join(unready, ", "),
			Try: "wait, while the program runs and builds it; if not, start it"}
	}
	return well("all %d indexes are there", len(jobs.Schemas()))
}
