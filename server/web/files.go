package web

import (
	"mime"
	"net/http"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"longtable/frontend/components"
	"longtable/server/community"
)

// fileData is a file of a message as a program sees it.
type fileData struct {
	Type    community.FileType `json:"type"`
	Name    string             `json:"name"`
	Alt     string             `json:"alt,omitempty"` // what a picture shows
	Size    int                `json:"size"`          // bytes
	Width   int                `json:"width,omitempty"`
	Height  int                `json:"height,omitempty"`
	Address string             `json:"address"`
}

func filesData(m *community.Message) (files []fileData) {
	for i, f := range m.Files {
		files = append(files, fileData{Type: f.Type, Name: f.Name, Alt: f.Alt, Size: f.Size, Width: f.Width, Height: f.Height, Address: fileAddress(m, i)})
	}
	return files
}

// fileAddress is that of a file, which stands at i.
func fileAddress(m *community.Message, i int) string {
	return messageAddress(m.Conversation, m.Seq) + "/files/" + number(i+1)
}

func fileViews(m *community.Message) (files []components.File) {
	for i, f := range m.Files {
		files = append(files, components.File{Address: fileAddress(m, i), Name: f.Name, Alt: f.Alt, Picture: f.Picture(), Bytes: f.Size, Width: f.Width, Height: f.Height})
	}
	return files
}

// showFile sends a file to who can read its message. Browsers show pictures, which were made here, and save anything else;
// nothing in it can run or reach anything. They ask each time whether it is still theirs to see.
func showFile(q *Request) (Answer, error) {
	id, seq, err := q.namedMessage()
	if err != nil {
		return Answer{}, err
	}
	at, err := strconv.Atoi(q.RawParam("file"))
	if err != nil {
		return Answer{}, community.NotFound("%.20q is no number of a file", q.RawParam("file"))
	}
	file, content, err := q.Network.File(q.Context(), q.Viewer, id, seq, at)
	if err != nil {
		return Answer{}, err
	}
	how, kind := "attachment", string(file.Type)
	switch file.Type {
	case community.FileJPEG, community.FilePNG:
		how = "inline"
	case community.FileText, community.FileCSV:
		kind += "; charset=utf-8"
	}
	q.c.Set(fiber.HeaderContentType, kind)
	q.c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType(how, map[string]string{"filename": file.Name}))
	q.c.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
	q.c.Set(fiber.HeaderCacheControl, "private, no-cache")
	q.c.Set(fiber.HeaderVary, "Cookie, Authorization")
	q.c.Set(fiber.HeaderETag, `"`+string(file.ID)+`"`)
	if q.c.Get(fiber.HeaderIfNoneMatch) == `"`+string(file.ID)+`"` {
		q.c.Status(http.StatusNotModified)
		return Answer{Sent: true}, nil
	}
	return Answer{Sent: true}, q.c.Send(content)
}

// openingOf is the beginning of what a message says, or what it brought without a word.
func (q *Request) openingOf(m *community.Message) string {
	if m.Body == "" && len(m.Files) > 0 {
		return m.Files[0].Name
	}
	return opening(m.Body)
}
