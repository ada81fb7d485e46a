package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The rules of the house, read from the sources themselves: a test that asked the go command would be answered from a
// cache. Each room lists the rooms it may import; what is not listed is refused with the reason.

const module = "longtable/"

var mayImport = map[string][]string{
	"server":           nil, // everything: it connects the rooms
	"server/community": {"matching"},
	"server/auth":      {"server/community"},
	"server/store":     {"server/community", "server/auth"},
	"server/mail":      {"server/community", "frontend"},
	"server/web":       {"server/community", "server/auth", "frontend", "search", "realtime"},
	"server/jobs":      {"server/community", "server/mail", "search", "realtime", "frontend"},
	"server/demo":      {"server/community"},
	"server/sealed":    {},
	"server/evaluate":  {"matching"},
	"server/esco":      {"server/community", "matching"},
	"server/journeys":  nil, // drives the program from outside
	"matching":         {},
	"search":           {},
	"realtime":         {},
	"frontend":         {},
}

var why = map[string]string{
	"server/community": "the domain knows no technology; ask for what is needed by a small interface beside the verb",
	"server/store":     "the store keeps what the domain says and decides nothing",
	"server/web":       "web translates; what follows from a change is decided in jobs, how it is kept in store",
	"matching":         "matching is pure: pass what it has to know as an argument",
	"server/sealed":    "sealed holds keys and bytes; whose they are, and who may ask, is decided in community, which main connects to it",
	"search":           "search knows documents, not people; who may find what is in its queries",
	"realtime":         "realtime carries frames; what they mean is passed in by its Config",
	"frontend":         "frontend shows structs of its own: what is not in them cannot leak",
}

// onlyIn names the one room that may know a technology.
var onlyIn = map[string][]string{
	"github.com/gofiber/fiber":      {"server/web"},
	"go.mongodb.org/mongo-driver":   {"server/store"},
	"modernc.org/sqlite":            {"server/store"},
	"github.com/meilisearch":        {"search"},
	"github.com/blevesearch":        {"search"},
	"github.com/gorilla/websocket":  {"realtime", "server/journeys", "server"},
	"github.com/nats-io":            {"realtime"},
	"golang.org/x/sys":              {"realtime"},
	"github.com/chromedp":           {"server/journeys"},
	"golang.org/x/crypto":           {"server/auth"},
	"golang.org/x/image":            {"server/community"},
	"github.com/prometheus":         {"server/web"},
	"github.com/go-json-experiment": {"server/web"},
}

func TestRoomsImportOnlyWhatTheyMay(t *testing.T) {
	checked := 0
	for _, f := range sources(t) {
		for _, spec := range f.tree.Imports {
			path := strings.Trim(spec.Path.Value, `"`)
			checked++
			if f.test {
				continue // tests may use any room; what they import is not part of the program
			}
			if room, ours := strings.CutPrefix(path, module); ours && !allowed(f.room, roomOf(room)) {
				t.Errorf("%s imports %s: %s may import %v only. %s", f.path, path, f.room, mayImport[f.room], why[f.room])
			}
			for technology, rooms := range onlyIn {
				if strings.HasPrefix(path, technology) && !slices.Contains(rooms, f.room) {
					t.Errorf("%s imports %s, which only %v may know", f.path, path, rooms)
				}
			}
		}
	}
	if checked < 100 {
		t.Fatalf("only %d imports were read: the test looks in the wrong place", checked)
	}
}

func allowed(from, to string) bool {
	if from == to || mayImport[from] == nil {
		return true
	}
	return slices.Contains(mayImport[from], to)
}

func TestEveryRoomIsListed(t *testing.T) {
	for _, f := range sources(t) {
		if _, listed := mayImport[f.room]; !listed {
			t.Errorf("%s is in the room %q, which mayImport does not list", f.path, f.room)
		}
	}
}

func TestEveryPackageSaysWhatItIsOnce(t *testing.T) {
	said := map[string][]string{}
	for _, f := range sources(t) {
		if strings.HasSuffix(f.path, "_templ.go") {
			continue // generated: the comment stands in view.go or the like
		}
		if !f.test && f.tree.Doc != nil {
			said[filepath.Dir(f.path)] = append(said[filepath.Dir(f.path)], f.path)
		}
		if !f.test && said[filepath.Dir(f.path)] == nil {
			said[filepath.Dir(f.path)] = nil
		}
	}
	for dir, files := range said {
		if len(files) != 1 {
			t.Errorf("%s has %d package comments (%v), not one", dir, len(files), files)
		}
	}
}

func TestTheViewerComesWithEveryVerb(t *testing.T) {
	// Verbs of the program itself: they act for nobody, or before anybody is known.
	forNobody := []string{"Now", "Viewer", "Join", "Found", "RenewEpoch", "Charter", "Founded", "LoadSkills", "LoadMatches", "ImportSkills", "SweepShowings", "TakeTurns", "LookForAskings", "Tell", "MarkSeat", "Erase", "TellSteps", "TellGroupSteps", "SeatAttendees", "CurrentWords", "WipeEarlier", "MarkHidden", "DropFiles", "AwaitDigest", "ZoneOf", "DigestsDue", "TakeDigest", "PutOffDigest", "StopToken", "Stoppable", "StopDigest", "SweepFiles", "FinishMeeting", "NoteAnswer", "KeepMornings", "JoinAskedOf", "UseRecovery", "Sealing", "AppliesTo", "ForgetDeclaration", "DeclaringByCode", "RootInUse", "UseRoot", "KeysInUse", "RewrapKeys", "RenewKeys", "MakeReleases",
		"MovePool", "KeepPools", "KeepSeat", "Charge", "CloseMonths", "DecideProposals", "ReviewsDue", "SeatsEnding",
		"Hub", "Programme", "ProgrammesOpen", "ProgrammesOf", "ApplicationByCode", "PassProgrammes", "SettleSelection", "SeatCohort", "PlansOf", "Plan", "RulesAt"} // the last ones are open to everyone
	verbs := 0
	for _, f := range sources(t) {
		if f.room != "server/community" || f.test {
			continue
		}
		for _, d := range f.tree.Decls {
			verb, ok := d.(*ast.FuncDecl)
			if !ok || !verb.Name.IsExported() || !isMethodOf(verb, "Network") || slices.Contains(forNobody, verb.Name.Name) {
				continue
			}
			verbs++
			params := verb.Type.Params.List
			if len(params) < 2 || typeName(params[1].Type) != "Viewer" {
				t.Errorf("%s: Network.%s does not take a Viewer as its second argument: who is asking?", f.path, verb.Name.Name)
			}
		}
	}
	if verbs < 30 {
		t.Fatalf("only %d verbs were found: the test looks in the wrong place", verbs)
	}
}

func isMethodOf(d *ast.FuncDecl, name string) bool {
	if d.Recv == nil || len(d.Recv.List) != 1 {
		return false
	}
	star, ok := d.Recv.List[0].Type.(*ast.StarExpr)
	return ok && typeName(star.X) == name
}

func typeName(e ast.Expr) string {
	if id, ok := e.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

func TestTheTopLevelStaysAsItWasAgreed(t *testing.T) {
	agreed := []string{"server", "matching", "search", "realtime", "frontend"}
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && e.Name() != "data" && !slices.Contains(agreed, e.Name()) {
			t.Errorf("the folder %s is not one of %v", e.Name(), agreed)
		}
	}
}

// Every direct dependency has a line of reason in ARCHITECTURE.md.
func TestEveryDependencyHasItsReason(t *testing.T) {
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	reasons, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	direct := 0
	for line := range strings.Lines(string(mod)) {
		path, _, found := strings.Cut(strings.TrimSpace(line), " v")
		if !found || strings.Contains(line, "// indirect") {
			continue
		}
		direct++
		if name := strings.TrimPrefix(strings.TrimSuffix(path, "/v2"), "github.com/"); !strings.Contains(string(reasons), name) {
			t.Errorf("server/ARCHITECTURE.md gives no reason for %s", path)
		}
	}
	if direct < 10 {
		t.Fatalf("only %d direct dependencies were read", direct)
	}
}

type source struct {
	path, room string
	test       bool
	tree       *ast.File
}

// sources parses every Go file of the five rooms.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	for _, top := range []string{"server", "matching", "search", "realtime", "frontend"} {
		err := filepath.WalkDir(filepath.Join("..", top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
				return err
			}
			tree, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly|parser.ParseComments)
			if strings.Contains(path, "server/community/") {
				tree, err = parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
			}
			if err != nil {
				return err
			}
			rel := strings.TrimPrefix(filepath.ToSlash(path), "../")
			test := strings.HasSuffix(path, "_test.go") || strings.HasSuffix(filepath.Dir(path), "test")
			all = append(all, source{rel, roomOf(filepath.ToSlash(filepath.Dir(rel))), test, tree})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// roomOf is the room that a package belongs to: two levels below server, one elsewhere.
func roomOf(pkg string) string {
	parts := strings.Split(pkg, "/")
	if parts[0] == "server" && len(parts) > 1 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}
