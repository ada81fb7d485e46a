package storetest

import (
	"os"
	"testing"
)

// NeedsProving leaves out a long proof where none was asked for.
func NeedsProving(t testing.TB) {
	t.Helper()
	if os.Getenv("LONGTABLE_PROVE") != "1" {
		t.Skip("a long proof: runs with LONGTABLE_PROVE=1")
	}
}
