package community

import "context"

// ActID names a line of the log.
type ActID string

// ActOutcome is what became of it.
type ActOutcome string

const (
	ActTried   ActOutcome = "tried" // it was begun, and whether it was done is not known: the program ended meanwhile
	ActDone    ActOutcome = "done"
	ActRefused ActOutcome = "refused"
)

// Act is something that somebody did in a member's name, or about their way in. The member reads all of it. The line is
// written before the thing is done; without a line nothing is done.
type Act struct {
	Record[ActID] `bson:",inline"`
	Member        MemberID   `json:"member"`
	By            MemberID   `json:"by,omitempty"`   // who did it; empty once they left, and for what the program noticed
	With          MemberID   `json:"with,omitempty"` // who is named beside them
	What          string     `json:"what"`           // catalogue key of the sentence, below "acts."
	Path          string     `json:"path,omitempty"` // of the page of the thing
	At            Instant    `json:"at"`
	Outcome       ActOutcome `json:"outcome"`
}

// Acts is what the domain needs of the store.
type Acts interface {
	Keeper[ActID, Act]
	Of(ctx context.Context, member MemberID, page Page) ([]*Act, Cursor, error)   // newest first
	By(ctx context.Context, helper MemberID, page Page) ([]*Act, Cursor, error)   // newest first
	With(ctx context.Context, member MemberID, page Page) ([]*Act, Cursor, error) // newest first
}

// BeginAct writes down what a helper is about to do in a member's name.
func (n *Network) BeginAct(ctx context.Context, v Viewer, say, path string) (ActID, error) {
	if v.By == "" {
		return "", Forbidden("helping.nobody")
	}
	a := &Act{Record: Record[ActID]{ID: NewID[ActID]()}, Member: v.ID, By: v.By, What: say, Path: path, At: n.Now(), Outcome: ActTried}
	return a.ID, n.Acts.Add(ctx, a)
}

// EndAct writes down what became of it.
func (n *Network) EndAct(ctx context.Context, v Viewer, id ActID, outcome ActOutcome) error {
	_, err := n.Acts.Change(ctx, id, func(a *Act) error {
		if a.Member != v.ID || a.By != v.By {
			return NotFound("act %s is not by %s", id, v.By)
		}
		a.Outcome = outcome
		return nil
	})
	return err
}

// noteAct writes down something that is done by the same step, or was done.
func (n *Network) noteAct(ctx context.Context, a Act) error {
	a.ID, a.At, a.Outcome = NewID[ActID](), n.Now(), ActDone
	return n.Acts.Add(ctx, &a)
}

// CardUsed writes down that a code of a member's card let somebody in.
func (n *Network) CardUsed(ctx context.Context, v Viewer, ended bool) error {
	say := "card-used"
	if ended {
		say = "card-used-first"
	}
	return n.noteAct(ctx, Act{Member: v.ID, What: say, Path: "/sessions"})
}

// OwnActs are those in the viewer's name, newest first. A helper does not read them.
func (n *Network) OwnActs(ctx context.Context, v Viewer, page Page) ([]*Act, Cursor, error) {
	if err := v.alone(); err != nil {
		return nil, "", err
	}
	return n.Acts.Of(ctx, v.ID, page)
}

// ActsForOthers are those that the viewer did in others' names, newest first.
func (n *Network) ActsForOthers(ctx context.Context, v Viewer, page Page) ([]*Act, Cursor, error) {
	if err := v.alone(); err != nil {
		return nil, "", err
	}
	return n.Acts.By(ctx, v.ID, page)
}

// eraseActs takes away what was done in the name of who left. What they did in others' names stays for those, without them.
func (n *Network) eraseActs(ctx context.Context, id MemberID) error {
	err := drain(func(p Page) ([]*Act, Cursor, error) { return n.Acts.Of(ctx, id, p) }, func(a *Act) error { return n.Acts.Delete(ctx, a.ID) })
	if err != nil {
		return err
	}
	part := func(a *Act) error {
		_, err := n.Acts.Change(ctx, a.ID, func(a *Act) error {
			a.By, a.With = unless(a.By, id), unless(a.With, id)
			return nil
		})
		return err
	}
	if err := drain(func(p Page) ([]*Act, Cursor, error) { return n.Acts.By(ctx, id, p) }, part); err != nil {
		return err
	}
	return drain(func(p Page) ([]*Act, Cursor, error) { return n.Acts.With(ctx, id, p) }, part)
}

// unless is the member, unless it is who left.
func unless(member, left MemberID) MemberID {
	if member == left {
		return ""
	}
	return member
}
