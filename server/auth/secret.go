package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log/slog"
)

const hidden = "[hidden]"

// Secret is a password or a token on its way through the program. However it is printed, logged or encoded, it shows
// "[hidden]"; only Reveal gives it out.
type Secret string

// Reveal is the secret itself, for the cookie, the letter or the one page that shows it.
func (s Secret) Reveal() string { return string(s) }

// Format hides the secret from every verb of fmt.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(hidden)) }

// LogValue hides the secret from logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the secret from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// secretBytes is the size of every token: 256 random bits cannot be guessed, so a fast hash of them is enough.
const secretBytes = 32

var secretLength = base64.RawURLEncoding.EncodedLen(secretBytes)

func newSecret(prefix string) Secret {
	var b [secretBytes]byte
	_, _ = rand.Read(b[:]) // documented never to fail
	return Secret(prefix + base64.RawURLEncoding.EncodeToString(b[:]))
}

// hashed is the id under which a token is kept. The store compares hashes, whose bytes a stranger cannot steer, so the
// time of its look-up tells nothing. It is empty for what no token of ours can be, before any store is asked.
func hashed[ID ~string](token Secret, prefix string) ID {
	if len(token) != len(prefix)+secretLength {
		return ""
	}
	sum := sha256.Sum256([]byte(token))
	return ID(hex.EncodeToString(sum[:]))
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
