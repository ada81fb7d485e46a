package web

import (
	"longtable/frontend/components"
	"longtable/frontend/pages/leaving"
	"longtable/server/auth"
	"longtable/server/community"
)

// leaveBody is what somebody sends who means it.
type leaveBody struct {
	Sure     bool        `json:"sure"`
	Password auth.Secret `json:"password"` // where the account has one
}

type stewardBody struct {
	Member community.MemberID `json:"member"`
}

// newLeaving says what leaving means for this person.
func newLeaving(q *Request) (Answer, error) {
	before, err := q.Network.BeforeLeaving(q.Context(), q.Viewer)
	if err != nil {
		return Answer{}, err
	}
	view := leaving.ShowView{Form: q.formWithout([]string{"password"}, nil), InBrowser: q.Session != nil, LastSteward: before.LastSteward,
		OpenReports: before.OpenReports}
	for _, h := range before.Hubs {
		view.Hubs = append(view.Hubs, h.Name)
	}
	for _, e := range before.Enterprises {
		view.Enterprises = append(view.Enterprises, e.Name)
	}
	if view.LastSteward {
		people, err := q.Network.CouldBeStewards(q.Context(), q.Viewer)
		if err != nil {
			return Answer{}, err
		}
		for _, p := range people {
			view.Candidates = append(view.Candidates, components.Option{Value: string(p.ID), Label: p.Name})
		}
	}
	account, err := q.Door.Account(q.Context(), q.Viewer.ID)
	if err != nil {
		return Answer{}, err
	}
	view.Password = account.PasswordHash != ""
	return Answer{View: View{Title: q.Say("leaving.title"), Section: "account", Content: leaving.Show(view), Modules: []string{"form"}}, Private: true}, nil
}

// leave takes the person out at once: the profile first, then every way in, then every open page. The rest follows from
// the change.
func leave(q *Request) (Answer, error) {
	if err := q.inBrowser(); err != nil {
		return Answer{}, err
	}
	body, err := Decode[leaveBody](q)
	if err != nil {
		return Answer{}, err
	}
	if !body.Sure {
		return Answer{}, community.Invalid(community.Problems{"sure": {Say: "leaving.not-sure"}})
	}
	if err := q.Door.Confirm(q.Context(), q.Session, body.Password, q.visitor()); err != nil {
		return Answer{}, err
	}
	if err := q.Network.Leave(q.Context(), q.Viewer); err != nil {
		return Answer{}, err
	}
	if err := q.Door.Forget(q.Context(), q.Viewer.ID); err != nil {
		return Answer{}, err
	}
	q.Hub.EndPerson(string(q.Viewer.ID))
	q.forgetBrowser()
	return Gone("/", "leaving.said-left"), nil
}

func appointSteward(q *Request) (Answer, error) {
	body, err := Decode[stewardBody](q)
	if err != nil {
		return Answer{}, err
	}
	member, err := community.ParseID[community.MemberID](string(body.Member))
	if err != nil {
		return Answer{}, community.Invalid(community.Problems{"member": {Say: "problem.choose-from-list"}})
	}
	if err := q.Network.AppointSteward(q.Context(), q.Viewer, member); err != nil {
		return Answer{}, err
	}
	return Gone("/leave", "leaving.said-appointed"), nil
}
