package store_test

import (
	"testing"

	"longtable/server/store"
	"longtable/server/store/storetest"
)

func openSQLite(t testing.TB, dir string) *store.SQLite {
	t.Helper()
	e, err := store.OpenSQLite(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func TestSQLiteKeepsTheContract(t *testing.T) {
	storetest.Contract(t, func(t *testing.T) store.Engine { return openSQLite(t, t.TempDir()) })
}
