package community

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"longtable/matching"
)

// AgreementID names one version of what a network or a hub agreed on.
type AgreementID string

// Agreement is one version of what people agreed on: how much of the quality of each list may be spent on turns, and the
// rules beside it. A hub may agree on others than the network. Versions are kept for ever, so that each list can be held
// against the one it names.
type Agreement struct {
	Record[AgreementID] `bson:",inline"`
	Scope               string     `json:"scope"`              // the id of a hub, or NetworkScope
	Version             int        `json:"version"`            // 1 and up; 0 is what holds before anybody agreed
	Concession          int        `json:"concession"`         // thousandths of a list's quality
	Rules               *Rules     `json:"rules,omitempty"`    // nil in versions from before there were any: the usual ones
	Proposal            ProposalID `json:"proposal,omitempty"` // which decided it; empty when it was written down
	ReviewAt            Instant    `json:"reviewAt,omitempty"` // hosts are reminded then
	Reason              string     `json:"reason"`
	By                  MemberID   `json:"by,omitempty"` // empty once they left
	At                  Instant    `json:"at"`
}

// NetworkScope stands for the whole network where an agreement names a hub.
const NetworkScope = "network"

// Agreements is what the domain needs of the store.
type Agreements interface {
	Keeper[AgreementID, Agreement]
	Of(ctx context.Context, scope string, page Page) ([]*Agreement, Cursor, error) // newest version first
	By(ctx context.Context, member MemberID, page Page) ([]*Agreement, Cursor, error)
	ReviewedBetween(ctx context.Context, from, to Instant, page Page) ([]*Agreement, Cursor, error) // whose day of review lies there
}

func agreementID(scope string, version int) AgreementID {
	return AgreementID(fmt.Sprintf("%s~%d", scope, version))
}

// usual is what holds until somebody agrees on something.
func usual() *Agreement {
	return &Agreement{Scope: NetworkScope, Concession: int(matching.Usual().Concession)}
}

// InForce is what holds for lists of people of a hub: what the hub agreed on, else what the network did. The id is empty
// while nobody agreed on anything.
func (n *Network) InForce(ctx context.Context, v Viewer, hub HubID) (*Agreement, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	return n.inForce(ctx, hub)
}

func (n *Network) inForce(ctx context.Context, hub HubID) (*Agreement, error) {
	for _, scope := range []string{string(hub), NetworkScope} {
		if scope == "" {
			continue
		}
		found, _, err := n.Agreements.Of(ctx, scope, Page{Limit: 1})
		if err != nil || len(found) > 0 {
			return append(found, nil)[0], err
		}
	}
	return usual(), nil
}

// AgreementsOf are the versions of a hub, or of the network, newest first; everybody in the network may read them.
func (n *Network) AgreementsOf(ctx context.Context, v Viewer, scope string, page Page) ([]*Agreement, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	if err := n.hasScope(ctx, scope); err != nil {
		return nil, "", err
	}
	return n.Agreements.Of(ctx, scope, page)
}

func (n *Network) hasScope(ctx context.Context, scope string) error {
	if scope == NetworkScope {
		return nil
	}
	_, err := n.Hubs.Get(ctx, HubID(scope))
	return err
}

// MayAgree tells whether the viewer writes down what was agreed on: stewards for the network. A hub decides on proposals.
func (v Viewer) MayAgree(scope string) bool { return v.Steward && scope == NetworkScope }

// AgreementDraft is a new version as people type it.
type AgreementDraft struct {
	Percent string `json:"percent"` // of a list's quality that may be spent on turns: a whole number, as it was typed
	Reason  string `json:"reason"`
	After   int    `json:"after"` // the version that it takes the place of; 0 when it is the first
}

// Agree puts a new version into force. Of two who replace the same version at once, one is told that it changed.
func (n *Network) Agree(ctx context.Context, v Viewer, scope string, d AgreementDraft) (*Agreement, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	if err := n.hasScope(ctx, scope); err != nil {
		return nil, err
	}
	if !v.MayAgree(scope) {
		return nil, Forbidden("agreements.not-yours")
	}
	concession, problems := d.check()
	if err := Invalid(problems); err != nil {
		return nil, err
	}
	last, _, err := n.Agreements.Of(ctx, scope, Page{Limit: 1})
	if err != nil {
		return nil, err
	}
	if version := append(last, &Agreement{})[0].Version; version != d.After {
		return nil, Conflict("agreements.changed-meanwhile")
	}
	a := &Agreement{Record: Record[AgreementID]{ID: agreementID(scope, d.After+1)}, Scope: scope, Version: d.After + 1, Concession: concession,
		Rules: append(last, usual())[0].Rules, Reason: d.Reason, By: v.ID, At: n.Now()}
	err = n.Agreements.Add(ctx, a)
	if KindOf(err) == KindConflict {
		return nil, Conflict("agreements.changed-meanwhile")
	}
	return a, err
}

// check cleans the draft and finds what is wrong with it.
func (d *AgreementDraft) check() (concession int, p Problems) {
	p = Problems{}
	d.Reason = Paragraphs(d.Reason)
	p.need("reason", d.Reason, WordsMax)
	return concessionOf(d.Percent, p), p
}

// concessionOf reads the share for turns.
func concessionOf(typed string, p Problems) int {
	percent, ok := wholePercent(typed)
	if most := int(matching.MaxConcession) / perPercent; !ok || percent > most {
		p["percent"] = Problem{Say: "agreements.problem-percent", Args: map[string]any{"max": most}}
	}
	return percent * perPercent
}

// perPercent is how many thousandths a percent is.
const perPercent = 10

// Percent is the share that may be spent on turns.
func (a *Agreement) Percent() int { return a.Concession / perPercent }

// wholePercent reads a percentage as people write it: a few digits of Latin or Arabic script, a sign of percent behind or
// not. Fractions, exponents, infinity and minus are no such thing.
func wholePercent(text string) (percent int, ok bool) {
	text = strings.TrimSpace(strings.TrimSuffix(strings.Map(plainDigit, Line(text)), "%"))
	if len(text) > 3 || strings.ContainsFunc(text, func(r rune) bool { return r < '0' || r > '9' }) {
		return 0, false
	}
	percent, err := strconv.Atoi(text)
	return percent, err == nil
}

func plainDigit(r rune) rune {
	switch {
	case r >= '٠' && r <= '٩':
		return '0' + r - '٠'
	case r >= '۰' && r <= '۹': // as in Persian and Urdu
		return '0' + r - '۰'
	case r == '٪':
		return '%'
	}
	return r
}

// eraseFromAgreements leaves what was agreed on, which is everybody's, without the name.
func (n *Network) eraseFromAgreements(ctx context.Context, id MemberID) error {
	return drain(func(p Page) ([]*Agreement, Cursor, error) { return n.Agreements.By(ctx, id, p) },
		func(a *Agreement) error {
			_, err := n.Agreements.Change(ctx, a.ID, func(a *Agreement) error { a.By = ""; return nil })
			return err
		})
}
