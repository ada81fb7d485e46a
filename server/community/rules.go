package community

import (
	"context"
	"time"
)

// Rules are what a hub agrees on beside the share for turns. The program obeys those of the version in force.
type Rules struct {
	PoolShare     int    `json:"poolShare"`     // percent of the hub's seats that the solidarity pool may pay for
	TermMonths    int    `json:"termMonths"`    // months for which a seat is given and renewed, whoever pays
	PoolPerPerson int    `json:"poolPerPerson"` // months that the pool pays for one person within two years
	JoinDays      int    `json:"joinDays"`      // days on which the hub is open, in which hosts answer who asks to join
	ReportDays    int    `json:"reportDays"`    // days in which hosts act on a report
	Quorum        int    `json:"quorum"`        // percent of those who may vote, without whom a vote decides nothing
	NoticeDays    int    `json:"noticeDays"`    // days in which people can object to what hosts of a business put forward
	Conduct       string `json:"conduct,omitempty"`
}

// UsualRules hold until a hub agrees on others. A third of the seats is what a collective that did this before voted;
// three months are a term that costs a space little.
func UsualRules() Rules {
	return Rules{PoolShare: 33, TermMonths: 3, PoolPerPerson: 12, JoinDays: answerJoinDays, ReportDays: int(ReportAnswerWithin / day),
		Quorum: 20, NoticeDays: 14}
}

// Bounds of the rules; each keeps a version from undoing what it is for.
const (
	TermMonthsMax    = 12 // a longer term is no short one
	PoolPerPersonMax = 24 // months in two years
	AnswerDaysMax    = 30 // nobody is left waiting for longer
	QuorumMin        = 5  // percent: below it a handful decides for everybody
	NoticeDaysMin    = 7  // days: who works on Mondays hears of it
	NoticeDaysMax    = 60 // days
)

// Holds are the rules of this version; one from before there were any has the usual ones.
func (a *Agreement) Holds() Rules {
	if a.Rules == nil {
		return UsualRules()
	}
	return *a.Rules
}

func (r *Rules) check(p Problems) {
	r.Conduct = Paragraphs(r.Conduct)
	p.between("poolShare", r.PoolShare, 0, 100)
	p.between("termMonths", r.TermMonths, 1, TermMonthsMax)
	p.between("poolPerPerson", r.PoolPerPerson, 1, PoolPerPersonMax)
	p.between("joinDays", r.JoinDays, 1, AnswerDaysMax)
	p.between("reportDays", r.ReportDays, 1, AnswerDaysMax)
	p.between("quorum", r.Quorum, QuorumMin, 100)
	p.between("noticeDays", r.NoticeDays, NoticeDaysMin, NoticeDaysMax)
	p.atMost("conduct", r.Conduct, TextMax)
}

// rules are those in force at a hub, or in the network.
func (n *Network) rules(ctx context.Context, hub HubID) (Rules, error) {
	a, err := n.inForce(ctx, hub)
	if err != nil {
		return Rules{}, err
	}
	return a.Holds(), nil
}

// RulesAt are those in force at a hub. They are open to everyone, as what a seat costs depends on them.
func (n *Network) RulesAt(ctx context.Context, hub HubID) (Rules, error) { return n.rules(ctx, hub) }

// reportWithin is how long a report may lie on the desk of a hub before its hosts are reminded: what the hub agreed on, and
// no longer than the network did. Who reports reads the network's time; the hub's would tell of a hub that is hidden.
func (n *Network) reportWithin(ctx context.Context, hub HubID) (time.Duration, error) {
	everywhere, err := n.rules(ctx, "")
	if err != nil {
		return 0, err
	}
	here, err := n.rules(ctx, hub)
	return time.Duration(min(here.ReportDays, everywhere.ReportDays)) * day, err
}
