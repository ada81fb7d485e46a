package storetest

import (
	"testing"

	"longtable/server/store"
)

// Relaying .
func Relaying(*testing.T, func(*testing.T) store.Engine) {}

// Logging .
func Logging(*testing.T, func(*testing.T) store.Engine) {}
