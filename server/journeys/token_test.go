package journeys

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/gorilla/websocket"
)

// A program's socket ends with the token that let it in, and with no other.
func TestASocketEndsWithItsToken(t *testing.T) {
	t.Parallel()
	s := sharedDemo(t)
	amara := s.as("member")
	type tokenJSON struct{ ID, Secret string }
	var calendar, archive tokenJSON
	amara.mustCall(http.MethodPost, "/settings/tokens", map[string]string{"name": "calendar"}, &calendar)
	amara.mustCall(http.MethodPost, "/settings/tokens", map[string]string{"name": "archive"}, &archive)
	listens := map[string]*websocket.Conn{}
	for name, token := range map[string]tokenJSON{"calendar": calendar, "archive": archive} {
		socket, answer, err := websocket.DefaultDialer.DialContext(t.Context(), "ws://"+s.url.Host+"/live?v=1",
			http.Header{"Authorization": {"Bearer " + token.Secret}})
		if err != nil {
			t.Fatalf("%s: %v (%v)", name, err, answer)
		}
		t.Cleanup(func() { _ = socket.Close() })
		if op := nextOp(t, socket); op != "ready" {
			t.Fatalf("%s is told %q first", name, op)
		}
		listens[name] = socket
	}
	amara.mustCall(http.MethodDelete, "/settings/tokens/"+calendar.ID, nil, nil)
	if op := nextOp(t, listens["calendar"]); op != "bye" {
		t.Errorf("the program without a token is told %q", op)
	}
	const signedOut = 4004
	if _, _, err := listens["calendar"].ReadMessage(); !websocket.IsCloseError(err, signedOut) {
		t.Errorf("it ends with %v", err)
	}
	if err := listens["archive"].WriteMessage(websocket.TextMessage, []byte(`{"op":"settled?"}`)); err != nil {
		t.Fatal(err)
	}
	if op := nextOp(t, listens["archive"]); op != "no" {
		t.Errorf("the other program is told %q", op)
	}
	amara.socket(url.Values{}) // and so can a browser
}

func nextOp(t *testing.T, socket *websocket.Conn) string {
	t.Helper()
	var frame struct{ Op string }
	if err := socket.ReadJSON(&frame); err != nil {
		t.Fatal(err)
	}
	return frame.Op
}
