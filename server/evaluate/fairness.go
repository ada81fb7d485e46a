package evaluate

import (
	"context"

	"longtable/matching"
)

// Rounds is over how many rounds exposure is measured: about two weeks of nights.
const Rounds = 12

// Fairness shows a network to itself for some rounds by each method and says what comes of it. Progress may be nil.
func Fairness(ctx context.Context, n Network, weights matching.Weights, rounds int, seed uint64, progress func(done, of int64)) ([]Outcome, error) {
	return compare(ctx, n, weights, rounds, seed, methods(), progress)
}

// Turns is Fairness for plain lists, the ledger, and the ledger that also looks for those who are due beyond the best
// options. It searches in every round, and takes accordingly.
func Turns(ctx context.Context, n Network, weights matching.Weights, rounds int, seed uint64) ([]Outcome, error) {
	return compare(ctx, n, weights, rounds, seed, []method{plain(), ledger(Ledger10, 100, 0), ledger(LedgerReaching, 100, DueReach)}, nil)
}

// DueReach is how many people who are due are looked for: one list hardly has room for more than one of them.
const DueReach = 20

func compare(ctx context.Context, n Network, weights matching.Weights, rounds int, seed uint64, methods []method, progress func(done, of int64)) ([]Outcome, error) {
	t, err := meet(ctx, n, weights, seed, progress)
	if err != nil {
		return nil, err
	}
	var outcomes []Outcome
	for _, m := range methods {
		o, err := t.live(ctx, m, rounds)
		if err != nil {
			return nil, err
		}
		outcomes = append(outcomes, o)
	}
	return outcomes, nil
}

// Names of the methods that proofs and readers look for.
const (
	PlainTopK = "plain top-k"
	Ledger10  = "ledger, d = .10"

	LedgerReaching = "ledger, d = .10, reaching for those due"
)

func methods() []method {
	return []method{plain(), shuffled(), fairRec("FairRec-like, floor 5", 5), fairRec("FairRec-like, floor 10", 10),
		prices("TU prices, beta .05", .05), prices("TU prices, beta .10", .10),
		ledger("ledger, d = .02", 20, 0), ledger("ledger, d = .05", 50, 0), ledger(Ledger10, 100, 0), ledger("ledger, d = .20", 200, 0)}
}

func (t *town) live(ctx context.Context, m method, rounds int) (Outcome, error) {
	b := newBooks(t)
	for number := range rounds {
		if err := ctx.Err(); err != nil {
			return Outcome{}, err
		}
		lists, err := m.round(t, number)
		if err != nil {
			return Outcome{}, err
		}
		b.add(lists)
	}
	return b.close(m.name), nil
}
