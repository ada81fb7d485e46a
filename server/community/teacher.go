package community

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"longtable/matching"
)

// Teacher learns how much each reason counts from what people make of their lists, a day at a time. It acts for nobody.
// It is safe for use by several programs at once: what may be done once is decided by one conditional write.
type Teacher struct {
	network *Network
}

// NewTeacher makes the teacher of a network.
func NewTeacher(n *Network) *Teacher { return &Teacher{n} }

// studyTime is how long a program that stopped in the middle keeps others from the day's learning: many times what it
// takes.
const studyTime = time.Hour

// LearnDay learns from the lists up to yesterday, unless that was done or somebody is at it: then done is false. A day on
// which no program ran is caught up by the next: its lists are among those of the four weeks that are read. A day changes
// weights by one step whatever was missed before.
func (t *Teacher) LearnDay(ctx context.Context) (s Study, done bool, err error) {
	n := t.network
	if _, err := n.Charter(ctx); err != nil {
		return s, false, ignoreMissing(err) // not founded yet
	}
	yesterday := dayOf(n.Now()) - 1
	mine, off, err := t.take(ctx, yesterday)
	if err != nil || !mine {
		return s, false, err
	}
	s = Study{Done: yesterday, Outcome: WasOff}
	if !off {
		if s.Outcome, s.Why, err = t.learn(ctx, yesterday); err != nil {
			return s, false, errors.Join(err, t.giveBack(context.WithoutCancel(ctx)))
		}
	}
	_, err = n.Studies.Change(ctx, StudyOne, func(kept *Study) error {
		kept.Done, kept.Taken, kept.Outcome, kept.Why = s.Done, 0, s.Outcome, s.Why
		return nil
	})
	return s, err == nil, err
}

// take takes the day for this program.
func (t *Teacher) take(ctx context.Context, day int) (mine, off bool, err error) {
	if err := t.begin(ctx); err != nil {
		return false, false, err
	}
	now := t.network.Now()
	_, err = t.network.Studies.Change(ctx, StudyOne, func(s *Study) error {
		mine, off = s.Done < day && s.Taken < now.Plus(-studyTime), s.Off
		if !mine {
			return ErrUnchanged
		}
		s.Taken = now
		return nil
	})
	return mine && err == nil, off, err
}

// begin keeps the hand-set version and the record of the learning, once. A program whose hand-set weights are others goes
// on from those that the network began with.
func (t *Teacher) begin(ctx context.Context) error {
	first := handSet()
	first.At = t.network.Now()
	if _, err := t.network.Studies.Get(ctx, StudyOne); KindOf(err) != KindNotFound {
		return err
	}
	for _, add := range []func() error{
		func() error { return t.network.Weights.Add(ctx, first) },
		func() error { return t.network.Studies.Add(ctx, &Study{Record: Record[StudyID]{ID: StudyOne}}) },
	} {
		if err := add(); err != nil && KindOf(err) != KindConflict {
			return err
		}
	}
	return nil
}

func (t *Teacher) giveBack(ctx context.Context) error {
	_, err := t.network.Studies.Change(ctx, StudyOne, func(s *Study) error { s.Taken = 0; return nil })
	return err
}

// learn makes the next version, or says what keeps the one in force.
func (t *Teacher) learn(ctx context.Context, last int) (Outcome, string, error) {
	n := t.network
	inForce, err := n.weightsInForce(ctx)
	if err != nil {
		return "", "", err
	}
	all, err := n.decisionsUntil(ctx, last)
	if err != nil {
		return "", "", err
	}
	evidence, err := matching.Study(all, uint64(last))
	if errors.Is(err, matching.ErrFewLearners) || len(all) == 0 {
		return TooFewDecided, fmt.Sprintf("fewer than %d people had a choice that counts", matching.LearnersMin), nil
	}
	if err != nil {
		return "", "", err
	}
	proposal, err := evidence.Next(inForce.Weights)
	if err != nil {
		return "", "", err
	}
	switch proposal.Why {
	case matching.SettledAlready:
		return NothingToLearn, "", nil
	case matching.WorseForOthers:
		return ForetoldWorse, fmt.Sprintf("%.4f nats a decision instead of %.4f", proposal.After, proposal.Before), nil
	}
	if skewed, err := t.skewed(ctx, proposal.Weights); err != nil || skewed != "" {
		return SomeLessSeen, skewed, err
	}
	return t.keep(ctx, inForce, last, all, evidence, proposal)
}

// keep adds the version under the next number, of which there is one.
func (t *Teacher) keep(ctx context.Context, from *WeightsVersion, last int, all []matching.Decision, e *matching.Evidence, p matching.Proposal) (Outcome, string, error) {
	charter, err := t.network.Charter(ctx)
	if err != nil {
		return "", "", err
	}
	v := &WeightsVersion{Record: Record[WeightsID]{ID: weightsID(from.Number + 1)}, Number: from.Number + 1, Weights: p.Weights, At: t.network.Now(),
		From: from.Number, FirstDay: last - learnDays - answerDays + 1, LastDay: last, Members: told(e.Members), Decisions: told(e.Counted),
		LossBefore: millionths(p.Before), LossAfter: millionths(p.After), Choices: digest(all, charter.TieSecret)}
	for k, learners := range e.Learners {
		v.Learners[k] = told(learners)
	}
	if err := t.network.Weights.Add(ctx, v); err != nil {
		if KindOf(err) == KindConflict {
			return Overtaken, "", nil
		}
		return "", "", err
	}
	return LearntAnew, fmt.Sprintf("version %d from %d people", v.Number, v.Members), t.TakeUp(ctx)
}

// told is a number of people as it may be told: in steps, and none for few.
func told(people int) int {
	if people < matching.LearnersMin {
		return 0
	}
	return people - people%CountStep
}

func millionths(nats float64) int { return int(math.Round(nats * 1e6)) }

// TakeUp brings the newest version into the matches. Readers wait for nothing: it is another round of the same people.
func (t *Teacher) TakeUp(ctx context.Context) error {
	newest, err := t.network.weightsInForce(ctx)
	if err != nil {
		return err
	}
	return t.network.Matches.weigh(newest)
}

// weigh ranks by a version from now on, unless a newer one is in force.
func (m *Matchmaking) weigh(v *WeightsVersion) error {
	m.writing.Lock()
	defer m.writing.Unlock()
	old := m.round.Load()
	if v.Number <= old.weights {
		return nil
	}
	pool, err := old.pool.Under(v.Weights)
	if err != nil {
		return err
	}
	due, err := old.due.Under(v.Weights)
	if err != nil {
		return err
	}
	givers, err := old.givers.Under(v.Weights)
	if err != nil {
		return err
	}
	next := *old
	next.pool, next.due, next.givers, next.definition, next.weights = pool, due, givers, pool.Definition(), v.Number
	m.round.Store(&next)
	return nil
}

// RollBack brings the weights of an earlier version back, as a new version, and switches learning off: the next day would
// otherwise walk back to where it was rolled back from.
func (t *Teacher) RollBack(ctx context.Context, number int) (*WeightsVersion, error) {
	inForce, err := t.network.weightsInForce(ctx)
	if err != nil {
		return nil, err
	}
	earlier, err := t.version(ctx, number, inForce)
	if err != nil {
		return nil, err
	}
	if err := t.Switch(ctx, false); err != nil {
		return nil, err
	}
	for {
		v := &WeightsVersion{Record: Record[WeightsID]{ID: weightsID(inForce.Number + 1)}, Number: inForce.Number + 1, Weights: earlier.Weights,
			At: t.network.Now(), From: inForce.Number, SameAs: number}
		err := t.network.Weights.Add(ctx, v)
		if err == nil {
			return v, t.TakeUp(ctx)
		}
		if KindOf(err) != KindConflict {
			return nil, err
		}
		// A version was learnt a moment ago; it is the one to roll back from. Learning is off, so there is no third.
		if inForce, err = t.network.weightsInForce(ctx); err != nil {
			return nil, err
		}
	}
}

// ErrNoSuchVersion is matched by the error for a version that can't be rolled back to; it is a sentence for who asked.
var ErrNoSuchVersion = errors.New("no version to roll back to")

func (t *Teacher) version(ctx context.Context, number int, inForce *WeightsVersion) (*WeightsVersion, error) {
	switch {
	case number == inForce.Number:
		return nil, fmt.Errorf("%w: version %d is in force already", ErrNoSuchVersion, number)
	case number < 1 || number > inForce.Number:
		return nil, fmt.Errorf("%w: there is no version %d; versions are 1 to %d", ErrNoSuchVersion, number, inForce.Number)
	}
	return t.network.Weights.Get(ctx, weightsID(number))
}

// Switch switches learning on or off. Off, the weights in force stay until somebody rolls back or switches it on.
func (t *Teacher) Switch(ctx context.Context, on bool) error {
	if err := t.begin(ctx); err != nil {
		return err
	}
	_, err := t.network.Studies.Change(ctx, StudyOne, func(s *Study) error {
		if s.Off == !on {
			return ErrUnchanged
		}
		s.Off, s.OffSince = !on, 0
		if !on {
			s.OffSince = t.network.Now()
		}
		return nil
	})
	return err
}

// Weighing is how things stand, for who looks after the program.
func (t *Teacher) Weighing(ctx context.Context, page Page) (*Weighing, Cursor, error) {
	return t.network.weighing(ctx, page)
}
