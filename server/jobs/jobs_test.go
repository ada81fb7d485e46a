package jobs_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"longtable/realtime"
	"longtable/search"
	"longtable/server/community"
	"longtable/server/community/communitytest"
	"longtable/server/jobs"
	"longtable/server/store"
)

// staff is a laid table whose changes are told to the real jobs, with the real engine and hub.
type staff struct {
	*communitytest.Table
	*jobs.Jobs
	t     *testing.T
	relay *store.Relay
	post  *box
	door  *doorway
}

// doorway remembers whom it forgot.
type doorway struct {
	mu        sync.Mutex
	forgotten []community.MemberID // guarded by mu
}

func (d *doorway) Forget(_ context.Context, member community.MemberID) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.forgotten = append(d.forgotten, member)
	return nil
}

// box takes the letters.
type box struct {
	mu      sync.Mutex
	letters []*community.Notice
	digests []community.DigestLetter
	broken  error // of every digest
}

func (b *box) SendDigest(_ context.Context, _ *community.Member, d community.DigestLetter) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken == nil {
		b.digests = append(b.digests, d)
	}
	return b.broken
}

func (b *box) SendNotice(_ context.Context, _ *community.Member, n *community.Notice) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.letters = append(b.letters, n)
	return nil
}

func hire(t *testing.T) *staff {
	t.Helper()
	table := communitytest.New(t)
	engine, err := search.OpenEmbedded(t.TempDir())
	must(t, err)
	hub, err := realtime.New(realtime.Config{Log: quietLog{}, Epoch: func() string { return "test" },
		Authorize: func(context.Context, string, string) error { return nil },
		Send: func(context.Context, string, string, string, string) (realtime.Event, error) {
			return realtime.Event{}, nil
		},
		Read: func(context.Context, string, string, int64) error { return nil }})
	must(t, err)
	s := &staff{Table: table, t: t, post: &box{}, door: &doorway{}}
	s.Jobs = jobs.New(jobs.Tools{Network: table.Network, Search: engine, Hub: hub, Post: s.post, Door: s.door, Files: table.DB, Log: slog.New(slog.DiscardHandler)})
	fresh, err := s.Prepare(t.Context())
	must(t, err)
	for _, index := range fresh {
		must(t, s.Rebuild(t.Context(), index, nil))
	}
	s.relay, err = store.NewRelay(t.Context(), table.DB, slog.New(slog.DiscardHandler), s.React)
	must(t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { s.relay.Run(ctx); close(done) }()
	t.Cleanup(func() {
		stop()
		<-done
		ended, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		must(t, hub.Shutdown(ended))
		must(t, engine.Close())
	})
	s.settle()
	return s
}

type quietLog struct{}

func (quietLog) Page(context.Context, string, int64, int) ([]realtime.Event, error) { return nil, nil }
func (quietLog) Heads(context.Context, string) ([]realtime.Head, error)             { return nil, nil }

func (s *staff) settle() {
	s.t.Helper()
	must(s.t, s.relay.Settle(s.t.Context()))
}

func (s *staff) find(v community.Viewer, index community.Index, text string) search.Results {
	s.t.Helper()
	found, err := s.Search.Search(s.t.Context(), search.Query{Index: string(index), Viewer: v.Tokens(), Text: text, Limit: 20,
		Facets: []string{community.FacetSkill}})
	must(s.t, err)
	return found
}

func (s *staff) change(id community.MemberID, change func(*community.Member)) {
	s.t.Helper()
	_, err := s.Members.Change(s.t.Context(), id, func(m *community.Member) error { change(m); return nil })
	must(s.t, err)
	s.settle()
}

func TestAMemberIsFoundByASkillInAnyLanguageAndMisspelt(t *testing.T) {
	s := hire(t)
	for _, text := range []string{"carpentry", "carpentery", "menuiserie", "نجارة", "carpen"} {
		if found := s.find(s.Chen, community.IndexPeople, text); found.Total == 0 || found.Hits[0].Of != string(s.Amara.ID) {
			t.Errorf("%q finds %+v, not Amara first", text, found.Hits)
		}
	}
}

func TestAHiddenFieldIsFoundCountedAndShownOnlyByWhomItIsOpenTo(t *testing.T) {
	s := hire(t)
	for _, c := range []struct {
		audience community.Audience
		finds    []community.Viewer
		not      []community.Viewer
	}{
		{community.EveryoneInNetwork, []community.Viewer{s.Binta, s.Chen, s.Noor}, []community.Viewer{{}}},
		{community.MyHub, []community.Viewer{s.Binta}, []community.Viewer{s.Chen, s.Noor, {}}},
		{community.MyContacts, nil, []community.Viewer{s.Binta, s.Chen, {}}},
		{community.OnlyMe, nil, []community.Viewer{s.Binta, s.Chen, s.Farid, {}}},
	} {
		s.change(s.Amara.ID, func(m *community.Member) {
			m.About = "zymurgy"
			m.Shown = map[community.Field]community.Audience{community.FieldAbout: c.audience, community.FieldOffers: c.audience}
		})
		for _, v := range c.finds {
			if found := s.find(v, community.IndexPeople, "zymurgy"); found.Total != 1 {
				t.Errorf("open to %s, yet %s finds %d", c.audience, v.Name, found.Total)
			}
		}
		for _, v := range c.not {
			if found := s.find(v, community.IndexPeople, "zymurgy"); found.Total != 0 {
				t.Errorf("open to %s, yet %q finds %d", c.audience, v.Name, found.Total)
			}
			if counts := s.find(v, community.IndexPeople, "Amara").Facets[community.FacetSkill]; len(counts) != 0 {
				t.Errorf("open to %s, yet %q counts %+v", c.audience, v.Name, counts)
			}
		}
	}
	s.connect(s.Amara, s.Chen)
	s.change(s.Amara.ID, func(m *community.Member) { m.Shown[community.FieldAbout] = community.MyContacts })
	if found := s.find(s.See(t, s.Chen.ID), community.IndexPeople, "zymurgy"); found.Total != 1 {
		t.Errorf("a contact finds %d", found.Total)
	}
	if found := s.find(s.See(t, s.Chen.ID), community.IndexPeople, "Amara"); found.Total != 1 {
		t.Errorf("a contact finds Amara %d times, not once", found.Total)
	}
}

func TestABlockTakesEachOutOfTheOthersSearchAndCounts(t *testing.T) {
	s := hire(t)
	_, err := s.Network.Post(t.Context(), s.Amara, community.PostingDraft{Kind: community.Ask, Title: "Oak boards"})
	must(t, err)
	s.settle()
	before := s.find(s.Binta, community.IndexPeople, "").Total
	must(t, s.Network.Block(t.Context(), s.Binta, s.Amara.ID))
	s.settle()
	for _, side := range []struct {
		me    community.Viewer
		other string
	}{{s.Binta, "Amara"}, {s.Amara, "Binta"}} {
		if found := s.find(s.See(t, side.me.ID), community.IndexPeople, side.other); found.Total != 0 {
			t.Errorf("%s still finds %s", side.me.Name, side.other)
		}
	}
	if after := s.find(s.Binta, community.IndexPeople, "").Total; after != before-1 {
		t.Errorf("the count went from %d to %d", before, after)
	}
	if found := s.find(s.Binta, community.IndexBoard, "oak"); found.Total != 0 {
		t.Error("the posting of somebody blocked is found")
	}
	if found := s.find(s.Chen, community.IndexBoard, "oak"); found.Total != 1 {
		t.Error("everybody else should find it")
	}
	must(t, s.Unblock(t.Context(), s.Binta, s.Amara.ID))
	s.settle()
	if found := s.find(s.Binta, community.IndexPeople, "Amara"); found.Total != 1 {
		t.Errorf("after the block was taken back %d are found", found.Total)
	}
}

func TestReactingTwiceTellsOnce(t *testing.T) {
	s := hire(t)
	i, err := s.AskIntroduction(t.Context(), s.Amara, s.Binta.ID, "Tea?")
	must(t, err)
	s.settle()
	must(t, s.React(t.Context(), i))
	must(t, s.React(t.Context(), i))
	s.settle()
	if told := s.notices(s.Binta); len(told) != 1 || told[0].Kind != community.NoticeIntroduction || told[0].Args["name"] != s.Amara.Name {
		t.Errorf("Binta is told %+v", told)
	}
	if len(s.post.letters) != 1 {
		t.Errorf("%d letters went out", len(s.post.letters))
	}
	if told := s.notices(s.Amara); len(told) != 0 {
		t.Errorf("the one who asked is told %+v", told)
	}
}

func TestAMemberIsToldOfNoMoreThanTheRoomInTheirWeek(t *testing.T) {
	s := hire(t)
	s.change(s.Binta.ID, func(m *community.Member) { m.RoomInWeek = 2 })
	for _, from := range []community.Viewer{s.Amara, s.Chen, s.Noor} {
		_, err := s.AskIntroduction(t.Context(), from, s.Binta.ID, "Tea?")
		must(t, err)
		s.Clock.Pass(time.Minute)
	}
	s.settle()
	if told := s.notices(s.Binta); len(told) != 2 {
		t.Fatalf("with room for two Binta is told of %d", len(told))
	}
	s.change(s.Binta.ID, func(m *community.Member) { m.RoomInWeek = 3 })
	must(t, s.PassIntroduction(t.Context(), s.Binta, community.IntroductionID(string(s.Amara.ID)+"~"+string(s.Binta.ID))))
	s.settle()
	ofNoor := func(n *community.Notice) bool { return n.Args["name"] == s.Noor.Name }
	if told := s.notices(s.Binta); len(told) != 3 || !slices.ContainsFunc(told, ofNoor) {
		t.Errorf("once there is room for the next she is told of %d", len(told))
	}
}

func TestWhoMovesUpFromTheWaitingListIsTold(t *testing.T) {
	s := hire(t)
	e, err := s.PostEvent(t.Context(), s.Dana, community.EventDraft{Hub: s.Harbour, Title: "Soup", Date: "2027-03-20", From: "18:30", To: "21:00", Place: "Long room", Capacity: 1})
	must(t, err)
	for _, v := range []community.Viewer{s.Amara, s.Binta} {
		_, err := s.JoinEvent(t.Context(), v, e.ID)
		must(t, err)
	}
	_, err = s.LeaveEvent(t.Context(), s.Amara, e.ID)
	must(t, err)
	s.settle()
	if told := s.notices(s.Binta); len(told) != 1 || told[0].Kind != community.NoticePlace {
		t.Errorf("Binta is told %+v", told)
	}
	_, err = s.CancelEvent(t.Context(), s.Dana, e.ID)
	must(t, err)
	s.settle()
	if told := s.notices(s.Binta); len(told) != 2 || told[0].Say != "notices.event-cancelled" && told[1].Say != "notices.event-cancelled" {
		t.Errorf("after it was called off Binta is told %+v", told)
	}
}

func TestUnreadMessagesAreToldOnceForEachRun(t *testing.T) {
	s := hire(t)
	talk := s.connect(s.Amara, s.Binta)
	for _, nonce := range []string{"n1", "n2", "n3"} {
		_, err := s.Say(t.Context(), s.Amara, talk, nonce, "Are you there?")
		must(t, err)
	}
	s.settle()
	unread := 0
	for _, n := range s.notices(s.Binta) {
		if n.Kind == community.NoticeMessage {
			unread++
		}
	}
	if unread != 1 {
		t.Errorf("Binta is told of one run of messages %d times", unread)
	}
	v := s.See(t, s.Binta.ID)
	open, err := s.Conversation(t.Context(), v, talk)
	must(t, err)
	if open.Seat.Unread() != 4 {
		t.Errorf("%d are unread, not the asking and three more", open.Seat.Unread())
	}
}

func TestASilencedKindIsNotTold(t *testing.T) {
	s := hire(t)
	_, err := s.Silence(t.Context(), s.Binta, []community.NoticeKind{community.NoticeIntroduction})
	must(t, err)
	_, err = s.AskIntroduction(t.Context(), s.Amara, s.Binta.ID, "Tea?")
	must(t, err)
	s.settle()
	if told := s.notices(s.Binta); len(told) != 0 {
		t.Errorf("Binta is told %+v", told)
	}
}

func TestOnlyWhoMaySeeAThingMayWatchIt(t *testing.T) {
	s := hire(t)
	p := s.OpenProgramme(t, nil)
	for topic, may := range map[string]bool{
		jobs.PersonTopic(s.Amara.ID): true, jobs.PersonTopic(s.Binta.ID): false,
		jobs.ProgrammeTopic(p.ID): false, "event:nothing": false, "": false, "nonsense": false,
	} {
		if err := jobs.MayWatch(t.Context(), s.Network, s.Amara.ID, topic); (err == nil) != may {
			t.Errorf("Amara watching %q: %v", topic, err)
		}
	}
	if err := jobs.MayWatch(t.Context(), s.Network, s.Dana.ID, jobs.ProgrammeTopic(p.ID)); err != nil {
		t.Errorf("the host watching the applications: %v", err)
	}
}

func (s *staff) connect(a, b community.Viewer) community.ConversationID {
	s.t.Helper()
	i, err := s.AskIntroduction(s.t.Context(), a, b.ID, "Tea?")
	must(s.t, err)
	accepted, err := s.AcceptIntroduction(s.t.Context(), b, i.ID)
	must(s.t, err)
	s.settle()
	return accepted.Conversation
}

func (s *staff) notices(v community.Viewer) []*community.Notice {
	s.t.Helper()
	list, _, err := s.OwnNotices(s.t.Context(), v, community.Page{Limit: 50})
	must(s.t, err)
	return list
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
