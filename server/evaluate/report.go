package evaluate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	"longtable/matching"
)

// Report says what to measure and where to tell it.
type Report struct {
	Data    string // folder of the data sets
	Members int    // of the invented network; 0 is MembersUsual
	Rounds  int    // of it; 0 is Rounds
	Markets int    // small markets to average over; 0 is MarketsUsual
	Seed    uint64
	Out     io.Writer
	// Progress begins a piece of work and returns what shows how far it is, and what is called at its end.
	Progress func(what string) (to func(done, of int64), end func(done int64))
}

// MarketsUsual is how many markets are averaged: their outcomes differ by a match or two.
const MarketsUsual = 5

// MembersUsual is the size of the network that the product is made for.
const MembersUsual = 16_000

// Write measures everything that can be measured with the data at hand, and prints a table for each. A data set that is
// missing is named, with what it is and its licence; that is no error.
func (r Report) Write(ctx context.Context) error {
	if r.Members == 0 {
		r.Members = MembersUsual
	}
	if r.Rounds == 0 {
		r.Rounds = Rounds
	}
	if r.Markets == 0 {
		r.Markets = MarketsUsual
	}
	for _, part := range []func(context.Context) error{r.skills, r.asks, r.fairness, r.market} {
		if err := part(ctx); errors.Is(err, ErrNoData) {
			fmt.Fprintf(r.Out, "\n%v\n", err)
		} else if err != nil {
			return err
		}
	}
	return nil
}

func (r Report) skills(ctx context.Context) error {
	to, end := r.Progress("helpers by skill")
	outcomes, err := Skills(ctx, r.Data, r.Seed, to)
	if err != nil {
		return err
	}
	end(escoSearches)
	rows := [][]string{
		{"anchor: exact skills", ".255", ""}, {"anchor: 8 siblings in the taxonomy", ".262", ""},
		{"anchor: 8 by co-occurrence", ".398", ""}, {"anchor: popularity", "", ".038"},
		{"anchor: same group of the taxonomy", "", ".066"}, {"anchor: everything together", "", ".505"}}
	for _, o := range outcomes {
		rows = append(rows, []string{o.Related, unlessZero(o.Helper), unlessZero(o.Hidden)})
	}
	return r.table("Skills (ESCO): the ten best helpers of 16,000 for three needs of one occupation, and a hidden skill from six others",
		[]string{"related skills", "right helpers", "found in ten"}, rows)
}

func (r Report) asks(ctx context.Context) error {
	to, end := r.Progress("asks and helpers")
	outcomes, err := Travel(ctx, r.Data, r.Seed, to)
	if err != nil {
		return err
	}
	end(int64(outcomes[0].Asks))
	rows := [][]string{
		{"anchor: most active", ".483", ".214", ".385", "36", ".996", ".000"},
		{"anchor: topic coverage", ".348", ".142", ".282", "488", ".993", ".003"},
		{"anchor: learnt", ".551", ".275", ".457", "515", ".994", ".007"},
		{"anchor: learnt + ledger, d = .05", ".546", ".274", ".450", "2145", ".959", ".060"},
		{"anchor: half to the least seen", ".412", ".247", ".325", "3195", ".738", ".297"}}
	for _, o := range outcomes {
		rows = append(rows, append([]string{o.Ranking}, three(o.Hit, o.Rank, o.Accepted)...))
		rows[len(rows)-1] = append(append(rows[len(rows)-1], strconv.Itoa(o.Reached)), three(o.Gini, o.Newcomers)...)
	}
	return r.table(fmt.Sprintf("Asks (Travel Stack Exchange): %d asks of the last three tenths, %d people who could be shown", outcomes[0].Asks, outcomes[0].Helpers),
		[]string{"ranking", "hit in ten", "mean 1/rank", "accepted in ten", "reached", "Gini", "newcomers' share"}, rows)
}

// The kappas that the fairness is shown for: the product's, and that of the study of the ledger, whose anchors stand
// beside. The larger one shows people who state no need to everybody, which makes the plain lists far less fair.
var kappas = []struct {
	kappa   uint16
	says    string
	anchors [][]string
}{
	{matching.Unstated, "the product's", nil},
	{StudyKappa, "that of the anchors", [][]string{
		{"anchor: plain top-k", "1.000", "1.000", ".791", ".242", ".000", "1.39", ".46", ".86", "-1.94", "4450", "1132"},
		{"anchor: FairRec-like, floor 10", ".914", ".715", ".273", ".000", ".355", "1.19", ".76", ".90", "0.26", "7641", "1751"},
		{"anchor: TU prices, beta .05", ".902", ".655", ".514", ".055", ".032", "1.67", ".87", ".90", "-0.38", "6970", "1994"},
		{"anchor: ledger, d = .10, nightly", ".919", ".900", ".257", ".000", ".523", "1.25", ".79", ".93", "0.32", "7379", "1987"}}},
}

// StudyKappa is the kappa of the study that the anchors are from, in thousandths.
const StudyKappa = 350

func (r Report) fairness(ctx context.Context) error {
	network := Invent(r.Members, r.Seed)
	for _, k := range kappas {
		weights := matching.HandSet()
		weights.Unstated = k.kappa
		to, end := r.Progress(fmt.Sprintf("lists, kappa .%03d", k.kappa))
		outcomes, err := Fairness(ctx, network, weights, r.Rounds, r.Seed, to)
		if err != nil {
			return err
		}
		end(int64(r.Members))
		rows := k.anchors
		for _, o := range outcomes {
			row := append([]string{o.Method}, three(o.Quality, o.Least, o.Gini, o.Never, o.WorstDecile)...)
			rows = append(rows, append(row, fmt.Sprintf("%.2f", o.Newcomers), fmt.Sprintf("%.2f", o.Apart), fmt.Sprintf("%.2f", o.SmallHubs),
				fmt.Sprintf("%.2f", o.LogWelfare), fmt.Sprintf("%.0f", o.Accepted), fmt.Sprintf("%.0f", o.Mutual)))
		}
		title := fmt.Sprintf("Turns: %d invented members, lists of %d, %d rounds, kappa .%03d (%s)", r.Members, listLength, r.Rounds, k.kappa, k.says)
		err = r.table(title, []string{"method", "quality", "least", "Gini", "never shown", "worst tenth", "newcomers", "apart", "small hubs",
			"log welfare", "accepted", "mutual"}, rows)
		if err != nil {
			return err
		}
	}
	return nil
}

func (r Report) market(ctx context.Context) error {
	var rows [][]string
	for _, share := range []float64{.2, .5, .8} {
		outcomes, err := Market(ctx, share, r.Markets, r.Seed)
		if err != nil {
			return err
		}
		for _, o := range outcomes {
			rows = append(rows, []string{fmt.Sprintf("%.1f", share), o.Method, fmt.Sprintf("%.1f", o.Matches), fmt.Sprintf("%.1f%%", 100*o.Envious)})
		}
	}
	rows = append(rows, []string{"0.5", "anchor: product", "30.5", "21.4%"}, []string{"0.5", "anchor: TU / IPFP", "39.0", "4.8%"},
		[]string{"0.5", "anchor: Nash welfare, in one batch", "44.7", "0.0%"}, []string{"0.5", "anchor: ledger, floor .90", "41.7", "0.6%"})
	return r.table("A market of 75 and 50 where everybody is shown to everybody on the other side, in an order",
		[]string{"taste in common", "method", "matches", "envious pairs"}, rows)
}

func (r Report) table(title string, head []string, rows [][]string) error {
	fmt.Fprintf(r.Out, "\n%s\n\n", title)
	w := tabwriter.NewWriter(r.Out, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{head}, rows...) {
		for _, cell := range row {
			fmt.Fprintf(w, "%s\t", cell)
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}

func three(numbers ...float64) []string {
	texts := make([]string, len(numbers))
	for i, x := range numbers {
		texts[i] = fmt.Sprintf("%.3f", x)
	}
	return texts
}

func unlessZero(x float64) string {
	if x == 0 {
		return ""
	}
	return fmt.Sprintf("%.3f", x)
}
