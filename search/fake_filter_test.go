package search

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// meiliParser reads Meilisearch's filter language the way its own parser does, quoting
// included: a backslash takes the next character with it, and only \" is read as a quote.
type meiliParser struct{ rest string }

func parseMeiliFilter(text string) (Filter, error) {
	p := &meiliParser{text}
	f, err := p.either()
	if err == nil && strings.TrimSpace(p.rest) != "" {
		err = fmt.Errorf("more after the filter: %q", p.rest)
	}
	return f, err
}

// take removes a token from the front.
func (p *meiliParser) take(token string) bool {
	rest, ok := strings.CutPrefix(strings.TrimLeft(p.rest, " "), token)
	if ok {
		p.rest = rest
	}
	return ok
}

func (p *meiliParser) either() (Filter, error) {
	first, err := p.both()
	out := Or{first}
	for err == nil && p.take("OR ") {
		var f Filter
		f, err = p.both()
		out = append(out, f)
	}
	if len(out) == 1 {
		return first, err
	}
	return out, err
}

func (p *meiliParser) both() (Filter, error) {
	first, err := p.one()
	out := And{first}
	for err == nil && p.take("AND ") {
		var f Filter
		f, err = p.one()
		out = append(out, f)
	}
	if len(out) == 1 {
		return first, err
	}
	return out, err
}

func (p *meiliParser) one() (Filter, error) {
	switch {
	case p.take("NOT "):
		f, err := p.one()
		return Not{f}, err
	case p.take("("):
		f, err := p.either()
		if err == nil && !p.take(")") {
			err = fmt.Errorf("no ) at %q", p.rest)
		}
		return f, err
	case p.take("_geoRadius("):
		inside, rest, _ := strings.Cut(p.rest, ")")
		p.rest = rest
		var g GeoRadius
		_, err := fmt.Sscanf(inside, "%f, %f, %f", &g.Center.Lat, &g.Center.Lon, &g.Meters)
		return g, err
	}
	name, rest, _ := strings.Cut(strings.TrimLeft(p.rest, " "), " ")
	p.rest = rest
	return p.condition(name)
}

func (p *meiliParser) condition(name string) (Filter, error) {
	number := strings.TrimPrefix(name, prefixNumber)
	switch {
	case p.take("IN ["):
		values, err := p.values()
		return In{strings.TrimPrefix(name, prefixFacet), values}, err
	case p.take("EXISTS"):
		return Range{number, math.Inf(-1), math.Inf(1)}, nil
	case p.take(">="):
		n, err := p.number()
		return Range{number, n, math.Inf(1)}, err
	case p.take("<="):
		n, err := p.number()
		return Range{number, math.Inf(-1), n}, err
	}
	return nil, fmt.Errorf("no condition at %q %q", name, p.rest)
}

func (p *meiliParser) number() (float64, error) {
	p.rest = strings.TrimLeft(p.rest, " ")
	end := strings.IndexAny(p.rest+" ", " )")
	n, err := strconv.ParseFloat(p.rest[:end], 64)
	p.rest = p.rest[end:]
	return n, err
}

func (p *meiliParser) values() ([]string, error) {
	var out []string
	for !p.take("]") {
		if !p.take(`"`) {
			return nil, fmt.Errorf("no value at %q", p.rest)
		}
		i := 0
		for i < len(p.rest) && p.rest[i] != '"' {
			if p.rest[i] == '\\' {
				i++
			}
			i++
		}
		if i >= len(p.rest) {
			return nil, fmt.Errorf("value not closed")
		}
		out = append(out, strings.ReplaceAll(p.rest[:i], `\"`, `"`))
		p.rest = p.rest[i+1:]
		p.take(",")
	}
	return out, nil
}
