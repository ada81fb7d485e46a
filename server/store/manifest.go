package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"iter"
	"strconv"
)

// Manifest says what a whole store holds, so that two can be compared whatever engines they are on.
type Manifest []Tally

// Tally is the sum of one collection. Those without documents are left out of a manifest.
type Tally struct {
	Collection string `json:"collection"`
	Count      int64  `json:"count"`
	Digest     string `json:"digest"` // SHA-256 over ids and canonical bodies in the order of ids, in hex
}

// Documents is how many there are in all collections.
func (m Manifest) Documents() (all int64) {
	for _, t := range m {
		all += t.Count
	}
	return all
}

// Same tells the first difference in one sentence; nil when there is none.
func (m Manifest) Same(other Manifest) error {
	others := map[string]Tally{}
	for _, t := range other {
		others[t.Collection] = t
	}
	for _, t := range m {
		o := others[t.Collection]
		if o.Count != t.Count {
			return fmt.Errorf("store: %s has %d documents on one side and %d on the other", t.Collection, t.Count, o.Count)
		}
		if o.Digest != t.Digest {
			return fmt.Errorf("store: %s has the same number of documents on both sides, and they are not the same ones", t.Collection)
		}
		delete(others, t.Collection)
	}
	for name := range others {
		return fmt.Errorf("store: %s is on one side only", name)
	}
	return nil
}

// Survey reads everything and sums it up.
func Survey(documents iter.Seq2[Entry, error]) (Manifest, error) {
	var c census
	for entry, err := range documents {
		if err != nil {
			return nil, err
		}
		if err := c.add(entry); err != nil {
			return nil, err
		}
	}
	return c.end(), nil
}

// census sums up documents as they pass, in the order of a snapshot.
type census struct {
	done Manifest
	sum  hash.Hash // of the last collection
}

func (c *census) add(e Entry) error {
	body, err := canonical(e.Body)
	if err != nil {
		return fmt.Errorf("store: %s %q can't be read: %w", e.Collection, e.ID, err)
	}
	if len(c.done) == 0 || c.done[len(c.done)-1].Collection != e.Collection {
		c.finish()
		c.done, c.sum = append(c.done, Tally{Collection: e.Collection}), sha256.New()
	}
	c.done[len(c.done)-1].Count++
	for _, part := range [][]byte{[]byte(e.ID), body} { // each behind its length, so that none can run into the next
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		c.sum.Write(size[:])
		c.sum.Write(part)
	}
	return nil
}

func (c *census) finish() {
	if len(c.done) > 0 {
		c.done[len(c.done)-1].Digest = hex.EncodeToString(c.sum.Sum(nil))
	}
}

func (c *census) end() Manifest {
	c.finish()
	return c.done
}

// canonical writes a body as every engine may give it back: members in order of their names, without those that are
// null, whole numbers as such and other numbers as the nearest fraction.
func canonical(body []byte) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	object, isObject := v.(map[string]any)
	if !isObject {
		return nil, errors.New("a document is a JSON object")
	}
	if err := simplify(object); err != nil {
		return nil, err
	}
	return json.Marshal(object)
}

func simplify(object map[string]any) (err error) {
	for name, v := range object {
		if v == nil {
			delete(object, name)
		} else if object[name], err = simple(v); err != nil {
			return err
		}
	}
	return nil
}

func simple(v any) (_ any, err error) {
	switch v := v.(type) {
	case json.Number:
		if n, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return n, nil
		}
		return v.Float64()
	case map[string]any:
		return v, simplify(v)
	case []any:
		for i := range v {
			if v[i], err = simple(v[i]); err != nil {
				return nil, err
			}
		}
	}
	return v, nil
}
