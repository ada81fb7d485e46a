package mongodb_test

import (
	"testing"

	"longtable/server/store"
	"longtable/server/store/storetest"
)

// Two servers of ours meet at one MongoDB. On the fake server, which does one command at a time, this proves how we use
// conditional writes and unique keys, and that an answer lost on the way is never taken for a no.
func TestHistoriesOnMongoDBHaveAnOrderThatExplainsThem(t *testing.T) {
	explained(t, open(t, startFake(t).uri()))
}

func TestHistoriesOnARealMongoDBHaveAnOrderThatExplainsThem(t *testing.T) {
	explained(t, openFresh(t, realAddress(t)))
}

func explained(t *testing.T, e store.Engine) {
	t.Helper()
	const histories = 8 // of each kind
	storetest.Legal(t, storetest.EventHistories(t, e, histories).Plus(storetest.LogHistories(t, e, histories)))
}
