package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"longtable/server/community"
	"longtable/server/sealed"
)

// rootFile is the key file of a network that names none: in the data folder, which a backup of the store leaves out.
const rootFile = "root.key"

// keyPath is the file with the root keys.
func (c Config) keyPath() string {
	if c.KeyFile != "" {
		return c.KeyFile
	}
	return filepath.Join(c.Data, rootFile)
}

// openSeals gives the network its root key: the one that it used before, or a new one on the first start. Without the right
// one, declarations stay closed and everything else works. What it says is for whoever started the program.
func openSeals(ctx context.Context, config Config, network *community.Network) (says string, err error) {
	inUse, err := network.RootInUse(ctx)
	if err != nil {
		return "", err
	}
	path := config.keyPath()
	ring, err := sealed.Read(path)
	made := false
	if errors.Is(err, os.ErrNotExist) && config.KeyFile == "" && inUse == "" {
		ring, err = sealed.Make(path)
		made = true
	}
	network.Seals = ring
	switch {
	case err != nil:
		network.Seals = sealed.Withheld(path, inUse)
		return fmt.Sprintf("Declarations can't be opened: %v. Put the key file back as %s; everything else works.", err, path), nil
	case inUse == "":
		err = network.UseRoot(ctx, "")
		if community.KindOf(err) == community.KindConflict { // another program over the same database was a moment faster
			return openSeals(ctx, config, network)
		}
	case !ring.Has(inUse):
		network.Seals = sealed.Withheld(path, inUse)
		return fmt.Sprintf("Declarations can't be opened: %s holds another key than they were sealed with. Put that key file in its place, or begin with the new key: server keys new. Everything else works.", path), nil
	}
	if made && err == nil {
		says = fmt.Sprintf("A root key for declarations was made: %s. Keep a copy of it apart from the backups: without it nobody can read them.", path)
	}
	return says, err
}
