package web

import (
	"slices"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/seats"
	"longtable/server/community"
)

// seatData is a seat as hosts read it; nothing in it tells who pays.
type seatData struct {
	ID     community.PlanSeatID `json:"id"`
	Member personData           `json:"member"`
	Plan   string               `json:"plan"`
	Since  time.Time            `json:"since"`
}

// ownSeatData is the viewer's own.
type ownSeatData struct {
	Hub     community.HubID      `json:"hub"`
	ID      community.PlanSeatID `json:"id,omitempty"` // of the seat; empty for none
	Plan    community.PlanID     `json:"plan,omitempty"`
	Since   *time.Time           `json:"since"`
	Until   *time.Time           `json:"until"`
	Payer   community.Payer      `json:"payer,omitempty"`
	Fee     *moneyData           `json:"fee"`     // a month
	RoundUp *moneyData           `json:"roundUp"` // added for the pool
	Place   int                  `json:"place"`   // in line for the pool; 0 when one does not wait
	Owed    *moneyData           `json:"owed"`
	Rows    []statementRow       `json:"statement"`
}

// statementRow is a movement of an account.
type statementRow struct {
	Number int64              `json:"number"`
	Kind   community.ItemKind `json:"kind"`
	At     time.Time          `json:"at"`
	Amount moneyData          `json:"amount"`
	Owed   moneyData          `json:"owed"` // after it
}

const seatsOnPage = 50 // rows of a list that hosts look through at the door

func showSeat(q *Request) (Answer, error) {
	own, err := q.Network.OwnSeat(q.Context(), q.Viewer)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: ownSeatDataOf(own), View: View{Title: q.Say("seats.title"), Section: "account", Content: seats.Own(q.ownSeatView(own)), Modules: []string{"form"}}}, nil
}

func ownSeatDataOf(own *community.OwnSeat) ownSeatData {
	data := ownSeatData{Place: own.Place, Rows: []statementRow{}}
	if own.Hub != nil {
		data.Hub = own.Hub.ID
	}
	if s := own.Seat; s != nil {
		since, until := s.Since.Time(), s.Until.Time()
		data.ID, data.Plan, data.Since, data.Until = s.ID, s.Plan, &since, &until
	}
	if d := own.Dues; d != nil && len(d.Terms) > 0 {
		last := d.Terms[len(d.Terms)-1]
		fee, roundUp, owed := moneyOf(last.Fee, d.Currency), moneyOf(d.RoundUp, d.Currency), moneyOf(own.Statement.Owed, d.Currency)
		data.Payer, data.Fee, data.RoundUp, data.Owed = last.Payer, &fee, &roundUp, &owed
		data.Rows = statementData(own.Statement)
	}
	return data
}

func statementData(s *community.Statement) []statementRow {
	rows := []statementRow{}
	for _, r := range s.Rows {
		rows = append(rows, statementRow{r.Number, r.Kind, r.At.Time(), moneyOf(r.Amount, s.Currency), moneyOf(r.Owed, s.Currency)})
	}
	return rows
}

func (q *Request) ownSeatView(own *community.OwnSeat) seats.OwnView {
	v := seats.OwnView{Place: own.Place, Term: own.Rules.TermMonths}
	if own.Hub == nil {
		return v
	}
	v.HubID, v.Hub = string(own.Hub.ID), own.Hub.Name
	draft := community.SeatDraft{Payer: community.PayerMember}
	now := q.Network.Now()
	if s := own.Seat; s != nil {
		v.SeatID, v.Plan, v.Includes, v.Over = string(s.ID), own.Plan.Name, own.Plan.Includes, !s.Holds(now)
		v.Since, v.Until, draft.Plan = s.Since.In(own.Hub.Zone), s.Until.In(own.Hub.Zone), s.Plan
	}
	if d := own.Dues; d != nil && len(d.Terms) > 0 {
		last := d.Terms[len(d.Terms)-1]
		v.Renewable, v.Paid, v.Owed = d.Renewable(now), q.paidBy(d), q.owed(own.Statement)
		v.Rows = q.statementRows(own.Statement, own.Hub.Zone)
		if last.Payer == community.PayerMember {
			draft.Fee = d.Currency.Plain(last.Fee)
		}
		if d.RoundUp > 0 {
			draft.RoundUp = d.Currency.Plain(d.RoundUp)
		}
	}
	for _, p := range own.Plans {
		scale := q.Say("seats.scale", "least", q.price(p.Least, p.Currency), "suggested", q.price(p.Suggested, p.Currency), "most", q.price(p.Most, p.Currency))
		v.Plans = append(v.Plans, components.Option{Value: string(p.ID), Label: p.Name, Hint: scale})
	}
	if draft.Plan == "" && len(own.Plans) > 0 {
		draft.Plan, draft.Fee = own.Plans[0].ID, own.Plans[0].Currency.Plain(own.Plans[0].Suggested)
	}
	for _, payer := range []community.Payer{community.PayerMember, community.PayerPool} {
		v.Payers = append(v.Payers, components.Option{Value: string(payer), Label: q.Say("seats.payer-" + string(payer))})
	}
	v.Form = q.Form(draft)
	return v
}

// paidBy says who pays for the last term.
func (q *Request) paidBy(d *community.Dues) string {
	last := d.Terms[len(d.Terms)-1]
	text := q.Say("seats.paid-"+string(last.Payer), "fee", q.price(last.Fee, d.Currency))
	if d.RoundUp > 0 && last.Payer == community.PayerMember {
		text += " " + q.Say("seats.paid-round-up", "amount", q.price(d.RoundUp, d.Currency))
	}
	return text
}

func (q *Request) owed(s *community.Statement) string {
	switch {
	case s.Owed > 0:
		return q.Say("seats.owed", "amount", q.price(s.Owed, s.Currency))
	case s.Owed < 0:
		return q.Say("seats.ahead", "amount", q.price(-s.Owed, s.Currency))
	}
	return q.Say("seats.even")
}

// statementRows are the newest first, as people look for the latest.
func (q *Request) statementRows(s *community.Statement, zone string) (rows []components.Row) {
	ctx := i18n.With(q.Context(), q.Lang)
	for _, r := range slices.Backward(s.Rows) {
		text := i18n.Date(ctx, r.At.In(zone))
		if r.ForPool != 0 {
			text += " · " + q.Say("seats.for-pool", "amount", q.money(r.ForPool, s.Currency))
		}
		rows = append(rows, components.Row{Title: q.Say("words.item-" + string(r.Kind)), Text: text, Aside: q.money(r.Amount, s.Currency)})
	}
	return rows
}

func takeSeat(q *Request) (Answer, error) {
	draft, err := Decode[community.SeatDraft](q)
	if err != nil {
		return Answer{}, err
	}
	own, err := q.Network.TakeSeat(q.Context(), q.Viewer, draft)
	if err != nil {
		return Answer{}, err
	}
	said := "seats.said-taken"
	if own.Place > 0 {
		said = "seats.said-waiting"
	}
	return Answer{Data: ownSeatDataOf(own), Location: "/seat", Said: said}, nil
}

func giveSeatBack(q *Request) (Answer, error) {
	id, err := Param[community.PlanSeatID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	if err := q.Network.GiveSeatBack(q.Context(), q.Viewer, id); err != nil {
		return Answer{}, err
	}
	return Gone("/seat", "seats.said-given-back"), nil
}

func leaveLine(q *Request) (Answer, error) {
	if err := q.Network.LeaveLine(q.Context(), q.Viewer); err != nil {
		return Answer{}, err
	}
	return Gone("/seat", "seats.said-left-line"), nil
}

func showSeatsAt(q *Request) (Answer, error) {
	h, err := q.hub()
	if err != nil {
		return Answer{}, err
	}
	found, next, err := q.Network.SeatsAt(q.Context(), q.Viewer, h.ID, q.Page(seatsOnPage))
	if err != nil {
		return Answer{}, err
	}
	all, err := q.Network.Plans.Of(q.Context(), h.ID)
	if err != nil {
		return Answer{}, err
	}
	ids := make([]community.MemberID, len(found))
	for i, s := range found {
		ids[i] = s.Member
	}
	names, err := q.names(q.Context(), ids)
	if err != nil {
		return Answer{}, err
	}
	view, data := seats.HubView{HubID: string(h.ID), Hub: h.Name, More: q.Next(next)}, []seatData{}
	planName := planNames(all)
	for _, s := range found {
		data = append(data, seatData{s.ID, personData{s.Member, names[s.Member]}, planName(s.Plan), s.Since.Time()})
		view.Rows = append(view.Rows, components.Row{ID: string(s.Member), Address: "/people/" + string(s.Member), Title: names[s.Member], Text: planName(s.Plan)})
	}
	return Answer{Data: ListOf(data, next), View: View{Title: q.Say("seats.at-hub", "hub", h.Name), Section: "hubs", Content: seats.AtHub(view)}}, nil
}
