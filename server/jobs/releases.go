package jobs

import "context"

// PublishFigures makes the releases of a month that began, unless another program does. It is called again and again, once
// everybody is there to be counted.
func (j *Jobs) PublishFigures(ctx context.Context) {
	made, err := j.Network.MakeReleases(ctx)
	if err != nil && ctx.Err() == nil {
		j.Log.WarnContext(ctx, "figures of the month; they are looked at again", "error", err)
	}
	if made > 0 {
		j.Log.InfoContext(ctx, "figures of the month were published", "tables", made)
	}
}
