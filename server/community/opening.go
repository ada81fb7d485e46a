package community

import (
	"strconv"
	"strings"
	"time"
)

// OpenTime is from when to when a hub is open on one day of the week, in minutes of the clock on its wall.
type OpenTime struct {
	Day  int `json:"day"`  // 0 is Monday
	From int `json:"from"` // minutes since midnight
	To   int `json:"to"`   // up to 1440
}

// Weekdays name the days in a draft, from Monday on.
var Weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// usualWeek holds for a hub that has not said when it is open: Monday to Friday, 9 to 17.
var usualWeek = []OpenTime{{0, 540, 1020}, {1, 540, 1020}, {2, 540, 1020}, {3, 540, 1020}, {4, 540, 1020}}

const (
	minutesInDay  = 24 * 60
	closedDaysMax = 60 // days that a hub says it is closed on: the holidays of two years and a summer

	// openLook is how many days are looked through for opening time. A hub that is closed for longer lets nobody wait for
	// its opening.
	openLook = 120
)

// OpenTimes are the days on which the hub is open, from Monday on.
func (h *Hub) OpenTimes() []OpenTime {
	if len(h.Week) == 0 {
		return usualWeek
	}
	return h.Week
}

func (h *Hub) place() *time.Location {
	place, err := time.LoadLocation(h.Zone)
	if err != nil {
		return time.UTC
	}
	return place
}

// openOn is when the hub opens and closes on the day of a moment at its place. A closed day is false. Where the clock is put forward or
// back, the times are still those on the wall, so a day may be open for an hour more or less.
func (h *Hub) openOn(at time.Time) (from, to time.Time, open bool) {
	year, month, date := at.Date()
	weekday := (int(at.Weekday()) + 6) % 7
	for _, closed := range h.ClosedDays {
		if closed == at.Format(time.DateOnly) {
			return from, to, false
		}
	}
	for _, t := range h.OpenTimes() {
		if t.Day == weekday {
			from = time.Date(year, month, date, 0, t.From, 0, 0, at.Location())
			to = time.Date(year, month, date, 0, t.To, 0, 0, at.Location())
			return from, to, to.After(from)
		}
	}
	return from, to, false
}

// eachOpening hands over the openings from a moment on, the first one cut down to what is left of it, until take has enough or there is
// nothing more to look through.
func (h *Hub) eachOpening(since Instant, take func(from, to time.Time) (more bool)) {
	begin := since.Time().In(h.place())
	year, month, date := begin.Date()
	for ahead := range openLook {
		from, to, open := h.openOn(time.Date(year, month, date+ahead, 12, 0, 0, 0, begin.Location()))
		if !open || !to.After(begin) {
			continue
		}
		if from.Before(begin) {
			from = begin
		}
		if !take(from, to) {
			return
		}
	}
}

// OpenAfter is the moment at which the hub has been open for a span since another: what is asked on a Friday evening is
// not late on Saturday. A hub that does not open counts as if it never closed.
func (h *Hub) OpenAfter(since Instant, span time.Duration) Instant {
	due := since.Plus(span)
	h.eachOpening(since, func(from, to time.Time) bool {
		if open := to.Sub(from); open < span {
			span -= open
			return true
		}
		due = At(from.Add(span))
		return false
	})
	return due
}

// OpenBetween is for how long the hub was open between two moments.
func (h *Hub) OpenBetween(since, until Instant) (open time.Duration) {
	end := until.Time()
	h.eachOpening(since, func(from, to time.Time) bool {
		if to.After(end) {
			to = end
		}
		open += max(0, to.Sub(from))
		return to.Before(end)
	})
	return open
}

// OpenNow tells whether the hub is open at a moment, and which day it is there.
func (h *Hub) OpenNow(now Instant) (day string, open bool) {
	at := now.Time().In(h.place())
	from, to, open := h.openOn(at)
	return at.Format(time.DateOnly), open && !at.Before(from) && at.Before(to)
}

// weekOf reads opening times as people type them, by the names of Weekdays: "9-17", "09:00 – 17:30", and nothing for a
// day on which the hub is closed. A week without any is the usual one.
func weekOf(hours map[string]string) (week []OpenTime, p Problems) {
	p = Problems{}
	for day, name := range Weekdays {
		text := strings.Map(plainDigit, Line(hours[name]))
		if text == "" {
			continue
		}
		from, to, ok := openSpan(text)
		if !ok {
			p["hours."+name] = Problem{Say: "problem.not-opening-times"}
			continue
		}
		week = append(week, OpenTime{Day: day, From: from, To: to})
	}
	return week, p
}

func openSpan(text string) (from, to int, ok bool) {
	text = strings.NewReplacer("–", "-", "—", "-", " ", "").Replace(text)
	first, second, two := strings.Cut(text, "-")
	from, fine := minuteOf(first)
	to, also := minuteOf(second)
	return from, to, two && fine && also && from < to
}

// minuteOf reads a time of day: 9, 09:00, 9.30, 9h30; 24 is the end of the day.
func minuteOf(text string) (minute int, ok bool) {
	hours, minutes, _ := strings.Cut(strings.NewReplacer(".", ":", "h", ":").Replace(text), ":")
	h, err := strconv.Atoi(hours)
	if err != nil || len(hours) > 2 {
		return 0, false
	}
	m := 0
	if minutes != "" {
		if m, err = strconv.Atoi(minutes); err != nil || len(minutes) != 2 || m > 59 {
			return 0, false
		}
	}
	minute = h*60 + m
	return minute, h >= 0 && m >= 0 && minute <= minutesInDay
}

// closedDaysOf reads days as people type them, one after another in the form 2027-12-25.
func closedDaysOf(text string) (days []string, p Problems) {
	p = Problems{}
	for _, word := range strings.FieldsFunc(strings.Map(plainDigit, Line(text)), func(r rune) bool { return strings.ContainsRune(" ,;،", r) }) {
		if _, err := time.Parse(time.DateOnly, word); err != nil {
			p["closedDays"] = Problem{Say: "problem.not-days"}
			return nil, p
		}
		days = append(days, word)
	}
	if len(days) > closedDaysMax {
		p["closedDays"] = Problem{Say: "problem.too-many-chosen", Args: map[string]any{"max": closedDaysMax}}
	}
	return days, p
}

// hoursOf is the opposite of weekOf.
func (h *Hub) hoursOf() map[string]string {
	hours := map[string]string{}
	for _, t := range h.Week {
		hours[Weekdays[t.Day]] = t.String()
	}
	return hours
}

// String is the time as a form shows it.
func (t OpenTime) String() string { return clockText(t.From) + "-" + clockText(t.To) }

func clockText(minute int) string {
	two := func(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }
	return two(minute/60) + ":" + two(minute%60)
}
