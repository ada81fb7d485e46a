package store_test

import (
	"testing"

	"longtable/server/store"
	"longtable/server/store/storetest"
)

// Proofs on the engine in memory are worth as much as it is an engine.
func TestMemoryKeepsTheContract(t *testing.T) {
	storetest.Contract(t, func(*testing.T) store.Engine { return storetest.NewMemory() })
}
