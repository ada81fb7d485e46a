// Package quilt draws the mark of a person, a group or an event: a quilt block sewn from its id. Nobody needs a photo to
// be recognised, and nobody is judged by one.
package quilt

import (
	"hash/fnv"
	"strconv"
	"strings"
)

// Block is a square of 4 by 4 patches. Each patch of its first quarter is turned around the middle four times, as
// quilters do. Colours are the classes q0 to q7 of the stylesheet, so that the dark theme can choose its own.
type Block struct {
	Ground, First, Second int    // colours: of the cloth, and of the two pieces sewn on
	FirstPath, SecondPath string // SVG path data in a square of 4 by 4
}

// trios are colours that look well together: the ground is lighter or darker than both pieces, in either theme.
var trios = [...][3]int{
	{6, 0, 1}, {6, 2, 3}, {6, 5, 4}, {7, 1, 2}, {7, 3, 0}, {6, 4, 2}, {7, 0, 3}, {7, 5, 1},
	{6, 3, 5}, {6, 1, 4}, {0, 6, 7}, {2, 6, 7}, {3, 6, 7}, {5, 7, 6}, {7, 2, 4}, {6, 0, 2},
}

type point struct{ x, y int }

// patches are the ways to fill one unit square: the four half-square triangles, and the whole.
var patches = [...][]point{
	{{0, 0}, {1, 0}, {0, 1}},
	{{0, 0}, {1, 0}, {1, 1}},
	{{1, 0}, {1, 1}, {0, 1}},
	{{0, 0}, {1, 1}, {0, 1}},
	{{0, 0}, {1, 0}, {1, 1}, {0, 1}},
}

// For returns the block of an id, the same on every machine and for ever.
func For(id string) Block {
	bits := scramble(id)
	take := func(n uint64) int {
		v := bits % n
		bits /= n
		return int(v)
	}
	trio := trios[take(uint64(len(trios)))]
	var paths [2]strings.Builder
	for quarter := range 4 {
		colour, patch := take(2), take(6)
		if quarter == 3 {
			// The middle of the block is never empty, and never of the colour of the first patch alone.
			colour, patch = 1, patch%len(patches)
		}
		if patch == len(patches) {
			continue // the ground shows
		}
		if quarter == 0 {
			colour = 0
		}
		sew(&paths[colour], patches[patch], point{quarter % 2, quarter / 2})
	}
	return Block{trio[0], trio[1], trio[2], paths[0].String(), paths[1].String()}
}

// scramble spreads ids that differ in one letter over all 64 bits.
func scramble(id string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // documented never to fail
	x := h.Sum64()
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// sew draws a patch four times, each a quarter turn further around the middle of the block.
func sew(path *strings.Builder, patch []point, at point) {
	for turn := range 4 {
		command := byte('M')
		for _, corner := range patch {
			p := point{at.x + corner.x, at.y + corner.y}
			for range turn {
				p = point{4 - p.y, p.x}
			}
			path.WriteByte(command)
			path.WriteString(strconv.Itoa(p.x))
			path.WriteByte(' ')
			path.WriteString(strconv.Itoa(p.y))
			command = 'L'
		}
		path.WriteByte('Z')
	}
}
