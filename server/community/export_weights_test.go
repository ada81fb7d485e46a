package community

import (
	"context"

	"longtable/matching"
)

// Points are the scores of the list, in its order.
func (l *Shortlist) Points() (points []matching.Points) {
	for _, m := range l.ranked {
		points = append(points, m.Score)
	}
	return points
}

// DecisionsUntil and TieKey are what tests hold versions against.
func (n *Network) DecisionsUntil(ctx context.Context, last int) ([]matching.Decision, error) {
	return n.decisionsUntil(ctx, last)
}

func (n *Network) TieKey(ctx context.Context) (uint64, error) { return n.tieKey(ctx) }

// Skewed says which group new weights would show too little or too much.
func (t *Teacher) Skewed(ctx context.Context, w matching.Weights) (string, error) {
	return t.skewed(ctx, w)
}
