package matching

import (
	"errors"
	"fmt"
	"maps"
	"math/bits"
)

// Impact is how much somebody was shown lately: the decayed sum of the scores
// with which they stood in others' lists, each times the exposure of its rank.
// The unit is the Point. It is nobody's business but the network's and the
// member's own.
type Impact uint64

// maxImpact is more than a million first places at full score, for ever; what
// is above counts as that. Twenty times it still fits 64 bits.
const maxImpact Impact = 1 << 56

const (
	// cushion is c as a part of the mean impact, 1/20: whoever was never shown
	// has a finite boost, and little differences among the hardly seen do not
	// matter.
	cushion = 20
	// steepness is gamma, in halves: boosts follow the square root of how rarely
	// somebody is seen. All lists of a round use the same boosts, and with the
	// full ratio everybody would rush to the same few, who would be overshown
	// until the next round.
	steepness = 1
	// stepsPerOctave is how fine boosts are published. Whole octaves were too
	// coarse in the study; finer ones would tell more of a person's impact.
	stepsPerOctave = 4
	// maxSteps is B: boosts stay between 1/16 and 16.
	maxSteps = 4 * stepsPerOctave
)

// step is a published boost: w = 2^(step/4).
type step int8

// quarterOctaves are 2^(0/4) to 2^(3/4) in the fixed point, rounded.
var quarterOctaves = [stepsPerOctave]uint64{65_536, 77_936, 92_682, 110_218}

// boost returns w in the fixed point.
func (s step) boost() uint64 {
	up := uint(int(s) + maxSteps)
	return quarterOctaves[up%stepsPerOctave] << (up / stepsPerOctave) >> (maxSteps / stepsPerOctave)
}

// Ledger remembers how much everybody was shown and holds the boosts that
// follow from it. It never changes once made and is safe for any number of
// goroutines: all lists of a round are made with the same boosts, and Next
// publishes those of the following one.
//
// It is a function of the agreement and the impacts alone, so who keeps
// Impacts can make it again. What it holds of one person is for no page: a mark
// on a person, "shown because rarely seen", would tell everybody that they are.
type Ledger struct {
	agreement Agreement
	impact    map[string]Impact // everybody who may be shown, also those who never were
	steps     map[string]step   // of those in impact
	unseen    step              // of somebody who was never shown, or who came after the round began
}

// NewLedger makes the ledger of a network from what was kept: everybody who may
// be shown, with their impact; none yet is fine. It copies the map. The error
// matches ErrAgreement.
func NewLedger(a Agreement, impact map[string]Impact) (*Ledger, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	return publish(a, maps.Clone(impact)), nil
}

// publish computes everybody's boost; it takes the map over.
func publish(a Agreement, impact map[string]Impact) *Ledger {
	mean := meanOf(impact)
	l := &Ledger{agreement: a, impact: impact, steps: make(map[string]step, len(impact)), unseen: stepFor(0, mean)}
	for id, i := range impact {
		l.steps[id] = stepFor(i, mean)
	}
	return l
}

func meanOf(impact map[string]Impact) Impact {
	if len(impact) == 0 {
		return 0
	}
	var high, low, carry uint64
	for _, i := range impact {
		low, carry = bits.Add64(low, uint64(min(i, maxImpact)), 0)
		high += carry
	}
	mean, _ := bits.Div64(high, low, uint64(len(impact))) // at most maxImpact, so it fits
	return Impact(mean)
}

// stepFor returns the step nearest to ((mean + c) / (impact + c))^gamma, where
// c = mean/20. While nobody was shown, nobody has a boost.
func stepFor(i, mean Impact) step {
	if mean == 0 {
		return 0
	}
	rarity := int64(log2(uint64((cushion+1)*mean))) - int64(log2(uint64(cushion*min(i, maxImpact)+mean)))
	steps := (rarity*steepness*stepsPerOctave/2 + one/2) >> oneBits
	return step(min(max(steps, -maxSteps), maxSteps))
}

// Agreement returns what the ledger goes by.
func (l *Ledger) Agreement() Agreement { return l.agreement }

// Impacts returns a copy of what has to be kept to make the ledger again.
func (l *Ledger) Impacts() map[string]Impact { return maps.Clone(l.impact) }

// Without returns a ledger that holds nothing of the member. The boosts of the
// others stay as published.
func (l *Ledger) Without(id string) *Ledger {
	out := *l
	out.impact, out.steps = maps.Clone(l.impact), maps.Clone(l.steps)
	delete(out.impact, id)
	delete(out.steps, id)
	return &out
}

// Next closes a round: what was known fades by the agreement's memory, what the
// round showed is added, and new boosts are published for the members who may
// be shown from now on. Others are forgotten.
func (l *Ledger) Next(round *Tally, members []string) *Ledger {
	impact := make(map[string]Impact, len(members))
	for _, id := range members {
		kept := min(l.impact[id], maxImpact) * Impact(l.agreement.Memory) / fullShare
		impact[id] = min(kept+round.impact[id], maxImpact)
	}
	return publish(l.agreement, impact)
}

func (l *Ledger) step(id string) step {
	if s, known := l.steps[id]; known {
		return s
	}
	return l.unseen
}

// Step returns the boost of somebody in quarter octaves: 2^(step/4). It is for
// the record of a list, so that its order can be computed again.
func (l *Ledger) Step(id string) int { return int(l.step(id)) }

// Conceding returns the ledger for lists under another concession, as one hub
// may have agreed on: who was shown how much is the same. The error matches
// ErrAgreement.
func (l *Ledger) Conceding(d Thousandths) (*Ledger, error) {
	out := *l
	out.agreement.Concession = d
	return &out, out.agreement.Check()
}

// Due reports whether somebody waits for a turn: their boost is within an octave
// of the highest, which is to say that they were seen about a seventh as much as
// the mean, or less. Pass it as Question.Allow to look for them beyond the best
// candidates. Nobody is due while nobody was shown.
func (l *Ledger) Due(id string) bool {
	return l.unseen > 0 && l.step(id) >= l.unseen-stepsPerOctave
}

// Tally adds up what one round shows. It is for one goroutine.
type Tally struct {
	impact map[string]Impact
	heard  map[string]bool // viewers whose list was counted
}

// NewTally begins a round.
func NewTally() *Tally {
	return &Tally{impact: make(map[string]Impact), heard: make(map[string]bool)}
}

// ErrTally is matched by the error of Tally.Add for a list that can't be one.
var ErrTally = errors.New("matching: not a list that was shown")

// Add counts the list of a viewer. It must be the list that follows from what
// the whole network may see of the viewer: otherwise a private need would show
// in the boosts of others. Only the first list of a viewer counts, so that
// nobody can wear somebody out by looking again. The error matches ErrTally;
// nothing is counted then.
func (t *Tally) Add(viewer string, list []Match) error {
	if len(list) > MaxCandidates {
		return fmt.Errorf("%w: %d people, more than the %d that one can have", ErrTally, len(list), MaxCandidates)
	}
	for i := range list {
		if list[i].Score > MaxPoints {
			return fmt.Errorf("%w: a score of %d is above %d", ErrTally, list[i].Score, MaxPoints)
		}
	}
	if t.heard[viewer] {
		return nil
	}
	t.heard[viewer] = true
	for i := range list {
		seen := Impact(list[i].Score) * Impact(ExposureAt(i+1)) >> oneBits
		t.impact[list[i].ID] = min(t.impact[list[i].ID]+seen, maxImpact)
	}
	return nil
}
