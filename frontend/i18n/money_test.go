package i18n

import "testing"

func TestMoneyIsWrittenAsTheLanguageDoes(t *testing.T) {
	for _, c := range []struct {
		lang, currency string
		amount         int64
		digits         int
		want           string
	}{
		{"en", "EUR", 123456, 2, "€1,234.56"}, {"fr", "EUR", 123456, 2, "1\u202f234,56\u00a0€"}, {"ar", "EUR", 123456, 2, "١٬٢٣٤٫٥٦\u00a0€"},
		{"en", "XOF", 5000, 0, "XOF\u00a05,000"}, {"en", "TND", 5, 3, "TND\u00a00.005"}, {"en", "EUR", -250, 2, "\u200e−€2.50"}, {"fr", "USD", 0, 2, "0,00\u00a0USD"},
	} {
		if got := Money(With(t.Context(), c.lang), c.amount, c.currency, c.digits); got != c.want {
			t.Errorf("%d %s in %s is %q, not %q", c.amount, c.currency, c.lang, got, c.want)
		}
	}
}

func TestAPriceHasMinorUnitsOnlyWhereThereAreSome(t *testing.T) {
	for _, c := range []struct {
		lang   string
		amount int64
		want   string
	}{{"en", 3500, "€35"}, {"en", 3550, "€35.50"}, {"fr", 120000, "1\u202f200\u00a0€"}, {"ar", 3500, "٣٥\u00a0€"}} {
		if got := Price(With(t.Context(), c.lang), c.amount, "EUR", 2); got != c.want {
			t.Errorf("%d in %s is %q, not %q", c.amount, c.lang, got, c.want)
		}
	}
}
