package community

import "context"

// PostingKind tells an ask from an offer.
type PostingKind string

const (
	Ask   PostingKind = "ask"
	Offer PostingKind = "offer"
)

// PostingKinds in the order of the form.
var PostingKinds = []PostingKind{Ask, Offer}

// Posting is an ask or an offer on the board of a hub, which the whole network reads.
type Posting struct {
	Record[PostingID] `bson:",inline"`
	Kind              PostingKind `json:"kind"`
	Hub               HubID       `json:"hub"`
	Author            MemberID    `json:"author"`
	Title             string      `json:"title"`
	Text              string      `json:"text,omitempty"`
	Skills            []SkillID   `json:"skills,omitempty"`
	Closed            bool        `json:"closed,omitempty"`
	Board             string      `json:"board,omitempty"` // "open" while it hangs on the board, for the index
	PostedAt          Instant     `json:"postedAt"`
	AnsweredAt        Instant     `json:"answeredAt,omitempty"` // the first answer of anybody; who and what stays between the two
}

// Postings is what the domain needs of the store.
type Postings interface {
	Keeper[PostingID, Posting]
	Whole[Posting]
	Open(ctx context.Context, page Page) ([]*Posting, Cursor, error)
	OpenAt(ctx context.Context, hub HubID, page Page) ([]*Posting, Cursor, error)
	By(ctx context.Context, author MemberID, page Page) ([]*Posting, Cursor, error)
}

// Board is what hangs on the board of a hub, or of all hubs when hub is empty, newest first.
func (n *Network) Board(ctx context.Context, v Viewer, hub HubID, page Page) ([]*Posting, Cursor, error) {
	return n.BoardOf(ctx, v, hub, "", page)
}

// BoardOf is the board with asks only, or with offers only; with everything when kind is empty.
func (n *Network) BoardOf(ctx context.Context, v Viewer, hub HubID, kind PostingKind, page Page) ([]*Posting, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	read := func(page Page) ([]*Posting, Cursor, error) { return n.Postings.OpenAt(ctx, hub, page) }
	if hub == "" {
		read = func(page Page) ([]*Posting, Cursor, error) { return n.Postings.Open(ctx, page) }
	}
	return visible(page, read, func(p *Posting) bool { return v.Apart(p.Author) || kind != "" && p.Kind != kind })
}

// Posting is one ask or offer.
func (n *Network) Posting(ctx context.Context, v Viewer, id PostingID) (*Posting, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	p, err := n.Postings.Get(ctx, id)
	if err == nil && v.Apart(p.Author) {
		return nil, NotFound("posting %s is by somebody apart", id)
	}
	return p, err
}

// PostingDraft is what a member writes on the board.
type PostingDraft struct {
	Kind   PostingKind `json:"kind"`
	Title  string      `json:"title"`
	Text   string      `json:"text"`
	Skills []SkillID   `json:"skills"`
}

// PostingDraftOf is the form of a posting as it is now.
func PostingDraftOf(p *Posting) PostingDraft { return PostingDraft{p.Kind, p.Title, p.Text, p.Skills} }

// Post puts an ask or an offer on the board of the viewer's hub.
func (n *Network) Post(ctx context.Context, v Viewer, d PostingDraft) (*Posting, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	if v.Hub == "" {
		return nil, Forbidden("board.join-a-hub-first")
	}
	if err := Invalid(d.check(v, n.Skills)); err != nil {
		return nil, err
	}
	p := &Posting{Record: Record[PostingID]{ID: NewID[PostingID]()}, Hub: v.Hub, Author: v.ID, Board: "open", PostedAt: n.Now()}
	d.apply(p)
	return p, n.Postings.Add(ctx, p)
}

// EditPosting changes it; for who wrote it.
func (n *Network) EditPosting(ctx context.Context, v Viewer, id PostingID, d PostingDraft) (*Posting, error) {
	if err := Invalid(d.check(v, n.Skills)); err != nil {
		return nil, err
	}
	return n.changePosting(ctx, v, id, func(p *Posting) error {
		if p.Author != v.ID {
			return Forbidden("board.only-the-author")
		}
		d.apply(p)
		return nil
	})
}

// ClosePosting takes it from the board; for who wrote it and for hosts of the hub.
func (n *Network) ClosePosting(ctx context.Context, v Viewer, id PostingID) (*Posting, error) {
	return n.changePosting(ctx, v, id, func(p *Posting) error {
		if p.Author != v.ID && !v.Hosts(p.Hub) {
			return Forbidden("board.only-the-author")
		}
		p.Closed, p.Board = true, ""
		return nil
	})
}

func (n *Network) changePosting(ctx context.Context, v Viewer, id PostingID, change func(*Posting) error) (*Posting, error) {
	if _, err := n.Posting(ctx, v, id); err != nil {
		return nil, err
	}
	return n.Postings.Change(ctx, id, change)
}

// AnswerPosting writes to who posted it, in the conversation of the two. The nonce makes a repeated sending harmless.
func (n *Network) AnswerPosting(ctx context.Context, v Viewer, id PostingID, nonce, words string) (*Message, error) {
	p, err := n.Posting(ctx, v, id)
	if err != nil {
		return nil, err
	}
	switch {
	case p.Author == v.ID:
		return nil, Forbidden("board.your-own")
	case p.Closed:
		return nil, Conflict("board.closed")
	}
	if err := checkAnswer(nonce, words); err != nil {
		return nil, err
	}
	if _, err := n.reachable(ctx, v, p.Author); err != nil {
		return nil, err
	}
	c, err := n.openRequest(ctx, v, p.Author, Subject{Kind: SubjectPosting, ID: string(p.ID), Title: p.Title})
	if err != nil {
		return nil, err
	}
	said, err := n.Say(ctx, v, c.ID, nonce, words)
	if err != nil {
		return nil, err
	}
	_, err = n.Postings.Change(ctx, id, func(p *Posting) error {
		if p.AnsweredAt != 0 {
			return ErrUnchanged
		}
		p.AnsweredAt = said.SentAt
		return nil
	})
	return said, ignoreMissing(err) // whoever posted it may have left meanwhile
}

// checkAnswer finds everything that is wrong before a conversation is opened: no empty one is left in anybody's list.
func checkAnswer(nonce, words string) error {
	p := Problems{}
	p.need("words", Paragraphs(words), WordsMax)
	p.need("nonce", nonce, NonceMax)
	return Invalid(p)
}

func (d *PostingDraft) check(v Viewer, book *SkillBook) Problems {
	p := Problems{}
	d.Title, d.Text = Line(d.Title), Paragraphs(d.Text)
	oneOf(p, "kind", d.Kind, PostingKinds)
	p.need("title", d.Title, TitleMax)
	p.atMost("text", d.Text, TextMax)
	d.Skills = book.check(p, v, "skills", d.Skills, NeedsMax)
	return p
}

func (d *PostingDraft) apply(p *Posting) {
	p.Kind, p.Title, p.Text, p.Skills = d.Kind, d.Title, d.Text, d.Skills
}
