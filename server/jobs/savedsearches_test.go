package jobs_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"longtable/server/community"
)

// waits saves a search for somebody.
func (s *staff) waits(v community.Viewer, d community.SearchDraft) *community.SavedSearch {
	s.t.Helper()
	saved, err := s.SaveSearch(s.t.Context(), v, d)
	must(s.t, err)
	s.settle()
	saved, err = s.SavedSearches.Get(s.t.Context(), saved.ID)
	must(s.t, err)
	if !saved.Ready {
		s.t.Fatal("what it finds already is not known")
	}
	return saved
}

// finds are the names in the notices of somebody's saved searches.
func (s *staff) finds(v community.Viewer) []string {
	s.t.Helper()
	notices, _, err := s.OwnNotices(s.t.Context(), s.See(s.t, v.ID), community.Page{Limit: community.PageMax})
	must(s.t, err)
	names := []string{}
	for _, n := range notices {
		if n.Kind == community.NoticeFound {
			names = append(names, n.Args["name"])
		}
	}
	slices.Sort(names)
	return names
}

func (s *staff) found(v community.Viewer, want ...string) {
	s.t.Helper()
	if got := s.finds(v); !slices.Equal(got, append([]string{}, want...)) {
		s.t.Errorf("%s is told of %q, not of %q", v.Name, got, want)
	}
}

func TestASavedSearchTellsOnceOfWhatIsNew(t *testing.T) {
	s := hire(t)
	s.waits(s.Binta, community.SearchDraft{Kind: community.IndexPeople, Text: "carpentry"}) // Amara is a carpenter already
	s.change(s.Amara.ID, func(m *community.Member) { m.Headline = "Still a carpenter" })
	s.found(s.Binta)
	for i := range 3 {
		s.change(s.Noor.ID, func(m *community.Member) {
			m.Offers, m.Headline = []community.Offered{{Skill: s.Carpentry, Grasp: community.CanDo}}, fmt.Sprint("Planes wood ", i)
		})
	}
	s.found(s.Binta, "Noor Aziz")
	_, err := s.Network.Post(s.t.Context(), s.Chen, community.PostingDraft{Kind: community.Ask, Title: "Carpentry for a stall"})
	must(t, err)
	s.settle()
	s.found(s.Binta, "Noor Aziz") // she waits for people
}

func TestASavedSearchFindsWhatItsOwnerMaySee(t *testing.T) {
	s := gather(t)
	search := community.SearchDraft{Kind: community.IndexPeople, Text: "xerxes"}
	for _, v := range s.lookers() {
		if v.Known() {
			s.waits(v, search)
		}
	}
	s.waits(s.Amara, search)
	s.change(s.Amara.ID, func(m *community.Member) {
		m.About, m.Shown = "Xerxes", map[community.Field]community.Audience{community.FieldAbout: community.MyContacts}
	})
	for who, v := range s.lookers() {
		switch {
		case who == "contact":
			s.found(v, "Amara Okafor")
		case v.Known():
			s.found(v)
		}
	}
	s.found(s.Amara) // nobody waits for themselves
	s.change(s.Amara.ID, func(m *community.Member) { m.Shown = nil })
	s.found(s.Noor, "Amara Okafor")
	s.found(s.See(t, "dov")) // a block stands between the two
}

func TestASearchInEverythingTellsOfEveryKind(t *testing.T) {
	s := hire(t)
	s.waits(s.Chen, community.SearchDraft{Kind: community.KindAny, Text: "sourdough"})
	_, err := s.Network.Post(t.Context(), s.Amara, community.PostingDraft{Kind: community.Ask, Title: "Sourdough starter"})
	must(t, err)
	_, err = s.FoundEnterprise(t.Context(), s.Binta, community.EnterpriseDraft{Name: "Sourdough and Sons"})
	must(t, err)
	s.change(s.Noor.ID, func(m *community.Member) { m.Headline = "sourdogh" }) // nobody searches for what is misspelt there
	s.settle()
	s.found(s.Chen, "Noor Aziz", "Sourdough and Sons", "Sourdough starter")
}

func TestASavedSearchNarrowsByWhatWasChosen(t *testing.T) {
	s := hire(t)
	s.waits(s.Dana, community.SearchDraft{Kind: community.IndexPeople, Chosen: map[string][]string{community.FacetLanguage: {"ar"}}})
	s.change(s.Chen.ID, func(m *community.Member) { m.Languages = []string{"fr"} })
	s.found(s.Dana)
	s.change(s.Chen.ID, func(m *community.Member) { m.Languages = []string{"fr", "ar"} })
	s.found(s.Dana, "Chen Wei")
}

func TestASavedSearchSpeaksSomeTimesADay(t *testing.T) {
	s := hire(t)
	s.waits(s.Esra, community.SearchDraft{Kind: community.IndexBoard, Text: "stool"})
	post := func(n int) {
		for i := range n {
			_, err := s.Network.Post(t.Context(), s.Amara, community.PostingDraft{Kind: community.Offer, Title: fmt.Sprint("Stool ", i)})
			must(t, err)
		}
		s.settle()
	}
	post(community.ToldInDayMax + 3)
	if n := len(s.finds(s.Esra)); n != community.ToldInDayMax {
		t.Errorf("told %d times in a day", n)
	}
	s.Clock.Pass(24 * time.Hour)
	post(1)
	if n := len(s.finds(s.Esra)); n != community.ToldInDayMax+1 {
		t.Errorf("told %d times in two days", n)
	}
}

func TestASavedSearchThatIsForgottenSaysNothing(t *testing.T) {
	s := hire(t)
	saved := s.waits(s.Binta, community.SearchDraft{Kind: community.IndexPeople, Text: "xerxes"})
	if err := s.ForgetSearch(t.Context(), s.Chen, saved.ID); community.KindOf(err) != community.KindNotFound {
		t.Errorf("another's search: %v", err)
	}
	must(t, s.ForgetSearch(t.Context(), s.Binta, saved.ID))
	s.change(s.Noor.ID, func(m *community.Member) { m.Headline = "Xerxes" })
	s.found(s.Binta)
}
