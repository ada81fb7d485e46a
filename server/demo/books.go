package demo

import (
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"

	"longtable/server/community"
)

// A desk costs about as much everywhere, in the money of the place: so many of its units stand for one euro.
var worthOfEuro = map[community.Currency]int64{"NGN": 1600, "KES": 140, "GHS": 14, "INR": 95, "XOF": 650, "XAF": 650, "TND": 3, "EGP": 55, "MAD": 10,
	"TRY": 45, "UAH": 45, "BRL": 6, "MXN": 20, "COP": 4500, "CLP": 1000, "ZAR": 20, "PKR": 320, "BDT": 130, "IDR": 18000, "VND": 28000, "JPY": 170,
	"KRW": 1550, "CNY": 8, "PHP": 65, "THB": 38, "TZS": 2900, "UGX": 4100, "RWF": 1600, "ETB": 150, "LKR": 340, "NPR": 155, "PEN": 4, "UYU": 46,
	"CZK": 25, "DKK": 7, "SEK": 11, "NOK": 12, "HUF": 400, "PLN": 4, "RON": 5, "RSD": 117, "ZMW": 28, "DZD": 155, "LBP": 100000}

// seatAgo is how long ago the first seats of the demo began.
const seatAgo = 20 * day

// currencyOf is the money of a place, or the euro where no books can be kept in it.
func currencyOf(p *place) community.Currency {
	if region, err := language.ParseRegion(p.country); err == nil {
		if unit, known := currency.FromRegion(region); known {
			if c := community.Currency(unit.String()); c.Digits() > 0 || c == "JPY" || c == "KRW" || worthOfEuro[c] > 0 {
				return c
			}
		}
	}
	return "EUR"
}

// books are the plans of a hub; at Amara's also its pool, of which she keeps the books.
func (g *Generator) books(h *harvest, hub int) {
	at := &g.hubs[hub]
	c := currencyOf(at)
	unit := max(worthOfEuro[c], 1)
	for range c.Digits() {
		unit *= 10
	}
	for n, p := range []struct {
		name, includes         string
		least, suggested, most int64
	}{
		{"Two days a week", "A desk on two days, the kitchen, and the evenings.", 15, 35, 80},
		{"Every day", "A desk on all days, a shelf, four hours of the meeting room, and a key.", 40, 90, 180},
	} {
		h.Plans = append(h.Plans, &community.Plan{Record: community.Record[community.PlanID]{ID: g.planID(hub, n)}, Hub: g.hubID(hub), Name: p.name, Includes: p.includes,
			Currency: c, Least: p.least * unit, Suggested: p.suggested * unit, Most: p.most * unit, MadeAt: g.ago(100 * day).Plus(time.Duration(n) * time.Minute)})
	}
	switch hub {
	case 0:
		g.poolOfAmara(h, at, h.Plans[len(h.Plans)-2])
		g.propose(h, 0, g.plan.hosts[0][0], community.WayNotice, "A third of all seats from the pool, and quicker answers",
			"People who asked to join waited three days, and some had gone elsewhere by then. We would answer within one. And we would like to keep a third of the seats for those who can't pay.")
	case 1:
		g.propose(h, 1, g.plan.circle+circleOfAmara, community.WayConsent, "Six months instead of three",
			"Three months are over before a first customer pays. With six, fewer of us have to ask again in the middle of their work.")
	}
}

func (g *Generator) planID(hub, n int) community.PlanID {
	return idOf[community.PlanID](g, "plan", hub*2+n)
}

// poolOfAmara has money in it, a seat that it pays for and one that its member pays for.
func (g *Generator) poolOfAmara(h *harvest, at *place, plan *community.Plan) {
	since := g.ago(seatAgo)
	begins := community.MonthOf(since, at.zone).Begins(at.zone)
	pays, given := g.memberID(g.plan.circle), g.memberID(g.plan.circle+1)
	term := func(payer community.Payer, fee int64) community.Term {
		return community.Term{Plan: plan.ID, Payer: payer, Fee: fee, Since: since, Until: later(since, 3, at.zone), Charged: 1}
	}
	gift, cost := 40*plan.Least, 3*plan.Least
	p := &community.Pool{Record: community.Record[community.PoolID]{ID: community.PoolID(string(plan.Hub) + "~" + strings.ToLower(string(plan.Currency)))}, Hub: plan.Hub,
		Currency: plan.Currency, Zone: at.zone, Began: begins, OpenFrom: begins, LastAt: since, Balances: map[community.Account]int64{},
		Grants: []community.Grant{{Member: given, Plan: plan.ID, Fee: plan.Least, Months: 3, Left: cost - plan.Least, At: since, Since: since, Until: later(since, 3, at.zone), Seated: true}}}
	for _, i := range []community.Item{
		{Kind: community.ItemGift, Legs: []community.Leg{{Account: community.AccountBank, Amount: gift}, {Account: community.AccountPool, Amount: -gift}}, Note: "From the evening in May", By: g.memberID(amara)},
		{Kind: community.ItemPromise, Member: given, Legs: []community.Leg{{Account: community.AccountPool, Amount: cost}, {Account: community.AccountPromised, Amount: -cost}}},
		{Kind: community.ItemCovered, Member: given, Legs: []community.Leg{{Account: community.AccountPromised, Amount: plan.Least}, {Account: community.AccountFees, Amount: -plan.Least}}},
		{Kind: community.ItemFee, Member: pays, Legs: []community.Leg{{Account: community.AccountOwed, Amount: plan.Suggested}, {Account: community.AccountFees, Amount: -plan.Suggested}}},
		{Kind: community.ItemPayment, Member: pays, Legs: []community.Leg{{Account: community.AccountBank, Amount: plan.Suggested}, {Account: community.AccountOwed, Amount: -plan.Suggested}}, By: g.memberID(amara)},
	} {
		p.Number++
		i.Number, i.What, i.Plan, i.At = p.Number, fmt.Sprintf("demo~%d", p.Number), plan.ID, since
		for _, leg := range i.Legs {
			p.Balances[leg.Account] += leg.Amount
		}
		h.Ledger = append(h.Ledger, &community.LedgerEntry{Record: community.Record[community.EntryID]{ID: community.EntryID(fmt.Sprintf("%s~%012d", p.ID, i.Number))}, Pool: p.ID, Item: i})
	}
	h.Pools = append(h.Pools, p)
	for _, d := range []struct {
		member community.MemberID
		term   community.Term
	}{{pays, term(community.PayerMember, plan.Suggested)}, {given, term(community.PayerPool, plan.Least)}} {
		id := string(plan.Hub) + "~" + string(d.member)
		h.Dues = append(h.Dues, &community.Dues{Record: community.Record[community.DuesID]{ID: community.DuesID(id)}, Hub: plan.Hub, Member: d.member, Currency: plan.Currency,
			Terms: []community.Term{d.term}, Next: later(since, 1, at.zone)})
		h.PlanSeats = append(h.PlanSeats, &community.PlanSeat{Record: community.Record[community.PlanSeatID]{ID: community.PlanSeatID(id)}, Hub: plan.Hub, Member: d.member, Plan: plan.ID,
			Since: since, Until: d.term.Until})
	}
	h.Donations = append(h.Donations, &community.Donation{Record: community.Record[community.DonationID]{ID: idOf[community.DonationID](g, "donation", 0)}, Hub: plan.Hub, Currency: plan.Currency,
		Amount: 10 * plan.Least, By: g.memberID(g.plan.circle + 2), State: community.DonationPromised, At: g.ago(2 * day)})
}

// later is the same time of day so many months later.
func later(at community.Instant, months int, zone string) community.Instant {
	return community.At(at.In(zone).AddDate(0, months, 0))
}

// propose opens a vote among the people of a hub.
func (g *Generator) propose(h *harvest, hub, by int, way community.Way, title, reason string) {
	rules := community.UsualRules()
	rules.JoinDays, rules.TermMonths = 1, 6
	rules.Conduct = "We knock. We say when we disagree. What is said at the table stays there."
	p := &community.Proposal{Record: community.Record[community.ProposalID]{ID: idOf[community.ProposalID](g, "proposal", hub)}, Hub: g.hubID(hub), Title: title, Reason: reason,
		Concession: 100, Rules: rules, Way: way, Quorum: rules.Quorum, By: g.memberID(by), OpenedAt: g.ago(3 * day), ClosesAt: g.ago(-11 * day), ReviewAt: g.ago(-200 * day), State: community.ProposalOpen}
	for _, i := range g.plan.people[hub] {
		p.Roll = append(p.Roll, g.memberID(i))
	}
	h.Proposals = append(h.Proposals, p)
	for n, words := range []string{"I would start with the answers, they cost nothing.", "Could we look again after the summer?"} {
		who := g.plan.circle + n
		if hub == 1 {
			who += circleOfAmara
		}
		h.Remarks = append(h.Remarks, &community.Remark{Record: community.Record[community.RemarkID]{ID: idOf[community.RemarkID](g, "remark", hub*10+n)}, Proposal: p.ID, Member: g.memberID(who),
			Words: words, At: g.ago(time.Duration(2-n) * day)})
	}
}
