package community

import (
	"context"
	"strconv"
)

// ProgrammeState of a programme.
type ProgrammeState string

const (
	ProgrammeOpen   ProgrammeState = "open"
	ProgrammeClosed ProgrammeState = "closed" // by its host; nobody can apply any more
)

// Gift is something that a programme gives.
type Gift string

// Gifts in the order in which they are shown.
var Gifts = []Gift{"seat", "bursary", "mentor", "room", "childcare", "travel", "language-help", "equipment"}

// Question of an application form. The id stays when the text is edited, so that answers keep their question.
type Question struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// Programme is an open door: for whom it is, what it gives, and a form that anyone can send without an account.
type Programme struct {
	Record[ProgrammeID] `bson:",inline"`
	Hub                 HubID          `json:"hub"`
	Host                MemberID       `json:"host"`
	Title               string         `json:"title"`
	Summary             string         `json:"summary"`
	ForWhom             string         `json:"forWhom"`
	Text                string         `json:"text,omitempty"`
	Gives               []Gift         `json:"gives,omitempty"`
	Access              []AccessFact   `json:"access,omitempty"`
	Languages           []string       `json:"languages,omitempty"`
	Skills              []SkillID      `json:"skills,omitempty"` // what it helps with
	Causes              []Cause        `json:"causes,omitempty"` // what it is for; of no cause when empty
	Stage               Stage          `json:"stage,omitempty"`  // for whom it is made; 0 for any
	Places              int            `json:"places"`
	Closes              Instant        `json:"closes"` // end of the last day for applying, at the hub
	Starts              Instant        `json:"starts"`
	Zone                string         `json:"zone"`
	Questions           []Question     `json:"questions"`
	State               ProgrammeState `json:"state"`
	Received            int            `json:"received"` // applications so far; numbers them
	PostedAt            Instant        `json:"postedAt"`
}

// Minutes is how long the form takes: reading aside, two minutes for the first part and four for each question.
func (p *Programme) Minutes() int { return 2 + 4*len(p.Questions) }

// OpenAt tells whether applications can be sent.
func (p *Programme) OpenAt(now Instant) bool { return p.State == ProgrammeOpen && now < p.Closes }

// Programmes is what the domain needs of the store.
type Programmes interface {
	Keeper[ProgrammeID, Programme]
	Whole[Programme]
	ByClosing(ctx context.Context, since Instant, page Page) ([]*Programme, Cursor, error) // soonest first
	InHub(ctx context.Context, hub HubID, page Page) ([]*Programme, Cursor, error)
}

// ProgrammesOpen are those that can be applied to, soonest closing first. Anyone may read them.
func (n *Network) ProgrammesOpen(ctx context.Context, page Page) ([]*Programme, Cursor, error) {
	found, next, err := n.Programmes.ByClosing(ctx, n.Now(), page)
	return without(found, func(p *Programme) bool { return !p.OpenAt(n.Now()) }), next, err
}

// Programme is one programme. Anyone may read it.
func (n *Network) Programme(ctx context.Context, id ProgrammeID) (*Programme, error) {
	return n.Programmes.Get(ctx, id)
}

// ProgrammesOf are all programmes of a hub, newest first, closed ones too. Anyone may read them.
func (n *Network) ProgrammesOf(ctx context.Context, hub HubID, page Page) ([]*Programme, Cursor, error) {
	return n.Programmes.InHub(ctx, hub, page)
}

// ProgrammeDraft is what a host writes about a programme. Dates are days at the hub.
type ProgrammeDraft struct {
	Hub       HubID        `json:"hub"`
	Title     string       `json:"title"`
	Summary   string       `json:"summary"`
	ForWhom   string       `json:"forWhom"`
	Text      string       `json:"text"`
	Gives     []Gift       `json:"gives"`
	Access    []AccessFact `json:"access"`
	Languages []string     `json:"languages"`
	Skills    []SkillID    `json:"skills"`
	Causes    []Cause      `json:"causes"`
	Stage     Stage        `json:"stage"`
	Places    int          `json:"places"`
	Closes    string       `json:"closes"` // 2006-01-02, the last day for applying
	Starts    string       `json:"starts"` // 2006-01-02
	Questions []string     `json:"questions"`
}

// ProgrammeDraftOf is the form of a programme as it is now.
func ProgrammeDraftOf(p *Programme) ProgrammeDraft {
	d := ProgrammeDraft{Hub: p.Hub, Title: p.Title, Summary: p.Summary, ForWhom: p.ForWhom, Text: p.Text, Gives: p.Gives, Access: p.Access,
		Languages: p.Languages, Skills: p.Skills, Causes: p.Causes, Stage: p.Stage, Places: p.Places, Closes: p.Closes.In(p.Zone).AddDate(0, 0, -1).Format("2006-01-02"),
		Starts: p.Starts.In(p.Zone).Format("2006-01-02")}
	for _, q := range p.Questions {
		d.Questions = append(d.Questions, q.Text)
	}
	return d
}

// RunsProgramme tells whether the viewer may edit the programme and decide on its applications.
func (v Viewer) RunsProgramme(p *Programme) bool { return v.Known() && v.Hosts(p.Hub) }

// PostProgramme opens a programme; for hosts of the hub.
func (n *Network) PostProgramme(ctx context.Context, v Viewer, d ProgrammeDraft) (*Programme, error) {
	if !v.Hosts(d.Hub) {
		return nil, Forbidden("programmes.only-hosts")
	}
	p := &Programme{Record: Record[ProgrammeID]{ID: NewID[ProgrammeID]()}, Hub: d.Hub, Host: v.ID, State: ProgrammeOpen, PostedAt: n.Now()}
	if err := n.outline(ctx, v, p, &d); err != nil {
		return nil, err
	}
	return p, n.Programmes.Add(ctx, p)
}

// EditProgramme changes a programme. Once somebody has applied, the questions stay as they were asked.
func (n *Network) EditProgramme(ctx context.Context, v Viewer, id ProgrammeID, d ProgrammeDraft) (*Programme, error) {
	return n.changeProgramme(ctx, v, id, func(p *Programme) error {
		d.Hub = p.Hub
		questions := p.Questions
		if err := n.outline(ctx, v, p, &d); err != nil {
			return err
		}
		if p.Received > 0 {
			p.Questions = questions
		}
		return nil
	})
}

// CloseProgramme ends the applying, or opens it again.
func (n *Network) CloseProgramme(ctx context.Context, v Viewer, id ProgrammeID, closed bool) (*Programme, error) {
	return n.changeProgramme(ctx, v, id, func(p *Programme) error {
		p.State = ProgrammeOpen
		if closed {
			p.State = ProgrammeClosed
		}
		return nil
	})
}

func (n *Network) changeProgramme(ctx context.Context, v Viewer, id ProgrammeID, change func(*Programme) error) (*Programme, error) {
	return n.Programmes.Change(ctx, id, func(p *Programme) error {
		if !v.RunsProgramme(p) {
			return Forbidden("programmes.only-hosts")
		}
		return change(p)
	})
}

// outline checks the draft and writes it into the programme.
func (n *Network) outline(ctx context.Context, v Viewer, p *Programme, d *ProgrammeDraft) error {
	hub, err := n.Hubs.Get(ctx, d.Hub)
	if err != nil {
		return err
	}
	problems := Problems{}
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
	problems.between("places", d.Places, 1, CapacityMax)
	questions := d.questions(problems)
	closes, starts := d.days(problems, hub.Zone)
	if err := Invalid(problems); err != nil {
		return err
	}
	p.Title, p.Summary, p.ForWhom, p.Text, p.Gives, p.Access = d.Title, d.Summary, d.ForWhom, d.Text, d.Gives, d.Access
	p.Skills, p.Causes, p.Stage = d.Skills, d.Causes, d.Stage
	p.Languages, p.Places, p.Closes, p.Starts, p.Zone, p.Questions = d.Languages, d.Places, closes, starts, hub.Zone, questions
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

func (d *ProgrammeDraft) days(problems Problems, zone string) (closes, starts Instant) {
	last, ok := clockTime(d.Closes, "00:00", zone)
	if !ok {
		problems["closes"] = Problem{Say: "problem.not-a-date"}
	}
	closes = At(last.In(zone).AddDate(0, 0, 1))
	starts, ok = clockTime(d.Starts, "00:00", zone)
	switch {
	case !ok:
		problems["starts"] = Problem{Say: "problem.not-a-date"}
	case starts < last:
		problems["starts"] = Problem{Say: "programmes.starts-after-closing"}
	}
	return closes, starts
}
