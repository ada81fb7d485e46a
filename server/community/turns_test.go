package community_test

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"longtable/matching"
	"longtable/server/community"
	"longtable/server/community/communitytest"
	"longtable/server/demo"
	"longtable/server/evaluate"
	"longtable/server/store"
)

// demoNetwork is what the ranking knows of the demo network.
func demoNetwork(t *testing.T, members int) evaluate.Network {
	t.Helper()
	network, _ := demoPeople(t, members)
	return peopleOf(t, network)
}

// demoPeople are the demo network in a store of its own, with a clock that the test moves.
func demoPeople(t *testing.T, members int) (*community.Network, *communitytest.Clock) {
	t.Helper()
	engine, err := store.OpenScratch(t.TempDir())
	must(t, err)
	db := store.NewDB(engine)
	t.Cleanup(func() { must(t, db.Close()) })
	stores, err := store.Community(t.Context(), db)
	must(t, err)
	clock := communitytest.NewClock(time.Date(2024, time.April, 10, 9, 30, 0, 0, time.UTC))
	must(t, demo.New(demo.Options{Members: members, Seed: 1, Now: clock.Now()}).Fill(t.Context(), stores, nil))
	network, err := community.New(stores, clock.Now)
	must(t, err)
	must(t, network.LoadMatches(t.Context()))
	return network, clock
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

// turns measures the demo network, with the product's kappa.
func turns(t *testing.T, members, rounds int) (plain, shared, reaching evaluate.Outcome) {
	t.Helper()
	outcomes, err := evaluate.Turns(t.Context(), demoNetwork(t, members), matching.HandSet(), rounds, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outcomes {
		t.Logf("%+v", o)
	}
	return outcomes[0], outcomes[1], outcomes[2]
}

// In the demo network newcomers have written nothing, not even what they offer: no kappa can bring them into the lists
// of the best, only the search for those who are due does.
func TestNewcomersOfTheDemoGetTheirTurn(t *testing.T) {
	t.Parallel()
	plain, shared, reaching := turns(t, 500, 6)
	if plain.Newcomers > 0.5 {
		t.Errorf("newcomers are shown %.2f times as often as others without turns: nothing was tested", plain.Newcomers)
	}
	if shared.Newcomers < 1.5*plain.Newcomers || reaching.Newcomers < shared.Newcomers || reaching.Newcomers > 1.3 {
		t.Errorf("newcomers are shown %.2f times as often as others with turns, %.2f when those due are looked for", shared.Newcomers, reaching.Newcomers)
	}
	if shared.Least < 0.9 || reaching.Least < 0.9 {
		t.Errorf("a list keeps %.3f or %.3f of its quality", shared.Least, reaching.Least)
	}
}

func TestProveMatchingDemoNewcomers(t *testing.T) {
	if os.Getenv("LONGTABLE_PROVE") != "1" {
		t.Skip("LONGTABLE_PROVE=1 switches on the long proofs")
	}
	plain, _, reaching := turns(t, demoProved, evaluate.Rounds)
	fmt.Printf("figure demo-never-shown %.4f of members bar 0.001\n", reaching.Never)
	fmt.Printf("figure demo-least-quality %.4f of the best list bar 0.9\n", reaching.Least)
	fmt.Printf("figure demo-newcomers %.3f times as with plain lists bar 3\n", reaching.Newcomers/plain.Newcomers)
	if reaching.Never > 0.001 || reaching.Least < 0.9 || reaching.Newcomers < 3*plain.Newcomers {
		t.Errorf("below the bar: %+v, with plain lists %+v", reaching, plain)
	}
}

// demoProved is the size at which newcomers are beyond reach of the best 200, and a proof still takes a minute.
const demoProved = 4000
