package jobs

import (
	"context"
	"log/slog"

	"longtable/server/community"
)

// Learn does what there is to do for the weights of the matches: it takes up what another program made, and learns from
// yesterday if nobody has yet. What came of it is a line in the log.
func (j *Jobs) Learn(ctx context.Context) {
	teacher := community.NewTeacher(j.Network)
	if err := teacher.TakeUp(ctx); err != nil && ctx.Err() == nil {
		j.Log.ErrorContext(ctx, "the newest weights are not taken up", "error", err)
	}
	study, done, err := teacher.LearnDay(ctx)
	switch {
	case err != nil && ctx.Err() == nil:
		j.Log.ErrorContext(ctx, "nothing was learnt from yesterday's lists; it is tried again", "error", err)
	case err == nil && done && study.Outcome == community.LearntAnew:
		j.Log.LogAttrs(ctx, slog.LevelInfo, "new weights", slog.String("made", study.Why))
	case err == nil && done:
		j.Log.LogAttrs(ctx, slog.LevelInfo, "weights stay as they are", slog.String("because", string(study.Outcome)), slog.String("why", study.Why))
	}
}
