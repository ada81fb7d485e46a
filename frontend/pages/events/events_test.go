package events_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"longtable/frontend/components"
	"longtable/frontend/htmlcheck"
	"longtable/frontend/i18n"
	"longtable/frontend/layout"
	"longtable/frontend/pages/events"
)

// hostile is what somebody writes who wants to break out of the page.
const hostile = `"><script>alert(1)</script>' onload=x {name}`

var (
	lagos   = time.FixedZone("WAT", 3600)
	starts  = time.Date(2027, 3, 31, 18, 30, 0, 0, lagos)
	options = []components.Option{{Value: "one", Label: "One"}, {Value: "two", Label: hostile}}
	people  = []events.Person{{ID: "amara", Name: "Amara " + hostile, Pronouns: "she"}, {ID: "bilal", Name: "بلال"}}
)

func showView(state events.State, attendance events.Attendance) events.ShowView {
	return events.ShowView{ID: "e1", Title: hostile, Text: hostile, Hub: components.Tag{Label: "Hub Lagos", Address: "/hubs/lagos"},
		Starts: starts, Ends: starts.Add(90 * time.Minute), Zone: "Africa/Lagos", Place: hostile, Online: "javascript:alert(1)",
		Access:    []components.AccessFact{{Label: "Step-free", Present: true}, {Label: "Childcare"}},
		Languages: []string{"en", "ar"}, Places: components.PlacesLeft{Topic: "event:e1", Capacity: 12, Taken: 5},
		State: state, Attendance: attendance}
}

// pages are all pages of events in the states that change what they show.
func pages() map[string]templ.Component {
	card := components.Card{ID: "e1", Address: "/events/e1", Title: hostile, When: starts, Meta: []string{hostile}, Status: "Full", Level: 3}
	other := card
	other.ID = "e2"
	full, waiting := showView(events.Open, events.NotComing), showView(events.Open, events.Waiting)
	full.Places.Taken = 12
	waiting.Places.Taken, waiting.Places.Waiting, waiting.Position = 12, 3, 2
	host := showView(events.Open, events.Going)
	host.MayManage, host.Going, host.GoingAll, host.Problem = true, people, 5, hostile
	host.Ends = starts.Add(26 * time.Hour)
	form := events.FormView{Hubs: options, Access: options, Languages: options, TitleMax: 120, TextMax: 5000, PlaceMax: 300, OnlineMax: 500, CapacityMax: 500}
	back := form
	back.ID, back.Hubs, back.Zone = "e1", nil, "Africa/Lagos"
	back.Form = components.Typed{General: hostile, Values: map[string][]string{"title": {hostile}, "date": {hostile}, "languages": {"one"}},
		Errors: map[string]string{"title": "Too long", "date": "Not a date", "access": "Choose", "languages": "Choose", "online": "Not an address"}}
	sheet := events.AttendanceView{ID: "e1", Title: hostile, Starts: starts, Zone: "Africa/Lagos", Place: hostile, Going: people}
	hosts := sheet
	hosts.Hosting, hosts.Waiting = true, people[:1]
	return map[string]templ.Component{
		"list":            events.List(events.ListView{Hubs: options, Mine: []components.Card{card}, Others: []components.Card{other}, More: "/events?after=x", MayPost: true}),
		"list empty":      events.List(events.ListView{Hubs: options}),
		"list empty host": events.List(events.ListView{Hubs: options, MayPost: true}),
		"list empty hub":  events.List(events.ListView{Hub: "one", Hubs: options}),
		"open":            events.Show(showView(events.Open, events.NotComing)),
		"full":            events.Show(full),
		"going":           events.Show(showView(events.Open, events.Going)),
		"waiting":         events.Show(waiting),
		"host":            events.Show(host),
		"cancelled":       events.Show(showView(events.Cancelled, events.Going)),
		"over":            events.Show(showView(events.Over, events.Going)),
		"sheet":           events.AttendanceSheet(sheet),
		"sheet for hosts": events.AttendanceSheet(hosts),
		"new":             events.Form(form),
		"edit back":       events.Form(back),
	}
}

// missing finds what a catalogue shows for a key that it does not have, or for a blank that got no value.
var missing = regexp.MustCompile(`>\s*(events|words|form|parts)\.[a-z-]+\s*<|\{(max|n|position|zone)\}`)

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	for _, lang := range i18n.Languages() {
		for name, page := range pages() {
			t.Run(lang.Lang+" "+name, func(t *testing.T) {
				got := render(t, lang.Lang, page)
				faults, err := htmlcheck.Page(strings.NewReader(got))
				if err != nil || len(faults) > 0 {
					t.Errorf("faults: %v, %s", err, strings.Join(faults, "\n"))
				}
				if strings.Contains(got, "<script>alert") || strings.Contains(got, `href="javascript`) {
					t.Error("what a host wrote became markup or a script")
				}
				if key := missing.FindString(got); key != "" {
					t.Errorf("no sentence for %s", key)
				}
			})
		}
	}
}

func render(t *testing.T, lang string, content templ.Component) string {
	t.Helper()
	var out bytes.Buffer
	ctx := templ.WithChildren(i18n.With(t.Context(), lang), content)
	if err := layout.Page(layout.Shell{Title: "Events", Path: "/events", Section: "events"}).Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// join and leave are the addresses of the two forms with which people come and go.
const (
	join  = `action="/events/e1/attendance"`
	leave = `action="/events/e1/attendance/delete"`
)

func TestEachStateOffersWhatCanBeDoneInIt(t *testing.T) {
	all := pages()
	for name, want := range map[string]struct {
		join, leave bool
		says        string
	}{
		"open":      {join: true, says: "Take a place"},
		"full":      {join: true, says: "Join the waiting list"},
		"going":     {leave: true, says: "You have a place."},
		"waiting":   {leave: true, says: "You are number 2 on the waiting list"},
		"cancelled": {says: "This event was called off"},
		"over":      {says: "This event is over"},
	} {
		got := render(t, "en", all[name])
		if strings.Contains(got, join) != want.join || strings.Contains(got, leave) != want.leave {
			t.Errorf("%s: joining or leaving is offered wrongly", name)
		}
		if !strings.Contains(got, want.says) {
			t.Errorf("%s: the page does not say %q", name, want.says)
		}
	}
}

func TestOnlyHostsAreOfferedToManage(t *testing.T) {
	all := pages()
	const cancel = `action="/events/e1/delete"`
	if !strings.Contains(render(t, "en", all["host"]), cancel) {
		t.Error("a host cannot call it off")
	}
	if strings.Contains(render(t, "en", all["going"]), cancel) {
		t.Error("who goes is offered to call it off")
	}
}

func TestThePageNamesTheZoneAndWorldTime(t *testing.T) {
	got := render(t, "en", pages()["open"])
	for _, want := range []string{"Time in Lagos", "2027-03-31T18:30:00&#43;01:00", `datetime="2027-03-31T17:30:00Z"`, "31 March 2027, 18:30"} {
		if !strings.Contains(got, want) && !strings.Contains(got, strings.ReplaceAll(want, "&#43;", "+")) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestOneHubIsNotAskedFor(t *testing.T) {
	one := events.FormView{Hubs: []components.Option{{Value: "lagos", Label: "Hub Lagos"}}}
	got := render(t, "en", events.Form(one))
	if !strings.Contains(got, `type="hidden" name="hub" value="lagos"`) || strings.Contains(got, "<select") {
		t.Error("a host of one hub is asked to choose it")
	}
}
