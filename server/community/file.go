package community

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Small pictures and documents are sent with a message. The message names them; what they hold lies in the store in pieces.
// Who can read the message can read them, and nobody else, because they are reached through it.

type (
	FileID  string
	PieceID string
)

// FileType is what a file is by its content. There are no others: a picture of any other kind becomes one of these.
type FileType string

const (
	FileJPEG FileType = "image/jpeg"
	FilePNG  FileType = "image/png"
	FilePDF  FileType = "application/pdf"
	FileText FileType = "text/plain"
	FileCSV  FileType = "text/csv"
)

const (
	FilesOfMessageMax      = 3         // files of one message: more is an album, or belongs into a shared folder
	FileMax                = 2 << 20   // bytes of a file as it is kept: half a minute on a slow line
	PictureSentMax         = 10 << 20  // bytes of a picture as it is sent: a telephone's largest; it is kept much smaller
	FileNameMax            = 100       // characters
	AltMax                 = 300       // characters that say what a picture shows: a caption, not an essay
	FilesOfMemberMax       = 50 << 20  // bytes kept of one member: some two hundred pictures
	FilesOfConversationMax = 200 << 20 // bytes kept of one conversation

	pieceBytes  = 512 << 10 // of one document in the store, where they become two thirds of a megabyte of text
	filesCount  = 2000      // files of one member or conversation: all of them are added up when another one comes
	unsaidAfter = time.Hour // how long a file may wait for its message: many times what a request may take
)

// Attached is a file as its message names it.
type Attached struct {
	ID     FileID   `json:"id"`
	Type   FileType `json:"type"`
	Name   string   `json:"name"`
	Alt    string   `json:"alt,omitempty"` // what a picture shows, for who does not see it
	Size   int      `json:"size"`          // bytes
	Width  int      `json:"width,omitempty"`
	Height int      `json:"height,omitempty"` // pixels of a picture
}

// Picture tells whether it can be shown.
func (a Attached) Picture() bool { return a.Type == FileJPEG || a.Type == FilePNG }

// File is what is kept of a file beside its pieces, and leads to them.
type File struct {
	Record[FileID] `bson:",inline"`
	Conversation   ConversationID `json:"conversation"`
	Message        MessageID      `json:"message"`
	Owner          MemberID       `json:"owner"`
	Size           int            `json:"size"` // bytes
	Pieces         int            `json:"pieces"`
	UnsaidAt       Instant        `json:"unsaidAt,omitempty"` // when it came, until it is known that its message was stored
}

// Piece is a part of a file.
type Piece struct {
	Record[PieceID] `bson:",inline"`
	Owner           MemberID `json:"owner"`
	Bytes           []byte   `json:"bytes"`
}

// Files is what the domain needs of the store.
type Files interface {
	Keeper[FileID, File]
	Of(ctx context.Context, owner MemberID, page Page) ([]*File, Cursor, error)
	In(ctx context.Context, c ConversationID, page Page) ([]*File, Cursor, error)
	With(ctx context.Context, m MessageID) ([]*File, error)
	UnsaidSince(ctx context.Context, before Instant, limit int) ([]*File, error)
}

// Pieces is what the domain needs of the store.
type Pieces interface {
	Keeper[PieceID, Piece]
	Of(ctx context.Context, owner MemberID, page Page) ([]*Piece, Cursor, error)
}

// Upload is a file as it was sent. Neither its name nor what it says of its type is believed.
type Upload struct {
	Name, Alt string
	Bytes     []byte
}

// File reads one of the files of a message, by its number from 1.
func (n *Network) File(ctx context.Context, v Viewer, id ConversationID, seq int64, number int) (Attached, []byte, error) {
	m, err := n.Message(ctx, v, id, seq)
	if err != nil {
		return Attached{}, nil, err
	}
	if number < 1 || number > len(m.Files) {
		return Attached{}, nil, NotFound("message %s has no file %d", m.ID, number)
	}
	of := m.Files[number-1]
	content, err := n.readFile(ctx, of.ID)
	return of, content, err
}

func (n *Network) readFile(ctx context.Context, id FileID) ([]byte, error) {
	f, err := n.Files.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	ids := make([]PieceID, f.Pieces)
	for i := range ids {
		ids[i] = f.piece(i)
	}
	pieces, err := n.Pieces.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	content := make([]byte, 0, f.Size)
	for _, p := range pieces {
		if p == nil {
			return nil, NotFound("file %s is being taken away", id)
		}
		content = append(content, p.Bytes...)
	}
	return content, nil
}

func (f *File) piece(i int) PieceID { return PieceID(string(f.ID) + "~" + strconv.Itoa(i)) }

// messageIDFor is the id of a message with files, the same for each sending, so that its files are the same too.
func messageIDFor(c ConversationID, sender MemberID, nonce string) MessageID {
	sum := sha256.Sum256([]byte(string(c) + "\n" + string(sender) + "\n" + nonce))
	return MessageID(idLetters.EncodeToString(sum[:idBytes]))
}

// putFiles keeps the files of a message that is about to be stored. It may be repeated: the same content of the same
// message is the same file.
func (n *Network) putFiles(ctx context.Context, m *Message, files []checkedFile) error {
	var added []*File
	for i, c := range files {
		sum := sha256.Sum256(c.bytes)
		f := &File{Record: Record[FileID]{ID: FileID(string(m.ID) + "~" + strconv.Itoa(i+1) + "~" + hex.EncodeToString(sum[:8]))}, Conversation: m.Conversation,
			Message: m.ID, Owner: m.Sender, Size: len(c.bytes), Pieces: (len(c.bytes) + pieceBytes - 1) / pieceBytes, UnsaidAt: n.Now()}
		c.ID, c.Size = f.ID, f.Size
		m.Files = append(m.Files, c.Attached)
		switch err := n.Files.Add(ctx, f); {
		case err == nil:
			added = append(added, f)
		case KindOf(err) != KindConflict:
			return err
		}
		if err := n.putPieces(ctx, f, c.bytes); err != nil {
			return err
		}
	}
	if len(added) == 0 {
		return nil
	}
	if err := n.roomForFiles(ctx, m); err != nil {
		return errors.Join(err, n.dropFiles(ctx, added))
	}
	return nil
}

func (n *Network) putPieces(ctx context.Context, f *File, content []byte) error {
	at := 0
	for part := range slices.Chunk(content, pieceBytes) {
		p := &Piece{Record: Record[PieceID]{ID: f.piece(at)}, Owner: f.Owner, Bytes: bytes.Clone(part)}
		if err := n.Pieces.Add(ctx, p); err != nil && KindOf(err) != KindConflict {
			return err
		}
		at++
	}
	return nil
}

// roomForFiles refuses what is beyond the room of a member or a conversation. What is asked about is kept already, so of
// several who come at once each sees the others: nobody gets beyond it.
func (n *Network) roomForFiles(ctx context.Context, m *Message) error {
	own, err := fileBytes(func(p Page) ([]*File, Cursor, error) { return n.Files.Of(ctx, m.Sender, p) })
	if err != nil {
		return err
	}
	here, err := fileBytes(func(p Page) ([]*File, Cursor, error) { return n.Files.In(ctx, m.Conversation, p) })
	if err != nil {
		return err
	}
	switch {
	case own > FilesOfMemberMax:
		return Invalid(Problems{"files": {Say: "problem.files-of-yours-full", Args: map[string]any{"max": FilesOfMemberMax >> 20}}})
	case here > FilesOfConversationMax:
		return Invalid(Problems{"files": {Say: "problem.files-here-full", Args: map[string]any{"max": FilesOfConversationMax >> 20}}})
	}
	return nil
}

// fileBytes adds up what files hold; more of them than there may be are too much.
func fileBytes(read func(Page) ([]*File, Cursor, error)) (held int, err error) {
	count := 0
	err = throughout(read, func(f *File) {
		held += f.Size
		count++
	})
	if count > filesCount {
		held = max(FilesOfConversationMax, FilesOfMemberMax) + 1
	}
	return held, err
}

// dropFiles takes files from the store, each after its pieces, which are found through it.
func (n *Network) dropFiles(ctx context.Context, files []*File) error {
	for _, f := range files {
		for i := range f.Pieces {
			if err := ignoreMissing(n.Pieces.Delete(ctx, f.piece(i))); err != nil {
				return err
			}
		}
		if err := ignoreMissing(n.Files.Delete(ctx, f.ID)); err != nil {
			return err
		}
	}
	return nil
}

// DropFiles takes away those files of a message that it does not name (any more): it was taken back, or sent again with
// others. It may be repeated.
func (n *Network) DropFiles(ctx context.Context, m *Message) error {
	kept, err := n.Files.With(ctx, m.ID)
	if err != nil {
		return err
	}
	return n.dropFiles(ctx, slices.DeleteFunc(kept, func(f *File) bool { return m.names(f.ID) }))
}

func (m *Message) names(id FileID) bool {
	return slices.ContainsFunc(m.Files, func(a Attached) bool { return a.ID == id })
}

// SweepFiles looks after files whose message may never have been stored, because the program ended between the two.
func (n *Network) SweepFiles(ctx context.Context) error {
	for {
		waiting, err := n.Files.UnsaidSince(ctx, n.Now().Plus(-unsaidAfter), PageMax)
		if err != nil || len(waiting) == 0 {
			return err
		}
		for _, f := range waiting {
			if err := n.settleFile(ctx, f); err != nil {
				return err
			}
		}
	}
}

func (n *Network) settleFile(ctx context.Context, f *File) error {
	m, err := n.Messages.Change(ctx, f.Message, func(*Message) error { return ErrUnchanged })
	if ignoreMissing(err) != nil {
		return err
	}
	if err != nil || !m.names(f.ID) {
		return n.dropFiles(ctx, []*File{f})
	}
	_, err = n.Files.Change(ctx, f.ID, func(f *File) error { f.UnsaidAt = 0; return nil })
	return ignoreMissing(err)
}

// OwnFile is a file of the viewer's with the message that it belongs to.
type OwnFile struct {
	Attached
	Conversation ConversationID
	Seq          int64
	SentAt       Instant
}

// OwnFiles are those that the viewer sent, also where they no longer read; not where somebody blocked them.
func (n *Network) OwnFiles(ctx context.Context, v Viewer, page Page) ([]OwnFile, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	gone, err := n.goneFor(ctx, v)
	if err != nil {
		return nil, "", err
	}
	kept, next, err := n.Files.Of(ctx, v.ID, page)
	var own []OwnFile
	for _, f := range kept {
		c, err := n.Conversations.Get(ctx, f.Conversation)
		if ignoreMissing(err) != nil {
			return nil, "", err
		}
		if err != nil || gone(c) {
			continue
		}
		m, err := n.Messages.Change(ctx, f.Message, func(*Message) error { return ErrUnchanged })
		if ignoreMissing(err) != nil {
			return nil, "", err
		}
		if err != nil {
			continue // its message is on its way, or never came
		}
		for _, a := range m.Files {
			if a.ID == f.ID {
				own = append(own, OwnFile{a, m.Conversation, m.Seq, m.SentAt})
			}
		}
	}
	return own, next, err
}

// OwnFileContent reads one of them.
func (n *Network) OwnFileContent(ctx context.Context, v Viewer, id FileID) ([]byte, error) {
	f, err := n.Files.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if !v.Known() || f.Owner != v.ID {
		return nil, NotFound("file %s is not of %s", id, v.ID)
	}
	return n.readFile(ctx, id)
}

// eraseFiles takes away what a member sent; pieces by themselves too, which a request that was under way may have left.
func (n *Network) eraseFiles(ctx context.Context, id MemberID) error {
	err := drain(func(p Page) ([]*File, Cursor, error) { return n.Files.Of(ctx, id, p) },
		func(f *File) error { return n.dropFiles(ctx, []*File{f}) })
	if err != nil {
		return err
	}
	return drain(func(p Page) ([]*Piece, Cursor, error) { p.Limit = piecesAtOnce; return n.Pieces.Of(ctx, id, p) },
		func(p *Piece) error { return n.Pieces.Delete(ctx, p.ID) })
}

const piecesAtOnce = 8 // pieces read in one go: some megabytes

// evidence is what a report of a message copies: its words, and of its files what they are called and show.
func (m *Message) evidence() string {
	text := m.Body
	for _, f := range m.Files {
		text = strings.TrimSpace(text + "\n[" + f.Name + "] " + f.Alt)
	}
	return text
}
