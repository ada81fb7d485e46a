package community

import (
	"testing"
	"time"
)

// A grant is decided in the pool's books and becomes a term a moment later. Who chose to pay in between has both, one behind
// the other, and each month is due once and to one payer.
func TestATermThatCameMeanwhileMovesTheNextOneBehindIt(t *testing.T) {
	now := At(time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC))
	d := &Dues{}
	granted := Term{Plan: "desk", Payer: PayerPool, Since: now, Grant: now}
	for _, x := range []struct {
		term   Term
		months int
	}{{Term{Plan: "desk", Payer: PayerMember, Since: now.Plus(time.Minute)}, 3}, {granted, 6}} {
		if err := d.add(x.term, x.months, "UTC"); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.add(granted, 6, "UTC"); err != ErrUnchanged {
		t.Errorf("a grant that is a term already: %v", err)
	}
	if len(d.Terms) != 2 || d.Terms[1].Since != d.Terms[0].Until || d.Terms[1].Grant != now {
		t.Fatalf("the terms are %+v", d.Terms)
	}
	var paid []Payer
	for before := Instant(0); ; {
		term, at := d.due("UTC")
		if term == nil {
			break
		}
		if at <= before {
			t.Fatalf("a month at %v is due after one at %v", at, before)
		}
		paid, before = append(paid, term.Payer), at
		term.Charged++
	}
	if len(paid) != 9 || paid[2] != PayerMember || paid[3] != PayerPool {
		t.Errorf("nine months are paid by %v", paid)
	}
}

func TestAMonthLaterIsInTheNextMonth(t *testing.T) {
	for from, want := range map[string][]string{
		"2027-01-31T09:00": {"2027-02-28T09:00", "2027-03-31T09:00", "2027-04-30T09:00"},
		"2027-11-30T09:00": {"2027-12-30T09:00", "2028-01-30T09:00", "2028-02-29T09:00"},
		"2027-03-01T09:00": {"2027-04-01T09:00", "2027-05-01T09:00", "2027-06-01T09:00"},
	} {
		lisbon, err := time.LoadLocation("Europe/Lisbon")
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.ParseInLocation("2006-01-02T15:04", from, lisbon)
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range want {
			if got := monthsAfter(At(at), i+1, "Europe/Lisbon").In("Europe/Lisbon").Format("2006-01-02T15:04"); got != w {
				t.Errorf("%d months after %s is %s, not %s", i+1, from, got, w)
			}
		}
	}
}
