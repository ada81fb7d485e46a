// Package i18n speaks to each person in their language: sentences from the catalogues, counts in the right plural form,
// numbers, dates, and the names of languages and countries.
//
// The language travels in the context, which every templ component has at hand:
//
//	ctx = i18n.With(ctx, "ar")
//	i18n.T(ctx, "layout.account-of", "name", member.Name)
//	i18n.N(ctx, "parts.people-waiting", waiting)
//
// A text put into a sentence is isolated by Unicode marks, so that a name written in the other direction cannot turn
// around the words beside it.
package i18n

import (
	"context"
	"fmt"
	"strings"
	"time"
)

type contextKey struct{}

// With returns a context in which everything is said in lang; an unknown language is English.
func With(ctx context.Context, lang string) context.Context {
	return context.WithValue(ctx, contextKey{}, in(lang))
}

func in(lang string) *Locale {
	if l := spoken[lang]; l != nil {
		return l
	}
	return spoken[fallback]
}

func of(ctx context.Context) *Locale {
	if l, ok := ctx.Value(contextKey{}).(*Locale); ok {
		return l
	}
	return spoken[fallback]
}

// Lang returns the language of the context, for the lang attribute.
func Lang(ctx context.Context) string { return of(ctx).Lang }

// Dir returns "ltr" or "rtl".
func Dir(ctx context.Context) string { return of(ctx).Dir }

// T says the sentence of key. The values for its blanks follow as name and value in turn: texts are isolated, whole
// numbers are written in the language's digits, times as dates. A blank named n also chooses the plural form.
func T(ctx context.Context, key string, pairs ...any) string {
	return of(ctx).say(key, named(pairs))
}

// N says the sentence of key for n things; {n} is the number.
func N(ctx context.Context, key string, n int, pairs ...any) string {
	return of(ctx).say(key, append(named(pairs), value{"n", n}))
}

// Say is T for values that come as a map, such as those of a domain error.
func Say(ctx context.Context, key string, values map[string]any) string {
	all := make([]value, 0, len(values))
	for name, v := range values {
		all = append(all, value{name, v})
	}
	return of(ctx).say(key, all)
}

// Has says whether the catalogues know key.
func Has(key string) bool { return spoken[fallback].messages[key] != nil }

type value struct {
	name string
	is   any
}

func named(pairs []any) []value {
	values := make([]value, 0, len(pairs)/2+1)
	for i := 0; i+1 < len(pairs); i += 2 {
		values = append(values, value{fmt.Sprint(pairs[i]), pairs[i+1]})
	}
	return values
}

func find(values []value, name string) (any, bool) {
	for _, v := range values {
		if v.name == name {
			return v.is, true
		}
	}
	return nil, false
}

// say never fails: an unknown key is shown as it is, a blank without a value by its name, and tests find both.
func (l *Locale) say(key string, values []value) string {
	m := l.messages[key]
	if m == nil {
		return key
	}
	n, _ := find(values, "n")
	count, _ := n.(int)
	s := m.pick(l.tag, count)
	if len(s) == 1 {
		return s[0]
	}
	var out strings.Builder
	for i, part := range s {
		if i%2 == 0 {
			out.WriteString(part)
			continue
		}
		if v, has := find(values, part); has {
			out.WriteString(l.write(v))
		} else {
			out.WriteString("{" + part + "}")
		}
	}
	return out.String()
}

// write puts one value into a sentence.
func (l *Locale) write(v any) string {
	switch v := v.(type) {
	case int:
		return l.number(int64(v))
	case int64:
		return l.number(v)
	case plain:
		return string(v)
	case time.Time:
		return l.date(v)
	case string:
		return l.isolate(v)
	default:
		return l.isolate(fmt.Sprint(v))
	}
}

const (
	firstStrongIsolate    = "\u2068"
	popDirectionalIsolate = "\u2069"
)

// isolate keeps the direction of a text to itself. Plain Latin text within a left-to-right sentence needs no marks.
func (l *Locale) isolate(text string) string {
	if l.Dir == "ltr" && isASCII(text) {
		return text
	}
	return firstStrongIsolate + text + popDirectionalIsolate
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}
