package community

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Masked stands for a word that would say who somebody is.
const Masked = "[•••]"

// Ways to reach somebody look the same in every language. A telephone number has at least seven digits with at most two
// signs between them, so years, prices and hours stay; a bare domain is written small, so a forgotten space after a full
// stop is none.
var (
	mailLike   = regexp.MustCompile(`(?i)[\p{L}\p{N}._%+-]+\s?(?:@|\(at\)|\[at\])\s?[\p{L}\p{N}.-]+\.\p{L}{2,}`)
	linkLike   = regexp.MustCompile(`(?i)(?:https?://|www\.)[^\s<>"]+`)
	domainLike = regexp.MustCompile(`\b(?:[a-z0-9-]{2,}\.)+(?:com|org|net|io|eu|info|me|app|dev|social|[a-z]{2})\b(?:/[^\s]*)?`)
	handleLike = regexp.MustCompile(`(^|[^\p{L}\p{N}])[@\x{FF20}][\p{L}\p{N}_.-]{2,}`)
	numberLike = regexp.MustCompile(`[+\x{FF0B}(]?\p{Nd}(?:[\s./()\x{00A0}-]{0,2}\p{Nd}){6,}`)
)

// Mask hides from a text what says who wrote it: ways to reach somebody; the words of names, wherever they stand and
// however they are accented; and phrases as a whole. A word of up to three letters counts only as it was written, and not
// at all when it is written small, so that "de" and "von" stay in their sentences.
func Mask(text string, names, phrases []string) string {
	for _, phrase := range phrases {
		if len(phrase) >= phraseMin {
			text = regexp.MustCompile(`(?i)`+regexp.QuoteMeta(phrase)).ReplaceAllLiteralString(text, Masked)
		}
	}
	for _, like := range []*regexp.Regexp{mailLike, linkLike, domainLike, numberLike} {
		text = like.ReplaceAllLiteralString(text, Masked)
	}
	text = handleLike.ReplaceAllString(text, "${1}"+Masked)
	hidden := maskable(names)
	var out strings.Builder
	for len(text) > 0 {
		word, rest := cutWord(text)
		if word == "" {
			_, size := utf8.DecodeRuneInString(text)
			word, rest = text[:size], text[size:]
		} else {
			word = hidden.mask(word)
		}
		out.WriteString(word)
		text = rest
	}
	return runsOfMasks.ReplaceAllLiteralString(out.String(), Masked)
}

// runsOfMasks would tell how many words a name has.
var runsOfMasks = regexp.MustCompile(`\[•••\](?:[\s-]*\[•••\])+`)

const phraseMin = 4 // bytes of a phrase; shorter ones stand in other words

// hiddenWords are those of names: folded, and as written where they are short.
type hiddenWords struct {
	folded, exact map[string]bool
}

func maskable(names []string) hiddenWords {
	h := hiddenWords{map[string]bool{}, map[string]bool{}}
	for _, name := range names {
		for rest := name; len(rest) > 0; {
			word, after := cutWord(rest)
			if word == "" {
				_, size := utf8.DecodeRuneInString(rest)
				rest = rest[size:]
				continue
			}
			first, _ := utf8.DecodeRuneInString(word)
			switch n := utf8.RuneCountInString(word); {
			case n > shortWord:
				h.folded[fold(word)] = true
			case n > 1 && !unicode.IsLower(first):
				h.exact[word] = true
			}
			rest = after
		}
	}
	return h
}

const shortWord = 3 // letters

func (h hiddenWords) mask(word string) string {
	if h.exact[word] || h.folded[fold(word)] {
		return Masked
	}
	// Arabic writes "and", "for", "with" and the article onto the word.
	for rest := word; ; {
		first, size := utf8.DecodeRuneInString(rest)
		if !strings.ContainsRune("وفبكلا", first) || len(rest) == size {
			break
		}
		if rest = rest[size:]; h.exact[rest] || h.folded[fold(rest)] {
			return Masked
		}
	}
	return word
}

// cutWord takes a word of letters, marks and digits from the front; none where the text begins with something else.
func cutWord(text string) (word, rest string) {
	end := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) })
	if end < 0 {
		end = len(text)
	}
	return text[:end], text[end:]
}

// fold leaves of a word what stays when it is written without accents, in another case, or with other letters for the
// same sound, as ß and ss.
func fold(word string) string {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsMark(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(word))
	return letterPairs.Replace(plain)
}

var letterPairs = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "ð", "d", "þ", "th", "ł", "l", "ı", "i", "أ", "ا", "إ", "ا", "آ", "ا", "ى", "ي", "ة", "ه")

// masked is a text of the application as those read it who decide, without what it says itself of who wrote it, the further names
// and the hub, which may be empty.
func (a *Application) masked(text string, names []string, hub string) string {
	return Mask(text, slices.Concat([]string{a.Name, a.Helper.Name}, names, a.Hide), append(reachWords(a.Reach), hub))
}

// reachWords are the whole of what somebody wrote on how to reach them, and those of its words that hold a digit or an @.
// Its other words are words like any: "at the market on Tuesdays".
func reachWords(reach string) []string {
	words := []string{reach}
	for _, w := range strings.Fields(reach) {
		if strings.ContainsAny(w, "@0123456789") && utf8.RuneCountInString(w) > shortWord {
			words = append(words, w)
		}
	}
	return words
}
