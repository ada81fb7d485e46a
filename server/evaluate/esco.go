package evaluate

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"longtable/matching"
)

// occupation is a line of work and what belongs to it.
type occupation struct {
	unit      string // ISCO unit group
	label     string
	essential []matching.Skill
	optional  []matching.Skill
}

func readOccupations(dir string) (all []occupation, err error) {
	err = escoOccupations.rows(dir, func(fields []string) error {
		if len(fields) != 5 {
			return fmt.Errorf("%d columns, not 5", len(fields))
		}
		o := occupation{unit: fields[1], label: fields[2]}
		for list, into := range map[string]*[]matching.Skill{fields[3]: &o.essential, fields[4]: &o.optional} {
			numbers, err := whole(strings.Fields(list)...)
			if err != nil {
				return err
			}
			for _, n := range numbers {
				*into = append(*into, matching.Skill(n))
			}
		}
		all = append(all, o)
		return nil
	})
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("evaluate: %s has no rows", escoOccupations.file)
	}
	return all, err
}

// SkillOutcome is how well related skills stand for what is meant.
type SkillOutcome struct {
	Related string
	Helper  float64 // share of the ten best helpers who come from the unit group of the needs; 0 when not measured
	Hidden  float64 // share of hidden skills among the ten suggested from six others; 0 when not measured
}

const (
	escoPeople   = 16_000
	escoOffers   = 6   // of each person
	escoNeeds    = 3   // of each search
	escoSearches = 500 // enough for a standard error of about a hundredth
	escoLeast    = 20  // essential skills of an occupation that is asked about: fewer leave too few to know it by
	escoKnown    = 6   // skills from which a hidden one is guessed
	escoGuesses  = 10
)

// Skills measures related skills on occupations.
func Skills(ctx context.Context, dir string, seed uint64, progress func(done, of int64)) ([]SkillOutcome, error) {
	all, err := readOccupations(dir)
	if err != nil {
		return nil, err
	}
	table, everything := hiddenSkills(all, seed)
	exact, err := findHelpers(ctx, all, nil, seed, nil) // quick: most needs meet nobody
	if err != nil {
		return nil, err
	}
	learnt, err := findHelpers(ctx, all, matching.LearnRelated(setsOf(all), 1), seed, progress)
	return []SkillOutcome{{Related: "exact skills only", Helper: exact}, {Related: SkillsLearnt, Helper: learnt, Hidden: table},
		{Related: SkillsTogether, Hidden: everything}}, err
}

// Names of the rows that proofs look for.
const (
	SkillsLearnt   = "8 related by co-occurrence"
	SkillsTogether = "everything that occurs together"
)

func setsOf(all []occupation) [][]matching.Skill {
	sets := make([][]matching.Skill, len(all))
	for i, o := range all {
		sets[i] = slices.Concat(o.essential, o.optional)
	}
	return sets
}

// findHelpers looks among people with real occupations for who can do what belongs to one of them.
func findHelpers(ctx context.Context, all []occupation, related matching.Related, seed uint64, progress func(done, of int64)) (float64, error) {
	d, err := matching.NewDefinition(related, matching.Weights{Skills: 1000, Unstated: 1000})
	if err != nil {
		return 0, err
	}
	r := rand.New(rand.NewPCG(seed, 0))
	people, units := make([]matching.Profile, escoPeople), map[string]string{}
	for i := range people {
		o := all[r.IntN(len(all))]
		people[i] = matching.Profile{ID: fmt.Sprintf("p%05d", i)}
		for _, s := range drawn(r, slices.Concat(o.essential, o.optional), escoOffers) {
			people[i].Offers = append(people[i].Offers, matching.Offer{Skill: s, Level: matching.Seasoned})
		}
		units[people[i].ID] = o.unit
	}
	pool, right, shown := matching.NewPool(d, people), 0, 0
	for search := range escoSearches {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		o := all[r.IntN(len(all))]
		me := matching.Profile{ID: "me", Needs: matching.EvenNeeds(drawn(r, o.essential, escoNeeds)...)}
		for _, m := range pool.Rank(me, matching.Question{Limit: listLength, Day: int32(search), Key: seed}) {
			if units[m.ID] == o.unit {
				right++
			}
		}
		shown += listLength
		if progress != nil {
			progress(int64(search+1), escoSearches)
		}
	}
	return float64(right) / float64(shown), nil
}

// drawn are some of the skills, all different.
func drawn(r *rand.Rand, skills []matching.Skill, count int) []matching.Skill {
	picked := make([]matching.Skill, 0, count)
	for _, at := range r.Perm(len(skills))[:min(count, len(skills))] {
		picked = append(picked, skills[at])
	}
	return picked
}

// guesser returns how much each skill goes with the known ones.
type guesser func(known []matching.Skill) map[matching.Skill]float64

// hiddenSkills hides one essential skill of an occupation and looks for it from six others, by what the other half of the
// occupations teaches: the table of related skills, and everything that ever stands together. What else belongs to an
// occupation is no wrong guess, and left out.
func hiddenSkills(all []occupation, seed uint64) (table, everything float64) {
	r, asked := rand.New(rand.NewPCG(seed, 1)), 0.0
	part := r.Perm(len(all))
	for half := range 2 {
		var taught [][]matching.Skill
		for i, o := range all {
			if part[i]%2 != half {
				taught = append(taught, o.essential)
			}
		}
		related, cosines := byTable(matching.LearnRelated(taught, 1)), byCosine(taught)
		for i, o := range all {
			if part[i]%2 != half || len(o.essential) < escoLeast {
				continue
			}
			asked++
			picked := drawn(r, o.essential, escoKnown+1)
			belongs := slices.DeleteFunc(slices.Concat(o.essential, o.optional), func(s matching.Skill) bool { return s == picked[0] })
			table += found(related, picked[0], picked[1:], belongs)
			everything += found(cosines, picked[0], picked[1:], belongs)
		}
	}
	return table / max(1, asked), everything / max(1, asked)
}

func byTable(related matching.Related) guesser {
	return func(known []matching.Skill) map[matching.Skill]float64 {
		strength := map[matching.Skill]float64{}
		for _, k := range known {
			for _, s := range related[k] {
				strength[s.Skill] += float64(s.Sixteenths)
			}
		}
		return strength
	}
}

// byCosine adds up the cosines of occurrence with all known skills.
func byCosine(sets [][]matching.Skill) guesser {
	of := map[matching.Skill][]int{}
	for i, set := range sets {
		for _, s := range set {
			of[s] = append(of[s], i)
		}
	}
	return func(known []matching.Skill) map[matching.Skill]float64 {
		strength := map[matching.Skill]float64{}
		for _, k := range known {
			together := map[matching.Skill]float64{}
			for _, set := range of[k] {
				for _, s := range sets[set] {
					together[s]++
				}
			}
			for s, n := range together {
				strength[s] += n / math.Sqrt(float64(len(of[k])*len(of[s])))
			}
		}
		return strength
	}
}

// found is 1 when the hidden skill is among the guesses, else 0. Of skills as strong as it, half are taken to come before.
func found(g guesser, hidden matching.Skill, known, belongs []matching.Skill) float64 {
	strength := g(known)
	mine, before, alike := strength[hidden], 0, 0
	for s, x := range strength {
		switch {
		case s == hidden || slices.Contains(known, s) || slices.Contains(belongs, s):
		case x > mine:
			before++
		case x == mine:
			alike++
		}
	}
	if mine == 0 || before+alike/2 >= escoGuesses {
		return 0
	}
	return 1
}
