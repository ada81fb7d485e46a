package jobs

import (
	"context"
	"time"
)

// Every does something at every pause until ctx ends; what takes longer than a pause is not done twice at once.
func Every(ctx context.Context, pause time.Duration, do func()) {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			do()
		}
	}
}

// repeat is Every for a chore that may fail: it is said in the log, and done again at the next.
func (j *Jobs) repeat(ctx context.Context, pause time.Duration, chore string, do func(context.Context) error) {
	Every(ctx, pause, func() {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			j.Log.WarnContext(ctx, "a chore that is tried again", "chore", chore, "error", err)
		}
	})
}
