package journeys

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"syscall"
	"testing"

	"github.com/gorilla/websocket"
)

func TestCleanShutdown(t *testing.T) {
	t.Parallel()
	s := start(t, "demo", "--members", "100")
	member, host := s.as("member"), s.as("host")
	sockets := []*websocket.Conn{member.socket(url.Values{}), host.socket(url.Values{}), member.socket(url.Values{})}
	for _, socket := range sockets {
		if op := nextFrame(t, socket).Op; op != "ready" {
			t.Fatalf("the socket began with %q", op)
		}
	}
	if err := s.signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for _, socket := range sockets {
		bye := nextFrame(t, socket)
		for bye.Op != "bye" {
			bye = nextFrame(t, socket)
		}
		if bye.Why != "restart" || !bye.Again || bye.AfterMS < 0 || bye.AfterMS > 10_000 {
			t.Errorf("the socket ended with %+v", bye)
		}
		var end *websocket.CloseError
		if _, _, err := socket.ReadMessage(); !errors.As(err, &end) || end.Code != 4001 {
			t.Errorf("the socket was closed with %v", err)
		}
	}
	if s.err != nil {
		t.Errorf("the program ended with %v, not with the exit code 0", s.err)
	}
	if log := s.log.String(); strings.Contains(log, "level=ERROR") || strings.Contains(log, "panic") {
		t.Errorf("the program complained:\n%s", tail(log))
	}
}

// byeFrame is the frame at the end of a connection, and enough of the others.
type byeFrame struct {
	Op      string `json:"op"`
	Why     string `json:"why"`
	Again   bool   `json:"again"`
	AfterMS int64  `json:"after_ms"`
}

func nextFrame(t *testing.T, socket *websocket.Conn) byeFrame {
	t.Helper()
	_, data, err := socket.ReadMessage()
	if err != nil {
		t.Fatalf("the socket ended before its time: %v", err)
	}
	var frame byeFrame
	if err := json.Unmarshal(data, &frame); err != nil {
		t.Fatalf("not a frame: %q", data)
	}
	return frame
}
