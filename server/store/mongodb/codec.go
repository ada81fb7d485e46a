package mongodb

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// depthMax bounds the nesting of a document; MongoDB itself refuses more than 100 levels.
const depthMax = 100

// fromJSON turns a JSON object into the document MongoDB keeps. Whole numbers become 64-bit integers, other numbers
// fractions. Members that are null are left out: for MongoDB null exists, and such documents would enter an index that
// leaves them out elsewhere. The order of members is kept. Going through JSON makes one encoding of every type for both
// engines: the driver's own would round times to milliseconds and not know omitzero.
func fromJSON(body []byte) (bson.D, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	v, err := value(dec, 0)
	if err != nil {
		return nil, fmt.Errorf("store: document for MongoDB: %w", err)
	}
	d, isObject := v.(bson.D)
	if !isObject {
		return nil, fmt.Errorf("store: document for MongoDB: a %T is none", v)
	}
	return d, nil
}

func value(dec *json.Decoder, depth int) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	if depth > depthMax {
		return nil, fmt.Errorf("nested more than %d deep", depthMax)
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '{' {
			return object(dec, depth)
		}
		return list(dec, depth)
	case json.Number:
		if n, err := strconv.ParseInt(token.String(), 10, 64); err == nil {
			return n, nil
		}
		return token.Float64()
	}
	return token, nil // text, true, false or null
}

func object(dec *json.Decoder, depth int) (bson.D, error) {
	d := bson.D{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		v, err := value(dec, depth+1)
		if err != nil {
			return nil, err
		}
		if v != nil {
			d = append(d, bson.E{Key: key.(string), Value: v}) // the key of a member is always text
		}
	}
	_, err := dec.Token()
	return d, err
}

func list(dec *json.Decoder, depth int) (bson.A, error) {
	a := bson.A{}
	for dec.More() {
		v, err := value(dec, depth+1)
		if err != nil {
			return nil, err
		}
		a = append(a, v)
	}
	_, err := dec.Token()
	return a, err
}

// toJSON is the way back. Types that fromJSON never makes are refused: somebody else wrote that document.
func toJSON(doc bson.Raw) ([]byte, error) {
	return appendObject(nil, doc, false)
}

func appendObject(out []byte, doc bson.Raw, isList bool) ([]byte, error) {
	elements, err := doc.Elements()
	if err != nil {
		return nil, fmt.Errorf("store: document from MongoDB: %w", err)
	}
	open, end := byte('{'), byte('}')
	if isList {
		open, end = '[', ']'
	}
	out = append(out, open)
	for i, e := range elements {
		if i > 0 {
			out = append(out, ',')
		}
		if !isList {
			if out, err = appendAny(out, e.Key()); err != nil {
				return nil, err
			}
			out = append(out, ':')
		}
		if out, err = appendValue(out, e.Value()); err != nil {
			return nil, fmt.Errorf("store: %s of a document from MongoDB: %w", e.Key(), err)
		}
	}
	return append(out, end), nil
}

func appendValue(out []byte, v bson.RawValue) ([]byte, error) {
	switch v.Type {
	case bson.TypeString:
		return appendAny(out, v.StringValue())
	case bson.TypeInt64:
		return strconv.AppendInt(out, v.Int64(), 10), nil
	case bson.TypeInt32:
		return strconv.AppendInt(out, int64(v.Int32()), 10), nil
	case bson.TypeDouble:
		return appendAny(out, v.Double())
	case bson.TypeBoolean:
		return strconv.AppendBool(out, v.Boolean()), nil
	case bson.TypeNull:
		return append(out, "null"...), nil
	case bson.TypeEmbeddedDocument:
		return appendObject(out, v.Document(), false)
	case bson.TypeArray:
		return appendObject(out, bson.Raw(v.Array()), true)
	}
	return nil, fmt.Errorf("a %v isn't of ours", v.Type)
}

func appendAny(out []byte, v any) ([]byte, error) {
	text, err := json.Marshal(v)
	return append(out, text...), err
}
