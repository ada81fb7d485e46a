package search

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// story is one file of testdata/cases: a small community and what its people look for.
// README.txt beside the files explains the format.
type story struct {
	file     string
	synonyms [][]string
	docs     []Document
	cases    []example
}

// example is one query and what it must find.
type example struct {
	name      string
	query     Query
	expect    []string                // ids in order
	unordered bool                    // expect is a set
	total     int                     // -1 if it is the number of ids
	relaxed   bool                    // Results.Relaxed
	facets    map[string][]FacetCount // those named must agree
	shows     map[string][]string     // highlights of a hit, found words in brackets
	only      string                  // the one engine that the case is for
	reason    string                  // why the engines differ
	about     []string                // the behaviours that it shows
}

// schema is that of all stories; only the synonyms differ.
func (s story) schema() Schema {
	return Schema{
		Name:   "people",
		Text:   []TextField{{"name", 10}, {"headline", 6}, {"skills", 5}, {"bio", 1}},
		Facets: []string{"hub", "skill", "language"}, Sorts: []string{"joined", "hours"}, Geo: true,
		Synonyms: s.synonyms,
	}
}

// readStories reads all case files.
func readStories(t testing.TB) []story {
	t.Helper()
	files, err := filepath.Glob("testdata/cases/*.cases")
	if err != nil || len(files) == 0 {
		t.Fatalf("no case files: %v", err)
	}
	var out []story
	for _, f := range files {
		s, err := readStory(f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

func readStory(path string) (story, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return story{}, err
	}
	s := story{file: strings.TrimSuffix(filepath.Base(path), ".cases")}
	lines := bufio.NewScanner(strings.NewReader(string(raw)))
	var line func(verb, rest string) error
	for n := 1; lines.Scan(); n++ {
		text := lines.Text()
		if strings.TrimSpace(text) == "" || strings.HasPrefix(text, "#") {
			continue
		}
		verb, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
		var err error
		switch {
		case text[0] == ' ':
			err = line(verb, rest)
		case verb == "doc":
			s.docs = append(s.docs, Document{ID: rest, Of: rest, Text: map[string][]string{}, Facets: map[string][]string{}, Numbers: map[string]float64{}})
			line = func(verb, rest string) error { return s.docs[len(s.docs)-1].parse(verb, rest) }
		case verb == "case":
			s.cases = append(s.cases, example{name: rest, total: -1, query: Query{Index: "people", Limit: 20, Viewer: []string{"network"}}})
			line = func(verb, rest string) error { return s.cases[len(s.cases)-1].parse(verb, rest) }
		case verb == "synonyms":
			s.synonyms = append(s.synonyms, strings.Split(rest, " | "))
		default:
			err = fmt.Errorf("unknown %q", verb)
		}
		if err != nil {
			return s, fmt.Errorf("%s:%d: %w", path, n, err)
		}
	}
	return s, lines.Err()
}

// parse reads one indented line of a doc.
func (d *Document) parse(verb, rest string) (err error) {
	switch verb {
	case "of":
		d.Of = rest
	case "for":
		d.Audience = strings.Fields(rest)
	case "not":
		d.Except = strings.Fields(rest)
	case "rev":
		d.Rev, err = strconv.ParseInt(rest, 10, 64)
	case "name", "headline", "skills", "bio":
		d.Text[verb] = strings.Split(rest, " | ")
	case "hub", "skill", "language":
		d.Facets[verb] = strings.Split(rest, " | ")
	case "joined", "hours":
		d.Numbers[verb], err = strconv.ParseFloat(rest, 64)
	case "at":
		d.Place, err = parsePoint(strings.Fields(rest))
	default:
		err = fmt.Errorf("unknown line %q of a doc", verb)
	}
	return err
}

// parse reads one indented line of a case.
func (e *example) parse(verb, rest string) (err error) {
	switch verb {
	case "viewer":
		e.query.Viewer = strings.Fields(rest)
		if rest == "nobody" {
			e.query.Viewer = nil
		}
	case "type":
		e.query.Text = strings.ReplaceAll(rest, "·", " ") // shows a space at the end
	case "where":
		e.query.Filter, err = parseTree(rest)
	case "choose":
		facet, values, _ := strings.Cut(rest, " ")
		if e.query.Chosen == nil {
			e.query.Chosen = map[string][]string{}
		}
		e.query.Chosen[facet] = strings.Fields(values)
	case "sort":
		err = e.parseSort(strings.Fields(rest))
	case "page":
		_, err = fmt.Sscan(rest, &e.query.Offset, &e.query.Limit)
	default:
		err = e.parseExpectation(verb, rest)
	}
	return err
}

func (e *example) parseSort(words []string) (err error) {
	s := Sort{Number: words[0], Descending: words[len(words)-1] == "down"}
	if words[0] == "near" {
		s.Number = ""
		s.Near, err = parsePoint(words[1:])
	}
	e.query.Sort = append(e.query.Sort, s)
	return err
}

func (e *example) parseExpectation(verb, rest string) (err error) {
	switch verb {
	case "finds":
		e.expect = strings.Fields(rest)
	case "finds-any-order":
		e.expect, e.unordered = strings.Fields(rest), true
	case "total":
		e.total, err = strconv.Atoi(rest)
	case "relaxed":
		e.relaxed = true
	case "counts":
		err = e.parseCounts(strings.Fields(rest))
	case "shows":
		id, text, _ := strings.Cut(rest, " ")
		if e.shows == nil {
			e.shows = map[string][]string{}
		}
		e.shows[id] = append(e.shows[id], text)
		e.query.Highlight = []string{"name", "headline", "skills", "bio"}
	case "about":
		e.about = strings.Fields(rest)
	case "only":
		e.only, e.reason, _ = strings.Cut(rest, ": ")
		if e.reason == "" {
			err = fmt.Errorf("no reason why the engines differ")
		}
	default:
		err = fmt.Errorf("unknown line %q of a case", verb)
	}
	return err
}

func (e *example) parseCounts(words []string) error {
	counts := []FacetCount{}
	for _, w := range words[1:] {
		value, n, _ := strings.Cut(w, "=")
		count, err := strconv.Atoi(n)
		if err != nil {
			return err
		}
		counts = append(counts, FacetCount{value, count})
	}
	if e.facets == nil {
		e.facets = map[string][]FacetCount{}
	}
	e.facets[words[0]] = counts
	e.query.Facets = append(e.query.Facets, words[0])
	return nil
}

func parsePoint(words []string) (*Point, error) {
	if len(words) != 2 {
		return nil, fmt.Errorf("a point has two numbers, not %q", words)
	}
	lat, err1 := strconv.ParseFloat(words[0], 64)
	lon, err2 := strconv.ParseFloat(words[1], 64)
	if err1 != nil || err2 != nil {
		return nil, fmt.Errorf("point %q", words)
	}
	return &Point{lat, lon}, nil
}

// parseTree reads a filter such as (and (in hub ghent lyon) (not (range joined 3 inf))).
func parseTree(text string) (Filter, error) {
	words := strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(text))
	f, rest, err := parseNode(words)
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("more after the filter: %q", rest)
	}
	return f, err
}

func parseNode(words []string) (Filter, []string, error) {
	if len(words) < 2 || words[0] != "(" {
		return nil, nil, fmt.Errorf("no filter in %q", words)
	}
	verb, rest := words[1], words[2:]
	var parts []Filter
	var values []string
	for len(rest) > 0 && rest[0] != ")" {
		if rest[0] != "(" {
			values, rest = append(values, rest[0]), rest[1:]
			continue
		}
		part, after, err := parseNode(rest)
		if err != nil {
			return nil, nil, err
		}
		parts, rest = append(parts, part), after
	}
	if len(rest) == 0 {
		return nil, nil, fmt.Errorf("filter not closed")
	}
	f, err := makeNode(verb, parts, values)
	return f, rest[1:], err
}

func makeNode(verb string, parts []Filter, values []string) (Filter, error) {
	number := func(i int) float64 {
		n, err := strconv.ParseFloat(values[i], 64)
		if err != nil {
			return math.NaN()
		}
		return n
	}
	switch {
	case verb == "and":
		return And(parts), nil
	case verb == "or":
		return Or(parts), nil
	case verb == "not" && len(parts) == 1:
		return Not{parts[0]}, nil
	case verb == "in" && len(values) > 0:
		return In{values[0], values[1:]}, nil
	case verb == "range" && len(values) == 3:
		return Range{values[0], number(1), number(2)}, nil
	case verb == "near" && len(values) == 3:
		return GeoRadius{Point{number(0), number(1)}, number(2)}, nil
	}
	return nil, fmt.Errorf("filter %s with %d parts and %q", verb, len(parts), values)
}
