package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"longtable/server/community"
	"longtable/server/esco"
	"longtable/server/store"
)

// escoFolder is a small ESCO of its own making in the form of the download. Bookkeeping is in the demo too.
func escoFolder(t *testing.T) string {
	t.Helper()
	const uri = "http://data.europa.eu/esco/"
	dir := t.TempDir()
	for name, text := range map[string]string{
		"skills_en.csv": "conceptUri,preferredLabel\n" + uri + "skill/1,Bookkeeping\n" + uri + "skill/2,file ledgers\n",
		"skills_nl.csv": "conceptUri,preferredLabel\n" + uri + "skill/1,boekhouden\n" + uri + "skill/2,grootboeken\n",
		"occupationSkillRelations_en.csv": "occupationUri,skillUri\n" + uri + "occupation/1," + uri + "skill/1\n" + uri +
			"occupation/1," + uri + "skill/2\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestESCOIsImportedWhileNoProgramRuns(t *testing.T) {
	data, from := village(t), escoFolder(t)
	first := mustSay(t, "skills", "import", "esco", from, "--data", data)
	if !strings.Contains(first, "1 skills are new, 1 were joined") || !strings.Contains(first, "ESCO classification of the European Commission") {
		t.Errorf("the import says %s", first)
	}
	before := content(t, data)
	if second := mustSay(t, "skills", "import", "esco", from, "--data", data); !strings.Contains(second, "0 skills are new, 0 were joined with one that the network had, 0 were updated, 2 were") {
		t.Errorf("the second import says %s", second)
	}
	if err := before.Same(content(t, data)); err != nil {
		t.Errorf("importing twice changed something: %v", err)
	}
	engine, err := store.OpenSQLite(data)
	if err != nil {
		t.Fatal(err)
	}
	db := store.NewDB(engine)
	defer db.Close()
	stores, err := store.Community(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	s, err := stores.SkillList.Get(t.Context(), "bookkeeping")
	if err != nil || s.Names["nl"] != "boekhouden" || s.Names["en"] != "bookkeeping" || len(s.Related) != 1 {
		t.Errorf("bookkeeping is %+v, %v", s, err)
	}
}

func TestAnImportThatCannotBeSaysWhy(t *testing.T) {
	data, broken := village(t), escoFolder(t)
	if err := os.WriteFile(filepath.Join(broken, "skills_nl.csv"), []byte("conceptUri,preferredLabel\nx\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := content(t, data)
	for says, args := range map[string][]string{
		"needs to be told where; try: server skills import esco DIR": {"skills"},
		`skills can't "export"; try: server skills import esco DIR`:  {"skills", "export", "esco", broken},
		`skills can't "onet"; try: server skills import esco DIR`:    {"skills", "import", "onet", broken},
		"skills needs to be told where":                              {"skills", "import", "esco"},
		"skills_nl.csv, line 2":                                      {"skills", "import", "esco", broken, "--data", data},
		"from the CSV download of https://esco.ec.europa.eu":         {"skills", "import", "esco", t.TempDir(), "--data", data},
		"choose the network's folder with --data":                    {"skills", "import", "esco", escoFolder(t), "--data", filepath.Join(data, "elsewhere")},
	} {
		if _, err := say(t, args...); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v: %v, not %q", args, err, says)
		}
	}
	if err := before.Same(content(t, data)); err != nil {
		t.Errorf("an import that could not be changed something: %v", err)
	}
}

// TestARunningProgramTakesAnImportUp imports into a program that holds the store: the command waits for it, the names are
// known, what is related counts in matches, and people are found by their skills' new names.
func TestARunningProgramTakesAnImportUp(t *testing.T) {
	data := village(t)
	h, err := build(t.Context(), Config{Addr: "127.0.0.1:0", Data: data}, false, slog.New(slog.DiscardHandler), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.run(ctx) }()
	told := mustSay(t, "skills", "import", "esco", escoFolder(t), "--data", data)
	if !strings.Contains(told, "The program is running") || !strings.Contains(told, "1 skills are new, 1 were joined") {
		t.Errorf("the import says %s", told)
	}
	s, known := h.network.Skills.Named(community.Viewer{}, "boekhouden")
	if !known || s.ID != "bookkeeping" || len(s.Related) != 1 {
		t.Errorf("the running program knows %+v", s)
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{importFile, outcomeFile} {
		if _, err := os.Stat(filepath.Join(data, name)); err == nil {
			t.Errorf("%s stays behind", name)
		}
	}
}

// TestAnImportThatIsNoneFailsInWordsAndStays: what can't be read is not thrown away, and whoever waits is told.
func TestAnImportThatIsNoneFailsInWordsAndStays(t *testing.T) {
	data := village(t)
	h, err := build(t.Context(), Config{Addr: "127.0.0.1:0", Data: data}, false, slog.New(slog.DiscardHandler), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte("[{"))
	_ = w.Close()
	for _, text := range []string{b.String(), "no gzip at all, but long enough"} {
		if err := os.WriteFile(filepath.Join(data, importFile), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := takeUp(t.Context(), h.network, data, func(int, int) {}, func(community.Imported) error { return nil })
		if err == nil || !strings.HasPrefix(err.Error(), "import skills: ") {
			t.Errorf("taken up: %v", err)
		}
		if _, err := os.Stat(filepath.Join(data, importFile)); err != nil {
			t.Errorf("it was thrown away: %v", err)
		}
	}
}

// TestAnInterruptedImportTellsOfNamesWhenItGoesOn: the first try ends after everything was written and before anybody was
// indexed anew; the second finds nothing to write, and still tells of who was joined.
func TestAnInterruptedImportTellsOfNamesWhenItGoesOn(t *testing.T) {
	data, cut := village(t), errors.New("the power is cut")
	h, err := build(t.Context(), Config{Addr: "127.0.0.1:0", Data: data}, false, slog.New(slog.DiscardHandler), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	concepts, err := esco.Read(escoFolder(t), func(int64, int64) {})
	if err != nil {
		t.Fatal(err)
	}
	if err := handOver(data, concepts); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		end   error
		again bool
	}{{cut, false}, {nil, true}} {
		var told community.Imported
		_, err := takeUp(t.Context(), h.network, data, func(int, int) {}, func(i community.Imported) error { told = i; return c.end })
		if !errors.Is(err, c.end) || (told.Same == 2) != c.again || !slices.Equal(told.Renamed, []community.SkillID{"bookkeeping"}) {
			t.Errorf("interrupted before: %v, it tells %+v, %v", c.again, told, err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(data, "skills-import*")); err != nil || len(left) != 0 {
		t.Errorf("%v stay behind, %v", left, err)
	}
}
