package community

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Currency is an ISO 4217 code. Amounts are whole numbers of its minor unit, such as cents, so that nothing is ever
// rounded.
type Currency string

// minorDigits is how many digits stand behind the point, by ISO 4217.
var minorDigits = map[Currency]int{"AED": 2, "AUD": 2, "BDT": 2, "BHD": 3, "BRL": 2, "CAD": 2, "CHF": 2, "CLP": 0, "CNY": 2, "COP": 2, "CZK": 2,
	"DKK": 2, "DZD": 2, "EGP": 2, "ETB": 2, "EUR": 2, "GBP": 2, "GHS": 2, "HUF": 2, "IDR": 2, "INR": 2, "JOD": 3, "JPY": 0, "KES": 2, "KRW": 0,
	"KWD": 3, "LBP": 2, "LKR": 2, "MAD": 2, "MXN": 2, "NGN": 2, "NOK": 2, "NPR": 2, "NZD": 2, "PEN": 2, "PHP": 2, "PKR": 2, "PLN": 2, "RON": 2,
	"RSD": 2, "RWF": 0, "SAR": 2, "SEK": 2, "SGD": 2, "THB": 2, "TND": 3, "TRY": 2, "TZS": 2, "UAH": 2, "UGX": 0, "USD": 2, "UYU": 2, "VND": 0,
	"XAF": 0, "XOF": 0, "ZAR": 2, "ZMW": 2}

// Amount is money as a sentence says it: who writes the sentence knows how the language writes amounts.
type Amount struct {
	Minor    int64
	Currency Currency
}

// Currencies in which a hub can keep books, by code.
var Currencies = slices.Sorted(maps.Keys(minorDigits))

// Digits is how many digits stand behind the point.
func (c Currency) Digits() int { return minorDigits[c] }

// Plain writes an amount for a form: digits, a point where there are minor units, and nothing to group them.
func (c Currency) Plain(amount int64) string {
	digits := c.Digits()
	text := strconv.FormatInt(max(amount, -amount), 10)
	text = strings.Repeat("0", max(0, digits+1-len(text))) + text
	if digits > 0 {
		text = strings.TrimSuffix(text[:len(text)-digits]+"."+text[len(text)-digits:], "."+strings.Repeat("0", digits))
	}
	if amount < 0 {
		text = "-" + text
	}
	return text
}

// Read takes an amount as people type it: digits of Latin or Arabic script, at most one point or comma with no more
// digits behind it than the currency has. There is no minus, and nothing that groups digits, as a comma that groups in
// one country divides in another.
func (c Currency) Read(text string) (amount int64, ok bool) {
	text = strings.Map(plainMark, strings.Map(plainDigit, Line(text)))
	whole, part, pointed := strings.Cut(text, ".")
	digits := c.Digits()
	if len(whole) > amountDigits || len(part) > digits || whole+part == "" || pointed && part == "" {
		return 0, false
	}
	all := whole + part + strings.Repeat("0", digits-len(part))
	if strings.ContainsFunc(all, func(r rune) bool { return r < '0' || r > '9' }) {
		return 0, false
	}
	amount, err := strconv.ParseInt(all, 10, 64)
	return amount, err == nil && amount <= AmountMax
}

const amountDigits = 10 // before the point: AmountMax has no more in any currency

func plainMark(r rune) rune {
	if r == ',' || r == '٫' {
		return '.'
	}
	return r
}

// amount reads a field, between two bounds.
func (p Problems) amount(field, text string, c Currency, low, high int64) int64 {
	amount, ok := c.Read(text)
	if !ok || amount < low || amount > high {
		p[field] = Problem{Say: "problem.amount", Args: map[string]any{"low": Amount{low, c}, "high": Amount{high, c}}}
	}
	return amount
}
