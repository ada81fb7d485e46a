package evaluate

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"longtable/matching"
)

// bar is what a figure has to reach.
type bar struct {
	name  string
	value float64
	unit  string
	least bool // the bar is the least that is allowed, else the most
	bar   float64
}

// missed prints the figures and returns the names of those that miss their bar.
func missed(bars []bar, print bool) (names []string) {
	for _, b := range bars {
		if print {
			fmt.Printf("figure %s %.4f %s bar %.4f\n", b.name, b.value, b.unit, b.bar)
		}
		if b.least && !(b.value >= b.bar) || !b.least && !(b.value <= b.bar) {
			names = append(names, b.name)
		}
	}
	return names
}

// fairBars are the promises of the ledger at a concession of a tenth.
func fairBars(prefix string, o Outcome) []bar {
	return []bar{
		{prefix + "least-quality", o.Least, "of the best list", true, 0.90},
		{prefix + "mean-quality", o.Quality, "of the best list", true, 0.91},
		{prefix + "gini", o.Gini, "of exposure", false, 0.30},
		{prefix + "never-shown", o.Never, "of members", false, 0.001},
		{prefix + "worst-decile", o.WorstDecile, "of mean exposure", true, 0.45},
	}
}

func outcomeOf(t *testing.T, outcomes []Outcome, name string) Outcome {
	t.Helper()
	at := slices.IndexFunc(outcomes, func(o Outcome) bool { return o.Method == name })
	if at < 0 {
		t.Fatalf("no outcome of %s", name)
	}
	return outcomes[at]
}

func fairness(t *testing.T, members, rounds int, kappa uint16) []Outcome {
	t.Helper()
	weights := matching.HandSet()
	weights.Unstated = kappa
	outcomes, err := Fairness(t.Context(), Invent(members, 1), weights, rounds, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	return outcomes
}

// The bars of fairness and newcomers hold with the product's kappa. That of accepted introductions stands beside plain
// lists as unequal as those of the study, which its larger kappa makes: where plain lists are fair already, there is
// little congestion to win from, and only that nothing is lost is asked.
func TestProveMatchingFairness(t *testing.T) {
	if os.Getenv("LONGTABLE_PROVE") != "1" {
		t.Skip("LONGTABLE_PROVE=1 switches on the long proofs")
	}
	for _, k := range []struct {
		prefix   string
		kappa    uint16
		accepted float64
	}{{"fairness-", matching.Unstated, 1}, {"fairness-study-kappa-", StudyKappa, 1.6}} {
		outcomes := fairness(t, MembersUsual, Rounds, k.kappa)
		for _, o := range outcomes {
			fmt.Printf("%+v\n", o)
		}
		shared, plain := outcomeOf(t, outcomes, Ledger10), outcomeOf(t, outcomes, PlainTopK)
		bars := append(fairBars(k.prefix, shared), bar{k.prefix + "accepted", shared.Accepted / plain.Accepted, "times plain top-k", true, k.accepted})
		if k.kappa == matching.Unstated {
			bars = append(bars, bar{k.prefix + "newcomers", shared.Newcomers, "of others", true, 0.8}, bar{k.prefix + "newcomers", shared.Newcomers, "of others", false, 1.3})
		}
		if names := missed(bars, true); len(names) > 0 {
			t.Errorf("below the bar: %v", names)
		}
	}
}

// The same on a small town, where it takes a moment, with faults that must show.
func TestTurnsInASmallTown(t *testing.T) {
	outcomes := fairness(t, 600, 5, matching.Unstated)
	if again := fairness(t, 600, 5, matching.Unstated); !reflect.DeepEqual(outcomes, again) {
		t.Error("the same seed had two outcomes")
	}
	shared, plain := outcomeOf(t, outcomes, Ledger10), outcomeOf(t, outcomes, PlainTopK)
	if names := missed(fairBars("", shared), false); len(names) > 0 {
		t.Errorf("below the bar: %v of %+v", names, shared)
	}
	if names := missed(fairBars("", plain), false); !slices.Contains(names, "gini") || !slices.Contains(names, "worst-decile") {
		t.Errorf("plain lists would pass as fair, but for %v: nothing was tested", names)
	}
	greedy := live(t, 600, ledger("a ledger that may give half away", 500, 0))
	if names := missed(fairBars("", greedy), false); !slices.Contains(names, "least-quality") {
		t.Errorf("lists at half their quality would pass the floor of .90, but for %v", names)
	}
}

func live(t *testing.T, members int, m method) Outcome {
	t.Helper()
	town, err := meet(t.Context(), Invent(members, 1), matching.HandSet(), 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	o, err := town.live(t.Context(), m, 5)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestTurnsMakeMoreMatchesAndLessEnvyInASmallMarket(t *testing.T) {
	outcomes, err := newMarket(.5, 1).compare()
	if err != nil {
		t.Fatal(err)
	}
	product, shared := outcomes[1], outcomes[len(outcomes)-1]
	if shared.Method != MarketLedger || shared.Matches < 1.2*product.Matches || shared.Envious > product.Envious/4 {
		t.Errorf("turns make %+v of %+v", shared, product)
	}
}

func TestSpreadMeasuresInequality(t *testing.T) {
	for _, c := range []struct {
		of                 []float64
		gini, zero, lowest float64
	}{{[]float64{3, 3, 3, 3}, 0, 0, 1}, {[]float64{0, 0, 0, 8}, 0.75, 0.75, 0}, {[]float64{1, 3}, 0.25, 0, 0.5}} {
		if gini, zero, lowest := spread(c.of); gini != c.gini || zero != c.zero || lowest != c.lowest {
			t.Errorf("%v: %v %v %v", c.of, gini, zero, lowest)
		}
	}
}

func TestWithoutDataItSaysWhatIsMissingAndGoesOn(t *testing.T) {
	var out strings.Builder
	quiet := func(string) (func(done, of int64), func(done int64)) { return func(_, _ int64) {}, func(int64) {} }
	err := Report{Data: t.TempDir(), Members: 120, Rounds: 2, Markets: 1, Seed: 1, Out: &out, Progress: quiet}.Write(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"travel-asks.tsv.gz", "CC BY-SA 3.0", "esco-occupations.tsv.gz", "European Commission", Ledger10, "FairRec-like", "TU prices", MarketLedger} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report does not speak of %q:\n%s", want, out.String())
		}
	}
}
