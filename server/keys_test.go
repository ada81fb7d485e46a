package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/sealed"
	"longtable/server/store"
)

// declaredIn gives a folder a network in which people declared something, and one entry in the log of each.
func declaredIn(t *testing.T, dir string, people int) Config {
	t.Helper()
	config := Config{Data: dir}
	openIn(t, config, func(n *community.Network) {
		if _, err := openSeals(t.Context(), config, n); err != nil {
			t.Fatal(err)
		}
		for i := range people {
			v := community.Viewer{ID: community.MemberID(fmt.Sprintf("member%d", i))}
			own, err := n.Declaring(t.Context(), v)
			must(t, err)
			must(t, own.Write(t.Context(), community.DeclarationDraft{Groups: []community.Group{"carer"}, Words: fmt.Sprintf("words of %d", i), Uses: community.Uses}))
			_, err = n.AppliesTo(t.Context(), community.MemberDeclarant(v.ID), community.UseReserved, "programme~seeds", []community.Group{"carer"})
			must(t, err)
		}
	})
	return config
}

func openIn(t *testing.T, config Config, do func(*community.Network)) {
	t.Helper()
	must(t, os.MkdirAll(config.Data, 0o700))
	engine, err := store.OpenSQLite(config.Data)
	must(t, err)
	db := store.NewDB(engine)
	must(t, db.Migrate(t.Context(), func(string, int64) {}))
	stores, err := store.Community(t.Context(), db)
	must(t, err)
	n, err := community.New(stores, time.Now)
	must(t, err)
	do(n)
	must(t, db.Close())
}

// allOpen checks that everybody reads their declaration and its log.
func allOpen(t *testing.T, config Config, people int) {
	t.Helper()
	openIn(t, config, func(n *community.Network) {
		if says, err := openSeals(t.Context(), config, n); err != nil || says != "" {
			t.Fatalf("it says %q: %v", says, err)
		}
		for i := range people {
			own, err := n.Declaring(t.Context(), community.Viewer{ID: community.MemberID(fmt.Sprintf("member%d", i))})
			must(t, err)
			declared, err := own.Read(t.Context())
			if err != nil || declared.Words != fmt.Sprintf("words of %d", i) {
				t.Errorf("person %d reads %+v: %v", i, declared, err)
			}
			used, _, err := own.Uses(t.Context(), community.Page{Limit: 5})
			if err != nil || len(used) != 1 || !used[0].Readable || !used[0].Answer {
				t.Errorf("the log of person %d is %+v: %v", i, used, err)
			}
		}
	})
}

func TestTheRootKeyIsExchangedAndTheOldOneRetired(t *testing.T) {
	config := declaredIn(t, t.TempDir(), 12)
	before, err := os.ReadFile(config.keyPath())
	must(t, err)
	if said := mustSay(t, "keys", "--data", config.Data); !strings.Contains(said, "opens what 12 people declared") {
		t.Errorf("it says %s", said)
	}
	if said := mustSay(t, "keys", "rotate", "--data", config.Data); !strings.Contains(said, "12 people's keys are wrapped with the new root key") {
		t.Errorf("it says %s", said)
	}
	allOpen(t, config, 12)
	mustSay(t, "keys", "retire", "--data", config.Data)
	allOpen(t, config, 12)
	after, err := os.ReadFile(config.keyPath())
	must(t, err)
	old := strings.Split(strings.TrimSpace(string(before)), "\n")
	if strings.Contains(string(after), old[len(old)-1]) {
		t.Error("the old root key is still in the file")
	}
}

func TestPeopleGetNewKeysAndKeepTheirLog(t *testing.T) {
	config := declaredIn(t, t.TempDir(), 5)
	mustSay(t, "keys", "renew", "--data", config.Data)
	mustSay(t, "keys", "renew", "--data", config.Data)
	allOpen(t, config, 5)
	openIn(t, config, func(n *community.Network) {
		for d, err := range n.Declarations.Each(t.Context()) {
			if must(t, err); len(d.Keys) != 1 || d.Keys[0].Version != 3 {
				t.Errorf("%s has %+v", d.ID, d.Keys)
			}
		}
	})
}

// A rotation or a renewal that ends anywhere is finished by the next: nothing is ever closed for good.
func TestAnInterruptedRotationGoesOn(t *testing.T) {
	for _, work := range map[string]func(context.Context, Config, *community.Network, io.Writer) error{"rotate": rotateRoot, "renew": renewKeys} {
		config := declaredIn(t, t.TempDir(), 8)
		for after := 1; after < 30; after += 3 {
			openIn(t, config, func(n *community.Network) {
				left := after
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				n.Declarations = endingAfter{n.Declarations, &left, cancel}
				n.DeclarationUses = usesEndingAfter{n.DeclarationUses, &left, cancel}
				_ = work(ctx, config, n, io.Discard) // it ends somewhere, or is through
			})
			allOpen(t, config, 8)
		}
		openIn(t, config, func(n *community.Network) { must(t, work(t.Context(), config, n, io.Discard)) })
		allOpen(t, config, 8)
	}
}

// endingAfter ends the context after so many changes, as a kill would.
type endingAfter struct {
	community.Declarations
	left *int
	end  func()
}

func (e endingAfter) Change(ctx context.Context, id community.Declarant, change func(*community.Declaration) error) (*community.Declaration, error) {
	if *e.left--; *e.left < 0 {
		e.end()
	}
	return e.Declarations.Change(ctx, id, change)
}

type usesEndingAfter struct {
	community.DeclarationUses
	left *int
	end  func()
}

func (e usesEndingAfter) Change(ctx context.Context, id community.UseID, change func(*community.DeclarationUse) error) (*community.DeclarationUse, error) {
	if *e.left--; *e.left < 0 {
		e.end()
	}
	return e.DeclarationUses.Change(ctx, id, change)
}

func TestAWithheldOrWrongKeyFileIsSaidAndChangesNothing(t *testing.T) {
	config := declaredIn(t, t.TempDir(), 3)
	away := config.keyPath() + ".away"
	must(t, os.Rename(config.keyPath(), away))
	openIn(t, config, func(n *community.Network) {
		says, err := openSeals(t.Context(), config, n)
		if err != nil || !strings.Contains(says, "Put the key file back") || n.Sealing() {
			t.Errorf("without the file it says %q: %v", says, err)
		}
	})
	if _, err := os.Stat(config.keyPath()); err == nil {
		t.Fatal("a new key was made in the place of one that is missing")
	}
	if _, err := sealed.Make(config.keyPath()); err != nil {
		t.Fatal(err)
	}
	openIn(t, config, func(n *community.Network) {
		if says, err := openSeals(t.Context(), config, n); err != nil || !strings.Contains(says, "another key") || n.Sealing() {
			t.Errorf("with another file it says %q: %v", says, err)
		}
	})
	if said := mustSay(t, "keys", "--data", config.Data); !strings.Contains(said, "another key than the one that 3 people") {
		t.Errorf("the command says %s", said)
	}
	must(t, os.Rename(away, config.keyPath()))
	allOpen(t, config, 3)
}

func TestAfterALossPeopleCanDeclareAnew(t *testing.T) {
	config := declaredIn(t, t.TempDir(), 3)
	must(t, os.Remove(config.keyPath()))
	mustSay(t, "keys", "new", "--data", config.Data)
	openIn(t, config, func(n *community.Network) {
		if says, err := openSeals(t.Context(), config, n); err != nil || says != "" || !n.Sealing() {
			t.Fatalf("it says %q: %v", says, err)
		}
		own, err := n.Declaring(t.Context(), community.Viewer{ID: "member0"})
		must(t, err)
		must(t, own.Write(t.Context(), community.DeclarationDraft{Groups: []community.Group{"rural"}, Uses: community.Uses}))
	})
	if said := mustSay(t, "keys", "--data", config.Data); !strings.Contains(said, "2 keys are wrapped with a root key that is not in") {
		t.Errorf("the command says %s", said)
	}
}

// The key file is no part of a backup: who has the backup alone reads nothing.
func TestABackupHoldsNeitherTheKeyNorWhatItOpens(t *testing.T) {
	config := declaredIn(t, t.TempDir(), 3)
	file := filepath.Join(t.TempDir(), "backup")
	mustSay(t, "backup", file, "--data", config.Data)
	restored := filepath.Join(t.TempDir(), "restored")
	mustSay(t, "restore", file, "--data", restored)
	if _, err := os.Stat(filepath.Join(restored, rootFile)); err == nil {
		t.Error("the key came with the backup")
	}
	key, err := os.ReadFile(config.keyPath())
	must(t, err)
	must(t, os.WriteFile(filepath.Join(restored, rootFile), key, 0o600))
	allOpen(t, Config{Data: restored}, 3)
}
