package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
)

// level says how much a finding matters. Only what is wrong makes the command fail.
type level string

const (
	fine    level = "ok"
	warning level = "warning"
	wrong   level = "wrong"
)

// finding is the outcome of one check: what was found, and what to try where something is the matter.
type finding struct {
	Check string `json:"check"`
	Level level  `json:"level"`
	Found string `json:"found"`
	Try   string `json:"try,omitempty"`
}

// doctor checks one installation. It may run beside the program and changes nothing: the file that it writes into the data
// folder to see whether it can, it removes again.
type doctor struct {
	config Config
	now    func() time.Time
}

// examination is one check. Those that look into the data folder are left out while there is none.
type examination struct {
	name   string
	look   func(d *doctor, ctx context.Context) finding
	inside bool
}

// examinations in the order in which a person would look: the folder, the disk, the store, what is reached over the network.
var examinations = []examination{
	{"data-folder", (*doctor).folder, false},
	{"data-rights", (*doctor).rights, true},
	{"program", (*doctor).program, true},
	{"file-system", (*doctor).fileSystem, true},
	{"flush", (*doctor).flush, true},
	{"disk-space", (*doctor).space, true},
	{"clock", (*doctor).clock, false},
	{"time-zones", (*doctor).zones, false},
	{"secrets", (*doctor).secrets, false},
	{"declarations", (*doctor).declarations, true},
	{"store-file", (*doctor).storeFile, true},
	{"store-content", (*doctor).storeContent, true},
	{"mongodb", (*doctor).mongodb, false},
	{"unfinished-work", (*doctor).unfinished, false},
	{"search-index", (*doctor).searchIndex, true},
	{"meilisearch", (*doctor).meilisearch, false},
	{"nats", (*doctor).nats, false},
	{"letters", (*doctor).letters, false},
	{"public-address", (*doctor).address, false},
	{"backup", (*doctor).backup, true},
}

// reachTime bounds each check over the network: a server that takes longer to greet is as good as down.
const reachTime = 10 * time.Second

// errUnwell ends the command with a failure after the report has said why.
var errUnwell = errors.New("something is wrong with this installation; the lines above say what to try")

// runDoctor examines the installation that the settings describe and reports to out, for people or, with --json, for
// programs. It fails when something is wrong; warnings are no failure.
func runDoctor(ctx context.Context, args []string, getenv func(string) string, out io.Writer) error {
	rest := slices.DeleteFunc(slices.Clone(args), func(arg string) bool { return arg == "--json" })
	var findings []finding
	config, err := readConfig(rest, getenv, false, out)
	switch {
	case errors.Is(err, errHelp):
		return nil
	case err != nil:
		findings = []finding{{"settings", wrong, oneLine(err), "correct them; --help lists all settings"}}
	default:
		findings = (&doctor{config, time.Now}).examine(ctx)
	}
	report := writeForPeople
	if len(rest) < len(args) {
		report = writeForPrograms
	}
	if err := report(out, findings); err != nil {
		return err
	}
	if slices.ContainsFunc(findings, func(f finding) bool { return f.Level == wrong }) {
		return errUnwell
	}
	return ctx.Err()
}

func (d *doctor) examine(ctx context.Context) []finding {
	findings := []finding{{"settings", fine, "all settings can be read", ""}}
	_, err := os.Stat(d.config.Data)
	for _, e := range examinations {
		if ctx.Err() != nil {
			break
		}
		if e.inside && errors.Is(err, os.ErrNotExist) {
			continue
		}
		f := e.look(d, ctx)
		f.Check, f.Found, f.Try = e.name, d.mask(f.Found), d.mask(f.Try)
		findings = append(findings, f)
	}
	return findings
}

func well(format string, args ...any) finding {
	return finding{Level: fine, Found: fmt.Sprintf(format, args...)}
}

// failed is the finding of a check that could not be made or went wrong, with the error as what was found.
func failed(err error, try string) finding {
	return finding{Level: wrong, Found: oneLine(err), Try: try}
}

func oneLine(err error) string {
	return strings.Join(strings.FieldsFunc(strings.TrimPrefix(err.Error(), "store: "), func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
}

// mask takes every secret of the settings out of a text. No check means to show one; this is for errors of others.
func (d *doctor) mask(text string) string {
	for _, secret := range d.config.secretValues() {
		text = strings.ReplaceAll(text, secret, "…")
	}
	return text
}

// secretMin is the length in bytes from which a secret is masked: a shorter one would be found in ordinary words.
const secretMin = 4

// secretValues are the keys and passwords of the settings, as they are written in addresses and as they are meant.
func (c Config) secretValues() (values []string) {
	addresses := []string{c.MongoDB, c.NATS}
	if c.SMTP != nil {
		addresses = append(addresses, c.SMTP.String())
	}
	all := []string{c.MeiliKey}
	for _, address := range append(addresses, c.MeiliURL) {
		_, rest, _ := strings.Cut(address, "://")
		user, _, _ := strings.Cut(rest, "/")
		if at := strings.LastIndex(user, "@"); at >= 0 {
			_, password, _ := strings.Cut(user[:at], ":")
			all = append(all, password)
			if meant, err := url.PathUnescape(password); err == nil {
				all = append(all, meant)
			}
		}
	}
	return slices.DeleteFunc(all, func(s string) bool { return len(s) < secretMin })
}

func writeForPeople(out io.Writer, findings []finding) error {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%-8s %-16s %s\n", f.Level, f.Check, f.Found)
		if f.Try != "" {
			fmt.Fprintf(&b, "%-8s %-16s try: %s\n", "", "", f.Try)
		}
	}
	n := count(findings)
	fmt.Fprintf(&b, "\n%d checks: %d ok, %d to look at, %d wrong\n", len(findings), n[fine], n[warning], n[wrong])
	_, err := io.WriteString(out, b.String())
	return err
}

func writeForPrograms(out io.Writer, findings []finding) error {
	n := count(findings)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(struct {
		Checks   []finding `json:"checks"`
		OK       int       `json:"ok"`
		Warnings int       `json:"warnings"`
		Wrong    int       `json:"wrong"`
	}{findings, n[fine], n[warning], n[wrong]})
}

func count(findings []finding) map[level]int {
	n := map[level]int{}
	for _, f := range findings {
		n[f.Level]++
	}
	return n
}
