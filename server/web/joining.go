package web

import (
	"path"
	"slices"
	"strings"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/pages/hubs"
	"longtable/server/community"
)

// joinRequestData is a request to join a hub, for who asked and for the hosts.
type joinRequestData struct {
	ID       community.JoinRequestID `json:"id"`
	Hub      community.HubID         `json:"hub"`
	HubName  string                  `json:"hubName"`
	Member   personData              `json:"member"` // without a name when they left
	Words    string                  `json:"words"`
	State    community.JoinState     `json:"state"`
	AskedAt  time.Time               `json:"askedAt"`
	AnswerBy time.Time               `json:"answerBy"`
	Overdue  bool                    `json:"overdue"`
	Answer   string                  `json:"answer,omitempty"`
}

// hostBody names who becomes a host. Other is for forms: an id, or the address of that person's page.
type hostBody struct {
	Member community.MemberID `json:"member"`
	Other  string             `json:"other,omitempty"`
}

// who is the member meant: of what was typed beside the list, the last part of the address.
func (b hostBody) who() string {
	if other := strings.TrimSpace(b.Other); b.Member == "" && other != "" {
		return path.Base(other)
	}
	return string(b.Member)
}

func joinRequestDataOf(r *community.JoinRequest, hubName, memberName string, now community.Instant) joinRequestData {
	return joinRequestData{ID: r.ID, Hub: r.Hub, HubName: hubName, Member: personData{r.Member, memberName}, Words: r.Words, State: r.State,
		AskedAt: r.AskedAt.Time(), AnswerBy: r.AnswerBy.Time(), Overdue: r.State == community.JoinOpen && r.AnswerBy < now, Answer: r.Answer}
}

// joining is how the viewer stands to the hub.
func (q *Request) joining(h *community.Hub) (hubs.Join, *joinRequestData, error) {
	join := hubs.Join{State: hubs.Outside, Form: q.Form(nil), WordsMax: community.WordsMax}
	by, err := q.Network.JoinAnswerBy(q.Context(), q.Viewer, h)
	if err != nil {
		return join, nil, err
	}
	join.AnswerBy = by.In(h.Zone)
	if q.Viewer.Hub != "" && q.Viewer.Hub != h.ID {
		home, err := q.Network.Hub(q.Context(), q.Viewer.Hub)
		if err != nil && community.KindOf(err) != community.KindNotFound {
			return join, nil, err
		}
		if home != nil {
			join.Replaces = home.Name
		}
	}
	requests, err := q.Network.OwnJoinRequests(q.Context(), q.Viewer)
	if err != nil {
		return join, nil, err
	}
	var data *joinRequestData
	for _, r := range requests {
		if r.Hub == h.ID {
			d := joinRequestDataOf(r, h.Name, q.Viewer.Name, q.Network.Now())
			data = &d
			q.fillJoin(&join, r, h, d.Overdue)
		}
	}
	if q.Viewer.Hub == h.ID {
		join.State = hubs.Yours
	}
	return join, data, nil
}

// fillJoin puts the viewer's request into the view. Somebody welcomed once who belongs elsewhere now begins anew.
func (q *Request) fillJoin(join *hubs.Join, r *community.JoinRequest, h *community.Hub, late bool) {
	join.Answer = r.Answer
	switch r.State {
	case community.JoinOpen:
		join.State, join.Late, join.Words = hubs.Asked, late, r.Words
		join.AskedAt, join.AnswerBy = r.AskedAt.In(h.Zone), r.AnswerBy.In(h.Zone)
		if q.Problem == nil {
			join.Form = q.Form(wordsBody{Words: r.Words})
		}
	case community.JoinDeclined:
		join.State = hubs.Declined
	}
}

func askToJoin(q *Request) (Answer, error) {
	h, err := q.hub()
	if err != nil {
		return Answer{}, err
	}
	body, err := Decode[wordsBody](q)
	if err != nil {
		return Answer{}, err
	}
	r, err := q.Network.AskToJoin(q.Context(), q.Viewer, h.ID, body.Words)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: joinRequestDataOf(r, h.Name, q.Viewer.Name, q.Network.Now()), Location: "/hubs/" + string(h.ID), Said: "hubs.said-asked"}, nil
}

// appointing offers the members of the hub who are no hosts yet, as far as the steward sees them.
func (q *Request) appointing(people []community.Profile, h *community.Hub) *hubs.Appoint {
	appoint := &hubs.Appoint{Form: q.Form(nil), IDMax: community.WebsiteMax}
	for _, p := range people {
		if !slices.Contains(h.Hosts, p.ID) {
			appoint.Members = append(appoint.Members, components.Option{Value: string(p.ID), Label: p.Name})
		}
	}
	return appoint
}

func appointHost(q *Request) (Answer, error) {
	h, err := q.hub()
	if err != nil {
		return Answer{}, err
	}
	body, err := Decode[hostBody](q)
	if err != nil {
		return Answer{}, err
	}
	if body.who() == "" {
		return Answer{}, community.Invalid(community.Problems{"member": {Say: "problem.needed"}})
	}
	member, err := community.ParseID[community.MemberID](body.who())
	if err == nil {
		err = q.Network.AppointHost(q.Context(), q.Viewer, h.ID, member, true)
	}
	if community.KindOf(err) == community.KindNotFound {
		return Answer{}, community.Invalid(community.Problems{"other": {Say: "hubs.no-such-member"}})
	}
	if err != nil {
		return Answer{}, err
	}
	return Gone("/hubs/"+string(h.ID), "hubs.said-appointed"), nil
}

func dismissHost(q *Request) (Answer, error) {
	id, err := Param[community.HubID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	member, err := Param[community.MemberID](q, "member")
	if err != nil {
		return Answer{}, err
	}
	if err := q.Network.AppointHost(q.Context(), q.Viewer, id, member, false); err != nil {
		return Answer{}, err
	}
	return Gone("/hubs/"+string(id), "hubs.said-dismissed"), nil
}
