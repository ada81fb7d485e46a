package jobs

import (
	"context"
	"time"
)

// repeat does a chore at every pause until ctx ends. One that fails is said in the log and done again at the next.
func (j *Jobs) repeat(ctx context.Context, every time.Duration, chore string, do func(context.Context) error) {
	pause := time.NewTicker(every)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
		if err := do(ctx); err != nil && ctx.Err() == nil {
			j.Log.WarnContext(ctx, "a chore that is tried again", "chore", chore, "error", err)
		}
	}
}
