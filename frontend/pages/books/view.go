// Package books shows the books of a hub's seats and pool to its bookkeeper.
package books

import "longtable/frontend/components"

// View is the books in one currency.
type View struct {
	HubID, Hub string
	Currencies []components.Tag // the other ones
	Currency   string
	Opened     bool // there is a pool; else nothing has been entered yet
	Balances   []components.SummaryRow
	Waiting    int
	Gifts      []Gift
	People     []components.Row
	MorePeople string
	Members    []components.Option
	Form       components.Typed
	Entries    []Entry
	More       string
	Months     []Month
	NoteMax    int // characters
}

// Gift was promised, and not seen yet.
type Gift struct {
	ID, Title string
}

// Entry is one of the ledger.
type Entry struct {
	Number  string
	Title   string
	Facts   []string // when, whose, why; as they are read one after another
	Amount  string
	Reverse string // where it is undone; empty where it cannot be
	Form    components.Typed
}

// Month is a closed one.
type Month struct {
	Name string
	Rows []components.SummaryRow
}

// AccountView is one member's account.
type AccountView struct {
	HubID, Hub string
	Name       string
	Paid       string
	Owed       string
	Rows       []components.Row
	Currency   string
	Member     string
	Nonce      string
	Form       components.Typed
	NoteMax    int // characters
}
