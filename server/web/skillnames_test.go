package web

import (
	"slices"
	"testing"

	"longtable/server/community"
)

// sewing is a request of Amara, who proposed darning herself, in a network that knows sewing.
func sewing(lang string) *Request {
	book := community.NewSkillBook(
		&community.Skill{Record: community.Record[community.SkillID]{ID: "sewing"}, State: community.SkillAccepted,
			Names: map[string]string{"en": "Sewing", "fr": "Couture", "ar": "خياطة"}},
		&community.Skill{Record: community.Record[community.SkillID]{ID: "darning"}, State: community.SkillProposed, ProposedBy: "amara",
			Names: map[string]string{"en": "Darning"}},
	)
	return &Request{Site: &Site{Parts: Parts{Network: &community.Network{Skills: book}}}, Viewer: community.Viewer{ID: "amara"}, Lang: lang}
}

func TestASkillIsMeantByItsIDOrByItsNameInAnyLanguage(t *testing.T) {
	got := sewing("en").skillIDs([]community.SkillID{"sewing", "COUTURE", "خياطة", "Darning", "weaving"})
	if want := []community.SkillID{"sewing", "sewing", "sewing", "darning", "weaving"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAProposedSkillIsNotMeantByTheNameThatOthersType(t *testing.T) {
	q := sewing("en")
	q.Viewer.ID = "bilal"
	if got := q.skillIDs([]community.SkillID{"darning ", "Darning"}); got[0] != "darning " || got[1] != "Darning" {
		t.Errorf("a proposal leaked to somebody else: %q", got)
	}
}

func TestTheLinesOfAFormShowNamesAndKeepWhatIsUnknown(t *testing.T) {
	lines := sewing("fr").skillLines([]string{"sewing", "", "Tissage à la main"})
	if len(lines) != 2 || lines[0].Name != "Couture" || lines[1].Name != "Tissage à la main" {
		t.Errorf("got %v", lines)
	}
}

func TestNamesThatResembleWhatWasTypedAreOffered(t *testing.T) {
	offers, err := sewing("fr").skillOffers([]string{"sew", "sewing", "nothing like it"})
	if err != nil || !slices.Equal(offers, []string{"Couture"}) {
		t.Errorf("got %q, %v", offers, err)
	}
}
