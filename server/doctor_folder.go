package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"longtable/server/store"
)

const doctorFile = "doctor-*.tmp" // what the doctor writes and removes again

// folder checks that the data folder is there and can be written.
func (d *doctor) folder(context.Context) finding {
	dir := d.config.Data
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return finding{Level: wrong, Found: fmt.Sprintf("there is no folder %s", dir), Try: "start the program once, or name the folder that it uses with --data"}
	case err != nil:
		return failed(err, "make it a folder that the program's user can read, or choose another with --data")
	case !info.IsDir():
		return finding{Level: wrong, Found: fmt.Sprintf("%s is not a folder", dir), Try: "choose another with --data"}
	}
	f, err := os.CreateTemp(dir, doctorFile)
	if err != nil {
		return failed(err, "run this as the program's user; if it is that one, give it the folder with chown")
	}
	if err := errors.Join(f.Close(), os.Remove(f.Name())); err != nil {
		return failed(err, "look at the disk and at the system's log")
	}
	return well("%s is there and can be written", dir)
}

// declarations checks that what people declared in confidence can be opened, without opening any.
func (d *doctor) declarations(ctx context.Context) finding {
	if d.config.MongoDB == "" && store.CheckFile(d.config.Data) != nil {
		return well("not checked: there is no embedded store to read")
	}
	ctx, cancel := context.WithTimeout(ctx, reachTime)
	defer cancel()
	s, err := lookAtKeys(ctx, d.config)
	switch {
	case errors.Is(err, store.ErrUnread):
		return finding{Level: warning, Found: oneLine(err), Try: "start the program once, then run this again"}
	case err != nil:
		return failed(err, "settle what is wrong with the store first")
	}
	return s.finding(d.config.keyPath())
}

// rights checks that other users of the machine can't read what members wrote.
func (d *doctor) rights(context.Context) finding {
	if runtime.GOOS == "windows" {
		return well("not checked on Windows")
	}
	info, err := os.Stat(d.config.Data)
	if err != nil {
		return failed(err, "run this as the program's user")
	}
	switch mode := info.Mode().Perm(); {
	case mode&0o007 == 0 && mode&0o070 == 0:
		return well("only its owner may look into the folder")
	case mode&0o007 == 0:
		return finding{Level: warning, Found: fmt.Sprintf("the group may look into the folder (%04o)", mode), Try: "chmod 700 " + d.config.Data}
	}
	open, err := readableByOthers(d.config.Data)
	if err != nil {
		return failed(err, "run this as the program's user")
	}
	if len(open) > 0 {
		return finding{Level: wrong, Found: "everybody on this machine can read " + strings.Join(open, ", "), Try: "chmod -R go= " + d.config.Data}
	}
	return finding{Level: warning, Found: fmt.Sprintf("everybody on this machine may look into the folder (%04o), though not into its files", info.Mode().Perm()),
		Try: "chmod 700 " + d.config.Data}
}

// readableMax bounds the files that a finding names.
const readableMax = 3

func readableByOthers(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		info, infoErr := e.Info()
		if errors.Is(infoErr, os.ErrNotExist) {
			continue // removed meanwhile by the program
		}
		if infoErr != nil {
			return nil, infoErr
		}
		if info.Mode().IsRegular() && info.Mode().Perm()&0o004 != 0 && len(names) < readableMax {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// program says whether one runs on the folder. Either is fine.
func (d *doctor) program(context.Context) finding {
	if d.config.MongoDB != "" {
		return well("the store is a MongoDB, on which several may run")
	}
	running, err := store.InUse(d.config.Data)
	switch {
	case err != nil:
		return failed(err, "run this as the program's user")
	case running:
		return well("a program runs on this folder")
	}
	return well("no program runs on this folder")
}

const (
	spaceWrong   = 100 << 20 // bytes free: below, a busy day can fill the disk
	spaceWarning = 1 << 30   // bytes free: below, there is no room for what is not foreseen

	// spaceForStore is how many times the folder's own size should be free: a backup beside it and an index built anew.
	spaceForStore = 2
)

// space compares what is free on the disk with what the folder takes.
func (d *doctor) space(context.Context) finding {
	free, known, err := freeSpace(d.config.Data)
	if err != nil {
		return failed(err, "look at the disk")
	}
	if !known {
		return well("this system does not tell what is free")
	}
	used, err := folderSize(d.config.Data)
	if err != nil {
		return failed(err, "run this as the program's user")
	}
	return judgeSpace(free, used)
}

func judgeSpace(free, used int64) finding {
	f := well("%s free, the folder takes %s", inUnits(free), inUnits(used))
	switch try := "make room, or move the folder to a larger disk"; {
	case free < spaceWrong:
		f.Level, f.Try = wrong, try
	case free < spaceWarning:
		f.Level, f.Try = warning, try
	case free < spaceForStore*used:
		f.Level, f.Try = warning, "a backup and a new search index want as much again; "+try
	}
	return f
}

func folderSize(dir string) (bytes int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if errors.Is(err, os.ErrNotExist) {
			return nil // removed meanwhile by the program
		}
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err == nil {
			bytes += info.Size()
		}
		return err
	})
	return bytes, err
}

func inUnits(bytes int64) string {
	switch {
	case bytes >= 1<<30:
		return fmt.Sprintf("%.1f GB", float64(bytes)/(1<<30))
	case bytes >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20))
	}
	return fmt.Sprintf("%d kB", bytes>>10)
}

const (
	flushRounds = 24      // writes timed each way: some tenths of a second on a slow disk
	flushBytes  = 4 << 10 // of one write: a page of the store

	// flushRatio is how many times longer than a plain write a flush takes at least on a disk that keeps its word. The fastest
	// disks with a battery of their own take some ten times as long; memory takes no time at all.
	flushRatio = 3
)

// flush times writes that are flushed against writes that are not. It only warns: times prove nothing.
func (d *doctor) flush(context.Context) finding {
	plain, flushed, err := timeFlushes(d.config.Data)
	if err != nil {
		return failed(err, "look at the disk and at the system's log")
	}
	return judgeFlush(plain, flushed)
}

func judgeFlush(plain, flushed time.Duration) finding {
	if flushed >= flushRatio*plain {
		return well("a flush takes %s, a plain write %s", flushed.Round(time.Microsecond), plain.Round(time.Microsecond))
	}
	return finding{Level: warning, Found: fmt.Sprintf("a flush takes no longer (%s) than a plain write (%s): what the disk acknowledges may be lost in a power cut", flushed, plain),
		Try: "keep the folder on a local disk; on a virtual machine, set its disk's cache so that flushes reach the hardware"}
}

// timeFlushes gives the medians of writing a page and of flushing it, on a file of its own that it removes.
func timeFlushes(dir string) (plain, flushed time.Duration, err error) {
	f, err := os.CreateTemp(dir, doctorFile)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	page := make([]byte, flushBytes)
	var writes, flushes []time.Duration
	for range flushRounds {
		begun := time.Now()
		if _, err := f.Write(page); err != nil {
			return 0, 0, err
		}
		written := time.Now()
		if err := f.Sync(); err != nil {
			return 0, 0, err
		}
		writes, flushes = append(writes, written.Sub(begun)), append(flushes, time.Since(written))
	}
	slices.Sort(writes)
	slices.Sort(flushes)
	return writes[flushRounds/2], flushes[flushRounds/2], nil
}

// fileSystem warns of file systems that forget, or that don't keep locks and flushes as a local disk does.
func (d *doctor) fileSystem(context.Context) finding {
	name, err := fileSystemOf(d.config.Data)
	if err != nil {
		return failed(err, "look at the disk")
	}
	if why := risky[name]; why != "" {
		return finding{Level: warning, Found: fmt.Sprintf("the folder is on %s, %s", name, why), Try: "move the folder to a local disk, in a container to a volume"}
	}
	if name == "" {
		name = "a file system that this check does not know as risky"
	}
	return well("the folder is on %s", name)
}

// risky file systems, and why.
var risky = map[string]string{
	"tmpfs":   "which is memory: everything is lost when the machine stops",
	"ramfs":   "which is memory: everything is lost when the machine stops",
	"overlay": "which belongs to one container: everything is lost with it",
	"nfs":     "over the network: locks and flushes are only as good as its server",
	"smb":     "over the network: locks and flushes are only as good as its server",
	"ceph":    "over the network: locks and flushes are only as good as its server",
	"9p":      "over the network: locks and flushes are only as good as its server",
	"fuse":    "which a program provides: flushes are only as good as that program",
}
