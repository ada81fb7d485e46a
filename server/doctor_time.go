package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"longtable/server/store"
)

const (
	yearMin = 2026 // this program was not there before
	yearMax = 2100 // a clock that says more has lost its battery the other way

	// clockSlack is how far the clock may be behind a file before it counts: clocks of machines differ by less.
	clockSlack = 2 * time.Minute

	// backupAge is how old the newest backup may be: what a week holds is more than anybody writes again.
	backupAge = 7 * 24 * time.Hour
)

// clock checks that the time is plausible, and not before what was written last.
func (d *doctor) clock(context.Context) finding {
	now := d.now()
	try := "set the clock, and let the system keep it by NTP"
	if now.Year() < yearMin || now.Year() > yearMax {
		return finding{Level: wrong, Found: fmt.Sprintf("the clock says %s", now.UTC().Format(time.RFC3339)), Try: try}
	}
	newest, what := d.newest()
	if newest.After(now.Add(clockSlack)) {
		return finding{Level: wrong, Found: fmt.Sprintf("the clock says %s, and %s is of %s", now.UTC().Format(time.RFC3339), what, newest.UTC().Format(time.RFC3339)), Try: try}
	}
	return well("the clock says %s", now.UTC().Format(time.RFC3339))
}

// newest is the latest time that the data folder knows of, and where from.
func (d *doctor) newest() (newest time.Time, what string) {
	for _, name := range []string{store.SQLiteFile, store.SQLiteFile + "-wal", newestBackupFile} {
		if info, err := os.Stat(filepath.Join(d.config.Data, name)); err == nil && info.ModTime().After(newest) {
			newest, what = info.ModTime(), name
		}
	}
	if b, err := readNewestBackup(d.config.Data); err == nil && b.At.After(newest) {
		newest, what = b.At, "the newest backup"
	}
	return newest, what
}

// zones checks that the program knows the time zones of hubs.
func (d *doctor) zones(context.Context) finding {
	for _, name := range []string{"Africa/Accra", "Asia/Kathmandu", "America/Sao_Paulo"} {
		if _, err := time.LoadLocation(name); err != nil {
			return failed(err, "install the system's time zone data, such as the package tzdata")
		}
	}
	return well("time zones are known")
}

// newestBackup is what the command backup leaves in the data folder after a backup.
type newestBackup struct {
	At       time.Time  `json:"at"`
	File     string     `json:"file"`
	Verified *time.Time `json:"verified,omitempty"` // when it was last restored to scratch and compared; nil for never
}

const newestBackupFile = "last-backup.json"

// readNewestBackup reads it; os.ErrNotExist when no backup was made.
func readNewestBackup(dir string) (b newestBackup, err error) {
	raw, err := os.ReadFile(filepath.Join(dir, newestBackupFile))
	if err != nil {
		return b, err
	}
	if err := json.Unmarshal(raw, &b); err != nil {
		return b, fmt.Errorf("%s can't be read: %w", newestBackupFile, err)
	}
	return b, nil
}

// backup checks that there is a recent one, and that it was proven to be one.
func (d *doctor) backup(context.Context) finding {
	b, err := readNewestBackup(d.config.Data)
	again := "make one with: server backup FILE, and keep it on another machine"
	switch {
	case errors.Is(err, os.ErrNotExist):
		return finding{Level: warning, Found: "no backup is known", Try: again}
	case err != nil:
		return finding{Level: warning, Found: oneLine(err), Try: again}
	}
	age := d.now().Sub(b.At)
	found := fmt.Sprintf("the newest backup, %s, is of %s", b.File, b.At.UTC().Format(time.RFC3339))
	switch {
	case age > backupAge:
		return finding{Level: warning, Found: fmt.Sprintf("%s, %d days ago", found, int(age/(24*time.Hour))), Try: again}
	case b.Verified == nil:
		return finding{Level: warning, Found: found + ", and was not verified", Try: "verify it with: server verify " + b.File}
	}
	return well("%s, verified %s", found, b.Verified.UTC().Format(time.RFC3339))
}
