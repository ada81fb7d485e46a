package web

import (
	"longtable/frontend/pages/settings"
	"longtable/server/community"
)

type lettersBody struct {
	Digest community.DigestChoice `json:"digest"`
}

func chooseLetters(q *Request) (Answer, error) {
	body, err := Decode[lettersBody](q)
	if err != nil {
		return Answer{}, err
	}
	if err := q.Network.ChooseDigest(q.Context(), q.Viewer, body.Digest); err != nil {
		return Answer{}, err
	}
	return Gone("/settings#letters", "settings.said-letters"), nil
}

// showStopLetters asks for one press: programs that look into letters open what they find there.
func showStopLetters(q *Request) (Answer, error) {
	q.hideAddress()
	token := q.RawParam("token")
	if _, err := q.Network.Stoppable(q.Context(), token); err != nil {
		return Answer{}, err
	}
	page := settings.StopLetters("/letters/" + token)
	return Answer{View: View{Title: q.Say("settings.letters-stop-title"), Content: page}, Private: true}, nil
}

// stopLetters is also what a mailbox presses by itself, which has no cookie of ours.
func stopLetters(q *Request) (Answer, error) {
	q.hideAddress()
	if err := q.Network.StopDigest(q.Context(), q.RawParam("token")); err != nil {
		return Answer{}, err
	}
	return Answer{View: View{Title: q.Say("settings.letters-stopped"), Content: settings.LettersStopped()}, Private: true}, nil
}
