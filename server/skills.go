package main

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"longtable/server/community"
	"longtable/server/esco"
	"longtable/server/jobs"
	"longtable/server/store"
)

// An import is handed over through the data folder, whose owner alone writes into the store: a program that runs takes it
// up itself, so nobody has to stop it; one that ended in the middle goes on with it at its next start.
const (
	importFile  = "skills-import.json.gz"   // what is to be imported; there until all of it is done
	begunFile   = "skills-import.begun"     // there while it is being imported, and after an import that was interrupted
	outcomeFile = "skills-import.done.json" // how far it is, for whoever waits
)

// importEvery is how often a running program looks for an import: nobody imports twice within it, and a look costs nothing.
const importEvery = 2 * time.Second

// outcome is how far an import is, and in the end what became of it.
type outcome struct {
	Done, Of int
	Ended    bool
	Failed   string `json:",omitempty"`
	Imported community.Imported
}

// importSkills reads ESCO and takes it into the list of skills, or lets the program do so that holds the store.
func importSkills(ctx context.Context, config Config, dir string, out io.Writer) error {
	bar := newMeter(out, "reading ESCO")
	bar.unit = "bytes"
	concepts, err := esco.Read(dir, bar.to)
	if err != nil {
		return err
	}
	bar.unit = "skills"
	bar.end(int64(len(concepts)))
	if config.MongoDB != "" { // its folder holds no store, and may not be there yet
		if err := os.MkdirAll(config.Data, 0o700); err != nil {
			return err
		}
	}
	if err := handOver(config.Data, concepts); err != nil {
		return fmt.Errorf("hand the skills over: %w; choose the network's folder with --data", err)
	}
	bar = newMeter(out, "importing")
	bar.unit = "skills"
	engine, err := openEngine(ctx, config)
	var told outcome
	switch {
	case errors.Is(err, store.ErrInUse):
		fmt.Fprintln(out, "The program is running and takes the skills up itself.")
		told, err = awaitImport(ctx, config.Data, bar)
	case err == nil:
		told, err = importAlone(ctx, config, engine, bar)
		if config.MongoDB != "" && err == nil {
			fmt.Fprintln(out, "A program that runs on this MongoDB knows the skills after its next start.")
		}
	}
	if err != nil {
		return err
	}
	bar.end(int64(told.Of))
	sum(out, told.Imported)
	return nil
}

func sum(out io.Writer, i community.Imported) {
	fmt.Fprintf(out, "%d skills are new, %d were joined with one that the network had, %d were updated, %d were there already.\n", i.Added, i.Joined, i.Updated, i.Same)
	fmt.Fprintln(out, "This service uses the ESCO classification of the European Commission. The page of the skills says so.")
}

// handOver puts an import into the data folder, whole or not at all.
func handOver(data string, concepts []community.Concept) (err error) {
	if err := os.Remove(filepath.Join(data, outcomeFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.CreateTemp(data, importFile+".part-")
	if err != nil {
		return err
	}
	packed := gzip.NewWriter(f)
	if err := errors.Join(json.NewEncoder(packed).Encode(concepts), packed.Close(), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), filepath.Join(data, importFile))
}

// handedOver reads an import; it matches fs.ErrNotExist when there is none.
func handedOver(data string) (concepts []community.Concept, err error) {
	f, err := os.Open(filepath.Join(data, importFile))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	packed, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return concepts, json.NewDecoder(packed).Decode(&concepts)
}

// takeUp imports what was handed over, and calls settled before it counts as done. It does nothing when there is none. After
// an interruption nobody knows which skills had got new names by then, so all that were joined are told.
func takeUp(ctx context.Context, n *community.Network, data string, progress func(done, of int), settled func(community.Imported) error) (told outcome, err error) {
	concepts, err := handedOver(data)
	if errors.Is(err, fs.ErrNotExist) {
		return told, nil
	}
	interrupted := false
	if err == nil {
		interrupted, err = begin(data)
	}
	if err == nil {
		told.Of = len(concepts)
		told.Imported, err = n.ImportSkills(ctx, community.SourceESCO, concepts, progress)
	}
	if interrupted {
		told.Imported.Renamed = n.Skills.Joined(community.SourceESCO)
	}
	if err == nil {
		err = settled(told.Imported)
	}
	if err != nil {
		return told, fmt.Errorf("import skills: %w", err)
	}
	told.Done, told.Ended = told.Of, true
	return told, errors.Join(os.Remove(filepath.Join(data, importFile)), os.Remove(filepath.Join(data, begunFile)))
}

// begin marks that an import is under way, and tells whether one was interrupted before.
func begin(data string) (interrupted bool, err error) {
	path := filepath.Join(data, begunFile)
	if _, err := os.Stat(path); err == nil {
		return true, nil
	}
	return false, os.WriteFile(path, nil, 0o600)
}

// importAlone imports while no program runs. The search index is built anew at the next start, when names have changed.
func importAlone(ctx context.Context, config Config, engine store.Engine, bar *meter) (told outcome, err error) {
	db := store.NewDB(engine)
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Migrate(ctx, func(string, int64) {}); err != nil {
		return told, err
	}
	stores, err := store.Community(ctx, db)
	if err != nil {
		return told, err
	}
	network, err := community.New(stores, time.Now)
	if err != nil {
		return told, err
	}
	if err := network.LoadSkills(ctx); err != nil {
		return told, err
	}
	return takeUp(ctx, network, config.Data, func(done, of int) { bar.to(int64(done), int64(of)) }, func(i community.Imported) error {
		if len(i.Renamed) == 0 {
			return nil
		}
		return forgetIndex(config)
	})
}

// awaitImport shows how far the running program is until it is done.
func awaitImport(ctx context.Context, data string, bar *meter) (told outcome, err error) {
	look := time.NewTicker(importEvery / 4)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return told, errors.New("nobody waits any longer; the program goes on with the import, and its log says what became of it")
		case <-look.C:
		}
		text, err := os.ReadFile(filepath.Join(data, outcomeFile))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return told, err
		}
		if err := json.Unmarshal(text, &told); err != nil {
			return told, fmt.Errorf("what the program says of the import can't be read: %w", err)
		}
		bar.to(int64(told.Done), int64(told.Of))
		switch {
		case told.Failed != "":
			return told, fmt.Errorf("the program could not import the skills: %s; it tries again every few seconds", told.Failed)
		case told.Ended:
			return told, os.Remove(filepath.Join(data, outcomeFile))
		}
	}
}

// takeUpImports lets the running program import what is handed over, until ctx ends.
func (h *house) takeUpImports(ctx context.Context) {
	jobs.Every(ctx, importEvery, func() {
		told, err := takeUp(ctx, h.network, h.config.Data, func(done, of int) { h.noteOutcome(outcome{Done: done, Of: of}) },
			func(i community.Imported) error {
				return errors.Join(h.network.LoadMatches(ctx), h.jobs.Renamed(ctx, i.Renamed))
			})
		switch {
		case err != nil && ctx.Err() == nil:
			h.log.Error("skills not imported", "error", err)
			h.noteOutcome(outcome{Failed: err.Error()})
		case told.Ended:
			h.log.Info("skills imported", "new", told.Imported.Added, "joined", told.Imported.Joined, "updated", told.Imported.Updated, "same", told.Imported.Same)
			h.noteOutcome(told)
		}
	})
}

// noteOutcome says how far an import is. Nobody may be waiting, so not being able to say it keeps nothing from happening.
func (h *house) noteOutcome(o outcome) {
	text, err := json.Marshal(o)
	part := filepath.Join(h.config.Data, outcomeFile+".part")
	if err == nil {
		err = os.WriteFile(part, text, 0o600)
	}
	if err == nil {
		err = os.Rename(part, filepath.Join(h.config.Data, outcomeFile))
	}
	if err != nil {
		h.log.Warn("the state of the import can't be told", "error", err)
	}
}
