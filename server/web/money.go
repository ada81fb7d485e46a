package web

import (
	"time"

	"longtable/frontend/i18n"
	"longtable/server/community"
)

// moneyData is an amount for a program: minor units, of which the currency has so many digits.
type moneyData struct {
	Amount   int64              `json:"amount"`
	Currency community.Currency `json:"currency"`
	Digits   int                `json:"digits"`
}

func moneyOf(amount int64, c community.Currency) moneyData { return moneyData{amount, c, c.Digits()} }

// money is an amount in the reader's language.
func (q *Request) money(amount int64, c community.Currency) string {
	return i18n.Money(i18n.With(q.Context(), q.Lang), amount, string(c), c.Digits())
}

// price is an amount as people speak of it: without minor units where there are none.
func (q *Request) price(amount int64, c community.Currency) string {
	return i18n.Price(i18n.With(q.Context(), q.Lang), amount, string(c), c.Digits())
}

// monthName is a month in the reader's language; empty for none.
func (q *Request) monthName(m community.Month) string {
	t, err := time.Parse("2006-01", string(m))
	if err != nil {
		return ""
	}
	return i18n.MonthName(i18n.With(q.Context(), q.Lang), t)
}
