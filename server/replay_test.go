package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

func TestADrawIsReplayedFromItsFile(t *testing.T) { replayed(t, 6, nil, "6 rows") }

func TestADrawForSomeIsReplayedFromItsFile(t *testing.T) {
	replayed(t, 12, []community.Group{"carer", "refugee", "rural"}, "each applicant has the proof for their own")
}

func replayed(t *testing.T, applicants int, only []community.Group, says string) {
	t.Helper()
	x := communitytest.New(t)
	p := x.OpenProgramme(t, func(d *community.ProgrammeDraft) { d.EligibleFor = only })
	codes := x.Applicants(t, p, applicants, func(i int, d *community.ApplicationDraft) {
		d.Declaration = community.DeclarationDraft{Groups: []community.Group{"carer"}, Uses: community.Uses[:i%2]}
		if i%2 == 0 {
			d.Declaration = community.DeclarationDraft{}
		}
	})
	_, err := x.CloseProgramme(t.Context(), x.Dana, p.ID, true)
	if err != nil {
		t.Fatal(err)
	}
	x.ReadAll(t, p, func(int) int { return 3 })
	file, err := json.Marshal(x.Draw(t, p))
	if err != nil {
		t.Fatal(err)
	}
	replay := func(content []byte, code string) (string, error) {
		path := filepath.Join(t.TempDir(), "draw.json")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		err := replayDraw(t.Context(), Config{}, path+" "+code, &out)
		return out.String(), err
	}
	for _, code := range codes {
		if said, err := replay(file, code); err != nil || !strings.Contains(said, fmt.Sprintf("of %d.", applicants)) || !strings.Contains(said, says) {
			t.Errorf("%s: %q, %v", code, said, err)
		}
	}
	if _, err := replay(file, "AAAA-BBBB-CCCC-DDDD"); err == nil {
		t.Error("a code that nobody has finds a row")
	}
	var changed community.DrawFile
	if err := json.Unmarshal(file, &changed); err != nil {
		t.Fatal(err)
	}
	changed.Order[0], changed.Order[1] = changed.Order[1], changed.Order[0]
	turned, err := json.Marshal(changed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := replay(turned, ""); err == nil {
		t.Error("another order passes")
	}
}
