package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"longtable/server/community"
)

const (
	digestEvery  = time.Minute // how often the worker looks for letters whose time has come
	digestAtOnce = 50          // letters of one look; the others are due at the next
)

// RunDigests sends letters of what was missed until ctx ends.
func (j *Jobs) RunDigests(ctx context.Context) {
	if j.Post == nil {
		return
	}
	j.repeat(ctx, digestEvery, "letters of what was missed", j.KeepDigests)
}

// KeepDigests sends what is due now. One that fails is tried again after a while, and holds nobody else up.
func (j *Jobs) KeepDigests(ctx context.Context) error {
	due, err := j.Network.DigestsDue(ctx, digestAtOnce)
	if err != nil {
		return err
	}
	var errs []error
	for _, d := range due {
		if err := j.sendDigest(ctx, d.ID); err != nil {
			errs = append(errs, fmt.Errorf("letter to %s: %w", d.ID, err))
		}
	}
	return errors.Join(errs...)
}

// sendDigest looks at what is unread now: what was read, muted or taken back meanwhile is not told.
func (j *Jobs) sendDigest(ctx context.Context, id community.MemberID) error {
	d, ours, err := j.Network.TakeDigest(ctx, id)
	if err != nil || !ours {
		return err
	}
	m, err := j.Network.Members.Get(ctx, id)
	if community.KindOf(err) == community.KindNotFound && err != nil {
		return ignoreNotFound(j.Network.Digests.Delete(ctx, id)) // they left
	}
	if err != nil {
		return err
	}
	if m.DigestWished() == community.DigestAway && j.Hub.Presence(string(id)) {
		return j.Network.PutOffDigest(ctx, id)
	}
	v, err := j.Network.Viewer(ctx, id)
	if err != nil {
		return err
	}
	missed, err := j.Network.Missed(ctx, v)
	if err != nil {
		return err
	}
	if len(missed) == 0 || m.DigestWished() == community.DigestOff {
		return j.Network.RenewDigest(ctx, v)
	}
	if d.SentAt == 0 {
		letter, err := j.Network.DigestFor(ctx, v, d, missed)
		if err != nil {
			return err
		}
		if err := j.Post.SendDigest(ctx, m, letter); err != nil {
			return &failed{"mail a digest", err}
		}
	}
	return j.Network.DigestSent(ctx, v, missed)
}

// digested tells whether a notice waits for the letter of what was missed, rather than being one.
func digested(n *community.Notice) bool { return n.Say == sayMessage }

const sayMessage = "notices.message"
