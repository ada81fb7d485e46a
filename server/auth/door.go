// Package auth answers one question: who is asking. It turns passwords, mailed links, cookies and personal tokens into
// a member's id, keeps the sessions, and slows down whoever guesses. What a known person may do is not its business.
//
// Three habits run through it. A secret leaves once, as a Secret; what is kept is its hash. Whoever asks about an
// address gets the same answer after the same work, whether somebody with that address is here or not. And what cannot
// be checked is refused.
package auth

import (
	"cmp"
	"context"
	"errors"
	"time"

	"longtable/server/community"
)

// House is what a Door needs around it. All but Ended, Withdrawn and Demo are required.
type House struct {
	Accounts  Accounts
	Sessions  Sessions
	Links     Links
	Tokens    Tokens
	Cards     CardCodes
	Passwords *Passwords
	Throttle  *Throttle
	Letters   Letters
	Clock     func() time.Time

	// Ended, when set, is told of each session that was ended before its time, after the store knows. It closes the
	// session's sockets; it must not block.
	Ended func(context.Context, *Session)
	// Withdrawn, when set, is told of each personal token that was taken away, after the store knows; as Ended.
	Withdrawn func(context.Context, *Token)
	// Demo allows links that work more than once. Nothing else depends on it.
	Demo bool
}

// Door lets people in and shows them out. Its methods may be called at the same time; it starts no goroutine.
type Door struct {
	house    House
	familiar *familiar
}

// NewDoor checks that nothing is missing, so that a mistake in the wiring shows at the start and not at a sign-in.
func NewDoor(h House) (*Door, error) {
	switch {
	case h.Accounts == nil, h.Sessions == nil, h.Links == nil, h.Tokens == nil, h.Cards == nil:
		return nil, errors.New("auth: a door needs the stores of accounts, sessions, links, tokens and cards")
	case h.Passwords == nil, h.Throttle == nil, h.Letters == nil, h.Clock == nil:
		return nil, errors.New("auth: a door needs passwords, a throttle, letters and a clock")
	}
	if h.Ended == nil {
		h.Ended = func(context.Context, *Session) {}
	}
	if h.Withdrawn == nil {
		h.Withdrawn = func(context.Context, *Token) {}
	}
	return &Door{house: h, familiar: newFamiliar(familiarMax)}, nil
}

func (d *Door) now() community.Instant { return community.At(d.house.Clock()) }

// Visitor is what the web room knows about somebody at the door.
type Visitor struct {
	Address string // the client's IP address, already taken from a trusted proxy where there is one
	Agent   string // the User-Agent header as it came; only a few words of it are kept
	Lang    string // the language of the page they look at
	Browser Secret // from the cookie that SignUp gave this browser; empty when there is none
}

// Entry is the outcome of coming in. Token goes into the cookie and is seen here only.
type Entry struct {
	Session *Session
	Token   Secret
	// New says that the account was made just now; the member behind it has no profile yet.
	New bool
	// PasswordDropped says that the password typed at sign-up does not count, because the letter was opened in another
	// browser. The person is in, and may choose a password now.
	PasswordDropped bool
	// CardEnded says that the code was of a card that others have seen, and that the card has ended by it: the person makes
	// another now, for themselves alone.
	CardEnded bool
}

// SignIn lets in whoever knows the password of an account. A wrong password and an unknown address give the same error
// (unauthenticated, with the fields to mark) after the same work; too many tries give too-many, and a full queue of
// passwords too-many with ErrBusy.
func (d *Door) SignIn(ctx context.Context, email string, password Secret, v Visitor) (*Entry, error) {
	address, problem := parseEmail(email)
	if problem != nil {
		return nil, community.Invalid(community.Problems{"email": *problem})
	}
	giveBack, err := d.countTry(address.key, v.Address)
	if err != nil {
		return nil, err
	}
	account, err := d.accountByEmail(ctx, address.key)
	if err != nil {
		return nil, err
	}
	if err := d.checkPassword(ctx, account, password); err != nil {
		return nil, err
	}
	giveBack()
	return d.open(ctx, account, v, byPassword)
}

// countTry draws from every bucket that a try with a password counts against. The returned function puts the draws
// back: a hub full of people behind one address is not slowed down by signing in correctly.
//
// The bucket of the account as a whole is skipped on networks from which the owner came in before. So a crowd that
// guesses from everywhere runs dry, and still cannot lock the owner out; at a new place the mailed link remains.
func (d *Door) countTry(key EmailKey, address string) (giveBack func(), err error) {
	network := NetworkKey(address)
	draws := []draw{{SignInByNetwork, network}, {SignInByAccount, string(key) + " " + network}}
	if !d.familiar.has(key, network) {
		draws = append(draws, draw{SignInByAccountAnywhere, string(key)})
	}
	for _, one := range draws {
		if err := d.house.Throttle.Take(one.kind, one.key); err != nil {
			return nil, err
		}
	}
	return func() {
		for _, one := range draws {
			d.house.Throttle.GiveBack(one.kind, one.key)
		}
	}, nil
}

type draw struct {
	kind ThrottleKind
	key  string
}

// checkPassword does the same work for a nil account, for one without a password and for a wrong password. A right
// password that is kept under older, weaker parameters is hashed anew.
func (d *Door) checkPassword(ctx context.Context, account *Account, password Secret) error {
	var kept PasswordHash
	if account != nil {
		kept = account.PasswordHash
	}
	right, weak, err := d.house.Passwords.Check(ctx, kept, password)
	switch {
	case err != nil:
		return err
	case !right:
		return wrongEmailOrPassword()
	case weak:
		return d.rehash(ctx, account, password)
	}
	return nil
}

func (d *Door) rehash(ctx context.Context, account *Account, password Secret) error {
	fresh, err := d.house.Passwords.Hash(ctx, password)
	if err != nil {
		return err
	}
	checked := account.PasswordHash
	_, err = d.house.Accounts.Change(ctx, account.ID, func(a *Account) error {
		if a.PasswordHash == checked { // else it was changed meanwhile, and the newer one stays
			a.PasswordHash = fresh
		}
		return nil
	})
	return err
}

func wrongEmailOrPassword() error {
	say := "auth.wrong-email-or-password"
	return &community.Error{Kind: community.KindUnauthenticated, Say: say, Fields: community.Problems{"email": {Say: say}}}
}

// accountByEmail is nil without an error when nobody has the address.
func (d *Door) accountByEmail(ctx context.Context, key EmailKey) (*Account, error) {
	account, err := d.house.Accounts.ByEmailKey(ctx, key)
	if community.KindOf(err) == community.KindNotFound {
		return nil, nil
	}
	return account, err
}

// Admit opens a session for a member whom the caller vouches for, such as the first steward of a new network.
func (d *Door) Admit(ctx context.Context, member community.MemberID, v Visitor) (*Entry, error) {
	account, err := d.house.Accounts.Get(ctx, member)
	if err != nil {
		return nil, err
	}
	return d.open(ctx, account, v, byWord)
}

// Sweep deletes what has expired, at most sweepMax of each kind, and says how many things that were. Nothing expired
// is ever honoured, so it may run as seldom as one likes.
func (d *Door) Sweep(ctx context.Context) (int, error) {
	now := d.now()
	sessions, err := d.house.Sessions.Expired(ctx, now, sweepMax)
	if err != nil {
		return 0, err
	}
	for i, s := range sessions {
		if err := d.house.Sessions.Delete(ctx, s.ID); ignoreMissing(err) != nil {
			return i, err
		}
	}
	links, err := d.house.Links.Expired(ctx, now, sweepMax)
	if err != nil {
		return len(sessions), err
	}
	for i, l := range links {
		if err := d.house.Links.Delete(ctx, l.ID); ignoreMissing(err) != nil {
			return len(sessions) + i, err
		}
	}
	return len(sessions) + len(links), nil
}

// ignoreMissing makes taking away the same thing twice harmless.
func ignoreMissing(err error) error {
	if community.KindOf(err) == community.KindNotFound {
		return nil
	}
	return err
}

func shorten(text string, max int) string {
	runes := []rune(community.Line(text))
	return string(runes[:min(len(runes), max)])
}

// language keeps a language tag, or falls back to another.
func language(tag, fallback string) string {
	return cmp.Or(shorten(tag, langMax), fallback)
}
