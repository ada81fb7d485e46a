package web

import (
	"context"
	"log/slog"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/matches"
	"longtable/server/community"
)

// showMatches is the viewer's list, made from its beginning and then cut, so that no page repeats or misses anybody.
func showMatches(q *Request) (Answer, error) {
	list, err := q.shortlist(q.offset(community.MatchesMax) + q.Page(community.MatchesOnPage).Limit + 1) // one more tells of a next page
	if err != nil {
		return Answer{}, err
	}
	all := list.Matches
	me, err := q.Network.OwnProfile(q.Context(), q.Viewer)
	if err != nil {
		return Answer{}, err
	}
	shown, next := q.cut(all)
	var places []community.HubID
	for _, m := range shown {
		places = append(places, m.Person.Hub)
	}
	hubs, err := q.hubsNamed(places)
	if err != nil {
		return Answer{}, err
	}
	q.remember(list, q.offset(len(all))+len(shown))
	view := matches.View{More: q.Next(next), Preparing: !q.Network.Matches.Loaded(), NoProfile: len(me.Offers)+len(me.Needs) == 0,
		Hidden: me.MatchingOff, Keeps: 100 - list.Agreement.Percent()}
	for _, m := range shown {
		card := q.matchCard(m)
		card.Place, card.Level = hubs.name(m.Person.Hub), 2
		view.Cards = append(view.Cards, matches.Card{PersonCard: card, Asked: m.Introduced})
	}
	return Answer{Data: ListOf(shown, next), View: View{Title: q.Say("matches.title"), Section: "matches", Content: matches.List(view)}}, nil
}

// shortlist is the viewer's list. One that could not be shared out is shown as the best one, and told to the log.
func (q *Request) shortlist(limit int) (*community.Shortlist, error) {
	list, err := q.Network.ShortlistFor(q.Context(), q.Viewer, limit)
	if err == nil && list.Fault != nil {
		q.log.LogAttrs(q.Context(), slog.LevelError, "the best list is shown without turns", slog.String("request", q.requestID()), slog.Any("error", list.Fault))
	}
	return list, err
}

// rememberTimeout is how long a page waits until its list is remembered: a flush takes milliseconds, once a day.
const rememberTimeout = time.Second

// remember keeps whom the viewer was shown. The page comes without it too: it is for tomorrow's turns and not for its
// reader.
func (q *Request) remember(list *community.Shortlist, people int) {
	ctx, cancel := context.WithTimeout(q.Context(), rememberTimeout)
	defer cancel()
	if err := q.Network.Remember(ctx, q.Viewer, list, people); err != nil {
		q.log.LogAttrs(ctx, slog.LevelError, "a list that was shown is not remembered", slog.String("request", q.requestID()), slog.Any("error", err))
	}
}

// cut is one page of the list, from ?after= on.
func (q *Request) cut(all []community.Match) ([]community.Match, community.Cursor) {
	from := q.offset(len(all))
	to := min(len(all), from+q.Page(community.MatchesOnPage).Limit)
	if to == len(all) {
		return all[from:], ""
	}
	return all[from:to], community.Cursor(number(int64(to)))
}

// matchCard is a match with its reasons in words. Its heading stands below one of the page.
func (q *Request) matchCard(m community.Match) components.PersonCard {
	p := m.Person
	return components.PersonCard{ID: string(p.ID), Address: "/people/" + string(p.ID), Name: p.Name, Pronouns: p.Pronouns,
		Headline: p.Headline, Reasons: q.reasons(m), Level: 3}
}

// reasons says what counted: what each covers of the other's needs, then what the two have in common. What they have in
// common counts for both sides alike, so it is told once.
func (q *Request) reasons(m community.Match) []string {
	var said []string
	if covers := q.covered(m.ForYou.Reasons); covers != "" {
		said = append(said, q.Say("matches.covers-yours", "n", m.ForYou.Needs, "covered", m.ForYou.Covered, "skills", covers))
	}
	if covers := q.covered(m.ForThem.Reasons); covers != "" {
		said = append(said, q.Say("matches.covers-theirs", "n", m.ForThem.Needs, "covered", m.ForThem.Covered, "skills", covers))
	}
	for _, r := range m.ForThem.Reasons {
		if r.Kind == community.ReasonNoNeed {
			said = append(said, q.Say("matches.they-need-nothing"))
		}
	}
	for _, r := range m.ForYou.Reasons {
		if text := q.inCommon(r); text != "" {
			said = append(said, text)
		}
	}
	return said
}

// covered lists the needs that are covered; where another skill comes close to the need, that skill too.
func (q *Request) covered(reasons []community.Reason) string {
	var needs []string
	for _, r := range reasons {
		if r.Kind != community.ReasonCoversNeed {
			continue
		}
		need := q.Network.Skills.Name(r.Need, q.Lang)
		if r.Offer != r.Need {
			need = q.Say("matches.comes-close", "need", need, "skill", q.Network.Skills.Name(r.Offer, q.Lang))
		}
		needs = append(needs, need)
	}
	return i18n.List(i18n.With(q.Context(), q.Lang), needs)
}

// inCommon says a reason that is not about needs; empty for the others.
func (q *Request) inCommon(r community.Reason) string {
	switch r.Kind {
	case community.ReasonNoNeed:
		return q.Say("matches.you-need-nothing")
	case community.ReasonCauses:
		causes := make([]string, len(r.Causes))
		for i, c := range r.Causes {
			causes[i] = q.causeName(c)
		}
		return q.Say("matches.both-on", "causes", i18n.List(i18n.With(q.Context(), q.Lang), causes))
	case community.ReasonStage:
		return q.Say("matches.near-stage")
	case community.ReasonSharedHours:
		if r.Hours == 0 {
			return q.Say("matches.an-hour-shared")
		}
		return q.Say("matches.hours-shared", "n", r.Hours)
	case community.ReasonSameHub:
		return q.Say("matches.same-hub")
	case community.ReasonSameRegion:
		return q.Say("matches.same-country")
	case community.ReasonHasTime:
		return q.Say("matches.has-time")
	default:
		return ""
	}
}
