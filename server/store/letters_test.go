package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/store"
)

const (
	lettersEach    = 100 // in a conversation
	lettersAtOnce  = 250 // in one transaction while a file is filled
	letterBody     = 350 // bytes; a letter is about 600 with all its fields
	bodiesMany     = 64  // different ones, made before anything is measured
	newestLetters  = 50
	letterAlphabet = "abcdefghijklmnopqrstuvwxyz    "
)

// letter is what the benchmarks keep: a message with its conversation, number and nonce.
type letter struct {
	community.Record[community.MessageID]
	Conversation string             `json:"conversation"`
	Seq          int64              `json:"seq"`
	Sender       community.MemberID `json:"sender"`
	Nonce        string             `json:"nonce"`
	SentAt       community.Instant  `json:"sentAt"`
	Body         string             `json:"body"`
}

func letterLine(l *letter) store.Line {
	return store.Line{Conversation: l.Conversation, Sender: string(l.Sender), Nonce: l.Nonce, Seq: &l.Seq}
}

// match is the store and its raw peer, on two copies of a file: how a file came to be makes a fifth of the rate, because
// the machine's cache holds one that was copied in larger pieces.
type match struct {
	t       testing.TB
	letters *store.Log[community.MessageID, letter]
	raw     *rawPeer
	ids     []community.MessageID
	bodies  []string
	begun   atomic.Int64 // conversations begun by writers
}

func newMatch(t testing.TB, letters int) *match {
	t.Helper()
	m := &match{t: t}
	for range bodiesMany {
		body := make([]byte, letterBody)
		for i := range body {
			body[i] = letterAlphabet[rand.N(len(letterAlphabet))]
		}
		m.bodies = append(m.bodies, string(body))
	}
	filled, ours, raw := t.TempDir(), t.TempDir(), t.TempDir()
	m.fill(filled, letters)
	for _, dir := range []string{ours, raw} {
		must(t, copyDurably(filepath.Join(filled, store.SQLiteFile), filepath.Join(dir, store.SQLiteFile)))
	}
	m.raw = openRaw(t, filepath.Join(raw, store.SQLiteFile))
	m.letters = openLetters(t, openSQLite(t, ours))
	return m
}

// copyDurably leaves nothing to be flushed by the first to write.
func copyDurably(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}

func openLetters(t testing.TB, e store.Engine) *store.Log[community.MessageID, letter] {
	t.Helper()
	l, err := store.OpenLog[community.MessageID, letter](t.Context(), store.NewDB(e), "letters", letterLine)
	must(t, err)
	return l
}

// fill makes the file and closes it, so that all of it is in one place.
func (m *match) fill(dir string, letters int) {
	m.t.Helper()
	e, err := store.OpenSQLite(dir)
	must(m.t, err)
	log, talks := openLetters(m.t, e), letters/lettersEach
	for first := 0; first < letters; first += lettersAtOnce {
		some := make([]*letter, min(lettersAtOnce, letters-first))
		for i := range some { // conversations grow side by side, as they do
			n := first + i
			some[i] = m.letter(talk(n%talks), int64(n/talks+1))
			m.ids = append(m.ids, some[i].ID)
		}
		must(m.t, log.AddTold(m.t.Context(), some))
	}
	must(m.t, e.Close())
}

func talk(n int) string { return fmt.Sprintf("conversation-%06d", n) }

func (m *match) letter(conversation string, seq int64) *letter {
	return &letter{Record: community.Record[community.MessageID]{ID: community.NewID[community.MessageID]()}, Conversation: conversation, Seq: seq,
		Sender: "amina", Nonce: community.NewID[string](), SentAt: community.At(time.Now()), Body: m.bodies[rand.N(bodiesMany)]}
}

func (m *match) first() *letter { return m.letter(fmt.Sprint("new-", m.begun.Add(1)), 1) }

func (m *match) anyID() community.MessageID { return m.ids[rand.N(len(m.ids))] }

func (m *match) anyTalk() string { return talk(rand.N(len(m.ids) / lettersEach)) }
