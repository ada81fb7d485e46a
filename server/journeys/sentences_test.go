package journeys

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestWrongStartsAreAnsweredByOneClearSentence(t *testing.T) {
	t.Parallel()
	needsProgram(t)
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { taken.Close() })
	file := filepath.Join(t.TempDir(), "a-file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		says []string
	}{
		"an unknown flag":        {[]string{"--no-such-flag"}, []string{"no-such-flag", "--help"}},
		"an unknown command":     {[]string{"dance"}, []string{"dance", "--help"}},
		"an address without end": {[]string{"--addr", "everywhere"}, []string{"everywhere", "127.0.0.1:8080"}},
		"members without sense":  {[]string{"demo", "--members", "-3"}, []string{"members"}},
		"a taken port":           {[]string{"--addr", taken.Addr().String()}, []string{taken.Addr().String(), "--addr"}},
		"an unwritable folder":   {[]string{"--data", filepath.Join(file, "below")}, []string{"a-file", "--data"}},
		"a MongoDB that is away": {[]string{"--mongodb-uri", "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300"}, []string{"MongoDB", "127.0.0.1:1", "check"}},
		"a MongoDB that is none": {[]string{"--mongodb-uri", "localhost"}, []string{"mongodb-uri", "mongodb://"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := c.args
			if !strings.Contains(strings.Join(args, " "), "--data") {
				args = append(args, "--data", t.TempDir())
			}
			if !strings.Contains(strings.Join(args, " "), "--addr") {
				args = append(args, "--addr", "127.0.0.1:0")
			}
			code, _, says := runToEnd(t, args...)
			if code != 1 {
				t.Errorf("the exit code is %d, not 1", code)
			}
			sentence := strings.TrimSpace(says)
			if strings.Count(sentence, "\n") != 0 || strings.Contains(sentence, "goroutine") {
				t.Errorf("not one sentence: %q", sentence)
			}
			for _, word := range c.says {
				if !strings.Contains(sentence, word) {
					t.Errorf("%q does not name %q", sentence, word)
				}
			}
		})
	}
}

func TestHelpListsEverySetting(t *testing.T) {
	t.Parallel()
	needsProgram(t)
	code, says, _ := runToEnd(t, "--help")
	if code != 0 {
		t.Errorf("the exit code is %d, not 0", code)
	}
	for _, name := range []string{"ADDR", "DATA", "URL", "MONGODB_URI", "MEILI_URL", "MEILI_KEY", "NATS_URL", "SMTP_URL", "KEY_FILE", "PROVE"} {
		if !strings.Contains(says, "LONGTABLE_"+name) {
			t.Errorf("LONGTABLE_%s is not in the help", name)
		}
	}
}

// runToEnd runs the program until it ends by itself.
func runToEnd(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	cmd, err := command(args...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	bounded := exec.CommandContext(ctx, cmd.Path, cmd.Args[1:]...)
	bounded.Env, bounded.Dir = cmd.Env, cmd.Dir
	var stdout, stderr bytes.Buffer
	bounded.Stdout, bounded.Stderr = &stdout, &stderr
	err = bounded.Run()
	if ctx.Err() != nil {
		t.Fatalf("the program did not end within %s: %s%s", patience, &stdout, &stderr)
	}
	if err != nil && bounded.ProcessState == nil {
		t.Fatal(err)
	}
	return bounded.ProcessState.ExitCode(), stdout.String(), stderr.String()
}
