package community

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ReportID names a report.
type ReportID string

// ReportAbout says what was reported.
type ReportAbout string

const (
	ReportPerson  ReportAbout = "person"
	ReportMessage ReportAbout = "message"
	ReportPosting ReportAbout = "posting"
)

// ReportAbouts lists all of them.
var ReportAbouts = []ReportAbout{ReportPerson, ReportMessage, ReportPosting}

// ReportRule is the rule of conduct that a report is about.
type ReportRule string

// ReportRules in the order of the form. The last one is that of a report that names none.
var ReportRules = []ReportRule{"respect", "safety", "privacy", "honesty", "advertising", "other"}

// Report reaches the hosts of the hub of the person it is about, and never that person. What was said is copied, so
// that deleting it later does not hide it.
type Report struct {
	Record[ReportID] `bson:",inline"`
	By               MemberID    `json:"by,omitempty"` // empty when they left
	About            ReportAbout `json:"about"`
	Subject          string      `json:"subject,omitempty"` // id of the thing; for a message conversation.seq
	Person           MemberID    `json:"person,omitempty"`  // whose doing it is; empty when they left
	Hub              HubID       `json:"hub,omitempty"`
	Desk             string      `json:"desk,omitempty"` // hub whose hosts have it open, or "network"; empty when handled
	Evidence         string      `json:"evidence,omitempty"`
	Words            string      `json:"words,omitempty"`
	Rule             ReportRule  `json:"rule,omitempty"` // of conduct, which was broken
	At               Instant     `json:"at"`
	AnswerBy         Instant     `json:"answerBy"`
	HandledBy        MemberID    `json:"handledBy,omitempty"`
	Outcome          string      `json:"outcome,omitempty"`
}

// Reports is what the domain needs of the store.
type Reports interface {
	Keeper[ReportID, Report]
	OnDesk(ctx context.Context, desk string, page Page) ([]*Report, Cursor, error)    // oldest first
	By(ctx context.Context, member MemberID, page Page) ([]*Report, Cursor, error)    // made by, oldest first
	About(ctx context.Context, member MemberID, page Page) ([]*Report, Cursor, error) // oldest first
	HandledBy(ctx context.Context, member MemberID, page Page) ([]*Report, Cursor, error)
}

// NetworkDesk is where reports go that no hub can handle: about people without a hub and about hosts.
const NetworkDesk = "network"

// ReportDraft is what a person reports.
type ReportDraft struct {
	About   ReportAbout `json:"about"`
	Subject string      `json:"subject"`
	Words   string      `json:"words"`
	Rule    ReportRule  `json:"rule"` // the rule of conduct that was broken; other where it is missing
}

// Report brings something before the hosts of the hub of the person it is about. When that person is a host
// themselves, it goes to the stewards, so that nobody handles what is said of them.
func (n *Network) Report(ctx context.Context, v Viewer, d ReportDraft) (*Report, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	p := Problems{}
	d.Words = Paragraphs(d.Words)
	p.need("words", d.Words, WordsMax)
	oneOf(p, "about", d.About, ReportAbouts)
	d.Rule = cmp.Or(d.Rule, "other")
	oneOf(p, "rule", d.Rule, ReportRules)
	if err := Invalid(p); err != nil {
		return nil, err
	}
	person, evidence, err := n.reported(ctx, v, d)
	if err != nil {
		return nil, err
	}
	if person == v.ID {
		return nil, Forbidden("safety.not-yourself")
	}
	m, err := n.Members.Get(ctx, person)
	if err != nil {
		return nil, err
	}
	desk, err := n.deskFor(ctx, m)
	if err != nil {
		return nil, err
	}
	within, err := n.reportWithin(ctx, m.Hub)
	if err != nil {
		return nil, err
	}
	r := &Report{Record: Record[ReportID]{ID: NewID[ReportID]()}, By: v.ID, About: d.About, Subject: d.Subject, Person: person, Hub: m.Hub,
		Desk: desk, Evidence: evidence, Words: d.Words, Rule: d.Rule, At: n.Now(), AnswerBy: n.Now().Plus(within)}
	return r, n.Reports.Add(ctx, r)
}

// Reportable is what a report would bring before hosts: it lets a person look before they write.
type Reportable struct {
	Person   MemberID
	Name     string // empty when the viewer does not see that person (any more)
	Evidence string // what was said; empty for a person
}

// Reportable finds what the draft is about, by the same rules as Report and without filing anything.
func (n *Network) Reportable(ctx context.Context, v Viewer, about ReportAbout, subject string) (Reportable, error) {
	if !v.Known() {
		return Reportable{}, Unauthenticated()
	}
	if !slices.Contains(ReportAbouts, about) {
		return Reportable{}, NotFound("nothing is reported about %.20q", about)
	}
	person, evidence, err := n.reported(ctx, v, ReportDraft{About: about, Subject: subject})
	if err != nil {
		return Reportable{}, err
	}
	if person == v.ID {
		return Reportable{}, Forbidden("safety.not-yourself")
	}
	r := Reportable{Person: person, Evidence: evidence}
	seen, err := n.People(ctx, v, []MemberID{person})
	if len(seen) > 0 {
		r.Name = seen[0].Name
	}
	return r, err
}

// deskFor is where reports about a member are handled. A hub without hosts has nobody to read them.
func (n *Network) deskFor(ctx context.Context, m *Member) (string, error) {
	if m.Hub == "" || len(m.HostOf) > 0 || m.Steward {
		return NetworkDesk, nil
	}
	hub, err := n.Hubs.Get(ctx, m.Hub)
	switch {
	case KindOf(err) == KindNotFound:
		return NetworkDesk, nil
	case err != nil:
		return "", err
	case len(hub.Hosts) == 0:
		return NetworkDesk, nil
	}
	return string(m.Hub), nil
}

// reported finds whose doing the reported thing is, and what it said.
func (n *Network) reported(ctx context.Context, v Viewer, d ReportDraft) (MemberID, string, error) {
	switch d.About {
	case ReportMessage:
		m, err := n.reportedMessage(ctx, v, d.Subject)
		if err != nil {
			return "", "", err
		}
		return m.Sender, m.evidence(), nil
	case ReportPosting:
		p, err := n.Posting(ctx, v, PostingID(d.Subject))
		if err != nil {
			return "", "", err
		}
		return p.Author, p.Title + "\n" + p.Text, nil
	default:
		_, err := n.Members.Get(ctx, MemberID(d.Subject))
		return MemberID(d.Subject), "", err
	}
}

func (n *Network) reportedMessage(ctx context.Context, v Viewer, subject string) (*Message, error) {
	id, seq, ok := cutSeq(subject)
	if !ok {
		return nil, NotFound("%.60q names no message", subject)
	}
	return n.Message(ctx, v, id, seq)
}

func cutSeq(subject string) (ConversationID, int64, bool) {
	id, number, ok := strings.Cut(subject, ".")
	seq, err := strconv.ParseInt(number, 10, 64)
	return ConversationID(id), seq, ok && err == nil && seq > 0
}

// ReportsOn are the open reports that the viewer handles: of one hub for its hosts, of the network and, in place of
// hosts who are missing, of any hub for stewards.
func (n *Network) ReportsOn(ctx context.Context, v Viewer, desk string, page Page) ([]*Report, Cursor, error) {
	if !v.handles(desk) {
		return nil, "", NotFound("desk %.40q is not for %s", desk, v.ID)
	}
	read := func(page Page) ([]*Report, Cursor, error) { return n.Reports.OnDesk(ctx, desk, page) }
	return visible(page, read, func(r *Report) bool { return r.Person == v.ID })
}

// handles tells whether the desk is the viewer's. Stewards stand in at every desk, so that none is orphaned when the
// last host of a hub goes.
func (v Viewer) handles(desk string) bool {
	return desk != "" && (v.Steward || v.Hosts(HubID(desk)))
}

// HandleReport notes what was done about a report and takes it from the desk.
func (n *Network) HandleReport(ctx context.Context, v Viewer, id ReportID, outcome string) (*Report, error) {
	outcome = Paragraphs(outcome)
	p := Problems{}
	p.need("outcome", outcome, WordsMax)
	if err := Invalid(p); err != nil {
		return nil, err
	}
	return n.Reports.Change(ctx, id, func(r *Report) error {
		if r.Person == v.ID || !v.handles(r.Desk) {
			return NotFound("report %s is not on a desk of %s", id, v.ID)
		}
		r.Desk, r.HandledBy, r.Outcome = "", v.ID, outcome
		return nil
	})
}

// ReportAnswerWithin is how long a report may lie on a desk before its hosts are reminded, until the hub agrees on another
// time.
const ReportAnswerWithin = 2 * 24 * time.Hour
