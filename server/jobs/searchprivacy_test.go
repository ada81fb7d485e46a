package jobs_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"longtable/search"
	"longtable/server/community"
	"longtable/server/jobs"
)

// Whatever a member shows to some must change nothing in what anybody else can find: no hit, no highlight, no count,
// no order, no word that a misspelt one leads to.

// lookers are the kinds of viewers, by what they are to Amara of the Harbour.
func (s *staff) lookers() map[string]community.Viewer {
	return map[string]community.Viewer{
		"nobody": {}, "newcomer": s.Noor, "member of another hub": s.Esra, "hub mate": s.See(s.t, s.Binta.ID), "host": s.Dana,
		"contact": s.See(s.t, s.Chen.ID), "steward": s.Farid, "blocked": s.See(s.t, "dov"),
	}
}

// queries try to get at what Amara may hide: by its words, their beginnings and misspelt, by each facet, by order, by what stands where.
func privacyQueries() []search.Query {
	base := search.Query{Index: string(community.IndexPeople), Limit: 50, FacetSize: search.MaxFacetSize}
	for _, f := range jobs.Schemas()[community.IndexPeople].Text {
		base.Highlight = append(base.Highlight, f.Name)
	}
	base.Facets = jobs.Schemas()[community.IndexPeople].Facets
	var all []search.Query
	for _, text := range []string{"", "a", "amara", "carpentry", "carpentri", "carp", "comptabilité", "comptabilit", "نجارة", "مسك", "xerxes", "xerces", "xer", "oven bread",
		"ovenbread", "bread oven amara", "harbour", "harbor", "somewhere", "bookkeeping zzz"} {
		q := base
		q.Text = text
		all = append(all, q)
	}
	for _, values := range [][]string{{community.FacetSkill, "carpentry", "bookkeeping"}, {community.FacetCause, "2", "13"},
		{community.FacetLanguage, "en", "fr", "ar"}, {community.FacetCountry, "GH", "PT"}} {
		for _, v := range values[1:] {
			chosen, without := base, base
			chosen.Chosen = map[string][]string{values[0]: {v}}
			without.Filter = search.Not{Filter: search.Eq(values[0], v)}
			without.Sort = []search.Sort{{Number: "joined"}}
			all = append(all, chosen, without)
		}
	}
	return all
}

// sight is everything that a viewer gets to know by searching, but for revisions, which no page shows.
func (s *staff) sight(v community.Viewer) []string {
	s.t.Helper()
	var out []string
	for _, q := range privacyQueries() {
		q.Viewer = v.Tokens()
		got, err := s.Search.Search(s.t.Context(), q)
		must(s.t, err)
		for i := range got.Hits {
			got.Hits[i].Rev = 0
		}
		raw, err := json.Marshal(got)
		must(s.t, err)
		out = append(out, string(raw))
	}
	return out
}

// rewrite gives a field another value.
func (s *staff) rewrite(m *community.Member, field community.Field, r *rand.Rand) {
	skills := []community.SkillID{s.Carpentry, s.Bookkeeping}
	flip := r.IntN(2)
	switch field {
	case community.FieldPronouns:
		m.Pronouns = []string{"she", "they"}[flip]
	case community.FieldAbout:
		m.Headline, m.About = []string{"Xerxes and his oven", "Bread"}[flip], []string{"oven bread for all", "xerxes"}[r.IntN(2)]
	case community.FieldOffers:
		m.Offers = []community.Offered{{Skill: skills[flip], Grasp: community.CanDo}}
	case community.FieldNeeds:
		m.Needs = skills[:1+flip]
	case community.FieldCauses:
		m.Causes = [][]community.Cause{{2, 13}, nil}[flip]
	case community.FieldLanguages:
		m.Languages = [][]string{{"fr", "ar"}, {"en"}}[flip]
	case community.FieldHub:
		m.Hub = []community.HubID{s.Harbour, ""}[flip]
	case community.FieldHours:
		m.HoursPerWeek = 5 + flip
	case community.FieldStage:
		m.Stage = []community.Stage{community.StageIdea, community.StageSettled}[flip]
	case community.FieldEnterprise:
		m.Enterprise = []community.EnterpriseID{"", "plank"}[flip]
	}
}

// privacyFigures is what the flips showed.
type privacyFigures struct{ flips, looks, leaks, shown int }

// flipAll writes into every field of Amara's some times, shown to one audience after another, and compares what all see.
func (s *staff) flipAll(times int) (f privacyFigures) {
	s.t.Helper()
	r := rand.New(rand.NewPCG(5, 8))
	for _, audience := range community.Audiences[1:] {
		s.change(s.Amara.ID, func(m *community.Member) {
			m.Hub, m.Shown = s.Harbour, map[community.Field]community.Audience{}
			for _, field := range community.Fields {
				m.Shown[field] = audience
			}
		})
		for range times {
			for _, field := range community.Fields {
				before := s.sights()
				m, err := s.Members.Get(s.t.Context(), s.Amara.ID)
				must(s.t, err)
				s.change(s.Amara.ID, func(m *community.Member) { s.rewrite(m, field, r) })
				now, err := s.Members.Get(s.t.Context(), s.Amara.ID)
				must(s.t, err)
				f.flips++
				for who, after := range s.sights() {
					f.looks += len(after)
					if slices.Equal(before[who], after) {
						continue
					}
					if v := s.lookers()[who]; reach(v, m).shows(audience) || reach(v, now).shows(audience) { // a hub mate before or after
						f.shown++
						continue
					}
					f.leaks++
					at := slices.IndexFunc(after, func(a string) bool { return !slices.Contains(before[who], a) })
					s.t.Errorf("%s, shown to %s: the %s sees that it changed, in query %d: %s", field, audience, who, at, after[max(0, at)])
				}
			}
		}
	}
	return f
}

// closeness is an audience that knows what it sees.
type closeness community.Audience

// reach is how close a viewer is to a member; nobody in particular is further than the network.
func reach(v community.Viewer, m *community.Member) closeness {
	if !v.Known() {
		return ""
	}
	return closeness(v.Reach(m))
}

func (c closeness) shows(field community.Audience) bool {
	return slices.Index(community.Audiences, field) <= slices.Index(community.Audiences, community.Audience(c))
}

func (s *staff) sights() map[string][]string {
	out := map[string][]string{}
	for who, v := range s.lookers() {
		out[who] = s.sight(v)
	}
	return out
}

// gather is a staff with a contact of Amara's and somebody she blocked.
func gather(t *testing.T) *staff {
	t.Helper()
	s := hire(t)
	_, err := s.Join(t.Context(), "dov", "Dov Blau", "en")
	must(t, err)
	asked, err := s.AskIntroduction(t.Context(), s.Chen, s.Amara.ID, "Tea?")
	must(t, err)
	_, err = s.AcceptIntroduction(t.Context(), s.Amara, asked.ID)
	must(t, err)
	must(t, s.Block(t.Context(), s.Amara, "dov"))
	s.settle()
	return s
}

// plants are leaks that must be seen, each through another way out.
func (s *staff) plants() map[string]search.Document {
	document := func(change func(d *search.Document)) search.Document {
		d := search.Document{ID: string(s.Esra.ID), Of: string(s.Esra.ID), Audience: []string{community.TokenNetwork}, Text: map[string][]string{"name": {"Esra Yılmaz"}},
			Facets: map[string][]string{}, Numbers: map[string]float64{"joined": 1}}
		change(&d)
		return d
	}
	return map[string]search.Document{
		"hit":       document(func(d *search.Document) { d.Text["needs"] = []string{"carpentry"} }),
		"highlight": document(func(d *search.Document) { d.Text["name"] = []string{"Esra Yılmaz Amara"} }),
		"count":     document(func(d *search.Document) { d.Facets[community.FacetLanguage] = []string{"ar"} }),
		"order":     document(func(d *search.Document) { d.Numbers["joined"] = 9e15 }),
		"typo":      document(func(d *search.Document) { d.Text["about"] = []string{"xercez"} }),
	}
}

// seen counts the planted leaks that somebody outside notices.
func (s *staff) seen() (seen, planted int) {
	s.t.Helper()
	plain := search.Document{ID: string(s.Esra.ID), Of: string(s.Esra.ID), Audience: []string{community.TokenNetwork}, Text: map[string][]string{"name": {"Esra Yılmaz"}},
		Numbers: map[string]float64{"joined": 1}}
	for way, d := range s.plants() {
		must(s.t, s.Search.Apply(s.t.Context(), string(community.IndexPeople), search.Batch{Upserts: []search.Document{plain}}))
		before := s.sight(s.Noor)
		must(s.t, s.Search.Apply(s.t.Context(), string(community.IndexPeople), search.Batch{Upserts: []search.Document{d}}))
		planted++
		if slices.Equal(before, s.sight(s.Noor)) {
			s.t.Errorf("a leak through a %s is not seen", way)
			continue
		}
		seen++
	}
	return seen, planted
}

func TestNobodyFindsWhatIsShownToOthers(t *testing.T) {
	s := gather(t)
	if f := s.flipAll(1); f.shown == 0 {
		t.Error("nobody sees a change, not even who may, so this test means nothing")
	}
	s.seen()
}

func TestProveSearchPrivacy(t *testing.T) {
	if os.Getenv("LONGTABLE_PROVE") != "1" {
		t.Skip("LONGTABLE_PROVE=1 switches on the long proofs")
	}
	s := gather(t)
	f := s.flipAll(12)
	seen, planted := s.seen()
	fmt.Printf("figure search-privacy-flips %d flips bar 300\n", f.flips)
	fmt.Printf("figure search-privacy-looks %d answers bar 50000\n", f.looks)
	fmt.Printf("figure search-privacy-leaks %d leaks bar 0\n", f.leaks)
	fmt.Printf("figure search-privacy-shown %d changes seen by those who may bar 100\n", f.shown)
	fmt.Printf("figure search-privacy-planted %d of %d planted leaks seen bar %d\n", seen, planted, planted)
	if f.flips < 300 || f.looks < 50_000 || f.shown < 100 {
		t.Errorf("%+v is too little to mean something", f)
	}
}
