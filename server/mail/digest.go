package mail

import (
	"context"
	"fmt"
	"strings"

	"longtable/frontend/i18n"
	"longtable/server/community"
)

// SendDigest writes a letter of what somebody missed and carries it now, so that the caller knows whether it went. It says
// where, how much and by whom, and nothing of what was said: letters lie open on their way, and can't be taken back.
func (o *Office) SendDigest(ctx context.Context, address string, to *community.Member, d community.DigestLetter) error {
	ctx, network := o.words(ctx, to.Language)
	count := 0
	var text strings.Builder
	for _, l := range d.Lines {
		count += l.Count
		text.WriteString(o.digestLine(ctx, l, d.Zone))
	}
	stop := o.link("/letters/" + d.Stop)
	head := fmt.Sprintf("%s\n\n%s\n", i18n.T(ctx, "mail.hello", "name", to.Name), i18n.N(ctx, "mail.digest-lead", count, "network", network))
	foot := fmt.Sprintf("\n%s\n\n%s\n%s\n\n%s\n%s\n\n%s\n", i18n.T(ctx, "mail.digest-words-stay"), i18n.T(ctx, "mail.digest-when-"+string(d.Wish)), o.link("/settings"),
		i18n.T(ctx, "mail.digest-stop"), stop, network)
	return o.deliver(ctx, Message{To: address, Subject: i18n.N(ctx, "mail.subject-digest", count, "network", network), Text: head + text.String() + foot,
		At: o.clock(), ID: d.ID, Stop: stop})
}

// digestLine is one conversation: what it is called or who wrote, how much, since when.
func (o *Office) digestLine(ctx context.Context, l community.DigestLine, zone string) string {
	names := l.Names
	if len(names) > digestNames {
		names = append(names[:digestNames:digestNames], i18n.N(ctx, "mail.digest-others", len(l.Names)-digestNames))
	}
	who := i18n.List(ctx, names)
	if l.Title != "" {
		who = i18n.T(ctx, "mail.digest-group", "title", l.Title, "names", who)
	}
	how := "mail.digest-messages"
	if l.More {
		how = "mail.digest-messages-more"
	}
	return fmt.Sprintf("\n%s\n%s\n%s\n", who, i18n.N(ctx, how, l.Count, "when", i18n.DateTime(ctx, l.LastAt.In(zone))), o.link("/conversations/"+string(l.Talk)))
}

const digestNames = 3 // people named for one conversation
