package community

import (
	"context"
	"fmt"

	"longtable/matching"
)

// WeightsVersion is how much each reason counted from a moment on, and what that was learnt from. Versions are kept for
// ever and never change: a list that was shown names the one it was made with. They hold counts and nothing of anybody.
type WeightsVersion struct {
	Record[WeightsID] `bson:",inline"`
	Number            int              `json:"number"` // from 1, the hand-set one, without a gap
	Weights           matching.Weights `json:"weights"`
	At                Instant          `json:"at"`

	From   int `json:"from,omitempty"`   // the version that was in force before; 0 for the first
	SameAs int `json:"sameAs,omitempty"` // the version whose weights were brought back; 0 when they were learnt

	// What they were learnt from. Numbers of people are rounded down to steps of CountStep, so that two days side by side
	// tell nobody who came; fewer than matching.LearnersMin are 0.
	FirstDay  int                        `json:"firstDay,omitempty"` // since 1970; of the lists that were read
	LastDay   int                        `json:"lastDay,omitempty"`
	Members   int                        `json:"members,omitempty"`   // learnt from
	Learners  [matching.WeighedTerms]int `json:"learners"`            // of them, by weight
	Decisions int                        `json:"decisions,omitempty"` // of theirs that counted, rounded likewise

	// How badly the weights before, and these, foretell decisions of people who were not learnt from: millionths of a nat
	// for each decision.
	LossBefore int `json:"lossBefore,omitempty"`
	LossAfter  int `json:"lossAfter,omitempty"`

	// Choices is a digest of what was learnt from, under the network's own secret: the same choices give the same.
	Choices string `json:"choices,omitempty"`
}

// Figure is one weight of a version, by the name that catalogues and programs know it by.
type Figure struct {
	Of          string `json:"of"`
	Thousandths int    `json:"thousandths"`
	Learners    int    `json:"learners,omitempty"` // who had a choice in it, of those learnt from; 0 for fewer than fifty
}

// Figures are the seven weights, in their order; they sum to a thousand.
func (w *WeightsVersion) Figures() []Figure {
	var figures []Figure
	for k, weight := range w.Weights.List() {
		figures = append(figures, Figure{[]string{"skills", "causes", "sector", "stage", "hours", "place", "time"}[k], weight, w.Learners[k]})
	}
	return figures
}

// WeightsVersions is what the domain needs of the store.
type WeightsVersions interface {
	Keeper[WeightsID, WeightsVersion]
	Newest(ctx context.Context, page Page) ([]*WeightsVersion, Cursor, error) // highest number first
}

// CountStep is in which steps numbers of people are told.
const CountStep = 5

// Outcome is what came of a day's learning.
type Outcome string

// The outcomes.
const (
	LearntAnew     Outcome = "learnt"    // there is a new version
	TooFewDecided  Outcome = "few"       // fewer than fifty people had a choice
	NothingToLearn Outcome = "settled"   // what was decided does not ask for other weights
	ForetoldWorse  Outcome = "held-out"  // new weights would foretell others' decisions less well
	SomeLessSeen   Outcome = "groups"    // new weights would show a group much more, or less, than others
	WasOff         Outcome = "off"       // learning is switched off
	Overtaken      Outcome = "meanwhile" // somebody else made a version while this one was made
)

// Study is where the learning of weights stands. There is one record of it.
type Study struct {
	Record[StudyID] `bson:",inline"`
	Done            int     `json:"done"`            // the last day whose lists were learnt from, since 1970
	Taken           Instant `json:"taken,omitempty"` // since when somebody is at it
	Off             bool    `json:"off,omitempty"`   // no new versions until it is switched on again
	OffSince        Instant `json:"offSince,omitempty"`
	Outcome         Outcome `json:"outcome,omitempty"` // of the last time
	Why             string  `json:"why,omitempty"`     // more of it, for the log and for who looks after the program
}

// StudyOne is the id of the one record.
const StudyOne StudyID = "weights"

// Studies is what the domain needs of the store.
type Studies interface {
	Keeper[StudyID, Study]
}

// handSet is the first version, for a network that has kept none yet.
func handSet() *WeightsVersion {
	return &WeightsVersion{Record: Record[WeightsID]{ID: weightsID(HandSetWeights)}, Number: HandSetWeights, Weights: matching.HandSet()}
}

func weightsID(number int) WeightsID { return WeightsID(fmt.Sprintf("weights~%d", number)) }

// weightsInForce is the newest version.
func (n *Network) weightsInForce(ctx context.Context) (*WeightsVersion, error) {
	newest, _, err := n.Weights.Newest(ctx, Page{Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(newest) == 0 {
		return handSet(), nil
	}
	return newest[0], nil
}

// Weighing is how much each reason counts now, the versions so far, and where learning stands.
type Weighing struct {
	InForce *WeightsVersion
	History []*WeightsVersion // newest first, the one in force among them
	Study   Study
}

// HowWeighed tells the viewer how lists are made. It tells everybody the same, and nothing of anybody.
func (n *Network) HowWeighed(ctx context.Context, v Viewer, page Page) (*Weighing, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	return n.weighing(ctx, page)
}

func (n *Network) weighing(ctx context.Context, page Page) (w *Weighing, next Cursor, err error) {
	w = &Weighing{}
	if w.InForce, err = n.weightsInForce(ctx); err != nil {
		return nil, "", err
	}
	if w.History, next, err = n.Weights.Newest(ctx, page); err != nil {
		return nil, "", err
	}
	if len(w.History) == 0 && page.After == "" {
		w.History = []*WeightsVersion{w.InForce}
	}
	study, err := n.Studies.Get(ctx, StudyOne)
	switch {
	case err == nil:
		w.Study = *study
	case KindOf(err) != KindNotFound:
		return nil, "", err
	}
	return w, next, nil
}

// Again computes a list that was shown once more, from what is kept of it and the version that it names: scores and
// order, of the people who are still there. tieKey is the network's own.
func (w *WeightsVersion) Again(s *Showing, tieKey uint64) ([]MemberID, []matching.Points) {
	people, parts, part, end := []matching.Placed(nil), make([]matching.Part, len(s.Lambdas)), 0, 0
	sizes := partsOf(MatchesMax)
	for at, p := range s.People {
		for part < len(parts) && at >= end {
			parts[part].Lambda, end, part = s.Lambdas[part], end+sizes[part], part+1
		}
		if p.Member == "" {
			continue
		}
		people = append(people, matching.Placed{ID: string(p.Member), ForViewer: p.ForViewer, ForCandidate: p.ForThem, Boost: p.Boost})
		if part > 0 {
			parts[part-1].People++
		}
	}
	scores := w.Weights.InOrder(string(s.Viewer), people, parts, matching.Question{Day: int32(s.Day), Key: tieKey})
	ids := make([]MemberID, len(people))
	for i, p := range people {
		ids[i] = MemberID(p.ID)
	}
	return ids, scores
}
