package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"
	"go.yaml.in/yaml/v3"
)

// No container engine runs in tests. What can be held without one is held here: the form of docker-compose.yml, and what the
// shell scripts in it do.

// composed is what the tests read of docker-compose.yml.
type composed struct {
	Services map[string]composedService
	Volumes  map[string]any
}

type composedService struct {
	Image       string
	Build       string
	User        string
	GroupAdd    []string `yaml:"group_add"`
	Volumes     []any
	Command     any
	Environment map[string]string
	Ports       []string
	ReadOnly    bool     `yaml:"read_only"`
	CapDrop     []string `yaml:"cap_drop"`
	CapAdd      []string `yaml:"cap_add"`
	SecurityOpt []string `yaml:"security_opt"`
	Profiles    []string
	Healthcheck struct {
		Test []string
	}
	Restart   string
	DependsOn map[string]struct{ Condition string } `yaml:"depends_on"`
}

func readCompose(t *testing.T) composed {
	t.Helper()
	raw, err := os.ReadFile("../docker-compose.yml")
	must(t, err)
	var c composed
	must(t, yaml.Unmarshal(raw, &c))
	if len(c.Services) < 5 {
		t.Fatalf("only %d services were read", len(c.Services))
	}
	return c
}

// script is the shell text of a service, as its shell gets it: two dollars in the file are one there.
func (s composedService) script(t *testing.T) string {
	t.Helper()
	parts, ok := s.Command.([]any)
	if !ok || len(parts) == 0 {
		t.Fatalf("the command is no list: %v", s.Command)
	}
	return strings.ReplaceAll(parts[len(parts)-1].(string), "$$", "$")
}

var pinned = regexp.MustCompile(`^[a-z0-9./-]+:v?\d+\.\d+[a-z0-9.-]*$`)

func TestEveryContainerIsPinnedHardenedAndWatched(t *testing.T) {
	for name, s := range readCompose(t).Services {
		if s.Build == "" && !pinned.MatchString(s.Image) {
			t.Errorf("%s: the image %q has no version", name, s.Image)
		}
		if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
			t.Errorf("%s: its root can be written, or it has rights it does not need", name)
		}
		if root := s.User == "" || strings.HasPrefix(s.User, "0"); root != (name == "secrets") || (len(s.CapAdd) > 0) != (name == "secrets") {
			t.Errorf("%s runs as %q with the added rights %v", name, s.User, s.CapAdd)
		}
		if lasts := s.Restart != ""; lasts != (len(s.Healthcheck.Test) > 0) {
			t.Errorf("%s: what lasts has a health check, and nothing else", name)
		}
		for _, port := range s.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s: the port %s is open to other machines", name, port)
			}
		}
	}
	for _, bad := range []string{"mongo", "mongo:latest", "mongo:8", "alpine:edge"} {
		if pinned.MatchString(bad) {
			t.Errorf("%q passes for a pinned version", bad)
		}
	}
}

func TestTheProgramWaitsForAllItNeeds(t *testing.T) {
	c := readCompose(t)
	for name, s := range c.Services {
		for other, need := range s.DependsOn {
			lasts := c.Services[other].Restart != ""
			if lasts && need.Condition == "service_completed_successfully" || !lasts && need.Condition != "service_completed_successfully" {
				t.Errorf("%s waits for %s to be %s, which never comes or says nothing", name, other, need.Condition)
			}
		}
	}
	app := c.Services["app"].DependsOn
	for name, s := range c.Services {
		if _, waits := app[name]; !waits && name != "app" && name != "secrets" && len(s.Profiles) == 0 {
			t.Errorf("the program does not wait for %s", name)
		}
	}
	if nats := c.Services["nats"]; len(nats.Profiles) != 1 || c.Services["app"].Environment["LONGTABLE_NATS_URL"] != "${LONGTABLE_NATS_URL:-}" {
		t.Error("NATS starts or is looked for without being asked for")
	}
}

var (
	secretName   = regexp.MustCompile(`PASSWORD|KEY|TOKEN|SECRET|URI`)
	passwordInIt = regexp.MustCompile(`://[\w.-]+:[\w.-]+@`)
)

func TestNoPasswordStandsInTheFile(t *testing.T) {
	raw, err := os.ReadFile("../docker-compose.yml")
	must(t, err)
	if found := passwordInIt.FindString(string(raw)); found != "" {
		t.Errorf("an address has a password: %s", found)
	}
	if !passwordInIt.MatchString("mongodb://root:example@mongodb") {
		t.Error("a password in an address is not noticed")
	}
	seen := 0
	for name, s := range readCompose(t).Services {
		for variable, value := range s.Environment {
			if !secretName.MatchString(variable) {
				continue
			}
			seen++
			if !strings.HasPrefix(strings.TrimPrefix(value, "@"), "/secrets/") {
				t.Errorf("%s: %s is %q, not a file with a secret", name, variable, value)
			}
		}
	}
	if seen < 3 {
		t.Errorf("only %d secrets were looked at", seen)
	}
}

// workbench is a folder in which the scripts of services run as in their containers, with stand-ins for the commands that
// need rights or a network: each notes how it was called.
type workbench struct {
	t   *testing.T
	dir string
}

func newWorkbench(t *testing.T, folders ...string) *workbench {
	t.Helper()
	w := &workbench{t, t.TempDir()}
	for _, f := range append(folders, "bin") {
		must(t, os.Mkdir(filepath.Join(w.dir, f), 0o700))
	}
	return w
}

func (w *workbench) standIn(command, script string) {
	w.t.Helper()
	must(w.t, os.WriteFile(filepath.Join(w.dir, "bin", command), []byte("#!/bin/sh\n"+script), 0o700))
}

// run gives what the script printed, and its error.
func (w *workbench) run(script string, env ...string) (string, error) {
	cmd := exec.Command("sh", "-ec", script)
	cmd.Dir = w.dir
	cmd.Env = append(env, "PATH="+filepath.Join(w.dir, "bin")+":"+os.Getenv("PATH"), "NOTES="+w.dir+"/notes")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (w *workbench) read(name string) string {
	w.t.Helper()
	raw, err := os.ReadFile(filepath.Join(w.dir, name))
	must(w.t, err)
	return string(raw)
}

// secretOwners is who may read which secret, as chown is told.
var secretOwners = map[string]string{
	"mongodb/root-password": "0:999", "mongodb/app-password": "0:999", "mongodb/keyfile": "999:999", "meilisearch/master-key": "0:1000",
	"nats/password": "0:1000", "nats/nats.conf": "0:1000", "app/mongodb-uri": "0:65532", "app/nats-url": "0:65532",
}

func TestSecretsAreMadeOnceWithTightRights(t *testing.T) {
	w := newWorkbench(t, "mongodb", "meilisearch", "nats", "app", "index")
	w.standIn("chown", `echo "$1 $2" >> "$NOTES"`)
	script := readCompose(t).Services["secrets"].script(t)
	if out, err := w.run(script); err != nil || out != "" {
		t.Fatalf("it says %q and ends with %v", out, err)
	}
	made := map[string]string{}
	for name, owner := range secretOwners {
		made[name] = w.read(name)
		info, err := os.Stat(filepath.Join(w.dir, name))
		must(t, err)
		if info.Mode().Perm()&0o337 != 0 || name == "mongodb/keyfile" && info.Mode().Perm() != 0o400 {
			t.Errorf("%s has the rights %04o", name, info.Mode().Perm())
		}
		if !strings.Contains(w.read("notes"), owner+" "+name+".new\n") {
			t.Errorf("%s is not given to %s before it is in its place", name, owner)
		}
	}
	w.checkForms(made)
	if out, err := w.run(script); err != nil {
		t.Fatalf("the second start says %q and ends with %v", out, err)
	}
	must(t, os.Chmod(filepath.Join(w.dir, "app"), 0o700))
	must(t, os.Remove(filepath.Join(w.dir, "app/mongodb-uri"))) // as if the first start had been cut off
	if out, err := w.run(script); err != nil {
		t.Fatalf("the third start says %q and ends with %v", out, err)
	}
	for name := range secretOwners {
		if w.read(name) != made[name] {
			t.Errorf("%s changed at a later start", name)
		}
	}
}

var random = regexp.MustCompile(`^[0-9a-f]{64}$`) // 256 bits of chance

// checkForms holds what was made against what reads it.
func (w *workbench) checkForms(made map[string]string) {
	w.t.Helper()
	passwords := map[string]bool{}
	for _, name := range []string{"mongodb/root-password", "mongodb/app-password", "meilisearch/master-key", "nats/password"} {
		if passwords[made[name]] = true; !random.MatchString(made[name]) {
			w.t.Errorf("%s is no password: %q", name, made[name])
		}
	}
	if len(passwords) != 4 {
		w.t.Error("two passwords are the same")
	}
	key, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(made["mongodb/keyfile"], "\n", ""))
	if chars := base64.StdEncoding.EncodedLen(len(key)); err != nil || chars < 6 || chars > 1024 { // what MongoDB takes
		w.t.Errorf("the key file has %d characters, %v", chars, err)
	}
	c, err := readConfig([]string{"--mongodb-uri", "@" + filepath.Join(w.dir, "app/mongodb-uri"), "--nats-url", "@" + filepath.Join(w.dir, "app/nats-url")},
		func(string) string { return "" }, false, &bytes.Buffer{})
	must(w.t, err)
	address, err := connstring.ParseAndValidate(c.MongoDB)
	must(w.t, err)
	if address.Password != made["mongodb/app-password"] || address.Database != "longtable" || address.ReplicaSet != "longtable" || address.Username != "longtable" {
		w.t.Errorf("the program would sign in to %s as %s", address.Database, address.Username)
	}
	if want := fmt.Sprintf("nats://longtable:%s@nats:4222", made["nats/password"]); c.NATS != want || !strings.Contains(made["nats/nats.conf"], `"`+made["nats/password"]+`"`) {
		w.t.Error("the program and NATS have different passwords")
	}
	d := &doctor{config: c}
	says(w.t, d.secrets(w.t.Context()), fine, "mongodb-uri")
}

// groupOf is the group that may read what is in a volume with secrets.
var groupOf = map[string]string{"mongodb-secrets": "999", "meilisearch-secrets": "1000", "nats-secrets": "1000", "app-secrets": "65532"}

func TestWhoIsGivenSecretsCanReadThemAndNobodyElseIs(t *testing.T) {
	given := map[string][]string{}
	services := readCompose(t).Services
	for _, name := range slices.Sorted(maps.Keys(services)) {
		s := services[name]
		_, group, _ := strings.Cut(s.User, ":")
		for _, v := range s.Volumes {
			volume, _, _ := strings.Cut(fmt.Sprint(v), ":")
			need, secret := groupOf[volume]
			if !secret || name == "secrets" {
				continue
			}
			given[volume] = append(given[volume], name)
			if group != need && !slices.Contains(s.GroupAdd, need) {
				t.Errorf("%s is given %s and is not in the group %s, so it can't read it", name, volume, need)
			}
		}
	}
	want := map[string][]string{"mongodb-secrets": {"mongodb", "mongodb-setup"}, "meilisearch-secrets": {"meilisearch", "meilisearch-setup"},
		"nats-secrets": {"nats"}, "app-secrets": {"app", "meilisearch-setup"}}
	if fmt.Sprint(given) != fmt.Sprint(want) {
		t.Errorf("secrets are given to %v, want %v", given, want)
	}
}

func TestTheProgramGetsAKeyForItsOwnIndexes(t *testing.T) {
	w := newWorkbench(t, "secrets", "app")
	if _, err := w.run(readCompose(t).Services["meilisearch-setup"].script(t), "MEILI=http://meilisearch:7700"); err == nil {
		t.Error("without a master key it is a success")
	}
	must(t, os.WriteFile(filepath.Join(w.dir, "secrets/master-key"), []byte("the-master-key"), 0o600))
	script := readCompose(t).Services["meilisearch-setup"].script(t)
	w.standIn("curl", `cat >> "$NOTES"; echo "$@" >> "$NOTES"; case "$*" in *POST*) exit 22;; esac`) // the server refuses
	if _, err := w.run(script, "MEILI=http://meilisearch:7700"); err == nil {
		t.Error("a key that was refused is a success")
	}
	w.standIn("curl", `cat >> "$NOTES"; echo "$@" >> "$NOTES"
		case "$*" in *POST*) echo '{"name":"longtable","uid":"6c0e","key":"d0552b41536279a0","actions":["search"]}';; esac`)
	if out, err := w.run(script, "MEILI=http://meilisearch:7700"); err != nil || out != "" {
		t.Fatalf("it says %q and ends with %v", out, err)
	}
	if key := strings.TrimSpace(w.read("app/meili-key")); key != "d0552b41536279a0" {
		t.Errorf("the key is %q", key)
	}
	notes := w.read("notes")
	for line := range strings.Lines(notes) {
		if strings.Contains(line, "http://") && strings.Contains(line, "the-master-key") {
			t.Errorf("the master key is an argument, which every process of the machine can read: %s", line)
		}
	}
	for _, want := range []string{`header = "Authorization: Bearer the-master-key"`, `"indexes": ["` + meiliPrefix + `*"]`} {
		if !strings.Contains(notes, want) {
			t.Errorf("the server is not told %s", want)
		}
	}
	must(t, os.Remove(filepath.Join(w.dir, "secrets/master-key")))
	if out, err := w.run(script, "MEILI=http://meilisearch:7700"); err != nil || w.read("notes") != notes {
		t.Errorf("with a key there it says %q, %v, or asks for another", out, err)
	}
}

func TestEveryVolumeIsDeclared(t *testing.T) {
	raw, err := os.ReadFile("../docker-compose.yml")
	must(t, err)
	for name := range maps.Keys(readCompose(t).Volumes) {
		if n := strings.Count(string(raw), name+":/") + strings.Count(string(raw), "source: "+name+"\n"); n == 0 {
			t.Errorf("nobody uses the volume %s", name)
		}
	}
	dockerfile, err := os.ReadFile("../Dockerfile")
	must(t, err)
	for _, want := range []string{"CGO_ENABLED=0", "USER 65532:65532", "HEALTHCHECK"} {
		if !strings.Contains(string(dockerfile), want) {
			t.Errorf("the Dockerfile lacks %s", want)
		}
	}
}
