package realtime

import "sync"

// queue hands things to a fixed number of workers. Nobody waits to put something in; what is in it is bounded by the
// connections, of which each is in it at most once.
type queue[T any] struct {
	hands   int // workers
	mu      sync.Mutex
	filled  sync.Cond
	waiting []T
	closed  bool
	workers sync.WaitGroup
}

// queueShare is how many things a worker takes at once when there are many: enough that workers don't meet at the lock.
const queueShare = 64

func newQueue[T any](workers int, do func(T)) *queue[T] {
	q := &queue[T]{hands: workers}
	q.filled.L = &q.mu
	for range workers {
		q.workers.Go(func() { q.work(do) })
	}
	return q
}

// put is false once the queue is closed.
func (q *queue[T]) put(one T) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.closed {
		q.waiting = append(q.waiting, one)
		q.filled.Signal()
	}
	return !q.closed
}

func (q *queue[T]) work(do func(T)) {
	var share []T
	for {
		share = q.take(share[:0])
		if len(share) == 0 {
			return
		}
		for _, one := range share {
			do(one)
		}
	}
}

// take waits until there is something; nothing means that the queue is closed and empty.
func (q *queue[T]) take(share []T) []T {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.waiting) == 0 && !q.closed {
		q.filled.Wait()
	}
	n := min(queueShare, 1+len(q.waiting)/(2*q.hands), len(q.waiting)) // one that takes long keeps few waiting
	share = append(share, q.waiting[:n]...)
	clear(q.waiting[:n])
	if q.waiting = q.waiting[n:]; len(q.waiting) == 0 {
		q.waiting = nil
	} else {
		q.filled.Signal()
	}
	return share
}

// close waits until everything in the queue is done.
func (q *queue[T]) close() {
	q.mu.Lock()
	q.closed = true
	q.filled.Broadcast()
	q.mu.Unlock()
	q.workers.Wait()
}
