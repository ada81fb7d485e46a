package web

import (
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/pool"
	"longtable/server/community"
)

// poolData is what everybody in the network reads of a pool: counts of a month that is over, and rules.
type poolData struct {
	Hub         community.HubID      `json:"hub"`
	Month       community.Month      `json:"month,omitempty"` // the last one that is closed; empty before there is one
	Seats       int                  `json:"seats"`           // that it paid for then, counted down to a multiple of step
	Step        int                  `json:"step"`
	Rules       poolRules            `json:"rules"`
	Currencies  []community.Currency `json:"currencies"`
	Bookkeepers []personData         `json:"bookkeepers"`
	Gifts       []giftData           `json:"gifts"` // the viewer's own
}

type poolRules struct {
	Share     int `json:"share"`     // percent of the hub's seats
	Months    int `json:"months"`    // of a term
	PerPerson int `json:"perPerson"` // months within two years
}

// giftData is one of the viewer's own.
type giftData struct {
	ID     community.DonationID    `json:"id"`
	Hub    community.HubID         `json:"hub"`
	Amount moneyData               `json:"amount"`
	State  community.DonationState `json:"state"`
	At     time.Time               `json:"at"`
}

func giftDataOf(g *community.Donation) giftData {
	return giftData{g.ID, g.Hub, moneyOf(g.Amount, g.Currency), g.State, g.At.Time()}
}

func showPool(q *Request) (Answer, error) {
	h, err := q.hub()
	if err != nil {
		return Answer{}, err
	}
	facts, err := q.Network.FactsOfPool(q.Context(), q.Viewer, h.ID)
	if err != nil {
		return Answer{}, err
	}
	r := facts.Rules
	data := poolData{Hub: h.ID, Month: facts.Month, Seats: facts.Seats, Step: community.PoolStep, Rules: poolRules{r.PoolShare, r.TermMonths, r.PoolPerPerson},
		Currencies: orEmpty(facts.Currencies), Bookkeepers: []personData{}, Gifts: []giftData{}}
	view := pool.View{HubID: string(h.ID), Hub: h.Name, Month: q.monthName(facts.Month), Seats: facts.Seats, Step: community.PoolStep, Share: r.PoolShare, Term: r.TermMonths,
		PerPerson: r.PoolPerPerson, MayAppoint: q.Viewer.Hosts(h.ID) || q.Viewer.Steward, MayRead: q.Viewer.Books(h.ID),
		Currencies: currencyOptions(facts.Currencies), Form: q.partOf("/hubs/{id}/gifts", nil), Appoint: q.partOf("/hubs/{id}/bookkeepers", nil)}
	if err := q.fillKeepers(h, &data, &view); err != nil {
		return Answer{}, err
	}
	gifts, _, err := q.Network.OwnDonations(q.Context(), q.Viewer, community.Page{Limit: community.PageMax})
	if err != nil {
		return Answer{}, err
	}
	for _, g := range gifts {
		if g.Hub != h.ID {
			continue
		}
		data.Gifts = append(data.Gifts, giftDataOf(g))
		view.Gifts = append(view.Gifts, pool.Gift{ID: string(g.ID), Amount: q.price(g.Amount, g.Currency), Received: g.State == community.DonationReceived,
			When: i18n.Date(i18n.With(q.Context(), q.Lang), g.At.In(h.Zone))})
	}
	return Answer{Data: data, View: View{Title: q.Say("pool.title-hub", "hub", h.Name), Section: "hubs", Content: pool.Show(view), Modules: []string{"form"}}}, nil
}

// fillKeepers names those who keep the books; members are to know who reads what they pay.
func (q *Request) fillKeepers(h *community.Hub, data *poolData, view *pool.View) error {
	people, err := q.Network.People(q.Context(), q.Viewer, h.Bookkeepers)
	if err != nil {
		return err
	}
	for _, p := range people {
		data.Bookkeepers = append(data.Bookkeepers, personData{p.ID, p.Name})
		view.Bookkeepers = append(view.Bookkeepers, pool.Person{ID: string(p.ID), Name: p.Name})
	}
	if !view.MayAppoint {
		return nil
	}
	members, _, err := q.Network.HubPeople(q.Context(), q.Viewer, h.ID, community.Page{Limit: community.PageMax})
	view.Members = []components.Option{{Label: q.Say("hubs.choose")}}
	for _, m := range members {
		view.Members = append(view.Members, components.Option{Value: string(m.ID), Label: m.Name})
	}
	return err
}

func promiseGift(q *Request) (Answer, error) {
	h, err := q.hub()
	if err != nil {
		return Answer{}, err
	}
	draft, err := Decode[community.DonationDraft](q)
	if err != nil {
		return Answer{}, err
	}
	g, err := q.Network.PromiseDonation(q.Context(), q.Viewer, h.ID, draft)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: giftDataOf(g), Location: "/hubs/" + string(h.ID) + "/pool", Said: "pool.said-promised"}, nil
}

func dropGift(q *Request) (Answer, error) {
	id, err := Param[community.DonationID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	g, err := q.Network.DropDonation(q.Context(), q.Viewer, id)
	if err != nil {
		return Answer{}, err
	}
	if g.By != q.Viewer.ID {
		return Gone("/hubs/"+string(g.Hub)+"/books", "pool.said-dropped"), nil
	}
	return Gone("/hubs/"+string(g.Hub)+"/pool", "pool.said-dropped"), nil
}

func receiveGift(q *Request) (Answer, error) {
	id, err := Param[community.DonationID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	hub, err := q.Network.ReceiveDonation(q.Context(), q.Viewer, id)
	if err != nil {
		return Answer{}, err
	}
	return Gone("/hubs/"+string(hub)+"/books", "books.said-entered"), nil
}

func appointBookkeeper(q *Request) (Answer, error) {
	h, err := q.hub()
	if err != nil {
		return Answer{}, err
	}
	body, err := Decode[hostBody](q)
	if err != nil {
		return Answer{}, err
	}
	id, err := community.ParseID[community.MemberID](body.who())
	if err != nil {
		return Answer{}, community.Invalid(community.Problems{"member": {Say: "problem.choose-from-list"}})
	}
	return bookkeeperChanged(h, "pool.said-appointed", q.Network.AppointBookkeeper(q.Context(), q.Viewer, h.ID, id, true))
}

func dismissBookkeeper(q *Request) (Answer, error) {
	h, err := q.hub()
	if err != nil {
		return Answer{}, err
	}
	id, err := Param[community.MemberID](q, "member")
	if err != nil {
		return Answer{}, err
	}
	return bookkeeperChanged(h, "pool.said-dismissed", q.Network.AppointBookkeeper(q.Context(), q.Viewer, h.ID, id, false))
}

func bookkeeperChanged(h *community.Hub, said string, err error) (Answer, error) {
	if err != nil {
		return Answer{}, err
	}
	return Gone("/hubs/"+string(h.ID)+"/pool", said), nil
}
