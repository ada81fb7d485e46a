package community

import (
	"cmp"
	"context"
	"crypto/sha256"
	"maps"
	"slices"
)

// Concept is a skill of a public classification, on its way into the network's list.
type Concept struct {
	Key     string            `json:"key"`   // what the classification calls it, such as an address
	Names   map[string]string `json:"names"` // by language
	Related []RelatedConcept  `json:"related,omitempty"`
}

// RelatedConcept helps where another is needed, by so many sixteenths.
type RelatedConcept struct {
	Key        string `json:"key"`
	Sixteenths int    `json:"sixteenths"`
}

// Imported counts what became of the concepts, each once.
type Imported struct {
	Added   int `json:"added"`
	Joined  int `json:"joined"`  // with a skill that the network had
	Updated int `json:"updated"` // known from an earlier import, and different now
	Same    int `json:"same"`

	Renamed []SkillID `json:"-"` // got names in more languages, or are for everybody now: who has them is found by more words
}

// importStep is how many concepts are written between two looks at the clock of whoever waits, and between two editions of
// the book: making one takes as long as writing some hundred skills.
const importStep = 500

// ImportSkills takes a classification into the common list. A concept that was imported before is itself; one that has,
// in some language, exactly the name that a skill of the network has in that language is that skill, which keeps its
// names; all others are new. So an import may end anywhere and be made again, and a second one changes nothing.
func (n *Network) ImportSkills(ctx context.Context, source SkillSource, all []Concept, progress func(done, of int)) (Imported, error) {
	var told Imported
	ids := n.Skills.places(source, all)
	var written []*Skill
	for at, concept := range all {
		s, err := n.importSkill(ctx, source, concept, ids, &told)
		if err != nil {
			n.Skills.Put(written...)
			return told, err
		}
		if s != nil {
			written = append(written, s)
		}
		if at%importStep == importStep-1 || at == len(all)-1 {
			n.Skills.Put(written...)
			written = written[:0]
			progress(at+1, len(all))
		}
	}
	return told, nil
}

// importSkill writes one concept in its place; nil when everything was there.
func (n *Network) importSkill(ctx context.Context, source SkillSource, concept Concept, ids map[string]SkillID, told *Imported) (*Skill, error) {
	id := ids[concept.Key]
	related := relatedIn(concept, ids)
	known := n.Skills.Get(id)
	if known == nil {
		s := &Skill{Record: Record[SkillID]{ID: id}, Names: maps.Clone(concept.Names), State: SkillAccepted, Source: source, Concept: concept.Key, Related: related}
		told.Added++
		return s, n.SkillList.Add(ctx, s)
	}
	next := *known
	next.Names = maps.Clone(concept.Names)
	maps.Copy(next.Names, known.Names)
	next.State, next.Source, next.Concept, next.Related = SkillAccepted, source, concept.Key, related
	if next.same(known) {
		told.Same++
		return nil, nil
	}
	if known.Concept == concept.Key {
		told.Updated++
	} else {
		told.Joined++
	}
	if next.State != known.State || !maps.Equal(next.Names, known.Names) {
		told.Renamed = append(told.Renamed, id)
	}
	return n.SkillList.Change(ctx, id, func(s *Skill) error {
		for language, name := range concept.Names {
			if s.Names[language] == "" {
				s.Names[language] = name
			}
		}
		s.State, s.Source, s.Concept, s.Related = next.State, next.Source, next.Concept, next.Related
		return nil
	})
}

func (s *Skill) same(o *Skill) bool {
	return s.State == o.State && s.Source == o.Source && s.Concept == o.Concept && maps.Equal(s.Names, o.Names) && slices.Equal(s.Related, o.Related)
}

// Joined are the skills of the network that stand for a concept of the source, by id.
func (b *SkillBook) Joined(source SkillSource) []SkillID {
	var joined []SkillID
	for _, s := range b.All() {
		if s.Source == source && s.ID != conceptID(source, s.Concept) {
			joined = append(joined, s.ID)
		}
	}
	return joined
}

// relatedIn are the skills that stand for what is related, the most similar first.
func relatedIn(concept Concept, ids map[string]SkillID) []RelatedSkill {
	var related []RelatedSkill
	for _, r := range concept.Related {
		if id, known := ids[r.Key]; known {
			related = append(related, RelatedSkill{id, r.Sixteenths})
		}
	}
	return related
}

// places finds for each concept which skill of the list it is, or is going to be.
func (b *SkillBook) places(source SkillSource, all []Concept) map[string]SkillID {
	ids, keys := make(map[string]SkillID, len(all)), make(map[string]bool, len(all))
	for _, c := range all {
		keys[c.Key] = true
	}
	free := map[tongueName][]*Skill{} // those that stand for none of these concepts yet
	for _, s := range b.All() {
		if s.Source == source && keys[s.Concept] {
			ids[s.Concept] = s.ID
			continue
		}
		for language, name := range s.Names {
			at := tongueName{language, foldName(name)}
			free[at] = append(free[at], s)
		}
	}
	taken := map[SkillID]bool{}
	for _, c := range all {
		if _, known := ids[c.Key]; known {
			continue
		}
		id := conceptID(source, c.Key)
		if s := namesake(c, free, taken); s != nil {
			id = s.ID
		}
		ids[c.Key], taken[id] = id, true
	}
	return ids
}

// tongueName is a name in one language, folded: the same letters are another word in another language.
type tongueName struct{ language, folded string }

// namesake is the skill that shares a name with the concept in the most languages; nil when none does. Of several the one
// that everybody uses already comes first, then that with the smaller id.
func namesake(c Concept, free map[tongueName][]*Skill, taken map[SkillID]bool) *Skill {
	shared := map[*Skill]int{}
	for language, name := range c.Names {
		for _, s := range free[tongueName{language, foldName(name)}] {
			if !taken[s.ID] {
				shared[s]++
			}
		}
	}
	var best *Skill
	for s, names := range shared {
		if best == nil || cmp.Or(cmp.Compare(names, shared[best]), cmp.Compare(best.State, s.State), cmp.Compare(best.ID, s.ID)) > 0 {
			best = s
		}
	}
	return best
}

// conceptID is the id of a new skill, the same in every import.
func conceptID(source SkillSource, key string) SkillID {
	sum := sha256.Sum256([]byte(key))
	return SkillID(string(source) + "-" + idLetters.EncodeToString(sum[:idBytes]))
}
