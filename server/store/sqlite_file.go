package store

import (
	"bytes"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

const (
	applicationID = 0x4c_54_42_4c // "LTBL", in the header of every file of ours
	fileFormat    = 1             // in the header as user_version; raised when an older program could not read the file
)

// prepareFile makes the file, or checks the one that is there.
func prepareFile(path string) error {
	err := checkFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return createFile(path)
	}
	return err
}

// checkFile checks the header of a file without changing a byte; os.ErrNotExist if there is none.
func checkFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("store: open %s: %w", path, err)
	}
	defer f.Close()
	header := make([]byte, 100) // the fixed size of SQLite's header
	if _, err := io.ReadFull(f, header); err != nil {
		return fmt.Errorf("store: %s is too short to be a store; restore a backup of it", path)
	}
	word := func(at int) int64 { return int64(binary.BigEndian.Uint32(header[at:])) }
	switch {
	case !bytes.HasPrefix(header, []byte("SQLite format 3\x00")) || word(68) != applicationID:
		return fmt.Errorf("store: %s is not a store of this program; move it away, or choose another folder", path)
	case word(60) > fileFormat:
		return fmt.Errorf("store: %s was written by a newer version of this program; start that one", path)
	}
	return checkLength(f, int64(binary.BigEndian.Uint16(header[16:])), word(28))
}

// checkLength notices a file that was cut. While a log lies beside it, pages may still be there and not here.
func checkLength(f *os.File, pageSize, pages int64) error {
	if log, err := logBeside(f.Name()); log || err != nil {
		return err
	}
	file, err := f.Stat()
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	if file.Size() < pageSize*pages {
		return fmt.Errorf("store: %s has been cut short: %d bytes of %d; restore a backup of it",
			f.Name(), file.Size(), pageSize*pages)
	}
	return nil
}

// createFile makes the file beside its place and moves it there whole, so that a crash leaves none or a good one.
func createFile(path string) (err error) {
	if err := forgetSum(path); err != nil { // of a file that somebody deleted or moved
		return err
	}
	fresh := path + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("store: create %s: %w", path, err)
	}
	f, err := os.OpenFile(fresh, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // SQLite's other files get the same rights
	if err != nil {
		return fmt.Errorf("store: create %s: %w", path, err)
	}
	if err := errors.Join(f.Close(), initialise(fresh), os.Rename(fresh, path), syncFolder(filepath.Dir(path))); err != nil {
		return fmt.Errorf("store: create %s: %w", path, err)
	}
	return nil
}

func initialise(path string) error {
	db, err := sql.Open("sqlite", fileAddress(path, "_pragma=journal_mode(DELETE)"))
	if err != nil {
		return err
	}
	_, err = db.Exec(fmt.Sprintf(`PRAGMA application_id = %d; PRAGMA user_version = %d`, applicationID, fileFormat))
	return errors.Join(err, db.Close())
}

// makeFolder makes the folder and those above it that don't exist, each with a name that outlives a power cut: otherwise
// the first one could take away everything that was acknowledged in it.
func makeFolder(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil // if it is a file, opening the store says so
	}
	parent := filepath.Dir(dir)
	if parent != dir {
		if err := makeFolder(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return syncFolder(parent)
}

// syncFolder makes a new name in the folder outlive a power cut. Windows has no such call and doesn't need it.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
