package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"longtable/server/community"
)

// harvest are documents that were made and not stored yet.
type harvest struct {
	Charters      []*community.Charter
	Skills        []*community.Skill
	Hubs          []*community.Hub
	Members       []*community.Member
	Enterprises   []*community.Enterprise
	Postings      []*community.Posting
	Events        []*community.Event
	Programmes    []*community.Programme
	Applications  []*community.Application
	Reviews       []*community.Review
	Selections    []*community.Selection
	ProgrammeLogs []*community.ProgrammeLog
	JoinRequests  []*community.JoinRequest
	Reports       []*community.Report
	Introductions []*community.Introduction
	Connections   []*community.Connection
	Conversations []*community.Conversation
	Seats         []*community.Seat
	Messages      []*community.Message // of whole conversations, in order
	Notices       []*community.Notice
	Plans         []*community.Plan
	PlanSeats     []*community.PlanSeat
	Dues          []*community.Dues
	Pools         []*community.Pool
	Ledger        []*community.LedgerEntry
	Donations     []*community.Donation
	Proposals     []*community.Proposal
	Remarks       []*community.Remark
	Assistances   []*community.Assistance
	Acts          []*community.Act
}

// stage makes things of one kind, those with the numbers from up to to.
type stage struct {
	from, to int
	make     func(h *harvest, number int)
}

// personaTalks are the first conversations, all of them with a persona.
const personaTalks = 16

// first is what pages need at once; the rest can come while people look round already.
func (g *Generator) first() []stage {
	return []stage{
		{0, 1, g.charter}, {0, len(g.skills.list), g.skill}, {0, len(g.hubs), g.hub}, {0, g.plan.first, g.member},
		{0, min(len(g.hubs), g.enterprises()), g.enterprise}, {0, g.events(), g.event}, {0, g.programmes(), g.programme},
		{0, min(firstPostings, g.postings()), g.posting}, {0, min(personaTalks, len(g.plan.pairs)), g.talk}, {0, 1, g.waiting}, {0, len(g.hubs), g.books},
	}
}

func (g *Generator) rest() []stage {
	return []stage{
		{g.plan.first, g.members, g.member}, {min(len(g.hubs), g.enterprises()), g.enterprises(), g.enterprise},
		{min(firstPostings, g.postings()), g.postings(), g.posting}, {g.plan.first, g.members, g.caller},
		{0, g.introductions(), g.introduction}, {min(personaTalks, len(g.plan.pairs)), len(g.plan.pairs), g.talk},
	}
}

func (g *Generator) charter(h *harvest, _ int) {
	h.Charters = append(h.Charters, &community.Charter{Record: community.Record[community.CharterID]{ID: community.CharterOne},
		Name: "Longtable Demo", Epoch: idOf[string](g, "epoch", 0), FoundedAt: g.ago(founded * day), Demo: true})
}

// The mark is a document of its own that remembers with which options a store was begun, when, and how far it is. A
// filling that was interrupted goes on from there with the same dates; what is stored already is recognised by its id.
const (
	markBegun = "begun"
	markFirst = "first"
	markDone  = "done"

	markID = community.CharterID("demo")
)

// ErrOther refuses a store that holds a demo network of another size or seed.
var ErrOther = errors.New("demo: this folder holds another demo network; use the same options again, or another folder")

// Fill stores the whole network, or what is missing of it.
func (g *Generator) Fill(ctx context.Context, stores community.Stores, progress func(done, of int)) error {
	if err := g.FillFirst(ctx, stores); err != nil {
		return err
	}
	return g.FillRest(ctx, stores, progress)
}

// FillFirst stores what every page needs: the charter, skills, hubs, the personas and those around them, events and
// programmes. It takes a second or two, and nothing when it was done before.
func (g *Generator) FillFirst(ctx context.Context, stores community.Stores) error {
	state, err := g.begin(ctx, stores)
	if err != nil || state != markBegun {
		return err
	}
	if err := g.grow(ctx, stores, g.first(), func(int, int) {}); err != nil {
		return err
	}
	return g.markAs(ctx, stores, markFirst)
}

// FillRest stores everybody else and what they do. progress, which may be nil, is called now and then with how many
// things of how many are stored. It does nothing when it was done before, and FillFirst first if that wasn't.
func (g *Generator) FillRest(ctx context.Context, stores community.Stores, progress func(done, of int)) error {
	if err := g.FillFirst(ctx, stores); err != nil {
		return err
	}
	state, err := g.begin(ctx, stores)
	if err != nil || state == markDone {
		return err
	}
	if progress == nil {
		progress = func(int, int) {}
	}
	if err := g.grow(ctx, stores, g.rest(), progress); err != nil {
		return err
	}
	return g.markAs(ctx, stores, markDone)
}

// begin finds how far the store is, and takes over the present with which it was begun.
func (g *Generator) begin(ctx context.Context, stores community.Stores) (state string, err error) {
	options := fmt.Sprintf("%d members, seed %d", g.members, g.seed)
	mark, err := stores.Charters.Get(ctx, markID)
	if community.KindOf(err) == community.KindNotFound && err != nil {
		mark = &community.Charter{Record: community.Record[community.CharterID]{ID: markID}, Name: options, Epoch: markBegun, FoundedAt: community.At(g.now)}
		err = stores.Charters.Add(ctx, mark)
	}
	if err != nil {
		return "", fmt.Errorf("demo: find out how far the store is: %w", err)
	}
	if mark.Name != options {
		return "", fmt.Errorf("%w (it has %s)", ErrOther, mark.Name)
	}
	g.now = mark.FoundedAt.Time()
	return mark.Epoch, nil
}

func (g *Generator) markAs(ctx context.Context, stores community.Stores, state string) error {
	_, err := stores.Charters.Change(ctx, markID, func(c *community.Charter) error {
		c.Epoch = state
		return nil
	})
	return err
}

// basket is how many things are made before they are stored.
const basket = 250

func (g *Generator) grow(ctx context.Context, stores community.Stores, stages []stage, progress func(done, of int)) error {
	done, of := 0, 0
	for _, s := range stages {
		of += s.to - s.from
	}
	for _, s := range stages {
		for from := s.from; from < s.to; from += basket {
			var h harvest
			for i := from; i < min(from+basket, s.to); i++ {
				s.make(&h, i)
			}
			if err := h.store(ctx, stores); err != nil {
				return fmt.Errorf("demo: %w", err)
			}
			done += min(basket, s.to-from)
			progress(done, of)
		}
	}
	return nil
}

// store keeps the harvest. People come before what they do, so that nothing stands there without its author.
func (h *harvest) store(ctx context.Context, s community.Stores) error {
	for _, put := range []func() error{
		func() error { return keep(ctx, s.Charters, h.Charters) },
		func() error { return keep(ctx, s.SkillList, h.Skills) },
		func() error { return keep(ctx, s.Hubs, h.Hubs) },
		func() error { return keep(ctx, s.Members, h.Members) },
		func() error { return keep(ctx, s.Enterprises, h.Enterprises) },
		func() error { return keep(ctx, s.Postings, h.Postings) },
		func() error { return keep(ctx, s.Events, h.Events) },
		func() error { return keep(ctx, s.Programmes, h.Programmes) },
		func() error { return keep(ctx, s.Applications, h.Applications) },
		func() error { return keep(ctx, s.Reviews, h.Reviews) },
		func() error { return keep(ctx, s.Selections, h.Selections) },
		func() error { return keep(ctx, s.ProgrammeLogs, h.ProgrammeLogs) },
		func() error { return keep(ctx, s.JoinRequests, h.JoinRequests) },
		func() error { return keep(ctx, s.Reports, h.Reports) },
		func() error { return keep(ctx, s.Introductions, h.Introductions) },
		func() error { return keep(ctx, s.Connections, h.Connections) },
		func() error { return keep(ctx, s.Conversations, h.Conversations) },
		func() error { return keepLog(ctx, s.Messages, h.Messages) },
		func() error { return keep(ctx, s.Seats, h.Seats) },
		func() error { return keep(ctx, s.Notices, h.Notices) },
		func() error { return keep(ctx, s.Plans, h.Plans) },
		func() error { return keep(ctx, s.PlanSeats, h.PlanSeats) },
		func() error { return keep(ctx, s.Dues, h.Dues) },
		func() error { return keep(ctx, s.Pools, h.Pools) },
		func() error { return keep(ctx, s.Ledger, h.Ledger) },
		func() error { return keep(ctx, s.Donations, h.Donations) },
		func() error { return keep(ctx, s.Proposals, h.Proposals) },
		func() error { return keep(ctx, s.Remarks, h.Remarks) },
		func() error { return keep(ctx, s.Assistances, h.Assistances) },
		func() error { return keep(ctx, s.Acts, h.Acts) },
	} {
		if err := put(); err != nil {
			return err
		}
	}
	return nil
}

// told stores many things at once without telling anybody, where a store can do that.
type told[T any] interface {
	AddTold(ctx context.Context, all []*T) error
}

// keep stores those that are not there yet.
func keep[ID ~string, T any, P interface {
	*T
	Key() string
}](ctx context.Context, keeper community.Keeper[ID, T], all []*T) error {
	for part := range slices.Chunk(all, basket) {
		ids := make([]ID, len(part))
		for i, v := range part {
			ids[i] = ID(P(v).Key())
		}
		there, err := keeper.Many(ctx, ids)
		if err != nil {
			return err
		}
		var missing []*T
		for i, v := range part {
			if there[i] == nil {
				missing = append(missing, v)
			}
		}
		if err := add(ctx, keeper, missing); err != nil {
			return err
		}
	}
	return nil
}

func add[T any](ctx context.Context, keeper interface {
	Add(ctx context.Context, thing *T) error
}, all []*T) error {
	if many, ok := keeper.(told[T]); ok {
		return many.AddTold(ctx, all)
	}
	for _, v := range all {
		if err := keeper.Add(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

// keepLog stores the messages that are behind the end of their conversation's log.
func keepLog(ctx context.Context, log community.Messages, all []*community.Message) error {
	heads := map[community.ConversationID]int64{}
	var missing []*community.Message
	for _, m := range all {
		head, known := heads[m.Conversation]
		if !known {
			var err error
			if head, err = log.Head(ctx, m.Conversation); err != nil {
				return err
			}
			heads[m.Conversation] = head
		}
		if m.Seq > head {
			missing = append(missing, m)
		}
	}
	if many, ok := log.(told[community.Message]); ok {
		return many.AddTold(ctx, missing)
	}
	for _, m := range missing {
		if _, _, err := log.Append(ctx, m); err != nil {
			return err
		}
	}
	return nil
}
