package web

import (
	"longtable/frontend/components"
	"longtable/frontend/pages/help"
	"longtable/server/community"
)

func showHelp(q *Request) (Answer, error) {
	view := help.View{}
	if err := q.fillPeopleToAsk(&view); err != nil {
		return Answer{}, err
	}
	return Answer{View: View{Title: q.Say("help.title"), Section: "help", Content: help.Show(view)}}, nil
}

// fillPeopleToAsk names the viewer's own hub and its hosts. Everybody else finds a hub first.
func (q *Request) fillPeopleToAsk(view *help.View) error {
	if q.Viewer.Hub == "" {
		return nil
	}
	hub, err := q.Network.Hub(q.Context(), q.Viewer.Hub)
	if community.KindOf(err) == community.KindNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	view.Hub = components.Tag{Label: hub.Name, Address: "/hubs/" + string(hub.ID)}
	hosts, err := q.Network.People(q.Context(), q.Viewer, hub.Hosts)
	for _, h := range hosts {
		view.Hosts = append(view.Hosts, components.Tag{Label: h.Name, Address: "/people/" + string(h.ID)})
	}
	return err
}
