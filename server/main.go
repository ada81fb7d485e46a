// Longtable is the long shared table of a network of co-working hubs, in one program. This file starts it; house.go
// builds the rooms and connects them; config.go reads the settings.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // hubs name their zones; a bare machine or container knows none
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
	if len(args) > 0 && args[0] == "doctor" { // settings that can't be read are a finding of its own
		return runDoctor(ctx, args[1:], getenv, out)
	}
	command, operand, args, err := commandOf(args)
	if err != nil {
		return err
	}
	demo := command == nil && len(args) > 0 && args[0] == "demo"
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
	if command != nil {
		return command.do(ctx, config, operand, out)
	}
	log := slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: slog.LevelInfo}))
	h, err := build(ctx, config, demo, log, out)
	if err != nil {
		return err
	}
	return h.run(ctx)
}

// askHealth asks the program that listens on the configured address whether it is ready.
func askHealth(ctx context.Context, config Config, _ string, _ io.Writer) error {
	_, port, err := net.SplitHostPort(config.Addr)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort("127.0.0.1", port)+"/health/ready", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("nothing answers on port %s: %w", port, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the program is not ready (%s)", answer.Status)
	}
	return nil
}

// healthTimeout is longer than any answer of a healthy program, and shorter than the patience of a health check.
const healthTimeout = 4 * time.Second
