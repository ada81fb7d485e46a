package door

import (
	"context"

	"longtable/frontend/i18n"
)

func (s Session) browser(ctx context.Context) string {
	if s.Browser == "" {
		return i18n.T(ctx, "door.unknown-browser")
	}
	return s.Browser
}

func (v SignUpView) passwordHint(ctx context.Context) string {
	if v.Mails {
		return i18n.T(ctx, "door.password-hint-mails")
	}
	return i18n.T(ctx, "door.password-hint")
}
