package auth

import (
	"strings"
	"sync"
	"testing"
	"time"

	"longtable/server/community"
)

func (p *porch) kept() *Account {
	p.t.Helper()
	account, err := p.EnrolWithoutAddress(p.t.Context(), "fr")
	if err != nil {
		p.t.Fatal(err)
	}
	return account
}

func (p *porch) card(member community.MemberID, seen bool) []Secret {
	p.t.Helper()
	codes, err := p.MakeCard(p.t.Context(), member, seen)
	if err != nil {
		p.t.Fatal(err)
	}
	return codes
}

func TestACodeOfACardLetsInOnce(t *testing.T) {
	p := newPorch(t)
	amina := p.kept()
	codes := p.card(amina.ID, false)
	if len(codes) != cardCodes {
		t.Fatalf("the card has %d codes", len(codes))
	}
	typed := Secret(strings.ToLower(strings.ReplaceAll(codes[0].Reveal(), "-", " "))) // as people copy it
	entry, err := p.UseCard(t.Context(), typed, Visitor{})
	if err != nil || entry.Session.Member != amina.ID || entry.CardEnded {
		t.Fatalf("the first code gives %+v, %v", entry, err)
	}
	for name, code := range map[string]Secret{"the same again": codes[0], "a made-up one": "ABCD-EFGH-JKMN-PQRS", "nothing": ""} {
		if _, err := p.UseCard(t.Context(), code, Visitor{}); community.KindOf(err) != community.KindNotFound {
			t.Errorf("%s is %v", name, err)
		}
	}
	if left, _, err := p.CardLeft(t.Context(), amina.ID); err != nil || left != cardCodes-1 {
		t.Errorf("%d codes are left, %v", left, err)
	}
	p.card(amina.ID, false)
	if _, err := p.UseCard(t.Context(), codes[1], Visitor{}); community.KindOf(err) != community.KindNotFound {
		t.Error("a code of the card before still works")
	}
}

func TestOfSeveralWithOneCodeOneEnters(t *testing.T) {
	p := newPorch(t)
	code := p.card(p.kept().ID, false)[0]
	var all sync.WaitGroup
	var mu sync.Mutex
	entered := 0
	for range 8 {
		all.Go(func() {
			if _, err := p.UseCard(t.Context(), code, Visitor{}); err == nil {
				mu.Lock()
				entered++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if entered != 1 {
		t.Errorf("%d entered", entered)
	}
}

// Whoever printed the card may have kept a copy. Using it ends the person's card: it can't go unnoticed.
func TestACardThatOthersHaveSeenEndsWithItsFirstUse(t *testing.T) {
	p := newPorch(t)
	amina := p.kept()
	codes := p.card(amina.ID, true)
	entry, err := p.UseCard(t.Context(), codes[3], Visitor{})
	if err != nil || !entry.CardEnded {
		t.Fatalf("the first use gives %+v, %v", entry, err)
	}
	for _, code := range codes {
		if _, err := p.UseCard(t.Context(), code, Visitor{}); community.KindOf(err) != community.KindNotFound {
			t.Errorf("another code of it still works: %v", err)
		}
	}
}

func TestGuessingCodesIsSlowedDownAndTheCodesAreNotKept(t *testing.T) {
	p := newPorch(t)
	codes := p.card(p.kept().ID, false)
	for id := range p.cards.things {
		for _, code := range codes {
			if strings.Contains(string(id), code.Reveal()) {
				t.Error("a code is kept")
			}
		}
	}
	var err error
	for tries := 0; community.KindOf(err) != community.KindTooMany; tries++ {
		if tries > 100 {
			t.Fatal("a hundred wrong codes are all answered")
		}
		_, err = p.UseCard(t.Context(), Secret(community.NewCode()), Visitor{Address: "192.0.2.1"})
	}
	if _, err := p.UseCard(t.Context(), codes[0], Visitor{Address: "192.0.2.2"}); err != nil {
		t.Errorf("somebody elsewhere can't come in: %v", err)
	}
}

func TestAnAccountWithoutAddressGetsOneByLetter(t *testing.T) {
	p := newPorch(t)
	amina := p.kept()
	entry, err := p.UseCard(t.Context(), p.card(amina.ID, false)[0], Visitor{})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.GiveAddress(t.Context(), entry.Session, "amina@example.org", "three plain words", Visitor{}, true); err != nil {
		t.Fatal(err)
	}
	if _, err := p.SignIn(t.Context(), "amina@example.org", "three plain words", Visitor{}); community.KindOf(err) != community.KindUnauthenticated {
		t.Errorf("before the letter is opened the address works: %v", err)
	}
	letter := p.lastLetter()
	if letter.Kind != LetterNewAddress || letter.To != "amina@example.org" {
		t.Fatalf("the letter is %v to %q", letter.Kind, letter.To)
	}
	if came, err := p.UseLink(t.Context(), letter.Link, Visitor{}); err != nil || came.Session.Member != amina.ID || came.New {
		t.Fatalf("the link gives %+v, %v", came, err)
	}
	if came, err := p.SignIn(t.Context(), "amina@example.org", "three plain words", Visitor{}); err != nil || came.Session.Member != amina.ID {
		t.Errorf("with address and password: %+v, %v", came, err)
	}
	if err := p.GiveAddress(t.Context(), entry.Session, "other@example.org", "", Visitor{}, true); community.KindOf(err) != community.KindConflict {
		t.Errorf("a second address is taken: %v", err)
	}
}

// An address that somebody has already is answered the same, and the letter goes to them and lets in nobody else.
func TestATakenAddressIsAnsweredTheSame(t *testing.T) {
	p := newPorch(t)
	bo, err := p.Enrol(t.Context(), Enrolment{Email: "bo@example.org", Password: "three plain words"})
	if err != nil {
		t.Fatal(err)
	}
	amina := p.kept()
	entry, err := p.UseCard(t.Context(), p.card(amina.ID, false)[0], Visitor{})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.GiveAddress(t.Context(), entry.Session, "bo@example.org", "", Visitor{}, true); err != nil {
		t.Errorf("it can be told: %v", err)
	}
	if came, err := p.UseLink(t.Context(), p.lastLetter().Link, Visitor{}); err != nil || came.Session.Member != bo.ID {
		t.Errorf("the link lets in %+v, %v", came, err)
	}
	if account, _ := p.Account(t.Context(), amina.ID); account.HasAddress() {
		t.Error("the account has the other's address")
	}
	if err := p.GiveAddress(t.Context(), entry.Session, "bo@example.org", "", Visitor{}, false); community.KindOf(err) != community.KindConflict {
		t.Errorf("where no letters are sent it is %v", err)
	}
}

func TestARecoveryEndsEveryOtherWayIn(t *testing.T) {
	p := newPorch(t)
	amina := p.kept()
	codes := p.card(amina.ID, false)
	thief, err := p.UseCard(t.Context(), codes[0], Visitor{})
	if err != nil {
		t.Fatal(err)
	}
	back, err := p.Recover(t.Context(), amina.ID, Visitor{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Who(t.Context(), thief.Token); community.KindOf(err) != community.KindUnauthenticated {
		t.Errorf("the session before it is %v", err)
	}
	if _, err := p.UseCard(t.Context(), codes[1], Visitor{}); community.KindOf(err) != community.KindNotFound {
		t.Errorf("the card before it is %v", err)
	}
	if err := p.ChangePassword(t.Context(), back.Session, "", "three plain words", Visitor{}); err != nil {
		t.Errorf("the password can't be set anew: %v", err)
	}
	p.clock.advance(freshFor + time.Minute)
	if err := p.ChangePassword(t.Context(), back.Session, "", "four plain words now", Visitor{}); community.KindOf(err) != community.KindInvalid {
		t.Errorf("a quarter of an hour later it needs no proof: %v", err)
	}
}

func TestForgettingTakesTheCardToo(t *testing.T) {
	p := newPorch(t)
	amina := p.kept()
	code := p.card(amina.ID, false)[0]
	if err := p.Forget(t.Context(), amina.ID); err != nil {
		t.Fatal(err)
	}
	if len(p.cards.things) != 0 {
		t.Errorf("%d codes are kept of somebody who left", len(p.cards.things))
	}
	if _, err := p.UseCard(t.Context(), code, Visitor{}); community.KindOf(err) != community.KindNotFound {
		t.Errorf("the code is %v", err)
	}
}
