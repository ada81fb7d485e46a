package auth

import (
	"cmp"
	"context"
	"log/slog"
	"net/mail"
	"strings"

	"longtable/server/community"
)

// Account is how one member comes in. Its id is the member's. It exists before the member has a profile: whoever finds
// an account without a member makes one.
type Account struct {
	community.Record[community.MemberID] `bson:",inline"`

	Email        string            `json:"email"`    // as it was typed; letters go there
	EmailKey     EmailKey          `json:"emailKey"` // unique
	PasswordHash PasswordHash      `json:"passwordHash,omitempty"`
	Lang         string            `json:"lang"`
	CreatedAt    community.Instant `json:"createdAt"`
}

// LogValue keeps the address and the password's hash out of logs.
func (a *Account) LogValue() slog.Value { return slog.StringValue(string(a.ID)) }

// Accounts keeps accounts. Add refuses with a conflict when another account has the EmailKey; ByEmailKey answers not
// found when none has.
type Accounts interface {
	community.Keeper[community.MemberID, Account]
	ByEmailKey(ctx context.Context, key EmailKey) (*Account, error)
}

// EmailKey is an address in the one form under which an account is found.
type EmailKey string

type emailAddress struct {
	typed string
	key   EmailKey
}

// parseEmail takes an address as people type it. Only ASCII is taken, because plain SMTP carries nothing else, and
// because letters that merely look or fold alike ("K" and the Kelvin sign) would let one person ask for another's link.
func parseEmail(text string) (emailAddress, *community.Problem) {
	text = strings.TrimSpace(text)
	if text == "" {
		return emailAddress{}, &community.Problem{Say: "auth.email-needed"}
	}
	if len(text) > emailMax {
		return emailAddress{}, &community.Problem{Say: "auth.email-too-long", Args: map[string]any{"max": emailMax}}
	}
	if !looksLikeEmail(text) {
		return emailAddress{}, &community.Problem{Say: "auth.email-not-an-address"}
	}
	return emailAddress{typed: text, key: EmailKey(strings.ToLower(text))}, nil
}

// looksLikeEmail refuses more than the standard does: quoted names, comments and domains without a dot are mistakes
// far more often than addresses.
func looksLikeEmail(text string) bool {
	if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"\<>(),;:[]`, r) }) {
		return false
	}
	_, domain, _ := strings.Cut(text, "@")
	parsed, err := mail.ParseAddress(text)
	return err == nil && parsed.Address == text && strings.Contains(domain, ".")
}

// Enrolment is an account that somebody else vouches for.
type Enrolment struct {
	Member   community.MemberID // empty makes a new id
	Email    string
	Password Secret // empty: the person comes in by mailed link
	Lang     string
}

// Check names everything wrong with the enrolment at once, and does nothing; nil when only a taken address can stop it.
func (e Enrolment) Check() error {
	_, err := checkSignUp(e.Email, e.Password)
	return err
}

// Enrol makes an account without asking the mailbox first: for the first steward of a network, for the demo, and where
// no letters can be sent. It tells whether an address is taken (conflict), so where letters are sent strangers must
// never reach it.
func (d *Door) Enrol(ctx context.Context, e Enrolment) (*Account, error) {
	address, err := checkSignUp(e.Email, e.Password)
	if err != nil {
		return nil, err
	}
	hash, err := d.hashIfAny(ctx, e.Password)
	if err != nil {
		return nil, err
	}
	account := newAccount(address, hash, e.Lang, d.now())
	account.ID = cmp.Or(e.Member, account.ID)
	err = d.house.Accounts.Add(ctx, account)
	if community.KindOf(err) == community.KindConflict {
		return nil, community.Conflict("auth.email-taken")
	}
	if err != nil {
		return nil, err
	}
	return account, nil
}

func newAccount(address emailAddress, hash PasswordHash, lang string, now community.Instant) *Account {
	return &Account{
		Record:       community.Record[community.MemberID]{ID: community.NewID[community.MemberID]()},
		Email:        address.typed,
		EmailKey:     address.key,
		PasswordHash: hash,
		Lang:         language(lang, ""),
		CreatedAt:    now,
	}
}

// checkSignUp names everything wrong with a sign-up form at once. Without a password a person comes in by mailed link.
func checkSignUp(email string, password Secret) (emailAddress, error) {
	problems := community.Problems{}
	address, problem := parseEmail(email)
	if problem != nil {
		problems["email"] = *problem
	}
	if password != "" {
		if problem := refusePassword(password, address.key); problem != nil {
			problems["password"] = *problem
		}
	}
	return address, community.Invalid(problems)
}

func (d *Door) hashIfAny(ctx context.Context, password Secret) (PasswordHash, error) {
	if password == "" {
		return "", nil
	}
	return d.house.Passwords.Hash(ctx, password)
}

// Account is the account of a member, for their own settings and for letters to them.
func (d *Door) Account(ctx context.Context, member community.MemberID) (*Account, error) {
	return d.house.Accounts.Get(ctx, member)
}

// ChangePassword sets a new password and ends every other session of the member. The old password proves who is
// asking; where it was forgotten, so does a session that a mailed link opened in the last 15 minutes. The owner is told
// by letter, in case it was not they. Wrong tries count as wrong sign-ins do.
func (d *Door) ChangePassword(ctx context.Context, session *Session, old, fresh Secret, v Visitor) error {
	account, err := d.house.Accounts.Get(ctx, session.Member)
	if err != nil {
		return err
	}
	if problem := refusePassword(fresh, account.EmailKey); problem != nil {
		return community.Invalid(community.Problems{"newPassword": *problem})
	}
	if err := d.prove(ctx, account, session, old, "oldPassword", v); err != nil {
		return err
	}
	hash, err := d.house.Passwords.Hash(ctx, fresh)
	if err != nil {
		return err
	}
	_, err = d.house.Accounts.Change(ctx, account.ID, func(a *Account) error {
		a.PasswordHash = hash
		return nil
	})
	if err != nil {
		return err
	}
	if err := d.EndOthers(ctx, session); err != nil {
		return err
	}
	if !account.HasAddress() {
		return nil
	}
	return d.house.Letters.Send(ctx, Letter{Kind: LetterPasswordChanged, To: account.Email, Lang: account.Lang})
}

// prove asks for evidence beyond the cookie, which somebody may have found on a shared computer. Field is that of the
// password in the form.
func (d *Door) prove(ctx context.Context, account *Account, session *Session, password Secret, field string, v Visitor) error {
	if (session.By == byLink || session.By == byHub) && d.now() < session.CreatedAt.Plus(freshFor) {
		return nil
	}
	if account.PasswordHash == "" {
		return community.Forbidden("auth.come-in-by-link-first")
	}
	giveBack, err := d.countTry(account.EmailKey, v.Address)
	if err != nil {
		return err
	}
	right, _, err := d.house.Passwords.Check(ctx, account.PasswordHash, password)
	if err != nil {
		return err
	}
	if !right {
		return community.Invalid(community.Problems{field: {Say: "auth.old-password-wrong"}})
	}
	giveBack()
	return nil
}

// SetLanguage keeps the language in which a person is spoken to, on the page and in letters.
func (d *Door) SetLanguage(ctx context.Context, session *Session, lang string) error {
	_, err := d.house.Accounts.Change(ctx, session.Member, func(a *Account) error {
		a.Lang = language(lang, a.Lang)
		return nil
	})
	if err != nil {
		return err
	}
	_, err = d.house.Sessions.Change(ctx, session.ID, func(s *Session) error {
		s.Lang = language(lang, s.Lang)
		return nil
	})
	return err
}

// Forget takes away everything that lets the member in, or names their address, for somebody who leaves. It may be
// repeated until it succeeds: the account, which knows the address, goes last.
func (d *Door) Forget(ctx context.Context, member community.MemberID) error {
	if err := d.EndAll(ctx, member); err != nil {
		return err
	}
	tokens, err := d.house.Tokens.ByMember(ctx, member)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		if err := ignoreMissing(d.house.Tokens.Delete(ctx, t.ID)); err != nil {
			return err
		}
	}
	if err := d.forgetLinks(ctx, member); err != nil {
		return err
	}
	if err := d.endCard(ctx, member); err != nil {
		return err
	}
	return ignoreMissing(d.house.Accounts.Delete(ctx, member))
}

func (d *Door) forgetLinks(ctx context.Context, member community.MemberID) error {
	links, err := d.house.Links.ByMember(ctx, member)
	if err != nil {
		return err
	}
	account, err := d.house.Accounts.Get(ctx, member)
	if err == nil {
		var others []*SignInLink // asked for before there was the account
		if others, err = d.house.Links.ByEmailKey(ctx, account.EmailKey); err == nil {
			links = append(links, others...)
		}
	}
	if ignoreMissing(err) != nil {
		return err
	}
	for _, l := range links {
		if err := ignoreMissing(d.house.Links.Delete(ctx, l.ID)); err != nil {
			return err
		}
	}
	return nil
}

// Confirm asks for the password before something that can't be taken back. A session that a mailed link has just opened
// is as good, and an account without a password has nothing more to show. Wrong tries count as wrong sign-ins do.
func (d *Door) Confirm(ctx context.Context, session *Session, password Secret, v Visitor) error {
	account, err := d.house.Accounts.Get(ctx, session.Member)
	if err != nil {
		return err
	}
	if account.PasswordHash == "" {
		return nil
	}
	return d.prove(ctx, account, session, password, "password", v)
}
