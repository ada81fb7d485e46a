package jobs

import (
	"context"
	"fmt"
	"slices"

	"longtable/realtime"
	"longtable/server/community"
)

// deliver carries an entry of a conversation on: to open sockets, to the seats of the others, and to a notice for who is
// away. What became of a message is an entry of its own, and made here if the program ended before it was.
func (j *Jobs) deliver(ctx context.Context, m *community.Message) error {
	c, err := j.Network.Conversations.Get(ctx, m.Conversation)
	if m.Gone || community.KindOf(err) == community.KindNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := j.Network.TellSteps(ctx, m); err != nil {
		return err
	}
	if m.Said() && m.Emptied() {
		return j.Network.DropFiles(ctx, m)
	}
	name, err := j.name(ctx, m.Sender)
	if err != nil {
		return err
	}
	if err := j.Network.CurrentWords(ctx, m); err != nil {
		return err
	}
	mentioned, err := MentionedIn(ctx, j.Network, m)
	if err != nil {
		return err
	}
	if m.Kind == community.EntryAdded {
		if err := j.partFrom(ctx, c, m.Of); err != nil {
			return err
		}
	}
	j.Hub.Deliver(LiveEvent(m, name, mentioned...))
	if m.Kind == community.EntryLeft {
		j.Hub.Recheck(string(m.Sender))
	}
	for _, member := range c.Members {
		if err := j.bring(ctx, c, m, member, name); err != nil {
			return err
		}
	}
	return nil
}

// bring moves one member's seat and tells them once for every run of unread messages. Only a message moves a
// conversation up in their list; of anything else nobody is told but who looks.
func (j *Jobs) bring(ctx context.Context, c *community.Conversation, m *community.Message, to community.MemberID, from string) error {
	apart, err := j.Network.Blocks.Around(ctx, to)
	if err != nil {
		return err
	}
	at := m.SentAt
	switch {
	case apart[m.Sender] && m.Said():
		return ignoreNotFound(j.Network.MarkHidden(ctx, c.ID, to, m.Place()))
	case !m.Said():
		at = 0
	}
	if to != m.Sender || !m.Said() {
		if err := j.Network.MarkSeat(ctx, c.ID, to, m.Place(), community.Place{}, at); err != nil {
			return ignoreNotFound(err) // they left
		}
	}
	if !slices.ContainsFunc(c.Members, func(other community.MemberID) bool { return apart[other] }) {
		j.Hub.Join(string(to), string(c.ID)) // it may be new to their open pages; who is apart from somebody in it reads pages
	}
	if to == m.Sender {
		return nil
	}
	if !m.Said() {
		return nil
	}
	j.Hub.Nudge(PersonTopic(to), m.Seq)
	v, err := j.Network.Viewer(ctx, to)
	if err != nil {
		return ignoreNotFound(err)
	}
	talk, err := j.Network.Conversation(ctx, v, c.ID)
	if err != nil || talk.Seat.Unread() == 0 {
		return ignoreNotFound(err)
	}
	if !talk.Seat.Muted && c.Asked == "" {
		if err := j.Network.AwaitDigest(ctx, to); err != nil { // also for who is here: they may go without reading it
			return err
		}
	}
	if j.Hub.Presence(string(to)) {
		return nil
	}
	switch {
	case slices.Contains(m.Mentions, to):
		return j.tell(ctx, fmt.Sprintf("mention~%s~%s", m.ID, to), community.Notice{Member: to, By: m.Sender, Kind: community.NoticeMention,
			Say: "notices.mention", Args: map[string]string{"name": from, "title": c.Title}, Path: fmt.Sprintf("/conversations/%s?around=%d", c.ID, m.Seq)})
	case talk.Seat.Muted:
		return nil
	case c.Asked == m.Sender:
		return j.tellOfRequests(ctx, v)
	}
	id := fmt.Sprintf("message~%s~%s~%d", c.ID, to, talk.Seat.Read+1)
	return j.tell(ctx, id, community.Notice{Member: to, By: m.Sender, Kind: community.NoticeMessage, Say: sayMessage,
		Args: map[string]string{"name": from}, Path: "/conversations/" + string(c.ID)})
}

// settleTalk tells of what changed in a group if the program ended before it was told, and of requests for which an answer
// made room.
func (j *Jobs) settleTalk(ctx context.Context, c *community.Conversation) error {
	j.Network.Matches.Requested(c, j.Network.Now())
	if c.Gone {
		return nil
	}
	if _, err := j.Network.TellGroupSteps(ctx, c); err != nil {
		return err
	}
	if !c.Direct() {
		return nil
	}
	for _, member := range c.Members {
		v, err := j.Network.Viewer(ctx, member)
		if err == nil {
			err = j.tellOfRequests(ctx, v)
		}
		if ignoreNotFound(err) != nil {
			return err
		}
	}
	return nil
}

// tellOfRequests tells a member of everybody in their tray, once each, within the room of their week.
func (j *Jobs) tellOfRequests(ctx context.Context, v community.Viewer) error {
	waiting, err := j.Network.Requests(ctx, v)
	if err != nil {
		return ignoreNotFound(err)
	}
	for _, t := range waiting {
		name, err := j.name(ctx, t.Conversation.Asked)
		if err != nil {
			return err
		}
		err = j.tell(ctx, fmt.Sprintf("request~%s~%s", t.Conversation.ID, v.ID), community.Notice{Member: v.ID, By: t.Conversation.Asked,
			Kind: community.NoticeMessage, Say: "notices.request", Args: map[string]string{"name": name}, Path: "/conversations/requests"})
		if err != nil {
			return err
		}
	}
	return nil
}

// seatAttendees lets those who go to an event into its conversation, and those out who no longer do.
func (j *Jobs) seatAttendees(ctx context.Context, e *community.Event) error {
	if e.Gone {
		return nil
	}
	c, out, err := j.Network.SeatAttendees(ctx, e)
	for _, member := range out {
		j.Hub.Recheck(string(member))
	}
	if err != nil || c == nil {
		return err
	}
	for _, member := range c.Members {
		if err := j.partFrom(ctx, c, member); err != nil {
			return err
		}
		j.Hub.Join(string(member), string(c.ID))
	}
	return nil
}

// partFrom ends what comes live in a group to people who are apart from somebody who came in; they read pages.
func (j *Jobs) partFrom(ctx context.Context, c *community.Conversation, who community.MemberID) error {
	apart, err := j.Network.Blocks.Around(ctx, who)
	for other := range apart {
		if slices.Contains(c.Members, other) {
			j.Hub.Recheck(string(other))
		}
	}
	return err
}

func ignoreNotFound(err error) error {
	if err != nil && community.KindOf(err) == community.KindNotFound {
		return nil
	}
	return err
}

// LiveEvent is an entry of a conversation as sockets carry it. An edit carries the words as they are now, which
// CurrentWords fills in.
func LiveEvent(m *community.Message, name string, mentioned ...string) realtime.Event {
	return realtime.Event{Conversation: string(m.Conversation), Seq: m.Seq, Kind: liveKind(m), Target: m.Target, Answers: m.Answers, To: mentioned, From: string(m.Sender), Name: name,
		Nonce: m.Nonce, Body: m.Body, At: m.SentAt.Time()}
}

// MentionedIn are the names of those whom a message mentions; who left has none.
func MentionedIn(ctx context.Context, n *community.Network, m *community.Message) ([]string, error) {
	if len(m.Mentions) == 0 {
		return nil, nil
	}
	members, err := n.Members.Many(ctx, m.Mentions)
	var names []string
	for _, member := range members {
		if member != nil {
			names = append(names, member.Name)
		}
	}
	return names, err
}

// liveKind is the word for an entry. What files a message has is not in its frame: a page asks for it.
func liveKind(m *community.Message) string {
	switch {
	case m.Said() && len(m.Files) > 0:
		return "files"
	case m.Said():
		return "message"
	}
	return string(m.Kind)
}
