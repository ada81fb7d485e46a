package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"

	"longtable/server/community"
	"longtable/server/store"
	"longtable/server/store/storetest"
)

const (
	writers       = 32
	teapots       = 8 // counters that several writers raise at once
	conversations = 4 // logs that eight writers share each

	// ordersVariable makes TestWriters write where and how it says, until the process is killed.
	ordersVariable = "LONGTABLE_TEST_WRITERS"
)

// orders are what a process of writers is told by the test that is going to kill it.
type orders struct {
	Folder string
	Life   int          // how often this store had writers before; part of the ids of this life
	Said   [writers]int // how much of each was acknowledged: the next is said again, whether it was stored or not
	Each   int          // writes of each writer, 0 for no end
	Early  bool         // the planted fault: acknowledge what isn't written yet
	Plain  string       // a database without our engine, with this value of synchronous
}

// promise is one acknowledged write, or the reason why the writers ended.
type promise struct {
	Added  string          `json:"added,omitempty"`  // the id of a keeper
	Poured string          `json:"poured,omitempty"` // the id of a teapot
	Cups   int             `json:"cups,omitempty"`   // of the teapot
	Said   *storetest.Said `json:"said,omitempty"`
	Row    int             `json:"row,omitempty"`   // of a plain database
	Ended  string          `json:"ended,omitempty"` // because of this error
}

// kitchenTable is a store as the writers and the auditor see it.
type kitchenTable struct {
	db      *store.DB
	keepers *storetest.Keepers
	talk    *store.Log[community.MessageID, storetest.Said]
}

func layTable(ctx context.Context, dir string) (*kitchenTable, error) {
	engine, err := store.OpenSQLite(dir)
	if err != nil {
		return nil, err
	}
	k := &kitchenTable{db: store.NewDB(engine)}
	if k.keepers, err = store.Open[community.MemberID, storetest.Keeper](ctx, k.db, "keepers", storetest.Indexes...); err == nil {
		k.talk, err = store.OpenLog[community.MessageID, storetest.Said](ctx, k.db, "talk", func(s *storetest.Said) store.Line {
			return store.Line{Conversation: string(s.Conversation), Sender: string(s.Sender), Nonce: s.Nonce, Seq: &s.Seq}
		})
	}
	if err != nil {
		return nil, errors.Join(err, k.db.Close())
	}
	return k, nil
}

// writer is one of many. Each does one thing after the other and tells of it when the store has acknowledged it.
type writer struct {
	*kitchenTable
	orders
	number int
	tell   func(promise)
	chance *rand.Rand
}

func (w *writer) run(ctx context.Context) error {
	for i := 0; w.Each == 0 || i < w.Each; i++ {
		var err error
		switch w.chance.IntN(3) {
		case 0:
			err = w.add(ctx, fmt.Sprintf("keeper-%d-%d-%d", w.Life, w.number, i))
		case 1:
			err = w.pour(ctx, fmt.Sprint("teapot-", w.chance.IntN(teapots)))
		case 2:
			err = w.say(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) add(ctx context.Context, id string) error {
	k := &storetest.Keeper{Email: id + "@example.org", Hub: "tea", Joined: community.Instant(len(id)), Name: story(id)}
	k.ID = community.MemberID(id)
	if w.Early {
		w.tell(promise{Added: id})
		return w.keepers.Add(ctx, k)
	}
	err := w.keepers.Add(ctx, k)
	if err == nil {
		w.tell(promise{Added: id})
	}
	return err
}

// story is some text that tells by itself whether it is whole.
func story(id string) string { return strings.Repeat(id+" keeps the kettle warm. ", 40) }

func (w *writer) pour(ctx context.Context, id string) error {
	poured, err := w.keepers.Change(ctx, community.MemberID(id), func(k *storetest.Keeper) error { k.Cups++; return nil })
	if err != nil {
		return err
	}
	w.tell(promise{Poured: id, Cups: poured.Cups})
	return nil
}

// say appends the writer's next entry, and now and then a second time, as somebody does whom no answer has reached.
func (w *writer) say(ctx context.Context) error {
	nonce := w.Said[w.number]
	said, _, err := w.talk.Append(ctx, w.entry(nonce)) // not fresh if it was stored in the life before, unacknowledged
	if err != nil {
		return err
	}
	w.tell(promise{Said: said})
	w.Said[w.number]++
	if w.chance.IntN(4) > 0 {
		return nil
	}
	again, fresh, err := w.talk.Append(ctx, w.entry(nonce))
	if err == nil && (fresh || again.ID != said.ID || again.Seq != said.Seq) {
		err = fmt.Errorf("%s said %d twice and was answered with %+v, then %+v", said.Sender, nonce, said, again)
	}
	return err
}

func (w *writer) entry(nonce int) *storetest.Said {
	s := &storetest.Said{
		Conversation: community.ConversationID(fmt.Sprint("table-", w.number%conversations)),
		Sender:       community.MemberID(fmt.Sprint("writer-", w.number)),
		Nonce:        fmt.Sprint(nonce),
	}
	s.ID, s.Text = community.NewID[community.MessageID](), story(string(s.Sender)+" "+s.Nonce)
	return s
}

// writeTogether runs all writers on one store until they are done or the first of them fails.
func writeTogether(ctx context.Context, o orders, tell func(promise)) error {
	table, err := layTable(ctx, o.Folder)
	if err != nil {
		return err
	}
	for i := range teapots {
		pot := &storetest.Keeper{Hub: "tea", Name: fmt.Sprint("teapot ", i)}
		pot.ID = community.MemberID(fmt.Sprint("teapot-", i))
		if err := table.keepers.Add(ctx, pot); err != nil && !errors.Is(err, store.ErrDuplicate) {
			return errors.Join(err, table.db.Close())
		}
	}
	ended := make(chan error, writers)
	for number := range writers {
		w := &writer{table, o, number, tell, rand.New(rand.NewPCG(uint64(o.Life), uint64(number)))}
		go func() { ended <- w.run(ctx) }()
	}
	for range writers {
		err = errors.Join(err, <-ended)
	}
	return errors.Join(err, table.db.Close())
}

// TestWriters is what a killed process was doing when it was told to by another test; by itself it shows that the store
// keeps what it promised to writers whom nobody disturbs.
func TestWriters(t *testing.T) {
	if text := os.Getenv(ordersVariable); text != "" {
		obey(t, text)
		return
	}
	var l ledger
	dir := t.TempDir()
	must(t, writeTogether(t.Context(), orders{Folder: dir, Each: 30}, l.note))
	if found := l.audit(t.Context(), dir, everything); found.err() != nil {
		t.Fatal(found.err())
	}
	if n := len(l.promises); n < writers*30 {
		t.Errorf("only %d promises for %d writes", n, writers*30)
	}
}

// obey writes until the process is killed. What it tells goes to the pipe that is the first file after the standard
// ones: each promise in one call, which a kill leaves whole.
func obey(t *testing.T, text string) {
	var o orders
	must(t, json.Unmarshal([]byte(text), &o))
	pipe := os.NewFile(3, "promises")
	var one sync.Mutex
	tell := func(p promise) {
		line, err := json.Marshal(p)
		if err != nil {
			t.Error(err)
		}
		one.Lock()
		defer one.Unlock()
		if _, err := pipe.Write(append(line, '\n')); err != nil {
			t.Error(err)
		}
	}
	write := writeTogether
	if o.Plain != "" {
		write = writePlainly
	}
	if err := write(t.Context(), o, tell); err != nil {
		tell(promise{Ended: err.Error()})
	}
}
