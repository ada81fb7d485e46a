package auth

import (
	"cmp"
	"context"
	"log/slog"

	"longtable/server/community"
)

// CodeHash is the digest of a code of a card, in hexadecimal.
type CodeHash string

// CardCode is one of the codes on a card of paper, with which a person comes in who has no mailbox and no telephone. It works
// once. The whole card ends when another one is made.
type CardCode struct {
	community.Record[CodeHash] `bson:",inline"`

	Member    community.MemberID `json:"member"`
	CreatedAt community.Instant  `json:"createdAt"`
	UsedAt    community.Instant  `json:"usedAt,omitempty"`

	// Seen says that somebody else printed the card, as when a host takes a person in. Its first use ends the whole card: so
	// whoever kept a copy can come in only by making the person's card useless, which the person notices.
	Seen bool `json:"seen,omitempty"`
}

// LogValue says whose code it is, and not which.
func (c *CardCode) LogValue() slog.Value { return slog.StringValue("card of " + string(c.Member)) }

// CardCodes keeps the codes of cards. ByMember gives all of one member, used ones too.
type CardCodes interface {
	community.Keeper[CodeHash, CardCode]
	ByMember(ctx context.Context, member community.MemberID) ([]*CardCode, error)
}

// EnrolWithoutAddress makes an account for a person without mailbox and telephone. Nobody can sign in to it until a card is
// made.
func (d *Door) EnrolWithoutAddress(ctx context.Context, lang string) (*Account, error) {
	account := newAccount(emailAddress{}, "", lang, d.now())
	account.EmailKey = noAddress(account.ID)
	return account, d.house.Accounts.Add(ctx, account)
}

// noAddress stands where an account has none: it is unique, and nobody can type it, because it has no domain.
func noAddress(member community.MemberID) EmailKey { return EmailKey("~" + string(member)) }

// HasAddress tells whether letters reach the account.
func (a *Account) HasAddress() bool { return a.Email != "" }

// MakeCard makes a card with fresh codes, and ends the one before. The codes are shown once, now; seen says that it is
// somebody else than the member who prints it.
func (d *Door) MakeCard(ctx context.Context, member community.MemberID, seen bool) ([]Secret, error) {
	if _, err := d.house.Accounts.Get(ctx, member); err != nil {
		return nil, err
	}
	if err := d.endCard(ctx, member); err != nil {
		return nil, err
	}
	codes := make([]Secret, cardCodes)
	for i := range codes {
		codes[i] = Secret(community.NewCode())
		id := CodeHash(community.CodeDigest(codes[i].Reveal()))
		code := &CardCode{Record: community.Record[CodeHash]{ID: id}, Member: member, CreatedAt: d.now(), Seen: seen}
		if err := d.house.Cards.Add(ctx, code); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

func (d *Door) endCard(ctx context.Context, member community.MemberID) error {
	codes, err := d.house.Cards.ByMember(ctx, member)
	if err != nil {
		return err
	}
	for _, c := range codes {
		if err := ignoreMissing(d.house.Cards.Delete(ctx, c.ID)); err != nil {
			return err
		}
	}
	return nil
}

// CardLeft is how many codes of the member's card work still, and whether it is one that others have seen.
func (d *Door) CardLeft(ctx context.Context, member community.MemberID) (left int, seen bool, err error) {
	codes, err := d.house.Cards.ByMember(ctx, member)
	for _, c := range codes {
		if c.UsedAt == 0 {
			left, seen = left+1, c.Seen
		}
	}
	return left, seen, err
}

// UseCard lets in whoever brings a code that was not used. A wrong code, a used one and one of a former card are one and
// the same error (not found); who tries many waits. Of several that come at once exactly one enters.
func (d *Door) UseCard(ctx context.Context, code Secret, v Visitor) (*Entry, error) {
	network := NetworkKey(v.Address)
	if err := d.house.Throttle.Take(CardByNetwork, network); err != nil {
		return nil, err
	}
	used, err := d.house.Cards.Change(ctx, CodeHash(community.CodeDigest(code.Reveal())), func(c *CardCode) error {
		if c.UsedAt != 0 {
			return codeNoGood()
		}
		c.UsedAt = d.now()
		return nil
	})
	if err != nil {
		return nil, noGoodIfMissing(err)
	}
	account, err := d.house.Accounts.Get(ctx, used.Member)
	if err != nil {
		return nil, noGoodIfMissing(err)
	}
	if used.Seen {
		if err := d.endCard(ctx, used.Member); err != nil {
			return nil, err
		}
	}
	d.house.Throttle.GiveBack(CardByNetwork, network)
	entry, err := d.open(ctx, account, v, byCard)
	if err == nil {
		entry.CardEnded = used.Seen
	}
	return entry, err
}

func noGoodIfMissing(err error) error {
	if community.KindOf(err) == community.KindNotFound {
		return codeNoGood()
	}
	return err
}

func codeNoGood() error {
	return &community.Error{Kind: community.KindNotFound, Say: "auth.code-no-good"}
}

// Recover lets in a member whose way in was lost and whom the hub vouched for. Everything that let somebody in before ends: other
// sessions, the card. The password can be set anew without the old one for a quarter of an hour.
func (d *Door) Recover(ctx context.Context, member community.MemberID, v Visitor) (*Entry, error) {
	account, err := d.house.Accounts.Get(ctx, member)
	if err != nil {
		return nil, err
	}
	if err := cmp.Or(d.EndAll(ctx, member), d.endCard(ctx, member)); err != nil {
		return nil, err
	}
	return d.open(ctx, account, v, byHub)
}

// ActFor notes in a session that its member acts for another, or for themselves again when other is empty. Whether they
// may is asked anew with every request.
func (d *Door) ActFor(ctx context.Context, session *Session, other community.MemberID) error {
	_, err := d.house.Sessions.Change(ctx, session.ID, func(s *Session) error {
		if s.ActingFor == other {
			return community.ErrUnchanged
		}
		s.ActingFor = other
		return nil
	})
	return err
}

// GiveAddress gives an address to an account that has none, and a password if there is one. Where letters are sent, that
// happens when the link in the letter is used, and the answer is the same for an address that somebody has already.
func (d *Door) GiveAddress(ctx context.Context, session *Session, email string, password Secret, v Visitor, letters bool) error {
	account, err := d.house.Accounts.Get(ctx, session.Member)
	if err != nil {
		return err
	}
	if account.HasAddress() {
		return community.Conflict("auth.has-address")
	}
	address, err := checkSignUp(email, password)
	if err != nil {
		return err
	}
	if err := d.countLetter(LinkByNetwork, address.key, v); err != nil {
		return err
	}
	hash, err := d.hashIfAny(ctx, password)
	if err != nil {
		return err
	}
	link := &SignInLink{Member: account.ID, Email: address.typed, EmailKey: address.key, Lang: account.Lang, PasswordHash: hash, Gives: true}
	if !letters {
		_, err := d.takeAddress(ctx, link)
		return err
	}
	return d.sendLink(ctx, link, address, LetterAlreadyMember, LetterNewAddress)
}

// takeAddress puts the address of a link into its account.
func (d *Door) takeAddress(ctx context.Context, link *SignInLink) (*Account, error) {
	if taken, err := d.accountByEmail(ctx, link.EmailKey); err != nil || taken != nil {
		return nil, cmp.Or(err, community.Conflict("auth.email-taken"))
	}
	account, err := d.house.Accounts.Change(ctx, link.Member, func(a *Account) error {
		if a.HasAddress() {
			return community.Conflict("auth.has-address")
		}
		a.Email, a.EmailKey = link.Email, link.EmailKey
		if link.PasswordHash != "" {
			a.PasswordHash = link.PasswordHash
		}
		return nil
	})
	if community.KindOf(err) == community.KindConflict {
		return nil, community.Conflict("auth.email-taken")
	}
	return account, err
}
