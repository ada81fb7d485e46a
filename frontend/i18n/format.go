package i18n

import (
	"context"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
)

var monthKeys = [12]string{
	"format.month-1", "format.month-2", "format.month-3", "format.month-4", "format.month-5", "format.month-6",
	"format.month-7", "format.month-8", "format.month-9", "format.month-10", "format.month-11", "format.month-12",
}

var weekdayKeys = [7]string{
	"format.sunday", "format.monday", "format.tuesday", "format.wednesday", "format.thursday", "format.friday", "format.saturday",
}

// Num writes a whole number with the language's digits and grouping.
func Num(ctx context.Context, n int) string { return of(ctx).number(int64(n)) }

// Percent writes a whole number of hundredths.
func Percent(ctx context.Context, n int) string {
	return of(ctx).say("format.percent", []value{{"n", n}})
}

// Decimal writes hundredths with the language's digits and point, and no zero behind the last figure.
func Decimal(ctx context.Context, hundredths int) string {
	l := of(ctx)
	text := l.number(int64(hundredths / 100))
	if part := strings.TrimRight(strconv.Itoa(100 + hundredths%100)[1:], "0"); part != "" {
		text += l.point + l.inDigits(part)
	}
	return text
}

// symbols are those that mean one currency only; others are written with their code.
var symbols = map[string]string{"EUR": "€", "GBP": "£", "GHS": "GH₵", "INR": "₹", "NGN": "₦", "UAH": "₴", "VND": "₫"}

// Money writes an amount of minor units, of which the currency has so many digits, with digits, signs and order of the
// language.
func Money(ctx context.Context, amount int64, currency string, digits int) string {
	return of(ctx).money(amount, currency, digits, true)
}

// Price is Money without minor units where there are none, as people speak of what something costs.
func Price(ctx context.Context, amount int64, currency string, digits int) string {
	return of(ctx).money(amount, currency, digits, false)
}

func (l *Locale) money(amount int64, currency string, digits int, exact bool) string {
	unit := int64(1)
	for range digits {
		unit *= 10
	}
	text := l.number(max(amount, -amount) / unit)
	if digits > 0 && (exact || amount%unit != 0) {
		part := strconv.FormatInt(unit+max(amount, -amount)%unit, 10)[1:]
		text += l.point + l.inDigits(part)
	}
	order := "format.money"
	if symbol := symbols[currency]; symbol != "" {
		order, currency = "format.money-symbol", symbol
	}
	text = l.say(order, []value{{"amount", plain(text)}, {"currency", plain(currency)}})
	if amount < 0 {
		text = "\u200e−" + text // the mark keeps the sign before the digits in a right-to-left sentence
	}
	return text
}

// MonthName writes a month and its year.
func MonthName(ctx context.Context, t time.Time) string {
	l := of(ctx)
	return l.say("format.month", []value{{"month", plain(l.say(monthKeys[t.Month()-1], nil))}, {"year", plain(l.inDigits(strconv.Itoa(t.Year())))}})
}

// Date writes a day with its weekday, month and year, as it is in t's own zone.
func Date(ctx context.Context, t time.Time) string { return of(ctx).date(t) }

// Time writes hours and minutes in t's own zone, on a clock of 24 hours.
func Time(ctx context.Context, t time.Time) string { return of(ctx).clock(t) }

// DateTime writes the day and the time in t's own zone.
func DateTime(ctx context.Context, t time.Time) string {
	l := of(ctx)
	return l.say("format.date-time", []value{{"date", plain(l.date(t))}, {"time", plain(l.clock(t))}})
}

// Day names the day of t as people do on the day of now: today, tomorrow, yesterday, a weekday within six days to come,
// else the date. Both are compared in t's zone.
func Day(ctx context.Context, t, now time.Time) string {
	l := of(ctx)
	switch days := daysBetween(now.In(t.Location()), t); {
	case days == 0:
		return l.say("format.today", nil)
	case days == 1:
		return l.say("format.tomorrow", nil)
	case days == -1:
		return l.say("format.yesterday", nil)
	case days > 1 && days < 7:
		return l.say(weekdayKeys[t.Weekday()], nil)
	}
	return l.date(t)
}

// daysBetween counts midnights, so that 23:59 and 00:01 are a day apart, whatever summer time does.
func daysBetween(from, to time.Time) int {
	return int(midnight(to).Sub(midnight(from)).Hours() / 24)
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// List joins texts as a sentence does: "a, b and c". Each is isolated.
func List(ctx context.Context, items []string) string {
	l := of(ctx)
	switch len(items) {
	case 0:
		return ""
	case 1:
		return l.isolate(items[0])
	}
	first := make([]string, 0, len(items)-1)
	for _, item := range items[:len(items)-1] {
		first = append(first, l.isolate(item))
	}
	return l.say("format.list-last", []value{
		{"first", plain(strings.Join(first, l.say("format.list-between", nil)))}, {"last", items[len(items)-1]}})
}

// LanguageName returns the name of a language in the language of the context, or the code where there is none.
func LanguageName(ctx context.Context, code string) string {
	tag, err := language.Parse(code)
	if err != nil {
		return code
	}
	if name := of(ctx).languages.Name(tag); name != "" {
		return name
	}
	return code
}

// CountryName returns the name of a country by its ISO 3166 code, or the code where there is none.
func CountryName(ctx context.Context, code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if name := of(ctx).regions.Name(region); name != "" {
		return name
	}
	return code
}

// ZoneCity is the city after which a time zone is named, Lagos of Africa/Lagos, since people know whose clocks are meant by
// the city. A zone without one, such as UTC, stays as it is.
func ZoneCity(zone string) string {
	city := zone[strings.LastIndexByte(zone, '/')+1:]
	return strings.ReplaceAll(city, "_", " ")
}

// plain is text of the catalogues, which needs no isolation.
type plain string

func (l *Locale) date(t time.Time) string {
	return l.say("format.date", []value{
		{"weekday", plain(l.say(weekdayKeys[t.Weekday()], nil))}, {"day", t.Day()},
		{"month", plain(l.say(monthKeys[t.Month()-1], nil))}, {"year", plain(l.inDigits(strconv.Itoa(t.Year())))}})
}

func (l *Locale) clock(t time.Time) string {
	hour := strconv.Itoa(t.Hour())
	if len(hour) < l.hourDigits {
		hour = "0" + hour
	}
	return l.say("format.time", []value{{"hour", plain(l.inDigits(hour))}, {"minute", plain(l.inDigits(t.Format("04")))}})
}

// Hour is what stands before the minutes, for scripts whose browser writes 03:32: $1 is the hour without a zero before it, and
// $& all that stood there.
func Hour(ctx context.Context) string {
	l := of(ctx)
	if l.hourDigits > 1 {
		return "$&"
	}
	return l.say("format.time", []value{{"hour", plain("$1")}, {"minute", plain("")}})
}

func (l *Locale) number(n int64) string {
	text := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, text = "\u200e-", text[1:] // the mark keeps the sign before the digits in a right-to-left sentence
	}
	var out strings.Builder
	out.WriteString(sign)
	for i, d := range text {
		if i > 0 && (len(text)-i)%3 == 0 {
			out.WriteString(l.group)
		}
		out.WriteRune(l.digits[d-'0'])
	}
	return out.String()
}

// inDigits writes the ASCII digits of text in the language's own.
func (l *Locale) inDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return l.digits[r-'0']
		}
		return r
	}, text)
}

// LanguageNames names languages by their codes, as a sentence lists them.
func LanguageNames(ctx context.Context, codes []string) string {
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = LanguageName(ctx, code)
	}
	return List(ctx, names)
}
