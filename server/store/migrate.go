package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"longtable/server/community"
)

const (
	schemaName = "schema"
	schemaOne  = "schema" // the id of its one document

	// migratePage is how many documents are changed before the place is noted: what an interrupted migration repeats.
	migratePage = 200
)

// schema says which version the documents of a store have, and what is being done to all of them.
type schema struct {
	community.Record[string] `bson:",inline"`
	Version                  int    `json:"version"`
	Filling                  bool   `json:"filling,omitempty"` // half of a restore: nobody may use it
	After                    string `json:"after,omitempty"`   // up to this id the next migration is done
}

// Migration brings the documents of one collection from a version to the next.
type Migration struct {
	Name       string // what it does, for the terminal
	Collection string
	Tell       bool // everybody is told of each changed document, so that the search index follows

	// Change changes a document in place and tells whether it did. It must leave a document alone that has been
	// changed already, because an interrupted migration repeats some of its work. The id and the stamp aren't its own.
	Change func(document map[string]json.RawMessage) (changed bool, err error)
}

// migrations is the history of what documents look like; the version of a store is how many of them it has behind it,
// and one. A migration that has been released is never changed: another is written behind it.
var migrations = []Migration{
	{Name: "programmes have phases", Collection: "programmes", Tell: true, Change: programmePhases},
}

// SchemaVersion is that of the documents this program writes.
func SchemaVersion() int { return len(migrations) + 1 }

// Migrate brings a store to the version of this program before its collections are opened, and refuses a store that is
// newer, or half filled. It may be interrupted at any moment and goes on where it was; several servers may do it at
// once. progress is told the name of each migration and how many documents it has looked at.
func (db *DB) Migrate(ctx context.Context, progress func(name string, done int64)) error {
	return db.migrate(ctx, migrations, progress)
}

func (db *DB) migrate(ctx context.Context, all []Migration, progress func(string, int64)) error {
	c, s, err := db.schema(ctx, len(all)+1)
	switch {
	case err != nil:
		return err
	case s.Filling:
		return errFilling
	case s.Version > len(all)+1:
		return fmt.Errorf("store: this network was kept by a newer version of this program (its documents have version %d, "+
			"this program knows %d); start the newer one", s.Version, len(all)+1)
	}
	names, err := db.engine.Collections(ctx)
	if err != nil {
		return err
	}
	for _, m := range all[s.Version-1:] {
		if err := db.run(ctx, c, m, s, slices.Contains(names, m.Collection), progress); err != nil {
			return fmt.Errorf("store: migration %q of %s: %w; nothing is lost, and the next start goes on with it", m.Name, m.Collection, err)
		}
		if s, err = c.Get(ctx, schemaOne); err != nil {
			return err
		}
	}
	return nil
}

// VersionOf reads which version the documents of a snapshot have. Half a network is refused.
func VersionOf(ctx context.Context, s Snapshot) (int, error) {
	for entry, err := range s.Documents(ctx, schemaName) {
		if err != nil {
			return 0, err
		}
		var at schema
		if err := json.Unmarshal(entry.Body, &at); err != nil {
			return 0, fmt.Errorf("store: the version of this store can't be read: %w", err)
		}
		if at.Filling {
			return 0, errFilling
		}
		return at.Version, nil
	}
	return 1, nil // made before versions were noted
}

var errFilling = errors.New("store: this store holds half of a network: a restore or a move into it was interrupted; repeat that, or empty the place")

// schema reads the version, or notes it: that of this program for a store without anything, the first for one that was
// made before versions were noted.
func (db *DB) schema(ctx context.Context, current int) (*Collection[string, schema], *schema, error) {
	names, err := db.engine.Collections(ctx)
	if err != nil {
		return nil, nil, err
	}
	c, err := OpenSilent[string, schema](ctx, db, schemaName)
	if err != nil {
		return nil, nil, err
	}
	s, err := c.Get(ctx, schemaOne)
	if err == nil || community.KindOf(err) != community.KindNotFound {
		return c, s, err
	}
	s = &schema{Record: community.Record[string]{ID: schemaOne}, Version: 1}
	if len(names) == 0 {
		s.Version = current
	}
	if err = c.Add(ctx, s); errors.Is(err, ErrDuplicate) { // another server was faster
		s, err = c.Get(ctx, schemaOne)
	}
	return c, s, err
}

// beginFill notes that a store without a network is being filled, so that no program takes it for a whole one.
func (db *DB) beginFill(ctx context.Context) (*Collection[string, schema], error) {
	names, err := db.engine.Collections(ctx)
	if err != nil {
		return nil, err
	}
	c, err := OpenSilent[string, schema](ctx, db, schemaName)
	if err != nil {
		return nil, err
	}
	s, err := c.Get(ctx, schemaOne)
	switch {
	case err == nil && s.Filling:
		return c, nil
	case err != nil && community.KindOf(err) != community.KindNotFound:
		return nil, err
	case len(names) > 0:
		return nil, errors.New("store: there is a network in that place already; it is left as it is: choose an empty folder or another database")
	}
	return c, c.Add(ctx, &schema{Record: community.Record[string]{ID: schemaOne}, Filling: true})
}

// run does one migration from where it was left, and raises the version. A collection that isn't there has nothing to
// change.
func (db *DB) run(ctx context.Context, c *Collection[string, schema], m Migration, at *schema, there bool, progress func(string, int64)) error {
	after, done := at.After, int64(0)
	for more := there; more; {
		last, n, err := db.migratePage(ctx, m, after)
		if err != nil {
			return err
		}
		after, more, done = last, n == migratePage, done+int64(n)
		progress(m.Name, done)
		if err := note(ctx, c, at.Version, after, false); err != nil {
			return err
		}
	}
	return note(ctx, c, at.Version, "", true)
}

// note keeps the place, or the new version at the end; a server that was faster has noted more.
func note(ctx context.Context, c *Collection[string, schema], from int, after string, whole bool) error {
	_, err := c.Change(ctx, schemaOne, func(s *schema) error {
		switch {
		case s.Version == from && whole:
			s.Version, s.After = from+1, ""
		case s.Version == from && s.After < after:
			s.After = after
		default:
			return community.ErrUnchanged
		}
		return nil
	})
	return err
}

func (db *DB) migratePage(ctx context.Context, m Migration, after string) (last string, n int, err error) {
	q := Query{Limit: migratePage}
	if after != "" {
		q.After = &At{ID: after}
	}
	var bodies []json.RawMessage
	err = db.engine.Find(ctx, m.Collection, Index{}, q, func(body []byte) error {
		bodies = append(bodies, append(json.RawMessage(nil), body...))
		return nil
	})
	if err != nil {
		return after, 0, err
	}
	for _, body := range bodies {
		if after, err = db.migrateOne(ctx, m, body); err != nil {
			return after, 0, fmt.Errorf("document %q: %w", after, err)
		}
	}
	return after, len(bodies), nil
}

// migrateOne replaces a document by its changed form. One that a server changed meanwhile is read again.
func (db *DB) migrateOne(ctx context.Context, m Migration, body json.RawMessage) (id string, err error) {
	for {
		doc, changed, err := m.apply(body)
		if err != nil || !changed {
			return doc.ID, err
		}
		err = db.engine.Replace(ctx, m.Collection, doc.Rev-1, doc)
		if !errors.Is(err, ErrStale) {
			return doc.ID, err
		}
		body = nil
		err = db.engine.Get(ctx, m.Collection, []string{doc.ID}, func(newer []byte) error {
			body = append(body, newer...)
			return nil
		})
		if err != nil || body == nil { // gone
			return doc.ID, err
		}
	}
}

// apply changes a body. What a deleted document was stands one level deeper, and is changed there.
func (m Migration) apply(body json.RawMessage) (doc Doc, changed bool, err error) {
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(body, &whole); err != nil {
		return doc, false, err
	}
	var head struct {
		ID string `json:"_id"`
		community.Stamp
	}
	if err := json.Unmarshal(body, &head); err != nil {
		return doc, false, err
	}
	doc = Doc{ID: head.ID, Rev: head.Rev + 1}
	if was := whole["_was"]; head.Gone && was != nil {
		var inner map[string]json.RawMessage
		if err := json.Unmarshal(was, &inner); err != nil {
			return doc, false, err
		}
		if changed, err = m.Change(inner); changed && err == nil {
			whole["_was"], err = json.Marshal(inner)
		}
	} else {
		changed, err = m.Change(whole)
	}
	if err != nil || !changed {
		return doc, false, err
	}
	whole["rev"] = fmt.Append(nil, doc.Rev)
	if m.Tell {
		whole["due"] = fmt.Append(nil, time.Now().UnixMilli())
	}
	doc.Body, err = json.Marshal(whole)
	return doc, true, err
}
