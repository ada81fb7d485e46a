package matching

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Thousandths is a share between 0 and 1 as an agreement states it. In JSON it
// is the number itself, 0.1 for 100, with at most three digits behind the
// point: what people vote on is what is computed with.
type Thousandths uint16

// Agreement is what a network, or a hub, has agreed on for sharing out turns.
type Agreement struct {
	// Concession is d: how much of each list's quality may be spent on giving
	// everybody a turn, 0 to MaxConcession.
	Concession Thousandths `json:"concession"`
	// Memory is how much of what somebody was shown still counts one round
	// later, 0 to MaxMemory. The larger, the longer the turns are apart.
	Memory Thousandths `json:"memory"`
}

const (
	// MaxConcession keeps every list at half its quality at least; beyond it a
	// list is no recommendation any more.
	MaxConcession Thousandths = 500
	// MaxMemory forgets half in 69 rounds. With no forgetting at all, whoever
	// was shown a lot years ago would never be shown again.
	MaxMemory Thousandths = 990
)

// Usual is the agreement that holds until there is a vote. Of .02, .05, .10
// and .20 tried, .10 is where hardly anybody stays unseen while the mean list
// keeps more than nine tenths; a memory of .8 is about a week of nights.
func Usual() Agreement { return Agreement{Concession: 100, Memory: 800} }

// ErrAgreement is matched by the error for an agreement that is out of range
// or no number.
var ErrAgreement = errors.New("matching: agreement out of range")

// Check returns nil for an agreement that can be used, else an error that
// matches ErrAgreement and says what the limits are.
func (a Agreement) Check() error {
	if a.Concession > MaxConcession {
		return fmt.Errorf("%w: the concession is %s, and may be 0 to %s", ErrAgreement, a.Concession, MaxConcession)
	}
	if a.Memory > MaxMemory {
		return fmt.Errorf("%w: the memory is %s, and may be 0 to %s", ErrAgreement, a.Memory, MaxMemory)
	}
	return nil
}

// String writes the share with a point, such as 0.1.
func (t Thousandths) String() string {
	digits := strings.TrimRight(fmt.Sprintf("%d.%03d", t/fullShare, t%fullShare), "0")
	return strings.TrimSuffix(digits, ".")
}

// MarshalJSON writes the share as a number.
func (t Thousandths) MarshalJSON() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalJSON reads a number between 0 and 1 with at most three digits behind
// the point. Anything else, NaN and infinity in any spelling among them, is an
// error that matches ErrAgreement.
func (t *Thousandths) UnmarshalJSON(text []byte) error {
	whole, fraction, point := strings.Cut(string(text), ".")
	for len(fraction) < 3 {
		fraction += "0"
	}
	value, err := strconv.ParseUint(whole+fraction, 10, 16)
	if err != nil || len(whole) != 1 || len(fraction) > 3 || value > fullShare || point && strings.HasSuffix(string(text), ".") {
		return fmt.Errorf("%w: %.20q is not a number from 0 to 1 with at most three digits behind the point, such as 0.1", ErrAgreement, text)
	}
	*t = Thousandths(value)
	return nil
}
