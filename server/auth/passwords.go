package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"

	"longtable/server/community"
)

// PasswordHash is an argon2id hash with its parameters and salt, in the usual text form ($argon2id$v=19$m=…,t=…,p=…$…).
// Empty stands for an account without a password.
type PasswordHash string

// Format hides the hash, which can be guessed at offline, from every verb of fmt.
func (h PasswordHash) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(hidden)) }

// LogValue hides the hash from logs.
func (h PasswordHash) LogValue() slog.Value { return slog.StringValue(hidden) }

// Cost is what one guess costs.
type Cost struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

// StandardCost is the first of the settings that OWASP gives for argon2id: 19 MiB, two passes, one lane.
var StandardCost = Cost{MemoryKiB: 19 * 1024, Passes: 2, Lanes: 1}

// Bounds of what a kept hash may ask for: argon2 panics below, and memory ends above.
const (
	costMemoryMin, costMemoryMax = 8, 256 * 1024 // KiB
	costPassesMax                = 16
	costLanesMax                 = 8
)

func (c Cost) check() error {
	memory := c.MemoryKiB >= costMemoryMin && c.MemoryKiB <= costMemoryMax
	passes := c.Passes >= 1 && c.Passes <= costPassesMax
	lanes := c.Lanes >= 1 && c.Lanes <= costLanesMax
	if !memory || !passes || !lanes {
		return errors.New("auth: argon2 parameters out of bounds")
	}
	return nil
}

// weakerThan tells whether a hash of this cost should be made anew.
func (c Cost) weakerThan(other Cost) bool {
	return c.MemoryKiB < other.MemoryKiB || c.Passes < other.Passes
}

const (
	saltBytes = 16
	keyBytes  = 32
)

// ErrBusy is wrapped by the answer to those who found the queue of passwords full, or whose patience ended in it.
var ErrBusy = errors.New("too many passwords are being checked")

// Passwords hashes passwords, few at a time: each takes 19 MiB and a core for some 50 ms, and the rest of the program
// has to go on answering while a crowd signs in. Its methods may be called at the same time.
type Passwords struct {
	cost    Cost
	slots   chan struct{} // holds one for each password being hashed
	waiting atomic.Int64  // those in a slot or waiting for one
	max     int64         // of waiting
}

// NewPasswords makes a pool for new hashes of the given cost; StandardCost everywhere but in tests.
func NewPasswords(cost Cost) (*Passwords, error) {
	if err := cost.check(); err != nil {
		return nil, err
	}
	return &Passwords{cost: cost, slots: make(chan struct{}, hashSlots), max: hashSlots + hashQueue}, nil
}

// Hash makes a hash to keep. It is too-many with ErrBusy when the queue is full or ctx ends in it.
func (p *Passwords) Hash(ctx context.Context, password Secret) (PasswordHash, error) {
	leave, err := p.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // documented never to fail
	return encode(p.cost, salt, derive(p.cost, salt, password, keyBytes)), nil
}

// Check tells whether the password is the one behind the hash, and whether that hash is weak by today's cost. An empty
// hash is never right, and takes the time of a wrong password.
func (p *Passwords) Check(ctx context.Context, kept PasswordHash, password Secret) (right, weak bool, err error) {
	if len(password) > passwordMax {
		return false, false, nil // whatever the account: no kept password is that long
	}
	cost, salt, key := p.cost, make([]byte, saltBytes), make([]byte, keyBytes)
	if kept != "" {
		if cost, salt, key, err = decode(kept); err != nil {
			return false, false, err
		}
	}
	leave, err := p.enter(ctx)
	if err != nil {
		return false, false, err
	}
	defer leave()
	match := subtle.ConstantTimeCompare(derive(cost, salt, password, len(key)), key) == 1
	return match && kept != "", cost.weakerThan(p.cost), nil
}

// enter waits for a slot.
func (p *Passwords) enter(ctx context.Context) (leave func(), err error) {
	if p.waiting.Add(1) > p.max {
		p.waiting.Add(-1)
		return nil, busy(ErrBusy)
	}
	select {
	case p.slots <- struct{}{}:
		return func() { <-p.slots; p.waiting.Add(-1) }, nil
	case <-ctx.Done():
		p.waiting.Add(-1)
		return nil, busy(fmt.Errorf("%w: %w", ErrBusy, ctx.Err()))
	}
}

func busy(err error) error {
	return &community.Error{Kind: community.KindTooMany, Say: "auth.busy", Args: map[string]any{"seconds": 1}, Err: err}
}

func derive(c Cost, salt []byte, password Secret, length int) []byte {
	return argon2.IDKey([]byte(password), salt, c.Passes, c.MemoryKiB, c.Lanes, uint32(length))
}

var hashText = base64.RawStdEncoding

func encode(c Cost, salt, key []byte) PasswordHash {
	return PasswordHash(fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		c.MemoryKiB, c.Passes, c.Lanes, hashText.EncodeToString(salt), hashText.EncodeToString(key)))
}

var errBadHash = errors.New("auth: a kept password hash cannot be read")

func decode(h PasswordHash) (c Cost, salt, key []byte, err error) {
	parts := strings.Split(string(h), "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errBadHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.MemoryKiB, &c.Passes, &c.Lanes); err != nil || c.check() != nil {
		return c, nil, nil, errBadHash
	}
	salt, errSalt := hashText.DecodeString(parts[4])
	key, errKey := hashText.DecodeString(parts[5])
	if errSalt != nil || errKey != nil || len(salt) < saltBytes || len(key) != keyBytes {
		return c, nil, nil, errBadHash
	}
	return c, salt, key, nil
}
