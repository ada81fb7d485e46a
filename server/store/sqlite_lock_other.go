//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package store

import (
	"errors"
	"fmt"
	"os"
)

// lockFile takes the folder for this process until unlockFile. Without flock the file itself is the lock, and a process
// that was killed leaves it behind.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil, fmt.Errorf("%w; if none is running, delete %s", ErrInUse, path)
	}
	if err != nil {
		return nil, fmt.Errorf("store: open lock: %w", err)
	}
	return f, nil
}

func unlockFile(f *os.File) error { return errors.Join(f.Close(), os.Remove(f.Name())) }

// lockHeld tells whether a process holds the folder, or was killed while it did.
func lockHeld(path string) (bool, error) {
	_, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
