package search

import "slices"

// MaxReplay is how many documents may change during one rebuild: a whole network once over.
const MaxReplay = 50_000

// changes remembers what Apply did while a rebuild ran; the rebuild repeats it on the new index.
// Whoever holds the index's writing gate owns it.
type changes struct {
	last map[string]*Document // nil for a deletion
	over bool                 // more than MaxReplay; nothing more is kept
}

func newChanges() *changes { return &changes{last: map[string]*Document{}} }

func (c *changes) add(b Batch) {
	for _, id := range b.Deletes {
		c.last[id] = nil
	}
	for i := range b.Upserts {
		c.last[b.Upserts[i].ID] = &b.Upserts[i]
	}
	if len(c.last) > MaxReplay {
		c.over, c.last = true, map[string]*Document{}
	}
}

// batches returns the changes in batches that Apply would take.
func (c *changes) batches() []Batch {
	var out []Batch
	for ids := range slices.Chunk(sortedKeys(c.last), rebuildBatch) {
		var b Batch
		for _, id := range ids {
			if d := c.last[id]; d != nil {
				b.Upserts = append(b.Upserts, *d)
			} else {
				b.Deletes = append(b.Deletes, id)
			}
		}
		out = append(out, b)
	}
	return out
}

// rebuildBatch is the number of documents that a rebuild hands on at once: large enough for one
// segment or task to be worth it, small enough to show progress every second or so.
const rebuildBatch = 1_000
