package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/books"
	"longtable/server/community"
)

// booksData is a pool's books for its bookkeeper.
type booksData struct {
	Hub      community.HubID     `json:"hub"`
	Currency community.Currency  `json:"currency"`
	Balances map[string]int64    `json:"balances"` // minor units by account; together nothing
	Waiting  int                 `json:"waiting"`
	Gifts    []giftData          `json:"gifts"` // promised
	Months   []monthData         `json:"months"`
	Entries  List[entryData]     `json:"entries"` // newest first
	Dues     List[duesOfHubData] `json:"dues"`    // goes on with ?people=
}

type duesOfHubData struct {
	Member personData      `json:"member"`
	Payer  community.Payer `json:"payer"`
	Fee    moneyData       `json:"fee"`
	Owed   moneyData       `json:"owed"`
}

type entryData struct {
	Number   int64              `json:"number"`
	Kind     community.ItemKind `json:"kind"`
	Member   personData         `json:"member"`
	Legs     []community.Leg    `json:"legs"`
	Note     string             `json:"note"`
	On       string             `json:"on"`
	Reverses int64              `json:"reverses"` // 0 when it undoes none
	At       time.Time          `json:"at"`
}

type monthData struct {
	Month   community.Month  `json:"month"`
	First   int64            `json:"first"`
	Through int64            `json:"through"`
	Covered int              `json:"covered"`
	Ending  map[string]int64 `json:"ending"`
}

// accountData is one member's account.
type accountData struct {
	Member    personData      `json:"member"`
	Payer     community.Payer `json:"payer"`
	Fee       moneyData       `json:"fee"`
	Owed      moneyData       `json:"owed"`
	Statement []statementRow  `json:"statement"`
}

type reversalBody struct {
	Currency community.Currency `json:"currency"`
	Note     string             `json:"note"`
}

const (
	entriesOnPage    = 30 // about a month of a small hub
	duesOnPage       = 50 // people of a hub in their order; each reads its account
	statementsOnPage = 12 // a year
)

// ledgerPage is what the handlers of the books share while a page is made.
type ledgerPage struct {
	*community.Books
	pool  *community.Pool // nil before anything was entered
	names map[community.MemberID]string
	plan  func(community.PlanID) string
	data  booksData
	view  books.View
}

func showBooks(q *Request) (Answer, error) {
	h, err := q.hub()
	if err != nil {
		return Answer{}, err
	}
	found, err := q.Network.BooksOf(q.Context(), q.Viewer, h.ID)
	if err != nil {
		return Answer{}, err
	}
	p := &ledgerPage{Books: found, data: booksData{Hub: h.ID, Balances: map[string]int64{}, Gifts: []giftData{}, Months: []monthData{}, Entries: ListOf[entryData]([]entryData{}, ""), Dues: ListOf[duesOfHubData](nil, "")},
		view: books.View{HubID: string(h.ID), Hub: h.Name, NoteMax: community.SummaryMax}}
	q.chooseBooks(p)
	if p.pool != nil {
		for _, fill := range []func(*ledgerPage) error{q.fillStanding, q.fillEntries, q.fillDues, q.fillMonths} {
			if err := fill(p); err != nil {
				return Answer{}, err
			}
		}
	}
	return Answer{Data: p.data, Private: true, View: View{Title: q.Say("books.title-hub", "hub", h.Name), Section: "hubs", Content: books.Show(p.view), Modules: []string{"form"}}}, nil
}

// chooseBooks takes the currency that the address or the form names, else the first.
func (q *Request) chooseBooks(p *ledgerPage) {
	asked := community.Currency(strings.ToUpper(cmp.Or(q.Ask("currency"), q.typed.Get("currency"))))
	for _, pool := range p.Pools {
		if p.pool == nil || pool.Currency == asked {
			p.pool = pool
		}
	}
	for _, pool := range p.Pools {
		if pool != p.pool {
			p.view.Currencies = append(p.view.Currencies, components.Tag{Label: string(pool.Currency), Address: booksAddress(p.Hub.ID) + "?currency=" + string(pool.Currency)})
		}
	}
}

func booksAddress(hub community.HubID) string { return "/hubs/" + string(hub) + "/books" }

func (q *Request) fillStanding(p *ledgerPage) error {
	c := p.pool.Currency
	all, err := q.Network.Plans.Of(q.Context(), p.Hub.ID)
	if err != nil {
		return err
	}
	p.plan = planNames(all)
	p.data.Currency, p.view.Currency, p.view.Opened = c, string(c), true
	p.data.Waiting, p.view.Waiting = len(p.pool.Waiting), len(p.pool.Waiting)
	p.data.Balances = balances(p.pool.Balances)
	p.view.Balances = q.balanceRows(p.pool.Balances, c)
	p.view.Form = q.partOf("/hubs/{id}/payments", community.PaymentDraft{Nonce: community.NewID[string]()})
	ids := []community.MemberID{}
	for _, g := range p.Gifts {
		ids = append(ids, g.By)
	}
	names, err := q.names(q.Context(), ids)
	for _, g := range p.Gifts {
		p.data.Gifts = append(p.data.Gifts, giftDataOf(g))
		title := q.Say("books.gift-from", "name", q.nameOr(names[g.By], "desk.somebody"), "amount", q.money(g.Amount, g.Currency))
		p.view.Gifts = append(p.view.Gifts, books.Gift{ID: string(g.ID), Title: title})
	}
	return err
}

func balances(of map[community.Account]int64) map[string]int64 {
	all := map[string]int64{}
	for _, a := range community.Accounts {
		all[string(a)] = of[a]
	}
	return all
}

// balanceRows show every account as people speak of it: what is there for something without a minus before it.
func (q *Request) balanceRows(of map[community.Account]int64, c community.Currency) (rows []components.SummaryRow) {
	for _, a := range community.Accounts {
		amount := of[a]
		if a == community.AccountFees || a == community.AccountPool || a == community.AccountPromised {
			amount = -amount
		}
		rows = append(rows, components.SummaryRow{Label: q.Say("words.account-" + string(a)), Value: q.money(amount, c)})
	}
	return rows
}

func (q *Request) fillEntries(p *ledgerPage) error {
	found, next, err := q.Network.Entries(q.Context(), q.Viewer, p.Hub.ID, p.pool.Currency, q.Page(entriesOnPage))
	if err != nil {
		return err
	}
	ids := make([]community.MemberID, len(found))
	for i, e := range found {
		ids[i] = e.Member
	}
	if p.names, err = q.names(q.Context(), ids); err != nil {
		return err
	}
	var data []entryData
	for _, e := range found {
		data = append(data, entryData{e.Number, e.Kind, personData{e.Member, p.names[e.Member]}, e.Legs, e.Note, e.On, e.Reverses, e.At.Time()})
		p.view.Entries = append(p.view.Entries, q.entryView(p, e))
	}
	p.data.Entries, p.view.More = ListOf(data, next), q.Next(next)
	return nil
}

func (q *Request) entryView(p *ledgerPage, e *community.LedgerEntry) books.Entry {
	amount := int64(0)
	for _, leg := range e.Legs {
		amount += max(leg.Amount, 0)
	}
	v := books.Entry{Number: number(e.Number), Title: q.Say("books.entry", "number", int(e.Number), "kind", q.Say("words.item-"+string(e.Kind))), Amount: q.money(amount, p.pool.Currency)}
	parts := []string{i18n.Date(i18n.With(q.Context(), q.Lang), e.At.In(p.pool.Zone))}
	if e.Member != "" {
		parts = append(parts, q.nameOr(p.names[e.Member], "desk.somebody"))
	}
	if e.Reverses > 0 {
		parts = append(parts, q.Say("books.undoes", "number", int(e.Reverses)))
	}
	for _, text := range []string{p.plan(e.Plan), e.On, e.Note} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	v.Facts = parts
	if community.Reversible(e.Kind) {
		v.Reverse = "/hubs/" + string(p.Hub.ID) + "/entries/" + number(e.Number) + "/reversal"
		if q.Problem != nil && q.c.Path() == v.Reverse {
			v.Form = q.Form(nil)
		}
	}
	return v
}

func (q *Request) fillDues(p *ledgerPage) error {
	found, next, err := q.Network.DuesAt(q.Context(), q.Viewer, p.Hub.ID, community.Page{After: community.Cursor(q.Ask("people")), Limit: duesOnPage})
	if err != nil {
		return err
	}
	if next != "" {
		p.view.MorePeople = booksAddress(p.Hub.ID) + "?" + url.Values{"currency": {string(p.pool.Currency)}, "people": {string(next)}}.Encode()
	}
	found = slices.DeleteFunc(found, func(d *community.Dues) bool { return d.Currency != p.pool.Currency || len(d.Terms) == 0 })
	ids := make([]community.MemberID, len(found))
	for i, d := range found {
		ids[i] = d.Member
	}
	names, err := q.names(q.Context(), ids)
	if err != nil {
		return err
	}
	p.view.Members = []components.Option{{Label: q.Say("books.from-outside")}}
	var data []duesOfHubData
	for _, d := range found {
		s, err := q.Network.StatementOf(q.Context(), q.Viewer, p.Hub.ID, d.Currency, d.Member)
		if err != nil {
			return err
		}
		last, name := d.Terms[len(d.Terms)-1], q.nameOr(names[d.Member], "desk.somebody")
		data = append(data, duesOfHubData{personData{d.Member, names[d.Member]}, last.Payer, moneyOf(last.Fee, d.Currency), moneyOf(s.Owed, d.Currency)})
		p.view.People = append(p.view.People, components.Row{ID: string(d.Member), Address: booksAddress(p.Hub.ID) + "/" + string(d.Member), Title: name,
			Text: q.paidBy(d), Aside: q.money(s.Owed, d.Currency)})
		p.view.Members = append(p.view.Members, components.Option{Value: string(d.Member), Label: name})
	}
	p.data.Dues = ListOf(data, next)
	return nil
}

func (q *Request) fillMonths(p *ledgerPage) error {
	found, _, err := q.Network.MonthsOf(q.Context(), q.Viewer, p.Hub.ID, p.pool.Currency, community.Page{Limit: statementsOnPage})
	for _, c := range found {
		p.data.Months = append(p.data.Months, monthData{c.Month, c.First, c.Through, c.Covered, balances(c.Ending)})
		rows := q.balanceRows(c.Ending, p.pool.Currency)
		for _, kind := range community.ItemKinds {
			if c.Sums[kind] > 0 {
				rows = append(rows, components.SummaryRow{Label: q.Say("words.item-" + string(kind)), Value: q.money(c.Sums[kind], p.pool.Currency)})
			}
		}
		p.view.Months = append(p.view.Months, books.Month{Name: q.Say("books.month", "month", q.monthName(c.Month), "first", int(c.First), "last", int(c.Through)), Rows: rows})
	}
	return err
}

func showAccount(q *Request) (Answer, error) {
	h, err := q.hub()
	if err != nil {
		return Answer{}, err
	}
	member, err := Param[community.MemberID](q, "member")
	if err != nil {
		return Answer{}, err
	}
	if !q.Viewer.Books(h.ID) {
		return Answer{}, community.NotFound("accounts of %s are for its bookkeeper", h.ID)
	}
	d, err := q.Network.DuesOf(q.Context(), q.Viewer, h.ID, member)
	if err != nil {
		return Answer{}, err
	}
	s, err := q.Network.StatementOf(q.Context(), q.Viewer, h.ID, d.Currency, member)
	if err != nil {
		return Answer{}, err
	}
	names, err := q.names(q.Context(), []community.MemberID{member})
	if err != nil {
		return Answer{}, err
	}
	last := d.Terms[len(d.Terms)-1]
	data := accountData{personData{member, names[member]}, last.Payer, moneyOf(last.Fee, d.Currency), moneyOf(s.Owed, d.Currency), statementData(s)}
	draft := community.PaymentDraft{}
	if s.Owed > 0 {
		draft.Fee = d.Currency.Plain(s.Owed)
	}
	if d.RoundUp > 0 && last.Payer == community.PayerMember {
		draft.ForPool = d.Currency.Plain(d.RoundUp)
	}
	view := books.AccountView{HubID: string(h.ID), Hub: h.Name, Name: q.nameOr(names[member], "desk.somebody"), Paid: q.paidBy(d), Owed: q.owed(s),
		Rows: q.statementRows(s, h.Zone), Currency: string(d.Currency), Member: string(member), Nonce: community.NewID[string](), Form: q.Form(draft), NoteMax: community.SummaryMax}
	return Answer{Data: data, Private: true, View: View{Title: view.Name, Section: "hubs", Content: books.Account(view), Modules: []string{"form"}}}, nil
}

func recordPayment(q *Request) (Answer, error) {
	h, err := q.hub()
	if err != nil {
		return Answer{}, err
	}
	draft, err := Decode[community.PaymentDraft](q)
	if err != nil {
		return Answer{}, err
	}
	if err := q.Network.RecordPayment(q.Context(), q.Viewer, h.ID, draft); err != nil {
		return Answer{}, err
	}
	return Gone(booksAddress(h.ID)+"?currency="+string(draft.Currency), "books.said-entered"), nil
}

func reverseEntry(q *Request) (Answer, error) {
	h, err := q.hub()
	if err != nil {
		return Answer{}, err
	}
	body, err := Decode[reversalBody](q)
	if err != nil {
		return Answer{}, err
	}
	entry, err := strconv.ParseInt(q.RawParam("number"), 10, 64)
	if err != nil {
		return Answer{}, community.NotFound("%.20q is no number of an entry", q.RawParam("number"))
	}
	if err := q.Network.Reverse(q.Context(), q.Viewer, h.ID, body.Currency, entry, body.Note); err != nil {
		return Answer{}, err
	}
	return Gone(booksAddress(h.ID)+"?currency="+string(body.Currency), "books.said-reversed"), nil
}
