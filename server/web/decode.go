package web

import (
	"bytes"
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"longtable/server/community"
)

// Decode reads what was sent, a form or JSON, into a typed value. A field of the wrong type is a problem beside that
// field; for JSON a field we don't know, or one that is named twice, refuses the whole.
func Decode[T any](q *Request) (T, error) {
	var into T
	if strings.HasPrefix(q.c.Get("Content-Type"), "application/json") {
		return into, decodeJSON(q.c.Request().Body(), &into)
	}
	return into, decodeForm(q.typed, &into)
}

func decodeJSON(body []byte, into any) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	err := json.Unmarshal(body, into, json.RejectUnknownMembers(true), jsontext.AllowInvalidUTF8(false))
	if err == nil {
		return nil
	}
	return &community.Error{Kind: community.KindInvalid, Say: "error.not-readable", Args: map[string]any{"why": jsonTrouble(err)}, Err: err}
}

// jsonTrouble says in a few words where the JSON is wrong, without repeating its values.
func jsonTrouble(err error) string {
	switch e := err.(type) {
	case *json.SemanticError:
		return fmt.Sprintf("%s does not fit", e.JSONPointer)
	case *jsontext.SyntacticError:
		return fmt.Sprintf("byte %d, %s", e.ByteOffset, e.JSONPointer)
	default:
		return "not JSON"
	}
}

// decodeForm fills the fields of a struct from form values by their JSON names. Lists take every value; a map takes
// "name.key". Values that don't fit are problems; names that the struct does not have are ignored, as buttons send some.
func decodeForm(values url.Values, into any) error {
	problems := community.Problems{}
	fillStruct(reflect.ValueOf(into).Elem(), "", values, problems)
	return community.Invalid(problems)
}

// fillStruct sets the fields of a struct. A struct within it is a part of the form whose fields are named "name.field".
func fillStruct(v reflect.Value, within string, values url.Values, problems community.Problems) {
	for i := range v.NumField() {
		field, name := v.Field(i), within+fieldName(v.Type().Field(i))
		switch field.Kind() {
		case reflect.Struct:
			fillStruct(field, name+".", values, problems)
		case reflect.Map:
			fillMap(field, name+".", values, problems)
		default:
			if problem := fill(field, values[name]); problem != "" {
				problems[name] = community.Problem{Say: problem}
			}
		}
	}
}

func fieldName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// fill sets one field; it returns the key of what is wrong, or nothing.
func fill(field reflect.Value, given []string) (problem string) {
	switch {
	case field.Kind() == reflect.Slice:
		return fillList(field, given)
	case len(given) > 0:
		return set(field, given[0])
	default:
		return ""
	}
}

func fillList(field reflect.Value, given []string) (problem string) {
	for _, text := range given {
		if text == "" {
			continue // a row that was left empty
		}
		if field.Len() >= listMax {
			return "problem.too-many"
		}
		item := reflect.New(field.Type().Elem()).Elem()
		if problem := set(item, text); problem != "" {
			return problem
		}
		field.Set(reflect.Append(field, item))
	}
	return ""
}

const listMax = 200 // values in one list of a form; the longest of ours has 33

func fillMap(field reflect.Value, within string, values url.Values, problems community.Problems) {
	filled := reflect.MakeMap(field.Type())
	for key, given := range values {
		rest, ours := strings.CutPrefix(key, within)
		if !ours || len(given) == 0 || filled.Len() >= listMax {
			continue
		}
		item := reflect.New(field.Type().Elem()).Elem()
		if problem := set(item, given[0]); problem != "" {
			problems[key] = community.Problem{Say: problem}
			continue
		}
		filled.SetMapIndex(reflect.ValueOf(rest).Convert(field.Type().Key()), item)
	}
	field.Set(filled)
}

func set(field reflect.Value, text string) (problem string) {
	text = strings.ToValidUTF8(text, "\uFFFD")
	switch field.Kind() {
	case reflect.String:
		field.SetString(text)
	case reflect.Bool:
		field.SetBool(text != "" && text != "false" && text != "0")
	case reflect.Int, reflect.Int64:
		if text = strings.TrimSpace(text); text == "" {
			return ""
		}
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil {
			return "problem.not-a-number"
		}
		field.SetInt(n)
	case reflect.Float64:
		if text = strings.TrimSpace(strings.Replace(text, ",", ".", 1)); text == "" {
			return ""
		}
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return "problem.not-a-number"
		}
		field.SetFloat(f)
	default:
		return "problem.not-readable"
	}
	return ""
}

// encodeForm is the opposite of decodeForm: the values with which a form shows a thing.
func encodeForm(thing any) url.Values {
	values := url.Values{}
	if thing != nil {
		encodeInto(values, "", reflect.Indirect(reflect.ValueOf(thing)))
	}
	return values
}

func encodeInto(values url.Values, prefix string, v reflect.Value) {
	for i := range v.NumField() {
		name, field := prefix+fieldName(v.Type().Field(i)), v.Field(i)
		switch field.Kind() {
		case reflect.Slice:
			for j := range field.Len() {
				values.Add(name, plainText(field.Index(j)))
			}
		case reflect.Map:
			for _, key := range field.MapKeys() {
				values.Set(name+"."+key.String(), plainText(field.MapIndex(key)))
			}
		case reflect.Struct:
			encodeInto(values, name+".", field)
		default:
			values.Set(name, plainText(field))
		}
	}
}

func plainText(v reflect.Value) string {
	if v.Kind() == reflect.Bool && !v.Bool() {
		return ""
	}
	return fmt.Sprint(v.Interface())
}
