package jobs

import (
	"context"
	"fmt"

	"longtable/realtime"
	"longtable/server/community"
)

// deliver carries a stored message on: to open sockets, to the seats of the others, and to a notice for who is away.
func (j *Jobs) deliver(ctx context.Context, m *community.Message) error {
	c, err := j.Network.Conversations.Get(ctx, m.Conversation)
	if m.Gone || m.Emptied() || community.KindOf(err) == community.KindNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	name, err := j.name(ctx, m.Sender)
	if err != nil {
		return err
	}
	j.Hub.Deliver(LiveEvent(m, name))
	for _, member := range c.Members {
		if member == m.Sender {
			continue
		}
		if err := j.bring(ctx, c, m, member, name); err != nil {
			return err
		}
	}
	return nil
}

// bring moves one member's seat and tells them once for every run of unread messages.
func (j *Jobs) bring(ctx context.Context, c *community.Conversation, m *community.Message, to community.MemberID, from string) error {
	if err := j.Network.MarkSeat(ctx, c.ID, to, m.Seq, 0, m.SentAt); err != nil {
		return ignoreNotFound(err) // they left
	}
	j.Hub.Join(string(to), string(c.ID))
	j.Hub.Nudge(PersonTopic(to), m.Seq)
	v, err := j.Network.Viewer(ctx, to)
	if err != nil || j.Hub.Presence(string(to)) || v.Apart(m.Sender) {
		return ignoreNotFound(err)
	}
	talk, err := j.Network.Conversation(ctx, v, c.ID)
	if err != nil || talk.Seat.Unread() == 0 {
		return ignoreNotFound(err)
	}
	id := fmt.Sprintf("message~%s~%s~%d", c.ID, to, talk.Seat.Read+1)
	return j.tell(ctx, id, community.Notice{Member: to, By: m.Sender, Kind: community.NoticeMessage, Say: "notices.message",
		Args: map[string]string{"name": from}, Path: "/conversations/" + string(c.ID)})
}

func ignoreNotFound(err error) error {
	if err != nil && community.KindOf(err) == community.KindNotFound {
		return nil
	}
	return err
}

// LiveEvent is a message as sockets carry it.
func LiveEvent(m *community.Message, name string) realtime.Event {
	return realtime.Event{Conversation: string(m.Conversation), Seq: m.Seq, Kind: "message", From: string(m.Sender), Name: name,
		Nonce: m.Nonce, Body: m.Body, At: m.SentAt.Time()}
}
