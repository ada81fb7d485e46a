package main

import (
	"context"
	"errors"
	"time"

	"longtable/realtime"
	"longtable/server/auth"
	"longtable/server/community"
	"longtable/server/demo"
	"longtable/server/jobs"
	"longtable/server/mail"
	"longtable/server/store"
	"longtable/server/web"
)

// The rooms do not know each other; where one needs another, it says so in its own words. Here they are translated.

// liveTalk lets sockets read and write conversations.
type liveTalk struct {
	network *community.Network
}

// Page reads a conversation on behalf of its sockets, whose people were checked when they subscribed.
func (l liveTalk) Page(ctx context.Context, conversation string, after int64, limit int) ([]realtime.Event, error) {
	messages, err := l.network.Messages.Behind(ctx, community.ConversationID(conversation), after, limit)
	if err != nil {
		return nil, err
	}
	if err := l.network.CurrentWords(ctx, messages...); err != nil {
		return nil, err
	}
	events := make([]realtime.Event, len(messages))
	for i, m := range messages {
		sender, err := l.network.Members.Get(ctx, m.Sender)
		if err != nil && community.KindOf(err) != community.KindNotFound {
			return nil, err
		}
		name := ""
		if sender != nil {
			name = sender.Name
		}
		mentioned, err := jobs.MentionedIn(ctx, l.network, m)
		if err != nil {
			return nil, err
		}
		events[i] = jobs.LiveEvent(m, name, mentioned...)
	}
	return events, nil
}

// Heads are the conversations that a person is in, at most the latest headsMax. A seat is told of a message a moment after
// it was stored, so the head is the log's own.
func (l liveTalk) Heads(ctx context.Context, person string) ([]realtime.Head, error) {
	v, err := l.network.Viewer(ctx, community.MemberID(person))
	if err != nil {
		return nil, err
	}
	var heads []realtime.Head
	page := community.Page{Limit: community.PageMax}
	for len(heads) < headsMax {
		talks, next, err := l.network.Talks(ctx, v, page)
		if err != nil {
			return nil, err
		}
		for _, t := range talks {
			if !t.Conversation.Whole(v) {
				continue // of what is said there they read pages
			}
			head, err := l.network.Messages.Head(ctx, t.Conversation.ID)
			if err != nil {
				return nil, err
			}
			heads = append(heads, realtime.Head{Conversation: string(t.Conversation.ID), Head: head, Read: t.Seat.Read})
		}
		if page.After = next; next == "" {
			break
		}
	}
	return heads, nil
}

// headsMax bounds the conversations that one socket follows; older ones are live again once somebody writes.
const headsMax = 500

func (l liveTalk) authorize(ctx context.Context, person, topic string) error {
	return jobs.MayWatch(ctx, l.network, community.MemberID(person), topic)
}

func (l liveTalk) send(ctx context.Context, person, conversation, nonce, body string) (realtime.Event, error) {
	v, err := l.network.Viewer(ctx, community.MemberID(person))
	if err != nil {
		return realtime.Event{}, err
	}
	m, err := l.network.Say(ctx, v, community.ConversationID(conversation), nonce, body)
	if err != nil {
		return realtime.Event{}, err
	}
	return jobs.LiveEvent(m, v.Name), nil
}

// explain gives a socket the kind of an error and the sentence for it.
func explain(err error) (kind, say string) {
	var known *community.Error
	if errors.As(err, &known) {
		return string(known.Kind), known.Say
	}
	return string(community.KindInternal), "error.ours"
}

// sessionLives is asked for each socket when it opens, and from time to time.
func (h *house) sessionLives(ctx context.Context, person, session string) error {
	return h.door.Lives(ctx, community.MemberID(person), session)
}

// doorLetters lets the door send letters. Without an office nobody can be written to, and nobody waits for a letter.
type doorLetters struct {
	office *mail.Office
}

func (d doorLetters) Send(ctx context.Context, l auth.Letter) error {
	if d.office == nil {
		return nil
	}
	return d.office.SendLink(ctx, string(l.Kind), l.To, l.Lang, l.Link.Reveal(), time.Until(l.ExpiresAt.Time()).Round(time.Minute))
}

// noticePost sends notices to the address of the account.
type noticePost struct {
	office *mail.Office
	door   *auth.Door
}

func (p noticePost) SendNotice(ctx context.Context, to *community.Member, n *community.Notice) error {
	account, err := p.door.Account(ctx, to.ID)
	if community.KindOf(err) == community.KindNotFound && err != nil {
		return nil // nobody signs in as them, as in a demo
	}
	if err != nil {
		return err
	}
	if account.Email == "" {
		return nil // they come in by a code
	}
	if !account.HasAddress() {
		return nil // they read it on the page, or their helper tells them
	}
	return p.office.SendNotice(ctx, account.Email, to, n)
}

func (p noticePost) SendDigest(ctx context.Context, to *community.Member, letter community.DigestLetter) error {
	account, err := p.door.Account(ctx, to.ID)
	if community.KindOf(err) == community.KindNotFound && err != nil {
		return nil
	}
	if err != nil {
		return err
	}
	return p.office.SendDigest(ctx, account.Email, to, letter)
}

// wayOut lets the jobs forget who left: at the door, and in a demo in the mailbox too.
type wayOut struct {
	door    *auth.Door
	mailbox *mail.Mailbox // nil elsewhere
}

func (w wayOut) Forget(ctx context.Context, member community.MemberID) error {
	if w.mailbox != nil {
		w.mailbox.Empty()
	}
	return w.door.Forget(ctx, member)
}

// storeFiles lets the jobs scrub what lies under the store.
type storeFiles struct {
	house *house
}

func (f storeFiles) Buried(ctx context.Context) (bool, error) { return f.house.db.Buried(ctx) }

func (f storeFiles) Scrub(ctx context.Context) error {
	if err := f.house.relay.ForgetReasons(ctx); err != nil {
		return err
	}
	return f.house.db.Scrub(ctx)
}

// letters shows the demo's mailbox to the web room; nil elsewhere.
func (h *house) letters() web.Mailbox {
	if h.mailbox == nil {
		return nil
	}
	return letterBox{h.mailbox}
}

type letterBox struct {
	box *mail.Mailbox
}

func (l letterBox) Letters() []web.Letter {
	var letters []web.Letter
	for _, m := range l.box.Letters() {
		letters = append(letters, web.Letter{To: m.To, Subject: m.Subject, Text: m.Text, At: m.At})
	}
	return letters
}

// unfinished shows the reactions that keep failing to the web room.
type unfinished struct {
	relay *store.Relay
}

// kindsOf says in the words of the catalogue what was changed. What passes between people is one kind, so that nobody learns
// when somebody blocked somebody.
var kindsOf = map[string]string{
	"members": "person", "skills": "skill", "hubs": "hub", "join_requests": "joining", "enterprises": "enterprise",
	"postings": "posting", "events": "event", "programmes": "programme", "applications": "application", "notices": "notice",
	"introductions": "between", "connections": "between", "blocks": "between", "conversations": "between",
	"messages": "between", "reports": "between", "charters": "network", "weights": "network",
}

func (u unfinished) Stuck(ctx context.Context) ([]web.Stuck, error) {
	parked, err := u.relay.Parked(ctx)
	stuck := make([]web.Stuck, len(parked))
	for i, p := range parked {
		kind, known := kindsOf[p.Collection]
		if !known {
			kind = "other"
		}
		stuck[i] = web.Stuck{ID: p.ID, Kind: kind, Since: p.Since, Tries: p.Failures, Reason: p.Reason}
	}
	return stuck, err
}

func (u unfinished) TryAgain(ctx context.Context, id string) error { return u.relay.TryAgain(ctx, id) }

// enrolmentOf makes a demo person's account; they come in by link.
func enrolmentOf(p demo.Persona) auth.Enrolment {
	return auth.Enrolment{Member: p.ID, Email: p.Email, Lang: p.Language}
}
