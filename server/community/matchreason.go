package community

import "longtable/matching"

// ReasonKind says what a reason is about.
type ReasonKind string

const (
	ReasonCoversNeed  ReasonKind = "covers-need"
	ReasonNoNeed      ReasonKind = "no-need-stated"
	ReasonCauses      ReasonKind = "shared-causes"
	ReasonStage       ReasonKind = "near-stage"
	ReasonSharedHours ReasonKind = "shared-hours"
	ReasonSameHub     ReasonKind = "same-hub"
	ReasonSameRegion  ReasonKind = "same-country"
	ReasonHasTime     ReasonKind = "has-time"
	ReasonHasRoom     ReasonKind = "has-room" // of who is asked for something, beside what they look for themselves
)

// Reason is one term of the score in the community's words. Its points stay with the ranking: who knew them could solve
// for what others hide.
type Reason struct {
	Kind   ReasonKind `json:"kind"`
	Need   SkillID    `json:"need,omitempty"`
	Offer  SkillID    `json:"offer,omitempty"`
	Causes []Cause    `json:"causes,omitempty"`
	Hours  int        `json:"hours,omitempty"`
}

// Benefit is what one side brings to the other: how many of the stated needs are covered, and every reason that counted.
type Benefit struct {
	Needs   int      `json:"needs"`
	Covered int      `json:"covered"`
	Reasons []Reason `json:"reasons"`
}

// toldReasons are the reasons of a match in the community's words.
type toldReasons struct{ forViewer, forThem Benefit }

func (r *round) told(reasons matching.Reasons) toldReasons {
	return toldReasons{r.benefit(reasons.ForViewer), r.benefit(reasons.ForCandidate)}
}

// toldAlready is told for a match that was ranked with its reasons.
func (r *round) toldAlready(m matching.Match) toldReasons { return r.told(m.Reasons) }

func (r *round) benefit(b matching.Benefit) Benefit {
	told := Benefit{Needs: b.Needs, Covered: b.Covered(), Reasons: []Reason{}}
	for _, t := range b.Terms {
		told.Reasons = append(told.Reasons, r.reason(t))
	}
	return told
}

func (r *round) reason(t matching.Term) Reason {
	switch t.Kind {
	case matching.CoversNeed:
		return Reason{Kind: ReasonCoversNeed, Need: r.skillByNumber[t.Need], Offer: r.skillByNumber[t.Offer]}
	case matching.SharedCauses:
		return Reason{Kind: ReasonCauses, Causes: causesOf(t.Causes)}
	case matching.NearStage:
		return Reason{Kind: ReasonStage}
	case matching.SharedHours:
		return Reason{Kind: ReasonSharedHours, Hours: t.SharedHalfHours() / 2}
	case matching.SameHub:
		return Reason{Kind: ReasonSameHub}
	case matching.SameRegion:
		return Reason{Kind: ReasonSameRegion}
	case matching.HasTime:
		return Reason{Kind: ReasonHasTime}
	case matching.HasRoom:
		return Reason{Kind: ReasonHasRoom}
	default:
		return Reason{Kind: ReasonNoNeed}
	}
}

func causesOf(mask uint32) (causes []Cause) {
	for _, c := range Causes {
		if mask&(1<<(c-1)) != 0 {
			causes = append(causes, c)
		}
	}
	return causes
}
