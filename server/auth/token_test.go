package auth

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"longtable/server/community"
)

func TestATokenIsShownOnceAndLetsItsMemberIn(t *testing.T) {
	p := newPorch(t)
	account := p.enrol(amara, "")
	token, secret, err := p.CreateToken(t.Context(), account.ID, "  my calendar ")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(secret.Reveal(), "lt_") || token.Name != "my calendar" || strings.Contains(string(token.ID), secret.Reveal()) {
		t.Errorf("token %+v", token)
	}
	found, err := p.Bearer(t.Context(), secret)
	if err != nil || found.Member != account.ID || found.UsedAt == 0 {
		t.Fatalf("found %+v (%v)", found, err)
	}
	for _, other := range []Secret{"", "lt_", newSecret(tokenPrefix), newSecret(""), Secret(token.ID), secret + " "} {
		_, err := p.Bearer(t.Context(), other)
		mustBe(t, err, community.KindUnauthenticated, "error.sign-in-first")
	}
	if err := p.DeleteToken(t.Context(), account.ID, token.ID); err != nil {
		t.Fatal(err)
	}
	_, err = p.Bearer(t.Context(), secret)
	mustBe(t, err, community.KindUnauthenticated, "error.sign-in-first")
}

func TestTheUseOfATokenIsWrittenAtMostOnceAnHour(t *testing.T) {
	p := newPorch(t)
	_, secret, err := p.CreateToken(t.Context(), "amara", "calendar")
	if err != nil {
		t.Fatal(err)
	}
	first, err := p.Bearer(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	p.clock.advance(seenEvery - time.Second)
	if again, err := p.Bearer(t.Context(), secret); err != nil || again.UsedAt != first.UsedAt {
		t.Errorf("within the hour: %+v (%v)", again, err)
	}
	p.clock.advance(time.Second)
	if later, err := p.Bearer(t.Context(), secret); err != nil || later.UsedAt != community.At(p.clock.time()) {
		t.Errorf("an hour later: %+v (%v)", later, err)
	}
}

func TestTokensHaveANameAndAreFew(t *testing.T) {
	p := newPorch(t)
	_, _, err := p.CreateToken(t.Context(), "amara", " \u202e ")
	mustBeAt(t, err, "name", "auth.token-name-needed")
	_, _, err = p.CreateToken(t.Context(), "amara", strings.Repeat("é", tokenNameMax+1))
	mustBeAt(t, err, "name", "auth.token-name-too-long")
	for i := range tokensMax {
		p.clock.advance(time.Second)
		if _, _, err := p.CreateToken(t.Context(), "amara", fmt.Sprint("program ", i)); err != nil {
			t.Fatal(err)
		}
	}
	_, _, err = p.CreateToken(t.Context(), "amara", "one more")
	mustBe(t, err, community.KindTooMany, "auth.too-many-tokens")
	list, err := p.Tokens(t.Context(), "amara")
	if err != nil || len(list) != tokensMax || list[0].Name != fmt.Sprint("program ", tokensMax-1) {
		t.Errorf("tokens are %v (%v)", list, err)
	}
}

func TestNobodyDeletesAnotherMembersToken(t *testing.T) {
	p := newPorch(t)
	token, secret, err := p.CreateToken(t.Context(), "amara", "calendar")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.DeleteToken(t.Context(), "binh", token.ID); community.KindOf(err) != community.KindNotFound {
		t.Errorf("Binh deleted Amara's token: %v", err)
	}
	if _, err := p.Bearer(t.Context(), secret); err != nil {
		t.Errorf("Amara's token: %v", err)
	}
}

// The sockets of a token end with it, and those of a session with that.
func TestWhatSocketsLiveBy(t *testing.T) {
	p := newPorch(t)
	token, _, err := p.CreateToken(t.Context(), "amara", "calendar")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name    string
		member  community.MemberID
		session string
		lives   bool
	}{
		{"the token", "amara", token.Session(), true},
		{"the token of another", "binh", token.Session(), false},
		{"no token", "amara", tokenSession, false},
		{"a token taken for a session", "amara", string(token.ID), false},
		{"nothing", "amara", "", false},
	} {
		if err := p.Lives(t.Context(), test.member, test.session); (err == nil) != test.lives {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	if err := p.DeleteToken(t.Context(), "amara", token.ID); err != nil {
		t.Fatal(err)
	}
	if err := p.Lives(t.Context(), "amara", token.Session()); community.KindOf(err) != community.KindUnauthenticated {
		t.Errorf("a token that was taken away: %v", err)
	}
	if told := p.toldEnded(); len(told) != 1 || string(told[0]) != token.Session() {
		t.Errorf("told of %v", told)
	}
}
