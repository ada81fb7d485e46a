package journeys

import (
	"fmt"
	"testing"
	"time"
)

func TestPlacesLeftChangeForEverybodyWhoLooks(t *testing.T) {
	t.Parallel()
	s := sharedDemo(t)
	host, looking, joining := s.browse("host", tabOptions{}), s.browse("A", tabOptions{}), s.browse("B", tabOptions{})
	event := postEvent(host, 7)

	looking.signIn(s.door("newcomer"))
	looking.open(event)
	looking.until("7 places are left", placesLeft+` === "7"`)
	mark(looking)
	joining.signIn(s.door("member"))
	joining.open(event)
	joining.press(`form[action="` + event + `/attendance"] button`)
	joining.until("B sees the own place", placesLeft+` === "6"`)

	looking.until("A sees the number change", placesLeft+` === "6"`)
	looking.until("it is said politely", `document.querySelector("#status").textContent.includes("6")`)
	unmoved(looking)
	joining.press(`form[action="` + event + `/attendance/delete"] button`)
	looking.until("A sees the place come back", placesLeft+` === "7"`)
	unmoved(looking)
}

func TestPlacesLeftAreRightAfterReloadingWithoutScripts(t *testing.T) {
	t.Parallel()
	s := sharedDemo(t)
	plain := tabOptions{noScripts: true}
	host, looking, joining := s.browse("host", plain), s.browse("A", plain), s.browse("B", plain)
	event := postEvent(host, 7)

	looking.signIn(s.door("newcomer"))
	looking.open(event)
	looking.until("7 places are left", placesLeft+` === "7"`)
	joining.signIn(s.door("member"))
	joining.open(event)
	joining.press(`form[action="` + event + `/attendance"] button`)
	joining.until("B sees the own place", placesLeft+` === "6"`)

	looking.open(event)
	looking.until("A sees the number after a reload", placesLeft+` === "6"`)
}

// placesLeft is the number that an event's page shows.
const placesLeft = `document.querySelector(".places .stat-number")?.innerText`

// postEvent comes in as the host, announces an event by the form and returns its path.
func postEvent(host *tab, places int) (path string) {
	host.t.Helper()
	host.signIn(host.s.door("host"))
	host.open("/events/new")
	host.fill(`[name=title]`, "Mending evening")
	host.fill(`[name=text]`, "Bring what is torn.")
	host.pick(`[name=date]`, time.Now().AddDate(0, 0, 9).Format(time.DateOnly))
	host.pick(`[name=from]`, "18:30")
	host.pick(`[name=to]`, "21:00")
	host.fill(`[name=place]`, "The long table")
	host.pick(`[name=capacity]`, fmt.Sprint(places))
	host.press(`main form[action="/events"][method=post] button`)
	host.until("the event has a page", `/^\/events\/[^/]+$/.test(location.pathname) && !location.pathname.endsWith("/new")`)
	host.shows("Mending evening")
	return ask[string](host, `location.pathname`)
}

// mark remembers this very page, so that unmoved can tell a live change from a reload.
func mark(tb *tab) {
	tb.t.Helper()
	ask[bool](tb, `window.journeyMark = true`)
}

func unmoved(tb *tab) {
	tb.t.Helper()
	if !ask[bool](tb, `window.journeyMark === true`) {
		tb.t.Errorf("%s: the page was loaded again; it should have changed in place", tb.name)
	}
}
