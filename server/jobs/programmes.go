package jobs

import (
	"context"
	"fmt"
	"time"

	"longtable/server/community"
)

// programmesEvery is how often the worker looks whether a phase is over. Phases end with days, so a minute is early enough.
const programmesEvery = time.Minute

// RunProgrammes brings programmes from phase to phase until ctx ends.
func (j *Jobs) RunProgrammes(ctx context.Context) {
	j.repeat(ctx, programmesEvery, "programmes between their phases", j.Network.PassProgrammes)
}

// tellReaders tells those who decide that the reading has begun.
func (j *Jobs) tellReaders(ctx context.Context, p *community.Programme) error {
	if p.Gone || p.State != community.ProgrammeReview {
		return nil
	}
	for _, reader := range p.Reviewers {
		err := j.tell(ctx, fmt.Sprintf("reading~%s~%s", p.ID, reader), community.Notice{Member: reader, Kind: community.NoticeApplication, Say: "notices.reading",
			Args: map[string]string{"title": p.Title}, Path: "/programmes/" + string(p.ID) + "/applications"})
		if err != nil {
			return err
		}
	}
	return nil
}

// tellCommitters tells those who committed to a value that it is time to show it.
func (j *Jobs) tellCommitters(ctx context.Context, s *community.Selection) error {
	if s.Gone || s.ShowBy == 0 || s.Seed != "" {
		return nil
	}
	p, err := j.Network.Programmes.Get(ctx, s.ID)
	if err != nil {
		return ignoreNotFound(err)
	}
	for _, c := range s.Commits {
		if c.Value != "" || c.Member == "" {
			continue
		}
		err := j.tell(ctx, fmt.Sprintf("show-value~%s~%d~%s", s.ID, s.Round, c.Member), community.Notice{Member: c.Member, Kind: community.NoticeApplication,
			Say: "notices.show-value", Args: map[string]string{"title": p.Title}, Path: "/programmes/" + string(s.ID) + "/draw"})
		if err != nil {
			return err
		}
	}
	return nil
}

// seatCohort finishes for somebody with a place what an interruption may have left: the conversation of their cohort, and
// what the programme gives. Who gave their place back is taken out.
func (j *Jobs) seatCohort(ctx context.Context, a *community.Application) error {
	if a.Member == "" || a.DecidedAt == 0 {
		return nil
	}
	return j.Network.SeatCohort(ctx, a.Programme)
}
