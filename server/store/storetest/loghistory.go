package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/anishathalye/porcupine"

	"longtable/server/community"
	"longtable/server/store"
)

// LogHistories lets people at two servers over one engine say things in conversations, several times the same, and read
// on from where they were, all at once; and checks that each conversation's answers have an order that explains them.
func LogHistories(t testing.TB, engine store.Engine, n int) Verdict {
	t.Helper()
	lost := &forgetful{Engine: engine}
	servers := [2]community.Messages{network(t, lost).Messages, network(t, lost).Messages}
	stories := make([]story, n)
	for i := range stories {
		stories[i] = &logStory{servers: servers}
	}
	return play(t, lost, stories)
}

// logStory is one conversation.
type logStory struct {
	servers      [2]community.Messages
	conversation community.ConversationID
}

// noncesEach is how many things a person has to say: fewer than they say, so that much is sent twice.
const noncesEach = 8

// logCall says something or reads. An entry's origin is who said it and under which nonce.
type logCall struct {
	verb   string
	entry  entry
	behind int64 // the number that a reader has
	limit  int
}

type entry struct {
	id     community.MessageID // of this attempt; the one that was stored keeps it
	origin origin
}

type origin struct {
	sender community.MemberID
	nonce  string
}

// logAnswer is the entry that is stored under the origin, and its number, or what was read.
type logAnswer struct {
	id    community.MessageID
	seq   int64
	fresh bool
	read  []community.MessageID
}

func (s *logStory) begin(_ context.Context, n int) error {
	s.conversation = community.ConversationID(fmt.Sprintf("talk-%d-%s", n, community.NewID[string]()))
	return nil
}

func (s *logStory) call(ctx context.Context, h *history, server, client int) {
	c := logCall{verb: "say", entry: entry{community.NewID[community.MessageID](), origin{guests[rand.N(4)], fmt.Sprint(rand.N(noncesEach))}}}
	switch chance := rand.N(20); {
	case chance < 5:
		c = logCall{verb: "behind", behind: rand.N[int64](20), limit: 1 + rand.N(20)}
	case chance < 7:
		c = logCall{verb: "before", limit: 5}
	case chance < 9:
		c = logCall{verb: "head"}
	}
	s.make(ctx, h, s.servers[server], client, c)
}

func (s *logStory) make(ctx context.Context, h *history, m community.Messages, client int, c logCall) {
	h.record(ctx, client, c, func(ctx context.Context) (any, error) { return s.ask(ctx, m, c) })
}

func (s *logStory) ask(ctx context.Context, m community.Messages, c logCall) (answer logAnswer, err error) {
	var found []*community.Message
	first, step := c.behind+1, int64(1)
	switch c.verb {
	case "say":
		said := &community.Message{Record: community.Record[community.MessageID]{ID: c.entry.id}, Conversation: s.conversation,
			Sender: c.entry.origin.sender, Nonce: c.entry.origin.nonce, Body: "Is the kettle on?"}
		stored, fresh, err := m.Append(ctx, said)
		if err != nil {
			return answer, err
		}
		return logAnswer{id: stored.ID, seq: stored.Seq, fresh: fresh}, nil
	case "head":
		answer.seq, err = m.Head(ctx, s.conversation)
		return answer, err
	case "behind":
		found, err = m.Behind(ctx, s.conversation, c.behind, c.limit)
	case "before":
		if found, err = m.Before(ctx, s.conversation, 0, c.limit); len(found) > 0 {
			first, step = found[0].Seq, -1
			answer.seq = first
		}
	}
	for i, said := range found {
		if want := first + int64(i)*step; said.Seq != want {
			return answer, errors.Join(err, fmt.Errorf("number %d stands at the place of %d", said.Seq, want))
		}
		answer.read = append(answer.read, said.ID)
	}
	return answer, err
}

// end reads the whole conversation once more: it is dense, and nothing stands in it twice.
func (s *logStory) end(ctx context.Context, h *history) (faults []string) {
	s.make(context.WithoutCancel(ctx), h, s.servers[0], clients, logCall{verb: "behind", limit: store.LimitMax})
	all, err := s.servers[1].Behind(ctx, s.conversation, 0, store.LimitMax)
	if err != nil {
		return []string{err.Error()}
	}
	once := map[origin]bool{}
	for i, m := range all {
		if m.Seq != int64(i+1) {
			faults = append(faults, fmt.Sprintf("number %d stands at place %d", m.Seq, i+1))
		}
		from := origin{m.Sender, m.Nonce}
		if once[from] {
			faults = append(faults, fmt.Sprintf("%+v is stored twice", from))
		}
		once[from] = true
	}
	return faults
}

func (s *logStory) model() porcupine.Model {
	return porcupine.Model{
		Init:  func() any { return []entry(nil) },
		Equal: func(a, b any) bool { return slices.Equal(a.([]entry), b.([]entry)) },
		Step: func(state, input, output any) (bool, any) {
			log, c := state.([]entry), input.(logCall)
			told, known := output.(logAnswer)
			if c.verb != "say" {
				return !known || told.reads(log, c), log
			}
			at := slices.IndexFunc(log, func(e entry) bool { return e.origin == c.entry.origin })
			fresh := at < 0
			if fresh {
				at = len(log)
				log = append(slices.Clip(log), c.entry) // Clip: other orders go on from the same state
			}
			return !known || told.fresh == fresh && told.seq == int64(at+1) && told.id == log[at].id, log
		},
	}
}

// reads tells whether a reader's answer is what the log holds.
func (a logAnswer) reads(log []entry, c logCall) bool {
	want, head := log[min(int(c.behind), len(log)):], int64(len(log))
	switch c.verb {
	case "head":
		return a.seq == head
	case "before":
		want = slices.Clone(log[max(0, len(log)-c.limit):])
		slices.Reverse(want)
		if a.seq != head {
			return false
		}
	}
	want = want[:min(c.limit, len(want))]
	return slices.EqualFunc(a.read, want, func(id community.MessageID, e entry) bool { return id == e.id })
}
