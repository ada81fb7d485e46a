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
	v := reflect.ValueOf(into).Elem()
	for i := range v.NumField() {
		name := fieldName(v.Type().Field(i))
		if err := fill(v.Field(i), name, values); err != "" {
			problems[name] = community.Problem{Say: err}
		}
	}
	return community.Invalid(problems)
}

func fieldName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// fill sets one field; it returns the key of what is wrong, or nothing.
func fill(field reflect.Value, name string, values url.Values) (problem string) {
	switch field.Kind() {
	case reflect.Slice:
		return fillList(field, values[name])
	case reflect.Map:
		return fillMap(field, name, values)
	case reflect.Struct:
		return fillStruct(field, name, values)
	default:
		if given := values[name]; len(given) > 0 {
			return set(field, given[0])
		}
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

func fillMap(field reflect.Value, name string, values url.Values) (problem string) {
	filled := reflect.MakeMap(field.Type())
	for key, given := range values {
		rest, ours := strings.CutPrefix(key, name+".")
		if !ours || len(given) == 0 || filled.Len() >= listMax {
			continue
		}
		item := reflect.New(field.Type().Elem()).Elem()
		if problem := set(item, given[0]); problem != "" {
			return problem
		}
		filled.SetMapIndex(reflect.ValueOf(rest).Convert(field.Type().Key()), item)
	}
	field.Set(filled)
	return ""
}

// fillStruct reads a part of a form whose fields are named "name.field".
func fillStruct(field reflect.Value, name string, values url.Values) (problem string) {
	for i := range field.NumField() {
		if problem := fill(field.Field(i), name+"."+fieldName(field.Type().Field(i)), values); problem != "" {
			return problem
		}
	}
	return ""
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
