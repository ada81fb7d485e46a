package jobs

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"longtable/server/community"
)

// Notices follow from the state of a thing, not from the moment of its change: their ids name what happened, so that
// reacting again tells nobody twice.

// tell leaves a notice under an id that names what happened.
func (j *Jobs) tell(ctx context.Context, id string, n community.Notice) error {
	n.ID, n.At = community.NoticeID(id), j.Network.Now()
	return j.Network.Tell(ctx, &n)
}

func (j *Jobs) tellOfIntroduction(ctx context.Context, i *community.Introduction) error {
	if i.Gone {
		return nil
	}
	j.Hub.Nudge(PersonTopic(i.To), i.Rev)
	if err := j.tellWhoWaits(ctx, i.To); err != nil || i.State != community.IntroductionAccepted {
		return err
	}
	j.Hub.Nudge(PersonTopic(i.From), i.Rev)
	j.Hub.Join(string(i.From), string(i.Conversation))
	j.Hub.Join(string(i.To), string(i.Conversation))
	name, err := j.name(ctx, i.To)
	if err != nil || name == "" {
		return err
	}
	return j.tell(ctx, "accepted~"+string(i.ID), community.Notice{Member: i.From, By: i.To, Kind: community.NoticeAccepted, Say: "notices.accepted",
		Args: map[string]string{"name": name}, Path: "/conversations/" + string(i.Conversation)})
}

// tellWhoWaits tells a member of everybody who waits for them within the room of their week. An answer may make room for
// the next, so it is looked at after every change.
func (j *Jobs) tellWhoWaits(ctx context.Context, to community.MemberID) error {
	v, err := j.Network.Viewer(ctx, to)
	if err != nil {
		return ignoreNotFound(err)
	}
	waiting, err := j.Network.IntroductionsWaiting(ctx, v)
	if err != nil {
		return err
	}
	for _, i := range waiting {
		name, err := j.name(ctx, i.From)
		if err != nil {
			return err
		}
		err = j.tell(ctx, "introduction~"+string(i.ID), community.Notice{Member: to, By: i.From, Kind: community.NoticeIntroduction,
			Say: "notices.introduction", Args: map[string]string{"name": name}, Path: "/introductions"})
		if err != nil {
			return err
		}
	}
	return j.tellOfBrokered(ctx, v)
}

// tellAttendees tells of a free place, and of what changed for those who joined.
func (j *Jobs) tellAttendees(ctx context.Context, e *community.Event) error {
	if e.Gone {
		return nil
	}
	notice := community.Notice{Args: map[string]string{"title": e.Title}, Path: "/events/" + string(e.ID)}
	for _, move := range e.Moved {
		if move.Member == "" {
			continue // they left
		}
		notice.Member, notice.Kind, notice.Say = move.Member, community.NoticePlace, "notices.place"
		if err := j.tell(ctx, fmt.Sprintf("place~%s~%s~%d", e.ID, move.Member, move.Number), notice); err != nil {
			return err
		}
	}
	if e.Edition < 2 {
		return nil
	}
	notice.Kind, notice.Say = community.NoticeEvent, "notices.event-changed"
	if e.State == community.EventCancelled {
		notice.Say = "notices.event-cancelled"
	}
	for _, member := range slices.Concat(e.Going, e.Waiting) {
		notice.Member = member
		if err := j.tell(ctx, fmt.Sprintf("event~%s~%s~%d", e.ID, member, e.Edition), notice); err != nil {
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
	stamp := "~" + strconv.FormatInt(int64(r.AskedAt), 36)
	if r.State != community.JoinOpen {
		say := map[community.JoinState]string{community.JoinWelcomed: "notices.welcomed", community.JoinDeclined: "notices.join-declined"}[r.State]
		return j.tell(ctx, "joined~"+string(r.ID)+stamp, community.Notice{Member: r.Member, Kind: community.NoticeJoinAnswer, Say: say,
			Args: map[string]string{"hub": hub.Name}, Path: "/hubs/" + string(r.Hub)})
	}
	name, err := j.name(ctx, r.Member)
	if err != nil || name == "" {
		return err
	}
	asked := *hub
	if asked.Hosts, err = j.Network.JoinAskedOf(ctx, hub, r); err != nil {
		return err
	}
	return j.tellHosts(ctx, &asked, "join~"+string(r.ID)+stamp, community.Notice{By: r.Member, Kind: community.NoticeJoin, Say: "notices.join",
		Args: map[string]string{"name": name, "hub": hub.Name}, Path: "/desk"})
}

func (j *Jobs) tellOfApplication(ctx context.Context, a *community.Application) error {
	p, err := j.Network.Programmes.Get(ctx, a.Programme)
	if a.Gone || community.KindOf(err) == community.KindNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	notice := community.Notice{Kind: community.NoticeApplication, Args: map[string]string{"title": p.Title}}
	switch a.State {
	case community.ApplicationDrafted, community.ApplicationWithdrawn:
		return nil
	case community.ApplicationSent:
	default:
		if a.Member == "" {
			return nil // comes back with the code
		}
		notice.Member, notice.Say, notice.Path = a.Member, "notices.decided", "/applications"
		id := "decided~" + string(a.ID)
		if a.State != community.ApplicationDeclined {
			id += "~" + string(a.State)
		}
		return j.tell(ctx, id, notice)
	}
	hub, err := j.Network.Hubs.Get(ctx, p.Hub)
	if err != nil {
		return err
	}
	notice.Say, notice.Path = "notices.application", "/programmes/"+string(p.ID)+"/applications"
	return j.tellHosts(ctx, without(hub, a.Member), "application~"+string(a.ID), notice)
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
	return j.tellHosts(ctx, without(hub, r.Person), "report~"+string(r.ID), community.Notice{Kind: community.NoticeReport, Say: "notices.report",
		Args: map[string]string{"hub": hub.Name}, Path: "/desk"})
}

// tellHosts tells all hosts of a hub.
func (j *Jobs) tellHosts(ctx context.Context, hub *community.Hub, id string, notice community.Notice) error {
	for _, host := range hub.Hosts {
		notice.Member = host
		if err := j.tell(ctx, id+"~"+string(host), notice); err != nil {
			return err
		}
	}
	return nil
}

// without is the hub as if the member were not one of its hosts.
func without(hub *community.Hub, member community.MemberID) *community.Hub {
	others := *hub
	others.Hosts = slices.DeleteFunc(slices.Clone(hub.Hosts), func(host community.MemberID) bool { return host == member })
	return &others
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
	if j.Post == nil || digested(n) || n.Gone || n.MailedAt != 0 || n.ReadAt != 0 {
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
		return &failed{"mail a notice", err}
	}
	_, err = j.Network.Notices.Change(ctx, n.ID, func(x *community.Notice) error {
		x.MailedAt = j.Network.Now()
		return nil
	})
	return err
}
