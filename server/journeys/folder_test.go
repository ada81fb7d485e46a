package journeys

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// TestTheProgramWritesToItsDataFolderAlone runs it where it finds no home, no place for temporary files and nothing of its
// own, as in a container whose root can't be written. That must not matter to a start, to a check or to a stop.
func TestTheProgramWritesToItsDataFolderAlone(t *testing.T) {
	t.Parallel()
	needsProgram(t)
	around := t.TempDir()
	data, here := filepath.Join(around, "data"), filepath.Join(around, "here")
	if err := os.Mkdir(here, 0o700); err != nil {
		t.Fatal(err)
	}
	wall := filepath.Join(around, "wall") // no folder can be made below a file, not even by root
	if err := os.WriteFile(wall, nil, 0o400); err != nil {
		t.Fatal(err)
	}
	prepared := func(args ...string) *exec.Cmd {
		cmd, err := command(append(args, "--data", data)...)
		if err != nil {
			t.Fatal(err)
		}
		cmd.Dir = here
		cmd.Env = []string{"HOME=" + wall + "/home", "TMPDIR=" + wall + "/tmp", "XDG_CACHE_HOME=" + wall + "/cache", "XDG_CONFIG_HOME=" + wall + "/config"}
		return cmd
	}
	p, err := launchCommand(prepared("--addr", "127.0.0.1:0"), data, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := &server{process: p, t: t}
	t.Cleanup(func() {
		if err := s.end(); err != nil {
			t.Error(err)
		}
	})
	s.visitor().get("/help").must()
	if out, err := prepared("health", "--addr", s.url.Host).CombinedOutput(); err != nil {
		t.Errorf("health: %v\n%s", err, out)
	}
	s.checksItself(prepared("doctor", "--json"))
	s.holdsFilesOnlyIn(data)
	if err := s.signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if s.err != nil {
		t.Errorf("the program ended with %v, not with the exit code 0", s.err)
	}
	for dir, want := range map[string]string{here: "", around: "data here wall"} {
		if got := strings.Join(names(t, dir), " "); got != want {
			t.Errorf("%s holds %q, want %q", dir, got, want)
		}
	}
}

// checksItself runs the doctor beside the program.
func (s *server) checksItself(doctor *exec.Cmd) {
	s.t.Helper()
	out, err := doctor.Output()
	var report struct {
		Checks []struct{ Check, Level, Found string }
		Wrong  int
	}
	if jsonErr := json.Unmarshal(out, &report); err != nil || jsonErr != nil || report.Wrong != 0 {
		s.t.Errorf("the doctor ends with %v, %v:\n%s", err, jsonErr, out)
	}
	if said := fmt.Sprint(report.Checks); !strings.Contains(said, "a program runs on this folder") || !strings.Contains(said, "was read and is sound") {
		s.t.Errorf("the doctor does not see the program and its store: %s", said)
	}
}

// opensForWriting are the flags of an open file, as Linux shows them in octal, of one that can be written.
var opensForWriting = regexp.MustCompile(`(?m)^flags:\s+\d*[1256]$`)

// holdsFilesOnlyIn looks at what the program has open to be written, deleted files included. Only Linux shows it.
func (s *server) holdsFilesOnlyIn(dir string) {
	s.t.Helper()
	if runtime.GOOS != "linux" {
		return
	}
	process := fmt.Sprintf("/proc/%d/", s.cmd.Process.Pid)
	inside := 0
	for _, fd := range names(s.t, process+"fd") {
		file, err := os.Readlink(process + "fd/" + fd)
		flags, _ := os.ReadFile(process + "fdinfo/" + fd) // empty for one that was closed meanwhile
		switch {
		case err != nil || !opensForWriting.Match(flags) || !strings.HasPrefix(file, "/") || strings.HasPrefix(file, "/dev/"):
		case strings.HasPrefix(file, dir+"/"):
			inside++
		default:
			s.t.Errorf("it holds %s open", file)
		}
	}
	if inside == 0 {
		s.t.Error("it holds no file of its data folder: the test looks in the wrong place")
	}
}

func names(t testing.TB, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}
