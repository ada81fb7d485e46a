package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxTermRunes cuts endless words; the longest in our languages have about forty letters.
const maxTermRunes = 48

// token is one folded term and the bytes of the text that it stands for.
type token struct {
	term       string
	start, end int
}

// span is a run of the text that is folded as a whole.
type span struct {
	start, end int
	unspaced   bool // written without spaces between words, like Chinese or Thai
}

// tokens splits text into folded terms. Unspaced scripts give each character and each pair
// of neighbours, so that words inside them are found without a dictionary.
func tokens(text string) []token {
	var out []token
	for _, s := range spans(text) {
		if s.unspaced {
			out = appendPairs(out, text, s)
			continue
		}
		if term := fold(text[s.start:s.end]); term != "" {
			out = append(out, token{term, s.start, s.end})
		}
	}
	return out
}

// appendPairs adds the characters of an unspaced run and its pairs of neighbours.
func appendPairs(out []token, text string, s span) []token {
	before, beforeAt := "", 0
	for i, r := range text[s.start:s.end] {
		at := s.start + i
		term := fold(string(r))
		if term == "" {
			continue
		}
		end := at + utf8.RuneLen(r)
		out = append(out, token{term, at, end})
		if before != "" {
			out = append(out, token{before + term, beforeAt, end})
		}
		before, beforeAt = term, at
	}
	return out
}

// spans finds the words and the unspaced runs of a text, which must be valid UTF-8.
func spans(text string) []span {
	var out []span
	open := false
	for i, r := range text {
		end := i + utf8.RuneLen(r)
		switch {
		case !isWordRune(r) && !(open && joins(text, i, r)):
			open = false
		case open && out[len(out)-1].unspaced == (isUnspaced(r) || unicode.IsMark(r) && out[len(out)-1].unspaced):
			out[len(out)-1].end = end
		default:
			out = append(out, span{i, end, isUnspaced(r)})
			open = true
		}
	}
	return out
}

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r)
}

// joins tells whether a rune that is no letter holds a word together: an apostrophe between Cyrillic
// letters (комп'ютер) is a sound, while in French it ends a word (l'énergie). Invisible joiners
// shape Devanagari and Persian words.
func joins(text string, at int, r rune) bool {
	switch r {
	case '\u200c', '\u200d':
		return true
	case '\'', '’':
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+utf8.RuneLen(r):])
		return unicode.Is(unicode.Cyrillic, before) && unicode.Is(unicode.Cyrillic, after)
	}
	return false
}

// isUnspaced tells whether a rune belongs to a script that does not put spaces between words.
func isUnspaced(r rune) bool {
	return r >= 0x0e00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// letters maps letters that do not decompose to what people type for them.
var letters = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'ł': "l", 'ı': "i", 'þ': "th",
	'ё': "е", 'ґ': "г", 'ς': "σ",
	'ى': "ي", 'ة': "ه", 'ک': "ك", 'ی': "ي", 'ٱ': "ا",
}

// fold reduces a word to what is compared: lower case, without accents, vowel marks and
// tatweel, with one form of alef and ASCII digits, without the Arabic article. Marks that make another letter, as in
// Devanagari, Thai and Cyrillic й and ї, stay.
func fold(word string) string {
	if isPlain(word) {
		return word
	}
	var b strings.Builder
	count := 0
	for _, r := range norm.NFC.String(keepMeaning(strings.ToLower(word))) {
		if count == maxTermRunes {
			break
		}
		count++
		if to, ok := letters[r]; ok {
			b.WriteString(to)
		} else {
			b.WriteRune(r)
		}
	}
	return withoutArticle(b.String())
}

// articles are the Arabic article alone and behind "and", "with", "like", "then", and joined with "for". It is written onto
// its noun, and a list may name a craft with it while people look for the craft without, or the other way round.
var articles = []string{"وال", "بال", "كال", "فال", "ال", "لل"}

// articleLeaves is how many letters must be left of a word: what is shorter is a word of its own, such as pain.
const articleLeaves = 2

func withoutArticle(word string) string {
	for _, article := range articles {
		if rest, found := strings.CutPrefix(word, article); found && utf8.RuneCountInString(rest) >= articleLeaves {
			return rest
		}
	}
	return word
}

// isPlain tells whether folding a word would return it as it is.
func isPlain(word string) bool {
	for i := range len(word) {
		if c := word[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			return false
		}
	}
	return len(word) <= maxTermRunes
}

// keepMeaning decomposes a word and drops the marks and joiners that do not change its letters.
func keepMeaning(word string) string {
	var b strings.Builder
	var base rune
	for _, r := range norm.NFKD.String(word) {
		if unicode.Is(unicode.Mn, r) {
			if isMeaningful(base, r) {
				b.WriteRune(r)
			}
			continue
		}
		base = r
		switch {
		case r == 'ـ' || r == 'ʼ' || r == '\'' || r == '’' || unicode.Is(unicode.Cf, r):
		case unicode.Is(unicode.Nd, r):
			b.WriteByte('0' + digit(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isMeaningful tells whether a mark makes another letter of its base.
func isMeaningful(base, mark rune) bool {
	switch {
	case unicode.In(base, unicode.Latin, unicode.Greek, unicode.Arabic, unicode.Hebrew, unicode.Common):
		return false
	case unicode.Is(unicode.Cyrillic, base):
		return mark == '\u0306' || mark == '\u0308' // й, ї and ё, which letters maps on
	}
	return mark != '\u093c' // the nukta of Devanagari is often left out
}

// digit returns the value of a decimal digit of any script: they stand in runs of ten from zero up.
func digit(r rune) byte {
	n := 0
	for unicode.Is(unicode.Nd, r-1-rune(n)) {
		n++
	}
	return byte(n % 10)
}
