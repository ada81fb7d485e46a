package community

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"
)

// FirstAnswerID is derived from the thing that was answered.
type FirstAnswerID string

// FirstAnswer notes that somebody who waited got an answer of a person, and when: no words, and not by whom. A no that is
// hidden from who asked is no answer.
type FirstAnswer struct {
	Record[FirstAnswerID] `bson:",inline"`
	Kind                  WaitingKind `json:"kind"`
	Hub                   HubID       `json:"hub,omitempty"`    // that was asked, or of who asked somebody
	Member                MemberID    `json:"member,omitempty"` // who waited; empty for who applied without an account
	AskedAt               Instant     `json:"askedAt"`
	DueAt                 Instant     `json:"dueAt"`
	AnsweredAt            Instant     `json:"answeredAt"`
}

// FirstAnswers is what the domain needs of the store.
type FirstAnswers interface {
	Keeper[FirstAnswerID, FirstAnswer]
	Of(ctx context.Context, member MemberID, page Page) ([]*FirstAnswer, Cursor, error)          // earliest answer first
	At(ctx context.Context, hub HubID, since Instant, page Page) ([]*FirstAnswer, Cursor, error) // earliest answer first
	Until(ctx context.Context, before Instant, page Page) ([]*FirstAnswer, Cursor, error)
}

const (
	answersShown    = 90 * 24 * time.Hour  // over which answers are summed up: a quarter, as hubs report
	answersKept     = 400 * 24 * time.Hour // so that a quarter can be held against the one a year before
	answersFewest   = 10                   // people, below which nothing is summed up: it would tell of somebody
	answersAtOnce   = 1000                 // that are summed up: the earliest of a hub with more tell enough
	inTimeRoundedTo = 5                    // percent: a finer figure would move with each person
)

// NoteAnswer notes the first answer that a change shows, once however often it is told.
func (n *Network) NoteAnswer(ctx context.Context, changed any) error {
	switch x := changed.(type) {
	case *JoinRequest:
		if x.AnsweredAt != 0 {
			return n.note(ctx, &FirstAnswer{Kind: WaitingJoin, Hub: x.Hub, Member: x.Member, AskedAt: x.AskedAt, DueAt: x.AnswerBy, AnsweredAt: x.AnsweredAt}, string(x.ID))
		}
	case *Application:
		if x.DecidedAt == 0 {
			return nil
		}
		p, err := n.Programmes.Get(ctx, x.Programme)
		if err != nil {
			return ignoreMissing(err)
		}
		return n.note(ctx, &FirstAnswer{Kind: WaitingApplications, Hub: p.Hub, Member: x.Member, AskedAt: x.SentAt, DueAt: x.DecideBy, AnsweredAt: x.DecidedAt}, string(x.ID))
	case *Posting:
		if x.Kind == Ask && x.AnsweredAt != 0 {
			return n.noteDue(ctx, &FirstAnswer{Kind: WaitingAsk, Hub: x.Hub, Member: x.Author, AskedAt: x.PostedAt, AnsweredAt: x.AnsweredAt}, string(x.ID))
		}
	case *Introduction:
		if x.State == IntroductionAccepted {
			return n.notePersonal(ctx, &FirstAnswer{Kind: WaitingIntroduction, Member: x.From, AskedAt: x.AskedAt, AnsweredAt: x.AnsweredAt}, string(x.ID))
		}
	}
	return nil
}

// noteRequestAnswer notes that a first message is being answered.
func (n *Network) noteRequestAnswer(ctx context.Context, c *Conversation) error {
	if c.Asked == "" {
		return nil
	}
	return n.notePersonal(ctx, &FirstAnswer{Kind: WaitingMessage, Member: c.Asked, AskedAt: c.OpenedAt, AnsweredAt: n.Now()}, string(c.ID))
}

// notePersonal notes an answer of somebody who was asked themselves, under the hub of who asked.
func (n *Network) notePersonal(ctx context.Context, a *FirstAnswer, thing string) error {
	from, err := n.Members.Get(ctx, a.Member)
	if err != nil {
		return ignoreMissing(err)
	}
	a.Hub = from.Hub
	return n.noteDue(ctx, a, thing)
}

// noteDue notes an answer whose due time follows from the hub.
func (n *Network) noteDue(ctx context.Context, a *FirstAnswer, thing string) error {
	hub, err := n.Hubs.Get(ctx, a.Hub)
	if KindOf(err) == KindNotFound {
		hub, err = &Hub{}, nil
	}
	if err != nil {
		return err
	}
	if a.DueAt, err = n.answerBy(ctx, hub, a.Kind, a.AskedAt); err != nil {
		return err
	}
	return n.note(ctx, a, thing)
}

func (n *Network) note(ctx context.Context, a *FirstAnswer, thing string) error {
	if a.Member != "" {
		if left, err := n.gone(ctx, a.Member); err != nil || left {
			return err
		}
	}
	a.ID = FirstAnswerID(string(a.Kind) + "~" + thing + "~" + strconv.FormatInt(int64(a.AskedAt), 36)) // a request can be made again
	if err := n.FirstAnswers.Add(ctx, a); KindOf(err) != KindConflict {
		return err
	}
	return nil
}

// AnswerTimes sums up how people of a hub were answered in the last quarter.
type AnswerTimes struct {
	Few    bool          // too few people to say anything; the rest is then zero
	People int           // who got a first answer, in steps of five
	Median time.Duration // from asking to the first answer, by the clock
	InTime int           // percent of what was due that was answered in time, in steps of five
}

// AnswersAt sums up the first answers at a hub; anyone may read it. What two people settle between them counts in the times, because it
// was answered, and not among what was due: there a no must not show.
func (n *Network) AnswersAt(ctx context.Context, _ Viewer, hub HubID) (AnswerTimes, error) {
	h, err := n.Hubs.Get(ctx, hub)
	if err != nil {
		return AnswerTimes{}, err
	}
	answers, err := n.answersSince(ctx, hub, n.Now().Plus(-answersShown))
	if err != nil {
		return AnswerTimes{}, err
	}
	waiting, err := n.waitingAt(ctx, Viewer{}, h)
	if err != nil {
		return AnswerTimes{}, err
	}
	byMember, times := firstOfEach(answers)
	times = slices.AppendSeq(times, maps.Values(byMember))
	if len(times) < answersFewest {
		return AnswerTimes{Few: true}, nil
	}
	slices.Sort(times)
	return AnswerTimes{People: len(times) / inTimeRoundedTo * inTimeRoundedTo, Median: times[(len(times)-1)/2], InTime: inTime(answers, waiting)}, nil
}

// answersSince are the first answers at a hub, earliest first; firstOfEach makes of them what each person waited.
func (n *Network) answersSince(ctx context.Context, hub HubID, since Instant) ([]*FirstAnswer, error) {
	var all []*FirstAnswer
	err := upTo(answersAtOnce, func(p Page) ([]*FirstAnswer, Cursor, error) { return n.FirstAnswers.At(ctx, hub, since, p) },
		func(a *FirstAnswer) { all = append(all, a) })
	return all, err
}

// firstOfEach is how long each member waited for the first answer they got, and everybody who applied without an account.
// It names people: whoever shows any of it sums it up first, and hides what is about few.
func firstOfEach(answers []*FirstAnswer) (byMember map[MemberID]time.Duration, strangers []time.Duration) {
	byMember = map[MemberID]time.Duration{}
	for _, a := range answers {
		switch _, earlier := byMember[a.Member]; {
		case a.Member == "":
			strangers = append(strangers, a.Took())
		case !earlier:
			byMember[a.Member] = a.Took()
		}
	}
	return byMember, strangers
}

// Took is how long somebody waited.
func (a *FirstAnswer) Took() time.Duration { return a.AnsweredAt.Time().Sub(a.AskedAt.Time()) }

func inTime(answers []*FirstAnswer, waiting []*Unanswered) int {
	due, well := 0, 0
	for _, a := range answers {
		if a.Kind == WaitingIntroduction || a.Kind == WaitingMessage {
			continue
		}
		due++
		if a.AnsweredAt <= a.DueAt {
			well++
		}
	}
	for _, w := range waiting {
		if w.Late() {
			due += max(1, w.Count)
		}
	}
	if due == 0 {
		return 100
	}
	return (100*well/due + inTimeRoundedTo/2) / inTimeRoundedTo * inTimeRoundedTo
}

// OwnFirstAnswers are those that the viewer got, earliest first.
func (n *Network) OwnFirstAnswers(ctx context.Context, v Viewer, page Page) ([]*FirstAnswer, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	return n.FirstAnswers.Of(ctx, v.ID, page)
}

// sweepFirstAnswers forgets what is too old to be compared with.
func (n *Network) sweepFirstAnswers(ctx context.Context) error {
	return drain(func(p Page) ([]*FirstAnswer, Cursor, error) {
		return n.FirstAnswers.Until(ctx, n.Now().Plus(-answersKept), p)
	},
		func(a *FirstAnswer) error { return n.FirstAnswers.Delete(ctx, a.ID) })
}

func (n *Network) eraseFirstAnswers(ctx context.Context, id MemberID) error {
	return drain(func(p Page) ([]*FirstAnswer, Cursor, error) { return n.FirstAnswers.Of(ctx, id, p) },
		func(a *FirstAnswer) error { return n.FirstAnswers.Delete(ctx, a.ID) })
}
