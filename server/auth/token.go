package auth

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"strings"
	"unicode/utf8"

	"longtable/server/community"
)

// tokenPrefix lets people and leak scanners see what such a text is.
const tokenPrefix = "lt_"

// TokenHash is the SHA-256 of a personal token, in hexadecimal. It may be shown in a form.
type TokenHash string

// Token lets a member's own program in (Authorization: Bearer). Only its hash is kept. It lasts until it is deleted.
type Token struct {
	community.Record[TokenHash] `bson:",inline"`

	Member    community.MemberID `json:"member"`
	Name      string             `json:"name"` // the member's own word for it
	CreatedAt community.Instant  `json:"createdAt"`
	UsedAt    community.Instant  `json:"usedAt,omitempty"` // exact to the hour; zero when never
}

// Session names what the token's sockets live by, beside sessions of browsers.
func (t *Token) Session() string { return tokenSession + string(t.ID) }

// tokenSession is never the beginning of a session's hash.
const tokenSession = "token:"

// LogValue says whose token it is, and not which.
func (t *Token) LogValue() slog.Value { return slog.StringValue("token of " + string(t.Member)) }

// Tokens keeps personal tokens. ByMember gives all of one member, at most some twenty.
type Tokens interface {
	community.Keeper[TokenHash, Token]
	ByMember(ctx context.Context, member community.MemberID) ([]*Token, error)
}

// CreateToken makes a token. The secret is shown to the member once, now.
func (d *Door) CreateToken(ctx context.Context, member community.MemberID, name string) (*Token, Secret, error) {
	name = community.Line(name)
	if err := checkTokenName(name); err != nil {
		return nil, "", err
	}
	held, err := d.house.Tokens.ByMember(ctx, member)
	if err != nil {
		return nil, "", err
	}
	if len(held) >= tokensMax {
		return nil, "", community.TooMany("auth.too-many-tokens", map[string]any{"max": tokensMax})
	}
	secret := newSecret(tokenPrefix)
	token := &Token{
		Record:    community.Record[TokenHash]{ID: hashed[TokenHash](secret, tokenPrefix)},
		Member:    member,
		Name:      name,
		CreatedAt: d.now(),
	}
	if err := d.house.Tokens.Add(ctx, token); err != nil {
		return nil, "", err
	}
	return token, secret, nil
}

func checkTokenName(name string) error {
	problems := community.Problems{}
	if name == "" {
		problems["name"] = community.Problem{Say: "auth.token-name-needed"}
	}
	if utf8.RuneCountInString(name) > tokenNameMax {
		problems["name"] = community.Problem{Say: "auth.token-name-too-long", Args: map[string]any{"max": tokenNameMax}}
	}
	return community.Invalid(problems)
}

// Bearer finds the token that a program brought; any other text is unauthenticated. Its use is written at most once an
// hour.
func (d *Door) Bearer(ctx context.Context, secret Secret) (*Token, error) {
	id := hashed[TokenHash](secret, tokenPrefix)
	if id == "" {
		return nil, community.Unauthenticated()
	}
	token, err := d.house.Tokens.Get(ctx, id)
	if err != nil {
		return nil, unknownIsUnauthenticated(err)
	}
	now := d.now()
	if token.UsedAt != 0 && now < token.UsedAt.Plus(seenEvery) {
		return token, nil
	}
	token, err = d.house.Tokens.Change(ctx, id, func(t *Token) error {
		t.UsedAt = max(t.UsedAt, now)
		return nil
	})
	if err != nil {
		return nil, unknownIsUnauthenticated(err) // deleted between the two
	}
	return token, nil
}

// Tokens are the member's tokens, the newest first.
func (d *Door) Tokens(ctx context.Context, member community.MemberID) ([]*Token, error) {
	tokens, err := d.house.Tokens.ByMember(ctx, member)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(tokens, func(a, b *Token) int {
		return cmp.Or(cmp.Compare(b.CreatedAt, a.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return tokens, nil
}

// Lives tells whether a session, or what Token.Session names, still lets the member in; else it is unauthenticated.
func (d *Door) Lives(ctx context.Context, member community.MemberID, session string) error {
	lives := false
	if id, isToken := strings.CutPrefix(session, tokenSession); isToken {
		tokens, err := d.house.Tokens.ByMember(ctx, member)
		if err != nil {
			return err
		}
		lives = slices.ContainsFunc(tokens, func(t *Token) bool { return string(t.ID) == id })
	} else {
		sessions, err := d.Sessions(ctx, member)
		if err != nil {
			return err
		}
		lives = slices.ContainsFunc(sessions, func(s *Session) bool { return string(s.ID) == session })
	}
	if !lives {
		return community.Unauthenticated()
	}
	return nil
}

// DeleteToken takes away one of the member's own tokens; anybody else's is not found.
func (d *Door) DeleteToken(ctx context.Context, member community.MemberID, id TokenHash) error {
	token, err := d.house.Tokens.Get(ctx, id)
	if err != nil {
		return err
	}
	if token.Member != member {
		return community.NotFound("token is not of member %s", member)
	}
	if err := ignoreMissing(d.house.Tokens.Delete(ctx, id)); err != nil {
		return err
	}
	d.house.Withdrawn(ctx, token)
	return nil
}
