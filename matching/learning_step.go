package matching

// span is where a weight may be, both ends included, in thousandths.
type span struct{ low, high int }

func (s span) nearest(to int) int { return min(max(to, s.low), s.high) }

// stepOf is how far a weight may go in a day.
func stepOf(weight int) int { return max(1, weight/StepsPerWeight) }

// stepped goes one day's steps from now towards the spans. The sum stays what
// it was: what one weight gains others lose, first those whose span has room
// for it, each unit from the one with most room, the earlier term among equals;
// what nobody can give is not taken.
func stepped(now [WeighedTerms]int, spans [WeighedTerms]span) [WeighedTerms]int {
	next, sum := now, 0
	var reach, room [WeighedTerms]span
	for k := range now {
		reach[k] = span{max(0, now[k]-stepOf(now[k])), now[k] + stepOf(now[k])}
		next[k] = reach[k].nearest(spans[k].nearest(now[k]))
		// Where the span is out of reach, the weight goes as near as it can.
		room[k] = span{reach[k].nearest(spans[k].low), reach[k].nearest(spans[k].high)}
		sum += next[k] - now[k]
	}
	for ; sum > 0; sum-- {
		next[mostRoom(func(k int) int { return next[k] - room[k].low }, func(k int) int { return next[k] - now[k] })]--
	}
	for ; sum < 0; sum++ {
		next[mostRoom(func(k int) int { return room[k].high - next[k] }, func(k int) int { return now[k] - next[k] })]++
	}
	return next
}

// mostRoom is the term with most room, or when none has any, the one that went
// farthest; one has, since the sum has changed.
func mostRoom(room, gone func(k int) int) int {
	most, farthest := 0, 0
	for k := range WeighedTerms {
		if room(k) > room(most) {
			most = k
		}
		if gone(k) > gone(farthest) {
			farthest = k
		}
	}
	if room(most) > 0 {
		return most
	}
	return farthest
}
