package journeys

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"longtable/server/community"
	"longtable/server/store/mongodb"
)

// realServer names a MongoDB on which every journey runs instead of a file, each program in a database that is made for
// it and dropped when it ends.
const realServer = "LONGTABLE_TEST_MONGODB_URI"

// dropTime bounds the dropping of a database by a server that may have gone.
const dropTime = 30 * time.Second

// freshDatabase is the address of a database of its own on the server that is named, empty if none is.
func freshDatabase() string {
	scheme, rest, whole := strings.Cut(os.Getenv(realServer), "://")
	if !whole {
		return scheme // the program says what is wrong with it
	}
	hosts, options, _ := strings.Cut(rest, "?")
	hosts, _, _ = strings.Cut(hosts, "/")
	return scheme + "://" + hosts + "/longtable_test_" + community.NewID[string]() + "?" + options
}

// database is the address that a program was started with, empty if it keeps a file.
func (p *process) database() string {
	if at := slices.Index(p.args, "--mongodb-uri"); at >= 0 {
		return p.args[at+1]
	}
	return ""
}

func dropDatabase(address string) error {
	if address == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), dropTime)
	defer cancel()
	e, err := mongodb.Open(ctx, address)
	if err != nil {
		return err
	}
	if err := e.Drop(ctx); err != nil {
		return fmt.Errorf("drop a database of the journeys: %w", err)
	}
	return e.Close()
}
