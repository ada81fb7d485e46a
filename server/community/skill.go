package community

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// SkillState tells whether a concept belongs to the common list.
type SkillState string

const (
	SkillAccepted SkillState = "accepted"
	SkillProposed SkillState = "proposed" // waits for a steward; only who proposed it can use it
)

// Skill is one concept with a name in each language, so that "carpentry", "menuiserie" and "نجارة" are the same thing.
type Skill struct {
	Record[SkillID] `bson:",inline"`
	Names           map[string]string `json:"names"` // by language; what was proposed stands under the proposer's language
	State           SkillState        `json:"state"`
	ProposedBy      MemberID          `json:"proposedBy,omitempty"`
	Source          SkillSource       `json:"source,omitempty"`  // the classification that it stands in too; empty: the network's own
	Concept         string            `json:"concept,omitempty"` // what that classification calls it
	Related         []RelatedSkill    `json:"related,omitempty"` // what helps where this is needed, by that classification
}

// SkillSource is a public classification of skills.
type SkillSource string

// SourceESCO is the classification of the European Commission. Its reuse is free with acknowledgement.
const SourceESCO SkillSource = "esco"

// Name of the skill in a language, else in English, else in any.
func (s *Skill) Name(language string) string {
	for _, l := range []string{language, "en"} {
		if name := s.Names[l]; name != "" {
			return name
		}
	}
	for _, l := range slices.Sorted(maps.Keys(s.Names)) {
		return s.Names[l]
	}
	return string(s.ID)
}

// Skills is what the domain needs of the store.
type Skills interface {
	Keeper[SkillID, Skill]
	Proposed(ctx context.Context, page Page) ([]*Skill, Cursor, error)
	All(ctx context.Context) ([]*Skill, error)
}

// SkillBook holds the whole list of skills in memory: some thousand concepts that nearly every page needs.
// Readers use an immutable edition; Put publishes a new one.
type SkillBook struct {
	edition atomic.Pointer[skillEdition]
}

type skillEdition struct {
	byID   map[SkillID]*Skill
	folded map[SkillID][]string // names of each, folded once: doing it anew for all takes a quarter of a second
	terms  []skillTerm          // shortest first
	public map[SkillSource]int  // how many skills stand in each classification
}

type skillTerm struct {
	folded string
	skill  *Skill
}

// NewSkillBook starts a book with these skills.
func NewSkillBook(skills ...*Skill) *SkillBook {
	b := &SkillBook{}
	b.edition.Store(&skillEdition{})
	b.Put(skills...)
	return b
}

// Put adds skills or replaces them by their newer revision. A skill that is gone leaves the book.
func (b *SkillBook) Put(skills ...*Skill) {
	for {
		old := b.edition.Load()
		if b.edition.CompareAndSwap(old, old.with(skills)) {
			return
		}
	}
}

func (e *skillEdition) with(skills []*Skill) *skillEdition {
	newer := slices.DeleteFunc(slices.Clone(skills), func(s *Skill) bool {
		known := e.byID[s.ID]
		return known != nil && known.Rev >= s.Rev && !s.Gone
	})
	if len(newer) == 0 {
		return e
	}
	next := &skillEdition{byID: make(map[SkillID]*Skill, len(e.byID)+len(newer)), folded: make(map[SkillID][]string, len(e.folded)+len(newer)),
		public: map[SkillSource]int{}}
	maps.Copy(next.byID, e.byID)
	maps.Copy(next.folded, e.folded)
	for _, s := range newer {
		next.put(s)
	}
	for _, s := range next.byID {
		next.public[s.Source]++
	}
	next.terms = e.termsWith(newer, next)
	return next
}

// termsWith are the terms of the next edition. Only those of newer skills are sorted: an import puts thousands.
func (e *skillEdition) termsWith(newer []*Skill, next *skillEdition) []skillTerm {
	var added []skillTerm
	replaced := make(map[SkillID]bool, len(newer))
	for _, s := range newer {
		if !replaced[s.ID] {
			replaced[s.ID] = true
			for _, name := range next.folded[s.ID] {
				added = append(added, skillTerm{name, next.byID[s.ID]})
			}
		}
	}
	slices.SortFunc(added, skillTerm.compare)
	terms := make([]skillTerm, 0, len(e.terms)+len(added))
	for _, t := range e.terms {
		if replaced[t.skill.ID] {
			continue
		}
		for len(added) > 0 && added[0].compare(t) < 0 {
			terms, added = append(terms, added[0]), added[1:]
		}
		terms = append(terms, t)
	}
	return append(terms, added...)
}

func (t skillTerm) compare(o skillTerm) int {
	return cmp.Or(cmp.Compare(len(t.folded), len(o.folded)), cmp.Compare(t.folded, o.folded), cmp.Compare(t.skill.ID, o.skill.ID))
}

func (e *skillEdition) put(s *Skill) {
	if known := e.byID[s.ID]; known != nil && known.Rev > s.Rev {
		return
	}
	if s.Gone {
		delete(e.byID, s.ID)
		delete(e.folded, s.ID)
		return
	}
	names := make([]string, 0, len(s.Names))
	for _, name := range s.Names {
		names = append(names, foldName(name))
	}
	e.byID[s.ID], e.folded[s.ID] = s, names
}

// Get finds a skill; nil when there is none with this id.
func (b *SkillBook) Get(id SkillID) *Skill { return b.edition.Load().byID[id] }

// Name of a skill in a language; the id itself when it is unknown.
func (b *SkillBook) Name(id SkillID, language string) string {
	if s := b.Get(id); s != nil {
		return s.Name(language)
	}
	return string(id)
}

// All are the skills of the book, by id.
func (b *SkillBook) All() []*Skill {
	known := b.edition.Load().byID
	all := make([]*Skill, 0, len(known))
	for _, id := range slices.Sorted(maps.Keys(known)) {
		all = append(all, known[id])
	}
	return all
}

// Holds tells whether any skill stands in the classification, which is then to be acknowledged.
func (b *SkillBook) Holds(source SkillSource) bool { return b.edition.Load().public[source] > 0 }

// Len is the number of skills in the book.
func (b *SkillBook) Len() int { return len(b.edition.Load().byID) }

// Suggest finds skills whose name in any language begins with the words, then those that hold them, shortest first.
// An empty text suggests nothing. Proposed skills are suggested to who proposed them only.
func (b *SkillBook) Suggest(v Viewer, text string, limit int) []*Skill {
	want := foldName(text)
	if want == "" {
		return nil
	}
	var begins, holds []*Skill
	for _, t := range b.edition.Load().terms {
		switch at := strings.Index(t.folded, want); {
		case at < 0 || !t.skill.usableBy(v.ID):
		case at == 0:
			begins = append(begins, t.skill)
		case t.folded[at-1] == ' ':
			holds = append(holds, t.skill)
		}
	}
	found := make([]*Skill, 0, limit)
	for _, s := range append(begins, holds...) {
		if len(found) < limit && !slices.Contains(found, s) {
			found = append(found, s)
		}
	}
	return found
}

// NameLike is the shortest name of the skill that begins with the words, else one that holds them; empty when none does.
// It shows why a skill was suggested to somebody who typed in another language.
func (s *Skill) NameLike(text string) string {
	want, found, rank := foldName(text), "", 0
	for _, language := range slices.Sorted(maps.Keys(s.Names)) {
		folded := foldName(s.Names[language])
		at := strings.Index(folded, want)
		if want == "" || at < 0 {
			continue
		}
		better := len(folded)
		if at > 0 {
			better += ConceptNameMax * 4 // behind every name that begins with the words: 4 bytes a character at most
		}
		if found == "" || better < rank {
			found, rank = s.Names[language], better
		}
	}
	return found
}

// Named finds the skill with exactly this name in any language, whatever its case and accents.
func (b *SkillBook) Named(v Viewer, name string) (*Skill, bool) {
	want := foldName(name)
	for _, t := range b.edition.Load().terms {
		if t.folded == want && t.skill.usableBy(v.ID) {
			return t.skill, true
		}
	}
	return nil, false
}

func (s *Skill) usableBy(id MemberID) bool {
	return s.State == SkillAccepted || id != "" && s.ProposedBy == id
}

// check keeps the skills that the viewer can use, without repeats, and says when there are too many or one is unknown.
func (b *SkillBook) check(p Problems, v Viewer, field string, ids []SkillID, max int) []SkillID {
	var kept []SkillID
	for _, id := range ids {
		if s := b.Get(id); s == nil || !s.usableBy(v.ID) {
			p[field] = Problem{Say: "problem.unknown-skill"}
			return nil
		}
		if !slices.Contains(kept, id) {
			kept = append(kept, id)
		}
	}
	if len(kept) > max {
		p[field] = Problem{Say: "problem.too-many-chosen", Args: map[string]any{"max": max}}
	}
	return kept
}

// foldName is a name for comparing: lower case, without accents, single spaces; of Arabic one form of each letter, and
// words without their article.
func foldName(name string) string {
	folded := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r) || r == 'ـ':
			return -1
		case r == 'ة':
			return 'ه'
		case r == 'ى' || r == 'ی':
			return 'ي'
		case r == 'ک':
			return 'ك'
		default:
			return unicode.ToLower(r)
		}
	}, norm.NFD.String(name))
	words := strings.Fields(folded)
	for i, word := range words {
		if rest, article := strings.CutPrefix(word, "ال"); article && utf8.RuneCountInString(rest) >= 2 { // what is shorter is a word of its own
			words[i] = rest
		}
	}
	return strings.Join(words, " ")
}

// ProposeSkill adds a concept that is missing. The proposer can use it at once; a steward accepts it for everyone.
// A name that exists already in any language is that skill.
func (n *Network) ProposeSkill(ctx context.Context, v Viewer, name, language string) (*Skill, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	name = Line(name)
	p := Problems{}
	p.need("name", name, SkillNameMax)
	oneOf(p, "language", language, Languages)
	if err := Invalid(p); err != nil {
		return nil, err
	}
	if known, ok := n.Skills.Named(v, name); ok {
		return known, nil
	}
	s := &Skill{Record: Record[SkillID]{ID: NewID[SkillID]()}, Names: map[string]string{language: name}, State: SkillProposed, ProposedBy: v.ID}
	if err := n.SkillList.Add(ctx, s); err != nil {
		return nil, err
	}
	n.Skills.Put(s)
	return s, nil
}

// ProposedSkills waits for a steward.
func (n *Network) ProposedSkills(ctx context.Context, v Viewer, page Page) ([]*Skill, Cursor, error) {
	if !v.Steward {
		return nil, "", NotFound("proposed skills are for stewards")
	}
	return n.SkillList.Proposed(ctx, page)
}

// AcceptSkill puts a proposed concept on the common list, with the names that the steward gives it.
func (n *Network) AcceptSkill(ctx context.Context, v Viewer, id SkillID, names map[string]string) (*Skill, error) {
	if !v.Steward {
		return nil, NotFound("accepting skills is for stewards")
	}
	p := Problems{}
	for language, name := range names {
		oneOf(p, "names", language, Languages)
		p.atMost("names", Line(name), SkillNameMax)
	}
	if err := Invalid(p); err != nil {
		return nil, err
	}
	s, err := n.SkillList.Change(ctx, id, func(s *Skill) error {
		s.State = SkillAccepted
		for language, name := range names {
			if name = Line(name); name != "" {
				s.Names[language] = name
			}
		}
		return nil
	})
	if err == nil {
		n.Skills.Put(s)
	}
	return s, err
}
