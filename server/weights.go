package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"longtable/matching"
	"longtable/server/community"
)

// manageWeights lists the versions of the weights, after doing what the words say. A program that runs on the same folder
// does it itself, and at once; over MongoDB it takes the change up within a minute.
func manageWeights(ctx context.Context, config Config, words string, out io.Writer) error {
	order, err := readWeightsOrder(words)
	if err != nil {
		return err
	}
	before, err := readWeights(ctx, config)
	if err != nil {
		return err
	}
	if order == nil {
		return before.write(out)
	}
	if err := before.allow(order); err != nil {
		return err
	}
	if err := order.carryOut(ctx, config); err != nil {
		return err
	}
	after, err := readWeights(ctx, config)
	if err != nil {
		return err
	}
	if !after.shows(order) {
		return errors.New("the running program did not do it; its log says why")
	}
	return after.write(out)
}

// keptWeights are the versions, newest first, and where learning stands, as they lie in the store.
type keptWeights struct {
	versions []*community.WeightsVersion
	study    community.Study
}

func readWeights(ctx context.Context, config Config) (k keptWeights, err error) {
	snapshot, release, err := freeze(ctx, config)
	if err != nil {
		return k, err
	}
	defer func() { err = errors.Join(err, release()) }()
	for entry, err := range snapshot.Documents(ctx, "studies", "weights") {
		if err != nil {
			return k, err
		}
		if entry.Collection == "studies" {
			err = json.Unmarshal(entry.Body, &k.study)
		} else {
			v := new(community.WeightsVersion)
			err = json.Unmarshal(entry.Body, v)
			k.versions = append(k.versions, v)
		}
		if err != nil {
			return k, fmt.Errorf("%s can't be read: %w", entry.ID, err)
		}
	}
	if len(k.versions) == 0 { // a network that has not looked yet
		k.versions = []*community.WeightsVersion{{Number: community.HandSetWeights, Weights: matching.HandSet()}}
	}
	slices.SortFunc(k.versions, func(a, b *community.WeightsVersion) int { return b.Number - a.Number })
	return k, nil
}

func (k keptWeights) allow(o *weightsOrder) error {
	newest := k.versions[0].Number
	switch {
	case o.Learn != nil:
		return nil
	case o.RollBack == newest:
		return fmt.Errorf("version %d is in force already; to keep it as it is: server weights learn off", newest)
	case o.RollBack > newest:
		return fmt.Errorf("there is no version %d; versions are 1 to %d", o.RollBack, newest)
	}
	return nil
}

func (k keptWeights) shows(o *weightsOrder) bool {
	if o.Learn != nil {
		return k.study.Off == !*o.Learn
	}
	return k.versions[0].SameAs == o.RollBack
}

func (k keptWeights) write(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Version %d of the weights is in force. ", k.versions[0].Number)
	switch {
	case k.study.Off:
		fmt.Fprintf(&b, "Learning is off since %s: they stay as they are. To go on: server weights learn on\n", k.study.OffSince.Time().Format(minute))
	case k.study.Outcome == "":
		b.WriteString("Nothing was learnt yet.\n")
	default:
		fmt.Fprintf(&b, "Lists up to %s were looked at: %s.\n", date(k.study.Done), said(k.study))
	}
	for _, v := range k.versions {
		writeVersion(&b, v)
	}
	_, err := io.WriteString(out, b.String())
	return err
}

const minute = "2006-01-02 15:04 MST"

func date(day int) string { return time.Unix(int64(day)*86400, 0).UTC().Format("2006-01-02") }

func said(s community.Study) string {
	words := map[community.Outcome]string{
		community.LearntAnew: "there are new weights", community.TooFewDecided: "too few people decided", community.NothingToLearn: "what people chose asks for no other weights",
		community.ForetoldWorse: "new weights would foretell the choices of others less well", community.SomeLessSeen: "new weights would show some people too little or too much",
		community.WasOff: "learning was off", community.Overtaken: "another version was made meanwhile",
	}[s.Outcome]
	if s.Why != "" {
		words += " (" + s.Why + ")"
	}
	return words
}

func writeVersion(b *strings.Builder, v *community.WeightsVersion) {
	since := "from the beginning"
	if v.At != 0 {
		since = "since " + v.At.Time().Format(minute)
	}
	fmt.Fprintf(b, "\nversion %d, %s: ", v.Number, since)
	switch {
	case v.SameAs != 0:
		fmt.Fprintf(b, "rolled back from version %d to version %d\n", v.From, v.SameAs)
	case v.From == 0:
		b.WriteString("set by hand\n")
	default:
		fmt.Fprintf(b, "learnt from %d people and %d decisions, from %s to %s\n", v.Members, v.Decisions, date(v.FirstDay), date(v.LastDay))
	}
	for _, f := range v.Figures() {
		fmt.Fprintf(b, "  %-7s %3d of 1000", f.Of, f.Thousandths)
		if v.From != 0 && v.SameAs == 0 {
			people := "none"
			if f.Learners > 0 {
				people = strconv.Itoa(f.Learners)
			}
			fmt.Fprintf(b, ", people who had a choice in it: %s", people)
		}
		b.WriteString("\n")
	}
	if v.LossBefore != 0 {
		fmt.Fprintf(b, "  loss on people not learnt from: %.6f nats a decision before, %.6f after\n", float64(v.LossBefore)/1e6, float64(v.LossAfter)/1e6)
	}
}
