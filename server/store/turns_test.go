package store

import (
	"context"
	"errors"
	"sync"
	"testing"
)

func TestWritersOfOneDocumentTakeTurns(t *testing.T) {
	turns := newTurns()
	inside, most := 0, 0
	var writers sync.WaitGroup
	for range 50 {
		writers.Go(func() {
			leave, err := turns.take(t.Context(), "events", "mending")
			if err != nil {
				t.Error(err)
				return
			}
			inside++
			most = max(most, inside)
			inside--
			leave()
		})
	}
	writers.Wait()
	if most != 1 {
		t.Errorf("%d writers had their turn at the same time", most)
	}
}

func TestWhoWaitsForATurnCanGiveUp(t *testing.T) {
	turns := newTurns()
	leave, err := turns.take(t.Context(), "events", "mending")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := turns.take(ctx, "events", "mending"); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting ended with %v", err)
	}
	leave()
	leave, err = turns.take(t.Context(), "events", "mending")
	if err != nil {
		t.Fatalf("the turn is not free after it was left: %v", err)
	}
	leave()
}
