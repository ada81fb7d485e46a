package community_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"longtable/matching"
	"longtable/server/community"
	"longtable/server/demo"
	"longtable/server/evaluate"
	"longtable/server/store"
)

// demoNetwork is what the ranking knows of the demo network.
func demoNetwork(t *testing.T, members int) evaluate.Network {
	t.Helper()
	engine, err := store.OpenSQLite(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	db := store.NewDB(engine)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	stores, err := store.Community(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2024, time.April, 10, 9, 30, 0, 0, time.UTC)
	if err := demo.New(demo.Options{Members: members, Seed: 1, Now: now}).Fill(t.Context(), stores, nil); err != nil {
		t.Fatal(err)
	}
	network, err := community.New(stores, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	if err := network.LoadMatches(t.Context()); err != nil {
		t.Fatal(err)
	}
	return peopleOf(t, network)
}

func peopleOf(t *testing.T, network *community.Network) evaluate.Network {
	t.Helper()
	var n evaluate.Network
	var sets [][]matching.Skill
	size := map[uint32]int{}
	for m, err := range network.Members.Each(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		profile, found := network.Matches.Pool().Get(string(m.ID))
		if !found {
			continue // they left matching
		}
		shown := m.ShownTo(community.EveryoneInNetwork)
		n.Members = append(n.Members, evaluate.Member{Profile: profile, Newcomer: len(m.Offers) == 0,
			Apart: len(shown.Languages) > 0 && !slices.Contains(shown.Languages, "en")})
		size[profile.Hub]++
		set := []matching.Skill{}
		for _, o := range profile.Offers {
			set = append(set, o.Skill)
		}
		sets = append(sets, set)
	}
	for i := range n.Members {
		n.Members[i].Small = size[n.Members[i].Hub]*len(size) < len(n.Members)
	}
	n.Related = matching.LearnRelated(sets, community.RelatedTogether)
	return n
}

func TestExploreDemo(t *testing.T) {
	members, _ := strconv.Atoi(os.Getenv("XN"))
	if members == 0 {
		t.Skip()
	}
	n := demoNetwork(t, members)
	noHub, none := 0, 0
	for _, m := range n.Members {
		if m.Newcomer {
			none++
			if m.Hub == 0 {
				noHub++
			}
		}
	}
	fmt.Println(len(n.Members), "members", none, "newcomers", noHub, "without hub")
	for _, k := range []uint16{100, 200, 350} {
		w := matching.HandSet()
		w.Unstated = k
		outcomes, err := evaluate.Explore(t.Context(), n, w, 12, 1, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range outcomes {
			fmt.Printf("%d %-26s %.3f/%.3f gini %.3f never %.3f w10 %.3f new %.2f apart %.2f small %.2f log %.2f acc %.0f mut %.0f\n", k, o.Method, o.Quality, o.Least, o.Gini, o.Never, o.WorstDecile, o.Newcomers, o.Apart, o.SmallHubs, o.LogWelfare, o.Accepted, o.Mutual)
		}
	}
}
