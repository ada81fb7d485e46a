package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAFlagGoesBeforeTheEnvironmentAndThatBeforeTheDefault(t *testing.T) {
	env := map[string]string{"LONGTABLE_ADDR": "127.0.0.1:9000", "LONGTABLE_DATA": "/from/env"}
	c, err := readConfig([]string{"--addr", "127.0.0.1:0"}, func(name string) string { return env[name] }, false, &bytes.Buffer{})
	if err != nil || c.Addr != "127.0.0.1:0" || c.Data != "/from/env" || c.MongoDB != "" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestEverythingWrongIsSaidAtOnceAndNoSecretIsRepeated(t *testing.T) {
	_, err := readConfig([]string{"--addr", "nowhere", "--url", "table", "--smtp-url", "http://me:topsecret@x", "--mongodb-uri", "redis://me:topsecret@x",
		"--members", "-1"}, func(string) string { return "" }, true, &bytes.Buffer{})
	if err == nil {
		t.Fatal("nothing is wrong with it")
	}
	for _, name := range []string{"addr", "url", "smtp-url", "mongodb-uri", "members"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("nothing is said of %s in %q", name, err)
		}
	}
	if strings.Contains(err.Error(), "topsecret") {
		t.Errorf("a password is repeated: %v", err)
	}
}

func TestHelpListsEverySettingWithItsVariable(t *testing.T) {
	var help bytes.Buffer
	if _, err := readConfig([]string{"--help"}, func(string) string { return "" }, false, &help); err != errHelp {
		t.Fatal(err)
	}
	for _, s := range settings {
		if !strings.Contains(help.String(), "--"+s.name) || !strings.Contains(help.String(), s.env()) {
			t.Errorf("help does not list %s", s.name)
		}
	}
}

func TestASecretCanBeReadFromAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	values := map[string]string{"mongodb-uri": "mongodb://me:topsecret@x/table", "meili-key": "topsecret", "nats-url": "nats://me:topsecret@x:4222",
		"smtp-url": "smtp://me:topsecret@x:587?from=table@example.org"}
	for name, value := range values {
		if err := os.WriteFile(path, []byte(value+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := readConfig([]string{"--" + name, "@" + path}, func(string) string { return "" }, false, &bytes.Buffer{})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{"mongodb-uri": c.MongoDB, "meili-key": c.MeiliKey, "nats-url": c.NATS}
		if c.SMTP != nil {
			got["smtp-url"] = c.SMTP.String()
		}
		if got[name] != value || c.SecretFiles[name] != path {
			t.Errorf("%s is %q, from the file %q", name, got[name], c.SecretFiles[name])
		}
	}
}

func TestASecretWhoseFileIsMissingIsSaid(t *testing.T) {
	for _, s := range settings {
		_, err := readConfig([]string{"--" + s.name, "@/nowhere/secret"}, func(string) string { return "" }, false, &bytes.Buffer{})
		if said := err != nil && strings.Contains(err.Error(), "no such file"); said != s.secret {
			t.Errorf("%s: %v", s.name, err)
		}
	}
}

func TestAnEmptySecretIsNotTakenForNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readConfig([]string{"--mongodb-uri", "@" + path}, func(string) string { return "" }, false, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "empty") {
		t.Errorf("got %v", err)
	}
}

func TestAWrongAddressOfNATSIsExplainedAtTheStart(t *testing.T) {
	_, err := readConfig([]string{"--nats-url", "me:topsecret@one:4222"}, func(string) string { return "" }, false, &bytes.Buffer{})
	if err == nil || !strings.Contains(err.Error(), "nats://user:password@host:4222") || strings.Contains(err.Error(), "topsecret") {
		t.Errorf("it says %v", err)
	}
}
