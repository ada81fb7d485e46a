package demo

import (
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	"longtable/server/community"
	"longtable/server/store"
)

// town is a whole small network in a real store, with what was made for it.
func town(t *testing.T) (*harvest, *community.Network) {
	t.Helper()
	g := New(smallTown)
	stores := open(t, t.TempDir())
	if err := g.Fill(t.Context(), stores, nil); err != nil {
		t.Fatal(err)
	}
	network, err := community.New(stores, func() time.Time { return spring })
	if err != nil {
		t.Fatal(err)
	}
	if err := network.LoadSkills(t.Context()); err != nil {
		t.Fatal(err)
	}
	return made(), network
}

func open(t *testing.T, dir string) community.Stores {
	t.Helper()
	engine, err := store.OpenScratch(dir)
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
	return stores
}

// TestEverythingPassesTheRulesOfTheDomain lets the domain itself judge: every thing is written again by somebody who may.
func TestEverythingPassesTheRulesOfTheDomain(t *testing.T) {
	h, network := town(t)
	ctx := t.Context()
	accept := func(what string, err error) {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, m := range h.Members {
		_, err := network.WriteProfile(ctx, community.Viewer{ID: m.ID}, community.DraftOf(m))
		accept(m.Name, err)
	}
	for _, x := range h.Hubs {
		_, err := network.EditHub(ctx, community.Viewer{ID: "leila", Steward: true}, x.ID, community.HubDraftOf(x))
		accept(x.Name, err)
	}
	for _, x := range h.Enterprises {
		_, err := network.EditEnterprise(ctx, community.Viewer{ID: x.People[0].Member}, x.ID, community.EnterpriseDraftOf(x))
		accept(x.Name, err)
	}
	for _, x := range h.Postings {
		_, err := network.EditPosting(ctx, community.Viewer{ID: x.Author}, x.ID, community.PostingDraftOf(x))
		accept(x.Title, err)
	}
	for _, x := range h.Events {
		if x.State == community.EventOpen {
			_, err := network.EditEvent(ctx, community.Viewer{ID: x.Host, HostOf: []community.HubID{x.Hub}}, x.ID, community.EventDraftOf(x))
			accept(x.Title, err)
		}
	}
	for _, x := range h.Plans {
		_, err := network.EditPlan(ctx, community.Viewer{ID: "leila", Steward: true}, x.ID, community.PlanDraftOf(x))
		accept(x.Name, err)
	}
	accept("seats, books and votes", network.KeepPools(ctx))
	for _, p := range h.Pools {
		read, err := network.StatementOf(ctx, community.Viewer{ID: "amara", BooksOf: []community.HubID{p.Hub}}, p.Hub, p.Currency, h.Dues[0].Member)
		if accept("statement", err); read.Owed != 0 || p.Free() <= 0 {
			t.Errorf("the pool has %d, and somebody owes %d", p.Free(), read.Owed)
		}
	}
	for _, x := range h.Programmes {
		if x.State == community.ProgrammeDecision {
			continue // frozen, so the rules are that nobody edits it
		}
		_, err := network.EditProgramme(ctx, community.Viewer{ID: x.Host, HostOf: []community.HubID{x.Hub}}, x.ID, community.ProgrammeDraftOf(x))
		accept(x.Title, err)
	}
}

func TestSkillsHaveNamesThatPeopleCanType(t *testing.T) {
	g := New(smallTown)
	seen := map[string]community.SkillID{}
	for at := range g.skills.list {
		c := g.skills.list[at]
		for _, tongue := range []string{"en", "fr", "ar"} {
			if c.names[tongue] == "" {
				t.Errorf("%s has no name in %s", c.id, tongue)
			}
		}
		for tongue, name := range c.names {
			if n := utf8.RuneCountInString(name); n > community.SkillNameMax || community.Line(name) != name {
				t.Errorf("%s in %s: %q has %d characters or isn't clean", c.id, tongue, name, n)
			}
			if other, taken := seen[tongue+" "+name]; taken {
				t.Errorf("%s and %s are both %q in %s", c.id, other, name, tongue)
			}
			seen[tongue+" "+name] = c.id
		}
	}
}

func TestEventsAreNeverOverbooked(t *testing.T) {
	g := New(smallTown)
	full, cancelled := 0, 0
	for _, e := range made().Events {
		if len(e.Going) > e.Capacity || len(e.Waiting) > 0 && len(e.Going) < e.Capacity {
			t.Errorf("%s: %d go and %d wait for %d places", e.Title, len(e.Going), len(e.Waiting), e.Capacity)
		}
		people := slices.Concat(e.Going, e.Waiting)
		if slices.Sort(people); len(slices.Compact(people)) != len(e.Going)+len(e.Waiting) {
			t.Errorf("%s: somebody is there twice", e.Title)
		}
		if e.StartsAt <= community.At(g.now) || e.StartsAt > community.At(g.now.Add((eventDays+2)*day)) || e.EndsAt <= e.StartsAt {
			t.Errorf("%s is from %v to %v", e.Title, e.StartsAt.Time(), e.EndsAt.Time())
		}
		if len(e.Waiting) > 0 {
			full++
		}
		if e.State == community.EventCancelled {
			cancelled++
		}
	}
	if full == 0 || cancelled > 8 {
		t.Errorf("%d events have a waiting list, %d are cancelled", full, cancelled)
	}
}

func TestConversationsHaveNoGaps(t *testing.T) {
	g := New(smallTown)
	h := made()
	logs := map[community.ConversationID][]*community.Message{}
	for _, m := range h.Messages {
		logs[m.Conversation] = append(logs[m.Conversation], m)
	}
	seats := map[community.ConversationID][]*community.Seat{}
	for _, s := range h.Seats {
		seats[s.Conversation] = append(seats[s.Conversation], s)
	}
	for _, c := range h.Conversations {
		log := logs[c.ID]
		if len(log) < messagesFew-1 || len(log) > messagesMost || len(seats[c.ID]) != 2 {
			t.Fatalf("%s has %d messages and %d seats", c.ID, len(log), len(seats[c.ID]))
		}
		nonces := map[string]bool{}
		for i, m := range log {
			if m.Seq != int64(i+1) || nonces[m.Nonce] || !slices.Contains(c.Members, m.Sender) || m.Body == "" {
				t.Errorf("message %d of %s: %+v", i+1, c.ID, m)
			}
			if i > 0 && m.SentAt < log[i-1].SentAt || m.SentAt > community.At(g.now) {
				t.Errorf("message %d of %s is from %v", i+1, c.ID, m.SentAt.Time())
			}
			nonces[m.Nonce] = true
		}
		last := log[len(log)-1]
		for _, s := range seats[c.ID] {
			if s.Head != last.Seq || s.Read > s.Head || s.Read < 0 || s.LastAt != last.SentAt || last.Sender == s.Member && s.Read != s.Head {
				t.Errorf("seat of %s in %s: %+v", s.Member, c.ID, s)
			}
		}
	}
}

func TestApplicationsAgreeWithTheirProgrammes(t *testing.T) {
	g := New(smallTown)
	h := made()
	programmes, numbers, codes := map[community.ProgrammeID]*community.Programme{}, map[community.ProgrammeID]int{}, map[string]bool{}
	for _, p := range h.Programmes {
		programmes[p.ID] = p
	}
	for _, a := range h.Applications {
		p := programmes[a.Programme]
		if numbers[p.ID]++; a.Number != numbers[p.ID] || codes[a.CodeHash] || a.Name == "" || len(a.Answers) != len(p.Questions) {
			t.Errorf("application %d to %s: %+v", a.Number, p.Title, a)
		}
		codes[a.CodeHash] = true
		for _, q := range p.Questions {
			if n := utf8.RuneCountInString(a.Answers[q.ID]); n == 0 || n > community.AnswerMax {
				t.Errorf("the answer to %q has %d characters", q.Text, n)
			}
		}
		if a.SentAt > community.At(g.now) || a.SentAt > p.Closes || a.DecidedAt > community.At(g.now) {
			t.Errorf("application %d to %s is from %v, decided %v", a.Number, p.Title, a.SentAt.Time(), a.DecidedAt.Time())
		}
	}
	for id, p := range programmes {
		if p.State != community.ProgrammeDrafted && (p.Received != numbers[id] || p.Received < 5) {
			t.Errorf("%s counts %d applications and has %d", p.Title, p.Received, numbers[id])
		}
	}
}
