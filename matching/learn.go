package matching

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Choice is one set of options from which somebody chose: a list that was
// really shown, or all who could have answered. Nothing is invented to stand
// for what was not chosen.
type Choice struct {
	// Terms are the terms of each option, one option after the other; all
	// options of all choices have the same number of terms.
	Terms []int32
	// Ranks are the places at which the options were shown, from 1; empty when
	// they stood in no order.
	Ranks []int
	// Chosen are the options that were chosen, each by its own decision.
	Chosen []int
	// Voice is how much each of these decisions counts; zero counts as 1.
	Voice float64
}

func (c *Choice) voice() float64 {
	if c.Voice == 0 {
		return 1
	}
	return c.Voice
}

// weight is how much the decisions of the choice count together.
func (c *Choice) weight() float64 { return c.voice() * float64(len(c.Chosen)) }

// Lesson says how weights are learnt.
type Lesson struct {
	Terms int // of each option
	// Unit is what a term counts as one: weights are per Unit.
	Unit float64
	// Toward are the weights from which learning starts and to which it is
	// pulled; empty is nothing.
	Toward []float64
	// Pull is the strength of that pull, in choices per squared weight; more
	// than zero, so that terms which no choice tells of stay where they were.
	Pull float64
	// Ranks is how many places have an attraction of their own. It is learnt
	// with the weights, so that they don't take over what is due to the place,
	// and thrown away. Places behind share that of the last.
	Ranks int
}

// Learnt is what the choices say.
type Learnt struct {
	Theta []float64 // log odds per Unit of each term, 0 or more
	Loss  float64   // mean negative log likelihood of a decision, in nats
	Steps int       // of Newton's method
}

// ErrLearning is matched by the error of Learn for choices that can't be read.
var ErrLearning = errors.New("matching: choices that can't be learnt from")

const (
	maxVoice    = 1e6  // a voice is a matter of ones; more would drown everybody in rounding
	maxNewton   = 60   // steps; a dozen is usual
	maxHalvings = 30   // of one step
	settled     = 1e-9 // improvement of the mean loss at which learning ends
	ranksPull   = 1e-3 // holds the places' attractions, of which only differences count
)

// Learn fits a conditional logit (McFadden 1974),
//
//	P(choose j of S) = exp(theta*x(j) + b(rank of j)) / sum over k of S of the same
//
// by Newton's method with theta held at 0 or above: no term may count against
// anybody. The loss is convex, so the start does not matter. It computes in
// floating point; what may rank people are the whole numbers of Weights.
func Learn(choices []Choice, how Lesson) (Learnt, error) {
	f, err := newFit(choices, how)
	if err != nil {
		return Learnt{}, err
	}
	at, steps := f.descend()
	return Learnt{Theta: at[:how.Terms], Loss: f.likelihood(at), Steps: steps}, nil
}

func (how Lesson) check(choices []Choice) error {
	if how.Terms < 1 || !(how.Unit > 0) || !(how.Pull > 0) || how.Ranks < 0 || len(how.Toward) != 0 && len(how.Toward) != how.Terms {
		return fmt.Errorf("%w: give at least one term, a unit and a pull above zero, and one weight per term to start from", ErrLearning)
	}
	decisions := 0
	for i, c := range choices {
		n := len(c.Terms) / how.Terms
		outside := func(o int) bool { return o < 0 || o >= n }
		if len(c.Terms)%how.Terms != 0 || len(c.Ranks) != 0 && len(c.Ranks) != n || slices.ContainsFunc(c.Chosen, outside) {
			return fmt.Errorf("%w: choice %d has %d numbers for %d terms, %d ranks, and chose %v", ErrLearning, i, len(c.Terms), how.Terms, len(c.Ranks), c.Chosen)
		}
		if !(c.Voice >= 0) || c.Voice > maxVoice {
			return fmt.Errorf("%w: choice %d has a voice of %g; give one from 0 to %g", ErrLearning, i, c.Voice, maxVoice)
		}
		decisions += len(c.Chosen)
	}
	if decisions == 0 {
		return fmt.Errorf("%w: nobody chose anything", ErrLearning)
	}
	return nil
}

// Weights returns theta as whole numbers of 0 or more that sum to sum, as near
// to its proportions as they allow; the earlier term first among equals. All
// are zero when theta is.
func (l Learnt) Weights(sum int) []int {
	total := 0.0
	for _, x := range l.Theta {
		total += x
	}
	weights := make([]int, len(l.Theta))
	if total <= 0 {
		return weights
	}
	order, rest, left := make([]int, len(weights)), make([]float64, len(weights)), sum
	for k, x := range l.Theta {
		share := x / total * float64(sum)
		weights[k] = int(share)
		order[k], rest[k] = k, share-math.Floor(share)
		left -= weights[k]
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rest[b], rest[a]) })
	for _, k := range order[:min(max(left, 0), len(order))] {
		weights[k]++
	}
	return weights
}

// fit is the loss of all choices at one place, with its slope and curvature.
// The first coordinates are theta, those behind are the ranks'.
type fit struct {
	choices   []Choice
	how       Lesson
	size      int
	decisions float64 // times their voices
	slope     []float64
	curve     [][]float64
}

func newFit(choices []Choice, how Lesson) (*fit, error) {
	if err := how.check(choices); err != nil {
		return nil, err
	}
	f := &fit{choices: choices, how: how, size: how.Terms + how.Ranks, slope: make([]float64, how.Terms+how.Ranks)}
	f.curve = make([][]float64, f.size)
	for k := range f.curve {
		f.curve[k] = make([]float64, f.size)
	}
	for i := range choices {
		f.decisions += choices[i].weight()
	}
	return f, nil
}

// descend returns where the loss is least, and how many steps it took. The
// slope and curvature that f holds afterwards are those of that place.
func (f *fit) descend() (at []float64, steps int) {
	at = make([]float64, f.size)
	copy(at, f.how.Toward)
	loss := f.look(at)
	for steps < maxNewton {
		next, nextLoss := f.step(at, loss)
		steps++
		if loss-nextLoss < settled*f.decisions {
			break
		}
		at, loss = next, nextLoss
		f.look(at)
	}
	return at, steps
}

// look computes slope and curvature, and returns the loss with its penalty.
func (f *fit) look(at []float64) float64 {
	clear(f.slope)
	for k := range f.curve {
		clear(f.curve[k])
	}
	loss := 0.0
	for i := range f.choices {
		loss += f.lookAt(&f.choices[i], at)
	}
	for k := range f.size {
		for m := range k {
			f.curve[m][k] = f.curve[k][m]
		}
		f.curve[k][k] += f.pull(k)
		f.slope[k] += f.pull(k) * (at[k] - f.toward(k))
	}
	return loss + f.penalty(at)
}

// lookAt adds one choice: decisions times (mean option - chosen option) to the
// slope, and times the covariance of the options to the curvature.
func (f *fit) lookAt(c *Choice, at []float64) float64 {
	chances, loss := f.chances(c, at)
	mean, n := make([]float64, f.size), c.weight()
	x, there := make([]float64, f.size), make([]int, 0, f.size)
	for o, p := range chances {
		f.read(c, o, x)
		there = there[:0] // of many places an option has one
		for k, xk := range x {
			if xk == 0 {
				continue
			}
			there = append(there, k)
			mean[k] += p * xk
			for _, m := range there {
				f.curve[k][m] += n * p * xk * x[m]
			}
		}
	}
	for k := range mean {
		f.slope[k] += n * mean[k]
		for m := range k + 1 {
			f.curve[k][m] -= n * mean[k] * mean[m]
		}
	}
	for _, o := range c.Chosen {
		f.read(c, o, x)
		for k := range x {
			f.slope[k] -= c.voice() * x[k]
		}
	}
	return loss
}

// chances returns the probability of each option, and the loss of the choice.
func (f *fit) chances(c *Choice, at []float64) (chances []float64, loss float64) {
	chances = make([]float64, len(c.Terms)/f.how.Terms)
	most := math.Inf(-1)
	for o := range chances {
		chances[o] = f.worth(c, o, at)
		most = max(most, chances[o])
	}
	for _, o := range c.Chosen {
		loss -= c.voice() * (chances[o] - most)
	}
	sum := 0.0
	for o := range chances {
		chances[o] = math.Exp(chances[o] - most)
		sum += chances[o]
	}
	for o := range chances {
		chances[o] /= sum
	}
	return chances, loss + c.weight()*math.Log(sum)
}

func (f *fit) worth(c *Choice, option int, at []float64) (worth float64) {
	for k, x := range c.Terms[option*f.how.Terms:][:f.how.Terms] {
		worth += at[k] * float64(x)
	}
	worth /= f.how.Unit
	if r := f.rank(c, option); r >= 0 {
		worth += at[r]
	}
	return worth
}

// read writes the coordinates of an option.
func (f *fit) read(c *Choice, option int, x []float64) {
	clear(x)
	for k, t := range c.Terms[option*f.how.Terms:][:f.how.Terms] {
		x[k] = float64(t) / f.how.Unit
	}
	if r := f.rank(c, option); r >= 0 {
		x[r] = 1
	}
}

// rank is the coordinate of an option's place, or -1.
func (f *fit) rank(c *Choice, option int) int {
	if f.how.Ranks == 0 || len(c.Ranks) == 0 || c.Ranks[option] < 1 {
		return -1
	}
	return f.how.Terms + min(c.Ranks[option], f.how.Ranks) - 1
}

func (f *fit) pull(k int) float64 {
	if k < f.how.Terms {
		return f.how.Pull
	}
	return ranksPull
}

func (f *fit) toward(k int) float64 {
	if k < len(f.how.Toward) {
		return f.how.Toward[k]
	}
	return 0
}

func (f *fit) penalty(at []float64) (sum float64) {
	for k, x := range at {
		sum += f.pull(k) / 2 * (x - f.toward(k)) * (x - f.toward(k))
	}
	return sum
}

func (f *fit) loss(at []float64) float64 {
	return f.likelihood(at)*f.decisions + f.penalty(at)
}

// likelihood returns the mean loss of a decision, without penalty.
func (f *fit) likelihood(at []float64) (sum float64) {
	for i := range f.choices {
		_, loss := f.chances(&f.choices[i], at)
		sum += loss
	}
	return sum / f.decisions
}

// step goes one Newton step from where look was, in the coordinates that are
// free, and halves it until the loss falls. When it can't fall, it returns
// where it was.
func (f *fit) step(at []float64, loss float64) ([]float64, float64) {
	move := f.newton(at)
	next := make([]float64, f.size)
	for size, tries := 1.0, 0; tries < maxHalvings; size, tries = size/2, tries+1 {
		for k := range next {
			next[k] = at[k] - size*move[k]
			if k < f.how.Terms {
				next[k] = max(0, next[k])
			}
		}
		if l := f.loss(next); l < loss {
			return next, l
		}
	}
	return at, loss
}

// newton solves curve * move = slope, leaving out weights that stand at zero
// and would go below.
func (f *fit) newton(at []float64) []float64 {
	var free []int
	for k := range f.size {
		if k >= f.how.Terms || at[k] > 0 || f.slope[k] < 0 {
			free = append(free, k)
		}
	}
	rows := make([][]float64, len(free))
	for i, k := range free {
		rows[i] = make([]float64, 0, len(free)+1)
		for _, m := range free {
			rows[i] = append(rows[i], f.curve[k][m])
		}
		rows[i] = append(rows[i], f.slope[k])
	}
	move := make([]float64, f.size)
	for i, x := range solve(rows) {
		move[free[i]] = x
	}
	return move
}

// solve returns x with rows * (x, -1) = 0. The curvature is positive definite,
// since everything is pulled, so no pivot is zero.
func solve(rows [][]float64) []float64 {
	n := len(rows)
	for i := range n {
		for below := i + 1; below < n; below++ {
			factor := rows[below][i] / rows[i][i]
			for k := i; k <= n; k++ {
				rows[below][k] -= factor * rows[i][k]
			}
		}
	}
	x := make([]float64, n)
	for i := n - 1; i >= 0; i-- {
		x[i] = rows[i][n]
		for k := i + 1; k < n; k++ {
			x[i] -= rows[i][k] * x[k]
		}
		x[i] /= rows[i][i]
	}
	return x
}
