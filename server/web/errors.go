package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"longtable/server/community"
)

// statusOf is the one place that knows which kind of error is which HTTP status.
var statusOf = map[community.Kind]int{
	community.KindInvalid:         http.StatusUnprocessableEntity,
	community.KindUnauthenticated: http.StatusUnauthorized,
	community.KindForbidden:       http.StatusForbidden,
	community.KindNotFound:        http.StatusNotFound,
	community.KindConflict:        http.StatusConflict,
	community.KindTooMany:         http.StatusTooManyRequests,
	community.KindInternal:        http.StatusInternalServerError,
}

// ProblemDetails is the JSON form of every error (RFC 9457).
type ProblemDetails struct {
	Type   string            `json:"type"`
	Title  string            `json:"title"`
	Status int               `json:"status"`
	Kind   community.Kind    `json:"kind"`
	Fields map[string]string `json:"fields,omitempty"`
}

// asError gives every error a kind and a sentence. Only what is our own fault is logged, once, here.
func (q *Request) asError(err error) *community.Error {
	var known *community.Error
	if errors.As(err, &known) && known.Kind != community.KindInternal {
		return known
	}
	var routing *fiber.Error
	if errors.As(err, &routing) {
		return routingError(routing)
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &community.Error{Kind: community.KindTooMany, Say: "error.took-too-long", Err: err}
	}
	q.log.LogAttrs(q.Context(), slog.LevelError, "request failed", slog.String("request", q.requestID()),
		slog.String("route", q.route.Method+" "+q.route.Path), slog.String("viewer", string(q.Viewer.ID)), slog.Any("error", err))
	return &community.Error{Kind: community.KindInternal, Say: "error.ours", Err: err}
}

func routingError(e *fiber.Error) *community.Error {
	switch e.Code {
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return &community.Error{Kind: community.KindNotFound, Say: "error.not-found", Err: e}
	case http.StatusForbidden:
		return &community.Error{Kind: community.KindForbidden, Say: "error.foreign-origin", Err: e}
	case http.StatusRequestEntityTooLarge, http.StatusRequestHeaderFieldsTooLarge:
		return &community.Error{Kind: community.KindInvalid, Say: "error.too-large", Err: e}
	default:
		return &community.Error{Kind: community.KindInvalid, Say: "error.not-readable", Args: map[string]any{"why": http.StatusText(e.Code)}, Err: e}
	}
}

// refuse answers an error in the form that was asked for. A browser at a form gets the form again, with what was typed.
func (q *Request) refuse(err error) error {
	e := q.asError(err)
	status := statusOf[e.Kind]
	if seconds, ok := e.Args["seconds"]; ok && e.Kind == community.KindTooMany {
		q.c.Set(fiber.HeaderRetryAfter, fmt.Sprint(seconds))
	}
	if !q.WantsPage() {
		return q.problemJSON(e, status)
	}
	if e.Kind == community.KindUnauthenticated && q.route.Method == "GET" {
		return q.c.Redirect(signInPath(q.Path()), http.StatusSeeOther)
	}
	if q.route.Again != nil && q.Problem == nil {
		q.Problem = e
		if answer, again := q.route.Again(q); again == nil {
			answer.Status = status
			return q.sendPage(answer)
		}
	}
	return q.sendPage(q.errorPage(e, status))
}

func (q *Request) problemJSON(e *community.Error, status int) error {
	details := ProblemDetails{Type: "about:blank", Title: q.say(e.Say, e.Args), Status: status, Kind: e.Kind, Fields: q.fieldTexts(e)}
	q.c.Status(status)
	if err := q.c.JSON(details); err != nil {
		return err
	}
	q.c.Set(fiber.HeaderContentType, "application/problem+json")
	return nil
}

// fieldTexts are the sentences beside the fields.
func (q *Request) fieldTexts(e *community.Error) map[string]string {
	if len(e.Fields) == 0 {
		return nil
	}
	texts := make(map[string]string, len(e.Fields))
	for field, p := range e.Fields {
		texts[field] = q.say(p.Say, p.Args)
	}
	return texts
}
