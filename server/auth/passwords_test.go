package auth

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"longtable/server/community"
)

func newCheap(t *testing.T) *Passwords {
	t.Helper()
	p, err := NewPasswords(cheap)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestStandardHashesSayHowTheyWereMade(t *testing.T) {
	p, err := NewPasswords(StandardCost)
	if err != nil {
		t.Fatal(err)
	}
	hash, err := p.Hash(t.Context(), longEnough)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(hash), "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash begins with %.40s", string(hash))
	}
	if right, weak, err := p.Check(t.Context(), hash, longEnough); !right || weak || err != nil {
		t.Errorf("right %t, weak %t, %v", right, weak, err)
	}
}

func TestOnlyTheRightPasswordFits(t *testing.T) {
	p := newCheap(t)
	hash, err := p.Hash(t.Context(), "seven lamps")
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.Hash(t.Context(), "seven lamps")
	if err != nil || again == hash {
		t.Errorf("two hashes of one password are equal (%v)", err)
	}
	for password, want := range map[Secret]bool{"seven lamps": true, "Seven lamps": false, "seven lamps ": false, "": false} {
		if right, _, err := p.Check(t.Context(), hash, password); right != want || err != nil {
			t.Errorf("%q: right %t (%v)", password.Reveal(), right, err)
		}
	}
}

func TestUnreadableHashesAreAnErrorAndNotAPanic(t *testing.T) {
	p := newCheap(t)
	good, err := p.Hash(t.Context(), longEnough)
	if err != nil {
		t.Fatal(err)
	}
	for name, broken := range map[string]string{
		"not a hash":     "hello",
		"other kind":     strings.Replace(string(good), "argon2id", "argon2i", 1),
		"other version":  strings.Replace(string(good), "v=19", "v=16", 1),
		"no passes":      strings.Replace(string(good), "t=1", "t=0", 1),
		"no lanes":       strings.Replace(string(good), "p=1", "p=0", 1),
		"all the memory": strings.Replace(string(good), "m=64", "m=4294967295", 1),
		"many passes":    strings.Replace(string(good), "t=1", "t=4000000", 1),
		"overflow":       strings.Replace(string(good), "p=1", "p=257", 1),
		"short key":      string(good[:len(good)-8]),
		"bad letters":    string(good[:len(good)-1]) + "!",
	} {
		if broken == string(good) {
			t.Fatalf("%s: the hash is whole", name)
		}
		if right, _, err := p.Check(t.Context(), PasswordHash(broken), longEnough); right || !errors.Is(err, errBadHash) {
			t.Errorf("%s: right %t, %v", name, right, err)
		}
	}
	if _, err := NewPasswords(Cost{}); err == nil {
		t.Error("a pool without a cost was made")
	}
}

func TestTheQueueOfPasswordsIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newCheap(t)
		for range hashSlots { // two passwords that take long
			if _, err := p.enter(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		var waiting sync.WaitGroup
		ctx, leave := context.WithCancel(t.Context())
		outcomes := make(chan error, hashQueue)
		for range hashQueue {
			waiting.Go(func() { _, _, err := p.Check(ctx, "", longEnough); outcomes <- err })
		}
		synctest.Wait() // all of them wait
		_, err := p.Hash(t.Context(), longEnough)
		mustBe(t, err, community.KindTooMany, "auth.busy")
		if !errors.Is(err, ErrBusy) || len(outcomes) != 0 {
			t.Errorf("one too many got %v; %d of the queue went on", err, len(outcomes))
		}
		leave()
		waiting.Wait()
		for range hashQueue {
			if err := <-outcomes; !errors.Is(err, ErrBusy) || !errors.Is(err, context.Canceled) {
				t.Errorf("who gave up waiting got %v", err)
			}
		}
		if p.waiting.Load() != hashSlots {
			t.Errorf("%d are counted, want the two that hash", p.waiting.Load())
		}
	})
}

func TestUnknownAccountsQueueLikeKnownOnes(t *testing.T) {
	p := newCheap(t)
	for range hashSlots {
		if _, err := p.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ctx, leave := context.WithCancel(t.Context())
	leave()
	if _, _, err := p.Check(ctx, "", longEnough); !errors.Is(err, ErrBusy) {
		t.Errorf("an account without a password was answered without the work: %v", err)
	}
}

func TestPasswordsAtOnce(t *testing.T) {
	p := newCheap(t)
	hash, err := p.Hash(t.Context(), longEnough)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			if right, _, err := p.Check(t.Context(), hash, longEnough); !right || err != nil {
				t.Errorf("right %t, %v", right, err)
			}
		})
		all.Go(func() {
			if _, err := p.Hash(t.Context(), alsoLong); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if p.waiting.Load() != 0 || len(p.slots) != 0 {
		t.Errorf("%d still counted, %d slots still taken", p.waiting.Load(), len(p.slots))
	}
}

func TestWhichPasswordsAreRefused(t *testing.T) {
	for password, say := range map[Secret]string{
		"seven lamps and a kettle":              "",
		"correcthorsebattery":                   "",
		"пять синих лодок":                      "",
		"七盏灯和一个水壶在桌子上":                          "",
		"🪑🫖🪔🧵🪡🧶🥘🫓🍲🥣":                            "",
		"83710264918273645091":                  "", // twenty random digits
		Secret(strings.Repeat("é å", 51)) + "x": "",
		"":                                "auth.password-needed",
		"nine char":                       "auth.password-too-short",
		"七盏灯和一个水壶在":                       "auth.password-too-short",
		Secret(strings.Repeat("ab", 129)): "auth.password-too-long",
		"password123":                     "auth.password-common",
		"P@ssw0rd2026!":                   "auth.password-common",
		"1q2w3e4r5t":                      "auth.password-common",
		"qwertyuiop":                      "auth.password-common",
		"azertyuiop1":                     "auth.password-common",
		"iloveyou!!!":                     "auth.password-common",
		"1234567890":                      "auth.password-common",
		"0987654321":                      "auth.password-common",
		"27/03/1994":                      "auth.password-common",
		"+234 803 555":                    "auth.password-common",
		"aaaaaaaaaaaa":                    "auth.password-common",
		"abcabcabcabc":                    "auth.password-common",
		"abcdefghij":                      "auth.password-common",
		"zyxwvutsrq":                      "auth.password-common",
		"Longtable2026":                   "auth.password-common",
		"пароль12345":                     "auth.password-common",
		"amara.okafor@example.org":        "auth.password-is-email",
		"Amara.Okafor1":                   "auth.password-is-email",
		"my amara.okafor@example.org":     "auth.password-is-email",
	} {
		problem := refusePassword(password, "amara.okafor@example.org")
		if say == "" && problem != nil || say != "" && (problem == nil || problem.Say != say) {
			t.Errorf("%q: got %+v, want %q", password.Reveal(), problem, say)
		}
	}
	if problem := refusePassword("83710264918273645091", "42@example.org"); problem != nil {
		t.Errorf("digits beside an address of digits: %+v", problem)
	}
}
