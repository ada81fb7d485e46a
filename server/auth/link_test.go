package auth

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"longtable/server/community"
)

// signUp gives back the browser's secret.
func (p *porch) signUp(email string, password Secret) Secret {
	p.t.Helper()
	browser, err := p.SignUp(p.t.Context(), email, password, fromHub)
	if err != nil {
		p.t.Fatal(err)
	}
	return browser
}

func from(browser Secret) Visitor {
	v := fromHub
	v.Browser = browser
	return v
}

func TestSignUpLeadsThroughTheMailbox(t *testing.T) {
	p := newPorch(t)
	browser := p.signUp(amara, longEnough)
	if len(p.accounts.things) != 0 || len(p.sessions.things) != 0 {
		t.Fatal("signing up made more than a link")
	}
	letter := p.lastLetter()
	if letter.Kind != LetterWelcome || letter.To != amara || letter.Lang != "fr" {
		t.Fatalf("letter is %s to %s in %s", letter.Kind, letter.To, letter.Lang)
	}
	entry, err := p.UseLink(t.Context(), letter.Link, from(browser))
	if err != nil {
		t.Fatal(err)
	}
	if !entry.New || entry.PasswordDropped {
		t.Errorf("entry is %+v", entry)
	}
	account, err := p.Account(t.Context(), entry.Session.Member)
	if err != nil || account.Email != amara || account.EmailKey != "amara.okafor@example.org" || account.Lang != "fr" {
		t.Fatalf("account is %+v (%v)", account, err)
	}
	p.signIn(amara, longEnough)
}

func TestSignUpTreatsKnownAndUnknownAddressesAlike(t *testing.T) {
	for name, ask := range map[string]func(*porch, string) error{
		"SignUp": func(p *porch, email string) error {
			_, err := p.SignUp(t.Context(), email, longEnough, fromHub)
			return err
		},
		"SignUp without password": func(p *porch, email string) error { _, err := p.SignUp(t.Context(), email, "", fromHub); return err },
		"RequestLink":             func(p *porch, email string) error { return p.RequestLink(t.Context(), email, fromHub) },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPorch(t)
			p.enrol(amara, alsoLong)
			p.ledger.take()
			if err := ask(p, amara); err != nil {
				t.Fatal(err)
			}
			known := p.ledger.take()
			if err := ask(p, binh); err != nil {
				t.Fatal(err)
			}
			if unknown := p.ledger.take(); !slices.Equal(known, unknown) || !slices.Contains(known, "letter") {
				t.Errorf("work for a known address %q, for an unknown one %q", known, unknown)
			}
		})
	}
}

func TestSigningUpAgainChangesNothingForAMember(t *testing.T) {
	p := newPorch(t)
	account := p.enrol(amara, longEnough)
	browser := p.signUp(strings.ToUpper(amara), alsoLong)
	letter := p.lastLetter()
	if letter.Kind != LetterAlreadyMember || letter.To != amara {
		t.Fatalf("letter is %s to %s; it must go to the address as the member wrote it", letter.Kind, letter.To)
	}
	if kept, err := p.Link(t.Context(), letter.Link); err != nil || kept.PasswordHash != "" || kept.Browser != "" {
		t.Errorf("a member's link remembers what a stranger typed (%v)", err)
	}
	entry, err := p.UseLink(t.Context(), letter.Link, from(browser))
	if err != nil || entry.New || entry.Session.Member != account.ID {
		t.Fatalf("entry is %+v (%v)", entry, err)
	}
	p.signIn(amara, longEnough)
	_, err = p.SignIn(t.Context(), amara, alsoLong, fromHub)
	mustBe(t, err, community.KindUnauthenticated, "auth.wrong-email-or-password")
}

func TestAStrangersPasswordDoesNotComeWithTheLink(t *testing.T) {
	for name, v := range map[string]Visitor{"no cookie": fromHub, "another browser": from(newSecret(""))} {
		t.Run(name, func(t *testing.T) {
			p := newPorch(t)
			p.signUp(amara, longEnough) // somebody else typed this
			entry, err := p.UseLink(t.Context(), p.lastLetter().Link, v)
			if err != nil || !entry.New || !entry.PasswordDropped {
				t.Fatalf("entry is %+v (%v)", entry, err)
			}
			_, err = p.SignIn(t.Context(), amara, longEnough, fromHub)
			mustBe(t, err, community.KindUnauthenticated, "auth.wrong-email-or-password")
		})
	}
}

func TestTwoSignUpsOfOneAddressMakeOneAccount(t *testing.T) {
	p := newPorch(t)
	first := p.signUp(amara, longEnough)
	firstLink := p.lastLetter().Link
	second := p.signUp(amara, alsoLong)
	secondLink := p.lastLetter().Link
	one, err := p.UseLink(t.Context(), firstLink, from(first))
	if err != nil {
		t.Fatal(err)
	}
	two, err := p.UseLink(t.Context(), secondLink, from(second))
	if err != nil {
		t.Fatal(err)
	}
	if one.Session.Member != two.Session.Member || two.New || len(p.accounts.things) != 1 {
		t.Errorf("%d accounts; entries %+v and %+v", len(p.accounts.things), one, two)
	}
	p.signIn(amara, longEnough) // the first password stays
}

func TestALinkForAnUnknownAddressMakesAnAccountWithoutPassword(t *testing.T) {
	p := newPorch(t)
	if err := p.RequestLink(t.Context(), binh, fromHub); err != nil {
		t.Fatal(err)
	}
	letter := p.lastLetter()
	if letter.Kind != LetterNoAccountYet {
		t.Fatalf("letter is %s", letter.Kind)
	}
	entry, err := p.UseLink(t.Context(), letter.Link, fromHub)
	if err != nil || !entry.New || entry.PasswordDropped {
		t.Fatalf("entry is %+v (%v)", entry, err)
	}
}

func TestALinkWorksOnceForTenMinutes(t *testing.T) {
	p := newPorch(t)
	p.enrol(amara, longEnough)
	request := func() Secret {
		t.Helper()
		if err := p.RequestLink(t.Context(), amara, fromHub); err != nil {
			t.Fatal(err)
		}
		return p.lastLetter().Link
	}
	link := request()
	for range 3 { // looking is not using
		if _, err := p.Link(t.Context(), link); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.UseLink(t.Context(), link, fromHub); err != nil {
		t.Fatal(err)
	}
	_, errUsed := p.UseLink(t.Context(), link, fromHub)

	link = request()
	p.clock.advance(10*time.Minute - time.Millisecond)
	if _, err := p.Link(t.Context(), link); err != nil {
		t.Fatalf("just in time: %v", err)
	}
	p.clock.advance(time.Millisecond)
	_, errLate := p.UseLink(t.Context(), link, fromHub)
	_, errUnknown := p.UseLink(t.Context(), newSecret(""), fromHub)
	_, errNonsense := p.UseLink(t.Context(), "../../etc/passwd", fromHub)
	for _, err := range []error{errUsed, errLate, errUnknown, errNonsense} {
		mustBe(t, err, community.KindNotFound, "auth.link-no-good")
	}
}

func TestOfFiftyUsesOfOneLinkExactlyOneEnters(t *testing.T) {
	p := newPorch(t)
	p.signUp(amara, longEnough)
	link := p.lastLetter().Link
	var entered, refused atomic.Int64
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			_, err := p.UseLink(t.Context(), link, fromHub)
			switch {
			case err == nil:
				entered.Add(1)
			case community.KindOf(err) == community.KindNotFound:
				refused.Add(1)
			}
		})
	}
	all.Wait()
	if entered.Load() != 1 || refused.Load() != 49 || len(p.sessions.things) != 1 {
		t.Errorf("%d entered, %d were refused, %d sessions", entered.Load(), refused.Load(), len(p.sessions.things))
	}
}

func TestLettersToOneMailboxAreFew(t *testing.T) {
	p := newPorch(t)
	for range 3 {
		p.signUp(amara, "")
	}
	err := p.RequestLink(t.Context(), strings.ToLower(amara), Visitor{Address: "198.51.100.9"})
	mustBe(t, err, community.KindTooMany, "auth.too-many-tries")
	p.clock.advance(5 * time.Minute)
	if err := p.RequestLink(t.Context(), amara, fromHub); err != nil {
		t.Errorf("five minutes later: %v", err)
	}
}

func TestDemoLinksWorkAgainInADemoOnly(t *testing.T) {
	p := newPorch(t, func(h *House) { h.Demo = true })
	account := p.enrol(amara, "")
	link, err := p.DemoLink(t.Context(), account.ID)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		entry, err := p.UseLink(t.Context(), link, fromHub)
		if err != nil || entry.Session.Member != account.ID {
			t.Fatalf("entry is %+v (%v)", entry, err)
		}
	}
	p.house.Demo = false // the same data, opened as an ordinary network
	_, err = p.UseLink(t.Context(), link, fromHub)
	mustBe(t, err, community.KindNotFound, "auth.link-no-good")
	if _, err := p.DemoLink(t.Context(), account.ID); err == nil {
		t.Error("a demo link was made outside of a demo")
	}
}

func TestSignUpNamesEverythingWrongAtOnce(t *testing.T) {
	p := newPorch(t)
	_, err := p.SignUp(t.Context(), "not an address", "short", fromHub)
	mustBeAt(t, err, "email", "auth.email-not-an-address")
	mustBeAt(t, err, "password", "auth.password-too-short")
	if work := p.ledger.take(); len(work) != 0 {
		t.Errorf("a form that cannot be used caused %q", work)
	}
}

func TestAddresses(t *testing.T) {
	for text, say := range map[string]string{
		"amara@example.org":                   "",
		" Amara+table@sub.example.org\n":      "",
		"o'brien@example.ie":                  "",
		"":                                    "auth.email-needed",
		"   ":                                 "auth.email-needed",
		strings.Repeat("a", 250) + "@b.org":   "auth.email-too-long",
		"amara":                               "auth.email-not-an-address",
		"amara@localhost":                     "auth.email-not-an-address",
		"@example.org":                        "auth.email-not-an-address",
		"amara@@example.org":                  "auth.email-not-an-address",
		"Amara <amara@example.org>":           "auth.email-not-an-address",
		`"am ara"@example.org`:                "auth.email-not-an-address",
		"amara@example.org, binh@example.org": "auth.email-not-an-address",
		"amara@example.org\r\nBcc: b@example.org": "auth.email-not-an-address",
		"amara@example.org\x00":                   "auth.email-not-an-address",
		"mi\u212ae@example.org":                   "auth.email-not-an-address", // the Kelvin sign folds to k
		"amara\u202e@example.org":                 "auth.email-not-an-address",
		"{\"$ne\":1}@example.org":                 "auth.email-not-an-address",
	} {
		_, problem := parseEmail(text)
		if say == "" && problem != nil || say != "" && (problem == nil || problem.Say != say) {
			t.Errorf("%q: got %+v, want %q", text, problem, say)
		}
	}
}

func TestEnrolRefusesATakenAddress(t *testing.T) {
	p := newPorch(t)
	account, err := p.Enrol(t.Context(), Enrolment{Member: "steward-1", Email: amara, Password: longEnough, Lang: "ar"})
	if err != nil || account.ID != "steward-1" {
		t.Fatalf("account is %+v (%v)", account, err)
	}
	_, err = p.Enrol(t.Context(), Enrolment{Email: strings.ToUpper(amara)})
	mustBe(t, err, community.KindConflict, "auth.email-taken")
	_, err = p.Enrol(t.Context(), Enrolment{Email: binh, Password: "1234567890"})
	mustBeAt(t, err, "password", "auth.password-common")
	entry, err := p.Admit(t.Context(), "steward-1", Visitor{})
	if err != nil || entry.Session.Lang != "ar" {
		t.Errorf("entry is %+v (%v)", entry, err)
	}
	if _, err = p.Admit(t.Context(), "nobody", Visitor{}); community.KindOf(err) != community.KindNotFound {
		t.Errorf("somebody without an account: %v", err)
	}
}
