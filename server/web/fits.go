package web

import (
	"longtable/frontend/components"
	"longtable/frontend/pages/fits"
	"longtable/server/community"
)

// fitData is something that fits the viewer, with the reasons: an ask, a role or a programme.
type fitData[T any] struct {
	Thing   T                 `json:"thing"`
	ForYou  community.Benefit `json:"forYou"`  // what it brings to the viewer
	ForThem community.Benefit `json:"forThem"` // what the viewer brings
}

// asksForYou are the asks that the viewer could answer.
func asksForYou(q *Request) (Answer, error) {
	found, err := q.Network.AsksFor(q.Context(), q.Viewer)
	if err != nil {
		return Answer{}, err
	}
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	postings := make([]*community.Posting, len(found))
	for i, m := range found {
		postings[i] = m.Ask
	}
	authors, err := q.authors(postings...)
	if err != nil {
		return Answer{}, err
	}
	var data []fitData[postingData]
	var cards []fits.Card
	for _, m := range found {
		data = append(data, fitData[postingData]{postingDataOf(m.Ask, hubs, authors), m.ForYou, m.ForThem})
		card := q.postingCard(m.Ask, hubs, authors).Card
		card.Meta = append([]string{authors[m.Ask.Author]}, card.Meta...)
		cards = append(cards, fits.Card{Card: card, Reasons: q.reasons(community.Match{ForYou: m.ForYou, ForThem: m.ForThem})})
	}
	above := components.Crumb{Label: q.Say("board.title"), Address: "/board"}
	return q.fits("asks", "board", above, ListOf(data, community.Cursor("")), cards)
}

// programmesForYou are the open programmes that fit the viewer.
func programmesForYou(q *Request) (Answer, error) {
	found, err := q.Network.ProgrammesFor(q.Context(), q.Viewer)
	if err != nil {
		return Answer{}, err
	}
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	var data []fitData[programmeData]
	var cards []fits.Card
	for _, m := range found {
		p, hub := m.Programme, programmeHubOf(hubs.byID[m.Programme.Hub])
		data = append(data, fitData[programmeData]{programmeDataOf(q.Viewer, p, hub, q.Network.Now()), m.ForYou, m.ForThem})
		card := components.Card{ID: string(p.ID), Address: "/programmes/" + string(p.ID), Title: p.Title, Text: p.Summary,
			Meta: []string{hub.Name, q.Say("roles.until", "date", q.day(community.At(lastDay(p))))}}
		cards = append(cards, fits.Card{Card: card, Reasons: q.reasonsOfProgramme(m)})
	}
	above := components.Crumb{Label: q.Say("programmes.title"), Address: "/programmes"}
	return q.fits("programmes", "programmes", above, ListOf(data, community.Cursor("")), cards)
}

// reasonsOfProgramme says what it helps with, and what it and the viewer have in common.
func (q *Request) reasonsOfProgramme(m community.ProgrammeMatch) []string {
	var said []string
	if skills := q.covered(m.ForYou.Reasons); skills != "" {
		said = append(said, q.Say("matches.covers-yours", "n", m.ForYou.Needs, "covered", m.ForYou.Covered, "skills", skills))
	}
	for _, r := range m.ForYou.Reasons {
		switch r.Kind {
		case community.ReasonStage:
			said = append(said, q.Say("fits.your-stage"))
		case community.ReasonSameHub:
			said = append(said, q.Say("fits.your-hub"))
		case community.ReasonSameRegion:
			said = append(said, q.Say("fits.your-country"))
		case community.ReasonCauses:
			said = append(said, q.inCommon(r))
		}
	}
	return said
}

// fits is one of the three lists.
func (q *Request) fits(kind, section string, above components.Crumb, data any, cards []fits.Card) (Answer, error) {
	me, err := q.Network.OwnProfile(q.Context(), q.Viewer)
	if err != nil {
		return Answer{}, err
	}
	view := fits.View{Kind: kind, Above: above, Cards: cards, NoProfile: len(me.Offers)+len(me.Needs) == 0}
	return Answer{Data: data, View: View{Title: q.Say("fits." + kind + "-title"), Section: section, Content: fits.List(view)}}, nil
}

// helperCards are people who fit something of the viewer's.
func (q *Request) helperCards(found []community.Match, hubs hubNames) []components.PersonCard {
	var cards []components.PersonCard
	for _, m := range found {
		card := q.matchCard(m)
		card.Place = hubs.name(m.Person.Hub)
		cards = append(cards, card)
	}
	return cards
}
