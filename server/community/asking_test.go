package community_test

import (
	"fmt"
	"reflect"
	"testing"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

func post(t *testing.T, x *communitytest.Table, by community.Viewer, skills ...community.SkillID) *community.Posting {
	t.Helper()
	p, err := x.Post(t.Context(), by, community.PostingDraft{Kind: community.Ask, Title: "Who could help?", Skills: skills})
	must(t, err)
	return p
}

func openRole(t *testing.T, x *communitytest.Table, by community.Viewer, skills ...community.SkillID) *community.OpenRole {
	t.Helper()
	e, err := x.FoundEnterprise(t.Context(), by, community.EnterpriseDraft{Name: "Plank"})
	must(t, err)
	r, err := x.OpenARole(t.Context(), by, e.ID, roleDraft(skills...))
	must(t, err)
	return r
}

func roleDraft(skills ...community.SkillID) community.RoleDraft {
	return community.RoleDraft{Title: "Somebody for the books", Skills: skills, HoursPerWeek: 6, Form: "freelance", Until: "2027-04-01"}
}

func people(matches []community.Match) (ids []community.MemberID) {
	for _, m := range matches {
		ids = append(ids, m.Person.ID)
	}
	return ids
}

func TestAnAskFindsWhoCouldHelpAndTheyFindIt(t *testing.T) {
	x := communitytest.New(t)
	must(t, x.LoadMatches(t.Context()))
	asked := post(t, x, x.Amara, x.Bookkeeping)
	found, err := x.HelpersFor(t.Context(), x.Amara, asked.ID)
	must(t, err)
	if got := people(found); len(got) != 2 || got[0] != x.Binta.ID || got[1] != x.Chen.ID {
		t.Fatalf("for the books are proposed %v", got)
	}
	if b := found[0]; b.ForYou.Covered != 1 || b.ForYou.Needs != 1 || b.ForThem.Needs != 1 || b.ForThem.Covered != 1 {
		t.Errorf("Binta helps, and is helped: %+v", b)
	}
	for name, v := range map[string]community.Viewer{"who could help": x.Binta, "a host": x.Dana, "a steward": x.Farid} {
		if _, err := x.HelpersFor(t.Context(), v, asked.ID); community.KindOf(err) != community.KindNotFound {
			t.Errorf("%s reads who could help: %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		who  community.Viewer
		want int
	}{"who could help": {x.Binta, 1}, "who could from elsewhere": {x.Chen, 1}, "who asks": {x.Amara, 0}, "who cannot": {x.Esra, 0}} {
		asks, err := x.AsksFor(t.Context(), c.who)
		must(t, err)
		if len(asks) != c.want || c.want == 1 && (asks[0].Ask.ID != asked.ID || asks[0].ForThem.Covered != 1) {
			t.Errorf("%s is shown %+v", name, asks)
		}
	}
	must(t, x.Network.Block(t.Context(), x.Binta, x.Amara.ID))
	if found, _ = x.HelpersFor(t.Context(), x.See(t, x.Amara.ID), asked.ID); len(people(found)) != 1 {
		t.Errorf("behind a block: %v", people(found))
	}
	_, err = x.ClosePosting(t.Context(), x.See(t, x.Amara.ID), asked.ID)
	must(t, err)
	if found, err = x.HelpersFor(t.Context(), x.See(t, x.Amara.ID), asked.ID); err != nil || len(found) != 0 {
		t.Errorf("for a closed ask: %v, %v", people(found), err)
	}
}

func TestWhoHasNoRoomIsNotProposedToAnAskOrARole(t *testing.T) {
	x := communitytest.New(t)
	must(t, x.LoadMatches(t.Context()))
	asked, role := post(t, x, x.Amara, x.Bookkeeping), openRole(t, x, x.Amara, x.Bookkeeping)
	see := func() (int, int) {
		t.Helper()
		helpers, err := x.HelpersFor(t.Context(), x.Amara, asked.ID)
		must(t, err)
		fits, err := x.PeopleForRole(t.Context(), x.Amara, role.ID)
		must(t, err)
		return len(helpers), len(fits)
	}
	if helpers, fits := see(); helpers != 2 || fits != 2 {
		t.Fatalf("%d could help, %d fit", helpers, fits)
	}
	_, err := x.Members.Change(t.Context(), x.Binta.ID, func(m *community.Member) error { m.RoomInWeek = 1; return nil })
	must(t, err)
	introduce(t, x, x.Binta, x.Chen) // a host's proposal takes the one place
	if helpers, fits := see(); helpers != 1 || fits != 1 {
		t.Errorf("with Binta's week full, %d could help and %d fit", helpers, fits)
	}
}

func TestARoleFindsPeopleAndTheyFindIt(t *testing.T) {
	x := communitytest.New(t)
	must(t, x.LoadMatches(t.Context()))
	role := openRole(t, x, x.Amara, x.Bookkeeping)
	found, err := x.PeopleForRole(t.Context(), x.Amara, role.ID)
	must(t, err)
	if got := people(found); len(got) != 2 || got[0] != x.Binta.ID {
		t.Errorf("for the role are proposed %v", got)
	}
	roles, err := x.RolesFor(t.Context(), x.Binta)
	must(t, err)
	if len(roles) != 1 || roles[0].Role.ID != role.ID || roles[0].Enterprise.Name != "Plank" || roles[0].ForThem.Covered != 1 {
		t.Errorf("Binta is shown %+v", roles)
	}
	if own, err := x.RolesFor(t.Context(), x.Amara); err != nil || len(own) != 0 {
		t.Errorf("her own role is shown to Amara: %+v, %v", own, err)
	}
	if _, err := x.PeopleForRole(t.Context(), x.Binta, role.ID); community.KindOf(err) != community.KindNotFound {
		t.Errorf("a stranger reads who fits: %v", err)
	}
	for verb, err := range map[string]error{"opening": errorOf(x.OpenARole(t.Context(), x.Binta, role.Enterprise, roleDraft())),
		"changing": errorOf(x.EditRole(t.Context(), x.Binta, role.ID, roleDraft())), "closing": errorOf(x.CloseRole(t.Context(), x.Binta, role.ID))} {
		if community.KindOf(err) != community.KindForbidden {
			t.Errorf("%s by a stranger: %v", verb, err)
		}
	}
	changed, err := x.EditRole(t.Context(), x.Amara, role.ID, roleDraft(x.Carpentry))
	must(t, err)
	if changed.Skills[0] != x.Carpentry || community.RoleDraftOf(changed).Until != "2027-04-01" {
		t.Errorf("changed to %+v", changed)
	}
	_, err = x.CloseRole(t.Context(), x.Amara, role.ID)
	must(t, err)
	if _, _, err := x.Role(t.Context(), x.Binta, role.ID); community.KindOf(err) != community.KindNotFound {
		t.Errorf("a closed role is there for a stranger: %v", err)
	}
	if _, _, err := x.Role(t.Context(), x.Amara, role.ID); err != nil {
		t.Errorf("and for its enterprise: %v", err)
	}
	open, err := x.Roles(t.Context(), x.Amara, role.Enterprise)
	if err != nil || len(open) != 0 {
		t.Errorf("still open: %+v, %v", open, err)
	}
}

func errorOf[A any](_ A, err error) error { return err }

func TestARoleEndsWithItsDayAndWithItsEnterprise(t *testing.T) {
	x := communitytest.New(t)
	must(t, x.LoadMatches(t.Context()))
	role := openRole(t, x, x.Amara, x.Bookkeeping)
	for name, draft := range map[string]community.RoleDraft{"yesterday": {Title: "A", Form: "job", Until: "2027-02-28"}, "no day": {Title: "A", Form: "job", Until: "soon"},
		"no title": {Form: "job", Until: "2027-04-01"}, "no form": {Title: "A", Until: "2027-04-01"},
		"a skill of nobody": {Title: "A", Form: "job", Until: "2027-04-01", Skills: []community.SkillID{"alchemy"}}} {
		if _, err := x.EditRole(t.Context(), x.Amara, role.ID, draft); community.KindOf(err) != community.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, x.Erase(t.Context(), x.Amara.ID, true)) // the enterprise has nobody else
	if _, err := x.OpenRoles.Get(t.Context(), role.ID); community.KindOf(err) != community.KindNotFound {
		t.Errorf("the role outlived its enterprise: %v", err)
	}
	other := openRole(t, x, x.Chen, x.Bookkeeping)
	x.Clock.Pass(40 * 24 * 3600e9)
	if roles, err := x.RolesFor(t.Context(), x.Binta); err != nil || len(roles) != 0 {
		t.Errorf("a role that is over is shown: %+v, %v", roles, err)
	}
	if _, _, err := x.Role(t.Context(), x.Binta, other.ID); community.KindOf(err) != community.KindNotFound {
		t.Errorf("and is there: %v", err)
	}
}

func TestProgrammesAreForWhomTheySayTheyAre(t *testing.T) {
	x := communitytest.New(t)
	must(t, x.LoadMatches(t.Context()))
	open := func(title string, change func(*community.ProgrammeDraft)) {
		d := community.ProgrammeDraft{Hub: x.Harbour, Title: title, Summary: "Half a year.", ForWhom: "Starters.", Places: 4, Closes: "2027-04-01",
			Starts: "2027-05-01", Questions: []string{"What would you build?"}}
		change(&d)
		x.Publish(t, x.Dana, d)
	}
	open("Steps", func(*community.ProgrammeDraft) {})
	open("Books", func(d *community.ProgrammeDraft) { d.Skills = []community.SkillID{x.Bookkeeping} })
	open("Comptes", func(d *community.ProgrammeDraft) {
		d.Skills, d.Languages = []community.SkillID{x.Bookkeeping}, []string{"fr"}
	})
	fits, err := x.ProgrammesFor(t.Context(), x.Amara)
	must(t, err)
	if len(fits) != 2 || fits[0].Programme.Title != "Books" || fits[0].ForYou.Covered != 1 || fits[1].Programme.Title != "Steps" {
		t.Errorf("Amara, who needs help with her books, is shown %+v", fits)
	}
	if _, err := x.ProgrammesFor(t.Context(), community.Viewer{}); community.KindOf(err) != community.KindUnauthenticated {
		t.Errorf("for nobody: %v", err)
	}
}

// A skill that is proposed today, and that no profile names, is named in the reasons all the same.
func TestASkillThatTheRankingHasNotSeenIsNamed(t *testing.T) {
	x := communitytest.New(t)
	must(t, x.LoadMatches(t.Context()))
	s, err := x.ProposeSkill(t.Context(), x.Binta, "glazing", "en")
	must(t, err)
	binta, err := x.Members.Change(t.Context(), x.Binta.ID, func(m *community.Member) error {
		m.Offers = append(m.Offers, community.Offered{Skill: s.ID, Grasp: community.CanDo})
		return nil
	})
	must(t, err)
	p, err := x.Postings.Change(t.Context(), post(t, x, x.Amara).ID, func(p *community.Posting) error { p.Skills = []community.SkillID{s.ID}; return nil })
	must(t, err)
	asks, err := x.AsksFor(t.Context(), x.Binta) // her edit is not in the pool yet
	if err != nil || len(asks) != 1 || asks[0].ForThem.Reasons[0].Need != s.ID {
		t.Errorf("Binta is shown %+v, %v", asks, err)
	}
	must(t, x.Matches.Put(t.Context(), x.Network, binta))
	if found, err := x.HelpersFor(t.Context(), x.Amara, p.ID); err != nil || len(found) != 1 || found[0].ForYou.Reasons[0].Offer != s.ID {
		t.Errorf("Amara is shown %+v, %v", found, err)
	}
}

// What only Binta may see of herself is in none of these lists of others, nor anything that follows from it.
func TestAPrivateFieldChangesNoPairingOfOthers(t *testing.T) {
	x := communitytest.New(t)
	hideEverything(t, x, x.Binta.ID)
	asked, role := post(t, x, x.Amara, x.Bookkeeping, x.Carpentry), openRole(t, x, x.Amara, x.Bookkeeping, x.Carpentry)
	post(t, x, x.Binta, x.Carpentry)
	album := func() string {
		t.Helper()
		must(t, x.LoadMatches(t.Context()))
		all := ""
		see := func(list any, err error) {
			must(t, err)
			all += fmt.Sprintf("%+v\n", list)
		}
		see(matchList(x.HelpersFor(t.Context(), x.Amara, asked.ID)))
		see(matchList(x.PeopleForRole(t.Context(), x.Amara, role.ID)))
		for _, v := range []community.Viewer{x.Amara, x.Chen, x.Esra} {
			asks, err := x.AsksFor(t.Context(), v)
			for _, a := range asks {
				see([]any{a.Ask.ID, a.ForYou, a.ForThem}, err)
			}
			roles, err := x.RolesFor(t.Context(), v)
			for _, r := range roles {
				see([]any{r.Role.ID, r.ForYou, r.ForThem}, err)
			}
		}
		for _, at := range []struct {
			host community.Viewer
			hub  community.HubID
		}{{x.Dana, x.Harbour}, {x.Esra, x.Mill}} {
			see(x.UnmetAt(t.Context(), at.host, at.hub))
			see(x.BridgesAt(t.Context(), at.host, at.hub))
		}
		one, other := x.WhyTogether(t.Context(), x.Dana, x.Binta.ID, x.Chen.ID)
		see([]any{one, other}, nil)
		return all
	}
	before := album()
	own, err := x.AsksFor(t.Context(), x.Binta)
	must(t, err)
	_, err = x.Members.Change(t.Context(), x.Binta.ID, func(m *community.Member) error {
		m.Needs, m.Offers, m.Causes, m.HoursPerWeek, m.Stage = nil, []community.Offered{{Skill: x.Carpentry, Grasp: community.LivedExperience}}, []community.Cause{13}, 40, 1
		m.Languages, m.Headline = []string{"fr"}, "Xerxes"
		return nil
	})
	must(t, err)
	if after := album(); after != before {
		t.Errorf("others saw\n%s\nand now\n%s", before, after)
	}
	now, err := x.AsksFor(t.Context(), x.Binta)
	must(t, err)
	if reflect.DeepEqual(own, now) {
		t.Error("her own asks did not change either, so this test means nothing")
	}
}

func matchList(list []community.Match, err error) (any, error) { return list, err }
