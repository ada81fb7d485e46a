package jobs

import (
	"context"
	"time"
)

// releasesEvery is how often the worker looks whether a month began, or another program left one half made.
const releasesEvery = time.Minute

// RunReleases publishes the figures of each month until ctx ends.
func (j *Jobs) RunReleases(ctx context.Context) {
	pause := time.NewTicker(releasesEvery)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
		made, err := j.Network.MakeReleases(ctx)
		if err != nil && ctx.Err() == nil {
			j.Log.WarnContext(ctx, "figures of the month; they are looked at again", "error", err)
		}
		if made > 0 {
			j.Log.InfoContext(ctx, "figures of the month were published", "tables", made)
		}
	}
}
