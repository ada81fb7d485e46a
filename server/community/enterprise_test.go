package community_test

import (
	"testing"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

func TestOnlyPeopleOneIsConnectedWithAreBroughtIn(t *testing.T) {
	x := communitytest.New(t)
	e, err := x.FoundEnterprise(t.Context(), x.Amara, community.EnterpriseDraft{Name: "Okafor Joinery"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.BringIn(t.Context(), x.Amara, e.ID, x.Binta.ID, "Books"); community.KindOf(err) != community.KindInvalid {
		t.Errorf("a stranger was brought in: %v", err)
	}
	asked, err := x.AskIntroduction(t.Context(), x.Binta, x.Amara.ID, "Shall we?")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.AcceptIntroduction(t.Context(), x.Amara, asked.ID); err != nil {
		t.Fatal(err)
	}
	amara := x.See(t, x.Amara.ID)
	could, err := x.CouldBringIn(t.Context(), amara, e)
	if err != nil || len(could) != 1 || could[0].ID != x.Binta.ID {
		t.Fatalf("Amara could bring in %v, %v", could, err)
	}
	e, err = x.BringIn(t.Context(), amara, e.ID, x.Binta.ID, "Books")
	if err != nil {
		t.Fatal(err)
	}
	if could, err = x.CouldBringIn(t.Context(), amara, e); err != nil || len(could) != 0 {
		t.Errorf("Binta could be brought in twice: %v, %v", could, err)
	}
	if could, err = x.CouldBringIn(t.Context(), x.Chen, e); err != nil || len(could) != 0 {
		t.Errorf("who is not of the enterprise could bring in %v, %v", could, err)
	}
}

func TestNobodysOwnPageChangesItsEnterpriseByAnothersHand(t *testing.T) {
	x := communitytest.New(t)
	connect(t, x, x.Amara, x.Binta)
	amara, binta := x.See(t, x.Amara.ID), x.See(t, x.Binta.ID)
	hers, err := x.FoundEnterprise(t.Context(), binta, community.EnterpriseDraft{Name: "Ledger"})
	if err != nil {
		t.Fatal(err)
	}
	other, err := x.FoundEnterprise(t.Context(), amara, community.EnterpriseDraft{Name: "Plank"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.BringIn(t.Context(), amara, other.ID, binta.ID, "Books"); err != nil {
		t.Fatal(err)
	}
	if got := own(t, x, binta).Enterprise; got != hers.ID {
		t.Errorf("her page now says %s, not %s", got, hers.ID)
	}
}
