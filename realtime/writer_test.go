package realtime

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/gorilla/websocket"
)

func TestJoinWritesEverythingInOrderAndSeldom(t *testing.T) {
	small, large, huge := make([]byte, 100), make([]byte, wholeBytes), make([]byte, joinBytes*2)
	for _, test := range []struct {
		name   string
		frames [][]byte
		calls  int
	}{
		{"nothing", nil, 0},
		{"one, from where it lies", [][]byte{small}, 1},
		{"many small ones", repeat(small, 500), 1},
		{"more than fit", repeat(small, 700), 2},
		{"a large one between small ones", [][]byte{small, large, small, small}, 3},
		{"large ones", [][]byte{huge, large}, 2},
		{"as full as can be", repeat(make([]byte, wholeBytes-1), 9), 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			for i, frame := range test.frames {
				test.frames[i] = bytes.Clone(frame)
				test.frames[i][0] = byte(i + 1)
			}
			var got []byte
			calls := 0
			err := join(test.frames, make([]byte, joinBytes), func(data []byte) error {
				calls++
				got = append(got, data...)
				return nil
			})
			if err != nil || calls != test.calls || !bytes.Equal(got, bytes.Join(test.frames, nil)) {
				t.Errorf("%d calls with %d bytes, %v", calls, len(got), err)
			}
		})
	}
	broken := errors.New("the cable is out")
	if err := join([][]byte{large, large}, make([]byte, joinBytes), func([]byte) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("after a failed call: %v", err)
	}
}

func repeat(frame []byte, times int) (frames [][]byte) {
	for range times {
		frames = append(frames, frame)
	}
	return frames
}

// What we put on the wire ourselves is what the codec would.
func TestFramesAreThoseOfTheCodec(t *testing.T) {
	for _, size := range []int{0, 1, 125, 126, 127, 1<<16 - 1, 1 << 16, 1 << 17} {
		data := bytes.Repeat([]byte("a"), size)
		message, err := websocket.NewPreparedMessage(websocket.TextMessage, data)
		if err != nil {
			t.Fatal(err)
		}
		if want := written(t, func(ws *websocket.Conn) error { return ws.WritePreparedMessage(message) }); !bytes.Equal(wire(websocket.TextMessage, data), want) {
			t.Errorf("a text of %d bytes differs", size)
		}
	}
}

// written returns what the codec writes in the place of a server.
func written(t *testing.T, write func(*websocket.Conn) error) []byte {
	t.Helper()
	var out bytes.Buffer
	ours, theirs := net.Pipe()
	defer ours.Close()
	drained := make(chan error, 1)
	go func() {
		_, err := io.Copy(&out, theirs)
		drained <- err
	}()
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := upgrader.Upgrade(&hijacker{conn: ours, header: http.Header{}}, emptyHandshake(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(write(ws), ours.Close(), <-drained); err != nil {
		t.Fatal(err)
	}
	_, frame, _ := bytes.Cut(out.Bytes(), []byte("\r\n\r\n"))
	return frame
}

// A burst that waits for one socket leaves in as few calls as the joints allow.
func TestWhatWaitsLeavesInOneCall(t *testing.T) {
	hub, _ := open(t, newTown().config())
	c, calls := newConn(hub, "bilal", "", "::1"), &counting{}
	c.link = calls
	cur := c.out.subscribe("bakery", 0, 0)
	for seq := int64(1); seq <= 40; seq++ {
		frame, err := encode(eventFrame{opEvent, Event{Conversation: "bakery", Seq: seq, Body: fmt.Sprint("message ", seq)}})
		if err != nil {
			t.Fatal(err)
		}
		c.out.offer(cur, seq, frame)
	}
	c.note(okFrame{opOK, "n", "bakery", 1})
	if _, more := c.post(); !more || calls.writes != 1 || calls.frames != 41 {
		t.Errorf("%d frames in %d writes", calls.frames, calls.writes)
	}
	if _, more := c.post(); more {
		t.Error("something is left")
	}
}

type counting struct {
	deaf
	writes, frames int
}

func (c *counting) write(frames [][]byte) error {
	return join(frames, make([]byte, joinBytes), func([]byte) error {
		c.writes++
		c.frames = len(frames)
		return nil
	})
}
