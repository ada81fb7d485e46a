package web

import (
	"context"
	"mime"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"longtable/server/auth"
	"longtable/server/community"
)

// Request is what a handler knows of who asks for what. It is valid until the answer.
type Request struct {
	*Site
	Viewer  community.Viewer
	Session *auth.Session // nil when signed out, or in by a personal token
	Token   *auth.Token   // nil unless in by it
	Lang    string        // of the page: en, fr or ar
	Problem error         // when a form is shown again: why
	typed   url.Values    // what was typed into the form
	files   []community.Upload
	route   Route
	c       *fiber.Ctx
}

// Context ends with the request's deadline.
func (q *Request) Context() context.Context { return q.c.UserContext() }

// WantsPage tells a person's browser from a program. A browser names HTML when it opens a page or sends a form, and a
// program that wants JSON names that. Who names neither, as curl does, gets a page where a browser would, and JSON where
// only a program comes: with a personal token, with JSON, with a method that no form has.
func (q *Request) WantsPage() bool {
	page, data := accepts(q.c.Get(fiber.HeaderAccept))
	if page > 0 || data > 0 {
		return page >= data
	}
	return q.c.Get(fiber.HeaderAuthorization) == "" && !q.sendsJSON() &&
		(safeMethod(q.c.Method()) || q.c.Method() == fiber.MethodPost)
}

func (q *Request) sendsJSON() bool {
	return strings.HasPrefix(q.c.Get(fiber.HeaderContentType), fiber.MIMEApplicationJSON)
}

// accepts is how much an Accept header wants a page and how much it wants JSON, each from 0 to 1 and 0 where it is not
// named. Wildcards name neither.
func accepts(header string) (page, data float64) {
	for part := range strings.SplitSeq(header, ",") {
		kind, settings, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		weight := 1.0
		if q, given := settings["q"]; given {
			if weight, err = strconv.ParseFloat(q, 64); err != nil || !(weight >= 0 && weight <= 1) {
				continue
			}
		}
		switch kind {
		case fiber.MIMETextHTML, "application/xhtml+xml":
			page = max(page, weight)
		case fiber.MIMEApplicationJSON, "application/problem+json":
			data = max(data, weight)
		}
	}
	return page, data
}

// Param is a part of the path as an id; what can't be an id is not found.
func Param[ID ~string](q *Request, name string) (ID, error) {
	return community.ParseID[ID](q.c.Params(name))
}

// RawParam is a part of the path as it was typed, such as an application's code.
func (q *Request) RawParam(name string) string {
	text, err := url.PathUnescape(q.c.Params(name))
	if err != nil {
		return ""
	}
	return text
}

// Ask is a value of the query; empty when it is missing, given twice or longer than any query of ours.
func (q *Request) Ask(name string) string {
	if all := q.Asks(name); len(all) == 1 {
		return all[0]
	}
	return ""
}

// Asks are all values of the query under this name, at most askMax.
func (q *Request) Asks(name string) []string {
	var all []string
	for _, value := range q.c.Context().QueryArgs().PeekMulti(name) {
		if len(value) <= askLength && len(all) < askMax {
			all = append(all, strings.ToValidUTF8(string(value), ""))
		}
	}
	return all
}

const (
	askLength = 2000 // bytes of one value in a query: cursors and searches are far shorter
	askMax    = 40   // values under one name: the longest facet list has 20
)

// AskNumber is a number of the query; other is the answer when it is missing or none.
func (q *Request) AskNumber(name string, other int64) int64 {
	n, err := strconv.ParseInt(q.Ask(name), 10, 64)
	if err != nil {
		return other
	}
	return n
}

// Page reads limit and after of the query.
func (q *Request) Page(usual int) community.Page {
	limit := int(q.AskNumber("limit", int64(usual)))
	return community.Page{After: community.Cursor(q.Ask("after")), Limit: max(1, min(limit, community.PageMax))}
}

// Path is the address that was asked for, with its query.
func (q *Request) Path() string { return q.c.OriginalURL() }

// visitor describes who stands at the door, for auth.
func (q *Request) visitor() auth.Visitor {
	return auth.Visitor{Address: q.c.Context().RemoteIP().String(), Agent: q.c.Get(fiber.HeaderUserAgent), Lang: q.Lang,
		Browser: auth.Secret(q.c.Cookies(q.cookieName("browser")))}
}
