package search

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// IndexState is how an embedded index stands on disk.
type IndexState string

// An index is ready, or is missing, half built, of an older schema or without its files: then the next start builds it.
const (
	IndexReady   IndexState = "ready"
	IndexMissing IndexState = "missing"
	IndexPartial IndexState = "partial"
	IndexOld     IndexState = "old"
	IndexLost    IndexState = "lost"
)

// LookAtIndex tells how the index of a schema stands in the folder of an embedded engine. It opens none of its files, so
// that a program may use them meanwhile, and changes nothing.
func LookAtIndex(dir string, s Schema) (IndexState, error) {
	e := &Embedded{dir: dir}
	m, err := e.readManifest(s.Name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return IndexMissing, nil
	case err != nil:
		return "", fmt.Errorf("search: read manifest of %s: %w", s.Name, err)
	case m.Layout != s.layout():
		return IndexOld, nil
	case !m.Filled:
		return IndexPartial, nil
	}
	if _, err := os.Stat(filepath.Join(dir, m.Folder)); errors.Is(err, os.ErrNotExist) {
		return IndexLost, nil
	} else if err != nil {
		return "", fmt.Errorf("search: index %s: %w", s.Name, err)
	}
	return IndexReady, nil
}
