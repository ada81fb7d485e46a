package matching

import (
	"errors"
	"fmt"
)

// Points measure a benefit or a match, 0 to MaxPoints. They order and explain;
// they are not for showing to members, who could solve them for what others
// keep to themselves.
type Points uint32

const (
	// PerThousandth is how many points one thousandth of a perfect match is:
	// the largest coverage, so that every step of coverage is whole points.
	PerThousandth = FullWeight * sameSkill * uint32(Seasoned)
	// MaxPoints is the perfect match: 61,440,000.
	MaxPoints = Points(fullShare * PerThousandth)

	fullShare = 1000 // what the weights sum to, thousandths
)

// Weights say how much each term counts, in thousandths.
type Weights struct {
	Skills uint16 `json:"skills"` // coverage of needs by offers
	Causes uint16 `json:"causes"` // causes shared
	Sector uint16 `json:"sector"` // same sector, or near
	Stage  uint16 `json:"stage"`  // at most one stage apart
	Hours  uint16 `json:"hours"`  // working hours in common
	Place  uint16 `json:"place"`  // same hub, or region
	Time   uint16 `json:"time"`   // the other's hours a week

	// Unstated is kappa: the coverage, in thousandths, that a member is taken
	// to have of needs they do not state. It is outside the sum.
	Unstated uint16 `json:"unstated"`
}

// Unstated is the calibrated kappa, in thousandths. Unknown is not zero:
// someone new who has stated no need yet must still be found. But too much
// shows them everywhere and others nowhere. At 100, members with thin profiles
// are shown about as often as others in a network of 16,000 members and 3,000
// skills; at 350, six times as often. It follows the vocabulary: the fewer
// skills, the more often needs are met, and the higher kappa is right (200 at
// 300 skills). TestNewcomersAreShownAsOftenAsOthers holds it.
const Unstated = 100

// HandSet returns the weights that hold until there is feedback to learn from.
func HandSet() Weights {
	return Weights{
		Skills: 700, Causes: 120, Sector: 30, Stage: 30, Hours: 40, Place: 40, Time: 40,
		Unstated: Unstated,
	}
}

// ErrWeights is matched by the error of NewDefinition for weights that do not
// sum to a thousand, or a kappa above it.
var ErrWeights = errors.New("matching: weights out of range")

func (w Weights) check() error {
	sum := 0
	for _, weight := range []uint16{w.Skills, w.Causes, w.Sector, w.Stage, w.Hours, w.Place, w.Time} {
		sum += int(weight)
	}
	if sum != fullShare {
		return fmt.Errorf("%w: they sum to %d thousandths", ErrWeights, sum)
	}
	if w.Unstated > fullShare {
		return fmt.Errorf("%w: unstated needs at %d thousandths", ErrWeights, w.Unstated)
	}
	return nil
}
