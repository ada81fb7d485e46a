package realtime

import (
	"sync"
	"time"
)

const (
	// shelfTime is how long a frame is kept at most twice over: long enough for a burst and for a crowd that returns at once,
	// short enough that what is deleted is gone.
	shelfTime = 5 * time.Second
	// tidyEvery is how often the shelf forgets when nobody comes by.
	tidyEvery = time.Second
	// shelfBytes is what is kept at most twice over.
	shelfBytes = 8 << 20
)

// shelf keeps the frames of events that were written just now, so that a thousand connections that are behind don't read
// and encode the same page a thousand times. It forgets by halves.
type shelf struct {
	mu         sync.Mutex
	young, old map[place][]byte
	bytes      int       // in young
	turned     time.Time // when young was begun
}

// place is where an event stands.
type place struct {
	conversation string
	seq          int64
}

func (s *shelf) put(conversation string, seq int64, frame []byte, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.turn(now); s.young == nil {
		s.young, s.bytes = map[place][]byte{}, 0
		if s.old == nil {
			s.turned = now
		}
	}
	s.young[place{conversation, seq}] = frame
	s.bytes += len(frame)
}

// tidy forgets what is too old, also when nobody comes by.
func (s *shelf) tidy(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn(now)
}

// turn forgets what is too old or too much. Called with mu held.
func (s *shelf) turn(now time.Time) {
	switch age := now.Sub(s.turned); {
	case age >= 2*shelfTime:
		s.young, s.old = nil, nil
	case age >= shelfTime:
		s.young, s.old, s.bytes, s.turned = nil, s.young, 0, s.turned.Add(shelfTime)
	case s.bytes >= shelfBytes:
		s.young, s.old, s.bytes, s.turned = nil, s.young, 0, now
	}
}

// after adds to frames those that follow a seq without a hole, at most limit.
func (s *shelf) after(frames [][]byte, conversation string, seq int64, limit int, now time.Time) [][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn(now)
	for range limit {
		seq++
		frame, kept := s.young[place{conversation, seq}]
		if !kept {
			frame, kept = s.old[place{conversation, seq}]
		}
		if !kept {
			break
		}
		frames = append(frames, frame)
	}
	return frames
}
