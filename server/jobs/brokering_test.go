package jobs_test

import (
	"slices"
	"strings"
	"testing"

	"longtable/server/community"
)

// toldOf are the sentences of somebody's notices, with who is named.
func (s *staff) toldOf(v community.Viewer) (said []string) {
	s.t.Helper()
	s.settle()
	notices, _, err := s.OwnNotices(s.t.Context(), s.See(s.t, v.ID), community.Page{Limit: 20})
	must(s.t, err)
	for _, n := range notices {
		said = append(said, n.Say+" "+n.Args["name"])
	}
	slices.Sort(said)
	return said
}

func TestTwoWhomAHostIntroducesAreToldApartAndOfAMeetingTogether(t *testing.T) {
	for name, c := range map[string]struct {
		amara, chen bool
		met         int
	}{"both yes": {true, true, 1}, "yes and no": {true, false, 0}, "no and yes": {false, true, 0}} {
		t.Run(name, func(t *testing.T) {
			s := hire(t)
			b, err := s.Introduce(t.Context(), s.Dana, s.Amara.ID, s.Chen.ID, "Tea?")
			must(t, err)
			for _, v := range []community.Viewer{s.Amara, s.Chen} {
				if told := s.toldOf(v); !slices.Equal(told, []string{"notices.brokered Dana Levi"}) {
					t.Errorf("%s is told %v", v.Name, told)
				}
			}
			for v, yes := range map[*community.Viewer]bool{&s.Amara: c.amara, &s.Chen: c.chen} {
				_, err := s.AnswerBrokered(t.Context(), *v, b.ID, yes, "")
				must(t, err)
			}
			for _, v := range []community.Viewer{s.Amara, s.Chen} {
				if told := s.toldOf(v); len(told) != 1+c.met || strings.Contains(strings.Join(told, ""), "notices.brokered-met") != (c.met > 0) {
					t.Errorf("after it %s is told %v", v.Name, told)
				}
			}
			if told := s.toldOf(s.Dana); len(told) != 0 {
				t.Errorf("the host is told %v", told)
			}
		})
	}
}

func TestAnAnswerMakesRoomForTheNextWhomAHostProposes(t *testing.T) {
	s := hire(t)
	s.change(s.Amara.ID, func(m *community.Member) { m.RoomInWeek = 2 })
	_, err := s.AskIntroduction(t.Context(), s.Binta, s.Amara.ID, "Tea?")
	must(t, err)
	_, err = s.AskIntroduction(t.Context(), s.Esra, s.Amara.ID, "Tea?")
	must(t, err)
	s.Clock.Pass(1e9)
	_, err = s.Introduce(t.Context(), s.Dana, s.Amara.ID, s.Chen.ID, "Tea?")
	must(t, err)
	if told := s.toldOf(s.Amara); len(told) != 2 {
		t.Errorf("with room for two she is told %v", told)
	}
	s.change(s.Amara.ID, func(m *community.Member) { m.RoomInWeek = 3 })
	must(t, s.PassIntroduction(t.Context(), s.Amara, community.IntroductionID(string(s.Binta.ID)+"~"+string(s.Amara.ID))))
	if told := s.toldOf(s.Amara); !slices.Contains(told, "notices.brokered Dana Levi") {
		t.Errorf("with an answer that made room she is told %v", told)
	}
}
