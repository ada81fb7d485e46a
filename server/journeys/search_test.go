package journeys

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

const (
	inTheBox   = `document.activeElement?.id === "q"`
	onAResult  = `document.activeElement?.closest("#results") !== null && document.activeElement.tagName === "A"`
	firstFound = `document.querySelector("#results .rows a")?.pathname`
)

func TestSearchingAsOneTypes(t *testing.T) {
	t.Parallel()
	s := sharedDemo(t).settled()
	tb := s.browse("who searches", tabOptions{width: 360})
	tb.signIn(s.door("member"))
	tb.open("/search")
	tb.do(focusBox())
	for _, piece := range []string{"carp", "en", "ter"} { // carpenter, of carpentry
		tb.typeIn(piece)
	}
	tb.until("results follow what is typed", `new URL(location.href).searchParams.get("q") === "carpenter" && document.querySelector("#results .rows a")`)
	tb.until("a screen reader is told how many", `document.getElementById("status").textContent.trim() !== "" &&
		document.getElementById("status").textContent === document.getElementById("results-summary").textContent`)
	if !ask[bool](tb, inTheBox+` && document.getElementById("q").value === "carpenter" && document.getElementById("q").selectionStart === 9`) {
		t.Error("typing on is disturbed: the box has lost its focus, its words or its caret")
	}
	if !ask[bool](tb, `[...document.querySelectorAll("#results .found-in mark")].some(m => m.textContent.toLowerCase().startsWith("carpent"))`) {
		t.Error("what was found is not marked")
	}
	first := ask[string](tb, firstFound)

	tb.key("ArrowDown")
	tb.until("the arrow leads into the results", onAResult+` && document.activeElement.pathname === `+quote(first))
	tb.key("ArrowDown")
	tb.key("ArrowUp")
	tb.until("and back to the first", `document.activeElement.pathname === `+quote(first))
	tb.key("Escape")
	tb.until("and out of them", inTheBox)

	plain := s.browse("who has no scripts", tabOptions{noScripts: true})
	plain.signIn(s.door("member"))
	plain.open("/search")
	plain.fill(`#q`, "carpenter")
	plain.press(`main form[role=search] button.button-main`)
	plain.until("the form leads to the same", firstFound+` === `+quote(first))
}

func TestASearchIsSavedAndForgotten(t *testing.T) {
	t.Parallel()
	s := sharedDemo(t).settled()
	for _, scripts := range []bool{true, false} {
		tb := s.browse(fmt.Sprint("who waits, scripts: ", scripts), tabOptions{noScripts: !scripts, width: 360})
		tb.signIn(s.door("newcomer"))
		tb.open("/people?q=beekeeping")
		tb.press(`.tell-me button`)
		tb.until("it is among the saved ones", `location.pathname === "/saved-searches" && document.querySelector('.saved-search a').innerText === "beekeeping"`)
		tb.press(`.saved-search button`)
		tb.until("and gone", `document.querySelector(".saved-search") === null && location.pathname === "/saved-searches"`)
	}
}

// TestShowTheSearch takes pictures of the search with something found and something saved.
func TestShowTheSearch(t *testing.T) {
	folder := os.Getenv("LONGTABLE_SHOTS")
	if folder == "" {
		t.Skip("takes pictures into the folder that LONGTABLE_SHOTS names")
	}
	s := sharedDemo(t).settled()
	for name, o := range map[string]tabOptions{"en": {}, "en-dark": {dark: true}, "en-phone": {width: 360}, "ar": {language: "ar"}, "ar-phone": {language: "ar", width: 360}, "fr-phone-dark": {language: "fr", width: 360, dark: true}} {
		tb := s.browse("photographer "+name, o)
		tb.signIn(s.door("member"))
		tb.speak(o.language)
		tb.open("/people?q=baking")
		tb.press(`.tell-me button`)
		tb.until("saved", `location.pathname === "/saved-searches"`)
		for page, address := range map[string]string{"saved": "/saved-searches", "found": "/search?q=carpenter", "bread": "/search?q=bread", "nothing": "/search?q=zzzzzzzz", "people": "/people?q=carpentri&language=fr", "empty": "/search"} {
			tb.open(address)
			tb.shoot(filepath.Join(folder, page+"_"+name+".jpg"))
		}
	}
}

// TestProveSearchTyping measures what the program takes for each pause of somebody who types, in a network of 16,000.
func TestProveSearchTyping(t *testing.T) {
	needsProving(t)
	s := start(t, "demo", "--members", "16000").settled()
	c := s.as("member")
	for _, path := range []string{"/search", "/people"} {
		var took []time.Duration
		for _, word := range []string{"carpentry", "solar energy", "bookeeping", "maria", "baking bread", "photografer", "énergie", "نجارة"} {
			typed := []rune(word)
			for n := 1; n <= len(typed); n++ {
				start := time.Now()
				c.get(path + "?q=" + url.QueryEscape(string(typed[:n]))).must()
				took = append(took, time.Since(start))
			}
		}
		slices.Sort(took)
		within := 0
		for _, d := range took {
			if d <= 100*time.Millisecond {
				within++
			}
		}
		figure := func(name string, d time.Duration) {
			fmt.Printf("figure search-typing%s-%s %.1f ms bar none\n", path, name, float64(d)/float64(time.Millisecond))
		}
		figure("p50", took[len(took)/2])
		figure("p99", took[len(took)*99/100])
		fmt.Printf("figure search-typing%s-within-100ms %d of %d answers bar none\n", path, within, len(took))
	}
}
