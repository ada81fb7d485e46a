package community

import "time"

// Instant is a point in time in Unix milliseconds: it sorts as a number in every store. Zero means never.
type Instant int64

// At turns a time into an Instant.
func At(t time.Time) Instant { return Instant(t.UnixMilli()) }

// Time is the instant in UTC.
func (i Instant) Time() time.Time { return time.UnixMilli(int64(i)).UTC() }

// In is the instant as clocks show it in a time zone; an unknown zone shows UTC.
func (i Instant) In(zone string) time.Time {
	place, err := time.LoadLocation(zone)
	if err != nil {
		place = time.UTC
	}
	return i.Time().In(place)
}

// Plus moves the instant.
func (i Instant) Plus(d time.Duration) Instant { return i + Instant(d.Milliseconds()) }

// clockTime reads a date and a time of day as people write them in a form, in the place's own zone.
// ok is false when either is not a date or a time.
func clockTime(date, clock, zone string) (Instant, bool) {
	place, err := time.LoadLocation(zone)
	if err != nil {
		place = time.UTC
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", date+" "+clock, place)
	if err != nil || t.Year() < 2000 || t.Year() > 2100 {
		return 0, false
	}
	return At(t), true
}
