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

func TestAKeyCanBeReadFromAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte("from-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := readConfig([]string{"--meili-key", "@" + path}, func(string) string { return "" }, false, &bytes.Buffer{})
	if err != nil || c.MeiliKey != "from-file" {
		t.Errorf("%q, %v", c.MeiliKey, err)
	}
}
