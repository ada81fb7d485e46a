package community_test

import (
	"testing"
	"time"

	"longtable/server/community"
)

func at(t *testing.T, zone, text string) community.Instant {
	t.Helper()
	place, err := time.LoadLocation(zone)
	must(t, err)
	when, err := time.ParseInLocation("2006-01-02 15:04", text, place)
	must(t, err)
	return community.At(when)
}

func TestDueTimesRunInOpeningHours(t *testing.T) {
	night := []community.OpenTime{{Day: 5, From: 22 * 60, To: 24 * 60}, {Day: 6, From: 0, To: 6 * 60}}
	for name, c := range map[string]struct {
		hub         community.Hub
		since, want string
		span        time.Duration
	}{
		"within a day":                    {community.Hub{}, "2027-03-01 10:00", "2027-03-01 14:00", 4 * time.Hour},
		"over a night":                    {community.Hub{}, "2027-03-01 16:00", "2027-03-02 12:00", 4 * time.Hour},
		"over a weekend":                  {community.Hub{}, "2027-03-05 16:00", "2027-03-08 12:00", 4 * time.Hour},
		"asked at night":                  {community.Hub{}, "2027-03-02 23:00", "2027-03-03 13:00", 4 * time.Hour},
		"to the very end of a day":        {community.Hub{}, "2027-03-01 09:00", "2027-03-01 17:00", 8 * time.Hour},
		"over a holiday":                  {community.Hub{ClosedDays: []string{"2027-03-02"}}, "2027-03-01 16:00", "2027-03-03 12:00", 4 * time.Hour},
		"over the clock put forward":      {community.Hub{Zone: "Europe/Lisbon", Week: night}, "2027-03-27 22:00", "2027-03-28 04:00", 5 * time.Hour},
		"over the clock put back":         {community.Hub{Zone: "Europe/Lisbon", Week: night}, "2027-10-30 22:00", "2027-10-31 02:00", 5 * time.Hour},
		"over a weekend with a change":    {community.Hub{Zone: "Europe/Berlin"}, "2027-03-26 16:00", "2027-03-29 12:00", 4 * time.Hour},
		"in a zone of a quarter":          {community.Hub{Zone: "Asia/Kathmandu"}, "2027-03-01 16:30", "2027-03-02 12:30", 4 * time.Hour},
		"a hub that never opens any more": {community.Hub{Week: []community.OpenTime{{Day: 0, From: 60, To: 60}}}, "2027-03-01 10:00", "2027-03-01 14:00", 4 * time.Hour},
	} {
		zone := c.hub.Zone
		if zone == "" {
			zone, c.hub.Zone = "UTC", "UTC"
		}
		since, want := at(t, zone, c.since), at(t, zone, c.want)
		got := c.hub.OpenAfter(since, c.span)
		if got != want {
			t.Errorf("%s: %s after %s is %s, not %s", name, c.span, c.since, got.In(zone), want.In(zone))
		}
		if open := c.hub.OpenBetween(since, got); open != c.span && name != "a hub that never opens any more" {
			t.Errorf("%s: between the two it was open for %s", name, open)
		}
	}
}

func TestOpeningTimesAreReadAsPeopleTypeThem(t *testing.T) {
	x := newTable(t)
	write := func(hours map[string]string, closed string) (*community.Hub, error) {
		h, err := x.Hub(t.Context(), x.Harbour)
		must(t, err)
		d := community.HubDraftOf(h)
		d.Hours, d.ClosedDays = hours, closed
		return x.EditHub(t.Context(), x.Dana, x.Harbour, d)
	}
	h, err := write(map[string]string{"mon": "9-17", "tue": "09:30 – 12.15", "wed": "٨-١٦", "sun": "0-24", "sat": ""}, "2027-12-25\n2027-12-26")
	must(t, err)
	want := map[string]string{"mon": "09:00-17:00", "tue": "09:30-12:15", "wed": "08:00-16:00", "sun": "00:00-24:00"}
	for _, o := range h.OpenTimes() {
		if day := community.Weekdays[o.Day]; o.String() != want[day] {
			t.Errorf("%s is read as %s", day, o)
		}
	}
	if len(h.Week) != 4 || len(h.ClosedDays) != 2 {
		t.Errorf("the week is %v, closed on %v", h.Week, h.ClosedDays)
	}
	for _, wrong := range []string{"17-9", "9", "9-25", "nine to five", "9-17-18", "9:5-17", "-1-5", "9-9"} {
		if _, err := write(map[string]string{"mon": wrong}, ""); community.KindOf(err) != community.KindInvalid {
			t.Errorf("%q is taken: %v", wrong, err)
		}
	}
	if _, err := write(map[string]string{"mon": "9-17"}, "Christmas"); community.KindOf(err) != community.KindInvalid {
		t.Error("a day in words is taken")
	}
	if h, err = write(map[string]string{"mon": ""}, ""); err != nil || len(h.Week) != 0 || len(h.OpenTimes()) != 5 {
		t.Errorf("with nothing said the week is %v, %v", h.OpenTimes(), err)
	}
}
