package main

import (
	"testing"

	"longtable/frontend/i18n"
)

func TestEveryKindOfUnfinishedWorkHasItsSentence(t *testing.T) {
	for collection, kind := range kindsOf {
		if !i18n.Has("unfinished.kind-" + kind) {
			t.Errorf("no sentence says that something in %s changed", collection)
		}
	}
	if !i18n.Has("unfinished.kind-other") || i18n.Has("unfinished.kind-nothing") {
		t.Error("what is of no known collection has no sentence, or everything has one")
	}
}
