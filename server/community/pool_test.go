package community_test

import (
	"strings"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

// offered is a plan at Harbour from 10 to 40 euros, and Noor, a member of no hub, keeps the books.
func offered(t *testing.T, x *communitytest.Table) *community.Plan {
	t.Helper()
	plan, err := x.AddPlan(t.Context(), x.Dana, x.Harbour, community.PlanDraft{Name: "Desk", Currency: "EUR", Least: "10", Suggested: "20", Most: "40"})
	must(t, err)
	must(t, x.AppointBookkeeper(t.Context(), x.Dana, x.Harbour, x.Noor.ID, true))
	x.Noor = x.See(t, x.Noor.ID)
	return plan
}

func fromPool(t *testing.T, x *communitytest.Table, v community.Viewer, plan *community.Plan) *community.OwnSeat {
	t.Helper()
	own, err := x.TakeSeat(t.Context(), v, community.SeatDraft{Plan: plan.ID, Payer: community.PayerPool})
	must(t, err)
	return own
}

func paid(t *testing.T, x *communitytest.Table, v community.Viewer, plan *community.Plan, fee string) *community.OwnSeat {
	t.Helper()
	own, err := x.TakeSeat(t.Context(), v, community.SeatDraft{Plan: plan.ID, Payer: community.PayerMember, Fee: fee})
	must(t, err)
	return own
}

func given(t *testing.T, x *communitytest.Table, amount string) {
	t.Helper()
	must(t, x.RecordPayment(t.Context(), x.Noor, x.Harbour, community.PaymentDraft{Currency: "EUR", ForPool: amount, Nonce: community.NewID[string]()}))
}

func TestASeatFromThePoolComesWithMoneyAndTheLineMovesByItself(t *testing.T) {
	x := communitytest.New(t)
	plan := offered(t, x)
	paid(t, x, x.Dana, plan, "40")
	if own := fromPool(t, x, x.Amara, plan); own.Place != 1 || own.Seat != nil {
		t.Fatalf("with an empty pool Amara has %+v", own)
	}
	if own := fromPool(t, x, x.Binta, plan); own.Place != 2 {
		t.Fatalf("Binta stands at %d", own.Place)
	}
	given(t, x, "29.99")
	if own, err := x.OwnSeat(t.Context(), x.Amara); err != nil || own.Seat != nil {
		t.Fatalf("a cent is missing, and Amara has %+v, %v", own, err)
	}
	given(t, x, "0.01")
	own, err := x.OwnSeat(t.Context(), x.Amara)
	must(t, err)
	if own.Seat == nil || own.Place != 0 || own.Seat.Until != community.At(own.Seat.Since.In("Europe/Lisbon").AddDate(0, 3, 0)) {
		t.Fatalf("three months are paid, and Amara has %+v", own)
	}
	if s := own.Statement; s.Owed != 0 || len(s.Rows) != 2 || s.Rows[0].Kind != community.ItemFee || s.Rows[1].Kind != community.ItemCovered {
		t.Errorf("her statement is %+v", s)
	}
	given(t, x, "500")
	if own, err := x.OwnSeat(t.Context(), x.Binta); err != nil || own.Seat != nil || own.Place != 1 {
		t.Errorf("a third of three seats is one, and Binta has %+v, %v", own, err)
	}
	must(t, x.GiveSeatBack(t.Context(), x.Amara, own.Seat.ID))
	if own, err := x.OwnSeat(t.Context(), x.Binta); err != nil || own.Seat == nil {
		t.Errorf("Amara gave hers back, and Binta has %+v, %v", own, err)
	}
}

func TestASeatIsRenewedEasilyAndNobodyIsRemovedWhenTheShareSlips(t *testing.T) {
	x := communitytest.New(t)
	plan := offered(t, x)
	paid(t, x, x.Dana, plan, "40")
	given(t, x, "500")
	fromPool(t, x, x.Amara, plan)
	if _, err := x.TakeSeat(t.Context(), x.Amara, community.SeatDraft{Plan: plan.ID, Payer: community.PayerPool}); community.KindOf(err) != community.KindConflict {
		t.Errorf("she asks again at once: %v", err)
	}
	d := draft(t, x)
	d.Rules.PoolShare = 0
	p, err := x.Propose(t.Context(), x.Dana, x.Harbour, d)
	must(t, err)
	_, err = x.CastVote(t.Context(), x.Dana, p.ID, community.VoteDraft{Choice: community.ChoiceYes})
	must(t, err)
	over(t, x)
	x.Clock.Pass(60 * 24 * time.Hour)
	must(t, x.KeepPools(t.Context()))
	if own := fromPool(t, x, x.Amara, plan); own.Place != 0 || own.Seat.Until < community.At(x.Clock.Now().AddDate(0, 3, 0)) {
		t.Errorf("her renewal gives %+v", own)
	}
	if own := fromPool(t, x, x.Binta, plan); own.Place != 1 {
		t.Errorf("the hub agreed on no new seats, and Binta has %+v", own)
	}
}

func TestThePoolPaysForOnePersonAsLongAsAgreed(t *testing.T) {
	x := communitytest.New(t)
	plan := offered(t, x)
	given(t, x, "5000")
	var err error
	terms := 0
	for range 6 {
		if _, err = x.TakeSeat(t.Context(), x.Amara, community.SeatDraft{Plan: plan.ID, Payer: community.PayerPool}); err != nil {
			break
		}
		terms++
		x.Clock.Pass(88 * 24 * time.Hour)
		must(t, x.KeepPools(t.Context()))
	}
	if terms != 4 || community.KindOf(err) != community.KindForbidden || !strings.Contains(err.Error(), "pool-enough") {
		t.Errorf("after %d terms: %v", terms, err)
	}
	pools, err := x.Pools.Of(t.Context(), x.Harbour)
	must(t, err)
	months := 0
	for _, g := range pools[0].Given {
		months += g.Months
	}
	if len(pools[0].Grants) > 1 || months+3*len(pools[0].Grants) != 12 {
		t.Errorf("the record that decides holds %d grants, and %d months of those that are settled", len(pools[0].Grants), months)
	}
	paid(t, x, x.Amara, plan, "10")
}

func TestWhatIsLeftOfASettledTermGoesWithItsMember(t *testing.T) {
	x := communitytest.New(t)
	plan := offered(t, x)
	given(t, x, "5000")
	own := fromPool(t, x, x.Amara, plan)
	must(t, x.GiveSeatBack(t.Context(), x.Amara, own.Seat.ID))
	known := func() int {
		pools, err := x.Pools.Of(t.Context(), x.Harbour)
		must(t, err)
		if len(pools[0].Grants) != 0 {
			t.Errorf("a term that was given back is still a grant: %+v", pools[0].Grants)
		}
		return len(pools[0].Given)
	}
	if known() != 1 {
		t.Error("the month that she used is forgotten, so nothing is tested")
	}
	must(t, x.Leave(t.Context(), x.Amara))
	must(t, x.Erase(t.Context(), x.Amara.ID, true))
	if known() != 0 {
		t.Error("she left, and the pool still knows what it paid for her")
	}
}

func TestAMemberChoosesTheirFeeOnTheScale(t *testing.T) {
	x := communitytest.New(t)
	plan := offered(t, x)
	for _, fee := range []string{"9.99", "40.01", "", "-10", "1e1", "ten", "10,999"} {
		_, err := x.TakeSeat(t.Context(), x.Amara, community.SeatDraft{Plan: plan.ID, Payer: community.PayerMember, Fee: fee})
		if community.KindOf(err) != community.KindInvalid {
			t.Errorf("%q: %v", fee, err)
		}
	}
	if own := paid(t, x, x.Amara, plan, "١٢٫٥٠"); own.Statement.Owed != 1250 {
		t.Errorf("she owes %d", own.Statement.Owed)
	}
	if _, err := x.TakeSeat(t.Context(), x.Chen, community.SeatDraft{Plan: plan.ID, Payer: community.PayerMember, Fee: "20"}); community.KindOf(err) != community.KindForbidden {
		t.Errorf("somebody of another hub takes a seat: %v", err)
	}
	paid(t, x, x.Amara, plan, "30")
	x.Clock.Pass(32 * 24 * time.Hour)
	must(t, x.KeepPools(t.Context()))
	must(t, x.KeepPools(t.Context()))
	own, err := x.OwnSeat(t.Context(), x.Amara)
	if must(t, err); own.Statement.Owed != 1250+3000 || len(own.Statement.Rows) != 2 {
		t.Errorf("a month later she owes %+v", own.Statement)
	}
}

func TestAMistakeIsPutRightByAnEntryThatUndoesIt(t *testing.T) {
	x := communitytest.New(t)
	plan := offered(t, x)
	paid(t, x, x.Amara, plan, "30")
	pay := community.PaymentDraft{Member: x.Amara.ID, Currency: "EUR", Fee: "30", ForPool: "5", Nonce: "twice"}
	must(t, x.RecordPayment(t.Context(), x.Noor, x.Harbour, pay))
	must(t, x.RecordPayment(t.Context(), x.Noor, x.Harbour, pay))
	must(t, x.Reverse(t.Context(), x.Noor, x.Harbour, "EUR", 2, "Counted wrongly."))
	must(t, x.Reverse(t.Context(), x.Noor, x.Harbour, "EUR", 2, "Counted wrongly."))
	entries, _, err := x.Entries(t.Context(), x.Noor, x.Harbour, "EUR", community.Page{Limit: 10})
	if must(t, err); len(entries) != 3 || entries[0].Reverses != 2 {
		t.Errorf("there are %d entries", len(entries))
	}
	given(t, x, "30")
	fromPool(t, x, x.Binta, plan)
	if err := x.Reverse(t.Context(), x.Noor, x.Harbour, "EUR", 4, "It bounced."); community.KindOf(err) != community.KindConflict {
		t.Errorf("money that the pool has given is taken back: %v", err)
	}
	if err := x.Reverse(t.Context(), x.Noor, x.Harbour, "EUR", 5, "No."); community.KindOf(err) != community.KindForbidden {
		t.Errorf("a promise to a seat is undone by hand: %v", err)
	}
}

func TestNobodyButTheirOwnerAndTheBookkeeperReadsBooks(t *testing.T) {
	x := communitytest.New(t)
	plan := offered(t, x)
	paid(t, x, x.Amara, plan, "30")
	for _, v := range []community.Viewer{x.Binta, x.Dana, x.Farid, x.Esra, {}} {
		_, err := x.BooksOf(t.Context(), v, x.Harbour)
		_, _, entries := x.Entries(t.Context(), v, x.Harbour, "EUR", community.Page{Limit: 1})
		_, statement := x.StatementOf(t.Context(), v, x.Harbour, "EUR", x.Amara.ID)
		_, dues := x.DuesOf(t.Context(), v, x.Harbour, x.Amara.ID)
		pay := x.RecordPayment(t.Context(), v, x.Harbour, community.PaymentDraft{Currency: "EUR", ForPool: "1", Nonce: "n"})
		undo := x.Reverse(t.Context(), v, x.Harbour, "EUR", 1, "No.")
		for _, err := range []error{err, entries, statement, dues, pay, undo} {
			if community.KindOf(err) != community.KindNotFound {
				t.Errorf("%q: %v", v.Name, err)
			}
		}
	}
	if s, err := x.StatementOf(t.Context(), x.Noor, x.Harbour, "EUR", x.Amara.ID); err != nil || s.Owed != 3000 {
		t.Errorf("the bookkeeper reads %+v, %v", s, err)
	}
}

func TestWhoRunsAHubDoesNotKeepItsBooks(t *testing.T) {
	x := communitytest.New(t)
	for who, err := range map[string]error{
		"a host for herself":            x.AppointBookkeeper(t.Context(), x.Dana, x.Harbour, x.Dana.ID, true),
		"a steward for a host":          x.AppointBookkeeper(t.Context(), x.Farid, x.Harbour, x.Dana.ID, true),
		"a member":                      x.AppointBookkeeper(t.Context(), x.Amara, x.Harbour, x.Binta.ID, true),
		"a host of another hub":         x.AppointBookkeeper(t.Context(), x.Esra, x.Harbour, x.Amara.ID, true),
		"a steward for himself, please": x.AppointBookkeeper(t.Context(), x.Farid, x.Harbour, x.Farid.ID, true),
	} {
		if community.KindOf(err) != community.KindForbidden {
			t.Errorf("%s: %v", who, err)
		}
	}
	must(t, x.AppointBookkeeper(t.Context(), x.Dana, x.Harbour, x.Amara.ID, true))
	if err := x.AppointHost(t.Context(), x.Farid, x.Harbour, x.Amara.ID, true); community.KindOf(err) != community.KindForbidden {
		t.Errorf("the bookkeeper becomes a host: %v", err)
	}
	must(t, x.AppointBookkeeper(t.Context(), x.Dana, x.Harbour, x.Amara.ID, false))
	must(t, x.AppointHost(t.Context(), x.Farid, x.Harbour, x.Amara.ID, true))
}

func TestOthersCountSeatsOfThePoolInFivesAndOfPastMonthsOnly(t *testing.T) {
	x := communitytest.New(t)
	plan := offered(t, x)
	given(t, x, "5000")
	fromPool(t, x, x.Amara, plan)
	before, err := x.FactsOfPool(t.Context(), x.Dana, x.Harbour)
	if must(t, err); before.Month != "" || before.Seats != 0 {
		t.Errorf("today a host reads %+v", before)
	}
	x.Clock.Pass(35 * 24 * time.Hour)
	must(t, x.KeepPools(t.Context()))
	after, err := x.FactsOfPool(t.Context(), x.Dana, x.Harbour)
	if must(t, err); after.Month != "2027-03" || after.Seats != 0 {
		t.Errorf("a month later a host reads %+v", after)
	}
}

// booksOfBinta are everything of money and votes that Binta can have: a seat of the pool, a gift, books that she keeps at
// Mill, a proposal with her vote and her remark.
func booksOfBinta(t *testing.T, x *communitytest.Table) {
	t.Helper()
	ctx := t.Context()
	plan := offered(t, x)
	given(t, x, "30")
	fromPool(t, x, x.Binta, plan)
	must(t, x.RecordPayment(ctx, x.Noor, x.Harbour, community.PaymentDraft{Member: x.Binta.ID, Currency: "EUR", Fee: "1", Note: "For ledgering.", Nonce: "b1"}))
	_, err := x.PromiseDonation(ctx, x.Binta, x.Harbour, community.DonationDraft{Currency: "EUR", Amount: "3"})
	must(t, err)
	received, err := x.PromiseDonation(ctx, x.Binta, x.Harbour, community.DonationDraft{Currency: "EUR", Amount: "4"})
	must(t, err)
	_, err = x.ReceiveDonation(ctx, x.Noor, received.ID)
	must(t, err)
	_, err = x.AddPlan(ctx, x.Esra, x.Mill, community.PlanDraft{Name: "Desk", Currency: "EUR", Least: "10", Suggested: "20", Most: "40"})
	must(t, err)
	_, err = x.PromiseDonation(ctx, x.Esra, x.Mill, community.DonationDraft{Currency: "EUR", Amount: "5"})
	must(t, err)
	must(t, x.AppointBookkeeper(ctx, x.Farid, x.Mill, x.Binta.ID, true))
	must(t, x.RecordPayment(ctx, x.See(t, x.Binta.ID), x.Mill, community.PaymentDraft{Currency: "EUR", ForPool: "2", Nonce: "b2"}))
	p, err := x.Propose(ctx, x.Binta, x.Harbour, draft(t, x))
	must(t, err)
	_, err = x.CastVote(ctx, x.Binta, p.ID, community.VoteDraft{Choice: community.ChoiceNo, Words: "ledgering"})
	must(t, err)
	_, err = x.AddRemark(ctx, x.Binta, p.ID, "ledgering")
	must(t, err)
}
