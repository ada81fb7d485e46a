package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"longtable/server/community"
	"longtable/server/store"
)

// Said is an entry of the contract's log.
type Said struct {
	community.Record[community.MessageID] `bson:",inline"`
	Conversation                          community.ConversationID `json:"conversation"`
	Seq                                   int64                    `json:"seq"`
	Sender                                community.MemberID       `json:"sender"`
	Nonce                                 string                   `json:"nonce"`
	Text                                  string                   `json:"text"`
}

type talk = store.Log[community.MessageID, Said]

func openTalk(t *testing.T, db *store.DB) *talk {
	t.Helper()
	l, err := store.OpenLog[community.MessageID, Said](t.Context(), db, "talk", func(s *Said) store.Line {
		return store.Line{Conversation: string(s.Conversation), Sender: string(s.Sender), Nonce: s.Nonce, Seq: &s.Seq}
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func said(conversation, sender, nonce string) *Said {
	s := &Said{Conversation: community.ConversationID(conversation), Sender: community.MemberID(sender), Nonce: nonce}
	s.ID = community.NewID[community.MessageID]()
	return s
}

func appendDense(t *testing.T, db *store.DB) {
	// Two logs on two layers, as two servers: they don't share the lock of a process.
	logs := []*talk{openTalk(t, db), openTalk(t, store.NewDB(db.Engine()))}
	const writers, each = 8, 12
	var writing sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				if _, fresh, err := logs[w%2].Append(t.Context(), said("table", "amina", fmt.Sprint(w, "-", i))); err != nil || !fresh {
					t.Errorf("append: fresh %v, %v", fresh, err)
				}
			}
		})
	}
	ended := make(chan struct{})
	go func() { writing.Wait(); close(ended) }()
	var got []int64
	for done := false; ; {
		select {
		case <-ended:
			done = true // and read once more
		default:
		}
		var last int64
		if len(got) > 0 {
			last = got[len(got)-1]
		}
		found, err := logs[0].Behind(t.Context(), "table", last, 7)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range found {
			got = append(got, s.Seq)
		}
		if done && len(found) == 0 {
			break
		}
	}
	for i, seq := range got {
		if seq != int64(i+1) {
			t.Fatalf("the follower read %d at place %d", seq, i+1)
		}
	}
	if head, err := logs[1].Head(t.Context(), "table"); err != nil || head != writers*each || len(got) != writers*each {
		t.Fatalf("head %d, %v, the follower has %d of %d", head, err, len(got), writers*each)
	}
}

func storedOnce(t *testing.T, db *store.DB) {
	l := openTalk(t, db)
	var wg sync.WaitGroup
	var mu sync.Mutex
	ids, fresh := map[community.MessageID]bool{}, 0
	for range 8 {
		wg.Go(func() {
			stored, new, err := l.Append(t.Context(), said("table", "amina", "the same"))
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			ids[stored.ID] = true
			if new {
				fresh++
			}
		})
	}
	wg.Wait()
	if fresh != 1 || len(ids) != 1 {
		t.Fatalf("stored %d times, answered with %d entries", fresh, len(ids))
	}
	for _, other := range []*Said{said("table", "bram", "the same"), said("garden", "amina", "the same")} {
		if _, fresh, err := l.Append(t.Context(), other); err != nil || !fresh {
			t.Fatalf("another sender or conversation: fresh %v, %v", fresh, err)
		}
	}
	garden, err := l.Head(t.Context(), "garden")
	if err != nil || garden != 1 {
		t.Fatalf("the garden's head is %d, %v: conversations count by themselves", garden, err)
	}
}

func logRefuses(t *testing.T, db *store.DB) {
	l := openTalk(t, db)
	if _, _, err := l.Append(t.Context(), said("table", "amina", "")); err == nil {
		t.Error("an entry without a nonce was stored")
	}
	first, _, err := l.Append(t.Context(), said("table", "amina", "1"))
	if err != nil {
		t.Fatal(err)
	}
	second := said("table", "amina", "2")
	second.ID = first.ID
	if _, _, err := l.Append(t.Context(), second); !errors.Is(err, store.ErrDuplicate) {
		t.Errorf("the id of another entry: got %v", err)
	}
	if _, _, err := l.Append(ended(), said("table", "amina", "3")); err == nil {
		t.Error("an ended context stored an entry")
	}
}

func logReads(t *testing.T, db *store.DB) {
	l := openTalk(t, db)
	for i := range 9 {
		if _, _, err := l.Append(t.Context(), said("table", "amina", fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	numbers := func(all []*Said, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, s := range all {
			text += fmt.Sprint(s.Seq)
		}
		return text
	}
	for _, read := range []struct{ got, want string }{
		{numbers(l.Before(t.Context(), "table", 0, 3)), "987"},
		{numbers(l.Before(t.Context(), "table", 4, 9)), "321"},
		{numbers(l.Before(t.Context(), "table", 1, 9)), ""},
		{numbers(l.Behind(t.Context(), "table", 0, 2)), "12"},
		{numbers(l.Behind(t.Context(), "table", 7, 9)), "89"},
		{numbers(l.Behind(t.Context(), "garden", 0, 9)), ""},
	} {
		if read.got != read.want {
			t.Errorf("got %q, want %q", read.got, read.want)
		}
	}
}
