package store

import (
	"context"

	"longtable/server/auth"
	"longtable/server/community"
)

var (
	accountIndexes  = []Index{{Name: "email", Fields: []string{"emailKey"}, Unique: true}}
	expiringIndexes = []Index{{Name: "member", Fields: []string{"member"}}, {Name: "expires", Fields: []string{"expiresAt"}}}
	linkIndexes     = append([]Index{{Name: "email", Fields: []string{"emailKey"}}}, expiringIndexes...)
	cardIndexes     = []Index{{Name: "member", Fields: []string{"member"}}}
	tokenIndexes    = []Index{{Name: "member", Fields: []string{"member"}}}
)

type accounts struct {
	*Collection[community.MemberID, auth.Account]
}

// ByEmailKey finds the account of an address.
func (a accounts) ByEmailKey(ctx context.Context, key auth.EmailKey) (*auth.Account, error) {
	return one(ctx, a.Collection, Query{Index: "email", Eq: []any{key}})
}

type sessions struct {
	*Collection[auth.SessionHash, auth.Session]
}

// ByMember finds all sessions of a member.
func (s sessions) ByMember(ctx context.Context, member community.MemberID) ([]*auth.Session, error) {
	return all(ctx, s.Collection, Query{Index: "member", Eq: []any{member}})
}

// Expired finds sessions that ended before then.
func (s sessions) Expired(ctx context.Context, before community.Instant, limit int) ([]*auth.Session, error) {
	return s.Find(ctx, Query{Index: "expires", To: before, Limit: limit})
}

type links struct {
	*Collection[auth.LinkHash, auth.SignInLink]
}

// Expired finds links that ended before then.
func (l links) Expired(ctx context.Context, before community.Instant, limit int) ([]*auth.SignInLink, error) {
	return l.Find(ctx, Query{Index: "expires", To: before, Limit: limit})
}

// ByMember finds the links to an account.
func (l links) ByMember(ctx context.Context, member community.MemberID) ([]*auth.SignInLink, error) {
	return all(ctx, l.Collection, Query{Index: "member", Eq: []any{member}})
}

// ByEmailKey finds the links to an address.
func (l links) ByEmailKey(ctx context.Context, key auth.EmailKey) ([]*auth.SignInLink, error) {
	return all(ctx, l.Collection, Query{Index: "email", Eq: []any{key}})
}

type cardCodesOf struct {
	*Collection[auth.CodeHash, auth.CardCode]
}

// ByMember finds all codes of a member's card.
func (c cardCodesOf) ByMember(ctx context.Context, member community.MemberID) ([]*auth.CardCode, error) {
	return all(ctx, c.Collection, Query{Index: "member", Eq: []any{member}})
}

type tokens struct {
	*Collection[auth.TokenHash, auth.Token]
}

// ByMember finds all tokens of a member.
func (t tokens) ByMember(ctx context.Context, member community.MemberID) ([]*auth.Token, error) {
	return all(ctx, t.Collection, Query{Index: "member", Eq: []any{member}})
}
