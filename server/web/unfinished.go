package web

import (
	"context"
	"time"

	"longtable/frontend/pages/unfinished"
	"longtable/server/community"
)

// Unfinished is the work that follows from changes and keeps failing.
type Unfinished interface {
	// Stuck lists it, longest first, a bounded number.
	Stuck(ctx context.Context) ([]Stuck, error)

	// TryAgain has one of them tried now and does not wait for the outcome; community.NotFound for what is not among them.
	TryAgain(ctx context.Context, id string) error
}

// Stuck is one piece of it. Neither its id nor its reason says whom it is about.
type Stuck struct {
	ID     string
	Kind   string // of what changed: the end of a key unfinished.kind-… of the catalogue
	Since  community.Instant
	Tries  int
	Reason string // in English, for whoever looks after the program
}

// unfinishedData is one of them for programs.
type unfinishedData struct {
	ID     string    `json:"id"`
	Kind   string    `json:"kind"`
	Since  time.Time `json:"since"`
	Tries  int       `json:"tries"`
	Reason string    `json:"reason"`
}

func showUnfinished(q *Request) (Answer, error) {
	stuck, err := q.Unfinished.Stuck(q.Context())
	if err != nil {
		return Answer{}, err
	}
	zone, err := q.ownZone()
	if err != nil {
		return Answer{}, err
	}
	var view unfinished.View
	var items []unfinishedData
	for _, s := range stuck {
		items = append(items, unfinishedData{s.ID, s.Kind, s.Since.Time(), s.Tries, s.Reason})
		view.Work = append(view.Work, unfinished.Work{ID: s.ID, Kind: s.Kind, Since: s.Since.In(zone), Tries: s.Tries, Reason: s.Reason})
	}
	return Answer{Data: ListOf(items, community.Cursor("")), View: View{Title: q.Say("unfinished.title"), Section: "desk", Content: unfinished.List(view)}}, nil
}

func tryUnfinished(q *Request) (Answer, error) {
	id, err := Param[string](q, "id")
	if err != nil {
		return Answer{}, err
	}
	if err := q.Unfinished.TryAgain(q.Context(), id); err != nil {
		return Answer{}, err
	}
	return Gone("/unfinished", "unfinished.said-again"), nil
}
