package community

import (
	"context"
	"slices"
	"time"
)

// Who has lost every way in comes to the hub. A host who sees them face to face begins, a second person of the hub or a steward
// approves, and a day passes in which the member is told on every page and by letter, and can stop it with one press. Each of
// the two gives the person half of a code; neither has seen the other half, and the code works only after the wait. So no
// host alone, and nobody who talked a host into it, comes in.

const (
	recoveryWait    = 24 * time.Hour      // between the second yes and the first use: who looks once a day can stop it
	recoveryUse     = 14 * 24 * time.Hour // within which the code works; then it is begun anew
	recoveriesInDay = 3                   // that one host begins: more is a habit, or somebody else
	sealedAfter     = 72 * time.Hour      // after a recovery, during which what is sealed stays closed
)

// RecoveryState is how far a recovery is.
type RecoveryState string

const (
	RecoveryStarted  RecoveryState = "started"
	RecoveryApproved RecoveryState = "approved"
	RecoveryStopped  RecoveryState = "stopped"
	RecoveryUsed     RecoveryState = "used"
)

// Recovery is the latest one of a member, whose id it has.
type Recovery struct {
	Record[MemberID] `bson:",inline"`
	Hub              HubID         `json:"hub"`
	State            RecoveryState `json:"state"`
	StartedBy        MemberID      `json:"startedBy,omitempty"`
	StartedAt        Instant       `json:"startedAt"`
	ApprovedBy       MemberID      `json:"approvedBy,omitempty"`
	ReadyAt          Instant       `json:"readyAt,omitempty"` // of an approved one: when the code begins to work
	HalfA            string        `json:"halfA,omitempty"`   // digests of the two halves of the code
	HalfB            string        `json:"halfB,omitempty"`
	StoppedAt        Instant       `json:"stoppedAt,omitempty"`
	UsedAt           Instant       `json:"usedAt,omitempty"` // kept when another one begins
}

// Recoveries is what the domain needs of the store.
type Recoveries interface {
	Keeper[MemberID, Recovery]
	At(ctx context.Context, hub HubID, page Page) ([]*Recovery, Cursor, error)            // newest first
	StartedBy(ctx context.Context, host MemberID, page Page) ([]*Recovery, Cursor, error) // newest first
	ApprovedBy(ctx context.Context, member MemberID, page Page) ([]*Recovery, Cursor, error)
	ByFirstHalf(ctx context.Context, digest string) (*Recovery, error)
}

// Open tells whether somebody could still come in by it.
func (r *Recovery) Open(now Instant) bool {
	switch r.State {
	case RecoveryStarted:
		return now < r.StartedAt.Plus(recoveryUse)
	case RecoveryApproved:
		return now < r.ReadyAt.Plus(recoveryUse)
	default:
		return false
	}
}

// StartRecovery begins to let a member in again who stands before the host; for hosts of the member's hub. It returns the
// first half of the code, for the member's hand. Of two that begin for the same member both are stopped.
func (n *Network) StartRecovery(ctx context.Context, v Viewer, member MemberID, faceToFace bool) (half string, r *Recovery, err error) {
	if err := v.alone(); err != nil {
		return "", nil, err
	}
	m, err := n.reachable(ctx, v, member)
	if err != nil {
		return "", nil, err
	}
	switch {
	case m.Hub == "" || !v.Hosts(m.Hub) || m.ShownTo(v.Reach(m)).Hub != m.Hub:
		return "", nil, NotFound("%s is no host of the hub of %s", v.ID, member)
	case member == v.ID:
		return "", nil, Forbidden("recovery.not-yourself")
	case !faceToFace:
		return "", nil, Invalid(Problems{"faceToFace": {Say: "recovery.face-to-face-first"}})
	}
	if err := n.countRecoveries(ctx, v); err != nil {
		return "", nil, err
	}
	half = NewCode()
	fresh := &Recovery{Record: Record[MemberID]{ID: member}, Hub: m.Hub, State: RecoveryStarted, StartedBy: v.ID, StartedAt: n.Now(), HalfA: CodeDigest(half)}
	if r, err = n.beginRecovery(ctx, fresh); err != nil {
		return "", nil, err
	}
	return half, r, n.noteAct(ctx, Act{Member: member, By: v.ID, What: "recovery-started", Path: "/way-in"})
}

// countRecoveries counts what a host began within a day, stopped ones too.
func (n *Network) countRecoveries(ctx context.Context, v Viewer) error {
	acts, _, err := n.Acts.By(ctx, v.ID, Page{Limit: PageMax})
	begun := 0
	for _, a := range acts {
		if a.What == "recovery-started" && a.At > n.Now().Plus(-day) {
			begun++
		}
	}
	if err == nil && begun >= recoveriesInDay {
		err = TooMany("recovery.enough-today", map[string]any{"max": recoveriesInDay})
	}
	return err
}

func (n *Network) beginRecovery(ctx context.Context, fresh *Recovery) (*Recovery, error) {
	err := n.Recoveries.Add(ctx, fresh)
	if KindOf(err) != KindConflict {
		return fresh, err
	}
	clash := false
	r, err := n.Recoveries.Change(ctx, fresh.ID, func(r *Recovery) error {
		if clash = r.Open(n.Now()); clash {
			r.stop(n.Now())
			return nil
		}
		fresh.Record, fresh.UsedAt = r.Record, r.UsedAt
		*r = *fresh
		return nil
	})
	if err != nil || !clash {
		return r, err
	}
	if err := n.noteAct(ctx, Act{Member: fresh.ID, By: fresh.StartedBy, What: "recovery-clash", Path: "/way-in"}); err != nil {
		return nil, err
	}
	return nil, Conflict("recovery.two-at-once")
}

func (r *Recovery) stop(now Instant) {
	r.State, r.StoppedAt, r.HalfA, r.HalfB = RecoveryStopped, now, "", ""
}

// ApproveRecovery is the second yes: of another host of the hub, or of a steward. It returns the second half of the code,
// which works a day later.
func (n *Network) ApproveRecovery(ctx context.Context, v Viewer, member MemberID) (half string, r *Recovery, err error) {
	if _, err := n.recoveryFor(ctx, v, member); err != nil {
		return "", nil, err
	}
	half = NewCode()
	r, err = n.Recoveries.Change(ctx, member, func(r *Recovery) error {
		switch {
		case r.State != RecoveryStarted || !r.Open(n.Now()):
			return Conflict("recovery.not-open")
		case r.StartedBy == v.ID || r.StartedBy == "" || member == v.ID:
			return Forbidden("recovery.second-person")
		}
		r.State, r.ApprovedBy, r.ReadyAt, r.HalfB = RecoveryApproved, v.ID, n.Now().Plus(recoveryWait), CodeDigest(half)
		return nil
	})
	if err != nil {
		return "", nil, err
	}
	return half, r, n.noteAct(ctx, Act{Member: member, By: v.ID, What: "recovery-approved", Path: "/way-in"})
}

// recoveryFor loads one that the viewer may handle: a host of its hub, or a steward.
func (n *Network) recoveryFor(ctx context.Context, v Viewer, member MemberID) (*Recovery, error) {
	if err := v.alone(); err != nil {
		return nil, err
	}
	r, err := n.Recoveries.Get(ctx, member)
	if err != nil {
		return nil, err
	}
	if !v.Hosts(r.Hub) && !v.Steward || v.Apart(member) {
		return nil, NotFound("the recovery of %s is for hosts of %s", member, r.Hub)
	}
	return r, nil
}

// StopRecovery stops one; for the member, in any session that is still open, and for hosts of the hub and stewards.
func (n *Network) StopRecovery(ctx context.Context, v Viewer, member MemberID) error {
	if err := v.alone(); err != nil {
		return err
	}
	if member != v.ID {
		if _, err := n.recoveryFor(ctx, v, member); err != nil {
			return err
		}
	}
	_, err := n.Recoveries.Change(ctx, member, func(r *Recovery) error {
		if !r.Open(n.Now()) {
			return Conflict("recovery.not-open")
		}
		r.stop(n.Now())
		return nil
	})
	if err != nil {
		return err
	}
	return n.noteAct(ctx, Act{Member: member, By: v.ID, What: "recovery-stopped", Path: "/way-in"})
}

// OwnRecovery is the viewer's own while it can still be stopped; nil when there is none. A helper sees none.
func (n *Network) OwnRecovery(ctx context.Context, v Viewer) (*Recovery, error) {
	if v.alone() != nil {
		return nil, nil
	}
	r, err := n.Recoveries.Get(ctx, v.ID)
	if err != nil || !r.Open(n.Now()) {
		return nil, ignoreMissing(err)
	}
	return r, nil
}

// RecoveriesAt are those of a hub that are under way; for its hosts and for stewards.
func (n *Network) RecoveriesAt(ctx context.Context, v Viewer, hub HubID) ([]*Recovery, error) {
	if err := v.alone(); err != nil {
		return nil, err
	}
	if !v.Hosts(hub) && !v.Steward {
		return nil, NotFound("recoveries at %s are for its hosts", hub)
	}
	all, _, err := n.Recoveries.At(ctx, hub, Page{Limit: PageMax})
	return slices.DeleteFunc(all, func(r *Recovery) bool { return !r.Open(n.Now()) || v.Apart(r.ID) }), err
}

// UseRecovery finds the member whom both halves of a code let in, once, after the wait. Anything that is not right is one and the
// same answer; too early says when.
func (n *Network) UseRecovery(ctx context.Context, first, second string) (MemberID, error) {
	noGood := &Error{Kind: KindNotFound, Say: "recovery.no-good"}
	r, err := n.Recoveries.ByFirstHalf(ctx, CodeDigest(first))
	if KindOf(err) == KindNotFound && err != nil {
		return "", noGood
	}
	if err != nil {
		return "", err
	}
	r, err = n.Recoveries.Change(ctx, r.ID, func(r *Recovery) error {
		switch {
		case r.State != RecoveryApproved || !r.Open(n.Now()) || r.HalfA != CodeDigest(first) || r.HalfB != CodeDigest(second):
			return noGood
		case n.Now() < r.ReadyAt:
			return Conflict("recovery.too-early")
		}
		r.State, r.UsedAt, r.HalfA, r.HalfB = RecoveryUsed, n.Now(), "", ""
		return nil
	})
	if err != nil {
		return "", err
	}
	return r.ID, n.noteAct(ctx, Act{Member: r.ID, What: "recovery-used", Path: "/sessions"})
}

// sealedUntil is until when what a member has sealed stays closed to everybody, themselves too: three days after a recovery, in which
// who was pushed out can come back. Zero when it is open.
func (n *Network) sealedUntil(ctx context.Context, member MemberID) (Instant, error) {
	r, err := n.Recoveries.Get(ctx, member)
	if err != nil || r.UsedAt == 0 || n.Now() >= r.UsedAt.Plus(sealedAfter) {
		return 0, ignoreMissing(err)
	}
	return r.UsedAt.Plus(sealedAfter), nil
}

// Unsealed refuses to open what the viewer has sealed: to a helper always, and for three days after a recovery.
func (n *Network) Unsealed(ctx context.Context, v Viewer) error {
	if err := v.alone(); err != nil {
		return err
	}
	until, err := n.sealedUntil(ctx, v.ID)
	if err == nil && until != 0 {
		err = Forbidden("recovery.sealed-for-now")
	}
	return err
}

// eraseRecoveries takes away that of who left; of others' their name.
func (n *Network) eraseRecoveries(ctx context.Context, id MemberID) error {
	if err := ignoreMissing(n.Recoveries.Delete(ctx, id)); err != nil {
		return err
	}
	for _, side := range []struct {
		read func(context.Context, MemberID, Page) ([]*Recovery, Cursor, error)
		part func(*Recovery)
	}{
		{n.Recoveries.StartedBy, func(r *Recovery) { r.StartedBy = "" }},
		{n.Recoveries.ApprovedBy, func(r *Recovery) { r.ApprovedBy = "" }},
	} {
		read := func(p Page) ([]*Recovery, Cursor, error) { return side.read(ctx, id, p) }
		err := drain(read, func(r *Recovery) error {
			_, err := n.Recoveries.Change(ctx, r.ID, func(r *Recovery) error { side.part(r); return nil })
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
