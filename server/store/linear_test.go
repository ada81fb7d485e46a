package store_test

import (
	"fmt"
	"testing"

	"longtable/server/store/storetest"
)

func TestHistoriesHaveAnOrderThatExplainsThem(t *testing.T) {
	e := openSQLite(t, t.TempDir())
	found := storetest.EventHistories(t, e, 16).Plus(storetest.LogHistories(t, e, 16))
	storetest.Legal(t, found)
	if found.Unknown == 0 || found.Withdrawn == 0 {
		t.Errorf("of %d operations %d are unknown and %d withdrawn: no answer was lost, or nobody was impatient", found.Operations, found.Unknown, found.Withdrawn)
	}
}

func TestProveStoreLinearizable(t *testing.T) {
	storetest.NeedsProving(t)
	e := openSQLite(t, t.TempDir())
	const operations = 100_000
	var events, logs storetest.Verdict
	for events.Operations < operations/2 {
		events = events.Plus(storetest.EventHistories(t, e, 64))
	}
	for logs.Operations < operations/2 {
		logs = logs.Plus(storetest.LogHistories(t, e, 64))
	}
	found := events.Plus(logs)
	t.Logf("events: %d operations in %d histories; logs: %d in %d", events.Operations, events.Histories, logs.Operations, logs.Histories)
	fmt.Printf("figure store-linear-operations %d operations bar %d\n", found.Operations, operations)
	fmt.Printf("figure store-linear-unknown %d operations bar %d\n", found.Unknown, operations/1000)
	fmt.Printf("figure store-linear-illegal %d histories bar 0\n", found.Illegal)
	fmt.Printf("figure store-linear-faults %d faults bar 0\n", len(found.Faults))
	storetest.Legal(t, found)
	if found.Unknown < operations/1000 {
		t.Errorf("only %d operations have an unknown outcome", found.Unknown)
	}
}

// The checker must find what it is for: an engine that replaces whatever is stored, and one that gives a number twice.
func TestARaceIsFoundInAHistory(t *testing.T) {
	e := openSQLite(t, t.TempDir())
	const enough = 12 // histories: nearly every one shows it
	if found := storetest.EventHistories(t, storetest.Careless{Engine: e}, enough); found.Illegal == 0 {
		t.Errorf("changes were lost, and %d histories of %d operations are all legal", found.Histories, found.Operations)
	} else {
		t.Logf("%d of %d histories of events are illegal", found.Illegal, found.Histories)
	}
	if found := storetest.LogHistories(t, storetest.Repeating{Engine: e}, enough); found.Illegal == 0 {
		t.Errorf("numbers were given twice, and %d histories of %d operations are all legal", found.Histories, found.Operations)
	} else {
		t.Logf("%d of %d histories of conversations are illegal", found.Illegal, found.Histories)
	}
}
