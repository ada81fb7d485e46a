package community_test

import (
	"testing"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

func TestASkillIsSuggestedInAnyLanguageWithoutItsAccents(t *testing.T) {
	x := communitytest.New(t)
	for _, text := range []string{"carp", "MENUISERIE", "نجا", "النجارة", "نجاره", "الدفاتر", "comptabilite", "CARPENTRY"} {
		if found := x.Skills.Suggest(x.Amara, text, 5); len(found) != 1 {
			t.Errorf("%q suggests %d skills", text, len(found))
		}
	}
	if found := x.Skills.Suggest(x.Amara, "  ", 5); len(found) != 0 {
		t.Errorf("nothing typed suggests %d", len(found))
	}
}

func TestAProposedSkillIsItsProposersUntilAStewardAcceptsIt(t *testing.T) {
	x := communitytest.New(t)
	soup, err := x.ProposeSkill(t.Context(), x.Amara, "Soup for fifty", "en")
	if err != nil {
		t.Fatal(err)
	}
	if len(x.Skills.Suggest(x.Amara, "soup", 5)) != 1 || len(x.Skills.Suggest(x.Binta, "soup", 5)) != 0 {
		t.Error("a proposed skill is suggested to somebody else, or not to its proposer")
	}
	if _, err := x.AcceptSkill(t.Context(), x.Dana, soup.ID, nil); community.KindOf(err) != community.KindNotFound {
		t.Errorf("a host accepted it: %v", err)
	}
	if _, err := x.AcceptSkill(t.Context(), x.Farid, soup.ID, map[string]string{"fr": "Soupe pour cinquante"}); err != nil {
		t.Fatal(err)
	}
	if found := x.Skills.Suggest(x.Binta, "soupe", 5); len(found) != 1 || found[0].Name("fr") != "Soupe pour cinquante" {
		t.Errorf("once accepted, Binta is suggested %+v", found)
	}
}

func TestProposingWhatExistsFindsIt(t *testing.T) {
	x := communitytest.New(t)
	if known, err := x.ProposeSkill(t.Context(), x.Amara, " Menuiserie ", "fr"); err != nil || known.ID != x.Carpentry {
		t.Errorf("proposing a known name made %+v, %v", known, err)
	}
}
