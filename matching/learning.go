package matching

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// WeighedTerms is how many terms have a weight that is learnt: those of
// Weights, in its order, without kappa. Kappa is calibrated by how often
// newcomers are shown, and choices among people who were shown tell nothing of
// that.
const WeighedTerms = 7

// The guards of learning. None of them needs to be right about people: they
// bound what a day, a member, or a few members together can do.
const (
	// LearnersMin is how many distinct members must have decided between people
	// who differ in a term before its weight moves, so that no weight tells of
	// one person's choices.
	LearnersMin = 50
	// DecisionsPerDay is how many decisions of one member count on one day: a
	// list is read to its end once, and who decides more is a program.
	DecisionsPerDay = 20
	// StepsPerWeight is the largest change of a weight a day, as its part: a
	// 20th, 5 %. It is at least one thousandth: a weight below 20 could not
	// change at all otherwise, and one that came to 0 would stay there for ever.
	// One thousandth more is not a change that anybody could notice in a list.
	StepsPerWeight = 20
	// OneInMany is how many members there are for each whose pull is left out: a
	// weight moves only as far as it would without the hundredth of them who
	// pull most that way.
	OneInMany = 100
	// HeldOutOf is how many members there are for each who is not learnt from on
	// a day, and on whose decisions the new weights are tested.
	HeldOutOf = 5
	// LearntPlaces is how many places of a list have an attraction of their own.
	LearntPlaces = 20

	towardPull  = 1    // of the hand-set weights, in voices: as much as one member who decided
	scalePull   = 1e-3 // of the one number by which weights become log odds: next to nothing
	outsideRank = LearntPlaces + 1
)

// Decision is a choice with whose it is and when it was.
type Decision struct {
	By  string
	Day int32
	Choice
}

// Add appends somebody who was shown at a place of a list, from 1; terms are
// what they bring to its reader.
func (c *Choice) Add(terms Terms, rank int, chosen bool) {
	if chosen {
		c.Chosen = append(c.Chosen, len(c.Ranks))
	}
	c.Terms = append(c.Terms, terms.list()...)
	c.Ranks = append(c.Ranks, min(rank, LearntPlaces))
}

// FromAnswer is the choice of somebody who was asked by one person: to say yes,
// or to leave it. What leaving it is worth is learnt, and thrown away like the
// attraction of a place.
func FromAnswer(terms Terms, yes bool) Choice {
	c := Choice{Terms: append(terms.list(), make([]int32, WeighedTerms)...), Ranks: []int{0, outsideRank}, Chosen: []int{1}}
	if yes {
		c.Chosen[0] = 0
	}
	return c
}

// list is the terms as a choice has them. Of a need that nobody states
// everybody covers the same, so it decides nothing.
func (t Terms) list() []int32 {
	return []int32{int32(t.Skills), int32(t.Causes), int32(t.Sector), int32(t.Stage), int32(t.Hours), int32(t.Place), int32(t.Time)}
}

// List returns the seven weights in their order.
func (w Weights) List() [WeighedTerms]int {
	return [WeighedTerms]int{int(w.Skills), int(w.Causes), int(w.Sector), int(w.Stage), int(w.Hours), int(w.Place), int(w.Time)}
}

func (w Weights) with(list [WeighedTerms]int) Weights {
	for k, to := range []*uint16{&w.Skills, &w.Causes, &w.Sector, &w.Stage, &w.Hours, &w.Place, &w.Time} {
		*to = uint16(list[k])
	}
	return w
}

// Evidence is what decisions say about the weights, and how far it can be
// relied on.
type Evidence struct {
	Members  int               // learnt from; those held out are more
	Learners [WeighedTerms]int // of them, who decided between people who differ in the term
	Counted  int               // decisions of theirs that count
	Tested   int               // decisions of those held out

	taught, heldOut []Choice
	theta           []float64
	pulls           [][]float64 // by member, then term
}

// ErrFewLearners is matched by the error of Study when no weight could move.
var ErrFewLearners = errors.New("matching: too few members decided anything")

// Study reads decisions, in the order in which they were made. Each member has
// one voice, however many decisions they made, so that nobody speaks twice.
// turn changes which fifth of the members is held out; the same turn is the
// same fifth. The errors match ErrLearning or ErrFewLearners.
func Study(decisions []Decision, turn uint64) (*Evidence, error) {
	return study(decisions, turn, usualRules)
}

// rules are what a proof can switch off to see it fail.
type rules struct {
	perDay   bool // DecisionsPerDay
	oneVoice bool
	places   bool // places have an attraction
	trim     bool // OneInMany
}

var usualRules = rules{perDay: true, oneVoice: true, places: true, trim: true}

func study(decisions []Decision, turn uint64, r rules) (*Evidence, error) {
	e := new(Evidence)
	if r.perDay {
		decisions = capped(decisions)
	}
	voices := map[string]float64{} // decisions by member
	for i := range decisions {
		if len(decisions[i].Terms)%WeighedTerms != 0 {
			return nil, fmt.Errorf("%w: decision %d has %d numbers for %d terms", ErrLearning, i, len(decisions[i].Terms), WeighedTerms)
		}
		voices[decisions[i].By] += float64(len(decisions[i].Chosen))
	}
	numbers, by, learners := map[string]int{}, []int(nil), [WeighedTerms]map[int]bool{}
	for _, d := range decisions {
		if len(d.Chosen) == 0 {
			continue
		}
		if d.Voice = 1; r.oneVoice {
			d.Voice = 1 / voices[d.By]
		}
		if mix(tag(d.By)^mix(turn))%HeldOutOf == 0 {
			e.heldOut, e.Tested = append(e.heldOut, d.Choice), e.Tested+len(d.Chosen)
			continue
		}
		if _, known := numbers[d.By]; !known {
			numbers[d.By] = len(numbers)
		}
		by = append(by, numbers[d.By])
		e.taught, e.Counted = append(e.taught, d.Choice), e.Counted+len(d.Chosen)
		d.noteLearner(&learners, numbers[d.By])
	}
	e.Members = len(numbers)
	for k := range learners {
		e.Learners[k] = len(learners[k])
	}
	if slices.Max(e.Learners[:]) < LearnersMin || e.Tested == 0 {
		return e, fmt.Errorf("%w: %d members, of whom %d had a choice, and %d decisions to test on; %d members are needed", ErrFewLearners, e.Members, slices.Max(e.Learners[:]), e.Tested, LearnersMin)
	}
	return e, e.fit(by, r)
}

// capped leaves of each member's day the first decisions only.
func capped(decisions []Decision) []Decision {
	type day struct {
		by  string
		day int32
	}
	made, kept := map[day]int{}, make([]Decision, len(decisions))
	for i, d := range decisions {
		on := day{d.By, d.Day}
		d.Chosen = d.Chosen[:min(len(d.Chosen), DecisionsPerDay-made[on])]
		made[on] += len(d.Chosen)
		kept[i] = d
	}
	return kept
}

// noteLearner notes for which terms the member decided between different people.
func (d *Decision) noteLearner(learners *[WeighedTerms]map[int]bool, member int) {
	for k := range learners {
		for o := k; o < len(d.Terms); o += WeighedTerms {
			if d.Terms[o] != d.Terms[k] {
				if learners[k] == nil {
					learners[k] = map[int]bool{}
				}
				learners[k][member] = true
				break
			}
		}
	}
}

// fit learns from the taught, and finds who pulled where.
func (e *Evidence) fit(by []int, r rules) error {
	places := 0
	if r.places {
		places = outsideRank
	}
	hand := HandSet().List()
	scale, _, err := scaleOf(e.taught, hand, places)
	if err != nil {
		return err
	}
	toward := make([]float64, WeighedTerms)
	for k := range toward {
		toward[k] = scale * float64(hand[k]) / fullShare
	}
	f, err := newFit(e.taught, Lesson{Terms: WeighedTerms, Unit: float64(PerThousandth), Toward: toward, Pull: towardPull, Ranks: places})
	if err != nil {
		return err
	}
	at, _ := f.descend()
	e.theta, e.pulls = slices.Clone(at[:WeighedTerms]), f.pulls(at, by, e.Members)
	if !r.trim {
		e.pulls = nil
	}
	return nil
}

// scaleOf learns the one number by which these weights become log odds, and
// what the places are worth beside them.
func scaleOf(choices []Choice, weights [WeighedTerms]int, places int) (scale float64, at []float64, err error) {
	f, err := newFit(weighed(choices, weights), Lesson{Terms: 1, Unit: float64(PerThousandth), Pull: scalePull, Ranks: places})
	if err != nil {
		return 0, nil, err
	}
	at, _ = f.descend()
	return at[0], at, nil
}

// weighed are the choices with one term for each option, their benefit as a
// part of PerThousandth.
func weighed(choices []Choice, weights [WeighedTerms]int) []Choice {
	out := make([]Choice, len(choices))
	for i, c := range choices {
		terms := make([]int32, 0, len(c.Terms)/WeighedTerms)
		for o := 0; o < len(c.Terms); o += WeighedTerms {
			sum := int64(0)
			for k, w := range weights {
				sum += int64(w) * int64(c.Terms[o+k])
			}
			terms = append(terms, int32(sum/fullShare))
		}
		c.Terms = terms
		out[i] = c
	}
	return out
}

// loss is how badly these weights foretell the decisions of the held out, in
// nats for each; scale and places are learnt from the others.
func (e *Evidence) loss(weights Weights) (float64, error) {
	_, at, err := scaleOf(e.taught, weights.List(), outsideRank)
	if err != nil {
		return 0, err
	}
	f, err := newFit(weighed(e.heldOut, weights.List()), Lesson{Terms: 1, Unit: float64(PerThousandth), Pull: scalePull, Ranks: outsideRank})
	if err != nil {
		return 0, err
	}
	return f.likelihood(at), nil
}

// Proposal is what the evidence makes of yesterday's weights.
type Proposal struct {
	Weights Weights // yesterday's, when nothing is to change
	// Before and After are the losses of both weights on the held out, in nats a
	// decision.
	Before, After float64
	// Why says what kept yesterday's weights; empty when they change.
	Why Reluctance
}

// Reluctance is a reason for keeping weights.
type Reluctance string

// The reasons of a proposal that changes nothing.
const (
	SettledAlready Reluctance = "settled"  // what was decided does not ask for other weights
	WorseForOthers Reluctance = "held-out" // the new ones foretell the decisions of the held out less well
)

// Next proposes weights for tomorrow: each at most a step from yesterday's.
// Kappa stays. The error matches ErrLearning or ErrWeights.
func (e *Evidence) Next(yesterday Weights) (Proposal, error) {
	p := Proposal{Weights: yesterday}
	if err := yesterday.check(); err != nil {
		return p, err
	}
	next := yesterday.with(e.towards(yesterday.List()))
	if next == yesterday {
		p.Why = SettledAlready
		return p, nil
	}
	var err error
	if p.Before, err = e.loss(yesterday); err == nil {
		p.After, err = e.loss(next)
	}
	if err != nil {
		return p, err
	}
	if !(p.After <= p.Before) {
		p.Why = WorseForOthers
		return p, nil
	}
	p.Weights = next
	return p, nil
}

// towards goes one day's steps.
func (e *Evidence) towards(now [WeighedTerms]int) [WeighedTerms]int {
	var ranges [WeighedTerms]span
	moves, rest, theta := [WeighedTerms]bool{}, fullShare, 0.0
	for k := range now {
		ranges[k] = span{now[k], now[k]}
		if moves[k] = e.Learners[k] >= LearnersMin; moves[k] {
			theta += e.theta[k]
		} else {
			rest -= now[k]
		}
	}
	if theta <= 0 || rest <= 0 {
		return now
	}
	for k := range now {
		if moves[k] {
			share := e.theta[k] / theta * float64(rest)
			below, above := e.doubt(k, moves, theta, float64(rest))
			ranges[k] = span{int(math.Round(share - below)), int(math.Round(share + above))}
		}
	}
	return stepped(now, ranges)
}

// doubt is how far the share of a term could be from what all decisions say:
// without the hundredth of the members who pulled it up most, or down; and by
// chance, one standard error. In thousandths.
func (e *Evidence) doubt(k int, moves [WeighedTerms]bool, theta, rest float64) (below, above float64) {
	pulls, squares := make([]float64, len(e.pulls)), 0.0
	for m, pull := range e.pulls {
		all := 0.0
		for l := range pull {
			if moves[l] {
				all += pull[l]
			}
		}
		pulls[m] = (pull[k] - e.theta[k]/theta*all) / theta * rest
		squares += pulls[m] * pulls[m]
	}
	slices.SortFunc(pulls, func(a, b float64) int { return cmp.Compare(b, a) })
	few := (len(pulls) + OneInMany - 1) / OneInMany
	for i := range few {
		below += max(0, pulls[i])
		above -= min(0, pulls[len(pulls)-1-i])
	}
	chance := math.Sqrt(squares)
	return max(below, chance), max(above, chance)
}
