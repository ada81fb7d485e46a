package realtime

import "sync"

// recentSize is how many events may be delivered while one connection asks for its heads; should there be more, it
// reads every log once instead.
const recentSize = 1024

// recent remembers the last delivered positions. A connection that asks the store where its conversations stand and
// subscribes afterwards would miss what was delivered in between. So it takes a mark first, and after subscribing looks
// at what came since: an event was noted either before the mark, and then the store's answer has it, or after.
type recent struct {
	mu    sync.Mutex
	notes [recentSize]struct {
		conversation string
		seq          int64
	}
	count uint64 // notes ever made
}

func (r *recent) note(conversation string, seq int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := &r.notes[r.count%recentSize]
	n.conversation, n.seq = conversation, seq
	r.count++
}

func (r *recent) mark() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count
}

// since returns the highest position noted for each conversation after mark; complete is false when some notes have
// been overwritten.
func (r *recent) since(mark uint64) (heads map[string]int64, complete bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.count-mark > recentSize {
		return nil, false
	}
	heads = map[string]int64{}
	for i := mark; i < r.count; i++ {
		n := r.notes[i%recentSize]
		heads[n.conversation] = max(heads[n.conversation], n.seq)
	}
	return heads, true
}

// forget makes every mark incomplete, because something may have come that was not noted.
func (r *recent) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count += recentSize + 1
}
