package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/store"
	"longtable/server/store/storetest"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// installed is a doctor at a folder in which only its owner may look, with a store at rest in it.
func installed(t *testing.T) *doctor {
	t.Helper()
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o700))
	openStore(t, dir)()
	return &doctor{config: Config{Data: dir, Addr: "127.0.0.1:8080", SecretFiles: map[string]string{}}, now: time.Now}
}

// openStore is a program at work on the folder, until it is ended.
func openStore(t *testing.T, dir string) (end func()) {
	t.Helper()
	engine, err := store.OpenSQLite(dir)
	must(t, err)
	db := store.NewDB(engine)
	keepers, err := store.Open[community.MemberID, storetest.Keeper](t.Context(), db, "keepers", storetest.Indexes...)
	must(t, err)
	for i := range 300 {
		must(t, keepers.Add(t.Context(), &storetest.Keeper{Record: community.Record[community.MemberID]{ID: community.NewID[community.MemberID]()}, Name: fmt.Sprint("Amina ", i)}))
	}
	return func() { must(t, db.Close()) }
}

// says checks how a finding is judged, and a word of it.
func says(t *testing.T, f finding, want level, words string) {
	t.Helper()
	if f.Level != want || !strings.Contains(f.Found, words) {
		t.Errorf("got %s: %s; want %s: …%s…", f.Level, f.Found, want, words)
	}
	if (f.Level == fine) != (f.Try == "") {
		t.Errorf("%s with %q to try: what is not well says what to try, and nothing else does", f.Level, f.Try)
	}
}

func (d *doctor) write(t *testing.T, name, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(d.config.Data, name)
	must(t, os.WriteFile(path, []byte(text), 0o600))
	must(t, os.Chmod(path, mode))
	return path
}

func TestTheDoctorLooksAtTheFolder(t *testing.T) {
	d := installed(t)
	says(t, d.folder(t.Context()), fine, "can be written")
	says(t, d.rights(t.Context()), fine, "only its owner")
	says(t, d.program(t.Context()), fine, "no program runs")
	end := openStore(t, d.config.Data)
	says(t, d.program(t.Context()), fine, "a program runs")
	end()
	must(t, os.Chmod(d.config.Data, 0o750))
	says(t, d.rights(t.Context()), warning, "the group")
	must(t, os.Chmod(d.config.Data, 0o755))
	says(t, d.rights(t.Context()), warning, "though not into its files")
	d.write(t, "longtable.backup", "everything", 0o644)
	says(t, d.rights(t.Context()), wrong, "longtable.backup")
	file := &doctor{config: Config{Data: d.write(t, "file", "", 0o600)}}
	says(t, file.folder(t.Context()), wrong, "not a folder")
	missing := &doctor{config: Config{Data: filepath.Join(d.config.Data, "nowhere")}}
	says(t, missing.folder(t.Context()), wrong, "no folder")
}

func TestTheDoctorJudgesTheDisk(t *testing.T) {
	says(t, judgeFlush(10*time.Microsecond, 400*time.Microsecond), fine, "400µs")
	says(t, judgeFlush(2*time.Microsecond, 300*time.Nanosecond), warning, "power cut")
	says(t, judgeSpace(50<<30, 1<<30), fine, "50.0 GB")
	says(t, judgeSpace(50<<30, 40<<30), warning, "40.0 GB")
	says(t, judgeSpace(500<<20, 1<<20), warning, "500.0 MB")
	says(t, judgeSpace(50<<20, 1<<20), wrong, "50.0 MB")
	plain, flushed, err := timeFlushes(t.TempDir())
	if err != nil || plain <= 0 || flushed <= 0 {
		t.Errorf("timed %s and %s, %v", plain, flushed, err)
	}
	if used, err := folderSize(installed(t).config.Data); err != nil || used < 4096 {
		t.Errorf("a store takes %d bytes, %v", used, err)
	}
}

func TestTheDoctorLooksAtTheClock(t *testing.T) {
	d := installed(t)
	says(t, d.clock(t.Context()), fine, "the clock says")
	says(t, d.zones(t.Context()), fine, "known")
	now := time.Now()
	d.now = func() time.Time { return now.Add(-time.Hour) }
	says(t, d.clock(t.Context()), wrong, store.SQLiteFile)
	d.now = func() time.Time { return time.Unix(0, 0) }
	says(t, d.clock(t.Context()), wrong, "1970")
}

func TestTheDoctorLooksAtSecrets(t *testing.T) {
	d := installed(t)
	says(t, d.secrets(t.Context()), fine, "no secret")
	d.config.SecretFiles["meili-key"] = d.write(t, "key", "topsecret", 0o640)
	says(t, d.secrets(t.Context()), fine, "meili-key")
	d.write(t, "key", "topsecret", 0o604)
	says(t, d.secrets(t.Context()), wrong, "everybody")
	d.write(t, "key", "", 0o600)
	says(t, d.secrets(t.Context()), wrong, "empty")
	d.config.SecretFiles["meili-key"] = filepath.Join(d.config.Data, "nowhere")
	says(t, d.secrets(t.Context()), wrong, "no such file")
}

func TestTheDoctorReadsTheStore(t *testing.T) {
	d := installed(t)
	says(t, d.storeFile(t.Context()), fine, "this version")
	says(t, d.storeContent(t.Context()), fine, "sound")
	says(t, d.unfinished(t.Context()), fine, "no work")
	end := openStore(t, d.config.Data)
	says(t, d.storeContent(t.Context()), fine, "sound")
	says(t, d.unfinished(t.Context()), fine, "no work")
	end()
	path := filepath.Join(d.config.Data, store.SQLiteFile)
	sound, err := os.ReadFile(path)
	must(t, err)
	damaged := bytes.Clone(sound)
	at := bytes.LastIndex(damaged, []byte("Amina 299")) / 4096 * 4096
	copy(damaged[at:], bytes.Repeat([]byte{0xAA}, 64))
	d.write(t, store.SQLiteFile, string(damaged), 0o600)
	says(t, d.storeContent(t.Context()), wrong, "")
	newer := bytes.Clone(sound)
	newer[63] = 0xFF // the last byte of the version in the header
	d.write(t, store.SQLiteFile, string(newer), 0o600)
	says(t, d.storeFile(t.Context()), wrong, "newer version")
	d.write(t, store.SQLiteFile, strings.Repeat("a diary, not a store. ", 10), 0o600)
	says(t, d.storeFile(t.Context()), wrong, "not a store")
	must(t, os.Remove(path))
	says(t, d.storeFile(t.Context()), warning, "no store yet")
	says(t, d.unfinished(t.Context()), fine, "no work")
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Error("the doctor made a store")
	}
}

func TestTheDoctorCountsUnfinishedWork(t *testing.T) {
	d := installed(t)
	engine, err := store.OpenSQLite(d.config.Data)
	must(t, err)
	_, err = store.OpenSilent[string, store.Parked](t.Context(), store.NewDB(engine), "relay_parked", store.Index{Name: "since", Fields: []string{"since"}})
	must(t, err)
	body := `{"_id":"p1","rev":1,"collection":"notices","document":"n1","since":1800000000000,"failures":8,"reason":"took too long"}`
	must(t, engine.Insert(t.Context(), "relay_parked", []store.Doc{{ID: "p1", Rev: 1, Body: []byte(body)}}))
	must(t, engine.Close())
	says(t, d.unfinished(t.Context()), warning, "1 pieces of work keep failing, the first since 2027-01-15")
}

func TestTheDoctorAsksForBackups(t *testing.T) {
	d := installed(t)
	says(t, d.backup(t.Context()), warning, "no backup")
	ago := func(age time.Duration) string { return time.Now().Add(-age).UTC().Format(time.RFC3339) }
	for text, want := range map[string]finding{
		`{"at":"` + ago(time.Hour) + `","file":"a.backup","verified":"` + ago(time.Minute) + `"}`:         {Level: fine, Found: "a.backup"},
		`{"at":"` + ago(time.Hour) + `","file":"a.backup"}`:                                               {Level: warning, Found: "not verified"},
		`{"at":"` + ago(9*24*time.Hour) + `","file":"a.backup","verified":"` + ago(8*24*time.Hour) + `"}`: {Level: warning, Found: "9 days ago"},
		`{"at":`: {Level: warning, Found: "can't be read"},
	} {
		d.write(t, newestBackupFile, text, 0o600)
		says(t, d.backup(t.Context()), want.Level, want.Found)
	}
	d.write(t, newestBackupFile, `{"at":"`+ago(-time.Hour)+`","file":"a.backup"}`, 0o600)
	says(t, d.clock(t.Context()), wrong, "the newest backup")
}

func TestTheDoctorLooksAtThePublicAddress(t *testing.T) {
	for text, want := range map[string]level{
		"": fine, "https://table.example": fine, "http://localhost:8080": fine, "http://[::1]:8080": fine,
		"http://192.168.1.4:8080": warning, "http://table.example": wrong, "https://example.org/table": wrong, "https://me:topsecret@table.example": wrong,
	} {
		d := &doctor{config: Config{Addr: "127.0.0.1:8080"}}
		if text != "" {
			u, err := url.Parse(text)
			must(t, err)
			d.config.URL = u
		}
		says(t, d.address(t.Context()), want, "")
	}
	open := &doctor{config: Config{Addr: "0.0.0.0:8080"}}
	says(t, open.address(t.Context()), warning, "no public address")
	says(t, (&doctor{}).nats(t.Context()), fine, "not used")
	for text, want := range map[string]string{"nats://me:topsecret@127.0.0.1:1": "does not answer", "one:4222": "can't be used"} {
		d := &doctor{config: Config{NATS: text}}
		says(t, d.nats(t.Context()), wrong, want)
	}
}

func TestTheDoctorReachesMeilisearch(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path != "/health" && r.Header.Get("Authorization") != "Bearer the right key" {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `{"code":"invalid_api_key","message":"The provided API key is invalid."}`)
			return
		}
		fmt.Fprint(w, `{"status":"available","results":[]}`)
	}))
	defer server.Close()
	d := &doctor{config: Config{MeiliURL: server.URL, MeiliKey: "the right key"}}
	says(t, d.meilisearch(t.Context()), fine, "takes the key")
	d.config.MeiliKey = "another key"
	says(t, d.meilisearch(t.Context()), wrong, "invalid_api_key")
	server.Close()
	says(t, d.meilisearch(t.Context()), wrong, "health")
}

func TestTheDoctorGreetsTheMailServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	heard := make(chan []string, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		var lines []string
		fmt.Fprint(conn, "220 here\r\n")
		for scan := bufio.NewScanner(conn); scan.Scan(); {
			lines = append(lines, scan.Text())
			answer := map[bool]string{true: "221 bye\r\n", false: "250 well\r\n"}[scan.Text() == "QUIT"]
			fmt.Fprint(conn, answer)
		}
		heard <- lines
	}()
	d := &doctor{config: Config{SMTP: &url.URL{Scheme: "smtp", Host: l.Addr().String(), RawQuery: "from=table@example.org"}}}
	says(t, d.letters(t.Context()), fine, "answers")
	if got := strings.Join(<-heard, " "); strings.Contains(got, "MAIL") || !strings.Contains(got, "EHLO") {
		t.Errorf("the doctor said %q", got)
	}
	must(t, l.Close())
	says(t, d.letters(t.Context()), wrong, "reach the mail server")
}

// unwell are settings in which nothing can be reached, with a secret in each that can hold one.
func unwell(dir string) []string {
	return []string{"--data", dir, "--mongodb-uri", "mongodb://me:topsecret%21@127.0.0.1:1/x?serverSelectionTimeoutMS=50", "--meili-url", "http://127.0.0.1:1",
		"--meili-key", "topsecret", "--smtp-url", "smtp://me:topsecret@127.0.0.1:1?from=table@example.org", "--nats-url", "nats://me:topsecret@127.0.0.1:1"}
}

func TestTheDoctorNeverShowsASecretAndChangesNothing(t *testing.T) {
	d := installed(t)
	before := filesOf(t, d.config.Data)
	for _, args := range [][]string{unwell(d.config.Data), append(unwell(d.config.Data), "--json"), {"--data", d.config.Data}} {
		var out bytes.Buffer
		err := runDoctor(t.Context(), args, func(string) string { return "" }, &out)
		if bad := len(args) > 2; bad != errors.Is(err, errUnwell) {
			t.Errorf("%v ends with %v:\n%s", args, err, &out)
		}
		if strings.Contains(out.String(), "topsecret") {
			t.Errorf("a secret is shown:\n%s", &out)
		}
		if after := filesOf(t, d.config.Data); !maps.Equal(before, after) {
			t.Errorf("the folder has changed")
		}
	}
	masked := (&doctor{config: Config{MongoDB: "mongodb://me:topsecret%21@x"}}).mask("refused topsecret%21 and topsecret! of me")
	if masked != "refused … and … of me" {
		t.Errorf("masked: %q", masked)
	}
}

func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	must(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		files[path] = string(raw)
		return err
	}))
	return files
}

func TestTheReportIsForPeopleAndForPrograms(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "nowhere")
	var people, programs bytes.Buffer
	for out, args := range map[*bytes.Buffer][]string{&people: {"--data", dir}, &programs: {"--json", "--data", dir}} {
		if err := runDoctor(t.Context(), args, func(string) string { return "" }, out); !errors.Is(err, errUnwell) {
			t.Errorf("without a folder it ends with %v", err)
		}
	}
	var report struct {
		Checks              []finding
		OK, Warnings, Wrong int
	}
	must(t, json.Unmarshal(programs.Bytes(), &report))
	if len(report.Checks) != report.OK+report.Warnings+report.Wrong || report.Wrong != 1 || report.Checks[1].Check != "data-folder" {
		t.Errorf("for programs: %+v", report)
	}
	for _, want := range []string{"wrong    data-folder      there is no folder", "try: start the program once", fmt.Sprintf("%d checks: ", len(report.Checks))} {
		if !strings.Contains(people.String(), want) {
			t.Errorf("the report does not say %q:\n%s", want, &people)
		}
	}
	var out bytes.Buffer
	err := runDoctor(t.Context(), []string{"--addr", "nowhere", "--json"}, func(string) string { return "" }, &out)
	if !errors.Is(err, errUnwell) || !strings.Contains(out.String(), `"check":"settings","level":"wrong"`) {
		t.Errorf("settings that can't be read: %v, %s", err, &out)
	}
}
