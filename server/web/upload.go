package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"longtable/server/auth"
	"longtable/server/community"
)

// Few routes take files. Only there may a body be larger and take longer, and only for who is signed in: anybody else has
// the usual limits, which are asked for before the first byte of the body is read.

const (
	uploadMax     = 16 << 20        // bytes of a whole form with files: three pictures of a usual telephone
	uploadTimeout = 3 * time.Minute // for sending it: a megabit a second
	fieldMax      = 64 << 10        // bytes of one field beside the files; the longest has 4,000 letters
	partsMax      = 60              // fields and files of one form
)

// admitUploads widens the limits of a request by its header.
func (s *Site) admitUploads(header *fasthttp.RequestHeader) (limits fasthttp.RequestConfig) {
	path, _, _ := strings.Cut(string(header.RequestURI()), "?")
	if !header.IsPost() || !isMultipart(string(header.ContentType())) || !s.takesFiles(path) || !s.knows(header) {
		return limits
	}
	return fasthttp.RequestConfig{MaxRequestBodySize: uploadMax, ReadTimeout: uploadTimeout}
}

func isMultipart(contentType string) bool {
	return strings.HasPrefix(contentType, fiber.MIMEMultipartForm)
}

// takesFiles tells whether the path is one of a route that takes files.
func (s *Site) takesFiles(path string) bool {
	for _, r := range s.routes {
		if r.Files && fitsPath(r.Path, path) {
			return true
		}
	}
	return false
}

// fitsPath compares a path with that of a route, part by part.
func fitsPath(route, path string) bool {
	ours, theirs := strings.Split(route, "/"), strings.Split(path, "/")
	if len(ours) != len(theirs) {
		return false
	}
	for i := range ours {
		if ours[i] != theirs[i] && !strings.HasPrefix(ours[i], "{") {
			return false
		}
	}
	return true
}

// knows tells whether the header names somebody who is signed in.
func (s *Site) knows(header *fasthttp.RequestHeader) bool {
	ctx, cancel := context.WithTimeout(context.Background(), handlerTimeout)
	defer cancel()
	if token, ok := strings.CutPrefix(string(header.Peek(fiber.HeaderAuthorization)), "Bearer "); ok {
		_, err := s.Door.Bearer(ctx, auth.Secret(token))
		return err == nil
	}
	cookie := string(header.Cookie(s.cookieName("session")))
	if cookie == "" {
		return false
	}
	_, err := s.Door.Who(ctx, auth.Secret(cookie))
	return err == nil
}

// readParts reads a form with files. Files are named file1, file2 …, and what a picture shows alt1, alt2 … beside them; a
// place where nothing was chosen is sent empty, and left out.
func (q *Request) readParts() error {
	_, settings, err := mime.ParseMediaType(q.c.Get(fiber.HeaderContentType))
	if err != nil || settings["boundary"] == "" {
		return notReadable(err)
	}
	q.typed = url.Values{}
	files := map[string]community.Upload{}
	parts := multipart.NewReader(bytes.NewReader(q.c.Request().Body()), settings["boundary"])
	for count := 0; ; count++ {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || count >= partsMax {
			return notReadable(err)
		}
		if err := q.readPart(part, files); err != nil {
			return err
		}
	}
	for i := range community.FilesOfMessageMax {
		if f, sent := files["file"+number(i+1)]; sent {
			f.Alt = q.typed.Get("alt" + number(i+1))
			q.files = append(q.files, f)
		}
	}
	return nil
}

func (q *Request) readPart(part *multipart.Part, files map[string]community.Upload) error {
	name, most := part.FormName(), int64(fieldMax)
	file := strings.HasPrefix(name, "file") && part.Header.Get("Content-Disposition") != "" && part.FileName() != ""
	if file {
		most = uploadMax
	}
	content, err := io.ReadAll(io.LimitReader(part, most+1))
	if err != nil || int64(len(content)) > most {
		return notReadable(err)
	}
	switch {
	case file:
		files[name] = community.Upload{Name: part.FileName(), Bytes: content}
	case part.FileName() == "" && !strings.HasPrefix(name, "file"):
		q.typed.Add(name, string(content))
	}
	return nil
}

func notReadable(err error) error {
	return &community.Error{Kind: community.KindInvalid, Say: "error.not-readable", Args: map[string]any{"why": "form"}, Err: err}
}
