package auth

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"strings"

	"longtable/server/community"
)

// SessionHash is the SHA-256 of a session's token, in hexadecimal. It may be shown in a form: it does not open anything.
type SessionHash string

// Session is one browser in which a member is signed in. The token itself is in that browser's cookie only.
type Session struct {
	community.Record[SessionHash] `bson:",inline"`

	Member    community.MemberID `json:"member"`
	CreatedAt community.Instant  `json:"createdAt"`
	SeenAt    community.Instant  `json:"seenAt"` // exact to the hour
	ExpiresAt community.Instant  `json:"expiresAt"`
	Agent     string             `json:"agent"` // such as "Firefox, Android"; empty when unknown
	Lang      string             `json:"lang"`
	By        wayIn              `json:"by"`
	ActingFor community.MemberID `json:"actingFor,omitempty"` // for whom the member acts as their helper; empty for themselves
}

// LogValue says whose session it is, and not which.
func (s *Session) LogValue() slog.Value { return slog.StringValue("session of " + string(s.Member)) }

// wayIn is what a person showed when the session was opened.
type wayIn string

const (
	byPassword wayIn = "password"
	byLink     wayIn = "link"
	byWord     wayIn = "word" // the program's own: first run
	byCard     wayIn = "card" // a code on paper
	byHub      wayIn = "hub"  // two halves of a code, after two people of the hub vouched
)

// Sessions keeps sessions. ByMember gives all of one member, at most some twenty; Expired gives up to limit whose
// ExpiresAt is before the instant.
type Sessions interface {
	community.Keeper[SessionHash, Session]
	ByMember(ctx context.Context, member community.MemberID) ([]*Session, error)
	Expired(ctx context.Context, before community.Instant, limit int) ([]*Session, error)
}

// open starts a session with a token of its own, always: a token from before is never raised to one that is signed in.
func (d *Door) open(ctx context.Context, account *Account, v Visitor, by wayIn) (*Entry, error) {
	if err := d.makeRoom(ctx, account.ID); err != nil {
		return nil, err
	}
	token, now := newSecret(""), d.now()
	session := &Session{
		Record:    community.Record[SessionHash]{ID: hashed[SessionHash](token, "")},
		Member:    account.ID,
		CreatedAt: now,
		SeenAt:    now,
		ExpiresAt: now.Plus(sessionIdle),
		Agent:     agentInWords(v.Agent),
		Lang:      language(v.Lang, account.Lang),
		By:        by,
	}
	if err := d.house.Sessions.Add(ctx, session); err != nil {
		return nil, err
	}
	d.familiar.add(account.EmailKey, NetworkKey(v.Address))
	return &Entry{Session: session, Token: token}, nil
}

// makeRoom ends the sessions that were not used for longest, so that one more fits. Two sign-ins at the same instant
// may leave one more than sessionsMax; the next one ends it.
func (d *Door) makeRoom(ctx context.Context, member community.MemberID) error {
	sessions, err := d.Sessions(ctx, member)
	if err != nil || len(sessions) < sessionsMax {
		return err
	}
	return d.endEach(ctx, sessions[sessionsMax-1:])
}

// Who finds the session behind a cookie; anything but a live one is unauthenticated. A visit moves the session's end,
// which is written at most once an hour.
func (d *Door) Who(ctx context.Context, token Secret) (*Session, error) {
	id := hashed[SessionHash](token, "")
	if id == "" {
		return nil, community.Unauthenticated()
	}
	session, err := d.house.Sessions.Get(ctx, id)
	if err != nil {
		return nil, unknownIsUnauthenticated(err)
	}
	now := d.now()
	if now >= session.ExpiresAt {
		return nil, community.Unauthenticated()
	}
	if now < session.SeenAt.Plus(seenEvery) {
		return session, nil
	}
	session, err = d.house.Sessions.Change(ctx, id, func(s *Session) error {
		s.SeenAt = max(s.SeenAt, now)
		s.ExpiresAt = min(s.SeenAt.Plus(sessionIdle), s.CreatedAt.Plus(sessionAbsolute))
		return nil
	})
	if err != nil {
		return nil, unknownIsUnauthenticated(err) // ended between the two
	}
	return session, nil
}

func unknownIsUnauthenticated(err error) error {
	if community.KindOf(err) == community.KindNotFound {
		return community.Unauthenticated()
	}
	return err
}

// Sessions are the member's live sessions, the one seen last first.
func (d *Door) Sessions(ctx context.Context, member community.MemberID) ([]*Session, error) {
	sessions, err := d.house.Sessions.ByMember(ctx, member)
	if err != nil {
		return nil, err
	}
	now := d.now()
	sessions = slices.DeleteFunc(sessions, func(s *Session) bool { return now >= s.ExpiresAt })
	slices.SortFunc(sessions, func(a, b *Session) int {
		return cmp.Or(cmp.Compare(b.SeenAt, a.SeenAt), cmp.Compare(b.CreatedAt, a.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return sessions, nil
}

// SignOut ends the session behind a cookie. A cookie that opens nothing is signed out already.
func (d *Door) SignOut(ctx context.Context, token Secret) error {
	id := hashed[SessionHash](token, "")
	if id == "" {
		return nil
	}
	session, err := d.house.Sessions.Get(ctx, id)
	if err != nil {
		return ignoreMissing(err)
	}
	return d.end(ctx, session)
}

// EndSession ends one of the member's own sessions; anybody else's is not found.
func (d *Door) EndSession(ctx context.Context, member community.MemberID, id SessionHash) error {
	session, err := d.house.Sessions.Get(ctx, id)
	if err != nil {
		return err
	}
	if session.Member != member {
		return community.NotFound("session is not of member %s", member)
	}
	return d.end(ctx, session)
}

// EndOthers ends every session of the member but the given one.
func (d *Door) EndOthers(ctx context.Context, keep *Session) error {
	sessions, err := d.house.Sessions.ByMember(ctx, keep.Member)
	if err != nil {
		return err
	}
	return d.endEach(ctx, slices.DeleteFunc(sessions, func(s *Session) bool { return s.ID == keep.ID }))
}

// EndAll ends every session of the member, as when somebody is asked to leave.
func (d *Door) EndAll(ctx context.Context, member community.MemberID) error {
	sessions, err := d.house.Sessions.ByMember(ctx, member)
	if err != nil {
		return err
	}
	return d.endEach(ctx, sessions)
}

func (d *Door) endEach(ctx context.Context, sessions []*Session) error {
	for _, s := range sessions {
		if err := d.end(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func (d *Door) end(ctx context.Context, session *Session) error {
	if err := ignoreMissing(d.house.Sessions.Delete(ctx, session.ID)); err != nil {
		return err
	}
	d.house.Ended(ctx, session)
	return nil
}

// Names by which a browser and a system are known to people. Order matters: most browsers also claim to be others.
var (
	browserMarks = [][2]string{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox", "Firefox"}, {"FxiOS", "Firefox"},
		{"CriOS", "Chrome"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}, {"curl", "curl"},
	}
	systemMarks = [][2]string{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"KAIOS", "KaiOS"}, {"CrOS", "ChromeOS"},
		{"Windows", "Windows"}, {"Mac OS", "Mac"}, {"Linux", "Linux"},
	}
)

// agentInWords keeps of the User-Agent header what lets a person recognise their own browser, and no more: the whole
// header would help to follow people about.
func agentInWords(header string) string {
	var words []string
	for _, marks := range [][][2]string{browserMarks, systemMarks} {
		for _, mark := range marks {
			if strings.Contains(header, mark[0]) {
				words = append(words, mark[1])
				break
			}
		}
	}
	if words == nil {
		product, _, _ := strings.Cut(header, "/")
		return shorten(product, agentMax)
	}
	return strings.Join(words, ", ")
}
