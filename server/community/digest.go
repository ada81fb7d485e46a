package community

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"time"
)

// What somebody missed in their conversations is told in one letter, when they chose. The letter says where, how much and
// by whom; what was said stays here, where it can be taken back.

// DigestChoice is when a member gets that letter.
type DigestChoice string

const (
	DigestAway  DigestChoice = "away"  // once something has waited for DigestAfter: the usual
	DigestDaily DigestChoice = "daily" // in the morning at their hub
	DigestOff   DigestChoice = "off"
)

// DigestChoices in the order of the settings.
var DigestChoices = []DigestChoice{DigestAway, DigestDaily, DigestOff}

const (
	DigestAfter = 4 * time.Hour // half a working day: long enough for who is only at lunch, in time to answer on the same day

	digestHour     = 8                // of the day at the hub: before work begins
	digestLease    = 10 * time.Minute // for sending one; a program that ended meanwhile is replaced after it
	digestTalksMax = 20               // conversations that a letter names
	digestLooks    = 3                // pages of conversations that are looked through for them
	digestPresent  = time.Hour        // until it is looked again whether somebody who is here has gone
)

// Digest is a letter that waits for its time. There is one for a member, or none.
type Digest struct {
	Record[MemberID] `bson:",inline"`
	DueAt            Instant `json:"dueAt"`
	TakenAt          Instant `json:"takenAt,omitempty"` // when a program began to send it
	SentAt           Instant `json:"sentAt,omitempty"`  // it went; what follows may still have to be done
}

// Digests is what the domain needs of the store.
type Digests interface {
	Keeper[MemberID, Digest]
	Due(ctx context.Context, now Instant, limit int) ([]*Digest, error) // longest overdue first
}

// Missed is what a member has not read in one conversation, and was not told of in a letter.
type Missed struct {
	Talk   Talk
	From   []MemberID // who wrote, first first
	Count  int
	More   bool // and more than Count
	LastAt Instant
	seq    int64 // of the last entry that was counted
}

// DigestWished is when the member wants to be told by letter; not at all where notices of messages are switched off.
func (m *Member) DigestWished() DigestChoice {
	switch {
	case m.Silenced[NoticeMessage]:
		return DigestOff
	case m.Digest == "":
		return DigestAway
	default:
		return m.Digest
	}
}

// ChooseDigest sets when the viewer gets the letter; one that waits is put off or taken away.
func (n *Network) ChooseDigest(ctx context.Context, v Viewer, choice DigestChoice) error {
	p := Problems{}
	oneOf(p, "digest", choice, DigestChoices)
	if err := Invalid(p); err != nil {
		return err
	}
	if _, err := n.changeOwn(ctx, v, func(m *Member) error { m.Digest = choice; return nil }); err != nil {
		return err
	}
	return n.RenewDigest(ctx, v)
}

// RenewDigest takes a waiting letter away, and has another wait if there is anything to tell. What comes in between has
// its own.
func (n *Network) RenewDigest(ctx context.Context, v Viewer) error {
	if err := ignoreMissing(n.Digests.Delete(ctx, v.ID)); err != nil {
		return err
	}
	missed, err := n.Missed(ctx, v)
	if err != nil || len(missed) == 0 {
		return err
	}
	return n.AwaitDigest(ctx, v.ID)
}

// AwaitDigest has a letter wait for somebody who has not read something, unless one does or they want none.
func (n *Network) AwaitDigest(ctx context.Context, to MemberID) error {
	if _, err := n.Digests.Get(ctx, to); KindOf(err) != KindNotFound {
		return err
	}
	m, err := n.Members.Get(ctx, to)
	if err != nil {
		return ignoreMissing(err)
	}
	zone, err := n.ZoneOf(ctx, m)
	if err != nil || m.DigestWished() == DigestOff {
		return err
	}
	d := &Digest{Record: Record[MemberID]{ID: to}, DueAt: digestDue(m.DigestWished(), n.Now(), zone)}
	if err := n.Digests.Add(ctx, d); err != nil && KindOf(err) != KindConflict {
		return err
	}
	return nil
}

// ZoneOf is the time zone of a member's hub; empty, which is UTC, for who has none.
func (n *Network) ZoneOf(ctx context.Context, m *Member) (string, error) {
	if m.Hub == "" {
		return "", nil
	}
	hub, err := n.Hubs.Get(ctx, m.Hub)
	if err != nil {
		return "", ignoreMissing(err)
	}
	return hub.Zone, nil
}

func digestDue(choice DigestChoice, now Instant, zone string) Instant {
	if choice != DigestDaily {
		return now.Plus(DigestAfter)
	}
	here := now.In(zone)
	for days := 0; ; days++ {
		if due := At(time.Date(here.Year(), here.Month(), here.Day()+days, digestHour, 0, 0, 0, here.Location())); due > now {
			return due
		}
	}
}

// Missed is what the viewer has to be told of, latest first: nothing of conversations that they muted, of requests that they
// have not accepted, or of people apart from them.
func (n *Network) Missed(ctx context.Context, v Viewer) ([]Missed, error) {
	var all []Missed
	page := Page{Limit: PageMax}
	for range digestLooks {
		talks, next, err := n.Talks(ctx, v, page)
		if err != nil {
			return nil, err
		}
		for _, t := range talks {
			missed, err := n.missedIn(ctx, v, t)
			if err != nil {
				return nil, err
			}
			if missed.Count > 0 {
				all = append(all, missed)
			}
			if len(all) == digestTalksMax {
				return all, nil
			}
		}
		if page.After = next; next == "" {
			break
		}
	}
	return all, nil
}

func (n *Network) missedIn(ctx context.Context, v Viewer, t Talk) (Missed, error) {
	missed := Missed{Talk: t}
	if t.Seat.Muted || t.Seat.Unread() == 0 {
		return missed, nil
	}
	s, err := n.After(ctx, v, t.Conversation.ID, max(t.Seat.Read, t.Seat.Told), PageMax)
	missed.More, missed.seq = s.Newer, s.Seq
	for _, m := range s.Messages {
		if !m.Said() || m.Emptied() || m.Sender == v.ID {
			continue
		}
		missed.Count++
		missed.LastAt = m.SentAt
		if !slices.Contains(missed.From, m.Sender) {
			missed.From = append(missed.From, m.Sender)
		}
	}
	return missed, err
}

// DigestsDue are letters whose time has come.
func (n *Network) DigestsDue(ctx context.Context, limit int) ([]*Digest, error) {
	return n.Digests.Due(ctx, n.Now()+1, limit)
}

// errTaken says that another program sends it.
var errTaken = errors.New("community: taken by another program")

// TakeDigest takes a letter for sending; false where it is another's, or no longer due.
func (n *Network) TakeDigest(ctx context.Context, id MemberID) (*Digest, bool, error) {
	d, err := n.Digests.Change(ctx, id, func(d *Digest) error {
		if d.DueAt > n.Now() || d.TakenAt > n.Now().Plus(-digestLease) {
			return errTaken
		}
		d.TakenAt = n.Now()
		return nil
	})
	if errors.Is(err, errTaken) || KindOf(err) == KindNotFound && err != nil {
		return nil, false, nil
	}
	return d, err == nil, err
}

// PutOffDigest lets it wait on, because the member is here just now.
func (n *Network) PutOffDigest(ctx context.Context, id MemberID) error {
	_, err := n.Digests.Change(ctx, id, func(d *Digest) error {
		d.DueAt, d.TakenAt = n.Now().Plus(digestPresent), 0
		return nil
	})
	return ignoreMissing(err)
}

// DigestSent notes that the letter went, then that its reader was told; it may be repeated.
func (n *Network) DigestSent(ctx context.Context, v Viewer, missed []Missed) error {
	_, err := n.Digests.Change(ctx, v.ID, func(d *Digest) error { d.SentAt = n.Now(); return nil })
	if ignoreMissing(err) != nil {
		return err
	}
	for _, m := range missed {
		_, err := n.Seats.Change(ctx, m.Talk.Seat.ID, func(s *Seat) error {
			if s.Told >= m.seq {
				return ErrUnchanged
			}
			s.Told = m.seq
			return nil
		})
		if ignoreMissing(err) != nil {
			return err
		}
	}
	return n.RenewDigest(ctx, v)
}

// StopToken lets whoever has a letter end these letters without signing in: it names the member, and is signed.
func (n *Network) StopToken(ctx context.Context, id MemberID) (string, error) {
	charter, err := n.Charter(ctx)
	if err != nil {
		return "", err
	}
	sign := hmac.New(sha256.New, []byte(charter.TieSecret))
	sign.Write([]byte("no more letters to " + string(id))) // never fails
	return string(id) + "~" + idLetters.EncodeToString(sign.Sum(nil)[:idBytes*2]), nil
}

// Stoppable tells whose letters a token ends; not found for one that is not of ours.
func (n *Network) Stoppable(ctx context.Context, token string) (MemberID, error) {
	at := strings.LastIndex(token, "~")
	if at < 0 {
		return "", NotFound("%.20q ends no letters", token)
	}
	id, err := ParseID[MemberID](token[:at])
	if err != nil {
		return "", err
	}
	ours, err := n.StopToken(ctx, id)
	if err != nil {
		return "", err
	}
	if !hmac.Equal([]byte(ours), []byte(token)) {
		return "", NotFound("a token that ends no letters")
	}
	_, err = n.Members.Get(ctx, id)
	return id, err
}

// StopDigest ends the letters for whoever the token names.
func (n *Network) StopDigest(ctx context.Context, token string) error {
	id, err := n.Stoppable(ctx, token)
	if err != nil {
		return err
	}
	v, err := n.Viewer(ctx, id)
	if err != nil {
		return err
	}
	return n.ChooseDigest(ctx, v, DigestOff)
}

// DigestLetter is what a letter says of what was missed.
type DigestLetter struct {
	ID    string // names this letter, so that a mailbox shows it once
	Stop  string // ends these letters
	Wish  DigestChoice
	Zone  string
	Lines []DigestLine
}

// DigestLine is one conversation in it.
type DigestLine struct {
	Talk   ConversationID
	Title  string   // of a group; empty between two
	Names  []string // who wrote, as far as the reader may know them
	Count  int
	More   bool
	LastAt Instant
}

// DigestFor writes down what was missed for its reader.
func (n *Network) DigestFor(ctx context.Context, v Viewer, d *Digest, missed []Missed) (DigestLetter, error) {
	me, err := n.OwnProfile(ctx, v)
	if err != nil {
		return DigestLetter{}, err
	}
	letter := DigestLetter{Wish: me.DigestWished()}
	sum := sha256.Sum256([]byte(string(v.ID) + " " + d.DueAt.Time().String()))
	letter.ID = "digest." + idLetters.EncodeToString(sum[:idBytes])
	if letter.Stop, err = n.StopToken(ctx, v.ID); err != nil {
		return letter, err
	}
	if letter.Zone, err = n.ZoneOf(ctx, me); err != nil {
		return letter, err
	}
	for _, m := range missed {
		line := DigestLine{Talk: m.Talk.Conversation.ID, Title: m.Talk.Conversation.Title, Count: m.Count, More: m.More, LastAt: m.LastAt}
		people, err := n.People(ctx, v, m.From)
		if err != nil {
			return letter, err
		}
		for _, p := range people {
			line.Names = append(line.Names, p.Name)
		}
		letter.Lines = append(letter.Lines, line)
	}
	return letter, nil
}
