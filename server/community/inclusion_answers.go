package community

import "context"

// How long people wait for the first answer of a person, as the figures count it. Of what two people settle between them only a yes is known,
// because a no must not show; so somebody who waits for nothing else is not counted as waiting. Decisions of programmes come on a
// day that was said before, and stand in their reports.

// answerStages are those of somebody who waited in the last quarter.
func (n *Network) answerStages(ctx context.Context, hubs map[HubID]*Hub, id MemberID) ([]FunnelStage, error) {
	first, err := n.firstAnswerSince(ctx, id, n.Now().Plus(-answersShown))
	if err != nil {
		return nil, err
	}
	if first == nil {
		waits, err := n.waitsForHost(ctx, id)
		if !waits {
			return nil, err
		}
		return []FunnelStage{StageWaited}, err
	}
	stages := []FunnelStage{StageWaited, StageAnswered}
	if first.AnsweredAt > first.DueAt {
		return stages, nil
	}
	stages = append(stages, StageInTime)
	hub := hubs[first.Hub]
	if hub == nil { // it is gone, or there never was one: the usual week counts
		hub = &Hub{}
	}
	if hub.OpenBetween(first.AskedAt, first.AnsweredAt) <= openDay {
		stages = append(stages, StageAtOnce)
	}
	return stages, nil
}

// firstAnswerSince is the first answer that somebody got since a moment; nil for none.
func (n *Network) firstAnswerSince(ctx context.Context, id MemberID, since Instant) (first *FirstAnswer, err error) {
	err = throughout(func(p Page) ([]*FirstAnswer, Cursor, error) { return n.FirstAnswers.Of(ctx, id, p) }, func(a *FirstAnswer) {
		if first == nil && a.AnsweredAt >= since && a.Kind != WaitingApplications {
			first = a
		}
	})
	return first, err
}

// waitsForHost tells whether somebody asked something of hosts that none has answered: to join, or an ask on the board.
func (n *Network) waitsForHost(ctx context.Context, id MemberID) (waits bool, err error) {
	err = throughout(func(p Page) ([]*JoinRequest, Cursor, error) { return n.JoinRequests.By(ctx, id, p) }, func(r *JoinRequest) {
		waits = waits || r.State == JoinOpen
	})
	if err != nil || waits {
		return waits, err
	}
	err = throughout(func(p Page) ([]*Posting, Cursor, error) { return n.Postings.By(ctx, id, p) }, func(p *Posting) {
		waits = waits || p.Kind == Ask && p.AnsweredAt == 0 && !p.Closed
	})
	return waits, err
}
