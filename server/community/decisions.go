package community

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"time"

	"longtable/matching"
)

const (
	// learnDays is how many days of lists a version is learnt from: a day has too few decisions, and what people look for
	// changes over seasons. A day that was missed is among them the next time.
	learnDays = 28
	// listDays is how many days after they were shown somebody can still be asked for because of it.
	listDays = 7
	// answerDays is how long an asking waits until it counts as not taken up. Somebody who lets it pass and somebody who
	// leaves it are then the same.
	answerDays = 14
)

// decisions are what people made of each other, as the lists that were shown tell it.
type decisions struct {
	network *Network
	last    int // day
	asked   []*Introduction
	heard   map[MemberID]Instant // when the latest asking was made that they answered
	shown   map[ShowingID]*Showing
}

// decisionsUntil are those of the days up to last.
func (n *Network) decisionsUntil(ctx context.Context, last int) ([]matching.Decision, error) {
	d := &decisions{network: n, last: last, heard: map[MemberID]Instant{}, shown: map[ShowingID]*Showing{}}
	page := Page{Limit: PageMax}
	for {
		some, next, err := n.Introductions.AskedSince(ctx, startOf(last-learnDays-answerDays+1), page)
		if err != nil {
			return nil, err
		}
		for _, i := range some {
			if dayOf(i.AskedAt) <= last {
				d.asked = append(d.asked, i)
			}
			if i.AnsweredAt != 0 && i.AnsweredAt < startOf(last+1) {
				d.heard[i.To] = max(d.heard[i.To], i.AskedAt)
			}
		}
		if page.After = next; next == "" {
			return d.all(ctx)
		}
	}
}

func dayOf(at Instant) int { return int(at / Instant((24 * time.Hour).Milliseconds())) }

func startOf(day int) Instant { return Instant(day) * Instant((24 * time.Hour).Milliseconds()) }

// all are the decisions, those on lists first, each kind in the order in which they were made.
func (d *decisions) all(ctx context.Context) ([]matching.Decision, error) {
	taken := map[ShowingID][]MemberID{} // whom the viewer asked for, from each list
	var lists []ShowingID
	var answers []matching.Decision
	for _, i := range d.asked {
		s, err := d.listBehind(ctx, i)
		if err != nil {
			return nil, err
		}
		if s == nil {
			continue
		}
		if dayOf(i.AskedAt) > d.last-learnDays {
			if len(taken[s.ID]) == 0 {
				lists = append(lists, s.ID)
			}
			taken[s.ID] = append(taken[s.ID], i.To)
		}
		if answer, given := d.answer(i, s); given {
			answers = append(answers, answer)
		}
	}
	var all []matching.Decision
	for _, id := range lists {
		choice, err := d.choice(ctx, d.shown[id], taken[id])
		if err != nil {
			return nil, err
		}
		all = append(all, choice)
	}
	return append(all, answers...), nil
}

// listBehind is the last list before the asking on which the one asked for stood; nil when they were found elsewhere.
func (d *decisions) listBehind(ctx context.Context, i *Introduction) (*Showing, error) {
	ids := make([]ShowingID, listDays)
	for back := range ids {
		ids[back] = showingID(i.From, dayOf(i.AskedAt)-back)
	}
	lists, err := d.network.Showings.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, s := range lists {
		if s == nil || s.At > i.AskedAt || !slices.ContainsFunc(s.People, func(p Shown) bool { return p.Member == i.To }) {
			continue
		}
		d.shown[s.ID] = s
		return s, nil
	}
	return nil, nil
}

// choice is what the viewer did with a list. Whom they had asked for before, they could not choose.
func (d *decisions) choice(ctx context.Context, s *Showing, taken []MemberID) (matching.Decision, error) {
	before := make([]IntroductionID, len(s.People))
	for at, p := range s.People {
		before[at] = introductionID(s.Viewer, p.Member)
	}
	asked, err := d.network.Introductions.Many(ctx, before)
	made := matching.Decision{By: string(s.Viewer), Day: int32(s.Day)}
	if err != nil {
		return made, err
	}
	for at, p := range s.People {
		if p.Member == "" || asked[at] != nil && asked[at].AskedAt < s.At {
			continue
		}
		made.Add(p.ForViewer, at+1, slices.Contains(taken, p.Member))
	}
	return made, nil
}

// answer is what the one asked did about it, once they had time. That they left it counts when they answered somebody who
// asked later: askings are read longest waiting first.
func (d *decisions) answer(i *Introduction, s *Showing) (made matching.Decision, given bool) {
	until := i.AskedAt.Plus(answerDays * 24 * time.Hour)
	if until >= startOf(d.last+1) {
		return made, false
	}
	at := slices.IndexFunc(s.People, func(p Shown) bool { return p.Member == i.To })
	yes := i.State == IntroductionAccepted && i.AnsweredAt <= until
	if !yes && i.AnsweredAt == 0 && d.heard[i.To] <= i.AskedAt {
		return made, false
	}
	return matching.Decision{By: string(i.To), Day: int32(dayOf(i.AskedAt)), Choice: matching.FromAnswer(s.People[at].ForThem, yes)}, true
}

// digest sums up what was learnt from, under a secret of the network: nobody without it can try whether a choice was in it.
func digest(all []matching.Decision, secret string) string {
	sum := hmac.New(sha256.New, []byte(secret))
	number := func(x int) { _, _ = sum.Write(binary.LittleEndian.AppendUint64(nil, uint64(int64(x)))) } // a hash takes everything
	for _, d := range all {
		number(len(d.By))
		_, _ = sum.Write([]byte(d.By))
		number(int(d.Day))
		for _, list := range [][]int{d.Ranks, d.Chosen} {
			number(len(list))
			for _, x := range list {
				number(x)
			}
		}
		number(len(d.Terms))
		for _, x := range d.Terms {
			number(int(x))
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}
