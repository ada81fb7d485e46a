package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// turnsEvery is how often the worker looks whether a day is over, and whether other programs on the same store closed one
// or had somebody asked for: the rooms of people's weeks are that exact between programs.
const turnsEvery = time.Minute

// RunTurns keeps everybody's turns until ctx ends.
func (j *Jobs) RunTurns(ctx context.Context) {
	j.repeat(ctx, turnsEvery, "turns of the day", j.KeepTurns)
}

// KeepTurns does what there is to do now: it closes the days that are over, takes up what other programs did, and forgets
// lists that are too old.
func (j *Jobs) KeepTurns(ctx context.Context) error {
	var errs []error
	closed, err := j.Network.TakeTurns(ctx)
	if err != nil {
		errs = append(errs, fmt.Errorf("close the rounds of days that are over: %w", err))
	}
	if closed > 0 {
		j.Log.InfoContext(ctx, "a new round of turns", "days", closed)
	}
	if err := j.Network.LookForAskings(ctx); err != nil {
		errs = append(errs, fmt.Errorf("look for introductions asked for elsewhere: %w", err))
	}
	if err := j.Network.SweepShowings(ctx); err != nil {
		errs = append(errs, fmt.Errorf("forget old lists: %w", err))
	}
	return errors.Join(errs...)
}
