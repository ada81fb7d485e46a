package store

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/gzip"
)

// A backup is one gzip file of lines. The first is a list that says what it is, then come the documents of each
// collection behind a list that names it, and last a list with the manifest. Documents are the only objects, so that a
// person with zcat and a text tool can read it, and it fits either engine.
//
//	["longtable backup", {"format": 1, "schema": 1, "at": "2026-11-25T10:00:00Z"}]
//	["collection", "members"]
//	{"_id": "…", "rev": 3, …}
//	["manifest", [{"collection": "members", "count": 1, "digest": "…"}]]
const (
	backupFormat = 1

	lineBackup     = "longtable backup"
	lineCollection = "collection"
	lineManifest   = "manifest"

	// lineMax bounds a line in bytes: a document, and MongoDB may give back a longer spelling of its numbers.
	lineMax = 2 * DocMax
)

// BackupHeader says what a backup is.
type BackupHeader struct {
	Format int       `json:"format"`
	Schema int       `json:"schema"` // version of its documents, see Migrate
	At     time.Time `json:"at"`     // when its moment was frozen
}

// Progress is told how many documents are done, of about how many.
type Progress func(done, of int64)

// WriteBackup writes everything in the snapshot into a new file, whole or not at all: it gets its name when it is on
// disk. A file that is there already is left alone. It can be read by its owner only, for it holds everything.
func WriteBackup(ctx context.Context, path string, at time.Time, s Snapshot, progress Progress) (m Manifest, err error) {
	version, err := VersionOf(ctx, s)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err == nil {
		return nil, fmt.Errorf("store: %s exists already; choose another name", path)
	}
	partial := path + ".partial"
	f, err := os.OpenFile(partial, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("store: can't write a backup there (%w); choose another place", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(partial))
		}
	}()
	m, err = writeBackup(ctx, f, BackupHeader{backupFormat, version, at.UTC()}, s, progress)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("store: write %s: %w", path, err)
	}
	if err := os.Rename(partial, path); err != nil {
		return nil, fmt.Errorf("store: write %s: %w", path, err)
	}
	return m, syncFolder(filepath.Dir(path))
}

func writeBackup(ctx context.Context, w io.Writer, h BackupHeader, s Snapshot, progress Progress) (Manifest, error) {
	of, err := s.Count(ctx)
	if err != nil {
		return nil, err
	}
	zipped, err := gzip.NewWriterLevel(w, gzip.BestSpeed) // three quarters of the best compression in a third of the time
	if err != nil {
		return nil, err
	}
	out := bufio.NewWriter(zipped)
	list := func(items ...any) error {
		line, err := json.Marshal(items)
		out.Write(append(line, '\n')) // a failure is kept and told by Flush
		return err
	}
	if err := list(lineBackup, h); err != nil {
		return nil, err
	}
	m, err := writeDocuments(ctx, out, list, s, func(done int64) { progress(done, of) })
	if err != nil {
		return nil, err
	}
	return m, errors.Join(list(lineManifest, m), out.Flush(), zipped.Close())
}

func writeDocuments(ctx context.Context, out *bufio.Writer, list func(...any) error, s Snapshot, progress func(int64)) (Manifest, error) {
	var sum census
	collection, done := "", int64(0)
	for entry, err := range content(s.Documents(ctx)) {
		if err != nil {
			return nil, err
		}
		if entry.Collection != collection {
			collection = entry.Collection
			if err := list(lineCollection, collection); err != nil {
				return nil, err
			}
		}
		if err := sum.add(entry); err != nil {
			return nil, err
		}
		out.Write(entry.Body)
		if err := out.WriteByte('\n'); err != nil {
			return nil, err
		}
		done++
		progress(done)
	}
	return sum.end(), nil
}

// Backup is a backup file open for reading. One goroutine uses it.
type Backup struct {
	Header BackupHeader
	path   string
	file   *os.File
	lines  *bufio.Scanner
}

// OpenBackup reads what a file says of itself. What is no backup, or a newer one than this program knows, is refused in
// one sentence.
func OpenBackup(path string) (*Backup, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("store: can't read the backup: %w", err)
	}
	b := &Backup{path: path, file: f}
	if err := b.begin(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return b, nil
}

func (b *Backup) begin() error {
	foreign := fmt.Errorf("store: %s is not a backup of this program; name a file that the command backup has made", b.path)
	zipped, err := gzip.NewReader(bufio.NewReader(b.file))
	if err != nil {
		return foreign
	}
	b.lines = bufio.NewScanner(zipped)
	b.lines.Buffer(nil, lineMax)
	if !b.lines.Scan() {
		return foreign
	}
	if kind, err := parseList(b.lines.Bytes(), &b.Header); err != nil || kind != lineBackup {
		return foreign
	}
	if b.Header.Format > backupFormat || b.Header.Schema > SchemaVersion() {
		return fmt.Errorf("store: %s was written by a newer version of this program; restore it with that one", b.path)
	}
	return nil
}

// Close gives the file back.
func (b *Backup) Close() error { return b.file.Close() }

// Documents goes through the file once. Its last answer is an error unless everything up to the end is as it was
// written.
func (b *Backup) Documents() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		var sum census
		collection := ""
		for b.lines.Scan() {
			line := b.lines.Bytes()
			if len(line) > 0 && line[0] == '{' {
				entry, err := b.entry(collection, line, &sum)
				if !yield(entry, err) || err != nil {
					return
				}
				continue
			}
			var rest json.RawMessage
			kind, err := parseList(line, &rest)
			switch {
			case err == nil && kind == lineCollection && json.Unmarshal(rest, &collection) == nil:
				continue
			case err == nil && kind == lineManifest:
				if err := b.end(rest, &sum); err != nil {
					yield(Entry{}, err)
				}
				return
			}
			yield(Entry{}, b.unreadable("a line in it is not of ours"))
			return
		}
		yield(Entry{}, b.broken())
	}
}

func (b *Backup) entry(collection string, line []byte, sum *census) (Entry, error) {
	var head struct {
		ID  string `json:"_id"`
		Rev int64  `json:"rev"`
	}
	if err := json.Unmarshal(line, &head); err != nil || head.ID == "" || !nameForm.MatchString(collection) {
		return Entry{}, b.unreadable("a document in it can't be read")
	}
	entry := Entry{collection, Doc{head.ID, head.Rev, line}}
	return entry, sum.add(entry)
}

// end compares what was read with the manifest, and reads to the end of the file, where its checksum is.
func (b *Backup) end(manifest json.RawMessage, sum *census) error {
	var m Manifest
	if err := json.Unmarshal(manifest, &m); err != nil {
		return b.damaged("its manifest can't be read")
	}
	if err := m.Same(sum.end()); err != nil {
		return b.damaged("what it holds is not what its manifest says")
	}
	if b.lines.Scan() {
		return b.damaged("something stands behind its end")
	}
	if b.lines.Err() != nil {
		return b.broken()
	}
	return nil
}

// unreadable says what is wrong with a line: the last one of all is where the file was cut.
func (b *Backup) unreadable(how string) error {
	if !b.lines.Scan() {
		return b.broken()
	}
	return b.damaged(how)
}

// broken says why no more lines come before the manifest was there.
func (b *Backup) broken() error {
	err := b.lines.Err()
	if err == nil || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("store: the backup %s has been cut short; take another copy of it, or an older backup", b.path)
	}
	return b.damaged(err.Error())
}

func (b *Backup) damaged(how string) error {
	return fmt.Errorf("store: the backup %s is damaged (%s); take another copy of it, or an older backup", b.path, how)
}

// parseList reads a line of two: its kind, and what it says.
func parseList(line []byte, what any) (kind string, err error) {
	dec := json.NewDecoder(bytes.NewReader(line))
	items := []any{&kind, what}
	if err := dec.Decode(&items); err != nil {
		return "", err
	}
	if len(items) != 2 {
		return "", fmt.Errorf("a list of %d", len(items))
	}
	return kind, nil
}

// content leaves out what belongs to a store and not to the network in it.
func content(documents iter.Seq2[Entry, error]) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for entry, err := range documents {
			if err == nil && entry.Collection == schemaName {
				continue
			}
			if !yield(entry, err) {
				return
			}
		}
	}
}
