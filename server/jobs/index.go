package jobs

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strconv"

	"longtable/search"
	"longtable/server/community"
)

// document makes what is found of one thing; nil when it is not to be found (any more).
type document func(context.Context) (*search.Document, error)

// apply puts a thing into its index, or takes it out.
func (j *Jobs) apply(ctx context.Context, index community.Index, thing community.Kept, make document) error {
	id := thing.Key()
	batch := search.Batch{Deletes: []string{id}}
	if !thing.Stamped().Gone {
		d, err := make(ctx)
		if err != nil {
			return err
		}
		if d != nil {
			batch = search.Batch{Upserts: []search.Document{*d}}
		}
	}
	return j.put(ctx, index, batch)
}

// found begins the document of a thing that the audience may find as a whole.
func found(thing community.Kept, audience string) *search.Document {
	return &search.Document{ID: thing.Key(), Of: thing.Key(), Rev: thing.Stamped().Rev, Audience: []string{audience},
		Text: map[string][]string{}, Facets: map[string][]string{}, Numbers: map[string]float64{}}
}

func (j *Jobs) hubDocument(h *community.Hub) document {
	return func(context.Context) (*search.Document, error) {
		d := found(h, community.TokenAnyone)
		d.Text = map[string][]string{"name": {h.Name}, "city": {h.City}, "about": {h.About}, "country": {h.Country}}
		d.Facets = map[string][]string{community.FacetKind: {string(h.Form)}, community.FacetCountry: {h.Country}, community.FacetLanguage: h.Languages}
		if h.Latitude != 0 || h.Longitude != 0 {
			d.Place = &search.Point{Lat: h.Latitude, Lon: h.Longitude}
		}
		return d, nil
	}
}

func (j *Jobs) enterpriseDocument(e *community.Enterprise) document {
	return func(ctx context.Context) (*search.Document, error) {
		d := found(e, community.TokenNetwork)
		d.Text = map[string][]string{"name": {e.Name}, "headline": {e.Headline}, "about": {e.About}}
		d.Facets = map[string][]string{community.FacetCause: causeValues(e.Causes)}
		return d, j.locate(ctx, d, e.Hub)
	}
}

func (j *Jobs) applyHub(ctx context.Context, h *community.Hub) error {
	return j.apply(ctx, community.IndexHubs, h, j.hubDocument(h))
}

func (j *Jobs) applyEnterprise(ctx context.Context, e *community.Enterprise) error {
	return j.apply(ctx, community.IndexEnterprises, e, j.enterpriseDocument(e))
}

func (j *Jobs) postingDocument(p *community.Posting) document {
	return func(ctx context.Context) (*search.Document, error) {
		if p.Closed {
			return nil, nil
		}
		d := found(p, community.TokenNetwork)
		d.Text = map[string][]string{"title": {p.Title}, "text": {p.Text}, "skills": j.skillNames(p.Skills)}
		d.Facets = map[string][]string{community.FacetKind: {string(p.Kind)}, community.FacetSkill: values(p.Skills)}
		d.Numbers["posted"] = float64(p.PostedAt)
		var err error
		if d.Except, err = j.apart(ctx, p.Author); err != nil {
			return nil, err
		}
		return d, j.locate(ctx, d, p.Hub)
	}
}

func (j *Jobs) applyPosting(ctx context.Context, p *community.Posting) error {
	return j.apply(ctx, community.IndexBoard, p, j.postingDocument(p))
}

func (j *Jobs) eventDocument(e *community.Event) document {
	return func(ctx context.Context) (*search.Document, error) {
		if e.State == community.EventCancelled {
			return nil, nil
		}
		d := found(e, community.TokenNetwork)
		d.Text = map[string][]string{"title": {e.Title}, "text": {e.Text}}
		d.Facets = map[string][]string{community.FacetLanguage: e.Languages}
		d.Numbers["starts"] = float64(e.StartsAt)
		return d, j.locate(ctx, d, e.Hub)
	}
}

func (j *Jobs) applyEvent(ctx context.Context, e *community.Event) error {
	return j.apply(ctx, community.IndexEvents, e, j.eventDocument(e))
}

func (j *Jobs) programmeDocument(p *community.Programme) document {
	return func(ctx context.Context) (*search.Document, error) {
		if p.State != community.ProgrammeOpen {
			return nil, nil
		}
		d := found(p, community.TokenAnyone)
		d.Text = map[string][]string{"title": {p.Title}, "summary": {p.Summary}, "forwhom": {p.ForWhom}, "text": {p.Text}}
		d.Facets = map[string][]string{community.FacetKind: values(p.Gives), community.FacetLanguage: p.Languages}
		d.Numbers["closes"] = float64(p.Closes)
		return d, j.locate(ctx, d, p.Hub)
	}
}

func (j *Jobs) applyProgramme(ctx context.Context, p *community.Programme) error {
	return j.apply(ctx, community.IndexProgrammes, p, j.programmeDocument(p))
}

// locate adds where a thing is: its hub, the hub's city and country.
func (j *Jobs) locate(ctx context.Context, d *search.Document, id community.HubID) error {
	if id == "" {
		return nil
	}
	h, err := j.Network.Hubs.Get(ctx, id)
	if community.KindOf(err) == community.KindNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	d.Text["place"] = []string{h.Name, h.City}
	d.Facets[community.FacetHub] = []string{string(h.ID)}
	d.Facets[community.FacetCountry] = []string{h.Country}
	return nil
}

// apart are the tokens of everybody with whom the member has a block.
func (j *Jobs) apart(ctx context.Context, id community.MemberID) ([]string, error) {
	around, err := j.Network.Blocks.Around(ctx, id)
	tokens := make([]string, 0, len(around))
	for other := range around {
		tokens = append(tokens, community.MemberToken(other))
	}
	return tokens, err
}

// skillNames are all names of the skills, in every language, so that each finds them; always in the same order, or the order of
// what is marked in a hit would tell that something was saved.
func (j *Jobs) skillNames(ids []community.SkillID) (names []string) {
	for _, id := range ids {
		if s := j.Network.Skills.Get(id); s != nil && s.State == community.SkillAccepted {
			for _, lang := range slices.Sorted(maps.Keys(s.Names)) {
				names = append(names, s.Names[lang])
			}
		}
	}
	return names
}

func values[T ~string](list []T) []string {
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = string(v)
	}
	return texts
}

func causeValues(causes []community.Cause) []string {
	texts := make([]string, len(causes))
	for i, c := range causes {
		texts[i] = strconv.Itoa(int(c))
	}
	return texts
}

// documents turns everything of one kind into what is found of it, for a rebuild.
func documents[T any](ctx context.Context, things iter.Seq2[*T, error], make func(*T) document) iter.Seq2[search.Document, error] {
	return func(yield func(search.Document, error) bool) {
		for thing, err := range things {
			var d *search.Document
			if err == nil {
				d, err = make(thing)(ctx)
			}
			if err != nil {
				yield(search.Document{}, err)
				return
			}
			if d != nil && !yield(*d, nil) {
				return
			}
		}
	}
}
