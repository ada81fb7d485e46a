package search

import (
	"errors"
	"sync"
	"time"
)

// How an engine that fails is left alone.
const (
	breakAfter = 3               // failures in a row before it is not asked any more
	breakFor   = 5 * time.Second // until one call may try again
)

// breaker keeps calls away from an engine that keeps failing, so that nobody waits for its deadline.
type breaker struct {
	now func() time.Time

	mu       sync.Mutex
	failures int       // in a row; protected by mu
	until    time.Time // nobody asks before; protected by mu
}

// allows tells whether a call may be made. After a pause one caller in each pause may try.
func (b *breaker) allows() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures < breakAfter {
		return true
	}
	if b.now().Before(b.until) {
		return false
	}
	b.until = b.now().Add(breakFor)
	return true
}

// saw notes how a call ended.
func (b *breaker) saw(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case isDone(err):
		b.failures = 0
	case errors.Is(err, ErrUnavailable):
		b.failures++
		b.until = b.now().Add(breakFor)
	}
}
