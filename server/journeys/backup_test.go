package journeys

import (
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// A backup is made while people talk. What they had said by then is there after a restore, what they said later is not,
// and browsers that knew the later network are told to load it anew.
func TestABackupOfARunningNetworkComesBack(t *testing.T) {
	t.Parallel()
	s := start(t, "demo", "--members", "60").settled()
	member, host := s.as("member"), s.as("host")
	conversation := s.conversationOf(member, host)
	say := func(words string) {
		t.Helper()
		member.mustCall(http.MethodPost, "/conversations/"+conversation+"/messages", map[string]string{"body": words, "nonce": "said-" + words}, nil)
	}
	said := func() (all []string) {
		t.Helper()
		var page struct{ Items []messageJSON }
		member.mustCall(http.MethodGet, "/conversations/"+conversation+"/messages", nil, &page)
		for _, m := range page.Items {
			all = append(all, m.Body)
		}
		return all
	}
	say("before")
	file := filepath.Join(t.TempDir(), "table.backup")
	keep(t, "backup", file, "--data", filepath.Join(s.data, "demo"))
	say("after")
	epoch := member.epoch()
	keep(t, "verify", file, "--data", filepath.Join(s.data, "demo"))
	if err := s.signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.data = t.TempDir()
	keep(t, "restore", file, "--data", filepath.Join(s.data, "demo"))
	s.restart()
	s.settled()
	member = s.as("member")
	if all := said(); !slices.Contains(all, "before") || slices.Contains(all, "after") {
		t.Errorf("restored: %q", all)
	}
	if again := member.epoch(); again == epoch {
		t.Errorf("the epoch is still %q", again)
	}
	say("again")
	if !member.get("/search?q=hums").says("Who knows looms?") {
		t.Error("the index was not built from the restored network")
	}
}

// keep runs one of the commands that keep a network safe.
func keep(t *testing.T, args ...string) {
	t.Helper()
	if code, out, errs := runToEnd(t, args...); code != 0 {
		t.Fatalf("%s ended with %d: %s%s", strings.Join(args, " "), code, out, errs)
	}
}
