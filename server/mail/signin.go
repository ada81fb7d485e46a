package mail

import (
	"context"
	"fmt"
	"time"

	"longtable/frontend/i18n"
)

// SendLink queues a letter of the door: about signing in or up, with a link that works once. Kind is one of sign-in,
// welcome, already-member, no-account-yet, new-address and password-changed; the last one carries no link.
func (o *Office) SendLink(ctx context.Context, kind, to, language, token string, lasts time.Duration) error {
	ctx, network := o.words(ctx, language)
	subject := i18n.T(ctx, "mail.subject-"+kind, "network", network)
	text := i18n.T(ctx, "mail.text-"+kind, "network", network) + "\n"
	if token != "" {
		text += fmt.Sprintf("\n%s\n\n%s\n", o.link("/sign-in-link/"+token), i18n.N(ctx, "mail.link-lasts", int(lasts.Minutes())))
	}
	return o.post(Message{To: to, Subject: subject, Text: text + "\n" + network + "\n"})
}
