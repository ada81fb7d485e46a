package auth

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"longtable/server/community"
)

const (
	amara       = "Amara.Okafor@Example.org"
	binh        = "binh@example.org"
	longEnough  = Secret("seven lamps and a kettle")
	alsoLong    = Secret("the ferry leaves at noon")
	amarasPhone = "Mozilla/5.0 (Android 14; Mobile; rv:125.0) Gecko/125.0 Firefox/125.0"
)

var fromHub = Visitor{Address: "203.0.113.7", Agent: amarasPhone, Lang: "fr"}

// enrol gives the test a member who can sign in.
func (p *porch) enrol(email string, password Secret) *Account {
	p.t.Helper()
	account, err := p.Enrol(p.t.Context(), Enrolment{Email: email, Password: password, Lang: "fr"})
	if err != nil {
		p.t.Fatal(err)
	}
	return account
}

func (p *porch) signIn(email string, password Secret) *Entry {
	p.t.Helper()
	entry, err := p.SignIn(p.t.Context(), email, password, fromHub)
	if err != nil {
		p.t.Fatal(err)
	}
	return entry
}

func mustBe(t *testing.T, err error, kind community.Kind, say string) {
	t.Helper()
	var e *community.Error
	if !errors.As(err, &e) || e.Kind != kind || e.Say != say {
		t.Fatalf("got %v, want %s (%s)", err, kind, say)
	}
}

func mustBeAt(t *testing.T, err error, field, say string) {
	t.Helper()
	var e *community.Error
	if !errors.As(err, &e) || e.Kind != community.KindInvalid || e.Fields[field].Say != say {
		t.Fatalf("got %v, want invalid with %s at %s", err, say, field)
	}
}

func TestADoorNeedsEverythingAroundIt(t *testing.T) {
	whole := newPorch(t).house
	for name, remove := range map[string]func(*House){
		"accounts":  func(h *House) { h.Accounts = nil },
		"sessions":  func(h *House) { h.Sessions = nil },
		"links":     func(h *House) { h.Links = nil },
		"tokens":    func(h *House) { h.Tokens = nil },
		"passwords": func(h *House) { h.Passwords = nil },
		"throttle":  func(h *House) { h.Throttle = nil },
		"letters":   func(h *House) { h.Letters = nil },
		"clock":     func(h *House) { h.Clock = nil },
	} {
		lacking := whole
		remove(&lacking)
		if _, err := NewDoor(lacking); err == nil {
			t.Errorf("a door without %s opened", name)
		}
	}
	if _, err := NewDoor(whole); err != nil {
		t.Errorf("the whole house: %v", err)
	}
}

func TestSignInOpensASessionOfItsOwn(t *testing.T) {
	p := newPorch(t)
	account := p.enrol(amara, longEnough)
	first, second := p.signIn("  amara.okafor@EXAMPLE.org ", longEnough), p.signIn(amara, longEnough)
	if first.Token == second.Token || first.Session.ID == second.Session.ID {
		t.Fatal("two sign-ins share a session")
	}
	who, err := p.Who(t.Context(), first.Token)
	if err != nil {
		t.Fatal(err)
	}
	if who.Member != account.ID || who.Agent != "Firefox, Android" || who.Lang != "fr" {
		t.Fatalf("session is %+v", who)
	}
	for id := range p.sessions.things {
		if string(id) == first.Token.Reveal() {
			t.Fatal("the store holds a usable token")
		}
	}
}

func TestWrongPasswordAndUnknownAddressAreAlike(t *testing.T) {
	p := newPorch(t)
	p.enrol(amara, longEnough)
	p.enrol(binh, "") // comes in by links only
	p.ledger.take()
	var errs []string
	var works [][]string
	for _, email := range []string{amara, binh, "nobody@example.org"} {
		_, err := p.SignIn(t.Context(), email, alsoLong, fromHub)
		mustBe(t, err, community.KindUnauthenticated, "auth.wrong-email-or-password")
		errs, works = append(errs, err.Error()), append(works, p.ledger.take())
	}
	if len(slices.Compact(errs)) != 1 {
		t.Errorf("the errors differ: %q", errs)
	}
	if !slices.Equal(works[0], works[1]) || !slices.Equal(works[0], works[2]) || len(works[0]) == 0 {
		t.Errorf("the work differs: %q", works)
	}
}

func TestAnEmptyPasswordNeverOpensAnAccountWithoutOne(t *testing.T) {
	p := newPorch(t)
	p.enrol(binh, "")
	_, err := p.SignIn(t.Context(), binh, "", fromHub)
	mustBe(t, err, community.KindUnauthenticated, "auth.wrong-email-or-password")
}

func TestWeakHashesAreMadeAnewAtSignIn(t *testing.T) {
	p := newPorch(t)
	account := p.enrol(amara, longEnough)
	stronger, err := NewPasswords(Cost{MemoryKiB: 128, Passes: 2, Lanes: 1})
	if err != nil {
		t.Fatal(err)
	}
	p.house.Passwords = stronger
	p.signIn(amara, longEnough)
	after, err := p.Account(t.Context(), account.ID)
	if err != nil {
		t.Fatal(err)
	}
	if cost, _, _, err := decode(after.PasswordHash); err != nil || cost != stronger.cost {
		t.Fatalf("kept under %+v (%v), want %+v", cost, err, stronger.cost)
	}
	p.signIn(amara, longEnough)
	again, err := p.Account(t.Context(), account.ID)
	if err != nil || again.PasswordHash != after.PasswordHash {
		t.Fatalf("a strong hash was made anew (%v)", err)
	}
}

func TestTenWrongPasswordsSlowOneAccountFromOneNetwork(t *testing.T) {
	p := newPorch(t)
	p.enrol(amara, longEnough)
	p.enrol(binh, longEnough)
	for range 10 {
		_, err := p.SignIn(t.Context(), amara, alsoLong, fromHub)
		mustBe(t, err, community.KindUnauthenticated, "auth.wrong-email-or-password")
	}
	_, err := p.SignIn(t.Context(), amara, longEnough, fromHub)
	mustBe(t, err, community.KindTooMany, "auth.too-many-tries")
	p.signIn(binh, longEnough) // a neighbour in the same hub is not held up
	p.clock.advance(time.Minute)
	p.signIn(amara, longEnough)
}

func TestRightPasswordsAreNotCounted(t *testing.T) {
	p := newPorch(t)
	p.enrol(amara, longEnough)
	for range 200 {
		p.signIn(amara, longEnough)
	}
}

func TestACrowdOfGuessersRunsDryAndCannotLockTheOwnerOut(t *testing.T) {
	p := newPorch(t)
	p.enrol(amara, longEnough)
	p.signIn(amara, longEnough) // from now on the hub is familiar
	refused := 0
	for try := range 1000 {
		guesser := Visitor{Address: fmt.Sprintf("198.51.100.%d", try%100)}
		_, err := p.SignIn(t.Context(), amara, alsoLong, guesser)
		if community.KindOf(err) == community.KindTooMany {
			refused++
		}
	}
	if refused != 900 {
		t.Errorf("%d of 1000 guesses were refused unheard, want 900", refused)
	}
	p.signIn(amara, longEnough)

	elsewhere := Visitor{Address: "192.0.2.44"}
	_, err := p.SignIn(t.Context(), amara, longEnough, elsewhere)
	mustBe(t, err, community.KindTooMany, "auth.too-many-tries")
	if err := p.RequestLink(t.Context(), amara, elsewhere); err != nil {
		t.Fatalf("the mailed link: %v", err)
	}
	if _, err := p.UseLink(t.Context(), p.lastLetter().Link, elsewhere); err != nil {
		t.Fatalf("the mailed link: %v", err)
	}
}

func TestAFailingStoreLetsNobodyIn(t *testing.T) {
	p := newPorch(t)
	account := p.enrol(amara, longEnough)
	entry := p.signIn(amara, longEnough)
	_, secret, err := p.CreateToken(t.Context(), account.ID, "calendar")
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("disk on fire")
	p.ledger.failWith(broken)
	ctx := t.Context()
	for name, try := range map[string]func() error{
		"SignIn":      func() error { _, err := p.SignIn(ctx, amara, longEnough, fromHub); return err },
		"SignUp":      func() error { _, err := p.SignUp(ctx, "new@example.org", longEnough, fromHub); return err },
		"RequestLink": func() error { return p.RequestLink(ctx, amara, fromHub) },
		"UseLink":     func() error { _, err := p.UseLink(ctx, newSecret(""), fromHub); return err },
		"Who":         func() error { _, err := p.Who(ctx, entry.Token); return err },
		"Bearer":      func() error { _, err := p.Bearer(ctx, secret); return err },
		"SignOut":     func() error { return p.SignOut(ctx, entry.Token) },
		"EndOthers":   func() error { return p.EndOthers(ctx, entry.Session) },
		"Forget":      func() error { return p.Forget(ctx, account.ID) },
		"Sweep":       func() error { _, err := p.Sweep(ctx); return err },
	} {
		if err := try(); !errors.Is(err, broken) {
			t.Errorf("%s: got %v, want the store's error", name, err)
		}
	}
	p.ledger.failWith(nil)
	if _, err := p.Who(ctx, entry.Token); err != nil {
		t.Errorf("after the fire: %v", err)
	}
}

func TestSweepTakesAwayOnlyWhatExpired(t *testing.T) {
	p := newPorch(t)
	p.enrol(amara, longEnough)
	old := p.signIn(amara, longEnough)
	if err := p.RequestLink(t.Context(), amara, fromHub); err != nil {
		t.Fatal(err)
	}
	p.clock.advance(sessionIdle + time.Second)
	young := p.signIn(amara, longEnough)
	swept, err := p.Sweep(t.Context())
	if err != nil || swept != 2 {
		t.Fatalf("swept %d (%v), want the old session and the link", swept, err)
	}
	if _, left := p.sessions.things[old.Session.ID]; left || len(p.links.things) != 0 {
		t.Error("something expired is left")
	}
	if _, err := p.Who(t.Context(), young.Token); err != nil {
		t.Errorf("the young session: %v", err)
	}
}

func TestForgetLeavesNothingThatLetsIn(t *testing.T) {
	p := newPorch(t)
	if err := p.RequestLink(t.Context(), strings.ToUpper(amara), fromHub); err != nil { // before she had an account
		t.Fatal(err)
	}
	account := p.enrol(amara, longEnough)
	p.enrol(binh, longEnough)
	entry, bystander := p.signIn(amara, longEnough), p.signIn(binh, longEnough)
	_, secret, err := p.CreateToken(t.Context(), account.ID, "calendar")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.RequestLink(t.Context(), amara, fromHub); err != nil {
		t.Fatal(err)
	}
	if len(p.links.things) != 2 {
		t.Fatalf("%d links are kept, not the two, so this test means little", len(p.links.things))
	}
	for range 2 { // repeating it does no harm
		if err := p.Forget(t.Context(), account.ID); err != nil {
			t.Fatal(err)
		}
	}
	_, err = p.Who(t.Context(), entry.Token)
	mustBe(t, err, community.KindUnauthenticated, "error.sign-in-first")
	_, err = p.Bearer(t.Context(), secret)
	mustBe(t, err, community.KindUnauthenticated, "error.sign-in-first")
	_, err = p.UseLink(t.Context(), p.lastLetter().Link, fromHub)
	mustBe(t, err, community.KindNotFound, "auth.link-no-good")
	_, err = p.SignIn(t.Context(), amara, longEnough, fromHub)
	mustBe(t, err, community.KindUnauthenticated, "auth.wrong-email-or-password")
	if len(p.links.things) != 0 {
		t.Errorf("%d links to the address are kept", len(p.links.things))
	}
	if _, err := p.Who(t.Context(), bystander.Token); err != nil {
		t.Errorf("Binh was forgotten with Amara: %v", err)
	}
}

func TestWhatCannotBeTakenBackAsksForThePassword(t *testing.T) {
	p := newPorch(t)
	p.enrol(amara, longEnough)
	entry := p.signIn(amara, longEnough)
	err := p.Confirm(t.Context(), entry.Session, "not her password", fromHub)
	mustBe(t, err, community.KindInvalid, "error.invalid")
	if err := p.Confirm(t.Context(), entry.Session, longEnough, fromHub); err != nil {
		t.Errorf("the right password: %v", err)
	}
	p.enrol(binh, "")
	if err := p.RequestLink(t.Context(), binh, fromHub); err != nil {
		t.Fatal(err)
	}
	came, err := p.UseLink(t.Context(), p.lastLetter().Link, fromHub)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Confirm(t.Context(), came.Session, "", fromHub); err != nil {
		t.Errorf("an account without a password: %v", err)
	}
}

// TestEverythingAtOnce proves nothing by itself: the race detector watches.
func TestEverythingAtOnce(t *testing.T) {
	p := newPorch(t, func(h *House) { h.Demo = true })
	account := p.enrol(amara, longEnough)
	keep := p.signIn(amara, longEnough)
	demo, err := p.DemoLink(t.Context(), account.ID)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	acts := []func() error{
		func() error { _, err := p.SignIn(ctx, amara, longEnough, fromHub); return err },
		func() error { _, err := p.SignUp(ctx, amara, longEnough, fromHub); return err },
		func() error { return p.RequestLink(ctx, binh, fromHub) },
		func() error { _, err := p.Link(ctx, demo); return err },
		func() error { _, err := p.UseLink(ctx, demo, fromHub); return err },
		func() error { _, err := p.DemoLink(ctx, account.ID); return err },
		func() error { _, err := p.Admit(ctx, account.ID, fromHub); return err },
		func() error { _, err := p.Who(ctx, keep.Token); return err },
		func() error { _, err := p.Sessions(ctx, account.ID); return err },
		func() error { return p.EndOthers(ctx, keep.Session) },
		func() error { return p.EndAll(ctx, "somebody-else") },
		func() error { return p.EndSession(ctx, account.ID, "gone") },
		func() error { return p.SignOut(ctx, newSecret("")) },
		func() error { _, _, err := p.CreateToken(ctx, account.ID, "calendar"); return err },
		func() error { _, err := p.Tokens(ctx, account.ID); return err },
		func() error { _, err := p.Bearer(ctx, newSecret(tokenPrefix)); return err },
		func() error { return p.DeleteToken(ctx, account.ID, "gone") },
		func() error { return p.ChangePassword(ctx, keep.Session, longEnough, longEnough, fromHub) },
		func() error { return p.SetLanguage(ctx, keep.Session, "ar") },
		func() error { _, err := p.Account(ctx, account.ID); return err },
		func() error { return p.Forget(ctx, "somebody-else") },
		func() error { return p.Confirm(ctx, keep.Session, longEnough, fromHub) },
		func() error { _, err := p.Sweep(ctx); return err },
		func() error { _, err := p.Enrol(ctx, Enrolment{Email: amara}); return err },
		func() error { p.clock.advance(time.Second); return nil },
	}
	var all sync.WaitGroup
	var internal atomic.Pointer[error]
	for _, act := range acts {
		for range 4 {
			all.Go(func() {
				if err := act(); err != nil && community.KindOf(err) == community.KindInternal {
					internal.Store(&err)
				}
			})
		}
	}
	all.Wait()
	if err := internal.Load(); err != nil {
		t.Fatalf("something broke: %v", *err)
	}
	if _, err := p.Who(ctx, keep.Token); err != nil {
		t.Errorf("the kept session: %v", err)
	}
}
