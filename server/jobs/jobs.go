// Package jobs decides what follows from a change: who is told, what is indexed, which open page looks again. React is
// the one list of all of it. Every reaction may run twice without harm, because after a crash it will.
package jobs

import (
	"context"
	"errors"
	"log/slog"

	"longtable/realtime"
	"longtable/search"
	"longtable/server/community"
)

// Tools are what the jobs work with.
type Tools struct {
	Network *community.Network
	Search  search.Engine
	Hub     *realtime.Hub
	Post    Post // nil when no letters are sent
	Door    Door
	Files   Files
	Log     *slog.Logger
}

// Post sends a notice, or what was missed, as a letter to the member's mailbox.
type Post interface {
	SendNotice(ctx context.Context, to *community.Member, notice *community.Notice) error
	SendDigest(ctx context.Context, to *community.Member, letter community.DigestLetter) error
}

// Jobs reacts to changes. It is safe for use by many workers at once.
type Jobs struct {
	Tools
	mornings community.Mornings
}

// New makes the jobs.
func New(tools Tools) *Jobs { return &Jobs{Tools: tools} }

// React does everything that follows from a change. It gets the thing as it is now; one that was taken away is marked
// as gone. An error means: again later.
func (j *Jobs) React(ctx context.Context, changed any) error {
	switch x := changed.(type) {
	case *community.Member:
		return errors.Join(j.rematch(ctx, x), j.indexMember(ctx, x), j.showMember(x), j.watchMember(ctx, x))
	case *community.Skill:
		return j.learnName(ctx, x)
	case *community.Hub:
		return errors.Join(j.applyHub(ctx, x), j.watchThing(ctx, community.IndexHubs, "", x, j.hubDocument(x)))
	case *community.Enterprise:
		return errors.Join(j.applyEnterprise(ctx, x), j.watchThing(ctx, community.IndexEnterprises, "", x, j.enterpriseDocument(x)))
	case *community.Posting:
		return errors.Join(j.applyPosting(ctx, x), j.Network.NoteAnswer(ctx, x), j.watchThing(ctx, community.IndexBoard, x.Author, x, j.postingDocument(x)))
	case *community.Event:
		return errors.Join(j.applyEvent(ctx, x), j.watchThing(ctx, community.IndexEvents, "", x, j.eventDocument(x)), j.tellAttendees(ctx, x), j.seatAttendees(ctx, x), j.nudge(EventTopic(x.ID), x.Rev))
	case *community.Programme:
		return errors.Join(j.applyProgramme(ctx, x), j.watchThing(ctx, community.IndexProgrammes, "", x, j.programmeDocument(x)), j.tellReaders(ctx, x))
	case *community.Selection:
		return errors.Join(j.Network.SettleSelection(ctx, x), j.tellCommitters(ctx, x), j.nudge(ProgrammeTopic(x.ID), x.Rev))
	case *community.Application:
		return errors.Join(j.tellOfApplication(ctx, x), j.Network.NoteAnswer(ctx, x), j.seatCohort(ctx, x), j.nudge(ProgrammeTopic(x.Programme), x.Rev))
	case *community.Introduction:
		j.Network.Matches.Asked(x, j.Network.Now())
		return errors.Join(j.tellOfIntroduction(ctx, x), j.Network.NoteAnswer(ctx, x))
	case *community.Brokering:
		j.Network.Matches.Brokered(x, j.Network.Now())
		return j.tellOfBrokering(ctx, x)
	case *community.Connection:
		return j.reindexAfterTie(ctx, x.Owner)
	case *community.Block:
		return errors.Join(j.separate(ctx, x.By), j.separate(ctx, x.Against))
	case *community.JoinRequest:
		return errors.Join(j.tellOfJoinRequest(ctx, x), j.Network.NoteAnswer(ctx, x))
	case *community.Assistance:
		return j.tellOfHelp(ctx, x)
	case *community.Recovery:
		return j.tellOfRecovery(ctx, x)
	case *community.Report:
		return j.tellOfReport(ctx, x)
	case *community.Message:
		return j.deliver(ctx, x)
	case *community.Conversation:
		return j.settleTalk(ctx, x)
	case *community.Erasure:
		return j.empty(ctx, x)
	case *community.Notice:
		return j.mail(ctx, x)
	case *community.Dues:
		return j.moveSeat(ctx, x)
	case *community.Pool:
		return j.movePool(ctx, x)
	case *community.Proposal:
		return j.tellOfProposal(ctx, x)
	case *community.SavedSearch:
		return j.learnKnown(ctx, x)
	case *community.WeightsVersion:
		return community.NewTeacher(j.Network).TakeUp(ctx)
	}
	return nil
}

// failed says what could not be done in words of our own, for the log and for stewards. The cause may quote people: a mail
// server repeats the address that it refuses.
type failed struct {
	doing string
	err   error
}

func (f *failed) Error() string { return f.doing + ": " + f.err.Error() }

func (f *failed) Unwrap() error { return f.err }

// Plain is what the store keeps of the failure, before what it knows of the cause.
func (f *failed) Plain() string { return f.doing }

func (j *Jobs) nudge(topic string, rev int64) error {
	j.Hub.Nudge(topic, rev)
	return nil
}
