package jobs_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"longtable/matching"
	"longtable/server/community"
)

func weightsNamed(number int) *community.WeightsVersion {
	w := matching.HandSet()
	w.Skills, w.Time = w.Skills-uint16(number), w.Time+uint16(number)
	return &community.WeightsVersion{Record: community.Record[community.WeightsID]{ID: community.WeightsID("weights~" + string(rune('0'+number)))}, Number: number, Weights: w, From: number - 1}
}

func TestAVersionIsTakenUpWhenItIsMade(t *testing.T) {
	s := hire(t)
	must(t, s.LoadMatches(t.Context()))
	must(t, s.Weights.Add(t.Context(), weightsNamed(2)))
	s.settle()
	s.look(s.Amara)
	kept, _, err := s.OwnShowings(t.Context(), s.Amara, community.Page{Limit: 1})
	if err != nil || len(kept) != 1 || kept[0].Weights != 2 {
		t.Errorf("after it was made a list is %+v, %v", kept, err)
	}
}

// What another program made is taken up by the next look, and a night says what came of it, once.
func TestTheNightSaysWhatKeepsWeightsAsTheyAre(t *testing.T) {
	s := hire(t)
	must(t, s.LoadMatches(t.Context()))
	var log bytes.Buffer
	s.Log = slog.New(slog.NewTextHandler(&log, nil))
	s.look(s.Amara)
	s.Clock.Pass(24 * time.Hour)
	for range 3 {
		s.Learn(t.Context())
	}
	if told := log.String(); strings.Count(told, "weights stay as they are") != 1 || !strings.Contains(told, "because=few") || strings.Contains(told, string(s.Amara.ID)) {
		t.Errorf("it said %q", told)
	}
}
