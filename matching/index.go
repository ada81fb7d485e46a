package matching

import "sync"

// index answers a question for many members by looking at few of them. Its
// answers equal the definition's bit for bit: ids, scores and order.
//
// # The problem
//
// The best twenty of N members are wanted, by a score that depends on both
// sides. Scoring everybody reads every profile. Posting lists by skill, as text
// engines use them, look natural and save nothing: place, causes and time give
// everybody a score, a single common skill touches a third of the network, and
// a bound for a whole list must hold for the best of its members. Such an index
// still scored nearly everybody. What works is to bound few members at a time
// by everything that is known of them together, without reading them.
//
// # Blocks, words, groups
//
// Members stand in order of place, then of work (record.near), and 64 in that
// order are a block: as many as a machine word has bits. A search makes words
// from the postings, each a fact about the viewer and every member: offers just
// what need n asks, offers something related, needs what the viewer offers, and
// so on. Bits of one word and another then divide a block's members in groups
// that have all these facts in common, at the cost of a few instructions for 64
// members. Only groups whose bound reaches the list are looked at one by one:
// about a hundred of 16,000 members, two hundred of a million, are scored.
//
// # The bounds, and why they are bounds
//
// R is the harmonic mean of u = u(i<-j) and v = u(j<-i), and grows with both.
// So does its floor. With U >= u and V >= v, harmonicMean(U, V) >= R; where U
// and V are, for the viewer i and every j in question:
//
//	aff      the affinities with all that the block's members have, taken as
//	         one member: causes, hours, places, stages are unions, time the
//	         maximum, and each term grows with them. Union sieves may promise
//	         a place that nobody has; that only raises a bound. Who shares no
//	         cause has the bound less what the block's causes were worth.
//	cov(i<-j) for each need of i: its weight at full similarity and level if
//	         the word of exact offers has j, at the best similarity of its
//	         related skills if only the word of related offers has j, else 0.
//	cov(j<-i) by how often and how well i's offers meet needs of j: a need met
//	         counts at most by the weight of j's heaviest, times the strongest
//	         meeting that anybody could have; see caps.
//	kappa    for either side that states no need; it is exact.
//
// A candidate can enter the list with R >= floor, the score of the worst in a
// full list. Everything is skipped on R < floor, strictly: who has the same
// score may win the tie, which only the keyed hash decides. "R >= floor" is
// asked as 2uv >= floor*(u+v), without a division: floor is a whole number, so
// rounding R down changes nothing.
//
// The best blocks are visited first, so that floor is high when the others are
// asked; the order of visits changes the work and never the answer.
//
// # Invariants
//
//   - An index never changes, and holds each member once. Readers share it
//     without a lock; edits stand beside it, in the Pool, and are looked at one
//     by one. A position that is gone has no bit in live.
//   - Every bit of a member is set in every word and sieve that speaks of them,
//     and in the postings of all their skills, those beyond a record's room too.
//   - A member whom a record can't hold is kept whole and scored by the
//     definition itself; bounds hold for them as for all.
//   - The numbers of the vocabulary stay what they are from one index to the
//     next, so records are copied and not made anew.
//   - A searcher is wiped when it is taken, not when it is put back: whatever ends
//     a search, a panic in Allow too, spoils no other.
//
// # Edits
//
// With and Without leave the index as it is. The edited stand beside it and are
// looked at one by one after everybody else, when the floor is high; the list of
// both together is exact because each is. When they are maxFresh, the index is
// merged with them: one pass over the records, for both are in order, then the
// postings and words anew. At 16,000 members that costs about as much as one
// search by plain scan, for every 512 edits.
//
// # Ownership
//
// The index belongs to the pools that share it. A searcher belongs to one search;
// between searches it rests in searchers, so a search allocates nothing once one
// has been made. Ids given out are parts of the index's strings, and keep 64 of
// them alive, not the index.
type index struct {
	definition *Definition
	vocabulary *vocabulary
	scale      *scale
	names      names
	records    []record
	longs      []*member // whom no record holds
	blocks     []block
	offers     postings
	needs      postings
	words      words
	searchers  *sync.Pool // of *searcher, shared by all pools made from one another
}

// blockSize is the members of a block: as many as a word has bits.
const blockSize = 64

func blocksFor(members int) int { return (members + blockSize - 1) / blockSize }

// at returns the member at a position; whole is nil unless they are long.
func (x *index) at(at int) (id string, r *record, whole *member) {
	r = &x.records[at]
	if r.long() {
		whole = x.longs[r.longAt()]
	}
	return x.names.of(uint32(at)), r, whole
}
