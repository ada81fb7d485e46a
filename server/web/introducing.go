package web

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/introducing"
	"longtable/server/community"
)

// introducingData is what a host has at hand for introductions today, by hub, and what they proposed.
type introducingData struct {
	Hubs     []introducingHub   `json:"hubs"`
	Proposed List[proposedMeet] `json:"proposed"`
}

type introducingHub struct {
	Hub     community.HubID        `json:"hub"`
	Name    string                 `json:"name"`
	Unmet   []community.Unmet      `json:"unmet"`   // people whom nobody has met yet
	Bridges []community.BridgePair `json:"bridges"` // pairs that would join separate circles
}

// proposedMeet is what the host may know of an introduction: that it waits, or that the two met.
type proposedMeet struct {
	ID      community.BrokeringID `json:"id"`
	One     personData            `json:"one"`
	Other   personData            `json:"other"`
	Words   string                `json:"words"`
	AskedAt time.Time             `json:"askedAt"`
	Met     bool                  `json:"met"`
}

// introducingBody asks two people.
type introducingBody struct {
	One   community.MemberID `json:"one"`
	Other community.MemberID `json:"other"`
	Words string             `json:"words"`
}

const proposedOnPage = 20 // introductions of a host: some weeks of them

func showIntroducing(q *Request) (Answer, error) {
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	made, next, err := q.Network.Brokered(q.Context(), q.Viewer, q.Page(proposedOnPage))
	if err != nil {
		return Answer{}, err
	}
	proposed, err := q.proposed(made)
	if err != nil {
		return Answer{}, err
	}
	data := introducingData{Hubs: []introducingHub{}, Proposed: ListOf(proposed, next)}
	view := introducing.View{More: q.Next(next), Preparing: q.Network.Matches.Len() == 0}
	for _, id := range q.Viewer.HostOf {
		hub := introducingHub{Hub: id, Name: hubs.name(id)}
		if hub.Unmet, err = q.Network.UnmetAt(q.Context(), q.Viewer, id); err != nil {
			return Answer{}, err
		}
		if hub.Bridges, err = q.Network.BridgesAt(q.Context(), q.Viewer, id); err != nil {
			return Answer{}, err
		}
		hub.Unmet, hub.Bridges = orEmpty(hub.Unmet), orEmpty(hub.Bridges)
		data.Hubs = append(data.Hubs, hub)
		view.Hubs = append(view.Hubs, q.introducingHub(hub, hubs))
	}
	for _, p := range proposed {
		view.Proposed = append(view.Proposed, introducing.Proposed{One: tagOf(p.One), Other: tagOf(p.Other), Words: p.Words,
			AskedAt: community.At(p.AskedAt).In(hubs.zone(q.Viewer.Hub)), Met: p.Met})
	}
	return Answer{Data: data, View: View{Title: q.Say("introducing.title"), Section: "desk", Content: introducing.List(view)}}, nil
}

// tagOf leads to a person; it is empty for somebody whom the viewer does not see.
func tagOf(p personData) components.Tag {
	if p.Name == "" {
		return components.Tag{}
	}
	return components.Tag{Label: p.Name, Address: "/people/" + string(p.ID)}
}

// proposed names the two of each, as the host sees them.
func (q *Request) proposed(made []*community.Brokering) ([]proposedMeet, error) {
	var ids []community.MemberID
	for _, b := range made {
		ids = append(ids, b.A.Member, b.B.Member)
	}
	slices.Sort(ids)
	names, err := q.names(q.Context(), slices.Compact(ids))
	proposed := make([]proposedMeet, len(made))
	for i, b := range made {
		proposed[i] = proposedMeetOf(b, names)
	}
	return proposed, err
}

func proposedMeetOf(b *community.Brokering, names map[community.MemberID]string) proposedMeet {
	return proposedMeet{ID: b.ID, One: personData{b.A.Member, names[b.A.Member]}, Other: personData{b.B.Member, names[b.B.Member]},
		Words: b.Words, AskedAt: b.AskedAt.Time(), Met: b.MetAt != 0}
}

func (q *Request) introducingHub(hub introducingHub, hubs hubNames) introducing.Hub {
	view := introducing.Hub{ID: string(hub.Hub), Name: hub.Name}
	for _, u := range hub.Unmet {
		card := q.personCard(u.Person, hubs)
		card.Level = 3
		shown := introducing.Unmet{Person: card, Since: u.Since.In(hubs.zone(hub.Hub))}
		for _, m := range u.People {
			shown.People = append(shown.People, introducing.Fit{Person: q.personCard(m.Person, hubs), Address: introducingForm(u.Person.ID, m.Person.ID),
				Reasons: q.reasonsBetween(u.Person.Name, m.Person.Name, m.ForYou, m.ForThem)})
		}
		view.Unmet = append(view.Unmet, shown)
	}
	for _, p := range hub.Bridges {
		view.Bridges = append(view.Bridges, introducing.Pair{One: q.personCard(p.One, hubs), Other: q.personCard(p.Other, hubs),
			Address: introducingForm(p.One.ID, p.Other.ID), Reasons: q.reasonsBetween(p.One.Name, p.Other.Name, p.ForOne, p.ForOther)})
	}
	return view
}

// introducingForm is the address of the form that introduces two people.
func introducingForm(one, other community.MemberID) string {
	return "/introducing/new?one=" + url.QueryEscape(string(one)) + "&other=" + url.QueryEscape(string(other))
}

// reasonsBetween says of two others why they fit: what each covers of the other's needs, then what they have in common.
func (q *Request) reasonsBetween(one, other string, forOne, forOther community.Benefit) []string {
	var said []string
	if skills := q.covered(forOne.Reasons); skills != "" {
		said = append(said, q.Say("introducing.covers", "by", other, "for", one, "skills", skills))
	}
	if skills := q.covered(forOther.Reasons); skills != "" {
		said = append(said, q.Say("introducing.covers", "by", one, "for", other, "skills", skills))
	}
	for _, r := range forOne.Reasons {
		switch r.Kind {
		case community.ReasonCauses:
			causes := make([]string, len(r.Causes))
			for i, c := range r.Causes {
				causes[i] = q.causeName(c)
			}
			said = append(said, q.Say("introducing.both-on", "causes", i18n.List(i18n.With(q.Context(), q.Lang), causes)))
		case community.ReasonSameRegion:
			said = append(said, q.Say("introducing.same-country"))
		case community.ReasonStage, community.ReasonSameHub, community.ReasonSharedHours:
			said = append(said, q.inCommon(r))
		}
	}
	return said
}

// newIntroducing is the form for the two whom the address names, or for those of a form that comes back.
func newIntroducing(q *Request) (Answer, error) {
	form := q.Form(introducingBody{})
	one, other := form.Value("one"), form.Value("other")
	if q.Problem == nil {
		one, other = q.Ask("one"), q.Ask("other")
	}
	ids := [2]community.MemberID{}
	for i, text := range []string{one, other} {
		var err error
		if ids[i], err = community.ParseID[community.MemberID](text); err != nil {
			return Answer{}, err
		}
	}
	a, b, err := q.Network.Introducible(q.Context(), q.Viewer, ids[0], ids[1])
	if err != nil {
		return Answer{}, err
	}
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	forOne, forOther := q.Network.WhyTogether(q.Context(), q.Viewer, a.ID, b.ID)
	view := introducing.FormView{One: q.personCard(a, hubs), Other: q.personCard(b, hubs), Form: form, WordsMax: community.WordsMax,
		Reasons: q.reasonsBetween(a.Name, b.Name, forOne, forOther)}
	if q.Problem == nil { // words to begin with, so that the second press can be the last
		view.Form.Values["words"] = []string{strings.Join(append([]string{q.Say("introducing.suggested")}, view.Reasons...), "\n")}
	}
	return Answer{View: View{Title: q.Say("introducing.form-title"), Section: "desk", Content: introducing.Form(view), Modules: []string{"form"}}}, nil
}

func introduce(q *Request) (Answer, error) {
	body, err := Decode[introducingBody](q)
	if err != nil {
		return Answer{}, err
	}
	b, err := q.Network.Introduce(q.Context(), q.Viewer, body.One, body.Other, body.Words)
	if err != nil {
		return Answer{}, err
	}
	proposed, err := q.proposed([]*community.Brokering{b})
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: proposed[0], Location: "/introducing", Said: "introducing.said-proposed"}, nil
}
