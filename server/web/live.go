package web

import (
	"errors"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"longtable/realtime"
	"longtable/server/community"
)

// goLive turns the request into a websocket. From here on the connection is the hub's.
func goLive(q *Request) (Answer, error) {
	session := ""
	switch {
	case q.Session != nil:
		session = string(q.Session.ID)
	case q.Token != nil:
		session = q.Token.Session()
	}
	err := q.Hub.Serve(q.c.Context(), string(q.Viewer.ID), session)
	var refused *realtime.HandshakeError
	if !errors.As(err, &refused) {
		return Answer{Sent: true}, err
	}
	switch refused.Status {
	case http.StatusForbidden:
		return Answer{}, community.Forbidden("error.foreign-origin")
	case http.StatusInternalServerError:
		return Answer{}, err
	default:
		return Answer{}, fiber.NewError(refused.Status)
	}
}
