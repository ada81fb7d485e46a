package storetest

import (
	"cmp"
	"encoding/binary"
	"iter"
	"math"
	"slices"
	"strings"

	"longtable/server/store"
)

// blockMax is how many places stand in one block of an order: moving them costs about as much as finding the block.
const blockMax = 512

// place is where a document stands in an index.
type place struct{ key, id string }

func (p place) compare(o place) int {
	return cmp.Or(strings.Compare(p.key, o.key), strings.Compare(p.id, o.id))
}

// order is a sorted list of places, in sorted blocks, of which none is empty.
type order struct{ blocks [][]place }

// find is where the place stands, or would stand: a block and an index in it, which may be just behind the block's end.
func (o *order) find(p place) (block, at int, there bool) {
	block, _ = slices.BinarySearchFunc(o.blocks, p, func(b []place, p place) int { return b[len(b)-1].compare(p) })
	if block == len(o.blocks) {
		return block, 0, false
	}
	at, there = slices.BinarySearchFunc(o.blocks[block], p, place.compare)
	return block, at, there
}

func (o *order) add(p place) {
	block, at, there := o.find(p)
	switch {
	case there:
		return
	case len(o.blocks) == 0:
		o.blocks = [][]place{{p}}
		return
	case block == len(o.blocks):
		block, at = block-1, len(o.blocks[block-1])
	}
	b := slices.Insert(o.blocks[block], at, p)
	o.blocks[block] = b
	if len(b) > blockMax {
		half := slices.Clone(b[blockMax/2:])
		o.blocks[block] = slices.Clip(b[:blockMax/2])
		o.blocks = slices.Insert(o.blocks, block+1, half)
	}
}

func (o *order) remove(p place) {
	block, at, there := o.find(p)
	if !there {
		return
	}
	o.blocks[block] = slices.Delete(o.blocks[block], at, at+1)
	if len(o.blocks[block]) == 0 {
		o.blocks = slices.Delete(o.blocks, block, block+1)
	}
}

// holdsOther tells whether a document with another id has the same key.
func (o *order) holdsOther(p place) bool {
	for other := range o.within(stretch{low: place{key: p.key}, high: place{key: p.key + endMark}}) {
		if other.id != p.id {
			return true
		}
	}
	return false
}

// stretch is a part of an order: from low, which belongs to it, to high, which does not.
type stretch struct {
	low, high place
	desc      bool
}

func (o *order) within(s stretch) iter.Seq[place] {
	return func(yield func(place) bool) {
		block, at, _ := o.find(s.low)
		endBlock, endAt, _ := o.find(s.high)
		if block > endBlock || block == endBlock && at >= endAt {
			return
		}
		if s.desc {
			o.backwards(block, at, endBlock, endAt, yield)
			return
		}
		for ; block < len(o.blocks) && block <= endBlock; block, at = block+1, 0 {
			end := len(o.blocks[block])
			if block == endBlock {
				end = endAt
			}
			for _, p := range o.blocks[block][at:end] {
				if !yield(p) {
					return
				}
			}
		}
	}
}

func (o *order) backwards(block, at, endBlock, endAt int, yield func(place) bool) {
	for b := min(endBlock, len(o.blocks)-1); b >= block; b-- {
		begin, end := 0, len(o.blocks[b])
		if b == block {
			begin = at
		}
		if b == endBlock {
			end = endAt
		}
		for i := end - 1; i >= begin; i-- {
			if !yield(o.blocks[b][i]) {
				return
			}
		}
	}
}

// stretchOf is the part of an index that a query reads.
func stretchOf(ix store.Index, q store.Query) stretch {
	prefix := ""
	for _, v := range q.Eq {
		prefix += sortable(v)
	}
	s := stretch{low: place{key: prefix}, high: place{key: prefix + endMark}, desc: q.Desc}
	if q.From != nil {
		s.low.key = prefix + sortable(q.From)
	} else if q.To != nil {
		s.low.key = prefix + afterNull
	}
	if q.To != nil {
		s.high.key = prefix + sortable(q.To)
	}
	if q.After == nil {
		return s
	}
	behind := place{prefix, q.After.ID}
	if ix.Name != "" && ix.Next(q) != "" {
		behind.key += sortable(q.After.Key)
	}
	if s.desc && behind.compare(s.high) < 0 {
		s.high = behind
	}
	if behind.id += afterNull; !s.desc && behind.compare(s.low) > 0 {
		s.low = behind
	}
	return s
}

// Keys are compared byte by byte, so each value begins with its kind: nothing, truth, number, text.
const (
	null      = "\x01"
	afterNull = "\x02"
	truth     = "\x03"
	number    = "\x04"
	text      = "\x05"
	endMark   = "\xff" // behind every value
)

// sortable writes a value so that the order of the bytes is the order of the values, and no value is the beginning of
// another.
func sortable(v any) string {
	switch v := v.(type) {
	case bool:
		if v {
			return truth + "\x01"
		}
		return truth + "\x00"
	case int64:
		return sortable(float64(v))
	case float64:
		bits := math.Float64bits(v)
		if bits>>63 == 1 {
			bits = ^bits
		} else {
			bits |= 1 << 63
		}
		return number + string(binary.BigEndian.AppendUint64(nil, bits))
	case string:
		return text + strings.ReplaceAll(v, "\x00", "\x00\xff") + "\x00\x01"
	}
	return null
}
