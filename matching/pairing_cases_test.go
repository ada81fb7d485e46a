package matching

import (
	"slices"
	"strings"
)

// pairings are the questions of a story that are not between two members.
type pairings struct {
	calls   []Profile
	mentors []Profile
	doors   []Profile
	sought  []sought
}

type sought struct {
	who, verb string
	limit     int
}

// pairs reads a line about a pairing, as README.md tells them, and whether it is one.
func (s *story) pairs(words []string) bool {
	switch words[0] {
	case "call": // NAME by=PERSON needs=…
		by, _ := strings.CutPrefix(words[2], "by=")
		var p Profile
		s.fill(&p, words[3:])
		s.calls = append(s.calls, Call(words[1], s.person(by), skillsOf(p.Needs)...))
	case "mentor": // PERSON topics=… free=N of=N
		topics, _ := strings.CutPrefix(words[2], "topics=")
		var skills []Skill
		for _, t := range strings.Split(topics, ",") {
			skills = append(skills, s.skill(t))
		}
		free, of := s.number(strings.TrimPrefix(words[3], "free=")), s.number(strings.TrimPrefix(words[4], "of="))
		s.mentors = append(s.mentors, Mentor(s.person(words[1]), skills, free, of))
	case "programme": // NAME FIELD…
		p := Profile{ID: words[1]}
		s.fill(&p, words[2:])
		s.doors = append(s.doors, Giver(p, FullRoom))
	case "helpers", "mentors", "calls", "programmes": // for NAME
		s.sought = append(s.sought, sought{words[1], words[0], 10})
	default:
		return false
	}
	return true
}

func skillsOf(needs []Need) (skills []Skill) {
	for _, n := range needs {
		skills = append(skills, n.Skill)
	}
	return skills
}

// giver is a person by the hours they have, as the product sees them.
func giver(p Profile) Profile { return Giver(p, 2*int(p.HoursPerWeek)) }

func (s *story) tellPairings(b *strings.Builder, d *Definition) {
	for _, seek := range s.sought {
		q := Question{Limit: seek.limit}
		var found []Match
		switch seek.verb {
		case "helpers":
			var givers []Profile
			for _, p := range s.people {
				givers = append(givers, giver(p))
			}
			found = NewPool(d, givers).RankGivers(s.call(seek.who), q)
		case "mentors":
			found = NewPool(d, s.mentors).RankGivers(s.call(seek.who), q)
		case "calls":
			found = d.RankCalls(giver(s.person(seek.who)), s.calls, q)
		case "programmes":
			found = d.RankDoors(s.person(seek.who), s.doors, q)
		}
		s.print(b, seek.who, "is shown "+seek.verb+",", found)
	}
}

func (s *story) call(id string) Profile {
	at := slices.IndexFunc(s.calls, func(p Profile) bool { return p.ID == id })
	if at < 0 {
		s.t.Fatalf("who asks %s?", id)
	}
	return s.calls[at]
}
