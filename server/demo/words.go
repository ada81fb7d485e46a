package demo

import (
	"embed"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed data/*.txt
var data embed.FS

// tongues are the languages of the demo's own word lists, in the order of their columns.
var tongues = []string{"en", "fr", "ar", "es", "de", "uk", "hi", "zh"}

// words are sentences and lists by language and section.
type words map[string]map[string][]string

// readWords reads the texts. Every file is part of the program, so a missing one is an empty list, which the tests see.
func readWords() words {
	all := words{}
	for _, tongue := range tongues {
		all[tongue] = sections("texts_" + tongue + ".txt")
	}
	for name, list := range sections("hub_texts.txt") {
		section, tongue, _ := strings.Cut(name, ".")
		all[tongue]["hub-"+section] = list
	}
	all["names"] = names()
	return all
}

// in finds a section in a language, or else in English, and tells in which it was found.
func (w words) in(tongue, section string) (list []string, found string) {
	if list := w[tongue][section]; len(list) > 0 {
		return list, tongue
	}
	return w["en"][section], "en"
}

func lines(file string) []string {
	text, err := data.ReadFile("data/" + file)
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

// rows are the lines of a file that are no headings, cut into columns.
func rows(file string) [][]string {
	var all [][]string
	for _, line := range lines(file) {
		if !strings.HasPrefix(line, "#") {
			all = append(all, strings.Split(line, "|"))
		}
	}
	return all
}

func sections(file string) map[string][]string {
	all, name := map[string][]string{}, ""
	for _, line := range lines(file) {
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			name = heading
			continue
		}
		all[name] = append(all[name], line)
	}
	return all
}

// names are given and family names by the region they come from; an underscore stands for a space inside a name.
func names() map[string][]string {
	all := map[string][]string{}
	for _, row := range rows("names.txt") {
		for name := range strings.FieldsSeq(row[2]) {
			all[row[0]+" "+row[1]] = append(all[row[0]+" "+row[1]], strings.ReplaceAll(name, "_", " "))
		}
	}
	return all
}

// say fills the blanks of a template and begins every sentence with a capital.
func say(template string, blanks ...string) string {
	text := []rune(strings.NewReplacer(blanks...).Replace(template))
	start := true
	for i, r := range text {
		if start && unicode.IsLetter(r) {
			text[i], start = unicode.ToUpper(r), false
		}
		start = start || i > 0 && r == ' ' && strings.ContainsRune(".!?", text[i-1])
		if unicode.IsDigit(r) {
			start = false
		}
	}
	return string(text)
}

// within is the text, or the shorter one where it is longer than so many characters.
func within(max int, text, shorter string) string {
	if utf8.RuneCountInString(text) <= max {
		return text
	}
	return shorter
}
