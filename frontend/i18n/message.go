package i18n

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// message is one entry of a catalogue: a sentence, or a sentence for each plural form of n.
type message struct {
	always sentence
	forms  map[plural.Form]sentence // nil where the entry does not count
}

// sentence is text and blanks in turn; at an odd place stands the name of a blank.
type sentence []string

// formOf is a switch and not a map: a catalogue is read while package variables are made, some of them after it.
func formOf(name string) (form plural.Form, known bool) {
	switch name {
	case "zero":
		return plural.Zero, true
	case "one":
		return plural.One, true
	case "two":
		return plural.Two, true
	case "few":
		return plural.Few, true
	case "many":
		return plural.Many, true
	case "other":
		return plural.Other, true
	}
	return 0, false
}

// UnmarshalJSON reads a sentence, or an object of sentences that has at least "other".
func (m *message) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		var err error
		m.always, err = parseSentence(text)
		return err
	}
	var texts map[string]string
	if err := json.Unmarshal(data, &texts); err != nil {
		return err
	}
	m.forms = make(map[plural.Form]sentence, len(texts))
	for name, text := range texts {
		form, known := formOf(name)
		if !known {
			return fmt.Errorf("%q is not a plural form", name)
		}
		parsed, err := parseSentence(text)
		if err != nil {
			return err
		}
		m.forms[form] = parsed
	}
	if m.forms[plural.Other] == nil {
		return errors.New(`a counting entry needs "other"`)
	}
	return nil
}

func parseSentence(text string) (sentence, error) {
	var s sentence
	for {
		before, rest, found := strings.Cut(text, "{")
		s = append(s, before)
		if !found {
			return s, nil
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || name == "" || strings.ContainsAny(name, "{ ") {
			return nil, fmt.Errorf("blank not closed in %q", text)
		}
		s = append(s, name)
		text = after
	}
}

// pick chooses the sentence for n.
func (m *message) pick(tag language.Tag, n int) sentence {
	if m.forms == nil {
		return m.always
	}
	form := plural.Cardinal.MatchPlural(tag, max(n, -n), 0, 0, 0, 0)
	if s, has := m.forms[form]; has {
		return s
	}
	return m.forms[plural.Other]
}
