// Longtable is the long shared table of a network of co-working hubs, in one program. This file starts it; house.go
// builds the rooms and connects them; config.go reads the settings.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "longtable:", err)
		os.Exit(1)
	}
}

// run does what the arguments say until ctx ends. What it returns is a sentence for whoever started it.
func run(ctx context.Context, args []string, getenv func(string) string, out, logs io.Writer) error {
	demo := len(args) > 0 && args[0] == "demo"
	if demo {
		args = args[1:]
	}
	config, err := readConfig(args, getenv, demo, out)
	if errors.Is(err, errHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: slog.LevelInfo}))
	h, err := build(ctx, config, demo, log, out)
	if err != nil {
		return err
	}
	return h.run(ctx)
}
