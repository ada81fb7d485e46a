package jobs

import (
	"context"
	"errors"
	"strconv"

	"longtable/server/community"
)

// tellOfHelp tells both sides of a consent that began or was renewed, and of its end.
func (j *Jobs) tellOfHelp(ctx context.Context, a *community.Assistance) error {
	if a.Gone {
		return nil
	}
	stamp := "~" + strconv.FormatInt(int64(a.Since), 36)
	member, helper := "notices.helper", "notices.helping"
	if a.EndedAt != 0 {
		stamp, member, helper = stamp+"~end", "notices.helper-ended", "notices.helping-ended"
	}
	memberName, err := j.name(ctx, a.Member)
	if err != nil {
		return err
	}
	helperName, err := j.name(ctx, a.Helper)
	if err != nil || memberName == "" || helperName == "" {
		return err
	}
	return errors.Join(
		j.tell(ctx, "help~"+string(a.ID)+stamp+"~m", community.Notice{Member: a.Member, By: a.Helper, Kind: community.NoticeSafety, Say: member,
			Args: map[string]string{"name": helperName}, Path: "/helping"}),
		j.tell(ctx, "help~"+string(a.ID)+stamp+"~h", community.Notice{Member: a.Helper, By: a.Member, Kind: community.NoticeSafety, Say: helper,
			Args: map[string]string{"name": memberName}, Path: "/helping"}))
}

// saidOfRecovery is what the member is told at each step.
var saidOfRecovery = map[community.RecoveryState]string{
	community.RecoveryStarted: "notices.recovery-started", community.RecoveryApproved: "notices.recovery-approved",
	community.RecoveryStopped: "notices.recovery-stopped", community.RecoveryUsed: "notices.recovery-used",
}

// tellOfRecovery tells the member at each step, on their pages and by letter, and asks the other hosts for the second yes.
func (j *Jobs) tellOfRecovery(ctx context.Context, r *community.Recovery) error {
	if r.Gone {
		return nil
	}
	j.Hub.Nudge(PersonTopic(r.ID), r.Rev)
	id := "recovery~" + string(r.ID) + "~" + strconv.FormatInt(int64(r.StartedAt), 36) + "~" + string(r.State)
	err := j.tell(ctx, id, community.Notice{Member: r.ID, Kind: community.NoticeSafety, Say: saidOfRecovery[r.State], Path: "/way-in"})
	if err != nil || r.State != community.RecoveryStarted {
		return err
	}
	hub, err := j.Network.Hubs.Get(ctx, r.Hub)
	if err != nil {
		return ignoreNotFound(err)
	}
	name, err := j.name(ctx, r.ID)
	if err != nil || name == "" {
		return err
	}
	others := without(without(hub, r.StartedBy), r.ID)
	return j.tellHosts(ctx, others, id, community.Notice{By: r.ID, Kind: community.NoticeSafety, Say: "notices.recovery-second",
		Args: map[string]string{"name": name}, Path: "/recoveries/new"})
}
