// Package proposals shows what people of a hub talk about and vote on.
package proposals

import (
	"time"

	"longtable/frontend/components"
)

// ListView is the proposals of a hub, newest first.
type ListView struct {
	HubID, Hub string
	Cards      []components.Card
	MayPropose bool
	More       string
}

// FormView is the form for one.
type FormView struct {
	HubID, Hub string
	Form       components.Typed
	Ways       []components.Option
	Notice     bool // the hub's hosts give notice
	NoticeDays int
	Quorum     int // percent
	TitleMax   int // characters, as the other
	TextMax    int
}

// ShowView is one proposal. Bars, Reasons and Receipts are empty until the reader may see them.
type ShowView struct {
	ID, HubID, Hub string
	Title, Reason  string
	By             string // empty when they left, or the reader does not see them
	Changes        []components.SummaryRow
	Stays          []components.SummaryRow // what is as it was
	Conduct        string
	State          string
	Tone           components.Tone
	Way            string // what decides, in a sentence
	Closes, Review time.Time
	Open           bool // votes are taken
	Counting       bool // they were, and are counted in a moment
	Notice         bool
	MayVote        bool
	NotOnRoll      bool
	MayWithdraw    bool
	MayTalk        bool
	Choices        []components.Option
	Vote           components.Typed
	Receipt        string // of the reader's own vote
	Voters         int
	Turnout        int
	Quorum         int // percent
	Bars           []components.Bar
	Reasons        []Reason
	Receipts       []components.SummaryRow
	Remarks        []Remark
	Remark         components.Typed
	More           string
	WordsMax       int // characters
}

// Reason is what somebody wrote with their vote.
type Reason struct{ Choice, Words string }

// Remark is what somebody said; ID draws their mark.
type Remark struct {
	ID, By, Words string
	At            time.Time
}
