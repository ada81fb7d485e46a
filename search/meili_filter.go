package search

import (
	"math"
	"strconv"
	"strings"
)

// outcome tells what is known of a filter without looking at a document.
type outcome int

const (
	depends outcome = iota
	always
	never
)

// viewerFilter writes the rule of audiences, which goes before every other condition.
func viewerFilter(viewer []string) string {
	return "(" + fieldAudience + " IN " + list(viewer) + " AND NOT (" + fieldExcept + " IN " + list(viewer) + "))"
}

// rendered writes a checked filter in Meilisearch's language. The text is empty unless the outcome depends.
func rendered(f Filter) (string, outcome) {
	switch f := f.(type) {
	case And:
		return join(f, " AND ", always, never)
	case Or:
		return join(f, " OR ", never, always)
	case Not:
		text, o := rendered(f.Filter)
		switch o {
		case always:
			return "", never
		case never:
			return "", always
		}
		return "NOT " + text, depends
	case In:
		if len(f.Values) == 0 {
			return "", never
		}
		return "(" + prefixFacet + f.Facet + " IN " + list(f.Values) + ")", depends
	case Range:
		return between(prefixNumber+f.Number, f.Min, f.Max)
	case GeoRadius:
		return "(_geoRadius(" + decimal(f.Center.Lat) + ", " + decimal(f.Center.Lon) + ", " + decimal(f.Meters) + "))", depends
	}
	return "", never // checked filters have no other type
}

// join writes parts with an operator between them. Parts of the neutral outcome say nothing,
// one of the deciding outcome decides.
func join(parts []Filter, operator string, neutral, deciding outcome) (string, outcome) {
	var texts []string
	for _, p := range parts {
		switch text, o := rendered(p); o {
		case deciding:
			return "", deciding
		case depends:
			texts = append(texts, text)
		}
	}
	if len(texts) == 0 {
		return "", neutral
	}
	return "(" + strings.Join(texts, operator) + ")", depends
}

// between writes a range; without any end it asks for the number to exist.
func between(field string, low, high float64) (string, outcome) {
	var ends []string
	if low > high || math.IsInf(low, 1) || math.IsInf(high, -1) {
		return "", never
	}
	if !math.IsInf(low, -1) {
		ends = append(ends, field+" >= "+decimal(low))
	}
	if !math.IsInf(high, 1) {
		ends = append(ends, field+" <= "+decimal(high))
	}
	if len(ends) == 0 {
		ends = append(ends, field+" EXISTS")
	}
	return "(" + strings.Join(ends, " AND ") + ")", depends
}

// list writes values that contain neither quotes nor backslashes once they are spelt.
func list(values []string) string {
	return `["` + strings.Join(speltAll(values), `", "`) + `"]`
}

func decimal(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
