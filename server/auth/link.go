package auth

import (
	"context"
	"errors"
	"log/slog"

	"longtable/server/community"
)

// LinkHash is the SHA-256 of a mailed link's token, in hexadecimal.
type LinkHash string

// SignInLink is a mailed link. It works once, by POST, for ten minutes. Where there is no account yet, the link is what
// remembers the sign-up, and the account is made when it is used: so an account always stands for a mailbox that
// somebody could read, nobody can occupy a stranger's address, and signing up twice is harmless.
type SignInLink struct {
	community.Record[LinkHash] `bson:",inline"`

	Member    community.MemberID `json:"member,omitempty"` // empty when nobody had the address at the time
	Email     string             `json:"email"`
	EmailKey  EmailKey           `json:"emailKey,omitempty"`
	Lang      string             `json:"lang"`
	CreatedAt community.Instant  `json:"createdAt"`
	ExpiresAt community.Instant  `json:"expiresAt"`
	UsedAt    community.Instant  `json:"usedAt,omitempty"`
	Reusable  bool               `json:"reusable,omitempty"` // honoured in a demo only

	// PasswordHash was typed at sign-up, in the browser whose cookie has this hash. It counts only if the letter is
	// opened in that browser; else somebody could sign up a stranger's address with a password of their own, and share
	// the account once the stranger followed the link.
	PasswordHash PasswordHash `json:"passwordHash,omitempty"`
	Gives        bool         `json:"gives,omitempty"` // gives its address to an account that has none
	Browser      string       `json:"browser,omitempty"`
}

// LogValue keeps the address and the hashes out of logs.
func (l *SignInLink) LogValue() slog.Value { return slog.StringValue("sign-in link") }

// Links keeps mailed links. ByMember gives those to an account, ByEmailKey all to an address, at most what was asked for
// since the last sweep; Expired gives up to limit whose ExpiresAt is before the instant.
type Links interface {
	community.Keeper[LinkHash, SignInLink]
	ByMember(ctx context.Context, member community.MemberID) ([]*SignInLink, error)
	ByEmailKey(ctx context.Context, key EmailKey) ([]*SignInLink, error)
	Expired(ctx context.Context, before community.Instant, limit int) ([]*SignInLink, error)
}

// SignUp sends a letter with a link to the address: one that makes the account, or, to a member, one that says that they
// have an account and signs them in. The caller answers both the same: a letter is on its way. The work is the same too:
// one hash, one look-up, one link, one letter. No session is opened here, because that would tell the two apart.
//
// The password may be empty; the person then comes in by links. The secret goes into a cookie of this browser, and
// comes back as Visitor.Browser with UseLink.
func (d *Door) SignUp(ctx context.Context, email string, password Secret, v Visitor) (browser Secret, err error) {
	address, err := checkSignUp(email, password)
	if err != nil {
		return "", err
	}
	if err := d.countLetter(SignUpByNetwork, address.key, v); err != nil {
		return "", err
	}
	hash, err := d.hashIfAny(ctx, password)
	if err != nil {
		return "", err
	}
	browser = newSecret("")
	link := &SignInLink{Email: address.typed, Lang: language(v.Lang, ""), PasswordHash: hash, Browser: hashed[string](browser, "")}
	if err := d.sendLink(ctx, link, address, LetterAlreadyMember, LetterWelcome); err != nil {
		return "", err
	}
	return browser, nil
}

// RequestLink sends a letter with a link that signs in. An address that nobody has gets a letter too, which says so and
// whose link makes an account.
func (d *Door) RequestLink(ctx context.Context, email string, v Visitor) error {
	address, problem := parseEmail(email)
	if problem != nil {
		return community.Invalid(community.Problems{"email": *problem})
	}
	if err := d.countLetter(LinkByNetwork, address.key, v); err != nil {
		return err
	}
	link := &SignInLink{Email: address.typed, Lang: language(v.Lang, "")}
	return d.sendLink(ctx, link, address, LetterSignIn, LetterNoAccountYet)
}

func (d *Door) countLetter(kind ThrottleKind, key EmailKey, v Visitor) error {
	if err := d.house.Throttle.Take(kind, NetworkKey(v.Address)); err != nil {
		return err
	}
	return d.house.Throttle.Take(LetterByEmail, string(key))
}

// sendLink keeps the link and hands over the letter. A member's letter goes to the address they gave, as they wrote it,
// and never carries what a stranger typed.
func (d *Door) sendLink(ctx context.Context, link *SignInLink, address emailAddress, known, unknown LetterKind) error {
	account, err := d.accountByEmail(ctx, address.key)
	if err != nil {
		return err
	}
	kind := unknown
	link.EmailKey = address.key
	if account != nil {
		kind = known
		link.Member, link.Email, link.Lang = account.ID, account.Email, language(account.Lang, link.Lang)
		link.PasswordHash, link.Browser, link.Gives = "", "", false
	}
	token, err := d.keepLink(ctx, link, d.now().Plus(linkLife))
	if err != nil {
		return err
	}
	return d.house.Letters.Send(ctx, Letter{Kind: kind, To: link.Email, Lang: link.Lang, Link: token, ExpiresAt: link.ExpiresAt})
}

func (d *Door) keepLink(ctx context.Context, link *SignInLink, expires community.Instant) (Secret, error) {
	token := newSecret("")
	link.ID = hashed[LinkHash](token, "")
	link.CreatedAt, link.ExpiresAt = d.now(), expires
	return token, d.house.Links.Add(ctx, link)
}

// DemoLink makes a link for a member that works again and again. It is refused outside of a demo.
func (d *Door) DemoLink(ctx context.Context, member community.MemberID) (Secret, error) {
	if !d.house.Demo {
		return "", errors.New("auth: links that work twice exist in a demo only")
	}
	account, err := d.house.Accounts.Get(ctx, member)
	if err != nil {
		return "", err
	}
	link := &SignInLink{Member: member, Email: account.Email, EmailKey: account.EmailKey, Lang: account.Lang, Reusable: true}
	return d.keepLink(ctx, link, d.now().Plus(demoLinkLife))
}

// Link looks at a link without using it, for the page whose button uses it: mail scanners open every address they see,
// so opening must change nothing. A link that is used, expired or unknown is one and the same error (not found).
func (d *Door) Link(ctx context.Context, token Secret) (*SignInLink, error) {
	id := hashed[LinkHash](token, "")
	if id == "" {
		return nil, linkNoGood()
	}
	link, err := d.house.Links.Get(ctx, id)
	if community.KindOf(err) == community.KindNotFound {
		return nil, linkNoGood()
	}
	if err != nil {
		return nil, err
	}
	if !d.works(link) {
		return nil, linkNoGood()
	}
	return link, nil
}

func (d *Door) works(link *SignInLink) bool {
	return d.now() < link.ExpiresAt && (link.UsedAt == 0 || link.Reusable && d.house.Demo)
}

func linkNoGood() error {
	return &community.Error{Kind: community.KindNotFound, Say: "auth.link-no-good"}
}

// UseLink lets in whoever brings a link's token. Of several that come at once exactly one enters: the use is decided by
// one conditional write, before anything else happens, so a use that fails halfway is spent.
func (d *Door) UseLink(ctx context.Context, token Secret, v Visitor) (*Entry, error) {
	link, err := d.Link(ctx, token)
	if err != nil {
		return nil, err
	}
	link, err = d.house.Links.Change(ctx, link.ID, func(l *SignInLink) error {
		if !d.works(l) {
			return linkNoGood()
		}
		l.UsedAt = d.now()
		return nil
	})
	if community.KindOf(err) == community.KindNotFound {
		return nil, linkNoGood()
	}
	if err != nil {
		return nil, err
	}
	if link.Gives {
		if _, err := d.takeAddress(ctx, link); err != nil {
			return nil, err
		}
	}
	if link.Member != "" {
		return d.enterByLink(ctx, link.Member, v)
	}
	return d.enterNew(ctx, link, v)
}

func (d *Door) enterByLink(ctx context.Context, member community.MemberID, v Visitor) (*Entry, error) {
	account, err := d.house.Accounts.Get(ctx, member)
	if community.KindOf(err) == community.KindNotFound {
		return nil, linkNoGood() // the account was taken away since
	}
	if err != nil {
		return nil, err
	}
	return d.open(ctx, account, v, byLink)
}

// enterNew makes the account that a sign-up asked for. Where one with the address was made in the meantime, the person
// comes into that one, and it stays as it is.
func (d *Door) enterNew(ctx context.Context, link *SignInLink, v Visitor) (*Entry, error) {
	address, problem := parseEmail(link.Email)
	if problem != nil {
		return nil, errors.New("auth: a kept link has no usable address")
	}
	password := link.PasswordHash
	dropped := password != "" && !same(link.Browser, hashed[string](v.Browser, ""))
	if dropped {
		password = ""
	}
	account := newAccount(address, password, link.Lang, d.now())
	err := d.house.Accounts.Add(ctx, account)
	if community.KindOf(err) == community.KindConflict {
		existing, err := d.house.Accounts.ByEmailKey(ctx, address.key)
		if err != nil {
			return nil, err
		}
		return d.open(ctx, existing, v, byLink)
	}
	if err != nil {
		return nil, err
	}
	entry, err := d.open(ctx, account, v, byLink)
	if err != nil {
		return nil, err
	}
	entry.New, entry.PasswordDropped = true, dropped
	return entry, nil
}
