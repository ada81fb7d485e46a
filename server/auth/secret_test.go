package auth

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"longtable/server/community"
)

func TestSecretsAreHiddenHoweverTheyArePrinted(t *testing.T) {
	const canary = "canary-in-the-coal-mine"
	things := map[string]any{
		"secret":   Secret(canary),
		"letter":   Letter{Kind: LetterSignIn, Link: canary},
		"entry":    &Entry{Token: canary, Session: &Session{}},
		"visitor":  Visitor{Browser: canary},
		"enrolled": Enrolment{Password: canary},
		"hash":     PasswordHash(canary),
		"account":  &Account{PasswordHash: canary},
		"link":     &SignInLink{PasswordHash: canary},
	}
	for name, thing := range things {
		var texts []string
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			texts = append(texts, fmt.Sprintf(verb, thing))
		}
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("said", "it", thing)
		texts = append(texts, log.String())
		for _, text := range texts {
			if strings.Contains(text, canary) || strings.Contains(text, fmt.Sprintf("%x", canary)) {
				t.Errorf("%s shows its secret: %s", name, text)
			}
		}
	}
	encoded, err := json.Marshal([]any{things["secret"], things["letter"], things["entry"], things["visitor"]})
	if err != nil || strings.Contains(string(encoded), canary) || !strings.Contains(string(encoded), hidden) {
		t.Errorf("encoded as %s (%v)", encoded, err)
	}
	if Secret(canary).Reveal() != canary {
		t.Error("Reveal does not")
	}
}

func TestKeptThingsKeepAddressesOutOfLogs(t *testing.T) {
	for _, thing := range []any{&Account{Email: binh}, &SignInLink{Email: binh}, Letter{To: binh}, &Session{Record: community.Record[SessionHash]{ID: "feed"}}, &Token{Name: "calendar"}} {
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("said", "it", thing)
		if text := log.String(); strings.Contains(text, binh) || strings.Contains(text, "feed") || strings.Contains(text, "calendar") {
			t.Errorf("%T is logged as %s", thing, text)
		}
	}
}

func TestSecretsAreLongAndNeverTheSame(t *testing.T) {
	seen := map[Secret]bool{}
	for range 1000 {
		s := newSecret("")
		if seen[s] || len(s) != 43 { // 256 bits, six to a letter
			t.Fatalf("secret of %d letters, seen before: %t", len(s), seen[s])
		}
		seen[s] = true
	}
}
