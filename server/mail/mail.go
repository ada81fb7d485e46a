// Package mail writes letters in the reader's language and sends them. Letters are plain text: every mailbox and every
// screen reader shows them well, and they carry nothing that can follow their reader.
package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"longtable/frontend/i18n"
	"longtable/server/community"
)

// Message is one letter, ready to go.
type Message struct {
	To      string
	Subject string
	Text    string
	At      time.Time
	ID      string // of a letter that may be sent again: a mailbox shows it once; empty for others
	Stop    string // address at which the reader ends letters of this kind; empty for none
}

// Carrier takes one message to where it is read, or says why not. It may wait for the network.
type Carrier interface {
	Carry(ctx context.Context, m Message) error
}

// queueMax bounds the letters that wait for the carrier; beyond it a person is asked to try again a little later.
const queueMax = 1000

// Limits of delivery.
const (
	noticesAtOnce = 2 // notices on their way; more would let a mail server that hangs hold up everything else that follows from changes

	carryTimeout = 30 * time.Second // a mail server that takes longer is not there
	carryTries   = 3                // for letters that live in memory only; notices are repeated by their due mark
)

// Office writes and sends. Run carries what Send has queued.
type Office struct {
	carrier Carrier
	base    *url.URL
	network func(ctx context.Context) string // name of the network
	clock   func() time.Time
	log     *slog.Logger
	queue   chan Message
	notices chan struct{} // one for each notice on its way
}

// NewOffice makes an office whose letters link to the base address.
func NewOffice(carrier Carrier, base *url.URL, network func(context.Context) string, clock func() time.Time, log *slog.Logger) *Office {
	return &Office{carrier: carrier, base: base, network: network, clock: clock, log: log, queue: make(chan Message, queueMax), notices: make(chan struct{}, noticesAtOnce)}
}

// Run carries letters until ctx ends, then what is queued already.
func (o *Office) Run(ctx context.Context) {
	for {
		select {
		case m := <-o.queue:
			o.carry(ctx, m)
		case <-ctx.Done():
			for {
				select {
				case m := <-o.queue:
					o.carry(context.WithoutCancel(ctx), m)
				default:
					return
				}
			}
		}
	}
}

// carry tries a few times. What can't be delivered is logged without address or words.
func (o *Office) carry(ctx context.Context, m Message) {
	var err error
	for range carryTries {
		if err = o.deliver(ctx, m); err == nil {
			return
		}
	}
	o.log.LogAttrs(ctx, slog.LevelError, "letter not delivered", slog.String("subject", m.Subject), slog.Any("error", err))
}

func (o *Office) deliver(ctx context.Context, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, carryTimeout)
	defer cancel()
	return o.carrier.Carry(ctx, m)
}

// errFull is the answer when enough letters are on their way.
var errFull = &community.Error{Kind: community.KindTooMany, Say: "mail.busy", Err: errors.New("mail: enough letters are on their way")}

// post queues a letter; it never waits.
func (o *Office) post(m Message) error {
	m.At = o.clock()
	select {
	case o.queue <- m:
		return nil
	default:
		return errFull
	}
}

// link is a complete address in the network.
func (o *Office) link(path string) string { return o.base.JoinPath(path).String() }

// words begins and ends a letter in a language.
func (o *Office) words(ctx context.Context, language string) (context.Context, string) {
	return i18n.With(ctx, language), o.network(ctx)
}

// SendNotice writes a notice as a letter and carries it now, so that the caller knows whether it went. When enough are on
// their way it refuses at once; the notice's mark brings it again.
func (o *Office) SendNotice(ctx context.Context, address string, to *community.Member, n *community.Notice) error {
	select {
	case o.notices <- struct{}{}:
		defer func() { <-o.notices }()
	default:
		return errFull
	}
	ctx, network := o.words(ctx, to.Language)
	var args []any
	for name, value := range n.Args {
		args = append(args, name, value)
	}
	line := i18n.T(ctx, n.Say, args...)
	text := fmt.Sprintf("%s\n\n%s\n%s\n\n%s\n%s\n\n%s\n", i18n.T(ctx, "mail.hello", "name", to.Name), line, o.link(n.Path),
		i18n.T(ctx, "mail.switch-off"), o.link("/settings"), network)
	return o.deliver(ctx, Message{To: address, Subject: line, Text: text, At: o.clock()})
}

// Mailbox keeps the latest letters to be read in the browser; for the demo only. Safe for concurrent use.
type Mailbox struct {
	mu      sync.Mutex
	letters []Message // newest last
}

// mailboxMax bounds the letters kept; older ones are forgotten.
const mailboxMax = 200

// Carry puts a letter into the box.
func (b *Mailbox) Carry(_ context.Context, m Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.letters = append(b.letters, m)
	if len(b.letters) > mailboxMax {
		b.letters = b.letters[1:]
	}
	return nil
}

// Empty forgets all letters: those to others may name somebody who left.
func (b *Mailbox) Empty() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.letters = nil
}

// Letters are those in the box, newest first.
func (b *Mailbox) Letters() []Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	newest := make([]Message, 0, len(b.letters))
	for i := len(b.letters) - 1; i >= 0; i-- {
		newest = append(newest, b.letters[i])
	}
	return newest
}
