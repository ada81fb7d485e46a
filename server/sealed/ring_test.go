package sealed

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

var amara = Place{Purpose: "declaration", Person: "member~amara", Field: "declared", Version: 1}

func newRing(t *testing.T) *Ring {
	t.Helper()
	r, err := Make(filepath.Join(t.TempDir(), "root.key"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func sealedFor(t *testing.T, r *Ring, p Place, plain string) (key, box string) {
	t.Helper()
	key, err := r.NewKey(p)
	if err != nil {
		t.Fatal(err)
	}
	box, err = r.Seal(key, p, []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	return key, box
}

func TestWhatIsSealedOpensForItsPlaceAndNoOther(t *testing.T) {
	r := newRing(t)
	key, box := sealedFor(t, r, amara, "carer")
	if plain, err := r.Open(key, amara, box); err != nil || string(plain) != "carer" {
		t.Fatalf("opened as %q: %v", plain, err)
	}
	if strings.Contains(box+key, "carer") {
		t.Error("the sealed form shows what it holds")
	}
	for name, other := range map[string]Place{
		"another purpose": {"pool", amara.Person, amara.Field, amara.Version},
		"another person":  {amara.Purpose, "member~binta", amara.Field, amara.Version},
		"another field":   {amara.Purpose, amara.Person, "use", amara.Version},
		"another version": {amara.Purpose, amara.Person, amara.Field, 2},
	} {
		if _, err := r.Open(key, other, box); !errors.Is(err, ErrUnreadable) {
			t.Errorf("it opened for %s: %v", name, err)
		}
	}
	otherKey, _ := sealedFor(t, r, amara, "carer")
	if _, err := r.Open(otherKey, amara, box); !errors.Is(err, ErrUnreadable) {
		t.Errorf("it opened with another key of the same person: %v", err)
	}
}

func TestADamagedBoxIsRefused(t *testing.T) {
	r := newRing(t)
	key, box := sealedFor(t, r, amara, "carer")
	for i := range len(box) {
		changed := []byte(box)
		changed[i] ^= 1
		if plain, err := r.Open(key, amara, string(changed)); err == nil && i < len(box)-1 { // the last character has spare bits
			t.Fatalf("with character %d changed it opened as %q", i, plain)
		}
	}
	for _, short := range []string{"", "a", "!!", box[:12]} {
		if _, err := r.Open(key, amara, short); err == nil {
			t.Errorf("%q opened", short)
		}
	}
}

func TestTheLengthSaysNothingOfAFewWords(t *testing.T) {
	r := newRing(t)
	_, little := sealedFor(t, r, amara, "x")
	_, more := sealedFor(t, r, amara, strings.Repeat("x", block-4))
	_, most := sealedFor(t, r, amara, strings.Repeat("x", block-3))
	if len(little) != len(more) {
		t.Errorf("one byte takes %d characters, %d bytes take %d", len(little), block-4, len(more))
	}
	if len(most) == len(more) {
		t.Error("the lengths never grow: the test looks at nothing")
	}
}

func TestARotationRewrapsKeysAndLeavesWhatTheySeal(t *testing.T) {
	r := newRing(t)
	key, box := sealedFor(t, r, amara, "carer")
	first := r.Mark()
	if err := Append(r.Path()); err != nil {
		t.Fatal(err)
	}
	if r.Mark() == first {
		t.Fatal("the ring did not follow its file")
	}
	if plain, err := r.Open(key, amara, box); err != nil || string(plain) != "carer" {
		t.Fatalf("between the two keys it opened as %q: %v", plain, err)
	}
	again, err := r.Rewrap(key, amara)
	if err != nil || r.MarkOf(again) != r.Mark() || again == key {
		t.Fatalf("rewrapped with %s, not %s: %v", r.MarkOf(again), r.Mark(), err)
	}
	if same, err := r.Rewrap(again, amara); err != nil || same != again {
		t.Errorf("rewrapping twice changed it: %v", err)
	}
	if err := Retire(r.Path()); err != nil {
		t.Fatal(err)
	}
	later, err := Read(r.Path())
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := later.Open(again, amara, box); err != nil || string(plain) != "carer" {
		t.Errorf("after the rotation it opened as %q: %v", plain, err)
	}
	if _, err := later.Open(key, amara, box); !errors.Is(err, ErrUnreadable) {
		t.Errorf("the retired key still opens: %v", err)
	}
}

func TestAWithheldKeyOpensNothingUntilItIsBack(t *testing.T) {
	r := newRing(t)
	key, box := sealedFor(t, r, amara, "carer")
	away := r.Path() + ".away"
	if err := os.Rename(r.Path(), away); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(r.Path()); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("a missing file was read: %v", err)
	}
	without := Withheld(r.Path(), r.Mark())
	if _, err := without.Open(key, amara, box); !errors.Is(err, ErrWithheld) {
		t.Errorf("it opened without a key: %v", err)
	}
	if _, err := without.NewKey(amara); !errors.Is(err, ErrWithheld) || without.Mark() != "" {
		t.Errorf("a key was made without a root: %v", err)
	}
	if _, err := Make(r.Path()); err != nil {
		t.Fatal(err)
	}
	if _, err := without.NewKey(amara); !errors.Is(err, ErrWithheld) {
		t.Errorf("another key was taken for the right one: %v", err)
	}
	if err := os.Rename(away, r.Path()); err != nil {
		t.Fatal(err)
	}
	if plain, err := without.Open(key, amara, box); err != nil || string(plain) != "carer" {
		t.Errorf("with the file back it opened as %q: %v", plain, err)
	}
}

func TestAKeyFileIsItsOwnersAlone(t *testing.T) {
	r := newRing(t)
	if err := Append(r.Path()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(r.Path())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("its rights are %v: %v", info.Mode(), err)
	}
	if _, err := Make(r.Path()); err == nil {
		t.Error("a key file was written over")
	}
}

func TestABadKeyFileIsRefusedWithoutRepeatingIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "root.key")
	for _, content := range []string{"", "# nothing\n", "secret-passphrase", strings.Repeat("ab", keyBytes-1), strings.Repeat("zz", keyBytes), string(bytes.Repeat([]byte("a\n"), fileMax))} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Read(path)
		if err == nil || strings.Contains(err.Error(), "secret-passphrase") {
			t.Errorf("%.20q: %v", content, err)
		}
	}
	if err := os.WriteFile(path, []byte(strings.Repeat("ab", keyBytes)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path); err != nil {
		t.Errorf("what openssl rand makes was refused: %v", err)
	}
}

// Everything at once, for the race detector: readers keep reading through rotations.
func TestARingServesManyAtOnce(t *testing.T) {
	r := newRing(t)
	key, box := sealedFor(t, r, amara, "carer")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 50 {
				if plain, err := r.Open(key, amara, box); err != nil || string(plain) != "carer" {
					t.Errorf("opened as %q: %v", plain, err)
				}
				if _, err := r.Rewrap(key, amara); err != nil || !r.Has(r.MarkOf(key)) || r.Mark() == "" {
					t.Errorf("rewrap: %v", err)
				}
				if _, err := r.NewKey(amara); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 5 {
		if err := Append(r.Path()); err != nil {
			t.Error(err)
		}
	}
	all.Wait()
}
