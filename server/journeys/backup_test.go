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
	keep(t, s.place("backup", file)...)
	say("after")
	epoch := member.epoch()
	keep(t, s.place("verify", file)...)
	if err := s.signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.moveOut()
	keep(t, s.place("restore", file)...)
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

func TestANetworkMovesThereAndBack(t *testing.T) {
	t.Parallel()
	s := start(t, "demo", "--members", "60").settled()
	member, host := s.as("member"), s.as("host")
	conversation := s.conversationOf(member, host)
	if err := s.signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "demo")
	keep(t, s.place("move", "--to", folder)...)
	home := s.database()
	s.moveOut()
	back := s.database()
	if back == "" {
		back = filepath.Join(s.data, "demo")
	}
	if (home == "") != (s.database() == "") || home != "" && home == back {
		t.Fatalf("from %q it would move to %q", home, back)
	}
	keep(t, "move", "--to", back, "--data", folder)
	s.restart()
	s.settled()
	member = s.as("member")
	var page struct{ Items []messageJSON }
	member.mustCall(http.MethodGet, "/conversations/"+conversation+"/messages", nil, &page)
	if len(page.Items) == 0 {
		t.Error("what they had said did not come along")
	}
}

// place adds to a command where the server keeps its network.
func (s *server) place(args ...string) []string {
	args = append(args, "--data", filepath.Join(s.data, "demo"))
	if database := s.database(); database != "" {
		args = append(args, "--mongodb-uri", database)
	}
	return args
}

// moveOut gives the server, which has ended, an empty place for its next start.
func (s *server) moveOut() {
	s.t.Helper()
	s.data = s.t.TempDir()
	if old := s.database(); old != "" {
		s.args = slices.Clone(s.args)
		s.args[slices.Index(s.args, "--mongodb-uri")+1] = freshDatabase()
		s.t.Cleanup(func() {
			if err := dropDatabase(old); err != nil {
				s.t.Error(err)
			}
		})
	}
}

// keep runs one of the commands that keep a network safe.
func keep(t *testing.T, args ...string) {
	t.Helper()
	if code, out, errs := runToEnd(t, args...); code != 0 {
		t.Fatalf("%s ended with %d: %s%s", strings.Join(args, " "), code, out, errs)
	}
}
