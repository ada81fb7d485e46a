// Package desk shows hosts and stewards what waits for them: people at the door, reports, skills to put on the list.
package desk

import (
	"context"
	"slices"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
)

// View is the desk. Each list has the longest waiting first; More says that others follow once these are settled.
type View struct {
	Today        Today
	Answers      []Answers
	Requests     []Request
	MoreRequests bool
	Reports      []Report
	MoreReports  bool
	Skills       []Skill
	MoreSkills   bool
	Steward      bool   // skills are for stewards
	Unfinished   int    // work after changes that keeps failing, for stewards
	Introduces   bool   // the reader hosts a hub, and makes introductions there
	Problem      string // why something could not be done
	WordsMax     int    // characters
	SkillMax     int    // characters of the name of a skill
}

// Due is by when something has to be answered.
type Due struct {
	By   time.Time
	Late bool
}

// Today is the list of the day.
type Today struct {
	Own, Others []Waits // soonest due first
	Still       []Still
	Meet        []Meet
}

// Waits is something that waits for an answer.
type Waits struct {
	Kind    string // join, applications or ask
	Address string
	Name    string // of who waits; empty for applications
	Title   string // of the programme or the ask
	Count   int    // of applications
	Hub     string
	Owner   string // who has it; empty for the reader
	Due     Due
}

// Still is how many people of a hub wait for the answer of somebody they asked.
type Still struct {
	Hub    string
	People int
}

// Meet is two people whom the reader could introduce.
type Meet struct {
	One, Other string
	Bridge     bool // of separate circles; else One has met nobody yet
	Address    string
}

// Answers sums up how people of a hub were answered, in a sentence.
type Answers struct {
	Hub, Text string
}

func (w Waits) sentence(ctx context.Context) string {
	switch w.Kind {
	case "applications":
		return i18n.N(ctx, "desk.waits-applications", w.Count, "title", w.Title)
	case "ask":
		return i18n.T(ctx, "desk.waits-ask", "name", w.Name, "title", w.Title)
	default:
		return i18n.T(ctx, "desk.waits-join", "name", w.Name)
	}
}

// Request is somebody who asks to join a hub.
type Request struct {
	ID     string
	Person components.PersonCard
	Hub    components.Tag
	Words  string
	Asked  time.Time // in the zone of the hub, as Due
	Due    Due
	Form   components.Typed
}

// Report is something that was brought before the hosts.
type Report struct {
	ID       string
	About    string         // person, message or posting
	Person   components.Tag // whose doing it is; without an address when the reader does not see them
	By       string         // who reported it
	Desk     string         // the hub whose hosts read it, or the network
	Words    string
	Rule     string // of conduct, which was broken
	Evidence string
	Earlier  []string // what a message said before it was changed; for stewards
	At       time.Time
	Due      Due
	Form     components.Typed
}

// Skill is one that somebody proposed.
type Skill struct {
	ID, Name, By string
	Languages    []components.Option // in which it can be named: the code, and what it is called
	Form         components.Typed
}

func (v View) empty() bool {
	return len(v.Requests)+len(v.Reports)+len(v.Skills)+len(v.Today.Own)+len(v.Today.Others)+len(v.Today.Still)+len(v.Today.Meet) == 0
}

// fields are those of all forms on the desk, for the summary of errors.
func (v View) fields(ctx context.Context) []components.Field {
	var all []components.Field
	for _, r := range v.Requests {
		all = append(all, r.field(ctx, v.WordsMax))
	}
	for _, r := range v.Reports {
		all = append(all, r.field(ctx, v.WordsMax))
	}
	for _, s := range v.Skills {
		all = append(all, s.fields(ctx, v.SkillMax)...)
	}
	return slices.DeleteFunc(all, func(f components.Field) bool { return f.Error == "" })
}

func (r Request) field(ctx context.Context, most int) components.Field {
	return r.Form.Fill(components.Field{Name: "answer", ID: "answer-" + r.ID, Label: i18n.T(ctx, "desk.answer"), Hint: i18n.T(ctx, "desk.answer-hint"),
		MaxLength: most, Rows: 3})[0]
}

func (r Report) field(ctx context.Context, most int) components.Field {
	return r.Form.Fill(components.Field{Name: "outcome", ID: "outcome-" + r.ID, Label: i18n.T(ctx, "desk.outcome"), Hint: i18n.T(ctx, "desk.outcome-hint"),
		Required: true, MaxLength: most, Rows: 3})[0]
}

// fields ask for the name in each language. What is wrong with any of the names stands at the first.
func (s Skill) fields(ctx context.Context, most int) []components.Field {
	fields := make([]components.Field, len(s.Languages))
	for i, l := range s.Languages {
		fields[i] = components.Field{Name: "names." + l.Value, ID: "name-" + s.ID + "-" + l.Value, Label: i18n.T(ctx, "desk.name-in", "language", l.Label), MaxLength: most}
	}
	fields = s.Form.Fill(fields...)
	if len(fields) > 0 && fields[0].Error == "" {
		fields[0].Error = s.Form.Errors["names"]
	}
	return fields
}
