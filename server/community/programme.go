package community

import (
	"context"
	"maps"
	"slices"
	"strconv"
)

// ProgrammeState is the phase in which a programme is.
type ProgrammeState string

const (
	ProgrammeDrafted  ProgrammeState = "draft"    // seen by hosts of its hub only
	ProgrammeOpen     ProgrammeState = "open"     // people apply
	ProgrammeReview   ProgrammeState = "review"   // nobody can apply any more; applications are read and scored
	ProgrammeDecision ProgrammeState = "decision" // the vote is closed and the list frozen; the draw is on its way
	ProgrammeCohort   ProgrammeState = "cohort"   // places are given and taken
	ProgrammeAfter    ProgrammeState = "after"    // it is over
)

// ProgrammeStates in their order.
var ProgrammeStates = []ProgrammeState{ProgrammeDrafted, ProgrammeOpen, ProgrammeReview, ProgrammeDecision, ProgrammeCohort, ProgrammeAfter}

// Gift is something that a programme gives.
type Gift string

// GiftSeat is a seat at the hub, which whoever has a place in the programme is given with it.
const GiftSeat Gift = "seat"

// Gifts in the order in which they are shown.
var Gifts = []Gift{GiftSeat, "bursary", "mentor", "room", "childcare", "travel", "language-help", "equipment"}

// Question of an application form. The id stays when the text is edited, so that answers keep their question.
type Question struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// Criterion is something that answers are scored by, from 0 to ScoreMax. An empty text is the usual one.
type Criterion struct {
	ID     string `json:"id"`
	Text   string `json:"text"`
	Weight int    `json:"weight"` // 1 to WeightMax
}

// DecisionWay says how places follow from scores.
type DecisionWay string

const (
	ByRanking DecisionWay = "ranking" // highest score first; the draw decides between equal ones
	ByLottery DecisionWay = "lottery" // whoever reaches the floor has the same chance
)

// DecisionWays in the order of the form.
var DecisionWays = []DecisionWay{ByLottery, ByRanking}

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
	Reserved            int            `json:"reserved,omitempty"`    // of these
	ReservedFor         []Group        `json:"reservedFor,omitempty"` // declared groups; any of them does
	EligibleFor         []Group        `json:"eligibleFor,omitempty"` // likewise, for every place; empty for everybody
	Closes              Instant        `json:"closes"`                // end of the last day for applying, at the hub
	Reviewed            Instant        `json:"reviewed"`              // end of the last day for reading
	AnswerBy            Instant        `json:"answerBy"`              // end of the day by which everybody has an answer
	Starts              Instant        `json:"starts"`
	Ends                Instant        `json:"ends"` // end of its last day
	Zone                string         `json:"zone"`
	Questions           []Question     `json:"questions"`
	Criteria            []Criterion    `json:"criteria"`
	Reviewers           []MemberID     `json:"reviewers,omitempty"`
	Each                int            `json:"each"`            // reviews that each application needs
	By                  DecisionWay    `json:"by"`              // how places follow from scores
	Floor               int            `json:"floor,omitempty"` // of a lottery, in hundredths of a point
	Steps               []string       `json:"steps,omitempty"` // first steps of the cohort
	Events              []EventID      `json:"events,omitempty"`
	State               ProgrammeState `json:"state"`
	Received            int            `json:"received"` // applications so far; numbers them
	PostedAt            Instant        `json:"postedAt"`
}

// Minutes is how long the form takes: reading aside, two minutes for the first part and four for each question.
func (p *Programme) Minutes() int { return 2 + 4*len(p.Questions) }

// OpenAt tells whether applications can be sent.
func (p *Programme) OpenAt(now Instant) bool { return p.State == ProgrammeOpen && now < p.Closes }

// Frozen tells whether the list of applications stands and nothing of it can be changed any more.
func (p *Programme) Frozen() bool {
	return p.State == ProgrammeDecision || p.State == ProgrammeCohort || p.State == ProgrammeAfter
}

// Programmes is what the domain needs of the store.
type Programmes interface {
	Keeper[ProgrammeID, Programme]
	Whole[Programme]
	ByClosing(ctx context.Context, since Instant, page Page) ([]*Programme, Cursor, error) // soonest first
	InHub(ctx context.Context, hub HubID, page Page) ([]*Programme, Cursor, error)
	InState(ctx context.Context, state ProgrammeState, page Page) ([]*Programme, Cursor, error)
}

// ProgrammesOpen are those that can be applied to, soonest closing first. Anyone may read them.
func (n *Network) ProgrammesOpen(ctx context.Context, page Page) ([]*Programme, Cursor, error) {
	found, next, err := n.Programmes.ByClosing(ctx, n.Now(), page)
	return slices.DeleteFunc(found, func(p *Programme) bool { return !p.OpenAt(n.Now()) }), next, err
}

// Programme is one programme. Anyone may read it once it is open.
func (n *Network) Programme(ctx context.Context, id ProgrammeID) (*Programme, error) {
	p, err := n.Programmes.Get(ctx, id)
	if err == nil && p.State == ProgrammeDrafted {
		return nil, NotFound("programme %s is not open yet", id)
	}
	return p, err
}

// ProgrammeSeen is one programme as the viewer may see it: a draft only as a host of its hub.
func (n *Network) ProgrammeSeen(ctx context.Context, v Viewer, id ProgrammeID) (*Programme, error) {
	p, err := n.Programmes.Get(ctx, id)
	if err == nil && p.State == ProgrammeDrafted && !v.RunsProgramme(p) {
		return nil, NotFound("programme %s is not open yet", id)
	}
	return p, err
}

// ProgrammesOf are all programmes of a hub, newest first, those that are over too; drafts only for its hosts.
func (n *Network) ProgrammesOf(ctx context.Context, v Viewer, hub HubID, page Page) ([]*Programme, Cursor, error) {
	read := func(page Page) ([]*Programme, Cursor, error) { return n.Programmes.InHub(ctx, hub, page) }
	return visible(page, read, func(p *Programme) bool { return p.State == ProgrammeDrafted && !v.RunsProgramme(p) })
}

// RunsProgramme tells whether the viewer may edit the programme and lead it through its phases.
func (v Viewer) RunsProgramme(p *Programme) bool { return v.Known() && v.Hosts(p.Hub) }

// PostProgramme writes a draft of a programme; for hosts of the hub. PublishProgramme opens it.
func (n *Network) PostProgramme(ctx context.Context, v Viewer, d ProgrammeDraft) (*Programme, error) {
	if !v.Hosts(d.Hub) {
		return nil, Forbidden("programmes.only-hosts")
	}
	p := &Programme{Record: Record[ProgrammeID]{ID: NewID[ProgrammeID]()}, Hub: d.Hub, Host: v.ID, State: ProgrammeDrafted, PostedAt: n.Now()}
	if err := n.outline(ctx, v, p, &d); err != nil {
		return nil, err
	}
	return p, n.Programmes.Add(ctx, p)
}

// EditProgramme changes a programme. From its opening on, what people applied under stands: an edit that would change
// it is refused and written into the log that everybody reads. Once somebody has applied, the questions stay as they were
// asked; once the list is frozen, everything does until places are given.
func (n *Network) EditProgramme(ctx context.Context, v Viewer, id ProgrammeID, d ProgrammeDraft) (*Programme, error) {
	refused := LogKind("")
	p, err := n.changeProgramme(ctx, v, id, func(p *Programme) error {
		before, draft := *p, d
		draft.Hub = p.Hub
		if refused = ""; p.State == ProgrammeDecision {
			refused = LogFrozenRefused
			return Conflict("programmes.is-frozen")
		}
		if p.State != ProgrammeDrafted {
			draft.keep(p)
		}
		if err := n.outline(ctx, v, p, &draft); err != nil {
			return err
		}
		if p.Received > 0 {
			p.Questions = before.Questions
		}
		if before.State != ProgrammeDrafted && !p.sameRules(&before) {
			refused = LogRulesRefused
			return Conflict("programmes.rules-stand")
		}
		return nil
	})
	if refused != "" {
		return nil, n.refuseOpenly(ctx, id, refused, err)
	}
	return p, err
}

// keep fills in what a form leaves out once a programme is open.
func (d *ProgrammeDraft) keep(p *Programme) {
	now := ProgrammeDraftOf(p)
	if len(d.Criteria) == 0 && len(d.Weights) == 0 {
		d.Criteria, d.Weights = now.Criteria, now.Weights
	}
	if d.By == "" {
		d.By, d.Floor = now.By, now.Floor
	}
	if d.Each == 0 {
		d.Each = now.Each
	}
	if d.Places == 0 {
		d.Places = now.Places
	}
	if d.Reserved == 0 && len(d.ReservedFor) == 0 {
		d.Reserved, d.ReservedFor = now.Reserved, now.ReservedFor
	}
	if len(d.EligibleFor) == 0 {
		d.EligibleFor = now.EligibleFor
	}
	if len(d.Questions) == 0 {
		d.Questions = now.Questions
	}
	if len(d.Reviewers) == 0 {
		d.Reviewers = now.Reviewers
	}
	d.keepDays(&now)
}

// keepDays fills in the days that a form leaves out; those that follow from a day that moved take the usual again.
func (d *ProgrammeDraft) keepDays(now *ProgrammeDraft) {
	keep := func(given *string, was string) {
		if *given == "" {
			*given = was
		}
	}
	keep(&d.Closes, now.Closes)
	keep(&d.Starts, now.Starts)
	if d.Closes == now.Closes && d.Starts == now.Starts {
		keep(&d.Reviewed, now.Reviewed)
		keep(&d.Answers, now.Answers)
		keep(&d.Ends, now.Ends)
	}
}

// sameRules tells whether what people apply under is as it was. Reviewers may be added, not taken out; days may move later.
func (p *Programme) sameRules(before *Programme) bool {
	missing := func(m MemberID) bool { return !slices.Contains(p.Reviewers, m) }
	return slices.Equal(p.Criteria, before.Criteria) && p.Each == before.Each && p.By == before.By && p.Floor == before.Floor &&
		p.Places == before.Places && p.Reserved == before.Reserved && slices.Equal(p.ReservedFor, before.ReservedFor) &&
		slices.Equal(p.EligibleFor, before.EligibleFor) &&
		!slices.ContainsFunc(before.Reviewers, missing) && p.Closes >= before.Closes
}

// CloseProgramme ends the applying before its last day, or opens it again while nothing was scored.
func (n *Network) CloseProgramme(ctx context.Context, v Viewer, id ProgrammeID, closed bool) (*Programme, error) {
	if !closed {
		return n.reopen(ctx, v, id)
	}
	p, err := n.changeProgramme(ctx, v, id, func(p *Programme) error {
		if p.State != ProgrammeOpen {
			return ErrUnchanged
		}
		p.State = ProgrammeReview
		return nil
	})
	if err != nil {
		return nil, err
	}
	return p, n.logTo(ctx, id, LogClosedEarly)
}

func (n *Network) reopen(ctx context.Context, v Viewer, id ProgrammeID) (*Programme, error) {
	scored, _, err := n.Reviews.In(ctx, id, Page{Limit: 1})
	if err != nil {
		return nil, err
	}
	p, err := n.changeProgramme(ctx, v, id, func(p *Programme) error {
		switch {
		case p.State == ProgrammeOpen:
			return ErrUnchanged
		case p.State != ProgrammeReview || len(scored) > 0 || n.Now() >= p.Closes:
			return Conflict("programmes.reading-has-begun")
		}
		p.State = ProgrammeOpen
		return nil
	})
	if err != nil {
		return nil, err
	}
	return p, n.logTo(ctx, id, LogOpened)
}

func (n *Network) changeProgramme(ctx context.Context, v Viewer, id ProgrammeID, change func(*Programme) error) (*Programme, error) {
	return n.Programmes.Change(ctx, id, func(p *Programme) error {
		if !v.RunsProgramme(p) {
			return Forbidden("programmes.only-hosts")
		}
		return change(p)
	})
}

// PublishProgramme opens a draft. At least two people decide, because one alone can't disagree with anybody.
func (n *Network) PublishProgramme(ctx context.Context, v Viewer, id ProgrammeID) (*Programme, error) {
	p, err := n.changeProgramme(ctx, v, id, func(p *Programme) error {
		switch {
		case p.State != ProgrammeDrafted:
			return ErrUnchanged
		case len(p.Reviewers) < max(ReviewersMin, p.Each):
			return Conflict("programmes.needs-reviewers")
		case n.Now() >= p.Closes:
			return Conflict("programmes.closes-in-the-past")
		}
		p.State, p.PostedAt = ProgrammeOpen, n.Now()
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := n.beginSelection(ctx, id); err != nil {
		return nil, err
	}
	return p, n.logTo(ctx, id, LogOpened)
}

// criteria are those of a draft, in the order of their keys.
func (d *ProgrammeDraft) criteria(problems Problems) (criteria []Criterion) {
	for _, id := range slices.Sorted(maps.Keys(d.Criteria)) {
		text, weight := Line(d.Criteria[id]), d.Weights[id]
		if weight == 0 {
			weight = 1
		}
		if text == "" {
			continue
		}
		problems.atMost("criteria."+id, text, QuestionMax)
		problems.between("weights."+id, weight, 1, WeightMax)
		criteria = append(criteria, Criterion{"c" + strconv.Itoa(len(criteria)+1), text, weight})
	}
	switch {
	case len(criteria) == 0:
		criteria = []Criterion{{ID: "c1", Weight: 1}}
	case len(criteria) > CriteriaMax:
		problems["criteria"] = Problem{Say: "problem.too-many-chosen", Args: map[string]any{"max": CriteriaMax}}
	}
	return criteria
}
