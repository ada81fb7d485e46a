package store

import (
	"database/sql"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

// SQLite notices damage to its own structure, when it comes across it, and none to the texts in it. So a clean stop
// leaves a checksum beside the file, and the next start compares it before it changes anything. Both read the whole
// file. After a stop that wasn't clean there is no checksum, and
// SQLite looks through the structure, about a second for a gigabyte.

// sumForm is what the file of the checksum holds: the length of the other in bytes, and its checksum.
const sumForm = "%d bytes, crc32c %08x\n"

var castagnoli = crc32.MakeTable(crc32.Castagnoli) // processors have an instruction for this one

// checkContent refuses a file that isn't as the last clean stop left it. It changes nothing. Only who holds the lock may
// call it: a program that runs on the file has no checksum, and changes the structure under the eyes of the check.
func checkContent(path string) error {
	left, err := os.ReadFile(sumName(path))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("store: read the checksum of %s: %w", path, err)
	}
	log, err := logBeside(path)
	if err != nil {
		return err
	}
	if whole := strings.HasSuffix(string(left), "\n"); !whole || log {
		return checkStructure(path, log)
	}
	now, err := sumOf(path)
	if err != nil {
		return err
	}
	if now != string(left) {
		return fmt.Errorf("store: %s was damaged or changed since this program closed it; restore a backup of it, or delete %s if you changed it on purpose",
			path, sumName(path))
	}
	return nil
}

// checkStructure has SQLite look through the file, and through the log if there is one.
func checkStructure(path string, log bool) error {
	readOnly := "mode=ro"
	if !log {
		readOnly += "&immutable=1" // no file of SQLite's own appears beside it
	}
	db, err := sql.Open("sqlite", fileAddress(path, readOnly))
	if err != nil {
		return fmt.Errorf("store: open %s: %w", path, err)
	}
	var verdict string
	err = db.QueryRow("PRAGMA quick_check(1)").Scan(&verdict)
	if err == nil && verdict != "ok" {
		err = errors.New(verdict)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("store: %s is damaged (%s); restore a backup of it", path, strings.Join(strings.Fields(err.Error()), " ")), db.Close())
	}
	return db.Close()
}

func logBeside(path string) (bool, error) {
	log, err := os.Stat(path + "-wal")
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("store: %w", err)
	}
	return log.Size() > 0, nil
}

// sumName is where the checksum lies, only while the store is closed.
func sumName(path string) string { return filepath.Join(filepath.Dir(path), SumFile) }

func sumOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("store: %w", err)
	}
	defer f.Close()
	sum := crc32.New(castagnoli)
	size, err := io.Copy(sum, f)
	if err != nil {
		return "", fmt.Errorf("store: read %s: %w", path, err)
	}
	return fmt.Sprintf(sumForm, size, sum.Sum32()), nil
}

// leaveSum leaves the checksum of a closed file. A power cut may take it away again, which only costs the next start.
func leaveSum(path string) error {
	if log, err := logBeside(path); log || err != nil {
		return err
	}
	sum, err := sumOf(path)
	if err != nil {
		return err
	}
	if err := os.WriteFile(sumName(path), []byte(sum), 0o600); err != nil {
		return fmt.Errorf("store: leave a checksum: %w", err)
	}
	return nil
}

// forgetSum takes the checksum away for good before anything in the file changes.
func forgetSum(path string) error {
	err := os.Remove(sumName(path))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err = errors.Join(err, syncFolder(filepath.Dir(path))); err != nil {
		return fmt.Errorf("store: remove the checksum of %s: %w", path, err)
	}
	return nil
}

// clearly says what to do about a file that turns out to be damaged while it is used.
func clearly(err error) error {
	var refused *sqlite.Error
	if !errors.As(err, &refused) {
		return err
	}
	switch refused.Code() & 0xff {
	case codes.SQLITE_CORRUPT, codes.SQLITE_NOTADB:
		return fmt.Errorf("store: the file is damaged; stop the server and restore a backup: %w", err)
	}
	return err
}
