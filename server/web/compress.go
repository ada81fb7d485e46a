package web

import (
	"bytes"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/klauspost/compress/gzip"

	"longtable/frontend"
)

const (
	gzipLevel = 5   // 0.17 ms for a page of fifty people; the next level costs more than it saves
	gzipFrom  = 860 // bytes; shorter answers fit one packet as they are
)

// sendCompressed sends a page with gzip where the browser takes it. No secret of the server's stands on a page beside
// text that others choose, which is what compression could be made to tell.
func (q *Request) sendCompressed(body []byte) error {
	if len(body) < gzipFrom || !strings.Contains(q.c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		return q.c.Send(body)
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzipLevel)
	if err != nil {
		return err
	}
	if _, err := w.Write(body); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	q.c.Set(fiber.HeaderContentEncoding, "gzip")
	return q.c.Send(packed.Bytes())
}

// asset answers the stylesheet and the modules. Their address holds the hash of their content: they never change.
func asset(q *Request) (Answer, error) {
	body, packed, kind, ok := frontend.Asset(frontend.AssetsPath + q.RawParam("name"))
	if !ok {
		return Answer{}, fiber.ErrNotFound
	}
	q.c.Set(fiber.HeaderContentType, kind)
	q.c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	q.c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	if packed != nil && strings.Contains(q.c.Get(fiber.HeaderAcceptEncoding), "br") {
		q.c.Set(fiber.HeaderContentEncoding, "br")
		body = packed
	}
	return Answer{Sent: true}, q.c.Send(body)
}
