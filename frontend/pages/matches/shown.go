package matches

import (
	"context"
	"time"

	"longtable/frontend/i18n"
)

// ShownView is how the reader is shown to others. It says nothing of who they are.
type ShownView struct {
	Days      int       // over which lists were counted; 0 before the first
	Lists     int       // about so many
	Few       bool      // some, and too few to tell a number
	Off       bool      // they are not proposed, as they chose
	Wants     int       // introductions a week
	Room      int       // left of these
	Again     time.Time // when there is room again, in the zone of their hub; zero while there is
	Lacks     []Lack
	Keeps     int    // percent of the best quality that their own lists keep
	Version   int    // of the agreement; 0 before anybody agreed
	Hub       string // whose agreement it is; empty for the network's
	Agreement string // its address
}

// Lack is a part of the profile that the network does not see.
type Lack struct {
	What   string // a field of the profile
	Hidden bool   // it is written, and hidden
}

// key is the sentence for it.
func (l Lack) key() string {
	if l.Hidden {
		return "matches.hides-" + l.What
	}
	return "matches.lacks-" + l.What
}

// howOften says how often somebody was shown.
func howOften(ctx context.Context, v ShownView) string {
	switch {
	case v.Days == 0:
		return i18n.T(ctx, "matches.shown-not-counted")
	case v.Lists > 0:
		return i18n.T(ctx, "matches.shown-about", "n", v.Lists, "days", i18n.N(ctx, "matches.days", v.Days))
	case v.Few:
		return i18n.T(ctx, "matches.shown-few", "days", i18n.N(ctx, "matches.days", v.Days))
	}
	return i18n.T(ctx, "matches.shown-none", "days", i18n.N(ctx, "matches.days", v.Days))
}
