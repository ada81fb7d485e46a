package community

import (
	"context"
	"slices"
	"strconv"
	"time"
)

// ProgrammeDraft is what a host writes about a programme. Dates are days at the hub. What is left empty of the rules
// takes the usual: reading takes two weeks, answers come a week later, the programme lasts half a year.
type ProgrammeDraft struct {
	Hub         HubID             `json:"hub"`
	Title       string            `json:"title"`
	Summary     string            `json:"summary"`
	ForWhom     string            `json:"forWhom"`
	Text        string            `json:"text"`
	Gives       []Gift            `json:"gives"`
	Access      []AccessFact      `json:"access"`
	Languages   []string          `json:"languages"`
	Skills      []SkillID         `json:"skills"`
	Causes      []Cause           `json:"causes"`
	Stage       Stage             `json:"stage"`
	Places      int               `json:"places"`
	Reserved    int               `json:"reserved"`
	ReservedFor []Group           `json:"reservedFor"`
	EligibleFor []Group           `json:"eligibleFor"` // for whom every place is; empty for everybody
	Closes      string            `json:"closes"`      // 2006-01-02, the last day for applying
	Reviewed    string            `json:"reviewed"`    // 2006-01-02, the last day for reading; empty for the usual
	Answers     string            `json:"answers"`     // 2006-01-02, by which everybody has an answer; empty for the usual
	Starts      string            `json:"starts"`      // 2006-01-02
	Ends        string            `json:"ends"`        // 2006-01-02, its last day; empty for the usual
	Questions   []string          `json:"questions"`
	Criteria    map[string]string `json:"criteria"` // texts by any key; they are taken in the order of the keys
	Weights     map[string]int    `json:"weights"`  // by the same keys; 1 where none is given
	Reviewers   []MemberID        `json:"reviewers"`
	Each        int               `json:"each"`
	By          DecisionWay       `json:"by"`
	Floor       int               `json:"floor"` // hundredths of a point
	Steps       []string          `json:"steps"`
}

const (
	readingUsual = 14  // days between the last day for applying and that for reading
	answersUsual = 7   // days from there to the day by which everybody has an answer
	lastsUsual   = 182 // days that a programme lasts
	floorUsual   = 200 // hundredths of a point: the middle of the scale
)

// ProgrammeDraftOf is the form of a programme as it is now.
func ProgrammeDraftOf(p *Programme) ProgrammeDraft {
	lastDay := func(end Instant) string { return end.In(p.Zone).AddDate(0, 0, -1).Format(time.DateOnly) }
	d := ProgrammeDraft{Hub: p.Hub, Title: p.Title, Summary: p.Summary, ForWhom: p.ForWhom, Text: p.Text, Gives: p.Gives, Access: p.Access,
		Languages: p.Languages, Skills: p.Skills, Causes: p.Causes, Stage: p.Stage, Places: p.Places, Reserved: p.Reserved, ReservedFor: p.ReservedFor, EligibleFor: p.EligibleFor,
		Closes: lastDay(p.Closes), Reviewed: lastDay(p.Reviewed), Answers: lastDay(p.AnswerBy), Starts: p.Starts.In(p.Zone).Format(time.DateOnly),
		Ends: lastDay(p.Ends), Criteria: map[string]string{}, Weights: map[string]int{}, Reviewers: p.Reviewers, Each: p.Each, By: p.By, Floor: p.Floor, Steps: p.Steps}
	for _, q := range p.Questions {
		d.Questions = append(d.Questions, q.Text)
	}
	for _, c := range p.Criteria {
		if c.Text != "" {
			d.Criteria[c.ID], d.Weights[c.ID] = c.Text, c.Weight
		}
	}
	return d
}

// outline checks the draft and writes it into the programme.
func (n *Network) outline(ctx context.Context, v Viewer, p *Programme, d *ProgrammeDraft) error {
	hub, err := n.Hubs.Get(ctx, d.Hub)
	if err != nil {
		return err
	}
	problems := Problems{}
	n.checkProgrammeWords(problems, v, d)
	criteria, questions := d.criteria(problems), d.questions(problems)
	days := d.days(problems, hub.Zone)
	if err := n.checkSelection(ctx, problems, v, p, d); err != nil {
		return err
	}
	if err := Invalid(problems); err != nil {
		return err
	}
	p.Title, p.Summary, p.ForWhom, p.Text, p.Gives, p.Access = d.Title, d.Summary, d.ForWhom, d.Text, d.Gives, d.Access
	p.Skills, p.Causes, p.Stage, p.Languages = d.Skills, d.Causes, d.Stage, d.Languages
	p.Places, p.Reserved, p.ReservedFor, p.Zone, p.Questions, p.Criteria = d.Places, d.Reserved, d.ReservedFor, hub.Zone, questions, criteria
	p.Closes, p.Reviewed, p.AnswerBy, p.Starts, p.Ends = days.closes, days.reviewed, days.answers, days.starts, days.ends
	p.EligibleFor = d.EligibleFor
	p.Reviewers, p.Each, p.By, p.Floor, p.Steps = d.Reviewers, d.Each, d.By, d.Floor, d.Steps
	return nil
}

func (n *Network) checkProgrammeWords(problems Problems, v Viewer, d *ProgrammeDraft) {
	d.Title, d.Summary, d.ForWhom, d.Text = Line(d.Title), Line(d.Summary), Paragraphs(d.ForWhom), Paragraphs(d.Text)
	problems.need("title", d.Title, TitleMax)
	problems.need("summary", d.Summary, SummaryMax)
	problems.need("forWhom", d.ForWhom, AboutMax)
	problems.atMost("text", d.Text, TextMax)
	d.Gives = someOf(problems, "gives", d.Gives, Gifts, len(Gifts))
	d.Access = someOf(problems, "access", d.Access, AccessFacts, len(AccessFacts))
	d.Languages = someOf(problems, "languages", d.Languages, Languages, LanguagesMax)
	d.Skills = n.Skills.check(problems, v, "skills", d.Skills, SkillsMax)
	d.Causes = someOf(problems, "causes", d.Causes, Causes, CausesMax)
	oneOf(problems, "stage", d.Stage, Stages)
	var steps []string
	for _, s := range d.Steps {
		if s = Line(s); s != "" {
			problems.atMost("steps", s, QuestionMax)
			steps = append(steps, s)
		}
	}
	if d.Steps = steps; len(steps) > StepsMax {
		problems["steps"] = Problem{Say: "problem.too-many-chosen", Args: map[string]any{"max": StepsMax}}
	}
}

// checkSelection checks who decides and how.
func (n *Network) checkSelection(ctx context.Context, problems Problems, v Viewer, p *Programme, d *ProgrammeDraft) error {
	if d.By == "" {
		d.By, d.Floor = ByLottery, floorUsual
	}
	if d.Each == 0 {
		d.Each = ReviewersMin
	}
	oneOf(problems, "by", d.By, DecisionWays)
	problems.between("floor", d.Floor, 0, ScoreMax*100)
	problems.between("each", d.Each, ReviewersMin, ReviewersMax)
	problems.between("places", d.Places, 1, CapacityMax)
	problems.between("reserved", d.Reserved, 0, max(0, d.Places))
	d.ReservedFor = n.reservable(problems, d)
	d.checkEligible(problems)
	slices.Sort(d.Reviewers)
	d.Reviewers = slices.Compact(d.Reviewers)
	if len(d.Reviewers) > ReviewersMax {
		problems["reviewers"] = Problem{Say: "problem.too-many-chosen", Args: map[string]any{"max": ReviewersMax}}
		return nil
	}
	found, err := n.Members.Many(ctx, d.Reviewers)
	if err != nil {
		return err
	}
	for i, m := range found {
		if (m == nil || v.Apart(m.ID)) && !slices.Contains(p.Reviewers, d.Reviewers[i]) {
			problems["reviewers"] = Problem{Say: "problem.choose-from-list"}
		}
	}
	return nil
}

func (d *ProgrammeDraft) questions(problems Problems) (questions []Question) {
	for _, text := range d.Questions {
		if text = Line(text); text == "" {
			continue
		}
		problems.atMost("questions", text, QuestionMax)
		questions = append(questions, Question{"q" + strconv.Itoa(len(questions)+1), text})
	}
	if len(questions) > QuestionsMax {
		problems["questions"] = Problem{Say: "problem.too-many-chosen", Args: map[string]any{"max": QuestionsMax}}
	}
	return questions
}

// programmeDays are instants: those of last days are the midnight after them.
type programmeDays struct {
	closes, reviewed, answers, starts, ends Instant
}

func (d *ProgrammeDraft) days(problems Problems, zone string) (days programmeDays) {
	day := func(field, text string) time.Time {
		at, ok := clockTime(text, "00:00", zone)
		if !ok {
			problems[field] = Problem{Say: "problem.not-a-date"}
		}
		return at.In(zone)
	}
	or := func(field, text string, usual time.Time) time.Time {
		if text == "" {
			return usual
		}
		return day(field, text)
	}
	last, starts := day("closes", d.Closes), day("starts", d.Starts)
	if len(problems) > 0 && (problems["closes"].Say != "" || problems["starts"].Say != "") {
		return days
	}
	before := starts.AddDate(0, 0, -1)
	within := func(t time.Time) time.Time { // the usual days, as far as there is room before the start
		return latest(last, earliest(t, before))
	}
	reviewed := or("reviewed", d.Reviewed, within(last.AddDate(0, 0, readingUsual)))
	answers := or("answers", d.Answers, latest(reviewed, within(reviewed.AddDate(0, 0, answersUsual))))
	ends := or("ends", d.Ends, starts.AddDate(0, 0, lastsUsual))
	switch {
	case starts.Before(last):
		problems["starts"] = Problem{Say: "programmes.starts-after-closing"}
	case reviewed.Before(last):
		problems["reviewed"] = Problem{Say: "programmes.days-in-order"}
	case answers.Before(reviewed):
		problems["answers"] = Problem{Say: "programmes.days-in-order"}
	case starts.Before(answers):
		problems["answers"] = Problem{Say: "programmes.days-in-order"}
	case ends.Before(starts):
		problems["ends"] = Problem{Say: "programmes.days-in-order"}
	}
	end := func(t time.Time) Instant { return At(t.AddDate(0, 0, 1)) }
	return programmeDays{end(last), end(reviewed), end(answers), At(starts), end(ends)}
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
