package journeys

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// How long a test waits for what must happen. Machines that are busy with other tests are slow; a healthy program
// needs a small part of it.
const (
	patience      = 30 * time.Second
	startPatience = 90 * time.Second
	lookEvery     = 20 * time.Millisecond // between two looks at a condition
)

// workshop holds what is made once for all tests: the binary, the shared demo and the browser.
var workshop struct {
	dir     string // removed at the end
	program func() (string, error)
	demo    func() (*process, error)
	browser func() (*browser, error)
}

func TestMain(m *testing.M) { os.Exit(openWorkshop(m)) }

// openWorkshop runs the tests and takes down whatever they began.
func openWorkshop(m *testing.M) (code int) {
	dir, err := os.MkdirTemp("", "longtable-journeys-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "journeys:", err)
		return 1
	}
	var started *process
	var opened *browser
	workshop.dir = dir
	workshop.program = sync.OnceValues(buildProgram)
	workshop.demo = sync.OnceValues(func() (p *process, err error) {
		started, err = launch(filepath.Join(dir, "shared"), "demo", "--members", "400")
		return started, err
	})
	workshop.browser = sync.OnceValues(func() (b *browser, err error) {
		opened, err = openBrowser()
		return opened, err
	})
	defer func() {
		err := errors.Join(opened.close(), started.end(), os.RemoveAll(dir))
		if err != nil {
			fmt.Fprintln(os.Stderr, "journeys:", err)
			code = 1
		}
	}()
	return m.Run()
}

func buildProgram() (string, error) {
	path := filepath.Join(workshop.dir, "longtable")
	build := exec.Command("go", "build", "-o", path, "longtable/server")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return path, nil
}

// process is one running program.
type process struct {
	args  []string // without --addr and --data
	data  string
	cmd   *exec.Cmd
	url   *url.URL
	doors map[string]string // sign-in links of a demo by role
	log   *transcript       // what it writes to stderr
	ended chan struct{}
	err   error // of the end; read after ended
}

// transcript keeps what a process writes. Its methods may be called at the same time.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer // guarded by mu
}

func (s *transcript) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *transcript) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// command prepares the program with a clean environment; nothing of the tester's settings reaches it.
func command(args ...string) (*exec.Cmd, error) {
	path, err := workshop.program()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = workshop.dir
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "LONGTABLE_") })
	return cmd, nil
}

// launch starts the program on a free port, over a store of its own, and waits until it says where it answers.
func launch(data string, args ...string) (*process, error) {
	database := freshDatabase()
	if database != "" {
		args = append(slices.Clone(args), "--mongodb-uri", database)
	}
	p, err := launchAt("127.0.0.1:0", data, args...)
	if err != nil {
		return nil, errors.Join(err, dropDatabase(database))
	}
	return p, nil
}

func launchAt(addr, data string, args ...string) (*process, error) {
	cmd, err := command(append(slices.Clone(args), "--addr", addr, "--data", data)...)
	if err != nil {
		return nil, err
	}
	return launchCommand(cmd, data, args)
}

func launchCommand(cmd *exec.Cmd, data string, args []string) (*process, error) {
	p := &process{args: args, data: data, cmd: cmd, doors: map[string]string{}, log: &transcript{}, ended: make(chan struct{})}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	cmd.Stderr = p.log
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ready := make(chan struct{})
	go p.attend(out, ready)
	select {
	case <-ready:
		return p, nil
	case <-p.ended:
		return nil, fmt.Errorf("the program ended before it answered: %w\n%s", p.err, p.log)
	case <-time.After(startPatience):
		return nil, errors.Join(fmt.Errorf("the program did not answer within %s\n%s", startPatience, p.log), p.end())
	}
}

var (
	answersAt = regexp.MustCompile(`answers at (http://\S+)`)
	doorLine  = regexp.MustCompile(`^\s+.+, (member|host|steward|newcomer)\s+(http://\S+)$`)
)

// attend reads what the program prints until its end. It is ready when an empty network has printed its address, and a
// demo also all its links.
func (p *process) attend(out io.Reader, ready chan struct{}) {
	demo := slices.Contains(p.args, "demo")
	said := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		line := lines.Text()
		if m := answersAt.FindStringSubmatch(line); m != nil && p.url == nil {
			p.url, p.err = url.Parse(strings.TrimRight(m[1], "."))
		}
		if m := doorLine.FindStringSubmatch(line); m != nil {
			p.doors[m[1]] = m[2]
		}
		if !said && p.url != nil && (!demo || strings.Contains(line, "/mailbox")) {
			said = true
			close(ready)
		}
	}
	p.err = errors.Join(p.err, p.cmd.Wait())
	close(p.ended)
}

// signal sends a signal and waits for the end.
func (p *process) signal(s os.Signal) error {
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-p.ended:
		return nil
	case <-time.After(patience):
		return errors.Join(fmt.Errorf("the program did not end within %s after %s", patience, s), p.cmd.Process.Kill())
	}
}

// end stops a process for good, and drops its database if it has one; a nil process has neither.
func (p *process) end() error {
	if p == nil {
		return nil
	}
	return errors.Join(p.signal(syscall.SIGKILL), dropDatabase(p.database()))
}

// server is a running program in a test.
type server struct {
	*process
	t testing.TB
}

// start runs the program with a data folder of its own until the test ends.
func start(t testing.TB, args ...string) *server {
	t.Helper()
	needsProgram(t)
	p, err := launch(t.TempDir(), args...)
	if err != nil {
		t.Fatal(err)
	}
	s := &server{process: p, t: t}
	t.Cleanup(func() {
		if err := s.end(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("log of the program:\n%s", tail(s.log.String()))
		}
	})
	return s
}

// sharedDemo is a demo with 400 members for tests that read; what they add to it, others must be able to live with.
func sharedDemo(t testing.TB) *server {
	t.Helper()
	needsProgram(t)
	p, err := workshop.demo()
	if err != nil {
		t.Fatal(err)
	}
	return &server{process: p, t: t}
}

// needsProgram leaves out the journeys from short runs: the race detector of this process sees nothing of another one.
func needsProgram(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("left out of a short run: it starts the real program")
	}
}

// kill ends the program as a power cut would.
func (s *server) kill() {
	s.t.Helper()
	if err := s.signal(syscall.SIGKILL); err != nil {
		s.t.Fatal(err)
	}
}

// restart begins again on the same folder and port.
func (s *server) restart() {
	s.t.Helper()
	p, err := launchAt(s.url.Host, s.data, s.args...)
	if err != nil {
		s.t.Fatal(err)
	}
	s.process = p
}

// settled waits until nothing fills in the background any more.
func (s *server) settled() *server {
	s.t.Helper()
	nobody := s.visitor()
	eventually(s.t, startPatience, "the demo is filled", func() bool {
		return nobody.get("/help").find("p.quiet-line") == nil
	})
	return s
}

// eventually looks until the condition holds.
func eventually(t testing.TB, within time.Duration, what string, holds func() bool) {
	t.Helper()
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for deadline := time.After(within); !holds(); {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("not within %s: %s", within, what)
		}
	}
}

const tailBytes = 8000 // of a log: some forty lines say what went wrong

func tail(text string) string { return text[max(0, len(text)-tailBytes):] }

// proving says whether the long proofs run.
func proving() bool { return os.Getenv("LONGTABLE_PROVE") == "1" }

func needsProving(t testing.TB) {
	t.Helper()
	if !proving() {
		t.Skip("a long proof: runs with LONGTABLE_PROVE=1")
	}
}
