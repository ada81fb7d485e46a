package community_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"testing"

	"longtable/matching"
	"longtable/server/community"
	"longtable/server/community/communitytest"
)

// TestAnyPrivateFieldLeavesAllMatchesOfOthers is the proof below with few people.
func TestAnyPrivateFieldLeavesAllMatchesOfOthers(t *testing.T) {
	t.Parallel()
	found := provePrivacy(t, 9, 3, (*community.Matchmaking).Put)
	found.mustHold(t)
}

// TestALeakIntoMatchesWouldBeNoticed feeds everybody's lists with what only the member may see.
func TestALeakIntoMatchesWouldBeNoticed(t *testing.T) {
	t.Parallel()
	if found := provePrivacy(t, 9, 2, (*community.Matchmaking).PutLeaking); found.lists == 0 || found.pools == 0 {
		t.Errorf("a leak of every private field goes unnoticed: %+v", found)
	}
}

// TestProveMatchingPrivacy flips every private field of each member in turn, to the value of another member and to none,
// and the audience of every field to every other; it holds the list of everybody else against the same before.
func TestProveMatchingPrivacy(t *testing.T) {
	if os.Getenv("LONGTABLE_PROVE") == "" {
		t.Skip("a long proof; LONGTABLE_PROVE=1 switches it on")
	}
	found := provePrivacy(t, 40, 40, (*community.Matchmaking).Put)
	fmt.Printf("figure matching-privacy-flips %d flips bar 1500\n", found.flips)
	fmt.Printf("figure matching-privacy-lists-compared %d lists bar 50000\n", found.compared)
	fmt.Printf("figure matching-privacy-lists-different %d lists bar 0\n", found.lists)
	fmt.Printf("figure matching-privacy-pools-different %d flips bar 0\n", found.pools)
	fmt.Printf("figure matching-privacy-public-flips-seen %d flips bar 100\n", found.seen)
	leaking := provePrivacy(t, 12, 4, (*community.Matchmaking).PutLeaking)
	fmt.Printf("figure matching-privacy-planted-leak-found %d lists bar 1\n", leaking.lists)
	if found.flips < 1500 || found.compared < 50000 || found.seen < 100 || leaking.lists < 1 {
		t.Errorf("too little was looked at: %+v, planted %+v", found, leaking)
	}
	found.mustHold(t)
}

// privacyFound counts what the flips of private fields did.
type privacyFound struct {
	flips    int // of private fields and of audiences that hide before and after
	compared int // lists of others
	lists    int // of these differ: in people, order, reasons or any byte of what the reader is sent
	pools    int // flips after which a search would read other bytes, and so could take another time
	seen     int // flips of fields open to the network that changed somebody's list: the comparison can see
	first    string
}

func (f *privacyFound) mustHold(t *testing.T) {
	t.Helper()
	if f.lists+f.pools > 0 || f.seen == 0 || f.flips == 0 {
		t.Errorf("a private field changes what others see: %+v", f)
	}
}

// putting brings a member's edit into everybody's matches.
type putting func(m *community.Matchmaking, ctx context.Context, n *community.Network, member *community.Member) error

// lookers is a network in which each field is shown to each audience by somebody, and everybody looks at their matches.
type lookers struct {
	*communitytest.Table
	t       *testing.T
	put     putting
	people  []*community.Member
	viewers []community.Viewer
	pool    *matching.Pool // before a flip, and what was seen then
	before  []sight
	found   privacyFound
}

// provePrivacy flips the fields of some of the people.
func provePrivacy(t *testing.T, people, flipped int, put putting) privacyFound {
	t.Helper()
	w := &lookers{Table: communitytest.New(t), t: t, put: put}
	w.invent(people)
	w.mustVary()
	w.must(w.LoadMatches(t.Context()))
	for _, m := range w.people[:flipped] {
		w.store(m)
		w.pool, w.before = w.Matches.Pool(), w.look(m)
		for _, field := range flippable {
			w.flipValues(m, field)
		}
		w.flipAudiences(m)
	}
	return w.found
}

func (w *lookers) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// toEverybody are the fields of a member that are meant to show in others' matches whatever their audience: the name and
// the id that people are known by, whether and how often somebody wants to be proposed. Everything else is flipped.
var toEverybody = []string{"Record", "Name", "Shown", "MatchingOff", "RoomInWeek"}

// flippable are the names of the fields of a member, found in the type itself so that a new one can't be forgotten.
var flippable = func() (names []string) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[community.Member]()) {
		if len(f.Index) == 1 && !slices.Contains(toEverybody, f.Name) {
			names = append(names, f.Name)
		}
	}
	return names
}()

// audienceOf is who sees a field of a member; only they themselves where no part of the profile shows it.
func audienceOf(m *community.Member, field string) community.Audience {
	if _, shown := reflect.TypeFor[community.Profile]().FieldByName(field); !shown || field == "JoinedAt" { // which is not sent
		return community.OnlyMe
	}
	full := reflect.ValueOf(*m)
	for _, part := range community.Fields {
		alone := &community.Member{Shown: map[community.Field]community.Audience{}}
		for _, other := range community.Fields {
			alone.Shown[other] = community.OnlyMe
		}
		alone.Shown[part] = community.EveryoneInNetwork
		for _, name := range flippable {
			reflect.ValueOf(alone).Elem().FieldByName(name).Set(some(full.FieldByName(name)))
		}
		if !reflect.ValueOf(alone.ShownTo(community.EveryoneInNetwork)).FieldByName(field).IsZero() {
			return m.AudienceOf(part)
		}
	}
	return community.EveryoneInNetwork // no part of the profile hides it
}

// some is the value, or one that is not empty.
func some(v reflect.Value) reflect.Value {
	if !v.IsZero() {
		return v
	}
	filled := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.String:
		filled.SetString("x")
	case reflect.Slice:
		filled.Set(reflect.MakeSlice(v.Type(), 1, 1))
	case reflect.Map:
		filled.Set(reflect.MakeMap(v.Type()))
	case reflect.Bool:
		filled.SetBool(true)
	default:
		filled.SetInt(1)
	}
	return filled
}

// flipValues gives a field the value of somebody else, and none.
func (w *lookers) flipValues(m *community.Member, field string) {
	audience := audienceOf(m, field)
	own := reflect.ValueOf(*m).FieldByName(field)
	values := []reflect.Value{reflect.Zero(own.Type())}
	for _, other := range w.people {
		values = append(values, reflect.ValueOf(*other).FieldByName(field))
	}
	tried := 0
	for _, value := range values {
		if tried < 2 && !reflect.DeepEqual(value.Interface(), own.Interface()) {
			tried++
			said := fmt.Sprintf("%s of %s, shown to %s, from %v to %v", field, m.Name, audience, own, value)
			w.flip(m, said, audience, audience, func(m *community.Member) { reflect.ValueOf(m).Elem().FieldByName(field).Set(value) })
		}
	}
}

// flipAudiences shows each part to each other audience.
func (w *lookers) flipAudiences(m *community.Member) {
	for _, part := range community.Fields {
		for _, to := range community.Audiences {
			from := m.AudienceOf(part)
			if to == from {
				continue
			}
			w.flip(m, fmt.Sprintf("%s of %s, shown to %s and then to %s", part, m.Name, from, to), from, to, func(m *community.Member) {
				shown := map[community.Field]community.Audience{}
				for _, p := range community.Fields {
					shown[p] = m.AudienceOf(p)
				}
				shown[part] = to
				m.Shown = shown
			})
		}
	}
}

// sight is what somebody is sent, and the same without the profile of who was flipped, which may be open to them.
type sight struct{ whole, rest string }

// flip changes a member, looks at everybody else's list, and puts the member back.
func (w *lookers) flip(m *community.Member, said string, from, to community.Audience, change func(*community.Member)) {
	w.t.Helper()
	next := *m
	change(&next)
	w.store(&next)
	pool, after := w.Matches.Pool(), w.look(m)
	w.store(m)
	if from == community.EveryoneInNetwork || to == community.EveryoneInNetwork {
		if !reflect.DeepEqual(w.before, after) {
			w.found.seen++
		}
		return
	}
	w.found.flips++
	if !sameBytes(w.pool, pool) {
		w.found.pools++
	}
	for i, v := range w.viewers {
		if v.ID == m.ID {
			continue
		}
		w.found.compared++
		reach := v.Reach(m)
		blind := !sees(reach, from) && !sees(reach, to) && v.Reach(&next) == reach // who moves to another hub has other mates there
		if w.before[i].rest != after[i].rest || blind && w.before[i].whole != after[i].whole {
			w.found.lists++
			w.found.first = said + ", seen by " + v.Name
		}
	}
}

func sees(reach, field community.Audience) bool {
	return slices.Index(community.Audiences, field) <= slices.Index(community.Audiences, reach)
}

// sameBytes tells whether a search reads the same in both pools: the very same index, and beside it edits that are equal
// to the bit. What a search does is decided by these and by its question, so then it takes the same steps.
func sameBytes(a, b *matching.Pool) bool { return reflect.DeepEqual(a, b) }

// store keeps a member as they are now, and brings that into everybody's matches.
func (w *lookers) store(m *community.Member) {
	w.t.Helper()
	kept, err := w.Members.Change(w.t.Context(), m.ID, func(kept *community.Member) error {
		record := kept.Record
		*kept = *m
		kept.Record = record
		return nil
	})
	w.must(err)
	w.must(w.put(w.Matches, w.t.Context(), w.Network, kept))
}

// look is what everybody but the member is sent as their matches.
func (w *lookers) look(but *community.Member) []sight {
	w.t.Helper()
	all := make([]sight, len(w.viewers))
	for i, v := range w.viewers {
		if v.ID == but.ID {
			continue
		}
		list, err := w.MatchesFor(w.t.Context(), v, community.MatchesMax)
		w.must(err)
		whole, err := json.Marshal(list)
		w.must(err)
		for at := range list {
			if list[at].Person.ID == but.ID {
				list[at].Person = community.Profile{ID: but.ID}
			}
		}
		rest, err := json.Marshal(list)
		w.must(err)
		all[i] = sight{string(whole), string(rest)}
	}
	return all
}

// invent lays people of whom each pair differs in most fields. Somebody shows each part to each audience.
func (w *lookers) invent(count int) {
	r := rand.New(rand.NewPCG(4, uint64(count)))
	skills := w.vocabulary()
	some := func(of int) []community.SkillID {
		var drawn []community.SkillID
		for _, at := range r.Perm(len(skills))[:1+r.IntN(of)] {
			drawn = append(drawn, skills[at])
		}
		return drawn
	}
	for i := range count {
		m := &community.Member{Record: community.Record[community.MemberID]{ID: community.MemberID(fmt.Sprintf("p%03d", i))}, Name: fmt.Sprintf("Person %d", i),
			Pronouns: []string{"she", "he", "they"}[i%3], Headline: fmt.Sprintf("Line %d", i), About: fmt.Sprintf("About %d", i), Needs: some(3),
			Causes: []community.Cause{community.Cause(1 + i%17), community.Cause(1 + (i+5)%17)}, Languages: [][]string{{"en"}, {"en", "ar"}, {"fr", "en"}}[r.IntN(3)],
			Hub: []community.HubID{w.Harbour, w.Mill}[i%2], HoursPerWeek: 1 + r.IntN(40), Stage: community.Stage(1 + i%5),
			Enterprise: community.EnterpriseID(fmt.Sprintf("e%d", i%4)), RoomInWeek: 1 + i%9, Shown: map[community.Field]community.Audience{},
			HostOf: [][]community.HubID{nil, {w.Harbour}}[i/2%2], BooksOf: [][]community.HubID{nil, {w.Mill}}[i/3%2], Steward: i%3 == 0, Language: []string{"en", "fr", "ar"}[i%3],
			Silenced: []map[community.NoticeKind]bool{nil, {"x": true}}[i%2], Kept: i%4 == 0, Digest: community.DigestChoices[i%3], JoinedAt: community.Instant(1000 * i)}
		for _, s := range some(4) {
			m.Offers = append(m.Offers, community.Offered{Skill: s, Grasp: community.Grasps[r.IntN(3)]})
		}
		for at, part := range community.Fields {
			m.Shown[part] = community.Audiences[(i+at)%len(community.Audiences)]
		}
		w.must(w.Members.Add(w.t.Context(), m))
		w.people = append(w.people, m)
	}
	for i := 0; i+3 < count; i += 3 { // some have met
		for _, c := range [][2]int{{i, i + 3}, {i + 3, i}} {
			w.must(w.Connections.Add(w.t.Context(), &community.Connection{Record: community.Record[community.ConnectionID]{ID: community.ConnectionID(fmt.Sprintf("c%d~%d", c[0], c[1]))},
				Owner: w.people[c[0]].ID, Other: w.people[c[1]].ID}))
		}
	}
	for _, m := range w.people {
		w.viewers = append(w.viewers, w.See(w.t, m.ID))
	}
}

// vocabulary are skills, some of them related.
func (w *lookers) vocabulary() []community.SkillID {
	var concepts []community.Concept
	for i := range 12 {
		concepts = append(concepts, community.Concept{Key: fmt.Sprintf("c/%d", i), Names: map[string]string{"en": fmt.Sprintf("skill %d", i)},
			Related: []community.RelatedConcept{{Key: fmt.Sprintf("c/%d", (i+1)%12), Sixteenths: 3 + i%8}}})
	}
	importing(w.t, w.Table, concepts)
	var ids []community.SkillID
	for _, s := range w.Skills.All() {
		ids = append(ids, s.ID)
	}
	return ids
}

// mustVary refuses a world in which a field is the same for everybody, as a new one would be: flipping it would be nothing.
func (w *lookers) mustVary() {
	w.t.Helper()
	for _, name := range flippable {
		values := map[string]bool{}
		for _, m := range w.people {
			values[fmt.Sprint(reflect.ValueOf(*m).FieldByName(name))] = true
		}
		if len(values) < 2 {
			w.t.Fatalf("Member.%s is the same for everybody: let invent vary it, so that its privacy is proven too", name)
		}
	}
	for _, part := range community.Fields {
		shown := map[community.Audience]bool{}
		for _, m := range w.people {
			shown[m.AudienceOf(part)] = true
		}
		if len(shown) != len(community.Audiences) {
			w.t.Fatalf("%s is shown to %d of %d audiences", part, len(shown), len(community.Audiences))
		}
	}
}

// TestAPrivateNeedDecidesNoTie: of nine skills that stand as often beside a tenth, eight count as related. Which does not
// depend on whether somebody looked at their matches first with a need of which only they know.
func TestAPrivateNeedDecidesNoTie(t *testing.T) {
	var lists [2]string
	for i, looksFirst := range []bool{false, true} {
		x := communitytest.New(t)
		w := &lookers{Table: x, t: t}
		var concepts []community.Concept
		for i := range 10 {
			concepts = append(concepts, community.Concept{Key: fmt.Sprintf("c/%d", i), Names: map[string]string{"en": fmt.Sprintf("skill %d", i)}})
		}
		importing(t, x, concepts)
		var skills []community.SkillID
		for _, s := range x.Skills.All() {
			if s.Source != "" {
				skills = append(skills, s.ID)
			}
		}
		_, err := x.Members.Change(t.Context(), x.Amara.ID, func(m *community.Member) error {
			m.Needs, m.Shown = []community.SkillID{skills[9]}, map[community.Field]community.Audience{community.FieldNeeds: community.OnlyMe}
			return nil
		})
		w.must(err)
		w.must(x.LoadMatches(t.Context()))
		if looksFirst {
			matches(t, x, x.Amara)
		}
		for p := range community.RelatedTogether + 1 {
			m := &community.Member{Record: community.Record[community.MemberID]{ID: community.MemberID(fmt.Sprintf("a%02d", p))}, Name: "Many-sided", Needs: []community.SkillID{x.Carpentry}}
			known := skills
			if p == community.RelatedTogether { // as often as Chen's below, so that the nine stay equal
				known = skills[1:9]
			}
			for _, s := range known {
				m.Offers = append(m.Offers, community.Offered{Skill: s, Grasp: community.CanDo})
			}
			w.must(x.Members.Add(t.Context(), m))
		}
		_, err = x.Members.Change(t.Context(), x.Chen.ID, func(m *community.Member) error {
			m.Offers = []community.Offered{{Skill: skills[9], Grasp: community.CanDo}}
			return nil
		})
		w.must(err)
		_, err = x.Members.Change(t.Context(), x.Binta.ID, func(m *community.Member) error { m.Needs = skills[:1]; return nil })
		w.must(err)
		w.must(x.LoadMatches(t.Context()))
		for _, m := range matches(t, x, x.Binta) {
			if m.Person.ID == x.Chen.ID {
				text, err := json.Marshal(m.ForYou)
				w.must(err)
				lists[i] = string(text)
			}
		}
	}
	if lists[0] != lists[1] {
		t.Errorf("when Amara has not looked, Binta is told %s of Chen, else %s", lists[0], lists[1])
	}
}
