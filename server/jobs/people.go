package jobs

import (
	"context"
	"reflect"

	"longtable/search"
	"longtable/server/community"
)

// A member is found by what the searcher may see of them. So there is one document for each audience that sees more
// than the wider one: for the network, for the hub, for contacts. Each is hidden from those who have a closer one.

// suffix of a projection's id. The narrowest audience, the member alone, needs no document.
var projections = []struct {
	reach  community.Audience
	suffix string
}{
	{community.EveryoneInNetwork, ""},
	{community.MyHub, "~hub"},
	{community.MyContacts, "~contacts"},
}

// indexMember puts a member's projections into the index and takes out those they no longer have.
func (j *Jobs) indexMember(ctx context.Context, m *community.Member) error {
	var batch search.Batch
	for _, p := range projections {
		batch.Deletes = append(batch.Deletes, string(m.ID)+p.suffix)
	}
	if !m.Gone {
		documents, err := j.memberDocuments(ctx, m)
		if err != nil {
			return err
		}
		batch.Upserts = documents
	}
	return j.put(ctx, community.IndexPeople, batch)
}

// memberDocuments are the member's projections, widest first. Each viewer can reach exactly one of them.
func (j *Jobs) memberDocuments(ctx context.Context, m *community.Member) ([]search.Document, error) {
	blocked, err := j.apart(ctx, m.ID)
	if err != nil {
		return nil, err
	}
	var documents []search.Document
	closer := blocked
	for i := len(projections) - 1; i >= 0; i-- {
		p := projections[i]
		audience := audienceToken(m, p.reach)
		if audience == "" || i > 0 && sameProfile(m, p.reach, projections[i-1].reach) {
			continue
		}
		d := j.profileDocument(m.ShownTo(p.reach))
		d.ID, d.Of, d.Rev = string(m.ID)+p.suffix, string(m.ID), m.Rev
		d.Audience, d.Except = []string{audience}, append([]string(nil), closer...)
		if err := j.locate(ctx, &d, m.ShownTo(p.reach).Hub); err != nil {
			return nil, err
		}
		documents = append(documents, d)
		closer = append(closer, audience)
	}
	return documents, nil
}

// audienceToken names who reads a projection; empty when nobody can.
func audienceToken(m *community.Member, reach community.Audience) string {
	switch {
	case reach == community.EveryoneInNetwork:
		return community.TokenNetwork
	case reach == community.MyHub && m.Hub != "":
		return community.HubToken(m.Hub)
	case reach == community.MyContacts:
		return community.ContactToken(m.ID)
	default:
		return ""
	}
}

func sameProfile(m *community.Member, a, b community.Audience) bool {
	return reflect.DeepEqual(m.ShownTo(a), m.ShownTo(b))
}

func (j *Jobs) profileDocument(p community.Profile) search.Document {
	offers := make([]community.SkillID, len(p.Offers))
	for i, o := range p.Offers {
		offers[i] = o.Skill
	}
	return search.Document{
		Text: map[string][]string{"name": {p.Name}, "headline": {p.Headline}, "about": {p.About},
			"skills": j.skillNames(offers), "needs": j.skillNames(p.Needs)},
		Facets: map[string][]string{community.FacetSkill: values(offers), community.FacetCause: causeValues(p.Causes),
			community.FacetLanguage: p.Languages},
		Numbers: map[string]float64{"joined": float64(p.JoinedAt)},
	}
}

// rematch keeps the member in everybody's matches as the network may see them.
func (j *Jobs) rematch(ctx context.Context, m *community.Member) error {
	return j.Network.Matches.Put(ctx, j.Network, m)
}

// showMember lets the member's own pages look again.
func (j *Jobs) showMember(m *community.Member) error {
	if m.Gone {
		j.Hub.EndPerson(string(m.ID))
		return nil
	}
	j.Hub.Recheck(string(m.ID))
	return j.nudge(PersonTopic(m.ID), m.Rev)
}

// reindexAfterTie nudges the owner's pages: the new contact sees more of them through the tokens they now hold.
func (j *Jobs) reindexAfterTie(_ context.Context, owner community.MemberID) error {
	return j.nudge(PersonTopic(owner), 0)
}

// separate makes a block felt: in the index, on the board and on open sockets.
func (j *Jobs) separate(ctx context.Context, id community.MemberID) error {
	m, err := j.Network.Members.Get(ctx, id)
	if community.KindOf(err) == community.KindNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if err := j.indexMember(ctx, m); err != nil {
		return err
	}
	posted, _, err := j.Network.Postings.By(ctx, id, community.Page{Limit: community.PageMax})
	if err != nil {
		return err
	}
	for _, p := range posted {
		if err := j.applyPosting(ctx, p); err != nil {
			return err
		}
	}
	j.Hub.Recheck(string(id))
	return nil
}
