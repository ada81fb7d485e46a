package journeys

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// axeSource is axe-core, from the file that LONGTABLE_AXE names or from an installed package; empty where there is none.
var axeSource = sync.OnceValues(func() (string, error) {
	if named := os.Getenv("LONGTABLE_AXE"); named != "" {
		source, err := os.ReadFile(named)
		return string(source), err
	}
	for _, root := range []string{".", "../.."} {
		source, err := os.ReadFile(filepath.Join(root, "node_modules/axe-core/axe.min.js"))
		if err == nil {
			return string(source), nil
		}
	}
	return "", nil
})

// needsAxe says whether pages can be given to axe. Without it the rest of a test still runs; the gate wants it.
func needsAxe(t testing.TB) bool {
	t.Helper()
	source, err := axeSource()
	switch {
	case err != nil:
		t.Fatalf("read axe-core: %v", err)
	case source == "" && browserRequired():
		t.Fatal("axe-core is missing: name its axe.min.js in LONGTABLE_AXE")
	case source == "":
		t.Log("axe-core is not installed, so only the other checks run: npm install axe-core, and name its axe.min.js in LONGTABLE_AXE")
	}
	return source != ""
}

// violation is one rule of axe that a page breaks.
type violation struct {
	ID    string   `json:"id"`
	Help  string   `json:"help"`
	Nodes []string `json:"nodes"`
}

// runAxe loads nothing ahead: the rules that need it are of films and sounds, which no page has, and an experiment that is not run.
const runAxe = `axe.run({runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
  resultTypes: ["violations"], preload: false}).then(r => r.violations.map(v => ({id: v.id, help: v.help,
  nodes: v.nodes.map(n => n.html.slice(0, 200) + " " + n.failureSummary)})))`

// axe asks about the page as it is now and returns what is wrong with it. The protocol evaluates it, so the page's own
// policy against foreign scripts stays as it is.
func axe(tb *tab) (faults []string) {
	tb.t.Helper()
	source, err := axeSource()
	if err != nil || source == "" {
		return nil
	}
	for _, v := range ask[[]violation](tb, source+";\n"+runAxe) {
		faults = append(faults, fmt.Sprintf("axe %s (%s): %s", v.ID, v.Help, strings.Join(v.Nodes[:min(3, len(v.Nodes))], " | ")))
	}
	return faults
}
