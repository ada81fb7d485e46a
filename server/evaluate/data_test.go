package evaluate

import (
	"compress/gzip"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// dataFolder is where the proofs find the data sets; they are not part of the repository.
func dataFolder(t *testing.T) string {
	t.Helper()
	if os.Getenv("LONGTABLE_PROVE") != "1" {
		t.Skip("LONGTABLE_PROVE=1 switches on the long proofs")
	}
	dir := os.Getenv("LONGTABLE_EVAL_DATA")
	if dir == "" {
		t.Fatal("set LONGTABLE_EVAL_DATA to the folder of the data sets; `go run ./server evaluate` says which they are")
	}
	return dir
}

func askBars(outcomes []AskOutcome) (bars []bar) {
	for _, o := range outcomes {
		switch o.Ranking {
		case TravelLearnt:
			bars = append(bars, bar{"travel-learnt-hit", o.Hit, "of asks", true, 0.55})
		case TravelLedger:
			bars = append(bars, bar{"travel-ledger-hit", o.Hit, "of asks", true, 0.54})
		}
	}
	return bars
}

func TestProveMatchingTravel(t *testing.T) {
	outcomes, err := Travel(t.Context(), dataFolder(t), 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outcomes {
		fmt.Printf("%+v\n", o)
	}
	bars := askBars(outcomes)
	if names := missed(bars, true); len(bars) != 2 || len(names) > 0 {
		t.Errorf("below the bar: %v", names)
	}
}

func TestProveMatchingEsco(t *testing.T) {
	outcomes, err := Skills(t.Context(), dataFolder(t), 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	var bars []bar
	for _, o := range outcomes {
		fmt.Printf("%+v\n", o)
		switch o.Related {
		case SkillsLearnt:
			bars = append(bars, bar{"esco-right-helpers", o.Helper, "of ten", true, 0.39})
		case SkillsTogether:
			bars = append(bars, bar{"esco-hidden-skill", o.Hidden, "found in ten", true, 0.50})
		}
	}
	if names := missed(bars, true); len(bars) != 2 || len(names) > 0 {
		t.Errorf("below the bar: %v", names)
	}
}

// put writes a table of a data set.
func put(t *testing.T, dir string, s source, rows []string) {
	t.Helper()
	file, err := os.Create(filepath.Join(dir, s.file))
	if err != nil {
		t.Fatal(err)
	}
	w := gzip.NewWriter(file)
	if _, err := w.Write([]byte("names\n" + strings.Join(rows, "\n") + "\n")); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
}

// forum is a place where ten people each know a country, and one knows none and answers most.
func forum(t *testing.T) string {
	t.Helper()
	r, dir := rand.New(rand.NewPCG(1, 0)), t.TempDir()
	countries := []string{"ghana", "portugal", "nepal", "peru", "chile", "kenya", "japan", "norway", "oman", "fiji"}
	var rows []string
	for hour := range 1200 {
		c := r.IntN(len(countries))
		answers := fmt.Sprintf("%d:1:3:1", c)
		if r.IntN(10) == 0 {
			answers = "10:1:-2:0"
		}
		if r.IntN(4) == 0 {
			answers += fmt.Sprintf(",%d:30:0:0", 100+r.IntN(60)) // somebody who comes by now and then
		}
		rows = append(rows, fmt.Sprintf("%d\t%d\tvisa %s\t%s", 3*hour, 200+r.IntN(50), countries[c], answers))
	}
	put(t, dir, travelAsks, rows)
	return dir
}

func TestAsksFindWhoAnswersThem(t *testing.T) {
	outcomes, err := Travel(t.Context(), forum(t), 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if names := missed(askBars(outcomes), false); len(names) > 0 {
		t.Errorf("below the bar: %v of %+v", names, outcomes)
	}
	random := outcomes[0]
	random.Ranking = TravelLearnt
	if names := missed(askBars([]AskOutcome{random}), false); len(names) != 1 {
		t.Errorf("chance would pass: %+v", random)
	}
	learnt := outcomes[slices.IndexFunc(outcomes, func(o AskOutcome) bool { return o.Ranking == TravelLearnt })]
	shared := outcomes[slices.IndexFunc(outcomes, func(o AskOutcome) bool { return o.Ranking == TravelLedger })]
	if shared.Reached <= learnt.Reached {
		t.Errorf("the ledger reaches %d people, the plain ranking %d", shared.Reached, learnt.Reached)
	}
}

func TestOccupationsFindTheirOwn(t *testing.T) {
	var rows []string
	for o := range 60 { // six trades, each with skills of its own
		var skills []string
		for s := range 25 {
			if (s+o)%4 > 0 {
				skills = append(skills, fmt.Sprint(100*(o%6)+s))
			}
		}
		for extra := range 4 {
			skills = append(skills, fmt.Sprint(100*(o%6)+30+extra))
		}
		rows = append(rows, fmt.Sprintf("%d\t%04d\ttrade %d\t%s\t", o, o%6, o, strings.Join(skills, " ")))
	}
	dir := t.TempDir()
	put(t, dir, escoOccupations, rows)
	outcomes, err := Skills(t.Context(), dir, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if o := outcomes[1]; o.Helper < 0.9 {
		t.Errorf("trades that share no skill are confused: %+v", outcomes)
	}
	if o := outcomes[2]; o.Hidden < 0.5 {
		t.Errorf("a trade's skill is not found from six others: %+v", outcomes)
	}
}

func TestTablesThatCannotBeReadAreNamed(t *testing.T) {
	for _, row := range []string{"1\t2\tword", "x\t2\tword\t", "1\t2\tword\t3:4", "1\t2\tword\t3:4:5:NaN", "1\t99999999999\tword\t", "-1\t2\tword\t"} {
		dir := t.TempDir()
		put(t, dir, travelAsks, []string{"1\t2\tvisa\t3:4:-5:1", row})
		if _, err := readAsks(dir); err == nil || !strings.Contains(err.Error(), "row 2") {
			t.Errorf("%q: %v", row, err)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, travelAsks.file), []byte("plain text"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readAsks(dir); err == nil || !strings.Contains(err.Error(), "gzip") {
		t.Errorf("a file that is not compressed: %v", err)
	}
	if _, err := readOccupations(t.TempDir()); !errors.Is(err, ErrNoData) {
		t.Errorf("no file: %v", err)
	}
	empty := t.TempDir()
	put(t, empty, travelAsks, nil)
	if _, err := Travel(t.Context(), empty, 1, nil); err == nil {
		t.Error("an empty table had an outcome")
	}
	put(t, empty, escoOccupations, nil)
	if _, err := Skills(t.Context(), empty, 1, nil); err == nil {
		t.Error("no occupations had an outcome")
	}
}
