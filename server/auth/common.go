package auth

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"longtable/server/community"
)

// refusePassword says what is wrong with a new password, or nil. Length is what counts: nothing is asked about digits
// or signs, which makes passwords harder to remember and hardly harder to guess.
func refusePassword(password Secret, email EmailKey) *community.Problem {
	text := password.Reveal()
	switch {
	case text == "":
		return &community.Problem{Say: "auth.password-needed"}
	case len(text) > passwordMax:
		return &community.Problem{Say: "auth.password-too-long", Args: map[string]any{"max": passwordMax}}
	case utf8.RuneCountInString(text) < passwordMin:
		return &community.Problem{Say: "auth.password-too-short", Args: map[string]any{"min": passwordMin}}
	case madeOfEmail(text, email):
		return &community.Problem{Say: "auth.password-is-email"}
	case tooCommon(text):
		return &community.Problem{Say: "auth.password-common"}
	}
	return nil
}

// madeOfEmail finds the address itself and its first part, with or without something countable behind.
func madeOfEmail(password string, email EmailKey) bool {
	name, _, _ := strings.Cut(string(email), "@")
	folded := strings.ToLower(password)
	if email == "" {
		return false
	}
	return strings.Contains(folded, string(email)) || folded == name || core(name) != "" && core(folded) == core(name)
}

// tooCommon finds what lists of leaked passwords hold most of among those of ten characters and more: a well-known word
// or row of keys dressed up with digits and signs, one short piece over and over, and runs up or down.
func tooCommon(password string) bool {
	folded := strings.ToLower(password)
	word := core(folded)
	if word == "" { // dates and telephone numbers
		return len(folded) < bareDigitsMin
	}
	return commonWords[word] || commonWords[strings.Map(undisguise, word)] || repeats(folded) || runs(folded)
}

// bareDigitsMin is the length in bytes from which digits and signs alone are hard enough to guess.
const bareDigitsMin = 16

// core is a text without the digits and signs around it.
func core(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
}

func undisguise(r rune) rune {
	switch r {
	case '0':
		return 'o'
	case '1', '!':
		return 'i'
	case '3':
		return 'e'
	case '4', '@':
		return 'a'
	case '5', '$':
		return 's'
	case '7':
		return 't'
	}
	return r
}

// repeats finds a piece of up to half the text that makes up all of it ("abcabcabca").
func repeats(text string) bool {
	runes := []rune(text)
	for size := 1; size <= len(runes)/2; size++ {
		if string(runes[size:]) == string(runes[:len(runes)-size]) {
			return true
		}
	}
	return false
}

// runs finds texts in which each character follows or precedes the one before ("1234567890", "zyxwvutsrq").
func runs(text string) bool {
	runes := []rune(text)
	up, down := true, true
	for i := 1; i < len(runes); i++ {
		a, b := runes[i-1], runes[i]
		up = up && (b == a+1 || a == '9' && b == '0')
		down = down && (b == a-1 || a == '0' && b == '9')
	}
	return up || down
}

// commonWords are refused alone and with digits and signs around them.
var commonWords = wordSet(`
	password passwort passwords passw pass passphrase mypassword yourpassword thepassword passworda motdepasse
	monmotdepasse contrasena contraseña senha wachtwoord haslo parol пароль йцукен йцукенг qwerty qwertz azerty
	qwertyuiop qwertzuiop azertyuiop qwertyui asdfghjkl asdfghjk asdfgh asdf zxcvbnm zxcvbn zaqwsx qazwsx qazwsxedc
	qweasd qweasdzxc q2w3e4r q2w3e4r5t q2w3e4r5t6y qaz2wsx qaz2wsx3edc zaq12wsx zaq1xsw qwe qweqwe abc abcd abcde
	abcdef abcdefg abcdefgh test testing tester testpassword changeme change changepassword letmein letmeinnow
	welcome welcomehome bienvenue secret secretpassword topsecret default admin administrator root user username
	guest login master access iloveyou iloveu loveyou ilove love lovely teamo jetaime habibi princess sunshine
	dragon monkey football fussball futbol baseball basketball soccer liverpool chelsea arsenal barcelona realmadrid
	superman batman spiderman pokemon starwars michael jessica jennifer charlie daniel ashley andrew thomas nicole
	samsung google facebook instagram whatsapp youtube linkedin computer internet whatever trustno freedom shadow
	killer hello helloworld hellohello summer winter spring autumn january december monday friday jesus jesuschrist
	jesusislord blessed godisgood mohamed mohammed muhammad bismillah allah allahuakbar inshallah alhamdulillah
	longtable coworking coworker impact impacthub hub entrepreneur community startup
`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}
