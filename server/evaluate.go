package main

import (
	"context"
	"fmt"
	"io"

	"longtable/server/evaluate"
)

// evaluateSeed is the seed of every figure that the program prints about itself, so that two people see the same.
const evaluateSeed = 1

// measure prints how good and how fair the matching is, on the data sets in the data folder and on an invented network.
func measure(ctx context.Context, config Config, _ string, out io.Writer) error {
	err := evaluate.Report{Data: config.Data, Seed: evaluateSeed, Out: out, Progress: func(what string) (func(done, of int64), func(done int64)) {
		bar := newMeter(out, what)
		bar.unit = "done"
		return bar.to, bar.end
	}}.Write(ctx)
	if err != nil {
		return fmt.Errorf("the evaluation ended early: %w", err)
	}
	return nil
}
