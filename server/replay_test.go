package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

func TestADrawIsReplayedFromItsFile(t *testing.T) {
	x := communitytest.New(t)
	p := x.OpenProgramme(t, nil)
	codes := x.Applicants(t, p, 6, nil)
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
		if said, err := replay(file, code); err != nil || !strings.Contains(said, "of 6.") {
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
