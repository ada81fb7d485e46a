package realtime

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/valyala/fasthttp"
)

// goroutineMode has the tests of this package, run as a process of their own, use goroutine mode where there is poll mode.
const goroutineMode = "LONGTABLE_TEST_GOROUTINE_MODE"

// Both modes keep one contract: all tests of this package, in both.
func TestTheSameInGoroutineMode(t *testing.T) {
	if os.Getenv(goroutineMode) != "" {
		return // this is that run
	}
	hub, _ := open(t, newTown().config())
	if hub.poll == nil {
		return // all tests have run in goroutine mode already
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), goroutineMode+"=1", "LONGTABLE_PROVE=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// frameBytes is one frame as a client sends it.
func frameBytes(first byte, payload []byte) []byte {
	frame := wire(0, payload)
	frame[0] = first
	frame[1] |= 0x80
	header := len(frame) - len(payload)
	return append(append(append([]byte{}, frame[:header]...), 0, 0, 0, 0), payload...)
}

func TestWholeMessagesEndWhereTheyEnd(t *testing.T) {
	const text, continued, last, ping = 0x81, 0x01, 0x80, 0x89
	hello, part, middle, end, beat := frameBytes(text, []byte("hello")), frameBytes(continued, []byte("hel")),
		frameBytes(0x00, []byte("l")), frameBytes(last, []byte("o")), frameBytes(ping, nil)
	long := frameBytes(text, make([]byte, 300))
	for _, test := range []struct {
		name   string
		frames [][]byte
		ends   []int // after which frames something whole ends
	}{
		{"single ones", [][]byte{hello, beat, long}, []int{0, 1, 2}},
		{"fragments", [][]byte{part, middle, end, hello}, []int{2, 3}},
		{"a ping between fragments", [][]byte{part, beat, end}, []int{2}},
		{"one that never ends", [][]byte{hello, part, middle}, []int{0}},
	} {
		t.Run(test.name, func(t *testing.T) {
			all := bytes.Join(test.frames, nil)
			for n := range len(all) + 1 {
				want, at := 0, 0
				for i, frame := range test.frames {
					if at += len(frame); at <= n && slices.Contains(test.ends, i) {
						want = at
					}
				}
				if got, err := whole(all[:n], 400); got != want || err != nil {
					t.Fatalf("of the first %d bytes %d are whole, want %d; %v", n, got, want, err)
				}
			}
		})
	}
	for _, frames := range [][][]byte{{hello, long}, {part, frameBytes(last, make([]byte, 100))}, {{0x81, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0}}} {
		if _, err := whole(bytes.Join(frames, nil), 100); !errors.Is(err, errTooLong) {
			t.Errorf("%d bytes too many: %v", len(frames), err)
		}
	}
}

func FuzzWhole(f *testing.F) {
	f.Add([]byte{0x81, 0x80, 0, 0, 0, 0}, []byte{0x01, 0x81})
	f.Add([]byte{0x01, 0xfe, 0, 3, 1, 2, 3, 4, 5}, []byte{0x89, 0x80, 0, 0, 0, 0, 0x80})
	f.Fuzz(func(t *testing.T, first, second []byte) {
		all := append(bytes.Clone(first), second...)
		end, err := whole(all, 1<<10)
		if end < 0 || end > len(all) {
			t.Fatalf("%d of %d bytes", end, len(all))
		}
		early, earlyErr := whole(first, 1<<10)
		if earlyErr != nil && err == nil || early > end {
			t.Errorf("%d, %v of the beginning, %d, %v of all", early, earlyErr, end, err)
		}
		if again, err := whole(all[:end], 1<<10); err != nil || again != end {
			t.Errorf("what is whole is not: %d of %d, %v", again, end, err)
		}
	})
}

// Long messages in small pieces, with pings between the pieces and several messages in one piece.
func TestMessagesComeInAnyPieces(t *testing.T) {
	town := newTown()
	config := town.config()
	config.Limits = Limits{Rate: 1e6, Burst: 1e6}
	_, address := open(t, config)
	amara := ready(t, address, "amara", "")
	chance := rand.New(rand.NewPCG(4, 4))
	var stream []byte
	pongs, want := 0, 0
	amara.ws.SetPongHandler(func(string) error { pongs++; return nil })
	for i := range 40 {
		body := bytes.Repeat([]byte{byte('a' + i%26)}, i*90+1)
		message := jsonOf(t, command{Op: opSend, C: "bakery", Nonce: string(rune('A'+i%26)) + string(rune('a'+i/26)), Body: string(body)})
		for first := byte(0x01); len(message) > 0; first = 0x00 {
			n := min(len(message), 1+chance.IntN(700))
			if n == len(message) {
				first |= 0x80
			}
			stream = append(stream, frameBytes(first, message[:n])...)
			message = message[n:]
			if chance.IntN(3) == 0 {
				stream = append(stream, frameBytes(0x89, []byte("are you there"))...)
				want++
			}
		}
	}
	go func() {
		for len(stream) > 0 {
			n := min(len(stream), 1+chance.IntN(900))
			if _, err := amara.ws.NetConn().Write(stream[:n]); err != nil {
				t.Error(err)
				return
			}
			stream = stream[n:]
		}
	}()
	acknowledged, events := map[string]bool{}, 0
	for len(acknowledged) < 40 || events < 40 {
		f, err := amara.next()
		if err != nil || f.Op != "ok" && f.Op != "ev" {
			t.Fatalf("got %+v, %v", f, err)
		}
		if f.Op == "ok" {
			acknowledged[f.Nonce] = true
		} else {
			events++
		}
	}
	town.change(func() {
		for i, ev := range town.said["bakery"] {
			if len(ev.Body) != i*90+1 {
				t.Errorf("message %d has %d bytes", i, len(ev.Body))
			}
		}
	})
	if pongs == 0 || pongs > want {
		t.Errorf("%d pongs for %d pings", pongs, want)
	}
	amara.settled()
}

func TestQueueMethodsTogether(t *testing.T) {
	done := make(chan int, 1<<10)
	q := newQueue(2, func(i int) { done <- i })
	together(func(i int) { q.put(i) }, func(i int) { q.put(i) })
	q.close()
	if len(done) != 400 {
		t.Errorf("%d of 400 were done", len(done))
	}
}

func TestACodecIsGivenBackOnlyWhole(t *testing.T) {
	hub, _ := open(t, newTown().config())
	c := newConn(hub, "bilal", "", "::1")
	c.link = &deaf{}
	k := newCodec()
	for range 3 {
		if err := k.feed(c, bytes.Repeat(frameBytes(0x89, []byte("hi")), 5)); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.feed(c, []byte{0x81, 0x02, 'h', 'i'}); err == nil { // no mask
		t.Error("a frame without a mask is read")
	}
	var closed *websocket.CloseError
	if err := newCodec().feed(c, frameBytes(0x88, []byte{0x03, 0xe8})); !errors.As(err, &closed) {
		t.Errorf("a goodbye is %v", err)
	}
}

// A server that counts its connections by address wraps them, so that the system can't be asked about them: they are served
// with goroutines that wait with a little memory at hand. So are those with TLS.
func TestAWrappedSocketIsServedToo(t *testing.T) {
	town := newTown()
	hub, _ := open(t, town.config())
	address := listen(t, &fasthttp.Server{MaxConnsPerIP: 10, Handler: func(ctx *fasthttp.RequestCtx) {
		answer(ctx, hub.Serve(ctx, string(ctx.QueryArgs().Peek("person")), ""))
	}})
	amara, bilal := ready(t, address, "amara", ""), ready(t, address, "bilal", "")
	for i, size := range []int{1, 100, sipBytes, 5 * sipBytes} {
		body := strings.Repeat("m", size)
		amara.send(string(jsonOf(t, command{Op: opSend, C: "bakery", Nonce: fmt.Sprint("n", i), Body: body})))
		if f := bilal.expect("ev"); f.Seq != int64(i+1) || f.Body != body {
			t.Errorf("event %d has %d characters, not %d", f.Seq, len(f.Body), size)
		}
		amara.expectBoth("ev", "ok")
	}
	_ = amara.ws.Close()
	until(t, "she is gone", func() bool { return !hub.people.has("amara") })
	hub.EndPerson("bilal")
	bilal.expectBye(byeSignedOut)
}
