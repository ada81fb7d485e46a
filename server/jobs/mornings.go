package jobs

import (
	"context"
	"time"
)

// morningsEvery is how often the worker looks whether a hub has opened.
const morningsEvery = time.Minute

// RunMornings tells hosts each morning what waits for them, until ctx ends.
func (j *Jobs) RunMornings(ctx context.Context) {
	j.repeat(ctx, morningsEvery, "lists of the day", j.KeepMornings)
}

// KeepMornings does it for the hubs that have opened by now.
func (j *Jobs) KeepMornings(ctx context.Context) error {
	return j.Network.KeepMornings(ctx, &j.mornings)
}
