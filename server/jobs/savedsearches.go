package jobs

import (
	"context"

	"longtable/search"
	"longtable/server/community"
)

// Saved searches are compared with each thing that changed, not asked again and again: what a member waits for may be
// nothing for a year. The notice's id names search and thing, so that each is told once.

// watch tells whoever waits for a thing, each by what they may see of it. By is whom the notice names, if anybody.
func (j *Jobs) watch(ctx context.Context, index community.Index, by community.MemberID, documents []search.Document) error {
	if len(documents) == 0 {
		return nil
	}
	for _, kind := range []community.Index{index, community.KindAny} {
		page := community.Page{Limit: community.PageMax}
		for {
			saved, next, err := j.Network.SavedSearches.ForKind(ctx, kind, page)
			if err != nil {
				return err
			}
			for _, s := range saved {
				if err := j.tellOfFind(ctx, s, index, by, documents); err != nil {
					return err
				}
			}
			if page.After = next; next == "" {
				break
			}
		}
	}
	return nil
}

// tellOfFind tells the owner of one search, if it finds the thing and did not when it was saved.
func (j *Jobs) tellOfFind(ctx context.Context, s *community.SavedSearch, index community.Index, by community.MemberID, documents []search.Document) error {
	if s.Owner == by || !s.Awaits(documents[0].Of) {
		return nil
	}
	schema := Schemas()[index]
	query := search.Query{Text: s.Text, Chosen: s.Chosen, Viewer: []string{}}
	if !mayFind(schema, query, documents) { // nobody's eyes would find it, so the owner's are not read
		return nil
	}
	owner, err := j.Network.Viewer(ctx, s.Owner)
	if err != nil {
		return ignoreNotFound(err)
	}
	query.Viewer = owner.Tokens()
	for _, d := range documents {
		if schema.Matches(query, d) {
			return j.tellOnce(ctx, s, index, by, d)
		}
	}
	return nil
}

// mayFind tells whether anybody at all would find one of the documents.
func mayFind(schema search.Schema, query search.Query, documents []search.Document) bool {
	for _, d := range documents {
		query.Viewer, d.Except = d.Audience, nil
		if schema.Matches(query, d) {
			return true
		}
	}
	return false
}

// tellOnce leaves the notice, and counts it first: a search that finds very much says so no more than some times a day.
func (j *Jobs) tellOnce(ctx context.Context, s *community.SavedSearch, index community.Index, by community.MemberID, d search.Document) error {
	id := community.NoticeID("saved~" + string(s.ID) + "~" + d.Of)
	if _, err := j.Network.Notices.Get(ctx, id); community.KindOf(err) != community.KindNotFound {
		return err // told already, or not to be known
	}
	news := false
	_, err := j.Network.SavedSearches.Change(ctx, s.ID, func(s *community.SavedSearch) error {
		news = s.News(j.Network.Now())
		return nil
	})
	if err != nil || !news {
		return ignoreNotFound(err)
	}
	title := d.Text[Schemas()[index].Text[0].Name]
	if len(title) == 0 {
		return nil
	}
	return j.tell(ctx, string(id), community.Notice{Member: s.Owner, By: by, Kind: community.NoticeFound, Say: "notices.found",
		Args: map[string]string{"name": title[0]}, Path: "/" + string(index) + "/" + d.Of})
}

// watchThing is watch for a thing that everybody sees alike.
func (j *Jobs) watchThing(ctx context.Context, index community.Index, by community.MemberID, thing community.Kept, make document) error {
	if thing.Stamped().Gone {
		return nil
	}
	d, err := make(ctx)
	if err != nil || d == nil {
		return err
	}
	return j.watch(ctx, index, by, []search.Document{*d})
}

// watchMember compares a member as each audience sees them.
func (j *Jobs) watchMember(ctx context.Context, m *community.Member) error {
	if m.Gone {
		return nil
	}
	documents, err := j.memberDocuments(ctx, m)
	if err != nil {
		return err
	}
	return j.watch(ctx, community.IndexPeople, m.ID, documents)
}

// learnKnown notes what a search that was just saved finds already. A thing that changes before that is among it.
func (j *Jobs) learnKnown(ctx context.Context, s *community.SavedSearch) error {
	if s.Gone || s.Ready {
		return nil
	}
	owner, err := j.Network.Viewer(ctx, s.Owner)
	if err != nil {
		return ignoreNotFound(err)
	}
	kinds := []community.Index{s.Kind}
	if s.Kind == community.KindAny {
		kinds = community.Indexes
	}
	var known []string
	total := 0
	for _, kind := range kinds {
		query := search.Query{Index: string(kind), Viewer: owner.Tokens(), Text: s.Text, Chosen: chosenIn(kind, s.Chosen), Limit: community.SavedFindsMax}
		found, err := j.Search.Search(ctx, query)
		if err != nil {
			return &failed{"search of what a saved search knows", err}
		}
		if found.Relaxed {
			continue
		}
		total += found.Total
		for _, hit := range found.Hits {
			known = append(known, hit.Of)
		}
	}
	_, err = j.Network.SavedSearches.Change(ctx, s.ID, func(s *community.SavedSearch) error {
		s.Ready, s.Broad, s.Known = true, total > community.SavedFindsMax, known
		if s.Broad {
			s.Known = nil
		}
		return nil
	})
	return ignoreNotFound(err)
}

// chosenIn leaves out facets that an index does not have.
func chosenIn(index community.Index, chosen map[string][]string) map[string][]string {
	out := map[string][]string{}
	for _, facet := range Schemas()[index].Facets {
		if len(chosen[facet]) > 0 {
			out[facet] = chosen[facet]
		}
	}
	return out
}
