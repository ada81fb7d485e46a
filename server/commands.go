package main

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// command is something the program does besides serving, and then ends.
type command struct {
	name, operand string // operand is what it works on, as the help names it; empty: nothing; [in brackets]: words that may be left out
	help          string
	do            func(ctx context.Context, config Config, operand string, out io.Writer) error
}

var commands = []command{
	{"backup", "FILE", "write everything into FILE, also while the program runs", backUp},
	{"verify", "FILE", "restore FILE into a scratch place and compare counts and digests", verify},
	{"restore", "FILE", "put a backup into an empty data folder or database", restore},
	{"move", "--to ADDRESS", "carry the network to mongodb://… or to a folder, and compare", move},
	{"skills", "import esco DIR", "take the ESCO classification in DIR into the list of skills, also while the program runs", importSkills},
	{"replay-draw", "[FILE CODE…]", "repeat the draw of a programme from its public file, and find the rows of codes", replayDraw},
	{"evaluate", "", "measure the matching on the data sets in --data DIR, and on an invented network", measure},
	{"weights", "[rollback N | learn on | learn off]", "list the versions of the weights that matches are made with; bring version N back; go on learning, or not", manageWeights},
	{"keys", "[rotate | retire | renew | new]", "say how the root key of declarations is; exchange it, take old ones away, give people new keys, or begin with another", manageKeys},
	{"health", "", "ask a running program whether it is ready; for health checks", askHealth},
}

// commandOf finds the command that the arguments begin with, its operand and the flags behind it. It is nil when the
// program is to serve.
func commandOf(args []string) (c *command, operand string, rest []string, err error) {
	if len(args) == 0 {
		return nil, "", nil, nil
	}
	for i := range commands {
		if commands[i].name == args[0] {
			operand, rest, err = commands[i].operandOf(args[1:])
			return &commands[i], operand, rest, err
		}
	}
	return nil, "", args, nil
}

func (c *command) operandOf(args []string) (operand string, rest []string, err error) {
	if c.operand == "" {
		return "", args, nil
	}
	if strings.HasPrefix(c.operand, "[") {
		words := 0
		for words < len(args) && !strings.HasPrefix(args[words], "-") {
			words++
		}
		return strings.Join(args[:words], " "), args[words:], nil
	}
	for i, arg := range args {
		if arg == "--help" || arg == "-h" {
			return "", args[i:], nil
		}
	}
	words := strings.Fields(c.operand)
	for _, word := range words[:len(words)-1] { // what stands before the operand itself: a flag, which may be left out, or a verb
		if len(args) == 0 {
			break
		}
		if value, joined := strings.CutPrefix(args[0], word+"="); joined {
			args = append([]string{value}, args[1:]...)
		} else if args[0] == word {
			args = args[1:]
		} else if !strings.HasPrefix(word, "-") {
			return "", nil, fmt.Errorf("%s can't %q; try: server %s %s", c.name, args[0], c.name, c.operand)
		}
	}
	if len(args) == 0 || args[0] == "" || strings.HasPrefix(args[0], "-") {
		return "", nil, fmt.Errorf("%s needs to be told where; try: server %s %s", c.name, c.name, c.operand)
	}
	return args[0], args[1:], nil
}
