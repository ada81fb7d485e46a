package web

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"
	"github.com/klauspost/compress/gzip"

	"longtable/frontend/i18n"
	"longtable/frontend/layout"
	"longtable/frontend/pages/export"
	"longtable/server/auth"
	"longtable/server/community"
)

// exportData is everything that is kept of somebody. It is written part by part and never held as a whole: an account of
// many years has more messages than a small machine has memory to spare.
type exportData struct {
	MadeAt          time.Time             `json:"madeAt"`
	Network         string                `json:"network"`
	Account         ownAccountData        `json:"account"`
	Profile         ownProfileData        `json:"profile"`
	Enterprises     []ownEnterpriseData   `json:"enterprises"`
	Postings        []ownPostingData      `json:"postings"`
	Introductions   []ownIntroductionData `json:"introductions"`
	Brokered        []ownBrokeredData     `json:"brokered"` // introductions by hosts
	Connections     []ownPersonData       `json:"connections"`
	Conversations   []ownTalkData         `json:"conversations"`
	Messages        []ownMessageData      `json:"messages"`     // of all conversations, each in order
	EarlierWords    []ownEarlierData      `json:"earlierWords"` // of own messages, before they were changed
	Files           []ownFileData         `json:"files"`        // that one sent with messages
	Events          []ownEventData        `json:"events"`
	Programmes      []ownProgrammeData    `json:"programmes"`
	Applications    []ownApplicationData  `json:"applications"`
	Reviews         []ownReviewData       `json:"reviews"`
	Companions      []ownCompanionData    `json:"companions"` // applications of others that one helped to write
	JoinRequests    []ownJoinRequestData  `json:"joinRequests"`
	Notices         []ownNoticeData       `json:"notices"`
	Blocks          []ownPersonData       `json:"blocks"`
	Reports         []ownReportData       `json:"reports"`
	Skills          []ownSkillData        `json:"skills"`
	Showings        []ownShowingData      `json:"showings"` // whom one was shown as matches, newest first
	Seats           []ownSeatExport       `json:"seats"`    // what one paid, and for what
	Gifts           []ownGiftData         `json:"gifts"`    // to solidarity pools
	Proposals       []ownProposalData     `json:"proposals"`
	Votes           []ownVoteExport       `json:"votes"`
	Remarks         []ownRemarkData       `json:"remarks"`
	SavedSearches   []savedSearchData     `json:"savedSearches"`
	FirstAnswers    []ownFirstAnswer      `json:"firstAnswers"` // when one was answered for the first time
	Assistance      []ownAssistance       `json:"assistance"`
	InYourName      []ownAct              `json:"inYourName"`    // by helpers and hosts, newest first
	InOthersNames   []ownAct              `json:"inOthersNames"` // by oneself as a helper or a host, newest first
	Declaration     ownDeclarationData    `json:"declaration"`   // in confidence; in nobody else's export
	DeclarationUses []ownUseData          `json:"declarationUses"`
	Refusals        []ownRefusalData      `json:"refusals"` // attempts to read it, and one's own attempts on what stays closed
	Complete        bool                  `json:"complete"` // stands at the end: without it the export broke off
}

// exported is one thing of a part, in the form of data; entry is the same for the page.
type exported interface {
	entry(ctx context.Context, x *exporter) export.Entry
}

// exportPart is one part of the export, under its name in the data.
type exportPart struct {
	name string
	one  bool // a single thing and no list
	each func(ctx context.Context, x *exporter, take func(exported) error) error
}

// exporter is what an export needs when the request that asked for it has been answered.
type exporter struct {
	network *community.Network
	door    *auth.Door
	viewer  community.Viewer
	session *auth.Session
	name    string // of the network
	zone    string
	hubs    hubNames
	at      community.Instant
}

// exportTimeout bounds a whole export; writeTimeout bounds the wait for a slow line at any one moment of it.
const exportTimeout = 10 * time.Minute

func showExport(q *Request) (Answer, error) {
	x := &exporter{network: q.Network, door: q.Door, viewer: q.Viewer, session: q.Session, at: q.Network.Now()}
	var err error
	if x.hubs, err = q.hubNames(); err != nil {
		return Answer{}, err
	}
	if x.zone, err = q.ownZone(); err != nil {
		return Answer{}, err
	}
	page := Answer{View: View{Title: q.Say("export.title"), Section: "account"}, Private: true}
	shell, err := q.shell(page)
	if err != nil {
		return Answer{}, err
	}
	x.name = shell.Network
	if q.WantsPage() && q.Ask("as") != "file" {
		content := export.Show(export.ShowView{Network: x.name, At: x.time(x.at), Parts: templ.ComponentFunc(x.writeParts)})
		return Answer{Sent: true}, q.stream(fiber.MIMETextHTMLCharsetUTF8, func(ctx context.Context, w io.Writer) error {
			return layout.Page(shell).Render(templ.WithChildren(ctx, content), w)
		})
	}
	if q.Ask("as") == "file" {
		q.c.Attachment("longtable-" + x.at.In(x.zone).Format(time.DateOnly) + ".json")
	}
	return Answer{Sent: true}, q.stream(fiber.MIMEApplicationJSON, x.writeData)
}

// stream answers with what write writes, while it is written. When that fails the connection is cut, so that nobody
// takes a part for the whole.
func (q *Request) stream(kind string, write func(context.Context, io.Writer) error) error {
	q.c.Set(fiber.HeaderContentType, kind)
	q.c.Set(fiber.HeaderCacheControl, "no-store")
	q.c.Set(fiber.HeaderVary, "Cookie, Accept, Accept-Language")
	if q.c.Method() == fiber.MethodHead {
		return nil
	}
	packed := strings.Contains(q.c.Get(fiber.HeaderAcceptEncoding), "gzip")
	if packed {
		q.c.Set(fiber.HeaderContentEncoding, "gzip")
	}
	conn, log, id := q.c.Context().Conn(), q.log, q.requestID() // the request itself ends before the writing begins
	ctx := i18n.With(context.Background(), q.Lang)
	q.c.Context().SetBodyStreamWriter(func(out *bufio.Writer) {
		ctx, cancel := context.WithTimeout(ctx, exportTimeout)
		defer cancel()
		if err := writeTo(ctx, &patient{out, conn}, packed, write); err != nil {
			log.LogAttrs(ctx, slog.LevelWarn, "answer broke off", slog.String("request", id), slog.Any("error", err))
			_ = conn.Close() // it is broken either way
		}
	})
	return nil
}

func writeTo(ctx context.Context, w io.Writer, packed bool, write func(context.Context, io.Writer) error) error {
	if !packed {
		return write(ctx, w)
	}
	packer, err := gzip.NewWriterLevel(w, gzipLevel)
	if err != nil {
		return err
	}
	if err := write(ctx, packer); err != nil {
		return err
	}
	return packer.Close()
}

// patient gives each piece of a long answer the time of a whole short one.
type patient struct {
	io.Writer
	conn net.Conn
}

func (p *patient) Write(piece []byte) (int, error) {
	if err := p.conn.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return 0, err
	}
	return p.Writer.Write(piece)
}

// writeData writes an exportData.
func (x *exporter) writeData(ctx context.Context, w io.Writer) error {
	head, err := json.Marshal(map[string]any{"madeAt": x.at.Time(), "network": x.name})
	if err != nil {
		return err
	}
	if _, err := w.Write(bytes.TrimSuffix(head, []byte("}"))); err != nil {
		return err
	}
	for _, part := range exportParts {
		if err := x.writePartData(ctx, w, part); err != nil {
			return err
		}
	}
	_, err = io.WriteString(w, ",\n\"complete\":true}\n")
	return err
}

func (x *exporter) writePartData(ctx context.Context, w io.Writer, part exportPart) error {
	before, after := "[\n", "]"
	if part.one {
		before, after = "", ""
	}
	if _, err := io.WriteString(w, ",\n\""+part.name+"\":"+before); err != nil {
		return err
	}
	first := true
	err := part.each(ctx, x, func(thing exported) error {
		text, err := json.Marshal(thing)
		if err != nil {
			return err
		}
		if !first {
			text = append([]byte(",\n"), text...)
		}
		first = false
		_, err = w.Write(text)
		return err
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, after)
	return err
}

// writeParts writes the same for the page.
func (x *exporter) writeParts(ctx context.Context, w io.Writer) error {
	for _, part := range exportParts {
		things := templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
			none := true
			err := part.each(ctx, x, func(thing exported) error {
				none = false
				return export.Thing(thing.entry(ctx, x)).Render(ctx, w)
			})
			if err != nil || !none {
				return err
			}
			return export.Nothing().Render(ctx, w)
		})
		title := i18n.T(ctx, "export.part-"+part.name)
		if err := export.Part(part.name, title).Render(templ.WithChildren(ctx, things), w); err != nil {
			return err
		}
	}
	return nil
}

// time is an instant as clocks show it at the viewer's hub; zero for never.
func (x *exporter) time(at community.Instant) time.Time {
	if at == 0 {
		return time.Time{}
	}
	return at.In(x.zone)
}
