package store

import (
	"encoding/json"
	"fmt"
)

// What a programme of one deciding host takes where it says nothing, in milliseconds.
const (
	phaseDay       = 24 * 60 * 60 * 1000
	readingUsually = 14 * phaseDay
	answersUsually = 7 * phaseDay
	lastsUsually   = 182 * phaseDay
)

// programmePhases gives a programme that one host decided on the days, the criterion and the way of deciding that the form
// offers. What was decided stays decided; one whose applying its host had ended is read now, and needs two who decide.
func programmePhases(document map[string]json.RawMessage) (changed bool, err error) {
	if document["criteria"] != nil {
		return false, nil
	}
	var was struct {
		State          string `json:"state"`
		Closes, Starts int64
	}
	for field, into := range map[string]any{"state": &was.State, "closes": &was.Closes, "starts": &was.Starts} {
		if err := json.Unmarshal(document[field], into); err != nil {
			return false, fmt.Errorf("its %s can't be read: %w", field, err)
		}
	}
	if was.State == "closed" {
		was.State = "review"
	}
	reviewed := max(was.Closes, min(was.Closes+readingUsually, was.Starts))
	for field, value := range map[string]any{
		"state": was.State, "reviewed": reviewed, "answerBy": max(reviewed, min(reviewed+answersUsually, was.Starts)), "ends": was.Starts + lastsUsually,
		"criteria": []map[string]any{{"id": "c1", "text": "", "weight": 1}}, "each": 2, "by": "lottery", "floor": 200,
	} {
		if document[field], err = json.Marshal(value); err != nil {
			return false, err
		}
	}
	return true, nil
}
