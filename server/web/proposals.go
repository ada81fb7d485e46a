package web

import (
	"strings"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/proposals"
	"longtable/server/community"
)

// proposalData is a proposal as everybody in the network reads it.
type proposalData struct {
	ID         community.ProposalID    `json:"id"`
	Hub        community.HubID         `json:"hub"`
	Title      string                  `json:"title"`
	Reason     string                  `json:"reason"`
	Concession int                     `json:"concession"` // percent
	Rules      community.Rules         `json:"rules"`
	After      int                     `json:"after"`
	Way        community.Way           `json:"way"`
	Quorum     int                     `json:"quorum"` // percent
	OpenedAt   time.Time               `json:"openedAt"`
	ClosesAt   time.Time               `json:"closesAt"`
	ReviewAt   time.Time               `json:"reviewAt"`
	State      community.ProposalState `json:"state"`
	Version    int                     `json:"version"` // that it became; 0 for none
}

// proposalPageData adds what the viewer may know of the vote.
type proposalPageData struct {
	proposalData
	By      personData       `json:"by"`
	MayVote bool             `json:"mayVote"`
	Voters  int              `json:"voters"`
	Turnout int              `json:"turnout"`
	Tally   *community.Tally `json:"tally"` // null until one voted or it is decided
	Own     *ownVoteData     `json:"own"`
	Remarks List[remarkData] `json:"remarks"`
}

type ownVoteData struct {
	Choice  community.Choice `json:"choice"`
	Words   string           `json:"words"`
	Receipt string           `json:"receipt"`
	At      time.Time        `json:"at"`
}

type remarkData struct {
	By    personData `json:"by"`
	Words string     `json:"words"`
	At    time.Time  `json:"at"`
}

const remarksOnPage = 50 // of a talk that lasts days

func proposalDataOf(p *community.Proposal) proposalData {
	return proposalData{p.ID, p.Hub, p.Title, p.Reason, p.Concession / 10, p.Rules, p.After, p.Way, p.Quorum, p.OpenedAt.Time(), p.ClosesAt.Time(), p.ReviewAt.Time(),
		p.State, p.Version}
}

func ownVoteDataOf(v *community.Vote) *ownVoteData {
	if v == nil {
		return nil
	}
	return &ownVoteData{v.Choice, v.Words, v.Receipt, v.At.Time()}
}

var proposalTones = map[community.ProposalState]components.Tone{community.ProposalOpen: components.Waiting, community.ProposalPassed: components.Good}

func (q *Request) proposalCard(p *community.Proposal, zone string) components.Card {
	return components.Card{ID: string(p.ID), Address: "/proposals/" + string(p.ID), Title: p.Title, Text: opening(p.Reason), Level: 3,
		Status: q.Say("words.proposal-" + string(p.State)), Tone: proposalTones[p.State],
		Meta: []string{q.Say("words.way-" + string(p.Way)), q.Say("proposals.until", "date", i18n.Date(i18n.With(q.Context(), q.Lang), (p.ClosesAt-1).In(zone)))}}
}

func showProposals(q *Request) (Answer, error) {
	h, err := q.hub()
	if err != nil {
		return Answer{}, err
	}
	found, next, err := q.Network.ProposalsOf(q.Context(), q.Viewer, h.ID, q.Page(agreementsOnPage))
	if err != nil {
		return Answer{}, err
	}
	view, data := proposals.ListView{HubID: string(h.ID), Hub: h.Name, More: q.Next(next), MayPropose: q.Viewer.MayPropose(h)}, []proposalData{}
	for _, p := range found {
		data = append(data, proposalDataOf(p))
		card := q.proposalCard(p, h.Zone)
		card.Level = 2
		view.Cards = append(view.Cards, card)
	}
	return Answer{Data: ListOf(data, next), View: View{Title: q.Say("proposals.title", "hub", h.Name), Section: "hubs", Content: proposals.List(view)}}, nil
}

func newProposal(q *Request) (Answer, error) {
	h, err := q.hub()
	if err != nil {
		return Answer{}, err
	}
	if !q.Viewer.MayPropose(h) {
		return Answer{}, community.Forbidden("proposals.not-yours-to-make")
	}
	now, err := q.Network.InForce(q.Context(), q.Viewer, h.ID)
	if err != nil {
		return Answer{}, err
	}
	draft := community.ProposalDraftOf(now, h, q.Network.Now())
	form := q.Form(draft)
	if q.Problem != nil { // who was overtaken reads what holds now, and may still follow it
		form.Values["after"] = []string{number(draft.After)}
	}
	view := proposals.FormView{HubID: string(h.ID), Hub: h.Name, Form: form, Notice: h.Form == community.Business, NoticeDays: now.Holds().NoticeDays,
		Quorum: now.Holds().Quorum, TitleMax: community.TitleMax, TextMax: community.TextMax}
	for _, way := range community.WaysOf(h.Form) {
		view.Ways = append(view.Ways, components.Option{Value: string(way), Label: q.Say("words.way-" + string(way)), Hint: q.Say("proposals.way-" + string(way) + "-hint")})
	}
	return Answer{View: View{Title: q.Say("proposals.new"), Section: "hubs", Content: proposals.Form(view), Modules: []string{"form"}}}, nil
}

func propose(q *Request) (Answer, error) {
	h, err := q.hub()
	if err != nil {
		return Answer{}, err
	}
	draft, err := Decode[community.ProposalDraft](q)
	if err != nil {
		return Answer{}, err
	}
	p, err := q.Network.Propose(q.Context(), q.Viewer, h.ID, draft)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: proposalDataOf(p), Location: "/proposals/" + string(p.ID), Said: "proposals.said-opened"}, nil
}

// proposal loads the one that the path names.
func (q *Request) proposal() (*community.Proposal, *community.Hub, error) {
	id, err := Param[community.ProposalID](q, "id")
	if err != nil {
		return nil, nil, err
	}
	p, err := q.Network.Proposal(q.Context(), q.Viewer, id)
	if err != nil {
		return nil, nil, err
	}
	h, err := q.Network.Hub(q.Context(), p.Hub)
	return p, h, err
}

func showProposal(q *Request) (Answer, error) {
	p, h, err := q.proposal()
	if err != nil {
		return Answer{}, err
	}
	results, err := q.Network.ResultsOf(q.Context(), q.Viewer, p)
	if err != nil {
		return Answer{}, err
	}
	own, err := q.Network.OwnVote(q.Context(), q.Viewer, p.ID)
	if err != nil {
		return Answer{}, err
	}
	now, err := q.Network.InForce(q.Context(), q.Viewer, h.ID)
	if err != nil {
		return Answer{}, err
	}
	takes := p.Takes(q.Network.Now())
	data := proposalPageData{proposalData: proposalDataOf(p), MayVote: takes && p.Votes(q.Viewer.ID), Voters: len(p.Roll), Turnout: results.Turnout, Tally: results.Tally, Own: ownVoteDataOf(own)}
	view := q.proposalView(p, h, results, own, takes)
	view.Changes, view.Stays = q.changes(now, p)
	if err := q.fillRemarks(p, h, &data, &view); err != nil {
		return Answer{}, err
	}
	return Answer{Data: data, View: View{Title: p.Title, Section: "hubs", Content: proposals.Show(view), Modules: []string{"form"}}}, nil
}

func (q *Request) proposalView(p *community.Proposal, h *community.Hub, r *community.Results, own *community.Vote, takes bool) proposals.ShowView {
	v := proposals.ShowView{ID: string(p.ID), HubID: string(h.ID), Hub: h.Name, Title: p.Title, Reason: p.Reason, Conduct: p.Rules.Conduct,
		State: q.Say("words.proposal-" + string(p.State)), Tone: proposalTones[p.State], Way: q.Say("proposals.way-" + string(p.Way) + "-hint"),
		Closes: (p.ClosesAt - 1).In(h.Zone), Review: (p.ReviewAt - 1).In(h.Zone), Open: takes, Counting: p.State == community.ProposalOpen && !takes, MayVote: takes && p.Votes(q.Viewer.ID),
		NotOnRoll: takes && !p.Votes(q.Viewer.ID), MayWithdraw: takes && (p.By == q.Viewer.ID || p.Way == community.WayNotice && q.Viewer.Hosts(p.Hub)),
		MayTalk: p.State == community.ProposalOpen && (q.Viewer.Hub == p.Hub || q.Viewer.Hosts(p.Hub)),
		Voters:  len(p.Roll), Turnout: r.Turnout, Quorum: p.Quorum, Notice: p.Way == community.WayNotice, WordsMax: community.WordsMax,
		Vote: q.partOf("/proposals/{id}/vote", voteDraftOf(own)), Remark: q.partOf("/proposals/{id}/remarks", nil)}
	for _, choice := range community.Choices {
		say := "words.choice-" + string(p.Way) + "-" + string(choice)
		v.Choices = append(v.Choices, components.Option{Value: string(choice), Label: q.Say(say)})
		if r.Tally == nil {
			continue
		}
		v.Bars = append(v.Bars, components.Bar{Label: q.Say(say), Value: map[community.Choice]int{community.ChoiceYes: r.Tally.Yes, community.ChoiceNo: r.Tally.No, community.ChoiceAbstain: r.Tally.Abstained}[choice]})
		if codes := r.Tally.Receipts[choice]; len(codes) > 0 {
			v.Receipts = append(v.Receipts, components.SummaryRow{Label: q.Say(say), Value: strings.Join(codes, " ")})
		}
	}
	for _, reason := range r.Reasons {
		v.Reasons = append(v.Reasons, proposals.Reason{Choice: q.Say("words.choice-" + string(p.Way) + "-" + string(reason.Choice)), Words: reason.Words})
	}
	if own != nil {
		v.Receipt = own.Receipt
	}
	return v
}

func voteDraftOf(v *community.Vote) community.VoteDraft {
	if v == nil {
		return community.VoteDraft{}
	}
	return community.VoteDraft{Choice: v.Choice, Words: v.Words}
}

// changes are the rules that would be others than those in force, each with both, and those that stay. Once it is decided
// all of them are what would hold.
func (q *Request) changes(now *community.Agreement, p *community.Proposal) (changes, stays []components.SummaryRow) {
	was, would := q.rulesView(now.Holds()).Rows, q.rulesView(p.Rules).Rows
	ctx := i18n.With(q.Context(), q.Lang)
	label := q.Say("agreements.rule-turns")
	was = append([]components.SummaryRow{{Label: label, Value: i18n.Percent(ctx, now.Percent())}}, was...)
	would = append([]components.SummaryRow{{Label: label, Value: i18n.Percent(ctx, p.Concession/10)}}, would...)
	if p.State != community.ProposalOpen {
		return would, nil
	}
	for i, row := range would {
		if was[i].Value == row.Value {
			stays = append(stays, row)
			continue
		}
		row.Value = q.Say("proposals.from-to", "from", was[i].Value, "to", row.Value)
		changes = append(changes, row)
	}
	if len(changes) == 0 { // only the words of how we treat each other would be others
		return stays, nil
	}
	return changes, stays
}

func (q *Request) fillRemarks(p *community.Proposal, h *community.Hub, data *proposalPageData, view *proposals.ShowView) error {
	found, next, err := q.Network.RemarksOn(q.Context(), q.Viewer, p.ID, q.Page(remarksOnPage))
	if err != nil {
		return err
	}
	ids := []community.MemberID{p.By}
	for _, r := range found {
		ids = append(ids, r.Member)
	}
	names, err := q.names(q.Context(), ids)
	if err != nil {
		return err
	}
	if name := names[p.By]; name != "" {
		data.By, view.By = personData{p.By, name}, name
	}
	var items []remarkData
	for _, r := range found {
		items = append(items, remarkData{personData{r.Member, names[r.Member]}, r.Words, r.At.Time()})
		view.Remarks = append(view.Remarks, proposals.Remark{ID: string(r.Member), By: q.nameOr(names[r.Member], "desk.somebody"), Words: r.Words, At: r.At.In(h.Zone)})
	}
	data.Remarks, view.More = ListOf(items, next), q.Next(next)
	return nil
}

func castVote(q *Request) (Answer, error) {
	id, err := Param[community.ProposalID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	draft, err := Decode[community.VoteDraft](q)
	if err != nil {
		return Answer{}, err
	}
	v, err := q.Network.CastVote(q.Context(), q.Viewer, id, draft)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: *ownVoteDataOf(v), Location: "/proposals/" + string(id), Said: "proposals.said-voted"}, nil
}

func addRemark(q *Request) (Answer, error) {
	id, err := Param[community.ProposalID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	body, err := Decode[wordsBody](q)
	if err != nil {
		return Answer{}, err
	}
	r, err := q.Network.AddRemark(q.Context(), q.Viewer, id, body.Words)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: remarkData{personData{q.Viewer.ID, q.Viewer.Name}, r.Words, r.At.Time()}, Location: "/proposals/" + string(id), Said: "proposals.said-remarked"}, nil
}

func withdraw(q *Request) (Answer, error) {
	id, err := Param[community.ProposalID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	p, err := q.Network.WithdrawProposal(q.Context(), q.Viewer, id)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: proposalDataOf(p), Location: "/proposals/" + string(p.ID), Said: "proposals.said-withdrawn"}, nil
}
