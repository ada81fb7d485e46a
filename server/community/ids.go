package community

import (
	"crypto/rand"
	"encoding/base32"
	"strings"
)

// Ids are distinct types, so that the compiler refuses a swapped argument. Each is at most IDMax characters of
// [a-z0-9~-]; derived ids join others with a tilde.
type (
	MemberID       string
	HubID          string
	SkillID        string
	EnterpriseID   string
	PostingID      string
	IntroductionID string
	ConversationID string
	MessageID      string
	EventID        string
	ProgrammeID    string
	ApplicationID  string
	NoticeID       string
	ShowingID      string
	WeightsID      string
	StudyID        string
	ReleaseID      string
)

var idLetters = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// idBytes of chance are in an id: 80 bits are never guessed, and 16 letters fit on a note.
const idBytes = 10

// NewID makes a fresh id of 80 random bits: 16 letters without look-alikes, safe in addresses and file names.
func NewID[ID ~string]() ID {
	var b [idBytes]byte
	_, _ = rand.Read(b[:]) // documented never to fail
	return ID(idLetters.EncodeToString(b[:]))
}

// PairID names a pair of members whatever their order, so that both sides find the same record.
func PairID[ID ~string](a, b MemberID) ID {
	if b < a {
		a, b = b, a
	}
	return ID(string(a) + "~" + string(b))
}

// ParseID takes an id from outside. Anything that no id of ours can be is not found, before any store is asked.
func ParseID[ID ~string](text string) (ID, error) {
	if text == "" || len(text) > IDMax || strings.ContainsFunc(text, notInIDs) {
		return "", NotFound("id %.40q is not one of ours", text)
	}
	return ID(text), nil
}

func notInIDs(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '~' && r != '-'
}
