package matching

import (
	"errors"
	"fmt"
	"slices"
)

const (
	// Candidates is M: among how many of the best a list is chosen. With 200,
	// nobody is out of reach in the study's network of 16,000; with 50, one in a
	// hundred is.
	Candidates = 200
	// MaxCandidates bounds the sums of a list: below it a thousand times the
	// quality fits 64 bits.
	MaxCandidates = 4096

	// lambdaSteps is how finely lambda is tried: seven halvings.
	lambdaSteps = 1 << 7
)

// List is what a viewer is shown.
type List struct {
	Matches []Match // in the order shown
	// Kept is how much of the best possible quality the list has, rounded down.
	// It is at least 1 less the agreement's concession.
	Kept Thousandths
	// Lambdas are how much boosts counted in each part, in 128ths: with them and
	// the boosts the order follows from the scores.
	Lambdas []int
}

// ErrCandidates is matched by the error of Share for candidates that are not
// what Pool.Rank returns.
var ErrCandidates = errors.New("matching: not the candidates of a list")

// ErrFloor is matched by the error of Share when the list it made breaks its
// own promise. It is a defect of this package; nothing should be shown.
var ErrFloor = errors.New("matching: a list is below its floor")

// Share chooses the list of one viewer from their best candidates, in the order
// of Pool.Rank: Candidates of them, or everybody; people who are due may be
// appended as long as the order holds. Of rarely seen people more are shown and
// further up, as far as the agreement's concession allows.
//
// room says how many more people somebody can be proposed to, for this viewer;
// nil means everybody has room. Whoever has none is passed over, and the next
// best take the place: the floor is that of the best list of people with room.
// The caller counts down, and room gives the same answer for the same person
// throughout one call.
//
// The errors match ErrCandidates and ErrFloor.
func (l *Ledger) Share(best []Match, limit int, room func(id string) int) (List, error) {
	return l.ShareParts(best, []int{limit}, room)
}

// ShareParts is Share for a list that is read in parts, as on one page after
// the other: so many people each. Every part keeps the floor beside the best
// people who are in none above it, and so does the list as far as any of them
// ends. Kept is that of the whole.
func (l *Ledger) ShareParts(best []Match, parts []int, room func(id string) int) (List, error) {
	if err := checkCandidates(best); err != nil {
		return List{}, err
	}
	list := List{Kept: fullShare}
	var ends []int
	left := best
	for _, size := range parts {
		s := sharing{concession: l.agreement.Concession, above: len(list.Matches), open: make([]contender, 0, len(left))}
		for i := range left {
			if room == nil || room(left[i].ID) > 0 {
				s.open = append(s.open, contender{score: uint64(left[i].Score), boost: l.step(left[i].ID).boost(), at: i})
			}
		}
		s.seats(size)
		order, lambda := s.fairest()
		taken := make(map[int]bool, len(order))
		for r := range order {
			at := s.open[order[r].open].at
			taken[at] = true
			list.Matches = append(list.Matches, left[at])
		}
		list.Lambdas, ends = append(list.Lambdas, lambda), append(ends, len(list.Matches))
		left = remaining(left, taken)
	}
	var err error
	list.Kept, err = verify(list, ends, best, room, l.agreement.Concession)
	if err != nil {
		return List{}, err
	}
	return list, nil
}

func remaining(best []Match, taken map[int]bool) []Match {
	left := make([]Match, 0, len(best)-len(taken))
	for i := range best {
		if !taken[i] {
			left = append(left, best[i])
		}
	}
	return left
}

func checkCandidates(best []Match) error {
	if len(best) > MaxCandidates {
		return fmt.Errorf("%w: %d of them, more than %d", ErrCandidates, len(best), MaxCandidates)
	}
	for i := range best {
		if best[i].Score > MaxPoints || i > 0 && best[i].Score > best[i-1].Score {
			return fmt.Errorf("%w: the score %d at place %d is too large for it", ErrCandidates, best[i].Score, i+1)
		}
	}
	return nil
}

// contender is a candidate with room.
type contender struct {
	score uint64
	boost uint64 // w, fixed point
	at    int    // among the candidates
}

// sharing is the choice of one list.
type sharing struct {
	concession Thousandths
	above      int         // how many people stand in the parts above
	open       []contender // by score downwards
	exposures  []uint64    // of the seats; as many as will be filled
	floor      uint64      // a thousand times the least quality allowed
	seated     []seat      // room for one list, used again for each lambda
}

// seat is a place in a list: who has it, and what they were compared by.
type seat struct {
	key  uint64
	open int // index of the contender
}

func (s *sharing) seats(limit int) {
	for r := range min(max(limit, 0), len(s.open)) {
		s.exposures = append(s.exposures, uint64(ExposureAt(s.above+r+1)))
	}
	s.seated = make([]seat, 0, len(s.exposures)+1)
	s.floor = uint64(fullShare-s.concession) * s.quality(s.order(0))
}

// fairest returns the list for the largest lambda that the concession allows.
// Lambda 0 is the best list itself and always allowed. The greater lambda, the
// lower the quality, so halving finds it.
func (s *sharing) fairest() (order []seat, lambda int) {
	low, high := 0, lambdaSteps+1
	for high-low > 1 {
		if lambda := (low + high) / 2; fullShare*s.quality(s.order(lambda)) >= s.floor {
			low = lambda
		} else {
			high = lambda
		}
	}
	return s.order(low), low
}

// order seats those with the largest R * (1 - lambda + lambda*w), the earlier
// candidate first among equals. Each list is the best there is for
// (1-lambda) * quality + lambda * quality weighted by boosts. It holds until
// the next call.
func (s *sharing) order(lambda int) []seat {
	seated := s.seated[:0]
	for i := range s.open {
		key := s.open[i].score * (uint64(lambdaSteps-lambda)*one + uint64(lambda)*s.open[i].boost) // below 2^54
		if len(seated) == len(s.exposures) {
			if len(seated) == 0 || key <= seated[len(seated)-1].key {
				continue
			}
			seated = seated[:len(seated)-1]
		}
		at := len(seated)
		seated = append(seated, seat{})
		for ; at > 0 && seated[at-1].key < key; at-- {
			seated[at] = seated[at-1]
		}
		seated[at] = seat{key, i}
	}
	return seated
}

func (s *sharing) quality(order []seat) (q uint64) {
	for r := range order {
		q += s.exposures[r] * s.open[order[r].open].score
	}
	return q
}

// verify holds the finished list against the promise, from the candidates and
// nothing else: nobody twice, nobody without room, each place filled, and as
// far as every part ends no worse than the floor. It returns how much of the
// best list's quality the whole has.
func verify(list List, ends []int, best []Match, room func(id string) int, concession Thousandths) (Thousandths, error) {
	var shown, ideal uint64
	seat := 0
	for i := 0; i < len(best) && seat < len(list.Matches); i++ {
		if room != nil && room(best[i].ID) < 1 {
			continue
		}
		e := uint64(ExposureAt(seat + 1))
		shown += e * uint64(list.Matches[seat].Score)
		ideal += e * uint64(best[i].Score)
		seat++
		if slices.Contains(ends, seat) && fullShare*shown < uint64(fullShare-concession)*ideal {
			return 0, fmt.Errorf("%w: as far as place %d it keeps %d of %d", ErrFloor, seat, shown, ideal)
		}
	}
	if seat < len(list.Matches) {
		return 0, fmt.Errorf("%w: it has more people than there are with room", ErrFloor)
	}
	seen := make(map[string]bool, len(list.Matches))
	for _, m := range list.Matches {
		if seen[m.ID] {
			return 0, fmt.Errorf("%w: %q is among them twice", ErrCandidates, m.ID)
		}
		if room != nil && room(m.ID) < 1 {
			return 0, fmt.Errorf("%w: it names somebody without room", ErrFloor)
		}
		seen[m.ID] = true
	}
	if ideal == 0 {
		return fullShare, nil
	}
	return Thousandths(fullShare * shown / ideal), nil
}
