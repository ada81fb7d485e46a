package realtime

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

const testRunes = 20

func TestParseCommand(t *testing.T) {
	for _, test := range []struct {
		name, in string
		want     command
		refused  string // what the answer says
		broken   bool   // the connection ends
	}{
		{name: "send", in: `{"op":"send","c":"bakery","nonce":"x1","body":"hi"}`,
			want: command{Op: opSend, C: "bakery", Nonce: "x1", Body: "hi"}},
		{name: "unknown fields", in: `{"op":"typing","c":"bakery","later":[1]}`, want: command{Op: opTyping, C: "bakery"}},
		{name: "read", in: `{"op":"read","c":"bakery","seq":7}`, want: command{Op: opRead, C: "bakery", Seq: 7}},
		{name: "watch", in: `{"op":"watch","topic":"event:1"}`, want: command{Op: opWatch, Topic: "event:1"}},
		{name: "the longest body", in: `{"op":"send","c":"c","nonce":"x","body":"` + strings.Repeat("م", testRunes) + `"}`,
			want: command{Op: opSend, C: "c", Nonce: "x", Body: strings.Repeat("م", testRunes)}},
		{name: "too long", in: `{"op":"send","c":"c","nonce":"x","body":"` + strings.Repeat("م", testRunes+1) + `"}`,
			want: command{Op: opSend, C: "c", Nonce: "x"}, refused: "live.too-long"},
		{name: "only spaces", in: `{"op":"send","c":"c","nonce":"x","body":" \u2003 "}`,
			want: command{Op: opSend, C: "c", Nonce: "x"}, refused: "live.empty"},
		{name: "no nonce", in: `{"op":"send","c":"c","body":"hi"}`,
			want: command{Op: opSend, C: "c"}, refused: "live.not-understood"},
		{name: "a nonce too long to send back", in: `{"op":"send","c":"c","body":"hi","nonce":"` + strings.Repeat("x", 65) + `"}`,
			want: command{Op: opSend, C: "c"}, refused: "live.not-understood"},
		{name: "seq below one", in: `{"op":"read","c":"c","seq":-1}`,
			want: command{Op: opRead, C: "c"}, refused: "live.not-understood"},
		{name: "unknown op", in: `{"op":"dance"}`, want: command{Op: "dance"}, refused: "live.not-understood"},
		{name: "no op", in: `{}`, refused: "live.not-understood"},
		{name: "a comma in a topic", in: `{"op":"watch","topic":"a,b"}`, want: command{Op: opWatch}, refused: "live.not-understood"},
		{name: "not JSON", in: `hello`, broken: true},
		{name: "two frames", in: `{"op":"typing","c":"c"}{}`, broken: true},
		{name: "wrong type", in: `{"op":"read","c":"c","seq":"7"}`, broken: true},
		{name: "a seq beyond 64 bits", in: `{"op":"read","c":"c","seq":99999999999999999999}`, broken: true},
		{name: "not UTF-8", in: "{\"op\":\"send\",\"c\":\"c\",\"nonce\":\"x\",\"body\":\"\xff\"}", broken: true},
		{name: "nothing", in: ``, broken: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseCommand([]byte(test.in), testRunes)
			var refused *refusal
			errors.As(err, &refused)
			switch {
			case got != test.want:
				t.Errorf("got %+v, want %+v", got, test.want)
			case test.broken != errors.Is(err, errNotAFrame):
				t.Errorf("error %v", err)
			case (test.refused != "") != (refused != nil), refused != nil && refused.say != test.refused:
				t.Errorf("refused with %v, want %q", refused, test.refused)
			}
		})
	}
}

func TestReadyIsWrittenAsJSONWouldBe(t *testing.T) {
	for _, f := range []readyFrame{
		{opReady, "e1", []Head{}},
		{opReady, "e1", []Head{{"bakery", 7, 3}, {"garden", 0, 0}}},
		{opReady, "<\"é\\>&\u2028", []Head{{"\x01\xffخبز", -1, 1 << 62}}},
	} {
		want, err := encode(f)
		if err != nil || !bytes.Equal(f.bytes(), want) {
			t.Errorf("%q, want %q, %v", f.bytes(), want, err)
		}
	}
}

func FuzzParseCommand(f *testing.F) {
	f.Add([]byte(`{"op":"send","c":"bakery","nonce":"x1","body":"hi"}`))
	f.Add([]byte(`{"op":"read","c":"bakery","seq":7}`))
	f.Add([]byte(`{"op":"watch","topic":"event:1"}`))
	f.Add([]byte("{\"op\":\"typing\",\"c\":\"\xff\"}"))
	f.Add([]byte(`{"op":{"op":[[[`))
	f.Fuzz(func(t *testing.T, data []byte) {
		cmd, err := parseCommand(data, testRunes)
		var refused *refusal
		switch {
		case errors.As(err, &refused):
			if len(cmd.C) > idMax || len(cmd.Topic) > idMax || len(cmd.Nonce) > nonceMax || cmd.Body != "" {
				t.Errorf("an answer would carry %+v", cmd)
			}
		case err != nil:
			if cmd != (command{}) || !errors.Is(err, errNotAFrame) {
				t.Errorf("%+v with %v", cmd, err)
			}
		case !utf8.ValidString(cmd.Body) || utf8.RuneCountInString(cmd.Body) > testRunes:
			t.Errorf("accepted a body of %d bytes", len(cmd.Body))
		}
	})
}
