package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"longtable/matching"
	"longtable/server/community"
	"longtable/server/store"
)

// learnt gives a network in a folder two more versions, as two days of learning would.
func learnt(t *testing.T, dir string) {
	t.Helper()
	engine, err := store.OpenSQLite(dir)
	must(t, err)
	db := store.NewDB(engine)
	stores, err := store.Community(t.Context(), db)
	must(t, err)
	n, err := community.New(stores, time.Now)
	must(t, err)
	must(t, community.NewTeacher(n).Switch(t.Context(), true)) // keeps the first version
	for number := 2; number <= 3; number++ {
		w := matching.HandSet()
		w.Skills, w.Time = w.Skills-uint16(number), w.Time+uint16(number)
		must(t, stores.Weights.Add(t.Context(), &community.WeightsVersion{Record: community.Record[community.WeightsID]{ID: community.WeightsID("weights~" + string(rune('0'+number)))},
			Number: number, Weights: w, At: community.At(time.Now()), From: number - 1, FirstDay: 20000, LastDay: 20041, Members: 340, Decisions: 1205,
			Learners: [matching.WeighedTerms]int{340, 335, 0, 55, 300, 310, 320}, LossBefore: 2103400, LossAfter: 2100100}))
	}
	must(t, db.Close())
}

func TestTheWeightsCommandTellsInWordsAndRollsBack(t *testing.T) {
	dir := village(t)
	if before := mustSay(t, "weights", "--data", dir); !strings.Contains(before, "version 1, from the beginning: set by hand") || !strings.Contains(before, "skills  700 of 1000") {
		t.Errorf("of a network that has learnt nothing it says:\n%s", before)
	}
	learnt(t, dir)
	list := mustSay(t, "weights", "--data", dir)
	for _, words := range []string{"Version 3 of the weights is in force.", "learnt from 340 people and 1205 decisions, from 2024-10-04 to 2024-11-14", "sector   30 of 1000, people who had a choice in it: none",
		"stage    30 of 1000, people who had a choice in it: 55", "2.103400 nats a decision before, 2.100100 after", "version 1, since"} {
		if !strings.Contains(list, words) {
			t.Errorf("%q is not in\n%s", words, list)
		}
	}
	back := mustSay(t, "weights", "rollback", "2", "--data", dir)
	for _, words := range []string{"Version 4 of the weights is in force. Learning is off since", "rolled back from version 3 to version 2", "skills  698 of 1000"} {
		if !strings.Contains(back, words) {
			t.Errorf("after going back %q is not in\n%s", words, back)
		}
	}
	if on := mustSay(t, "weights", "learn", "on", "--data", dir); strings.Contains(on, "Learning is off") {
		t.Errorf("switched on:\n%s", on)
	}
}

func TestWeightsThatCannotBeBroughtBackAreRefusedInASentence(t *testing.T) {
	dir := village(t)
	learnt(t, dir)
	whole := content(t, dir)
	for words, says := range map[string]string{
		"rollback 9": "there is no version 9; versions are 1 to 3", "rollback 3": "version 3 is in force already", "rollback 0": "is no version; try",
		"rollback -1": "try", "rollback two": `"two" is no version; try`, "rollback": "can't be done with weights; try", "rollback 1 2": "try", "learn": "try", "learn maybe": "try", "forget": "try",
	} {
		if _, err := say(t, append(append([]string{"weights"}, strings.Fields(words)...), "--data", dir)...); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("weights %s: %v", words, err)
		}
	}
	if err := whole.Same(content(t, dir)); err != nil {
		t.Errorf("a refused order changed something: %v", err)
	}
	if _, err := say(t, "weights", "--data", t.TempDir()); err == nil || !strings.Contains(err.Error(), "no network in") {
		t.Errorf("in an empty folder: %v", err)
	}
}

// told waits for words that a program prints.
type told struct {
	mu    sync.Mutex
	said  bytes.Buffer
	words string
	heard chan struct{}
}

func (w *told) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said.Write(p)
	if w.heard != nil && strings.Contains(w.said.String(), w.words) {
		close(w.heard)
		w.heard = nil
	}
	return len(p), nil
}

func TestARunningProgramTakesARollBackUp(t *testing.T) {
	dir := village(t)
	learnt(t, dir)
	ctx, stop := context.WithCancel(t.Context())
	heard, ended := make(chan struct{}), make(chan error, 1)
	out := &told{words: "Longtable answers at", heard: heard}
	go func() {
		ended <- run(ctx, []string{"--addr", "127.0.0.1:0", "--data", dir}, func(string) string { return "" }, out, io.Discard)
	}()
	select {
	case <-heard:
	case err := <-ended:
		t.Fatalf("the program ended: %v", err)
	}
	back := mustSay(t, "weights", "rollback", "1", "--data", dir)
	if !strings.Contains(back, "Version 4 of the weights is in force. Learning is off") || !strings.Contains(back, "rolled back from version 3 to version 1") {
		t.Errorf("the running program gave:\n%s", back)
	}
	if _, err := os.Stat(filepath.Join(dir, weightsOrderFile)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the order is still there: %v", err)
	}
	stop()
	must(t, <-ended)
}
