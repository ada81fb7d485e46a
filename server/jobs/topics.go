package jobs

import (
	"context"
	"strings"

	"longtable/server/community"
)

// Topics that an open page can watch. A nudge says that the thing changed; the page then asks for it like anybody.

// EventTopic is for pages that show an event.
func EventTopic(id community.EventID) string { return "event:" + string(id) }

// ProgrammeTopic is for the host's list of applications.
func ProgrammeTopic(id community.ProgrammeID) string { return "programme:" + string(id) }

// PersonTopic is for the badges and lists of one member's own pages.
func PersonTopic(id community.MemberID) string { return "member:" + string(id) }

// MayWatch tells whether a member may know when a topic changes: only who may see the thing itself. An unknown topic is
// not found.
func MayWatch(ctx context.Context, n *community.Network, person community.MemberID, topic string) error {
	v, err := n.Viewer(ctx, person)
	if err != nil {
		return err
	}
	switch kind, id, _ := strings.Cut(topic, ":"); kind {
	case "event":
		_, err = n.Event(ctx, v, community.EventID(id))
	case "programme":
		var p *community.Programme
		if p, err = n.Programme(ctx, community.ProgrammeID(id)); err == nil && !v.RunsProgramme(p) && !v.Reviews(p) {
			err = community.NotFound("topic %.60q is for those who decide", topic)
		}
	case "member":
		if community.MemberID(id) != person {
			err = community.NotFound("topic %.60q is for one person", topic)
		}
	default:
		err = community.NotFound("no topic %.60q", topic)
	}
	return err
}
