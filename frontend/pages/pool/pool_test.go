package pool_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"longtable/frontend/components"
	"longtable/frontend/htmlcheck"
	"longtable/frontend/i18n"
	"longtable/frontend/layout"
	"longtable/frontend/pages/books"
	"longtable/frontend/pages/plans"
	"longtable/frontend/pages/pool"
	"longtable/frontend/pages/proposals"
	"longtable/frontend/pages/seats"
)

// hostile is what somebody writes who wants to break out of the page.
const hostile = `"><script>alert(1)</script>' onload=x {name}`

func refused(fields ...string) components.Typed {
	form := components.Typed{Values: map[string][]string{}, Errors: map[string]string{}}
	for _, f := range fields {
		form.Values[f], form.Errors[f] = []string{hostile}, "Enter another one."
	}
	return form
}

// pages are those of seats, books, the pool and proposals, full and as they come back.
func pages() map[string]templ.Component {
	at := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	options := []components.Option{{Value: "a", Label: hostile}, {Value: "b", Label: "مقعد", Hint: "A hint."}}
	rows := []components.Row{{ID: "m", Address: "/people/m", Title: hostile, Text: hostile, Aside: "€ 12.00"}}
	facts := []components.SummaryRow{{Label: "Free", Value: "€ 3.00"}}
	return map[string]templ.Component{
		"plans": plans.List(plans.ListView{HubID: "h", Hub: hostile, MayEdit: true, Mine: true, SignedIn: true, Term: 3, PoolShare: 33, Currencies: options, NameMax: 80, TextMax: 90,
			Form: refused("name", "least", "currency"), Plans: []plans.Plan{{ID: "p", Name: hostile, Includes: hostile, Least: "€ 1.00", Suggested: "€ 2.00", Most: "€ 3.00"}}}),
		"plans for visitors": plans.List(plans.ListView{HubID: "h", Hub: "Harbour", Term: 1}),
		"plan":               plans.Form(plans.FormView{ID: "p", HubID: "h", Hub: hostile, Form: refused("most"), NameMax: 80, TextMax: 90}),
		"no hub":             seats.Own(seats.OwnView{}),
		"own seat": seats.Own(seats.OwnView{HubID: "h", Hub: hostile, SeatID: "h~m", Plan: hostile, Includes: hostile, Since: at, Until: at, Renewable: true, Paid: "€ 3.00 a month.",
			Place: 2, Plans: options, Payers: options, Form: refused("fee", "plan"), Rows: rows, Owed: "Nothing.", Term: 3}),
		"seat that is over": seats.Own(seats.OwnView{HubID: "h", Hub: "Harbour", SeatID: "h~m", Plan: "Desk", Over: true, Until: at, Plans: options, Payers: options, Term: 12, Paid: "Paid."}),
		"seats at a hub":    seats.AtHub(seats.HubView{HubID: "h", Hub: hostile, Rows: rows, More: "/hubs/h/seats?after=x"}),
		"pool": pool.Show(pool.View{HubID: "h", Hub: hostile, Month: "March 2027", Seats: 10, Step: 5, Share: 33, Term: 3, PerPerson: 12, MayAppoint: true, MayRead: true,
			Bookkeepers: []pool.Person{{ID: "m", Name: hostile}}, Members: options, Currencies: options, Form: refused("amount"), Appoint: refused("member"),
			Gifts: []pool.Gift{{ID: "g", Amount: "€ 1.00", When: "today"}, {ID: "i", Amount: "€ 2.00", When: "today", Received: true}}}),
		"pool without anything": pool.Show(pool.View{HubID: "h", Hub: "Harbour", Step: 5}),
		"books": books.Show(books.View{HubID: "h", Hub: hostile, Currency: "EUR", Opened: true, Currencies: []components.Tag{{Label: "USD", Address: "/hubs/h/books?currency=USD"}}, Balances: facts,
			Waiting: 2, Gifts: []books.Gift{{ID: "g", Title: hostile}}, People: rows, Members: options, Form: refused("fee", "note"), NoteMax: 90, More: "/x", MorePeople: "/y",
			Entries: []books.Entry{{Number: "2", Title: "2 · Payment", Facts: []string{"today", hostile}, Amount: "€ 1.00", Reverse: "/hubs/h/entries/2/reversal"}, {Number: "1", Title: "1 · Fee"}},
			Months:  []books.Month{{Name: "March 2027", Rows: facts}}}),
		"books with an entry that is not undone": books.Show(books.View{HubID: "h", Hub: "Harbour", Currency: "EUR", Opened: true, Members: options, NoteMax: 90,
			Entries: []books.Entry{{Number: "2", Title: "2 · Payment", Reverse: "/hubs/h/entries/2/reversal", Form: refused("note")}}}),
		"books not opened": books.Show(books.View{HubID: "h", Hub: "Harbour"}),
		"account":          books.Account(books.AccountView{HubID: "h", Hub: hostile, Name: hostile, Paid: "Paid.", Owed: "Nothing.", Rows: rows, Currency: "EUR", Member: "m", Nonce: "n", Form: refused("on"), NoteMax: 9}),
		"proposals":        proposals.List(proposals.ListView{HubID: "h", Hub: hostile, MayPropose: true, More: "/x", Cards: []components.Card{{ID: "p", Address: "/proposals/p", Title: hostile}}}),
		"proposal form":    proposals.Form(proposals.FormView{HubID: "h", Hub: hostile, Form: refused("title", "percent", "rules.quorum", "closes", "way"), Ways: options, Quorum: 20, TitleMax: 9, TextMax: 9}),
		"notice form":      proposals.Form(proposals.FormView{HubID: "h", Hub: "Harbour", Notice: true, NoticeDays: 14, TitleMax: 9, TextMax: 9}),
		"proposal": proposals.Show(proposals.ShowView{ID: "p", HubID: "h", Hub: hostile, Title: hostile, Reason: hostile, By: hostile, Changes: facts, Conduct: hostile, State: "Open", Closes: at, Review: at,
			Open: true, MayVote: true, MayTalk: true, MayWithdraw: true, Choices: options, Vote: refused("choice", "words"), Remark: refused("words"), Voters: 9, Turnout: 2, Quorum: 20, WordsMax: 9, Way: "By all."}),
		"proposal that is over": proposals.Show(proposals.ShowView{ID: "p", HubID: "h", Hub: "Harbour", Title: "T", Closes: at, Review: at, Receipt: "abc", Notice: true, NotOnRoll: true, Counting: true,
			Bars: []components.Bar{{Label: "Yes", Value: 3}}, Reasons: []proposals.Reason{{Choice: "No", Words: hostile}}, Receipts: facts, Remarks: []proposals.Remark{{ID: "m", By: hostile, Words: hostile, At: at}}, More: "/x"}),
	}
}

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	for _, lang := range i18n.Languages() {
		for name, page := range pages() {
			var out bytes.Buffer
			ctx := templ.WithChildren(i18n.With(t.Context(), lang.Lang), page)
			if err := layout.Page(layout.Shell{Title: "Page", Path: "/seat", Section: "hubs"}).Render(ctx, &out); err != nil {
				t.Fatal(err)
			}
			got := out.String()
			faults, err := htmlcheck.Page(strings.NewReader(got))
			if err != nil || len(faults) > 0 {
				t.Errorf("%s in %s: %v, %s", name, lang.Lang, err, strings.Join(faults, "\n"))
			}
			for _, missing := range []string{"<script>alert", ">plans.", ">seats.", ">pool.", ">books.", ">proposals.", ">agreements."} {
				if strings.Contains(got, missing) {
					t.Errorf("%s in %s: %s: what somebody wrote became markup, or a sentence is missing", name, lang.Lang, missing)
				}
			}
		}
	}
}
