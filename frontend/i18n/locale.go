package i18n

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"longtable/frontend/locales"
)

// Locale is one language of the interface. It is made at start and never changes.
type Locale struct {
	Lang string // BCP 47, as in the lang attribute
	Dir  string // "ltr" or "rtl"
	Name string // its own name for itself

	tag       language.Tag
	messages  map[string]*message
	digits    [10]rune
	group     string // between groups of three digits
	point     string // before the minor units of money
	languages display.Namer
	regions   display.Namer

	hourDigits int // at least, in a time: 08:05 or 8 h 05
}

// fallback is spoken where nothing better is known.
const fallback = "en"

// order is that of the language menu; the first is offered when nothing fits.
var order = []string{fallback, "fr", "ar"}

var rightToLeft = []string{"ar", "fa", "he", "ur"}

var (
	spoken  = mustLoad()
	matcher = language.NewMatcher(tags())
)

// mustLoad reads the embedded catalogues; as with a constant, a fault in them is found by the first test.
func mustLoad() map[string]*Locale {
	all := make(map[string]*Locale, len(order))
	for _, lang := range order {
		locale, err := load(locales.Files, lang)
		if err != nil {
			panic(err)
		}
		all[lang] = locale
	}
	return all
}

// load reads the catalogue files of one language. A key may stand in one file only.
func load(files fs.FS, lang string) (*Locale, error) {
	tag := language.Make(lang)
	l := &Locale{Lang: lang, Dir: "ltr", Name: display.Self.Name(tag), tag: tag, messages: map[string]*message{},
		languages: display.Languages(tag), regions: display.Regions(tag)}
	if slices.Contains(rightToLeft, lang) {
		l.Dir = "rtl"
	}
	names, err := fs.Glob(files, path.Join(lang, "*.json"))
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if err := l.read(files, name); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	copy(l.digits[:], []rune(l.say("format.digits", nil)))
	l.group = l.say("format.group", nil)
	l.point = l.say("format.point", nil)
	if l.hourDigits, err = strconv.Atoi(l.say("format.hour-digits", nil)); err != nil {
		return nil, fmt.Errorf("format.hour-digits: %w", err)
	}
	return l, nil
}

// unbroken keeps the signs before which French writes a space from beginning a line; catalogues are written with plain ones.
var unbroken = strings.NewReplacer(" :", "\u00a0:", " ;", "\u00a0;", " ?", "\u00a0?", " !", "\u00a0!", " %", "\u00a0%", " »", "\u00a0»", "« ", "«\u00a0")

func (l *Locale) read(files fs.FS, name string) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	var entries map[string]*message
	if l.Lang == "fr" {
		data = []byte(unbroken.Replace(string(data)))
	}
	if err := json.Unmarshal(data, &entries); err != nil {
		return err
	}
	for key, m := range entries {
		if l.messages[key] != nil {
			return fmt.Errorf("%s stands in two files", key)
		}
		l.messages[key] = m
	}
	return nil
}

func tags() []language.Tag {
	var all []language.Tag
	for _, lang := range order {
		all = append(all, language.Make(lang))
	}
	return all
}

// Languages returns those of the interface, in the order of the menu. The slice is the caller's.
func Languages() []*Locale {
	all := make([]*Locale, 0, len(order))
	for _, lang := range order {
		all = append(all, spoken[lang])
	}
	return all
}

// Known says whether the interface speaks lang.
func Known(lang string) bool { return spoken[lang] != nil }

// acceptMax bounds what is parsed of an Accept-Language header, in bytes: browsers send fewer than 100.
const acceptMax = 400

// Match returns the language of the interface that fits an Accept-Language header best.
func Match(accept string) string {
	wanted, _, err := language.ParseAcceptLanguage(accept[:min(len(accept), acceptMax)])
	if err != nil || len(wanted) == 0 {
		return fallback
	}
	// The index, not the tag: for ar-MA the matcher returns the tag ar-u-rg-mazzzz, which is no catalogue's name.
	_, index, _ := matcher.Match(wanted...)
	return order[index]
}
