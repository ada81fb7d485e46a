package community

import "context"

// NoticeKind says what a notice is about. Each kind can be switched off.
type NoticeKind string

const (
	NoticeIntroduction NoticeKind = "introduction" // somebody would like to meet you
	NoticeAccepted     NoticeKind = "accepted"     // somebody said yes
	NoticeMessage      NoticeKind = "message"      // you have unread messages
	NoticeMention      NoticeKind = "mention"      // somebody named you in a conversation
	NoticePlace        NoticeKind = "place"        // a place came free for you
	NoticeEvent        NoticeKind = "event"        // an event you joined changed or was cancelled
	NoticeJoin         NoticeKind = "join"         // somebody asks to join your hub
	NoticeJoinAnswer   NoticeKind = "join-answer"  // the hub answered you
	NoticeApplication  NoticeKind = "application"  // an application came in, or yours was decided
	NoticeReport       NoticeKind = "report"       // somebody reported something to you as host
	NoticeProposal     NoticeKind = "proposal"     // your hub votes on something, or decided it
	NoticeSeat         NoticeKind = "seat"         // your seat began, or ends soon
	NoticeFound        NoticeKind = "found"        // a saved search found something new
	NoticeWaiting      NoticeKind = "waiting"      // what waits for you today
	NoticeSafety       NoticeKind = "safety"       // somebody may act for you, or says that you lost your way in; it can't be switched off
)

// NoticeKinds in the order of the settings.
var NoticeKinds = []NoticeKind{NoticeIntroduction, NoticeAccepted, NoticeMessage, NoticeMention, NoticePlace, NoticeEvent, NoticeJoin,
	NoticeJoinAnswer, NoticeApplication, NoticeReport, NoticeProposal, NoticeSeat, NoticeFound, NoticeWaiting}

// Notice tells a member of something that waits for them. Its id is derived from what happened, so telling twice is
// telling once.
type Notice struct {
	Record[NoticeID] `bson:",inline"`
	Member           MemberID          `json:"member"`
	Kind             NoticeKind        `json:"kind"`
	Say              string            `json:"say"`            // catalogue key of the sentence
	Args             map[string]string `json:"args,omitempty"` // its blanks; only what this member may see
	By               MemberID          `json:"by,omitempty"`   // whom it names; a block between the two hides it
	Path             string            `json:"path"`           // the page that it leads to
	At               Instant           `json:"at"`
	ReadAt           Instant           `json:"readAt,omitempty"`
	MailedAt         Instant           `json:"mailedAt,omitempty"`
}

// Notices is what the domain needs of the store.
type Notices interface {
	Keeper[NoticeID, Notice]
	Of(ctx context.Context, member MemberID, page Page) ([]*Notice, Cursor, error)     // newest first
	Naming(ctx context.Context, member MemberID, page Page) ([]*Notice, Cursor, error) // those of others
}

// Tell leaves a notice, unless the member switched its kind off or was told already.
func (n *Network) Tell(ctx context.Context, notice *Notice) error {
	m, err := n.Members.Get(ctx, notice.Member)
	if KindOf(err) == KindNotFound {
		return nil // who left is not told
	}
	if err != nil || m.Silenced[notice.Kind] {
		return err
	}
	if apart, err := n.Blocks.Around(ctx, notice.Member); err != nil || apart[notice.By] {
		return err
	}
	if err := n.Notices.Add(ctx, notice); err != nil && KindOf(err) != KindConflict {
		return err
	}
	return nil
}

// OwnNotices are the viewer's, newest first.
func (n *Network) OwnNotices(ctx context.Context, v Viewer, page Page) ([]*Notice, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	read := func(page Page) ([]*Notice, Cursor, error) { return n.Notices.Of(ctx, v.ID, page) }
	return visible(page, read, func(notice *Notice) bool { return v.Apart(notice.By) })
}

// ReadNotices marks the viewer's latest notices as read.
func (n *Network) ReadNotices(ctx context.Context, v Viewer) error {
	notices, _, err := n.OwnNotices(ctx, v, Page{Limit: PageMax})
	if err != nil {
		return err
	}
	for _, notice := range notices {
		if notice.ReadAt != 0 {
			continue
		}
		_, err := n.Notices.Change(ctx, notice.ID, func(x *Notice) error {
			x.ReadAt = n.Now()
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Silence switches kinds of notices off; those not named are on.
func (n *Network) Silence(ctx context.Context, v Viewer, kinds []NoticeKind) (*Member, error) {
	p := Problems{}
	kinds = someOf(p, "silenced", kinds, NoticeKinds, len(NoticeKinds))
	if err := Invalid(p); err != nil {
		return nil, err
	}
	return n.changeOwn(ctx, v, func(m *Member) error {
		m.Silenced = map[NoticeKind]bool{}
		for _, k := range kinds {
			m.Silenced[k] = true
		}
		return nil
	})
}

// ChooseLanguage sets the language of pages and letters.
func (n *Network) ChooseLanguage(ctx context.Context, v Viewer, language string) (*Member, error) {
	return n.changeOwn(ctx, v, func(m *Member) error {
		m.Language = language
		return nil
	})
}

func (n *Network) changeOwn(ctx context.Context, v Viewer, change func(*Member) error) (*Member, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	return n.Members.Change(ctx, v.ID, change)
}

// UnreadNotices counts the viewer's unread among their latest PageMax.
func (n *Network) UnreadNotices(ctx context.Context, v Viewer) (int, error) {
	notices, _, err := n.OwnNotices(ctx, v, Page{Limit: PageMax})
	unread := 0
	for _, notice := range notices {
		if notice.ReadAt == 0 {
			unread++
		}
	}
	return unread, err
}
