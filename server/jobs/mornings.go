package jobs

import (
	"context"
	"time"
)

// morningsEvery is how often the worker looks whether a hub has opened.
const morningsEvery = time.Minute

// RunMornings tells hosts each morning what waits for them, until ctx ends.
func (j *Jobs) RunMornings(ctx context.Context) {
	pause := time.NewTicker(morningsEvery)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
		if err := j.KeepMornings(ctx); err != nil && ctx.Err() == nil {
			j.Log.WarnContext(ctx, "lists of the day; they are looked at again", "error", err)
		}
	}
}

// KeepMornings does it for the hubs that have opened by now.
func (j *Jobs) KeepMornings(ctx context.Context) error {
	return j.Network.KeepMornings(ctx, &j.mornings)
}
