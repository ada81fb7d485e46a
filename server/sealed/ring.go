// Package sealed keeps what one person alone may read. A root key, which lies in a file apart from the store, wraps a key
// for each person; that key seals what is theirs, bound to whose it is and what it is. It knows no nouns: what is sealed
// is bytes, and who may ask for it to be opened is decided elsewhere.
package sealed

import (
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// ErrWithheld means that there is no root key to open anything with.
var ErrWithheld = errors.New("the root key is not there; put the key file back")

// ErrUnreadable means that a thing was sealed with other keys, for somebody or something else, or was damaged.
var ErrUnreadable = errors.New("this can't be opened: it was sealed with another key, or is not what it is said to be")

// Place says what a sealed thing is: it opens as nothing else. It has no name of its own, so that a room which does not
// know this one can ask for a Ring by an interface.
type Place = struct {
	Purpose string // what such things are for
	Person  string // whose it is
	Field   string // which of theirs
	Version int    // of the person's key
}

// bound is a place in a form in which no two places are the same.
func bound(p Place) []byte {
	var b []byte
	for _, part := range []string{"longtable 1", p.Purpose, p.Person, p.Field} {
		b = binary.AppendUvarint(b, uint64(len(part)))
		b = append(b, part...)
	}
	return binary.AppendVarint(b, int64(p.Version))
}

// Ring holds the root keys of one file. When the file changes, as in a rotation, it is read again by whoever meets a key
// that is not there; so programs that share the file follow without a restart. Safe for concurrent use.
type Ring struct {
	path  string
	needs string // mark of a root key without which the file is not the right one; empty for any
	mu    sync.Mutex
	roots []root // oldest first; the newest wraps. Empty: withheld
	read  stamp  // of the file as it was read
}

// stamp tells whether a file changed.
type stamp struct {
	at   time.Time
	size int64
}

// Read takes the root keys from a file.
func Read(path string) (*Ring, error) {
	r := Withheld(path, "")
	return r, r.load()
}

// Withheld is a ring that opens nothing until its file is there, with the root key of that mark in it.
func Withheld(path, mark string) *Ring { return &Ring{path: path, needs: mark} }

func (r *Ring) load() error {
	info, err := os.Stat(r.path)
	if err != nil {
		return err
	}
	roots, err := readRoots(r.path)
	if err != nil {
		return err
	}
	if r.needs != "" && !slices.ContainsFunc(roots, func(one root) bool { return one.mark == r.needs }) {
		return ErrWithheld
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.roots, r.read = roots, stamp{info.ModTime(), info.Size()}
	return nil
}

// follow reads the file again when it changed. A file that is gone, or can't be read now, changes nothing: what was read
// stays known until the program ends.
func (r *Ring) follow() {
	info, err := os.Stat(r.path)
	if err != nil {
		return
	}
	r.mu.Lock()
	same := r.read == stamp{info.ModTime(), info.Size()}
	r.mu.Unlock()
	if same {
		return
	}
	_ = r.load() // what can't be read leaves the keys that are known; opening then says what is missing
}

// Path is the file of the ring.
func (r *Ring) Path() string { return r.path }

// Mark names the root key that wraps now, without telling it. It is empty while the key is withheld.
func (r *Ring) Mark() string {
	r.follow()
	newest, err := r.newest()
	if err != nil {
		return ""
	}
	return newest.mark
}

// Has tells whether the ring holds the root key of that mark.
func (r *Ring) Has(mark string) bool {
	_, err := r.find(mark)
	return err == nil
}

func (r *Ring) newest() (root, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.roots) == 0 {
		return root{}, ErrWithheld
	}
	return r.roots[len(r.roots)-1], nil
}

func (r *Ring) known(mark string) (root, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.roots) == 0 {
		return root{}, ErrWithheld
	}
	for _, one := range r.roots {
		if one.mark == mark {
			return one, nil
		}
	}
	return root{}, ErrUnreadable
}

func (r *Ring) find(mark string) (root, error) {
	one, err := r.known(mark)
	if err == nil {
		return one, nil
	}
	r.follow()
	return r.known(mark)
}

// NewKey makes a key for a person and wraps it. Only the wrapped form leaves this room.
func (r *Ring) NewKey(p Place) (wrapped string, err error) {
	var key [keyBytes]byte
	_, _ = rand.Read(key[:]) // documented never to fail
	return r.wrap(p, key[:])
}

func (r *Ring) wrap(p Place, key []byte) (string, error) {
	r.follow() // a key that is wrapped with a root on its way out would be the last to be missed
	newest, err := r.newest()
	if err != nil {
		return "", err
	}
	return newest.mark + "." + seal(newest.aead, key, bound(keyPlace(p))), nil
}

// keyPlace is where a person's key itself is bound to; the fields that it seals have names of their own.
func keyPlace(p Place) Place {
	p.Field = "\x00key"
	return p
}

func (r *Ring) unwrap(wrapped string, p Place) (cipher.AEAD, []byte, error) {
	mark, box, ok := strings.Cut(wrapped, ".")
	if !ok {
		return nil, nil, ErrUnreadable
	}
	one, err := r.find(mark)
	if err != nil {
		return nil, nil, err
	}
	key, err := open(one.aead, box, bound(keyPlace(p)))
	if err != nil {
		return nil, nil, err
	}
	aead, err := aeadOf(key)
	return aead, key, err
}

// MarkOf names the root key that wrapped a person's key.
func (r *Ring) MarkOf(wrapped string) string {
	mark, _, _ := strings.Cut(wrapped, ".")
	return mark
}

// Rewrap wraps a person's key with the newest root key; one that already is comes back as it was.
func (r *Ring) Rewrap(wrapped string, p Place) (string, error) {
	if mark := r.Mark(); mark != "" && mark == r.MarkOf(wrapped) {
		return wrapped, nil
	}
	_, key, err := r.unwrap(wrapped, p)
	if err != nil {
		return "", err
	}
	return r.wrap(p, key)
}

// Seal closes plain with a person's key, for that place and no other.
func (r *Ring) Seal(wrapped string, p Place, plain []byte) (string, error) {
	aead, _, err := r.unwrap(wrapped, p)
	if err != nil {
		return "", err
	}
	return seal(aead, plain, bound(p)), nil
}

// Open is what Seal closed.
func (r *Ring) Open(wrapped string, p Place, box string) ([]byte, error) {
	aead, _, err := r.unwrap(wrapped, p)
	if err != nil {
		return nil, err
	}
	return open(aead, box, bound(p))
}

// block is the step in which the length of what is sealed grows, in bytes: how much somebody said is nobody's business.
const block = 512

// seal pads, encrypts under a fresh nonce, and writes both as text. A key seals far fewer than the 2^32 things for which
// random nonces are safe.
func seal(aead cipher.AEAD, plain, place []byte) string {
	padded := binary.BigEndian.AppendUint32(make([]byte, 0, block), uint32(len(plain)))
	padded = append(padded, plain...)
	padded = append(padded, make([]byte, (block-len(padded)%block)%block)...)
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce) // documented never to fail
	return base64.RawURLEncoding.EncodeToString(aead.Seal(nonce, nonce, padded, place))
}

func open(aead cipher.AEAD, box string, place []byte) ([]byte, error) {
	b, err := base64.RawURLEncoding.DecodeString(box)
	if err != nil || len(b) < aead.NonceSize() {
		return nil, ErrUnreadable
	}
	padded, err := aead.Open(nil, b[:aead.NonceSize()], b[aead.NonceSize():], place)
	if err != nil {
		return nil, ErrUnreadable
	}
	if len(padded) < 4 || binary.BigEndian.Uint32(padded) > uint32(len(padded)-4) {
		return nil, fmt.Errorf("%w (its length is wrong)", ErrUnreadable)
	}
	return padded[4 : 4+binary.BigEndian.Uint32(padded)], nil
}
