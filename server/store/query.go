package store

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
)

const (
	// LimitMax bounds the documents of one Find, so that no page of any kind can hold the store for long.
	LimitMax = 500

	// indexFieldsMax bounds the fields of one index: no query of ours needs more, and each costs every write.
	indexFieldsMax = 4
)

// Index lists fields by their JSON names, in order; a dot reaches into an object. The values are text, whole numbers,
// fractions or true and false, never lists. Documents in which the first field is absent or null are left out of it,
// and out of a unique index those in which any of its fields is.
type Index struct {
	Name   string
	Fields []string
	Unique bool
}

// Query reads one index: equal on all its fields but the last and bounded on that one, or equal on all. Results come in
// the order of the last field, with the id settling ties. Values may be of any type whose kind is text, a signed number
// or bool. Anything that doesn't fit is a question for search.
type Query struct {
	Index    string
	Eq       []any // values of all fields but the last, or of all
	From, To any   // bounds of the last field: From inclusive, To exclusive, nil for none
	After    *At   // only what comes behind this place, in the direction of the query
	Desc     bool
	Limit    int // 1 to LimitMax
}

// At is a place in an index: the value of the last field (nil if Eq covers it), and the id that settles ties.
type At struct {
	Key any
	ID  string
}

var (
	fieldForm = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]*(\.[a-zA-Z][a-zA-Z0-9_]*){0,3}$`)
	reserved  = []string{"id", "rev", "body"} // columns that every table of the embedded engine has
)

// Needs lists the fields without which a document is left out of the index.
func (ix Index) Needs() []string {
	if ix.Unique {
		return ix.Fields
	}
	return ix.Fields[:min(1, len(ix.Fields))]
}

func (ix Index) check() error {
	if !nameForm.MatchString(ix.Name) {
		return fmt.Errorf("store: %q can't name an index", ix.Name)
	}
	if len(ix.Fields) == 0 || len(ix.Fields) > indexFieldsMax {
		return fmt.Errorf("store: index %s has %d fields, not 1 to %d", ix.Name, len(ix.Fields), indexFieldsMax)
	}
	for _, f := range ix.Fields {
		if !fieldForm.MatchString(f) || slices.Contains(reserved, f) {
			return fmt.Errorf("store: index %s can't be over a field named %q", ix.Name, f)
		}
	}
	return nil
}

// Next is the field after the query's Eq, by which its results are ordered; empty when Eq covers all.
func (ix Index) Next(q Query) string {
	if len(q.Eq) < len(ix.Fields) {
		return ix.Fields[len(q.Eq)]
	}
	return ""
}

// fit checks that the query reads the index, and gives it back with its values as string, int64, float64 or bool.
func (q Query) fit(ix Index) (Query, error) {
	if len(q.Eq) > len(ix.Fields) {
		return q, fmt.Errorf("store: index %s has %d fields, the query names %d", ix.Name, len(ix.Fields), len(q.Eq))
	}
	if len(q.Eq) < len(ix.Fields)-1 { // the index would be in order of the fields between, not of the next and the id
		return q, fmt.Errorf("store: a query on index %s names all its fields but the last, or all", ix.Name)
	}
	if ix.Next(q) == "" && (q.From != nil || q.To != nil) {
		return q, fmt.Errorf("store: index %s has no field left for a range", ix.Name)
	}
	q.Eq = slices.Clone(q.Eq)
	var errs []error
	for i := range q.Eq {
		errs = append(errs, plain(&q.Eq[i]))
	}
	for _, bound := range []*any{&q.From, &q.To} {
		if *bound != nil {
			errs = append(errs, plain(bound))
		}
	}
	if q.After != nil {
		at := *q.After
		if q.After = &at; ix.Next(q) != "" {
			errs = append(errs, plain(&at.Key))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return q, fmt.Errorf("store: query on index %s: %w", ix.Name, err)
	}
	return q, nil
}

// plain reduces a value to one of the four types that engines compare. Nothing else ever reaches a filter, so nobody
// can smuggle an operator into one.
func plain(value *any) error {
	v := reflect.ValueOf(*value)
	switch v.Kind() {
	case reflect.String:
		*value = v.String()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		*value = v.Int()
	case reflect.Float32, reflect.Float64:
		*value = v.Float()
	case reflect.Bool:
		*value = v.Bool()
	default:
		return fmt.Errorf("a %T can't be compared", *value)
	}
	return nil
}
