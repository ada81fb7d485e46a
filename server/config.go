package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"

	"longtable/realtime"
)

// Config is everything that can be set from outside. This file is the only reader of the environment.
type Config struct {
	Addr     string   // host and port to listen on; port 0 picks a free one
	Data     string   // folder for all files
	URL      *url.URL // public base address; nil: the one listened on
	MongoDB  string   // address of a MongoDB; empty: the embedded store
	MeiliURL string   // address of a Meilisearch; empty: the embedded engine alone
	MeiliKey string
	NATS     string // address of a NATS server; empty: this process is the only one
	Sockets  string // poll or goroutine
	SMTP     *url.URL
	KeyFile  string // file with the master key
	Members  int    // demo only: how many members it has

	// SecretFiles are the files that secrets were read from, by the name of the setting.
	SecretFiles map[string]string
}

// setting is one value: an environment variable and its flag. One that can hold a password is secret: @FILE reads it from a
// file, which processes of other people can't list.
type setting struct {
	name, initial, help string
	secret              bool
}

// env is the name of the environment variable of a setting.
func (s setting) env() string {
	return "LONGTABLE_" + strings.ToUpper(strings.ReplaceAll(s.name, "-", "_"))
}

var settings = []setting{
	{name: "addr", initial: "127.0.0.1:8080", help: "host and port to listen on; port 0 picks a free one and prints it"},
	{name: "data", initial: "./data", help: "folder for the store and the search index (the demo uses its subfolder demo)"},
	{name: "url", help: "public base address, such as https://table.example; needed behind a proxy and for links in letters"},
	{name: "mongodb-uri", secret: true, help: "keep everything in this MongoDB instead of a file in the data folder"},
	{name: "meili-url", help: "search with this Meilisearch; the embedded engine answers when it does not"},
	{name: "meili-key", secret: true, help: "key of that Meilisearch"},
	{name: "nats-url", secret: true, help: "tell other processes over the same MongoDB at once what changed, through this NATS server (nats://user:password@host:4222)"},
	{name: "sockets", initial: "poll", help: "how live connections are kept: poll, where the system can, costs little memory; goroutine works everywhere"},
	{name: "smtp-url", secret: true, help: "send letters through smtp://user:password@host:port?from=table@example.org (smtps:// for TLS)"},
	{name: "key-file", help: "file with the root key of what people declare in confidence; by default root.key in the data folder, made on the first start"},
}

var errHelp = errors.New("help was asked for")

// readConfig takes flags before environment before defaults, and reports everything that is wrong at once.
func readConfig(args []string, getenv func(string) string, demo bool, help io.Writer) (Config, error) {
	flags := flag.NewFlagSet("longtable", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	values := map[string]*string{}
	for _, s := range settings {
		initial := s.initial
		if v := getenv(s.env()); v != "" {
			initial = v
		}
		values[s.name] = flags.String(s.name, initial, s.help)
	}
	c := Config{}
	if demo {
		flags.IntVar(&c.Members, "members", demoMembers, "how many members the demo network has")
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		printHelp(help)
		return c, errHelp
	case err != nil:
		return c, fmt.Errorf("%w; try --help for the list of flags", err)
	case flags.NArg() > 0:
		return c, fmt.Errorf("%q is not something this program can do; try --help", flags.Arg(0))
	}
	return c, c.take(values)
}

const demoMembers = 16_000

func (c *Config) take(values map[string]*string) error {
	problems := c.readSecrets(values)
	c.Addr, c.Data, c.MongoDB = *values["addr"], *values["data"], *values["mongodb-uri"]
	c.MeiliURL, c.MeiliKey, c.NATS, c.KeyFile = *values["meili-url"], *values["meili-key"], *values["nats-url"], *values["key-file"]
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		problems = append(problems, fmt.Errorf("addr %q is not host:port; try 127.0.0.1:8080", c.Addr))
	}
	if c.Members < 0 || c.Members > membersMax {
		problems = append(problems, fmt.Errorf("members is 0 to %d", membersMax))
	}
	c.URL = address(&problems, "url", *values["url"], "http", "https")
	c.SMTP = address(&problems, "smtp-url", *values["smtp-url"], "smtp", "smtps")
	address(&problems, "meili-url", c.MeiliURL, "http", "https")
	if c.Sockets = *values["sockets"]; c.Sockets != "poll" && c.Sockets != "goroutine" {
		problems = append(problems, errors.New("sockets is poll or goroutine"))
	}
	if c.NATS != "" {
		if err := realtime.CheckNATS(c.NATS); err != nil {
			problems = append(problems, fmt.Errorf("nats-url: %w", err))
		}
	}
	if c.MongoDB != "" && !strings.HasPrefix(c.MongoDB, "mongodb://") && !strings.HasPrefix(c.MongoDB, "mongodb+srv://") {
		problems = append(problems, errors.New("mongodb-uri must begin with mongodb:// or mongodb+srv://"))
	}
	return errors.Join(problems...)
}

// readSecrets puts what stands in a file in the place of @FILE.
func (c *Config) readSecrets(values map[string]*string) (problems []error) {
	c.SecretFiles = map[string]string{}
	if path := *values["key-file"]; path != "" {
		c.SecretFiles["key-file"] = path
	}
	for _, s := range settings {
		path, inFile := strings.CutPrefix(*values[s.name], "@")
		if !s.secret || !inFile {
			continue
		}
		c.SecretFiles[s.name] = path
		content, err := os.ReadFile(path)
		*values[s.name] = strings.TrimSpace(string(content))
		switch {
		case err != nil:
			problems = append(problems, fmt.Errorf("%s: %w", s.name, err))
		case *values[s.name] == "": // as if it were not set: the embedded store in the place of the MongoDB
			problems = append(problems, fmt.Errorf("%s: the file %s is empty", s.name, path))
		}
	}
	return problems
}

const membersMax = 1_000_000 // people in a demo; the generator keeps them all in memory

// address checks an address that may be empty. What it holds is never repeated: there may be a password in it.
func address(problems *[]error, name, text string, schemes ...string) *url.URL {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err == nil && u.Host != "" {
		for _, scheme := range schemes {
			if u.Scheme == scheme {
				return u
			}
		}
	}
	*problems = append(*problems, fmt.Errorf("%s must be a complete address that begins with %s://", name, strings.Join(schemes, ":// or ")))
	return nil
}

func printHelp(w io.Writer) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, `Longtable: the long shared table of a network of co-working hubs.

  go run ./server	start the network in ./data; the first start asks for its name in the browser
  go run ./server demo	start a demo network with 16,000 invented members (--members N for another size)
`)
	for _, c := range commands {
		fmt.Fprintf(table, "  go run ./server %s\t%s\n", strings.TrimSpace(c.name+" "+c.operand), c.help)
	}
	fmt.Fprint(table, "  go run ./server doctor\tcheck the installation and say what to do (--json for programs); changes nothing\n")
	fmt.Fprint(table, "\nEvery setting is a flag or a variable of the environment:\n\n")
	for _, s := range settings {
		initial := s.initial
		if initial == "" {
			initial = "none"
		}
		help := s.help
		if s.secret {
			help += "; @FILE reads it from a file"
		}
		fmt.Fprintf(table, "  --%s\t%s\t%s\t(default %s)\n", s.name, s.env(), help, initial)
	}
	fmt.Fprintf(table, "  \t%s\t%s\t\n", "LONGTABLE_PROVE", "1 switches on the long proofs in go test")
	fmt.Fprintf(table, "  \t%s\t%s\t\n", "LONGTABLE_EVAL_DATA", "folder of the data sets that the proofs of the matching read")
	if err := table.Flush(); err != nil {
		fmt.Fprintln(w, err)
	}
}
