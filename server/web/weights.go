package web

import (
	"time"

	"longtable/frontend/components"
	"longtable/frontend/pages/weights"
	"longtable/server/community"
)

// weightsOnPage is how many versions one page tells of: a month of nights.
const weightsOnPage = 30

// weightsData is a version for programs.
type weightsData struct {
	Version   int                `json:"version"`
	Weights   []community.Figure `json:"weights"`
	Unstated  int                `json:"unstated"` // thousandths that somebody counts as helped who has not said what they need
	Since     time.Time          `json:"since,omitzero"`
	From      int                `json:"from,omitempty"`   // the version before
	SameAs    int                `json:"sameAs,omitempty"` // the version whose weights were brought back
	People    int                `json:"people,omitempty"` // learnt from, in steps of five
	Decisions int                `json:"decisions,omitempty"`
	Before    float64            `json:"lossBefore,omitempty"` // nats a decision
	After     float64            `json:"lossAfter,omitempty"`
}

func weightsDataOf(v *community.WeightsVersion) weightsData {
	data := weightsData{Version: v.Number, Weights: v.Figures(), Unstated: int(v.Weights.Unstated), From: v.From, SameAs: v.SameAs, People: v.Members, Decisions: v.Decisions,
		Before: float64(v.LossBefore) / 1e6, After: float64(v.LossAfter) / 1e6}
	if v.At != 0 {
		data.Since = v.At.Time()
	}
	return data
}

// showWeights says how the order of matches is made: the same to everybody, and nothing of anybody.
func showWeights(q *Request) (Answer, error) {
	w, next, err := q.Network.HowWeighed(q.Context(), q.Viewer, q.Page(weightsOnPage))
	if err != nil {
		return Answer{}, err
	}
	zone, err := q.ownZone()
	if err != nil {
		return Answer{}, err
	}
	view := weights.View{InForce: q.weightsVersion(w.InForce, zone), Unstated: int(w.InForce.Weights.Unstated), Off: w.Study.Off, More: q.Next(next)}
	if w.Study.Outcome != "" && w.Study.Outcome != community.WasOff {
		view.Outcome, view.LookedAt = string(w.Study.Outcome), time.Unix(int64(w.Study.Done)*86400, 0).UTC()
	}
	var items []weightsData
	for _, v := range w.History {
		items = append(items, weightsDataOf(v))
		if v.Number != w.InForce.Number {
			view.Earlier = append(view.Earlier, q.weightsVersion(v, zone))
		}
	}
	return Answer{Data: ListOf(items, next), View: View{Title: q.Say("weights.title"), Section: "matches", Content: weights.Show(view)}}, nil
}

func (q *Request) weightsVersion(v *community.WeightsVersion, zone string) weights.Version {
	view := weights.Version{Number: v.Number, People: v.Members, SameAs: v.SameAs}
	if v.At != 0 && v.From != 0 {
		view.Since = v.At.In(zone)
	}
	for _, f := range v.Figures() {
		view.Bars = append(view.Bars, components.Bar{Label: q.Say("weights." + f.Of), Value: f.Thousandths})
	}
	return view
}
