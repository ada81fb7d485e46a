package jobs

import (
	"context"
	"errors"

	"longtable/server/community"
)

// tellOfBrokering tells the two whom a host introduces, each for themselves, and both when they met. Nobody's page moves
// because of the other's answer alone.
func (j *Jobs) tellOfBrokering(ctx context.Context, b *community.Brokering) error {
	if b.Gone {
		return nil
	}
	if b.MetAt == 0 {
		return errors.Join(j.Network.FinishMeeting(ctx, b), j.tellWhoWaits(ctx, b.A.Member), j.tellWhoWaits(ctx, b.B.Member))
	}
	for _, side := range []community.Side{b.A, b.B} {
		other := b.Other(side.Member)
		j.Hub.Nudge(PersonTopic(side.Member), b.Rev)
		j.Hub.Join(string(side.Member), string(b.Conversation))
		name, err := j.name(ctx, other)
		if err != nil || name == "" {
			return err
		}
		err = j.tell(ctx, "met~"+string(b.ID)+"~"+string(side.Member), community.Notice{Member: side.Member, By: other, Kind: community.NoticeAccepted,
			Say: "notices.brokered-met", Args: map[string]string{"name": name}, Path: "/conversations/" + string(b.Conversation)})
		if err != nil {
			return err
		}
	}
	return nil
}

// tellOfBrokered tells a member of the people whom hosts would like them to meet, within the room of their week. It does
// not name them: the page does, to who may see them then.
func (j *Jobs) tellOfBrokered(ctx context.Context, v community.Viewer) error {
	waiting, err := j.Network.BrokeredWaiting(ctx, v)
	if err != nil {
		return err
	}
	for _, b := range waiting {
		name, err := j.name(ctx, b.Host)
		if err != nil {
			return err
		}
		err = j.tell(ctx, "brokered~"+string(b.ID)+"~"+string(v.ID), community.Notice{Member: v.ID, By: b.Host, Kind: community.NoticeIntroduction,
			Say: "notices.brokered", Args: map[string]string{"name": name}, Path: "/introductions"})
		if err != nil {
			return err
		}
	}
	return nil
}
