package auth

import (
	"slices"
	"strings"
	"testing"
	"time"

	"longtable/server/community"
)

func (p *porch) mustBeOut(token Secret) {
	p.t.Helper()
	_, err := p.Who(p.t.Context(), token)
	mustBe(p.t, err, community.KindUnauthenticated, "error.sign-in-first")
}

func (p *porch) mustBeIn(token Secret) {
	p.t.Helper()
	if _, err := p.Who(p.t.Context(), token); err != nil {
		p.t.Fatalf("not signed in: %v", err)
	}
}

func TestOnlyOurOwnTokensOpen(t *testing.T) {
	p := newPorch(t)
	p.enrol(amara, longEnough)
	entry := p.signIn(amara, longEnough)
	p.mustBeIn(entry.Token)
	for _, other := range []Secret{"", "x", newSecret(""), entry.Token + "x", entry.Token[1:], Secret(entry.Session.ID), newSecret(tokenPrefix)} {
		p.mustBeOut(other)
	}
}

func TestSessionsEndAfterTwoWeeksWithoutAVisit(t *testing.T) {
	p := newPorch(t)
	p.enrol(amara, longEnough)
	token := p.signIn(amara, longEnough).Token
	p.clock.advance(sessionIdle - time.Second)
	p.mustBeIn(token)
	p.clock.advance(sessionIdle - time.Second)
	p.mustBeIn(token)
	p.clock.advance(sessionIdle)
	p.mustBeOut(token)
}

func TestSessionsEndAfterNinetyDaysWhateverHappens(t *testing.T) {
	p := newPorch(t)
	p.enrol(amara, longEnough)
	token := p.signIn(amara, longEnough).Token
	for range 89 {
		p.clock.advance(24 * time.Hour)
		p.mustBeIn(token)
	}
	p.clock.advance(24 * time.Hour)
	p.mustBeOut(token)
}

func TestAVisitIsWrittenAtMostOnceAnHour(t *testing.T) {
	p := newPorch(t)
	p.enrol(amara, longEnough)
	token := p.signIn(amara, longEnough).Token
	p.ledger.take()
	for range 180 { // three hours, a visit a minute
		p.clock.advance(time.Minute)
		p.mustBeIn(token)
	}
	writes := 0
	for _, line := range p.ledger.take() {
		if line == "sessions.Change" {
			writes++
		}
	}
	if writes != 3 {
		t.Errorf("%d writes in three hours", writes)
	}
}

func TestSignOutEndsThisSessionOnly(t *testing.T) {
	p := newPorch(t)
	p.enrol(amara, longEnough)
	phone, library := p.signIn(amara, longEnough), p.signIn(amara, longEnough)
	for range 2 { // signing out twice is signing out
		if err := p.SignOut(t.Context(), library.Token); err != nil {
			t.Fatal(err)
		}
	}
	p.mustBeOut(library.Token)
	p.mustBeIn(phone.Token)
	if told := p.toldEnded(); !slices.Equal(told, []SessionHash{library.Session.ID}) {
		t.Errorf("told of %v", told)
	}
	if err := p.SignOut(t.Context(), "nonsense"); err != nil {
		t.Errorf("a cookie that opens nothing: %v", err)
	}
}

func TestMembersSeeAndEndTheirOwnSessionsOnly(t *testing.T) {
	p := newPorch(t)
	account := p.enrol(amara, longEnough)
	other := p.enrol(binh, longEnough)
	old := p.signIn(amara, longEnough)
	p.clock.advance(time.Hour)
	recent := p.signIn(amara, longEnough)
	p.signIn(binh, longEnough)
	list, err := p.Sessions(t.Context(), account.ID)
	if err != nil || len(list) != 2 || list[0].ID != recent.Session.ID || list[1].ID != old.Session.ID {
		t.Fatalf("sessions are %v (%v)", list, err)
	}
	if err := p.EndSession(t.Context(), other.ID, old.Session.ID); community.KindOf(err) != community.KindNotFound {
		t.Fatalf("Binh ended Amara's session: %v", err)
	}
	p.mustBeIn(old.Token)
	if err := p.EndSession(t.Context(), account.ID, old.Session.ID); err != nil {
		t.Fatal(err)
	}
	p.mustBeOut(old.Token)
	p.clock.advance(sessionIdle)
	if list, err = p.Sessions(t.Context(), account.ID); err != nil || len(list) != 0 {
		t.Errorf("expired sessions are shown: %v (%v)", list, err)
	}
}

func TestEndOthersAndEndAll(t *testing.T) {
	p := newPorch(t)
	account := p.enrol(amara, longEnough)
	p.enrol(binh, longEnough)
	bystander := p.signIn(binh, longEnough)
	here, there := p.signIn(amara, longEnough), p.signIn(amara, longEnough)
	if err := p.EndOthers(t.Context(), here.Session); err != nil {
		t.Fatal(err)
	}
	p.mustBeIn(here.Token)
	p.mustBeOut(there.Token)
	if err := p.EndAll(t.Context(), account.ID); err != nil {
		t.Fatal(err)
	}
	p.mustBeOut(here.Token)
	p.mustBeIn(bystander.Token)
	want := slices.Sorted(slices.Values([]SessionHash{here.Session.ID, there.Session.ID}))
	if told := p.toldEnded(); !slices.Equal(told, want) {
		t.Errorf("told of %v, want %v", told, want)
	}
}

func TestTheSessionUnseenForLongestMakesRoom(t *testing.T) {
	p := newPorch(t)
	account := p.enrol(amara, longEnough)
	var entries []*Entry
	for range sessionsMax {
		p.clock.advance(time.Minute)
		entries = append(entries, p.signIn(amara, longEnough))
	}
	p.clock.advance(time.Hour)
	p.mustBeIn(entries[0].Token) // the oldest, but just seen
	p.signIn(amara, longEnough)
	p.mustBeIn(entries[0].Token)
	p.mustBeOut(entries[1].Token)
	if list, err := p.Sessions(t.Context(), account.ID); err != nil || len(list) != sessionsMax {
		t.Errorf("%d sessions (%v)", len(list), err)
	}
}

func TestChangePasswordAsksForTheOldOne(t *testing.T) {
	p := newPorch(t)
	p.enrol(amara, longEnough)
	here, there := p.signIn(amara, longEnough), p.signIn(amara, longEnough)
	err := p.ChangePassword(t.Context(), here.Session, "not the old one", alsoLong, fromHub)
	mustBeAt(t, err, "oldPassword", "auth.old-password-wrong")
	err = p.ChangePassword(t.Context(), here.Session, longEnough, "short", fromHub)
	mustBeAt(t, err, "newPassword", "auth.password-too-short")
	p.mustBeIn(there.Token)

	if err := p.ChangePassword(t.Context(), here.Session, longEnough, alsoLong, fromHub); err != nil {
		t.Fatal(err)
	}
	p.mustBeIn(here.Token)
	p.mustBeOut(there.Token)
	if letter := p.lastLetter(); letter.Kind != LetterPasswordChanged || letter.To != amara || letter.Link != "" {
		t.Errorf("letter is %s to %s", letter.Kind, letter.To)
	}
	p.signIn(amara, alsoLong)
	_, err = p.SignIn(t.Context(), amara, longEnough, fromHub)
	mustBe(t, err, community.KindUnauthenticated, "auth.wrong-email-or-password")
}

func TestAFoundSessionCannotGuessTheOldPasswordForLong(t *testing.T) {
	p := newPorch(t)
	p.enrol(amara, longEnough)
	session := p.signIn(amara, longEnough).Session
	for range 10 {
		mustBeAt(t, p.ChangePassword(t.Context(), session, "a guess", alsoLong, fromHub), "oldPassword", "auth.old-password-wrong")
	}
	mustBe(t, p.ChangePassword(t.Context(), session, longEnough, alsoLong, fromHub), community.KindTooMany, "auth.too-many-tries")
}

func TestAForgottenPasswordIsSetAfterAFreshLink(t *testing.T) {
	p := newPorch(t)
	p.enrol(amara, longEnough)
	p.enrol(binh, "")
	come := func(email string) *Session {
		t.Helper()
		if err := p.RequestLink(t.Context(), email, fromHub); err != nil {
			t.Fatal(err)
		}
		entry, err := p.UseLink(t.Context(), p.lastLetter().Link, fromHub)
		if err != nil {
			t.Fatal(err)
		}
		return entry.Session
	}
	stale, staleWithout := come(amara), come(binh)
	p.clock.advance(freshFor)
	mustBeAt(t, p.ChangePassword(t.Context(), stale, "", alsoLong, fromHub), "oldPassword", "auth.old-password-wrong")
	mustBe(t, p.ChangePassword(t.Context(), staleWithout, "", alsoLong, fromHub), community.KindForbidden, "auth.come-in-by-link-first")
	for _, email := range []string{amara, binh} {
		if err := p.ChangePassword(t.Context(), come(email), "", alsoLong, fromHub); err != nil {
			t.Fatal(err)
		}
		p.signIn(email, alsoLong)
	}
}

func TestSetLanguageSpeaksItOnPagesAndInLetters(t *testing.T) {
	p := newPorch(t)
	account := p.enrol(amara, longEnough)
	entry := p.signIn(amara, longEnough)
	if err := p.SetLanguage(t.Context(), entry.Session, "ar"); err != nil {
		t.Fatal(err)
	}
	session, errSession := p.Who(t.Context(), entry.Token)
	after, errAccount := p.Account(t.Context(), account.ID)
	if errSession != nil || errAccount != nil || session.Lang != "ar" || after.Lang != "ar" {
		t.Errorf("session %+v (%v), account %+v (%v)", session, errSession, after, errAccount)
	}
}

func TestBrowsersInWords(t *testing.T) {
	for header, want := range map[string]string{
		amarasPhone: "Firefox, Android",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Safari/537.36 Edg/124.0":            "Edge, Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile Safari/604.1": "Safari, iPhone",
		"curl/8.5.0":              "curl",
		"calendar-sync/1.2":       "calendar-sync",
		"":                        "",
		strings.Repeat("z", 5000): strings.Repeat("z", agentMax),
		"a\u202eb\x00c\r\nd/1":    "abc d",
	} {
		if got := agentInWords(header); got != want {
			t.Errorf("%.60q: got %q, want %q", header, got, want)
		}
	}
}
