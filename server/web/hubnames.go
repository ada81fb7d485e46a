package web

import (
	"cmp"
	"slices"

	"longtable/frontend/components"
	"longtable/server/community"
)

// hubNames are all hubs, to name them in lists and to choose one from. Hubs are open to everyone.
type hubNames struct {
	byID   map[community.HubID]*community.Hub
	sorted []*community.Hub // by name
}

func (q *Request) hubNames() (hubNames, error) {
	all, err := q.Network.Hubs.All(q.Context())
	if err != nil {
		return hubNames{}, err
	}
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, func(a, b *community.Hub) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	names := hubNames{byID: make(map[community.HubID]*community.Hub, len(sorted)), sorted: sorted}
	for _, hub := range sorted {
		names.byID[hub.ID] = hub
	}
	return names, nil
}

// hubsNamed are just the hubs with these ids, for a page that names a few and offers none to choose from: reading all hubs of
// a large network takes longer than finding somebody's matches in it.
func (q *Request) hubsNamed(ids []community.HubID) (hubNames, error) {
	slices.Sort(ids)
	found, err := q.Network.Hubs.Many(q.Context(), slices.DeleteFunc(slices.Compact(ids), func(id community.HubID) bool { return id == "" }))
	names := hubNames{byID: make(map[community.HubID]*community.Hub, len(found))}
	for _, hub := range found {
		if hub != nil {
			names.byID[hub.ID] = hub
		}
	}
	return names, err
}

// name of a hub; empty when it is gone.
func (h hubNames) name(id community.HubID) string {
	if hub := h.byID[id]; hub != nil {
		return hub.Name
	}
	return ""
}

// zone of a hub; UTC when it is gone.
func (h hubNames) zone(id community.HubID) string {
	if hub := h.byID[id]; hub != nil {
		return hub.Zone
	}
	return "UTC"
}

// options are the hubs to choose from behind one for all of them.
func (h hubNames) options(all string) []components.Option {
	options := []components.Option{{Label: all}}
	for _, hub := range h.sorted {
		options = append(options, components.Option{Value: string(hub.ID), Label: hub.Name})
	}
	return options
}

// asked is the hub that the query names; empty when it names none that exists.
func (h hubNames) asked(q *Request) community.HubID {
	if hub := h.byID[community.HubID(q.Ask("hub"))]; hub != nil {
		return hub.ID
	}
	return ""
}
