package matching

import "slices"

// Placed is somebody in a list that was shown, with what is remembered of them.
type Placed struct {
	ID                      string
	ForViewer, ForCandidate Terms
	Boost                   int // quarter octaves, as Ledger.Step tells
}

// Part is one of the parts in which a list is read: how many people of it are
// remembered, and how much boosts counted, in 128ths.
type Part struct{ People, Lambda int }

// InOrder puts people as a list under these weights has them, and returns their
// scores in that order: part by part those with the highest score and boost for
// its lambda, then as Pool.Rank orders them. Whoever is in no part comes last.
// Of the question, day and key count. It is how a list that was shown is made
// again from what is remembered of it.
func (w Weights) InOrder(viewer string, people []Placed, parts []Part, q Question) (scores []Points) {
	for _, part := range append(slices.Clip(parts), Part{People: len(people)}) {
		some := w.byKey(viewer, people, part.Lambda, q)
		size := min(max(part.People, 0), len(people))
		people, scores = people[size:], append(scores, some[:size]...)
	}
	return scores
}

// byKey is the order of all for one lambda.
func (w Weights) byKey(viewer string, people []Placed, lambda int, q Question) []Points {
	type contestant struct {
		candidate
		key uint64
	}
	turn, all := q.turn(viewer), make([]contestant, len(people))
	lambda = min(max(lambda, 0), lambdaSteps)
	for i, p := range people {
		score := w.Score(p.ForViewer, p.ForCandidate)
		boost := step(min(max(p.Boost, -maxSteps), maxSteps)).boost()
		key := uint64(score) * (uint64(lambdaSteps-lambda)*one + uint64(lambda)*boost)
		all[i] = contestant{candidate{p.ID, score, tie(turn, p.ID), i}, key}
	}
	slices.SortFunc(all, func(a, b contestant) int {
		switch {
		case a.key > b.key:
			return -1
		case a.key < b.key:
			return 1
		}
		return a.compare(&b.candidate)
	})
	placed, scores := make([]Placed, len(people)), make([]Points, len(people))
	for i, c := range all {
		placed[i], scores[i] = people[c.at], c.score
	}
	copy(people, placed)
	return scores
}
