package community_test

import (
	"errors"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/community/communitytest"
	"longtable/server/store"
)

// Wherever a founding is interrupted, its founder finishes it: one charter, one hub, one steward.
func TestAFoundingThatIsInterruptedAnywhereIsFinishedByItsFounder(t *testing.T) {
	for _, after := range []bool{false, true} {
		engine := &tripping{left: -1, after: after}
		file, err := store.OpenScratch(t.TempDir())
		must(t, err)
		engine.Engine = file
		db := store.NewDB(engine)
		t.Cleanup(func() { must(t, db.Close()) })
		stores, err := store.Community(t.Context(), db)
		must(t, err)
		n, err := community.New(stores, time.Now)
		must(t, err)
		_, err = n.Join(t.Context(), "farid", "Farid Haddad", "en")
		must(t, err)
		_, err = n.Join(t.Context(), "noor", "Noor Aziz", "en")
		must(t, err)

		founding := community.Founding{Network: "The Table", Hub: communitytest.HubDraft("Harbour", "GH")}
		interrupted := 0
		for calls := 1; ; calls++ { // each attempt comes one call further, and leaves its traces for the next
			engine.left = calls
			_, err := n.Found(t.Context(), "farid", founding)
			engine.left = -1
			if err == nil || after && community.KindOf(err) == community.KindConflict { // its last answer was lost
				break
			}
			if !errors.Is(err, errTripped) {
				t.Fatalf("attempt %d: %v", calls, err)
			}
			interrupted++
			if founded, err := n.Founded(t.Context()); err != nil || founded && !after {
				t.Errorf("after %d calls: founded %v, %v", calls, founded, err)
			}
		}
		if interrupted < 8 {
			t.Errorf("only %d attempts were interrupted, so this test means little", interrupted)
		}
		checkFounded(t, n)
	}
}

func checkFounded(t *testing.T, n *community.Network) {
	t.Helper()
	if founded, err := n.Founded(t.Context()); err != nil || !founded {
		t.Errorf("founded: %v, %v", founded, err)
	}
	for _, who := range []community.MemberID{"farid", "noor"} {
		_, err := n.Found(t.Context(), who, community.Founding{Network: "Another", Hub: communitytest.HubDraft("Mill", "PT")})
		if community.KindOf(err) != community.KindConflict {
			t.Errorf("%s founds it again: %v", who, err)
		}
	}
	hubs, err := n.Hubs.All(t.Context())
	must(t, err)
	if len(hubs) != 1 || hubs[0].Name != "Harbour" {
		t.Fatalf("there are %d hubs", len(hubs))
	}
	v, err := n.Viewer(t.Context(), "farid")
	must(t, err)
	if !v.Steward || !v.Hosts(hubs[0].ID) {
		t.Errorf("the founder is %+v", v)
	}
	if v, err := n.Viewer(t.Context(), "noor"); err != nil || v.Steward {
		t.Errorf("somebody else is a steward: %v", err)
	}
}
