package realtime

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"
)

// Version is the version of the protocol, given by the client as v in the address of the upgrade request. PROTOCOL.md
// describes every frame and every end of a connection.
const Version = "1"

const (
	opSend    = "send"
	opRead    = "read"
	opTyping  = "typing"
	opWatch   = "watch"
	opUnwatch = "unwatch"
	opReady   = "ready"
	opEvent   = "ev"
	opGap     = "gap"
	opOK      = "ok"
	opNo      = "no"
	opEph     = "eph"
	opNudge   = "nudge"
	opBye     = "bye"
)

const (
	idMax    = 120 // bytes of a conversation id or topic; the domain's ids are at most as long
	nonceMax = 64  // bytes; a UUID has 36
)

// Event is one entry of a conversation's log.
type Event struct {
	Conversation string    `json:"c"`
	Seq          int64     `json:"seq"`              // 1, 2, 3, … without holes in each conversation; below 2^53, for JavaScript
	Kind         string    `json:"k"`                // the domain's word, such as "message"; a client counts on past one it doesn't know
	Target       int64     `json:"target,omitempty"` // seq of the event that this one is about, such as the message that was edited
	Answers      int64     `json:"re,omitempty"`     // seq of the event that this one answers
	To           []string  `json:"to,omitempty"`     // names of the people whom it mentions
	From         string    `json:"from"`
	Name         string    `json:"name"`            // of From, as shown
	Nonce        string    `json:"nonce,omitempty"` // chosen by the sender, by which it knows its own message
	Body         string    `json:"body"`
	At           time.Time `json:"at"`
}

// Head says where a conversation stands for one person: Head - Read events are unread.
type Head struct {
	Conversation string
	Head         int64 // seq of the last event, 0 when there is none
	Read         int64 // seq up to which the person has read
}

// MarshalJSON writes [id, head, read].
func (h Head) MarshalJSON() ([]byte, error) { return h.appendTo(nil), nil }

func (h Head) appendTo(b []byte) []byte {
	b = appendText(append(b, '['), h.Conversation)
	b = strconv.AppendInt(append(b, ','), h.Head, 10)
	b = strconv.AppendInt(append(b, ','), h.Read, 10)
	return append(b, ']')
}

// appendText adds s as JSON does. Names seldom hold what must be escaped.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || strings.IndexByte(`"\<>&`, s[i]) >= 0 {
			escaped, err := json.Marshal(s)
			if err != nil {
				panic(err) // a text always has a JSON form
			}
			return append(b, escaped...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

type readyFrame struct {
	Op    string `json:"op"`
	Epoch string `json:"epoch"`
	Convs []Head `json:"convs"`
}

// bytes is the frame on the wire, made by hand: when a crowd returns, each of them gets one.
func (f readyFrame) bytes() []byte {
	const each = 64 // bytes, of a conversation as a rule
	b := make([]byte, 0, each*(len(f.Convs)+1))
	b = appendText(append(b, `{"op":`...), f.Op)
	b = appendText(append(b, `,"epoch":`...), f.Epoch)
	b = append(b, `,"convs":[`...)
	for i, h := range f.Convs {
		if i > 0 {
			b = append(b, ',')
		}
		b = h.appendTo(b)
	}
	return wire(websocket.TextMessage, append(b, "]}"...))
}

type eventFrame struct {
	Op string `json:"op"`
	Event
}

type gapFrame struct {
	Op   string `json:"op"`
	C    string `json:"c"`
	From int64  `json:"from"` // the first seq that is not sent
	To   int64  `json:"to"`   // the last
}

type okFrame struct {
	Op    string `json:"op"`
	Nonce string `json:"nonce"`
	C     string `json:"c"`
	Seq   int64  `json:"seq"`
}

type noFrame struct {
	Op    string `json:"op"`
	Nonce string `json:"nonce,omitempty"`
	C     string `json:"c,omitempty"`
	Topic string `json:"topic,omitempty"`
	Kind  string `json:"kind"`
	Say   string `json:"say"`
}

type ephFrame struct {
	Op   string `json:"op"`
	C    string `json:"c"`
	K    string `json:"k"`
	From string `json:"from"`
}

type nudgeFrame struct {
	Op    string `json:"op"`
	Topic string `json:"topic"`
	Rev   int64  `json:"rev"`
}

type byeFrame struct {
	Op      string `json:"op"`
	Why     string `json:"why"`
	AfterMS int64  `json:"after_ms"`
	Again   bool   `json:"again"`
}

// command is any frame from the client; which fields count depends on Op.
type command struct {
	Op    string `json:"op"`
	C     string `json:"c"`
	Nonce string `json:"nonce"`
	Body  string `json:"body"`
	Seq   int64  `json:"seq"`
	Topic string `json:"topic"`
}

// errNotAFrame says that the bytes are not of this protocol at all; the connection ends.
var errNotAFrame = errors.New("not a frame")

// refusal says what is wrong with a frame that could be read; the connection goes on.
type refusal struct {
	kind string // one of the domain's kinds
	say  string // key of a catalogue sentence
}

func (r *refusal) Error() string { return r.kind + ": " + r.say }

// parseCommand reads one text frame. The error is errNotAFrame, or a *refusal together with the fields that an answer
// needs.
func parseCommand(data []byte, bodyRunes int) (command, error) {
	var cmd command
	if !utf8.Valid(data) { // gorilla does not look
		return cmd, fmt.Errorf("%w: not UTF-8", errNotAFrame)
	}
	if err := json.Unmarshal(data, &cmd); err != nil {
		return command{}, fmt.Errorf("%w: %w", errNotAFrame, err)
	}
	if problem := cmd.check(bodyRunes); problem != nil {
		return cmd.answerable(), problem
	}
	return cmd, nil
}

func (cmd command) check(bodyRunes int) *refusal {
	conversation, topic := isName(cmd.C), isName(cmd.Topic)
	switch cmd.Op {
	case opSend:
		switch {
		case !conversation || !isNonce(cmd.Nonce):
			return &refusal{"invalid", "live.not-understood"}
		case strings.TrimSpace(cmd.Body) == "":
			return &refusal{"invalid", "live.empty"}
		case utf8.RuneCountInString(cmd.Body) > bodyRunes:
			return &refusal{"invalid", "live.too-long"}
		}
		return nil
	case opRead:
		if conversation && cmd.Seq > 0 {
			return nil
		}
	case opTyping:
		if conversation {
			return nil
		}
	case opWatch, opUnwatch:
		if topic {
			return nil
		}
	}
	return &refusal{"invalid", "live.not-understood"}
}

// answerable keeps only fields short enough to be sent back.
func (cmd command) answerable() command {
	kept := command{Op: cmd.Op}
	if isName(cmd.C) {
		kept.C = cmd.C
	}
	if isName(cmd.Topic) {
		kept.Topic = cmd.Topic
	}
	if isNonce(cmd.Nonce) {
		kept.Nonce = cmd.Nonce
	}
	return kept
}

// isName tells whether s can be a conversation or a topic: printable ASCII without comma, which parts them in addresses.
func isName(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' || s[i] == ',' {
			return false
		}
	}
	return s != "" && len(s) <= idMax
}

func isNonce(s string) bool { return isName(s) && len(s) <= nonceMax }

// encode makes the bytes of a frame, once for all the sockets it goes to. The error is a field without a JSON form, such as
// a time in the year 10000.
func encode(frame any) ([]byte, error) {
	data, err := json.Marshal(frame)
	if err != nil {
		return nil, fmt.Errorf("encode a frame: %w", err)
	}
	return wire(websocket.TextMessage, data), nil
}

// wire is one whole message as a server sends it: final, not masked, not compressed. Control messages have at most 125 bytes.
func wire(kind int, data []byte) []byte {
	const final = 0x80
	b := make([]byte, 0, len(data)+wireHeader)
	switch n := len(data); {
	case n < 126:
		b = append(b, final|byte(kind), byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, final|byte(kind), 126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, final|byte(kind), 127), uint64(n))
	}
	return append(b, data...)
}

// wireHeader is the longest header of a message, in bytes.
const wireHeader = 10

// tooBig is the end of a connection whose message is too long.
var tooBig = wire(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseMessageTooBig, ""))

// ping asks for a sign of life.
var ping = wire(websocket.PingMessage, nil)
