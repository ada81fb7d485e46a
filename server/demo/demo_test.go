package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"longtable/server/community"
)

// spring is a moment whose time zones nobody changes any more.
var spring = time.Date(2024, time.April, 10, 9, 30, 0, 0, time.UTC)

// smallTown is a network that is quick to make; its digest stands in goldenDigest.
var smallTown = Options{Members: 300, Seed: 1, Now: spring}

// goldenDigest is that of smallTown. Whoever changes a word of the demo writes the new one here, and knows by it that
// nothing else, neither machine nor order, changed the network.
const goldenDigest = "2379ac318b07abaac5469b64bf4b6050ded23dfdf6c7dca8c22527c9404739e0"

// everything makes all documents without a store.
func everything(g *Generator) *harvest {
	all := &harvest{}
	for _, s := range append(g.first(), g.rest()...) {
		for i := s.from; i < s.to; i++ {
			s.make(all, i)
		}
	}
	return all
}

// made is smallTown, made once for all tests that only look at it.
var made = sync.OnceValue(func() *harvest { return everything(New(smallTown)) })

func digest(t *testing.T, h *harvest) string {
	t.Helper()
	sum := sha256.New()
	if err := json.NewEncoder(sum).Encode(h); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func TestTheSameSeedIsTheSameNetwork(t *testing.T) {
	one, two := digest(t, made()), digest(t, everything(New(smallTown)))
	if one != two {
		t.Errorf("two generations differ: %s and %s", one, two)
	}
	if one != goldenDigest {
		t.Errorf("the network has the digest %s, not %s", one, goldenDigest)
	}
	other := smallTown
	other.Seed = 2
	if digest(t, everything(New(other))) == one {
		t.Error("another seed made the same network")
	}
}

func TestOnlyDatesFollowTheClock(t *testing.T) {
	later := smallTown
	later.Now = spring.Add(400 * day)
	one, two := made(), everything(New(later))
	for i, m := range one.Members {
		same := *two.Members[i]
		same.JoinedAt = m.JoinedAt
		if !reflect.DeepEqual(m, &same) {
			t.Fatalf("member %s differs with the clock:\n%+v\n%+v", m.ID, m, &same)
		}
	}
	for i, e := range one.Events {
		if two.Events[i].ID != e.ID || two.Events[i].StartsAt <= e.StartsAt {
			t.Fatalf("event %s didn't move with the clock", e.ID)
		}
	}
}

func TestDocumentsDoNotDependOnEachOther(t *testing.T) {
	all, fresh := made(), New(smallTown)
	var alone harvest
	fresh.member(&alone, 200)
	at := slices.IndexFunc(all.Members, func(m *community.Member) bool { return m.ID == alone.Members[0].ID })
	if at < 0 || !reflect.DeepEqual(all.Members[at], alone.Members[0]) {
		t.Error("a member made alone is another one than in the row")
	}
}

func TestEveryIDIsOneOfOurs(t *testing.T) {
	seen := map[string]bool{}
	v := reflect.ValueOf(*made())
	for f := range v.NumField() {
		for i := range v.Field(f).Len() {
			id := v.Field(f).Index(i).Interface().(community.Kept).Key()
			if _, err := community.ParseID[string](id); err != nil {
				t.Errorf("%s: %v", v.Type().Field(f).Name, err)
			}
			if key := v.Type().Field(f).Name + " " + id; seen[key] {
				t.Errorf("%s twice", key)
			} else {
				seen[key] = true
			}
		}
	}
}

func TestNoTextKeepsABlankOrAnUncleanCharacter(t *testing.T) {
	var check func(path string, v reflect.Value)
	check = func(path string, v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			check(path, v.Elem())
		case reflect.Struct:
			for i := range v.NumField() {
				check(path+"."+v.Type().Field(i).Name, v.Field(i))
			}
		case reflect.Slice:
			for i := range v.Len() {
				check(path, v.Index(i))
			}
		case reflect.Map:
			for _, key := range v.MapKeys() {
				check(path+"["+key.String()+"]", v.MapIndex(key))
			}
		case reflect.String:
			text := v.String()
			if strings.ContainsAny(text, "{}|") || strings.Contains(text, ">>") || strings.Contains(text, "::") {
				t.Errorf("%s has a blank or a mark left: %q", path, text)
			}
			if community.Paragraphs(text) != text {
				t.Errorf("%s isn't clean: %q", path, text)
			}
		}
	}
	check("", reflect.ValueOf(made()))
}

func TestNumbersOfTheUsualNetwork(t *testing.T) {
	g := New(Options{Seed: 1, Now: spring})
	countries := map[string]bool{}
	for _, p := range g.hubs {
		countries[p.country] = true
	}
	for _, n := range []struct {
		what      string
		got, want int
	}{
		{"hubs", len(g.hubs), 100}, {"countries", len(countries), 40}, {"members", g.members, 16_000}, {"enterprises", len(g.plan.staff), 1500},
		{"postings", g.postings(), 400}, {"events", g.events(), 300}, {"programmes", g.programmes(), 60}, {"conversations", len(g.plan.pairs), 3000},
	} {
		if n.got != n.want {
			t.Errorf("%d %s, want %d", n.got, n.what, n.want)
		}
	}
	if n := len(g.skills.list); n < 2800 || n > 3300 {
		t.Errorf("%d skills, want about 3,000", n)
	}
	sizes := map[int]int{}
	for _, staff := range g.plan.staff {
		sizes[min(len(staff), 30)]++
	}
	if sizes[0] > 0 || sizes[1] < 300 || sizes[30] < 5 {
		t.Errorf("enterprises by size: %v", sizes)
	}
}

func TestManyScriptsAndFewWhoAreAlike(t *testing.T) {
	g := New(Options{Members: 3000, Seed: 1, Now: spring})
	var h harvest
	for i := range g.members {
		g.member(&h, i)
	}
	scripts := map[string]*unicode.RangeTable{"Latin": unicode.Latin, "Arabic": unicode.Arabic, "Cyrillic": unicode.Cyrillic,
		"Devanagari": unicode.Devanagari, "Han": unicode.Han}
	named, told, alike, thin, homeless := map[string]int{}, map[string]int{}, map[string]bool{}, 0, 0
	names := map[string]bool{}
	for _, m := range h.Members {
		names[m.Name] = true
		for script, table := range scripts {
			if strings.ContainsFunc(m.Name, func(r rune) bool { return unicode.Is(table, r) }) {
				named[script]++
			}
			if strings.ContainsFunc(m.About, func(r rune) bool { return unicode.Is(table, r) }) {
				told[script]++
			}
		}
		if m.Hub == "" {
			homeless++
		}
		if m.About == "" {
			thin++
			continue
		}
		if key := m.Headline + m.About; alike[key] {
			t.Errorf("two people say the same: %q", key)
		} else {
			alike[key] = true
		}
	}
	for script := range scripts {
		if named[script] < 60 || told[script] < 60 {
			t.Errorf("%d names and %d texts of 3,000 are in %s script", named[script], told[script], script)
		}
	}
	if thin < 240 || thin > 480 || homeless < 60 || homeless > 300 {
		t.Errorf("%d of 3,000 are newcomers with thin profiles, %d without a hub", thin, homeless)
	}
	if len(names) < 2550 {
		t.Errorf("only %d different names among 3,000 people", len(names))
	}
}

func TestSkillsHaveALongTail(t *testing.T) {
	g := New(Options{Members: 4000, Seed: 1, Now: spring})
	used, all := map[community.SkillID]int{}, 0
	for i := range g.members {
		offers, needs := g.skillsOf(i)
		for _, o := range offers {
			used[o.Skill]++
		}
		for _, s := range needs {
			used[s]++
		}
		all += len(offers) + len(needs)
	}
	var counts []int
	for _, n := range used {
		counts = append(counts, n)
	}
	slices.Sort(counts)
	slices.Reverse(counts)
	top := 0
	for _, n := range counts[:10] {
		top += n
	}
	if share := 100 * top / all; share < 4 || share > 25 {
		t.Errorf("the ten commonest skills have %d %% of all uses", share)
	}
	if len(counts) < 2000 {
		t.Errorf("only %d different skills are used by 4,000 people", len(counts))
	}
}
