package search

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	bolterrors "go.etcd.io/bbolt/errors"
)

// manifest names the folder that holds an index. It is replaced as a whole, so that
// after a crash either the former or the new folder is the index, never a half of one.
type manifest struct {
	Layout string // of the schema that the folder was made for
	Folder string // beside the manifest
	Filled bool   // a rebuild has ended in it
}

// asideSuffix marks a damaged folder that is kept for inspection until the next rebuild.
const asideSuffix = ".aside"

func (e *Embedded) manifestPath(name string) string { return filepath.Join(e.dir, name+".json") }

// openShelf opens the volume that the manifest names, or makes an empty one.
func (e *Embedded) openShelf(s Schema) (v *volume, fresh bool, err error) {
	m, err := e.readManifest(s.Name)
	if err == nil && m.Layout == s.layout() {
		v, err = openVolume(filepath.Join(e.dir, m.Folder), s)
		if err == nil {
			return v, !m.Filled, e.sweep(s.Name, m.Folder)
		}
		if errors.Is(err, bolterrors.ErrTimeout) {
			return nil, false, unavailable("another program uses the index "+s.Name, err)
		}
		if err := e.setAside(m.Folder); err != nil {
			return nil, false, err
		}
	}
	m = manifest{Layout: s.layout(), Folder: e.nextFolder(s)}
	if v, err = newVolume(filepath.Join(e.dir, m.Folder), s); err != nil {
		return nil, false, unavailable("make index "+s.Name, err)
	}
	if err := e.writeManifest(s.Name, m); err != nil {
		return nil, false, errors.Join(err, v.close())
	}
	return v, true, e.sweep(s.Name, m.Folder)
}

func (e *Embedded) readManifest(name string) (m manifest, err error) {
	raw, err := os.ReadFile(e.manifestPath(name))
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		return m, err
	}
	if m.Folder == "" || m.Folder != filepath.Base(m.Folder) {
		return m, fmt.Errorf("search: manifest of %s names no folder", name)
	}
	return m, nil
}

// writeManifest replaces the manifest durably.
func (e *Embedded) writeManifest(name string, m manifest) error {
	raw, err := json.Marshal(m)
	if err != nil {
		return err
	}
	next := e.manifestPath(name) + ".next"
	if err := writeSynced(next, raw); err != nil {
		return unavailable("write manifest", err)
	}
	if err := os.Rename(next, e.manifestPath(name)); err != nil {
		return unavailable("replace manifest", err)
	}
	return syncFolder(e.dir)
}

func writeSynced(path string, raw []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	return errors.Join(err, f.Sync(), f.Close())
}

// syncFolder makes the names in a folder durable.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// setAside renames a damaged folder, so that it can be looked at and a new one made.
func (e *Embedded) setAside(folder string) error {
	from := filepath.Join(e.dir, folder)
	if err := os.RemoveAll(from + asideSuffix); err != nil {
		return unavailable("remove an older damaged index", err)
	}
	if err := os.Rename(from, from+asideSuffix); err != nil && !errors.Is(err, os.ErrNotExist) {
		return unavailable("set a damaged index aside", err)
	}
	return nil
}

// nextFolder returns a name that no folder of the index has.
func (e *Embedded) nextFolder(s Schema) string {
	return s.Name + "-" + s.layout() + "-" + strconv.FormatInt(time.Now().UnixNano(), 36)
}

// sweep removes the folders of an index that the manifest does not name: halves of a
// rebuild that was killed and indexes of former schemas. Deleted words stay in index files,
// so none is kept longer than needed; a damaged one is kept until a rebuild has replaced it.
func (e *Embedded) sweep(name, keep string) error {
	return e.remove(name, func(folder string) bool {
		return folder != keep && !strings.HasSuffix(folder, asideSuffix)
	})
}

// sweepAll removes all folders of an index but one.
func (e *Embedded) sweepAll(name, keep string) error {
	return e.remove(name, func(folder string) bool { return folder != keep })
}

func (e *Embedded) remove(name string, unwanted func(folder string) bool) error {
	entries, err := os.ReadDir(e.dir)
	if err != nil {
		return unavailable("read folder of indexes", err)
	}
	var errs []error
	for _, f := range entries {
		// Names hold no dash, so the prefix is that of this index alone.
		if f.IsDir() && strings.HasPrefix(f.Name(), name+"-") && unwanted(f.Name()) {
			errs = append(errs, os.RemoveAll(filepath.Join(e.dir, f.Name())))
		}
	}
	return errors.Join(errs...)
}
