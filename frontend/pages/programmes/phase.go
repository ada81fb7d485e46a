package programmes

import "time"

// answerBy is the day by which everybody has an answer.
func (p Programme) answerBy() time.Time {
	for _, phase := range p.Phases {
		if phase.Name == "decision" {
			return phase.Until
		}
	}
	return p.Starts
}
