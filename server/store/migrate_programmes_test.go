package store

import (
	"encoding/json"
	"testing"

	"longtable/server/community"
)

func TestAProgrammeOfOneHostHasPhasesAfterwards(t *testing.T) {
	var document map[string]json.RawMessage
	before := `{"_id":"oven","rev":3,"title":"Oven","state":"closed","closes":1000,"starts":9000000000,"zone":"UTC","questions":[],"received":2}`
	if err := json.Unmarshal([]byte(before), &document); err != nil {
		t.Fatal(err)
	}
	changed, err := programmePhases(document)
	if !changed || err != nil {
		t.Fatal(changed, err)
	}
	again, err := programmePhases(document)
	if again || err != nil {
		t.Errorf("a second time changes it: %v, %v", again, err)
	}
	whole, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	var p community.Programme
	if err := json.Unmarshal(whole, &p); err != nil {
		t.Fatal(err)
	}
	if p.State != community.ProgrammeReview || len(p.Criteria) != 1 || p.Each != community.ReviewersMin || p.By != community.ByLottery ||
		!(p.Closes <= p.Reviewed && p.Reviewed <= p.AnswerBy && p.AnswerBy <= p.Starts && p.Starts < p.Ends) || p.Received != 2 || p.Title != "Oven" {
		t.Errorf("after it: %+v", p)
	}
}
