package matching

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the expected answers in testdata/cases")

// TestCases answers the questions of each file in testdata/cases. README.md
// there explains the files.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases found: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			given, want, _ := strings.Cut(string(content), answersBelow)
			got := newStory(t, given).tell()
			if *update {
				if err := os.WriteFile(file, []byte(given+answersBelow+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("got:\n%s\nwant:\n%s\n(go test -update rewrites %s)", got, want, file)
			}
		})
	}
}

const answersBelow = "----\n"

// story is one case: a community and what its members ask.
type story struct {
	t         testing.TB
	skills    []string
	languages []string
	places    []string // hubs and regions
	sectors   []string // sectors and their families
	related   Related
	people    []Profile
	private   map[string]Profile // what only that person sees of themselves
	asked     []question
	pairings
}

type question struct {
	who string
	Question
}

func newStory(t testing.TB, given string) *story {
	s := &story{t: t, related: make(Related), private: make(map[string]Profile)}
	for line := range strings.Lines(given) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		switch words[0] {
		case "related":
			need := s.skill(words[1])
			s.related[need] = append(s.related[need], Similar{s.skill(words[2]), uint8(s.number(words[3]))})
		case "person":
			p := Profile{ID: words[1]}
			s.fill(&p, words[2:])
			s.people = append(s.people, p)
		case "private":
			p := s.person(words[1])
			s.fill(&p, words[2:])
			s.private[p.ID] = p
		case "rank":
			s.ask(words[1], words[2:])
		default:
			if !s.pairs(words) {
				t.Fatalf("what is %q in %q?", words[0], line)
			}
		}
	}
	return s
}

func (s *story) person(id string) Profile {
	at := slices.IndexFunc(s.people, func(p Profile) bool { return p.ID == id })
	if at < 0 {
		s.t.Fatalf("who is %s?", id)
	}
	return s.people[at]
}

// fill reads field=value,value… into a profile.
func (s *story) fill(p *Profile, fields []string) {
	for _, field := range fields {
		name, list, _ := strings.Cut(field, "=")
		values := strings.Split(list, ",")
		first := values[0]
		switch name {
		case "offers":
			p.Offers = s.offers(values)
		case "needs":
			p.Needs = s.needs(values)
		case "causes":
			for _, v := range values {
				p.Causes |= 1 << (s.number(v) - 1)
			}
		case "languages":
			for _, v := range values {
				p.Languages |= 1 << number(&s.languages, v)
			}
		case "hub":
			p.Hub = uint32(number(&s.places, first))
		case "region":
			p.Region = uint32(number(&s.places, first))
		case "sector":
			p.Sector = uint8(number(&s.sectors, first))
		case "family":
			p.Family = uint8(number(&s.sectors, first))
		case "hours": // from-to in UTC
			from, to, _ := strings.Cut(first, "-")
			p.Hours = WorkingHours(0, s.number(from), s.number(to))
		case "stage":
			p.Stage = uint8(s.number(first))
		case "time":
			p.HoursPerWeek = uint8(s.number(first))
		default:
			s.t.Fatalf("what is the field %q?", field)
		}
	}
}

var levels = map[string]Level{"": Able, "learning": Learning, "able": Able, "seasoned": Seasoned}

func (s *story) offers(values []string) (offers []Offer) {
	for _, v := range values {
		skill, word, _ := strings.Cut(v, ":")
		level, known := levels[word]
		if !known {
			s.t.Fatalf("what is the level %q?", word)
		}
		offers = append(offers, Offer{s.skill(skill), level})
	}
	return offers
}

func (s *story) needs(values []string) (needs []Need) {
	for _, v := range values {
		skill, weight, weighed := strings.Cut(v, ":")
		need := Need{Skill: s.skill(skill)}
		if weighed {
			need.Weight = uint8(s.number(weight))
		}
		needs = append(needs, need)
	}
	return needs
}

func (s *story) ask(who string, options []string) {
	q := question{who, Question{Limit: 10}}
	for _, option := range options {
		name, value, _ := strings.Cut(option, "=")
		switch name {
		case "limit":
			q.Limit = s.number(value)
		case "day":
			q.Day = int32(s.number(value))
		case "except":
			except := strings.Split(value, ",")
			q.Allow = func(id string) bool { return !slices.Contains(except, id) }
		default:
			s.t.Fatalf("what is the option %q?", option)
		}
	}
	s.asked = append(s.asked, q)
}

func (s *story) skill(name string) Skill { return Skill(number(&s.skills, name)) }

// number gives each name a number from 1, in order of first mention.
func number(names *[]string, name string) int {
	at := slices.Index(*names, name)
	if at < 0 {
		at = len(*names)
		*names = append(*names, name)
	}
	return at + 1
}

func (s *story) number(word string) int {
	n, err := strconv.Atoi(word)
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// tell answers every question with the order and the reasons.
func (s *story) tell() string {
	definition, err := NewDefinition(s.related, HandSet())
	if err != nil {
		s.t.Fatal(err)
	}
	pool := NewPool(definition, s.people)
	var b strings.Builder
	for _, q := range s.asked {
		viewer, private := s.private[q.who]
		if !private {
			viewer = s.person(q.who)
		}
		s.print(&b, q.who, "finds", pool.Rank(viewer, q.Question))
	}
	s.tellPairings(&b, definition)
	return b.String()
}

func (s *story) print(b *strings.Builder, who, verb string, matches []Match) {
	fmt.Fprintf(b, "\n%s %s %d:\n", who, verb, len(matches))
	for i, m := range matches {
		fmt.Fprintf(b, "%d. %s %s\n", i+1, m.ID, thousandths(m.Score))
		s.list(b, who, m.Reasons.ForViewer)
		s.list(b, m.ID, m.Reasons.ForCandidate)
	}
}

func (s *story) list(b *strings.Builder, who string, benefit Benefit) {
	fmt.Fprintf(b, "   for %s %s", who, thousandths(benefit.Points))
	if benefit.Needs > 0 {
		fmt.Fprintf(b, ", %d of %d needs", benefit.Covered(), benefit.Needs)
	}
	fmt.Fprintln(b)
	for _, term := range benefit.Terms {
		fmt.Fprintf(b, "      %8s %s\n", thousandths(term.Points), s.say(term))
	}
}

func (s *story) say(t Term) string {
	switch t.Kind {
	case CoversNeed:
		return fmt.Sprintf("needs %s, offered %s: similarity %d/16, level %d/16",
			s.skills[t.Need-1], s.skills[t.Offer-1], t.Similarity, t.Level)
	case NoNeedStated:
		return "states no need"
	case SharedCauses:
		return fmt.Sprintf("causes shared: %s", ones(uint64(t.Causes)))
	case SharedHours:
		return fmt.Sprintf("half hours shared: %d", t.SharedHalfHours())
	case SameSector:
		return "same sector"
	case NearSector:
		return "near sector"
	case NearStage:
		return "near stage"
	case SameHub:
		return "same hub"
	case SameRegion:
		return "same region"
	case HasTime:
		return "the other has time"
	case HasRoom:
		return "has room"
	}
	s.t.Fatalf("a term of an unknown kind: %+v", t)
	return ""
}

// ones lists the set bits, from 1.
func ones(mask uint64) string {
	var list []string
	for bit := range 64 {
		if mask>>bit&1 == 1 {
			list = append(list, strconv.Itoa(bit+1))
		}
	}
	return strings.Join(list, " ")
}

// thousandths writes points as thousandths of a perfect match, to one decimal.
func thousandths(p Points) string {
	return fmt.Sprintf("%.1f", float64(p)/float64(PerThousandth))
}
