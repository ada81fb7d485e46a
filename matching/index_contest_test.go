package matching

import (
	"math/bits"
	"slices"
	"testing"
	"time"
)

// contest holds what the others search: the index's own records, in its order.
type contest struct {
	x    *index
	near [][]relation // by number of a needed skill
}

func newContest(x *index) *contest {
	c := &contest{x, make([][]relation, len(x.vocabulary.skills))}
	for need, similar := range x.definition.related {
		for _, r := range similar {
			n := x.vocabulary.numbers[need]
			c.near[n] = append(c.near[n], relationOf(x.vocabulary.numbers[r.Skill], r.Sixteenths))
		}
	}
	return c
}

// plain is the definition in nested loops, without tables or early exits.
func (c *contest) plain(viewer Profile, q Question) []candidate {
	me := c.x.vocabulary.pack(c.x.definition.read(viewer))
	turn := q.turn(viewer.ID)
	var top shortlist
	top.reset(q.Limit)
	for at := range c.x.records {
		r := &c.x.records[at]
		id := c.x.names.of(uint32(at))
		if me.record.languages&r.languages == 0 && me.record.languages != 0 && r.languages != 0 || id == viewer.ID {
			continue
		}
		score := harmonicMean(c.benefit(&me.record, r), c.benefit(r, &me.record))
		if score > 0 && top.reaches(score) {
			top.offer(candidate{id, score, tie(turn, id), at})
		}
	}
	return top.best()
}

func (c *contest) benefit(i, j *record) Points {
	w := &c.x.definition.weights
	u := Points(0)
	if own := bits.OnesCount32(i.causes()); own > 0 {
		u += part(w.Causes, bits.OnesCount32(i.causes()&j.causes()), own)
	}
	switch {
	case same(i.sector(), j.sector()):
		u += part(w.Sector, 1, 1)
	case same(i.family(), j.family()):
		u += part(w.Sector, 1, 2)
	}
	if i.stage() != 0 && j.stage() != 0 && max(i.stage(), j.stage())-min(i.stage(), j.stage()) <= 1 {
		u += part(w.Stage, 1, 1)
	}
	u += part(w.Hours, min(bits.OnesCount64(i.hours()&j.hours()), enoughHours), enoughHours)
	switch {
	case same(i.hub, j.hub):
		u += part(w.Place, 1, 1)
	case same(i.region, j.region):
		u += part(w.Place, 1, 2)
	}
	u += part(w.Time, min(int(j.time()), enoughPerWeek), enoughPerWeek)
	if i.needs[0] == 0 {
		return u + c.x.definition.unstated()
	}
	for n, need := range i.needs {
		if need == 0 {
			break
		}
		best := uint32(0)
		for o, offer := range j.offers {
			if offer == 0 {
				break
			}
			best = max(best, c.similarity(need, offer)*uint32(j.levels[o]))
		}
		u += Points(uint32(w.Skills) * uint32(i.weights[n]) * best)
	}
	return u
}

func (c *contest) similarity(need, offer uint16) uint32 {
	if need == offer {
		return sameSkill
	}
	for _, r := range c.near[need] {
		if r.skill() == uint32(offer) {
			return uint32(r.similarity())
		}
	}
	return 0
}

// tuned is a full scan of the records with the searcher's own tables.
func (c *contest) tuned(s *searcher, viewer Profile, q Question) []candidate {
	c.x.definition.readInto(&s.me, viewer)
	s.x, s.q, s.turn = c.x, q, q.turn(viewer.ID)
	s.top.reset(q.Limit)
	s.readViewer()
	self, _ := c.x.names.find(viewer.ID)
	for at := range c.x.records {
		r := &c.x.records[at]
		if s.me.Languages&r.languages == 0 && s.me.Languages != 0 && r.languages != 0 || uint32(at) == self {
			continue
		}
		s.enter(s.scoreOf(r), at)
	}
	return s.top.best()
}

func (s *searcher) scoreOf(r *record) Points {
	mine, theirs := s.ofMember(r)
	if len(s.me.needs) == 0 {
		mine += s.unstated
	} else {
		mine += Points(s.weight * s.covers(s.me.needs, r))
	}
	if r.needs[0] == 0 {
		theirs += s.unstated
	} else {
		theirs += Points(s.weight * s.covered(r))
	}
	return harmonicMean(mine, theirs)
}

// race lets the contestants answer the same questions in turn, so that whatever
// else the machine does hits all of them. Of each question's rounds the fastest
// counts. It returns the times of each contestant, by question.
func race(t *testing.T, viewers []Profile, rounds int, contestants ...func(viewer Profile) []Ranked) [][]time.Duration {
	times := make([][]time.Duration, len(contestants))
	for _, viewer := range viewers {
		var first []Ranked
		for c, rank := range contestants {
			best := time.Hour
			var list []Ranked
			for range rounds {
				begun := time.Now()
				list = rank(viewer)
				best = min(best, time.Since(begun))
			}
			times[c] = append(times[c], best)
			if c == 0 {
				first = slices.Clone(list)
			} else if list != nil && !slices.Equal(first, list) {
				t.Fatalf("contestant %d gives %s another list", c, viewer.ID)
			}
		}
	}
	return times
}

// ratio is how many times longer the slow took than the fast, at a percentile.
func ratio(slow, fast []time.Duration, percent int) float64 {
	return float64(percentile(slow, percent)) / float64(percentile(fast, percent))
}

func percentile(times []time.Duration, percent int) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[min(len(sorted)-1, len(sorted)*percent/100)]
}

// ranked strips a list of what only the searcher needs.
func ranked(list []candidate) []Ranked {
	lines := make([]Ranked, len(list))
	for i, c := range list {
		lines[i] = Ranked{c.id, c.score}
	}
	return lines
}

// contestants are the index, the tuned scan and the plain one over one town.
func contestants(pool *Pool, q Question) (index, tuned, plain func(Profile) []Ranked) {
	c, s := newContest(pool.settled), new(searcher)
	var list []Ranked
	index = func(viewer Profile) []Ranked {
		list = pool.AppendRank(list[:0], viewer, q)
		return list
	}
	tuned = func(viewer Profile) []Ranked { return ranked(c.tuned(s, viewer, q)) }
	plain = func(viewer Profile) []Ranked { return ranked(c.plain(viewer, q)) }
	return index, tuned, plain
}

// askers are members spread over the town.
func askers(profiles []Profile, count int) []Profile {
	viewers := make([]Profile, count)
	for i := range viewers {
		viewers[i] = profiles[i*7919%len(profiles)]
	}
	return viewers
}

// TestContestantsAgree keeps the contest of TestProveMatchingSpeed honest: all
// but bleve give the same lists.
func TestContestantsAgree(t *testing.T) {
	town := newTown(1, 2000, 1)
	profiles := town.members(2000)
	index, tuned, plain := contestants(NewPool(town.definition(t), profiles), Question{Limit: 20, Day: 1, Key: 1})
	race(t, askers(profiles, 100), 1, index, tuned, plain)
}
