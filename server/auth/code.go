package auth

import (
	"context"

	"longtable/server/community"
)

// codeKey stands where an address would: no address has a colon, so nobody signs up with it or asks for a link to it.
func codeKey(member community.MemberID) EmailKey { return EmailKey("code:" + string(member)) }

// EnterByCode lets in somebody whose code the caller has checked, into an account without an address and without a
// password. make says that there may be none yet. An account that has either is entered by it and by nothing else.
func (d *Door) EnterByCode(ctx context.Context, member community.MemberID, make bool, lang string, v Visitor) (*Entry, error) {
	account, err := d.house.Accounts.Get(ctx, member)
	if community.KindOf(err) == community.KindNotFound && make {
		account = newAccount(emailAddress{key: codeKey(member)}, "", lang, d.now())
		account.ID = member
		if err = d.house.Accounts.Add(ctx, account); community.KindOf(err) == community.KindConflict {
			account, err = d.house.Accounts.Get(ctx, member)
		}
	}
	if err != nil {
		return nil, err
	}
	if account.EmailKey != codeKey(member) || account.PasswordHash != "" {
		return nil, community.Unauthenticated()
	}
	return d.open(ctx, account, v, byWord)
}
