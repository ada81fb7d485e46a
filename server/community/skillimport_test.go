package community_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

// wood is a classification of three concepts. One is carpentry, which the table has, under its French name.
func wood() []community.Concept {
	return []community.Concept{
		{Key: "c/1", Names: map[string]string{"en": "woodworking by hand", "fr": "Menuiserie", "de": "Tischlern"},
			Related: []community.RelatedConcept{{Key: "c/2", Sixteenths: 11}, {Key: "c/3", Sixteenths: 4}}},
		{Key: "c/2", Names: map[string]string{"en": "sawing", "fr": "sciage", "ar": "نشر الخشب"}, Related: []community.RelatedConcept{{Key: "c/1", Sixteenths: 11}}},
		{Key: "c/3", Names: map[string]string{"en": "varnishing", "ar": "carpentry"}}, // the same letters in another language
	}
}

func importing(t *testing.T, x *communitytest.Table, all []community.Concept) community.Imported {
	t.Helper()
	told, err := x.ImportSkills(t.Context(), community.SourceESCO, all, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	return told
}

func TestAnImportJoinsWhatHasTheSameNameInTheSameLanguage(t *testing.T) {
	x := communitytest.New(t)
	soup, err := x.ProposeSkill(t.Context(), x.Amara, "Sawing", "en")
	if err != nil {
		t.Fatal(err)
	}
	told := importing(t, x, wood())
	if told.Added != 1 || told.Joined != 2 || !slices.Contains(told.Renamed, soup.ID) {
		t.Errorf("the import says %+v", told)
	}
	joined := x.Skills.Get(x.Carpentry)
	if want := map[string]string{"en": "carpentry", "fr": "menuiserie", "ar": "نجارة", "de": "Tischlern"}; !maps.Equal(joined.Names, want) {
		t.Errorf("carpentry is called %v: what it is called in the network stays, what is missing comes", joined.Names)
	}
	if found := x.Skills.Suggest(x.Binta, "sciage", 5); len(found) != 1 || found[0].ID != soup.ID || found[0].State != community.SkillAccepted {
		t.Errorf("what Amara proposed and the classification knows is not for everybody: %+v", found)
	}
	if len(joined.Related) != 2 || joined.Related[0] != (community.RelatedSkill{Skill: soup.ID, Sixteenths: 11}) {
		t.Errorf("what helps with carpentry: %+v", joined.Related)
	}
	if !x.Skills.Holds(community.SourceESCO) {
		t.Error("the source is not acknowledged")
	}
}

func TestImportingTwiceChangesNothing(t *testing.T) {
	x := communitytest.New(t)
	importing(t, x, wood())
	before := stored(t, x)
	if told := importing(t, x, wood()); told.Same != 3 || told.Added+told.Joined+told.Updated+len(told.Renamed) != 0 {
		t.Errorf("the second import says %+v", told)
	}
	if after := stored(t, x); !maps.Equal(before, after) {
		t.Errorf("revisions were %v, are %v", before, after)
	}
	more := wood()
	more[1].Names["de"] = "Sägen"
	if told := importing(t, x, more); told.Updated != 1 || told.Same != 2 {
		t.Errorf("a newer release says %+v", told)
	}
}

// TestAnInterruptedImportGoesOn ends an import after each of its writes, and makes it again.
func TestAnInterruptedImportGoesOn(t *testing.T) {
	whole := communitytest.New(t)
	importing(t, whole, wood())
	for writes := range 3 {
		x := communitytest.New(t)
		x.SkillList = &stopping{x.SkillList, writes}
		if _, err := x.ImportSkills(t.Context(), community.SourceESCO, wood(), func(int, int) {}); !errors.Is(err, errStopped) {
			t.Fatalf("after %d writes: %v", writes, err)
		}
		x.SkillList.(*stopping).left = 100
		importing(t, x, wood())
		if got, want := stored(t, x), stored(t, whole); !maps.Equal(got, want) {
			t.Errorf("interrupted after %d writes and made again: %v, not %v", writes, got, want)
		}
	}
}

var errStopped = errors.New("the program ends here")

type stopping struct {
	community.Skills
	left int
}

func (s *stopping) Add(ctx context.Context, skill *community.Skill) error {
	if s.left--; s.left < 0 {
		return errStopped
	}
	return s.Skills.Add(ctx, skill)
}

func (s *stopping) Change(ctx context.Context, id community.SkillID, change func(*community.Skill) error) (*community.Skill, error) {
	if s.left--; s.left < 0 {
		return nil, errStopped
	}
	return s.Skills.Change(ctx, id, change)
}

func stored(t *testing.T, x *communitytest.Table) map[community.SkillID]int64 {
	t.Helper()
	all, err := x.SkillList.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	revs := map[community.SkillID]int64{}
	for _, s := range all {
		revs[s.ID] = s.Rev
	}
	return revs
}

func TestWhatIsRelatedHelpsInMatches(t *testing.T) {
	x := communitytest.New(t)
	importing(t, x, wood())
	sawing, _ := x.Skills.Named(x.Binta, "sawing")
	_, err := x.Members.Change(t.Context(), x.Amara.ID, func(m *community.Member) error {
		m.Offers = []community.Offered{{Skill: sawing.ID, Grasp: community.CanDo}}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.LoadMatches(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, m := range matches(t, x, x.Binta) {
		if m.Person.ID == x.Amara.ID {
			for _, r := range m.ForYou.Reasons {
				if r.Kind == community.ReasonCoversNeed && r.Need == x.Carpentry && r.Offer == sawing.ID {
					return
				}
			}
			t.Fatalf("Binta, who needs carpentry, is told of Amara: %+v", m.ForYou)
		}
	}
	t.Error("Amara, who saws, is not proposed to Binta, who needs carpentry")
}

func TestAConceptOfManyNamesakesTakesTheOneThatAgreesMost(t *testing.T) {
	x := communitytest.New(t)
	for _, name := range []string{"pêche", "Fishing"} {
		s := &community.Skill{Record: community.Record[community.SkillID]{ID: community.SkillID(strings.ToLower(name[:1]) + "1")}, State: community.SkillAccepted,
			Names: map[string]string{"fr": "pêche"}}
		if name == "Fishing" {
			s.Names["en"] = name
		}
		if err := x.SkillList.Add(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		x.Skills.Put(s)
	}
	importing(t, x, []community.Concept{{Key: "c/9", Names: map[string]string{"en": "fishing", "fr": "pêche"}}})
	if got := x.Skills.Get("f1"); got.Concept != "c/9" {
		t.Errorf("fishing is joined with another word of the same French name: %+v", got)
	}
}
