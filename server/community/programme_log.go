package community

import "context"

// LogKind names what was done with a programme, or tried and refused.
type LogKind string

const (
	LogOpened        LogKind = "opened"
	LogClosedEarly   LogKind = "closed-early"
	LogReading       LogKind = "reading"   // the last day for applying is over
	LogCommitted     LogKind = "committed" // somebody committed to a value for the draw
	LogFrozen        LogKind = "frozen"
	LogWithheld      LogKind = "withheld" // somebody did not show the value they had committed to
	LogVoid          LogKind = "void"     // too few values were shown, so everybody commits anew
	LogDrawn         LogKind = "drawn"
	LogMovedUp       LogKind = "moved-up" // somebody of the waiting list was offered a place
	LogOver          LogKind = "over"
	LogNamesRefused  LogKind = "names-refused"  // to see who applied before the vote was closed
	LogRulesRefused  LogKind = "rules-refused"  // to change what people applied under
	LogFrozenRefused LogKind = "frozen-refused" // to change something of a frozen list
	LogDrawRefused   LogKind = "draw-refused"   // to freeze or draw before everything was there
	LogNotAsked      LogKind = "not-asked"      // the programme is for some people, and so few were left that nobody was asked
	LogFewRefused    LogKind = "few-refused"    // to freeze before its day while so few were left
)

// Refused tells whether somebody tried what the rules don't allow.
func (k LogKind) Refused() bool {
	return k == LogNamesRefused || k == LogRulesRefused || k == LogFrozenRefused || k == LogDrawRefused || k == LogFewRefused || k == LogWithheld
}

// LogEntry is one line. It names nobody: what counts is that it was done or refused, and that it can be read.
type LogEntry struct {
	Kind  LogKind `json:"kind"`
	At    Instant `json:"at"`              // of the first time
	Times int     `json:"times,omitempty"` // within the day, where more than once
}

// ProgrammeLog is what was done with a programme, for everybody to read: applicants have no account, so it is open.
type ProgrammeLog struct {
	Record[ProgrammeID] `bson:",inline"`
	Entries             []LogEntry `json:"entries"`
}

// ProgrammeLogs is what the domain needs of the store.
type ProgrammeLogs interface {
	Keeper[ProgrammeID, ProgrammeLog]
}

// LogOf is the log of a programme, oldest first. Anyone may read it once the programme is open.
func (n *Network) LogOf(ctx context.Context, v Viewer, id ProgrammeID) ([]LogEntry, error) {
	if _, err := n.ProgrammeSeen(ctx, v, id); err != nil {
		return nil, err
	}
	log, err := n.ProgrammeLogs.Get(ctx, id)
	if err != nil {
		return nil, ignoreMissing(err)
	}
	return log.Entries, nil
}

// logTo writes a line into the log. The same within a day is one line with a count, so that no number of tries drowns
// what was done.
func (n *Network) logTo(ctx context.Context, id ProgrammeID, kind LogKind) error {
	err := n.ProgrammeLogs.Add(ctx, &ProgrammeLog{Record: Record[ProgrammeID]{ID: id}})
	if err != nil && KindOf(err) != KindConflict {
		return err
	}
	_, err = n.ProgrammeLogs.Change(ctx, id, func(log *ProgrammeLog) error {
		now := n.Now()
		for i := range log.Entries {
			if e := &log.Entries[i]; e.Kind == kind && now-e.At < Instant(logDay) {
				e.Times = max(1, e.Times) + 1
				return nil
			}
		}
		if len(log.Entries) >= logMax {
			log.Entries = log.Entries[1:]
		}
		log.Entries = append(log.Entries, LogEntry{Kind: kind, At: now})
		return nil
	})
	return err
}

const (
	logDay = 24 * 60 * 60 * 1000 // milliseconds
	logMax = 1000                // entries: kinds times days of the longest programme, with room
)

// refuseOpenly refuses, and writes that down where everybody reads it.
func (n *Network) refuseOpenly(ctx context.Context, id ProgrammeID, kind LogKind, because error) error {
	if err := n.logTo(ctx, id, kind); err != nil {
		return err
	}
	return because
}
