package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"time"

	"longtable/server/community"
	"longtable/server/sealed"
	"longtable/server/store"
)

// manageKeys says where the root key is and how many people's keys it wraps, after doing what the words say. It works on a
// store that no program of the folder uses: only one process can write it.
func manageKeys(ctx context.Context, config Config, words string, out io.Writer) (err error) {
	work, known := keyWork[words]
	if !known {
		return fmt.Errorf("%q can't be done with keys; try: server keys, server keys rotate, server keys retire, server keys renew, or server keys new", words)
	}
	if words == "" {
		return sayKeys(ctx, config, out)
	}
	if config.MongoDB == "" {
		if running, err := store.InUse(config.Data); err != nil {
			return err
		} else if running {
			return errors.New("a program runs on this folder; stop it, rotate, and start it again: a rotation takes seconds")
		}
	}
	network, closeStore, err := networkOf(ctx, config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeStore()) }()
	return work(ctx, config, network, out)
}

var keyWork = map[string]func(context.Context, Config, *community.Network, io.Writer) error{
	"": nil, "rotate": rotateRoot, "retire": retireRoot, "renew": renewKeys, "new": beginAnew,
}

// networkOf opens the store for a command, without the rooms that serve.
func networkOf(ctx context.Context, config Config) (*community.Network, func() error, error) {
	engine, err := openEngine(ctx, config)
	if err != nil {
		return nil, nil, err
	}
	db := store.NewDB(engine)
	if err := db.Migrate(ctx, func(string, int64) {}); err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	stores, err := store.Community(ctx, db)
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	network, err := community.New(stores, time.Now)
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return network, db.Close, nil
}

// rotateRoot puts a new root key behind the old one in the file and wraps every person's key with it. A rotation that was
// interrupted, or begun by hand with a line at the end of the file, goes on where it was. The old key stays until it is retired.
func rotateRoot(ctx context.Context, config Config, network *community.Network, out io.Writer) error {
	inUse, err := network.RootInUse(ctx)
	if err != nil {
		return err
	}
	ring, err := sealed.Read(config.keyPath())
	if err != nil {
		return fmt.Errorf("%w; a root key is made by the first start", err)
	}
	if inUse != "" && !ring.Has(inUse) {
		return fmt.Errorf("%s does not hold the key that is in use; put the right file in its place", config.keyPath())
	}
	if ring.Mark() == inUse || inUse == "" {
		if err := sealed.Append(config.keyPath()); err != nil {
			return fmt.Errorf("%w; where the file can't be written here, add a line of openssl rand -hex 32 at its end and run this again", err)
		}
	}
	network.Seals = ring
	if err := network.UseRoot(ctx, inUse); err != nil { // first: from now on new keys are wrapped with it
		return err
	}
	rewrapped, err := network.RewrapKeys(ctx)
	if err != nil {
		return fmt.Errorf("%w; run server keys rotate again, it goes on where it was", err)
	}
	fmt.Fprintf(out, "%d people's keys are wrapped with the new root key. Copy %s to where you keep it apart from the backups; once no backup from before is needed, and other programs over the same database have the new file: server keys retire\n", rewrapped, config.keyPath())
	return nil
}

// retireRoot takes old root keys out of the file, once nothing is wrapped with them.
func retireRoot(ctx context.Context, config Config, network *community.Network, out io.Writer) error {
	ring, err := rightRing(ctx, config, network)
	if err != nil {
		return err
	}
	network.Seals = ring
	keys, err := network.KeysInUse(ctx)
	if err != nil {
		return err
	}
	if keys.Older > 0 {
		return fmt.Errorf("%d keys are still wrapped with an older root key; first: server keys rotate", keys.Older)
	}
	if err := sealed.Retire(config.keyPath()); err != nil {
		return err
	}
	fmt.Fprintln(out, "The file holds the newest root key alone. Backups from before the rotation can be restored, but what was declared in them can't be opened with this file.")
	return nil
}

// renewKeys gives every person a new key.
func renewKeys(ctx context.Context, config Config, network *community.Network, out io.Writer) error {
	ring, err := rightRing(ctx, config, network)
	if err != nil {
		return err
	}
	network.Seals = ring
	renewed, err := network.RenewKeys(ctx)
	if err != nil {
		return fmt.Errorf("%w; run server keys renew again, it goes on where it was", err)
	}
	fmt.Fprintf(out, "%d people have a new key.\n", renewed)
	return nil
}

func rightRing(ctx context.Context, config Config, network *community.Network) (*sealed.Ring, error) {
	inUse, err := network.RootInUse(ctx)
	if err != nil {
		return nil, err
	}
	ring, err := sealed.Read(config.keyPath())
	if err == nil && ring.Mark() != inUse {
		err = fmt.Errorf("the newest key of %s is not the one in use; first: server keys rotate, or put the right file in its place", config.keyPath())
	}
	return ring, err
}

// beginAnew takes the key of the file, or a new one, into use where the one before is lost. What was declared under that can
// never be opened again, and people can declare anew.
func beginAnew(ctx context.Context, config Config, network *community.Network, out io.Writer) error {
	inUse, err := network.RootInUse(ctx)
	if err != nil {
		return err
	}
	ring, err := sealed.Read(config.keyPath())
	if errors.Is(err, os.ErrNotExist) {
		ring, err = sealed.Make(config.keyPath())
	}
	if err != nil {
		return err
	}
	if ring.Has(inUse) {
		return errors.New("the key in use is there: nothing is lost; to exchange it: server keys rotate")
	}
	network.Seals = ring
	if err := network.UseRoot(ctx, inUse); err != nil {
		return err
	}
	fmt.Fprintf(out, "The key of %s is in use from now on. What was declared before can't be opened any more; people can declare anew.\n", config.keyPath())
	return nil
}

// rootState is what can be told of the keys without opening anything.
type rootState struct {
	inUse      string
	ring       *sealed.Ring
	ringErr    error
	people     int
	older      int
	notAtHand  int
	everMarked bool
}

// lookAtKeys reads the store as it lies there, also while a program runs, and changes nothing.
func lookAtKeys(ctx context.Context, config Config) (s rootState, err error) {
	var kept []*community.Declaration
	takeDeclaration := func(body []byte) error {
		d := new(community.Declaration)
		kept = append(kept, d)
		return json.Unmarshal(body, d)
	}
	takeMark := func(body []byte) error {
		mark := new(community.RootMark)
		err := json.Unmarshal(body, mark)
		s.inUse, s.everMarked = mark.Mark, true
		return err
	}
	if err := eachKept(ctx, config, map[string]func([]byte) error{"declarations": takeDeclaration, "root_marks": takeMark}); err != nil {
		return s, err
	}
	s.ring, s.ringErr = sealed.Read(config.keyPath())
	s.people = len(kept)
	for _, d := range kept {
		for _, key := range d.Keys {
			switch mark := s.ring.MarkOf(key.Wrapped); {
			case !s.ring.Has(mark):
				s.notAtHand++
			case mark != s.ring.Mark():
				s.older++
			}
		}
	}
	return s, nil
}

// eachKept hands over the documents of some collections.
func eachKept(ctx context.Context, config Config, take map[string]func([]byte) error) (err error) {
	if config.MongoDB == "" {
		look, err := store.LookAt(config.Data)
		if err != nil {
			return err
		}
		for collection, do := range take {
			err = errors.Join(err, look.Each(ctx, collection, do))
		}
		return errors.Join(err, look.Close())
	}
	snapshot, release, err := freeze(ctx, config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	for entry, err := range snapshot.Documents(ctx, slices.Collect(maps.Keys(take))...) {
		if err != nil {
			return err
		}
		if err := take[entry.Collection](entry.Body); err != nil {
			return fmt.Errorf("%s can't be read: %w", entry.ID, err)
		}
	}
	return nil
}

func sayKeys(ctx context.Context, config Config, out io.Writer) error {
	s, err := lookAtKeys(ctx, config)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", s.finding(config.keyPath()).sentence())
	return err
}

func (f finding) sentence() string {
	if f.Try == "" {
		return f.Found
	}
	return f.Found + "; " + f.Try
}

// finding says how the keys are, for the doctor and for the command.
func (s rootState) finding(path string) finding {
	switch {
	case !s.everMarked && s.people == 0:
		return well("no root key is in use yet; the first start makes one")
	case s.ringErr != nil:
		return finding{Level: wrong, Found: fmt.Sprintf("what %d people declared can't be opened: %v", s.people, s.ringErr), Try: "put the key file back as " + path + ", from where you keep it apart from the backups"}
	case !s.ring.Has(s.inUse):
		return finding{Level: wrong, Found: fmt.Sprintf("%s holds another key than the one that %d people's declarations are closed with", path, s.people), Try: "put the right file in its place; if it is lost: server keys new"}
	case s.notAtHand > 0:
		return finding{Level: warning, Found: fmt.Sprintf("%d keys are wrapped with a root key that is not in %s", s.notAtHand, path), Try: "if it is lost, these people can declare anew; nothing else is to do"}
	case s.older > 0 || s.ring.Mark() != s.inUse:
		return finding{Level: warning, Found: fmt.Sprintf("a rotation is not complete: %d keys are wrapped with an older root key", s.older), Try: "stop the program and run: server keys rotate"}
	}
	return well("the root key in %s opens what %d people declared; keep a copy of it apart from the backups", path, s.people)
}
