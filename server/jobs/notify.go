package jobs

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"longtable/server/community"
)

// Notices follow from the state of a thing, not from the moment of its change: their ids name what happened, so that
// reacting again tells nobody twice.

func (j *Jobs) tell(ctx context.Context, id string, to community.MemberID, kind community.NoticeKind, say, path string, args map[string]string) error {
	return j.tellOf(ctx, "", id, to, kind, say, path, args)
}

// tellOf tells of what somebody did, by their name.
func (j *Jobs) tellOf(ctx context.Context, by community.MemberID, id string, to community.MemberID, kind community.NoticeKind, say, path string, args map[string]string) error {
	return j.Network.Tell(ctx, &community.Notice{Record: community.Record[community.NoticeID]{ID: community.NoticeID(id)},
		Member: to, Kind: kind, Say: say, Args: args, By: by, Path: path, At: j.Network.Now()})
}

func (j *Jobs) tellOfIntroduction(ctx context.Context, i *community.Introduction) error {
	if i.Gone {
		return nil
	}
	j.Hub.Nudge(PersonTopic(i.To), i.Rev)
	switch i.State {
	case community.IntroductionAsked:
		name, err := j.name(ctx, i.From)
		if err != nil || name == "" {
			return err
		}
		return j.tellOf(ctx, i.From, "introduction~"+string(i.ID), i.To, community.NoticeIntroduction, "notices.introduction", "/introductions", map[string]string{"name": name})
	case community.IntroductionAccepted:
		j.Hub.Nudge(PersonTopic(i.From), i.Rev)
		j.Hub.Join(string(i.From), string(i.Conversation))
		j.Hub.Join(string(i.To), string(i.Conversation))
		name, err := j.name(ctx, i.To)
		if err != nil || name == "" {
			return err
		}
		return j.tellOf(ctx, i.To, "accepted~"+string(i.ID), i.From, community.NoticeAccepted, "notices.accepted",
			"/conversations/"+string(i.Conversation), map[string]string{"name": name})
	}
	return nil
}

// tellAttendees tells of a free place, and of what changed for those who joined.
func (j *Jobs) tellAttendees(ctx context.Context, e *community.Event) error {
	if e.Gone {
		return nil
	}
	path, args := "/events/"+string(e.ID), map[string]string{"title": e.Title}
	for _, move := range e.Moved {
		id := fmt.Sprintf("place~%s~%s~%d", e.ID, move.Member, move.Number)
		if err := j.tell(ctx, id, move.Member, community.NoticePlace, "notices.place", path, args); err != nil {
			return err
		}
	}
	if e.Edition < 2 {
		return nil
	}
	say := "notices.event-changed"
	if e.State == community.EventCancelled {
		say = "notices.event-cancelled"
	}
	for _, member := range append(append([]community.MemberID(nil), e.Going...), e.Waiting...) {
		id := fmt.Sprintf("event~%s~%s~%d", e.ID, member, e.Edition)
		if err := j.tell(ctx, id, member, community.NoticeEvent, say, path, args); err != nil {
			return err
		}
	}
	return nil
}

func (j *Jobs) tellOfJoinRequest(ctx context.Context, r *community.JoinRequest) error {
	hub, err := j.Network.Hubs.Get(ctx, r.Hub)
	if r.Gone || community.KindOf(err) == community.KindNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	stamp := strconv.FormatInt(int64(r.AskedAt), 36)
	if r.State != community.JoinOpen {
		say := map[community.JoinState]string{community.JoinWelcomed: "notices.welcomed", community.JoinDeclined: "notices.join-declined"}[r.State]
		return j.tell(ctx, "joined~"+string(r.ID)+"~"+stamp, r.Member, community.NoticeJoinAnswer, say, "/hubs/"+string(r.Hub), map[string]string{"hub": hub.Name})
	}
	name, err := j.name(ctx, r.Member)
	if err != nil || name == "" {
		return err
	}
	return j.tellHosts(ctx, r.Member, hub, "join~"+string(r.ID)+"~"+stamp, "", community.NoticeJoin, "notices.join", "/desk", map[string]string{"name": name, "hub": hub.Name})
}

func (j *Jobs) tellOfApplication(ctx context.Context, a *community.Application) error {
	p, err := j.Network.Programmes.Get(ctx, a.Programme)
	if a.Gone || community.KindOf(err) == community.KindNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	args := map[string]string{"title": p.Title}
	if a.State != community.ApplicationSent {
		if a.Member == "" {
			return nil // comes back with the code
		}
		return j.tell(ctx, "decided~"+string(a.ID), a.Member, community.NoticeApplication, "notices.decided", "/programmes/"+string(p.ID), args)
	}
	hub, err := j.Network.Hubs.Get(ctx, p.Hub)
	if err != nil {
		return err
	}
	return j.tellHosts(ctx, "", hub, "application~"+string(a.ID), a.Member, community.NoticeApplication, "notices.application", "/programmes/"+string(p.ID)+"/applications", args)
}

// tellOfReport tells the hosts of the desk, or the stewards through their page; never the person it is about.
func (j *Jobs) tellOfReport(ctx context.Context, r *community.Report) error {
	if r.Gone || r.Desk == "" || r.Desk == community.NetworkDesk {
		return nil
	}
	hub, err := j.Network.Hubs.Get(ctx, community.HubID(r.Desk))
	if err != nil {
		return err
	}
	return j.tellHosts(ctx, "", hub, "report~"+string(r.ID), r.Person, community.NoticeReport, "notices.report", "/desk", map[string]string{"hub": hub.Name})
}

// tellHosts tells all hosts of a hub but one; by is whom the notice names, if anybody.
func (j *Jobs) tellHosts(ctx context.Context, by community.MemberID, hub *community.Hub, id string, but community.MemberID, kind community.NoticeKind, say, path string, args map[string]string) error {
	for _, host := range hub.Hosts {
		if host == but {
			continue
		}
		if err := j.tellOf(ctx, by, id+"~"+string(host), host, kind, say, path, args); err != nil {
			return err
		}
	}
	return nil
}

// name of a member, for a notice; empty when they left.
func (j *Jobs) name(ctx context.Context, id community.MemberID) (string, error) {
	m, err := j.Network.Members.Get(ctx, id)
	if community.KindOf(err) == community.KindNotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(m.Name), nil
}

// mail sends a notice as a letter, once, unless it was read on the page before.
func (j *Jobs) mail(ctx context.Context, n *community.Notice) error {
	j.Hub.Nudge(PersonTopic(n.Member), n.Rev)
	if j.Post == nil || n.Gone || n.MailedAt != 0 || n.ReadAt != 0 {
		return nil
	}
	to, err := j.Network.Members.Get(ctx, n.Member)
	if community.KindOf(err) == community.KindNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if v, err := j.Network.Viewer(ctx, to.ID); err != nil || v.Apart(n.By) {
		return ignoreNotFound(err)
	}
	if err := j.Post.SendNotice(ctx, to, n); err != nil {
		return fmt.Errorf("mail notice %s: %w", n.ID, err)
	}
	_, err = j.Network.Notices.Change(ctx, n.ID, func(x *community.Notice) error {
		x.MailedAt = j.Network.Now()
		return nil
	})
	return err
}
