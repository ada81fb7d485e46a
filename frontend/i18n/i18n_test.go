package i18n_test

import (
	"context"
	"testing"
	"time"

	"longtable/frontend/i18n"
)

func in(t *testing.T, lang string) context.Context { return i18n.With(t.Context(), lang) }

func TestTheBestLanguageIsChosenFromWhatABrowserAsks(t *testing.T) {
	for accept, want := range map[string]string{
		"":                              "en",
		"fr-CA,fr;q=0.9,en;q=0.5":       "fr",
		"ar-MA":                         "ar", // by the index: the matched tag is ar-u-rg-mazzzz
		"sw, ar;q=0.4":                  "ar",
		"xx-nonsense":                   "en",
		"*":                             "en",
		";;;q=banana":                   "en",
		"en-GB;q=0.2, fr;q=0.1, ar;q=1": "ar",
	} {
		if got := i18n.Match(accept); got != want {
			t.Errorf("Match(%q) = %s, want %s", accept, got, want)
		}
	}
}

func TestCountsTakeTheFormOfTheLanguage(t *testing.T) {
	for _, c := range []struct {
		lang string
		n    int
		want string
	}{
		{"en", 1, "1 person waits in line"}, {"en", 0, "0 people wait in line"},
		{"fr", 0, "0 personne en liste d’attente"}, {"fr", 2, "2 personnes en liste d’attente"},
		{"ar", 2, "شخصان في قائمة الانتظار"}, {"ar", 3, "٣ أشخاص في قائمة الانتظار"},
		{"ar", 11, "١١ شخصًا في قائمة الانتظار"}, {"ar", 100, "١٠٠ شخص في قائمة الانتظار"},
	} {
		if got := i18n.N(in(t, c.lang), "parts.people-waiting", c.n); got != c.want {
			t.Errorf("%s %d: %q, want %q", c.lang, c.n, got, c.want)
		}
	}
}

func TestANameCannotTurnTheSentenceAround(t *testing.T) {
	if got, want := i18n.T(in(t, "en"), "layout.account-of", "name", "أمينة"), "Your account, \u2068أمينة\u2069"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := i18n.T(in(t, "ar"), "layout.account-of", "name", "Amara"), "حسابك يا \u2068Amara\u2069"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := i18n.T(in(t, "en"), "layout.account-of", "name", "Amara"), "Your account, Amara"; got != want {
		t.Errorf("plain Latin needs no marks in English: %q, want %q", got, want)
	}
}

func TestNumbersAreWrittenAsTheLanguageDoes(t *testing.T) {
	for _, c := range []struct {
		lang string
		n    int
		want string
	}{
		{"en", 16000, "16,000"}, {"fr", 1234567, "1\u202f234\u202f567"}, {"ar", 16000, "١٦٬٠٠٠"},
		{"en", 999, "999"}, {"en", 0, "0"}, {"en", -1200, "\u200e-1,200"},
	} {
		if got := i18n.Num(in(t, c.lang), c.n); got != c.want {
			t.Errorf("%s %d: %q, want %q", c.lang, c.n, got, c.want)
		}
	}
	if got := i18n.Percent(in(t, "ar"), 40); got != "٤٠٪" {
		t.Errorf("percent: %q", got)
	}
}

func TestDatesAreSpokenInTheirOwnZone(t *testing.T) {
	lagos := time.Date(2027, 3, 20, 18, 5, 0, 0, time.FixedZone("WAT", 3600))
	for lang, want := range map[string]string{
		"en": "Saturday 20 March 2027, 18:05", "fr": "samedi 20 mars 2027 à 18 h 05", "ar": "السبت ٢٠ مارس ٢٠٢٧، ١٨:٠٥",
	} {
		if got := i18n.DateTime(in(t, lang), lagos); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}

func TestNearDaysHaveNames(t *testing.T) {
	zone := time.FixedZone("NZDT", 13*3600)
	now := time.Date(2027, 3, 19, 11, 30, 0, 0, time.UTC) // 20 March, half past midnight, in the zone
	for day, want := range map[int]string{
		20: "today", 21: "tomorrow", 19: "yesterday", 24: "Wednesday", 27: "Saturday 27 March 2027", 18: "Thursday 18 March 2027",
	} {
		if got := i18n.Day(in(t, "en"), time.Date(2027, 3, day, 23, 59, 0, 0, zone), now); got != want {
			t.Errorf("%d March: %q, want %q", day, got, want)
		}
	}
}

func TestListsAndNamesOfLanguagesAndCountries(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{i18n.List(in(t, "en"), []string{"tea", "bread", "honey"}), "tea, bread and honey"},
		{i18n.List(in(t, "fr"), []string{"pain", "miel"}), "pain et miel"},
		{i18n.List(in(t, "en"), nil), ""},
		{i18n.List(in(t, "en"), []string{"tea"}), "tea"},
		{i18n.LanguageName(in(t, "fr"), "sw"), "swahili"},
		{i18n.LanguageName(in(t, "en"), "not a code"), "not a code"},
		{i18n.CountryName(in(t, "en"), "NG"), "Nigeria"},
		{i18n.CountryName(in(t, "fr"), "nowhere"), "nowhere"},
		{i18n.ZoneCity("Africa/Lagos"), "Lagos"},
		{i18n.ZoneCity("America/Argentina/Buenos_Aires"), "Buenos Aires"},
		{i18n.ZoneCity("UTC"), "UTC"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestAnUnknownKeyOrLanguageStillSaysSomething(t *testing.T) {
	if got := i18n.T(in(t, "tlh"), "layout.people"); got != "People" {
		t.Errorf("an unknown language said %q", got)
	}
	if got := i18n.T(t.Context(), "nobody.wrote-this"); got != "nobody.wrote-this" || i18n.Has(got) {
		t.Errorf("an unknown key said %q", got)
	}
	if got := i18n.T(t.Context(), "layout.account-of", "wrong"); got != "Your account, {name}" {
		t.Errorf("a blank without a value said %q", got)
	}
	if got := i18n.Say(t.Context(), "parts.people-waiting", map[string]any{"n": 2}); got != "2 people wait in line" {
		t.Errorf("values from a map said %q", got)
	}
}

func TestEveryLanguageKnowsItsNameAndDirection(t *testing.T) {
	got := map[string]string{}
	for _, l := range i18n.Languages() {
		got[l.Name] = l.Lang + " " + l.Dir
	}
	for name, want := range map[string]string{"English": "en ltr", "français": "fr ltr", "العربية": "ar rtl"} {
		if got[name] != want {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
	if i18n.Dir(in(t, "ar")) != "rtl" || i18n.Lang(in(t, "ar")) != "ar" || !i18n.Known("fr") || i18n.Known("de") {
		t.Error("direction or language of the context is wrong")
	}
}

func TestTimesOfTheSmallHoursAreWrittenAsTheLanguageDoes(t *testing.T) {
	early := time.Date(2027, 3, 20, 3, 32, 0, 0, time.UTC)
	for lang, want := range map[string][2]string{"en": {"03:32", "$&"}, "fr": {"3 h 32", "$1 h "}, "ar": {"٠٣:٣٢", "$&"}} {
		if got := i18n.Time(in(t, lang), early); got != want[0] {
			t.Errorf("in %s it is %q, not %q", lang, got, want[0])
		}
		if got := i18n.Hour(in(t, lang)); got != want[1] {
			t.Errorf("scripts in %s write %q, not %q", lang, got, want[1])
		}
	}
}
