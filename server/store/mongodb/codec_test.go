package mongodb

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

func TestADocumentComesBackAsItWas(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"text":        {`{"a":"é \" \\ \n \u0000 <&>"}`, ""},
		"numbers":     {`{"a":9007199254740993,"b":-1,"c":0.1,"d":1e300,"e":-9223372036854775808}`, ""},
		"too large":   {`{"a":9223372036854775808}`, `{"a":9223372036854775808}`},
		"truths":      {`{"a":true,"b":false}`, ""},
		"nesting":     {`{"a":{"b":[1,{"c":[]},[]]},"d":{}}`, ""},
		"odd keys":    {`{"$set":{"a.b":1},"":2}`, ""},
		"null leaves": {`{"a":null,"b":{"c":null},"d":[null]}`, `{"b":{},"d":[null]}`},
	} {
		if c.want == "" {
			c.want = c.in
		}
		if got := thereAndBack(t, c.in); !sameJSON(t, got, c.want) {
			t.Errorf("%s: %s came back as %s", name, c.in, got)
		}
	}
}

func thereAndBack(t *testing.T, in string) string {
	t.Helper()
	d, err := fromJSON([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := bson.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	out, err := toJSON(raw)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// sameJSON compares documents, whole numbers exactly and others as fractions.
func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var values [2]any
	for i, text := range []string{a, b} {
		dec := json.NewDecoder(strings.NewReader(text))
		dec.UseNumber()
		if err := dec.Decode(&values[i]); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		values[i] = numbers(values[i])
	}
	return reflect.DeepEqual(values[0], values[1])
}

func numbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, err := v.Float64()
		return []any{f, err}
	case map[string]any:
		for key := range v {
			v[key] = numbers(v[key])
		}
	case []any:
		for i := range v {
			v[i] = numbers(v[i])
		}
	}
	return v
}

func TestWhatIsNoDocumentOfOursIsRefused(t *testing.T) {
	for _, in := range []string{``, `[]`, `"a"`, `{"a":`, `{"a":1e999}`, `{"a":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`} {
		if d, err := fromJSON([]byte(in)); err == nil {
			t.Errorf("%.20s became %v", in, d)
		}
	}
	raw, err := bson.Marshal(bson.D{{Key: "a", Value: bson.NewObjectID()}})
	if err != nil {
		t.Fatal(err)
	}
	if out, err := toJSON(raw); err == nil {
		t.Errorf("an object id became %s", out)
	}
	if out, err := toJSON(bson.Raw{1, 2, 3}); err == nil {
		t.Errorf("broken bytes became %s", out)
	}
}

func FuzzDocument(f *testing.F) {
	f.Add(`{"_id":"amina","rev":1,"name":"Amina","tags":["a",null],"share":0.25}`)
	f.Add(`{"a":{"b":[[[1]]]},"":""}`)
	f.Fuzz(func(t *testing.T, in string) {
		d, err := fromJSON([]byte(in))
		if err != nil {
			return
		}
		raw, err := bson.Marshal(d)
		if err != nil {
			return // a key with a zero byte, which BSON can't hold
		}
		once, err := toJSON(raw)
		if err != nil {
			t.Fatalf("%s: %v", in, err)
		}
		if again := thereAndBack(t, string(once)); again != string(once) {
			t.Fatalf("%s became %s and then %s", in, once, again)
		}
	})
}
