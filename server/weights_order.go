package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"longtable/server/community"
	"longtable/server/jobs"
	"longtable/server/store"
)

// weightsOrder is what somebody at the machine wants done with the weights.
type weightsOrder struct {
	RollBack int   `json:"rollBack,omitempty"` // the version to bring back
	Learn    *bool `json:"learn,omitempty"`    // switch learning on or off
}

func readWeightsOrder(words string) (*weightsOrder, error) {
	fields := strings.Fields(words)
	number := func() (int, error) { return strconv.Atoi(fields[1]) }
	switch {
	case len(fields) == 0:
		return nil, nil
	case len(fields) == 2 && fields[0] == "rollback":
		n, err := number()
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is no version; try: server weights, which lists them, and then: server weights rollback 1", fields[1])
		}
		return &weightsOrder{RollBack: n}, nil
	case len(fields) == 2 && fields[0] == "learn" && (fields[1] == "on" || fields[1] == "off"):
		on := fields[1] == "on"
		return &weightsOrder{Learn: &on}, nil
	default:
		return nil, fmt.Errorf("%q can't be done with weights; try: server weights, server weights rollback 1, server weights learn on, or learn off", words)
	}
}

// do carries an order out.
func (o *weightsOrder) do(ctx context.Context, teacher *community.Teacher) error {
	if o.Learn != nil {
		return teacher.Switch(ctx, *o.Learn)
	}
	_, err := teacher.RollBack(ctx, o.RollBack)
	return err
}

// carryOut has the order done by the program that runs on the folder, or does it.
func (o *weightsOrder) carryOut(ctx context.Context, config Config) error {
	if config.MongoDB == "" {
		if running, err := store.InUse(config.Data); err != nil {
			return err
		} else if running {
			return leaveOrder(ctx, config.Data, o)
		}
	}
	return doAlone(ctx, config, o)
}

// doAlone carries an order out on a store that no program of this folder uses.
func doAlone(ctx context.Context, config Config, o *weightsOrder) (err error) {
	engine, err := openEngine(ctx, config)
	if err != nil {
		return err
	}
	db := store.NewDB(engine)
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Migrate(ctx, func(string, int64) {}); err != nil {
		return err
	}
	stores, err := store.Community(ctx, db)
	if err != nil {
		return err
	}
	network, err := community.New(stores, time.Now)
	if err != nil {
		return err
	}
	return o.do(ctx, community.NewTeacher(network))
}

const (
	// weightsOrderFile holds an order for the program that runs on the folder: only one process can write its store. Who may
	// write into the folder may do anything to the network anyway.
	weightsOrderFile = "weights-order.json"
	orderEvery       = 2 * time.Second        // how often the program looks for one
	orderPatience    = time.Minute            // how long the command waits for it
	orderLook        = 100 * time.Millisecond // how often it looks meanwhile
)

// leaveOrder asks the running program, and waits until it took the order.
func leaveOrder(ctx context.Context, folder string, o *weightsOrder) error {
	path := filepath.Join(folder, weightsOrderFile)
	content, err := json.Marshal(o)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", append(content, '\n'), 0o600); err != nil {
		return fmt.Errorf("can't tell the running program: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil { // whole or not at all
		return fmt.Errorf("can't tell the running program: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, orderPatience)
	defer cancel()
	for {
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(errors.New("the running program did not take the order; it is taken back. Is it still starting?"), os.Remove(path))
		case <-time.After(orderLook):
		}
	}
}

// takeOrder does what somebody at the machine left to be done.
func (h *house) takeOrder(ctx context.Context) {
	path := filepath.Join(h.config.Data, weightsOrderFile)
	content, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return
	}
	order := new(weightsOrder)
	if err == nil {
		err = json.Unmarshal(content, order)
	}
	if err == nil {
		err = order.do(ctx, community.NewTeacher(h.network))
	}
	if err != nil {
		h.log.Error("an order about weights was not carried out", "error", err)
	} else {
		h.log.Info("an order about weights was carried out", "order", strings.TrimSpace(string(content)))
	}
	if err := os.Remove(path); err != nil {
		h.log.Error("an order about weights can't be taken away; it would be done again", "error", err)
	}
}

// learnEvery is how often is looked whether a day is over, and whether another program made a version.
const learnEvery = time.Minute

// learn keeps the weights of the matches up to date, once everybody was read.
func (h *house) learn(ctx context.Context) {
	jobs.Every(ctx, learnEvery, func() {
		if h.progress.ended.Load() {
			h.jobs.Learn(ctx)
		}
	})
}

func (h *house) takeOrders(ctx context.Context) {
	jobs.Every(ctx, orderEvery, func() { h.takeOrder(ctx) })
}
