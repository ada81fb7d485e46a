package auth

import (
	"container/list"
	"net/netip"
	"sync"
	"time"

	"longtable/server/community"
)

// ThrottleKind names what is counted, and with it what its key is.
type ThrottleKind string

const (
	SignInByNetwork         ThrottleKind = "sign-in-network"          // wrong passwords from one network
	SignInByAccount         ThrottleKind = "sign-in-account"          // wrong passwords for one account from one network
	SignInByAccountAnywhere ThrottleKind = "sign-in-account-anywhere" // wrong passwords for one account from unfamiliar networks
	LinkByNetwork           ThrottleKind = "link-network"             // links asked for from one network
	SignUpByNetwork         ThrottleKind = "sign-up-network"          // sign-ups from one network
	LetterByEmail           ThrottleKind = "letter-email"             // letters with a link to one address
	ApplyByNetwork          ThrottleKind = "apply-network"            // applications from one network, with an account or without
	LookUpByCode            ThrottleKind = "look-up-code"             // wrong codes of applications from one network
	CardByNetwork           ThrottleKind = "card-network"             // wrong codes of cards from one network
)

// Rate is a bucket: it holds Burst draws and gets one back after each Every.
type Rate struct {
	Burst int
	Every time.Duration
}

// Rates are the product's own. A hub, a library or a camp may share one address, so a network may do what a full room
// does in an evening; a single account or mailbox may do what one forgetful person does.
func Rates() map[ThrottleKind]Rate {
	return map[ThrottleKind]Rate{
		SignInByNetwork:         {Burst: 60, Every: 10 * time.Second},
		SignInByAccount:         {Burst: 10, Every: time.Minute},
		SignInByAccountAnywhere: {Burst: 100, Every: time.Minute},
		LinkByNetwork:           {Burst: 30, Every: time.Minute},
		SignUpByNetwork:         {Burst: 40, Every: time.Minute},
		LetterByEmail:           {Burst: 3, Every: 5 * time.Minute},
		ApplyByNetwork:          {Burst: 40, Every: time.Minute},
		LookUpByCode:            {Burst: 60, Every: 10 * time.Second},
		CardByNetwork:           {Burst: 30, Every: 20 * time.Second},
	}
}

// throttleKeys bounds the keys remembered of each kind, about 2 MB. Beyond, the key used longest ago is forgotten, and
// its bucket is full again; kinds don't crowd each other out.
const throttleKeys = 10_000

// Throttle holds a bucket for each kind and key. Its methods may be called at the same time.
type Throttle struct {
	clock func() time.Time
	rates map[ThrottleKind]Rate

	mu      sync.Mutex
	buckets map[ThrottleKind]*recent[time.Time] // when the bucket will be full; guarded by mu
}

// NewThrottle makes full buckets. Rates are read once.
func NewThrottle(clock func() time.Time, rates map[ThrottleKind]Rate) *Throttle {
	t := &Throttle{clock: clock, rates: map[ThrottleKind]Rate{}, buckets: map[ThrottleKind]*recent[time.Time]{}}
	for kind, rate := range rates {
		t.rates[kind] = rate
		t.buckets[kind] = newRecent[time.Time](throttleKeys)
	}
	return t
}

// Take draws once, or answers too-many with the whole seconds (and minutes) to wait. A kind without a rate is always
// refused: a forgotten rate must show at once and not as an open door.
func (t *Throttle) Take(kind ThrottleKind, key string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	buckets, rate := t.buckets[kind], t.rates[kind]
	if buckets == nil {
		return tooMany(time.Hour)
	}
	now := t.clock()
	full, _ := buckets.get(key)
	if full.Before(now) {
		full = now
	}
	full = full.Add(rate.Every)
	if wait := full.Sub(now) - time.Duration(rate.Burst)*rate.Every; wait > 0 {
		return tooMany(wait)
	}
	buckets.put(key, full)
	return nil
}

// GiveBack undoes a draw, for what turned out to be in order.
func (t *Throttle) GiveBack(kind ThrottleKind, key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if buckets := t.buckets[kind]; buckets != nil {
		if full, ok := buckets.get(key); ok {
			buckets.put(key, full.Add(-t.rates[kind].Every))
		}
	}
}

func tooMany(wait time.Duration) error {
	return community.TooMany("auth.too-many-tries", map[string]any{
		"seconds": int((wait + time.Second - 1) / time.Second),
		"minutes": int((wait + time.Minute - 1) / time.Minute),
	})
}

// NetworkKey is the part of a client's address that one customer of a network holds: an IPv4 address, or the first 64
// bits of an IPv6 address, whose rest everybody may choose at will. What is not an address shares one key.
func NetworkKey(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return "unknown"
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}

// familiar remembers from which networks an account's owner came in with the right password. It is kept in memory only,
// because a lasting list of where people were is worth more to others than to us.
type familiar struct {
	mu    sync.Mutex
	pairs *recent[struct{}] // guarded by mu
}

func newFamiliar(max int) *familiar { return &familiar{pairs: newRecent[struct{}](max)} }

func (f *familiar) add(key EmailKey, network string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pairs.put(string(key)+" "+network, struct{}{})
}

func (f *familiar) has(key EmailKey, network string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, ok := f.pairs.get(string(key) + " " + network)
	return ok
}

// recent is a map that forgets what was used longest ago when it holds more than max keys. Its owner locks it.
type recent[V any] struct {
	max   int
	order *list.List // of pair[V], the last used in front
	at    map[string]*list.Element
}

type pair[V any] struct {
	key   string
	value V
}

func newRecent[V any](max int) *recent[V] {
	return &recent[V]{max: max, order: list.New(), at: map[string]*list.Element{}}
}

func (r *recent[V]) get(key string) (value V, ok bool) {
	element, ok := r.at[key]
	if !ok {
		return value, false
	}
	r.order.MoveToFront(element)
	return element.Value.(pair[V]).value, true
}

func (r *recent[V]) put(key string, value V) {
	if element, ok := r.at[key]; ok {
		element.Value = pair[V]{key, value}
		r.order.MoveToFront(element)
		return
	}
	r.at[key] = r.order.PushFront(pair[V]{key, value})
	if r.order.Len() > r.max {
		oldest := r.order.Back()
		delete(r.at, oldest.Value.(pair[V]).key)
		r.order.Remove(oldest)
	}
}
