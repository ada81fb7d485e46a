package search

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/meilisearch/meilisearch-go"
)

// markerID is the id of the document that says that a rebuild has ended in its index. It has
// no audience, so nobody finds it, and no spelt id looks like it.
const markerID = "_filled"

// Ensure implements Engine. The uid of an index names its layout, so an index for another layout is
// another index; old ones stay on the server until somebody removes them.
func (m *Meili) Ensure(ctx context.Context, s Schema) (bool, error) {
	if err := s.check(); err != nil {
		return false, err
	}
	ctx, leave, err := m.life.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	uid := m.prefix + s.Name + "-" + s.layout()
	if err := m.prepare(ctx, uid, s); err != nil {
		return false, err
	}
	m.adopt(uid, s)
	filled, err := m.isFilled(ctx, uid)
	return !filled, err
}

// adopt makes the index known under its name, keeping the gates of a former schema of the same layout.
func (m *Meili) adopt(uid string, s Schema) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r := m.remotes[s.Name]; r != nil && r.uid == uid {
		m.remotes[s.Name] = &remote{s, r.line}
		return
	}
	m.remotes[s.Name] = &remote{s, &line{uid: uid, rebuilding: newGate(), writing: newGate()}}
}

// prepare makes sure that an index exists with the settings of a schema.
func (m *Meili) prepare(ctx context.Context, uid string, s Schema) error {
	_, err := m.client.GetIndexWithContext(ctx, uid)
	if err = m.failure(ctx, "look for index "+uid, err); hasCode(err, "index_not_found") {
		task, err := m.client.CreateIndexWithContext(ctx, &meilisearch.IndexConfig{Uid: uid, PrimaryKey: "id"})
		err = m.settle(ctx, "create index "+uid, task, err)
		if err != nil && !hasCode(err, "index_already_exists") {
			return err
		}
	} else if err != nil {
		return err
	}
	return m.configure(ctx, uid, s)
}

// configure sends the settings of a schema as JSON of our own: the library leaves out empty lists and
// sends zeros for what was not set.
func (m *Meili) configure(ctx context.Context, uid string, s Schema) error {
	body, err := json.Marshal(settingsOf(s))
	if err != nil {
		return err
	}
	raw, err := m.patch(ctx, "/indexes/"+uid+"/settings", body)
	if err != nil {
		return unavailable("send settings of "+uid, err)
	}
	var task meilisearch.TaskInfo
	if err := json.Unmarshal(raw, &task); err != nil {
		return unavailable("read answer to settings of "+uid, err)
	}
	return m.settle(ctx, "settings of "+uid, &task, nil)
}

// settingsOf describes a schema to Meilisearch.
func settingsOf(s Schema) map[string]any {
	filterable, sortable := []string{fieldAudience, fieldExcept}, []string{}
	for _, f := range s.Facets {
		filterable = append(filterable, prefixFacet+f)
	}
	for _, f := range s.Sorts {
		filterable = append(filterable, prefixNumber+f)
		sortable = append(sortable, prefixNumber+f)
	}
	if s.Geo {
		filterable, sortable = append(filterable, "_geo"), append(sortable, "_geo")
	}
	text := []string{}
	for _, f := range s.Text {
		text = append(text, prefixText+f.Name)
	}
	return map[string]any{
		"searchableAttributes": text,
		"displayedAttributes":  append([]string{"id", "of", "rev", "sum"}, text...),
		"filterableAttributes": filterable,
		"sortableAttributes":   sortable,
		"rankingRules":         []string{"sort", "words", "typo", "proximity", "attribute", "exactness"},
		"stopWords":            []string{},
		"synonyms":             synonymSettings(s.Synonyms),
		"typoTolerance": map[string]any{"enabled": true, "disableOnNumbers": true,
			"minWordSizeForTypos": map[string]int{"oneTypo": 5, "twoTypos": 9}},
		"pagination": map[string]int{"maxTotalHits": MaxWindow},
		"faceting": map[string]any{"maxValuesPerFacet": MaxFacetSize,
			"sortFacetValuesBy": map[string]string{"*": "count"}},
	}
}

// synonymSettings lists for each name the others of its groups.
func synonymSettings(groups [][]string) map[string][]string {
	out := map[string][]string{}
	for _, group := range groups {
		for i, name := range group {
			for j, other := range group {
				if i != j {
					out[name] = append(out[name], other)
				}
			}
		}
	}
	return out
}

// isFilled tells whether a rebuild has ended in an index.
func (m *Meili) isFilled(ctx context.Context, uid string) (bool, error) {
	var marker struct{}
	err := m.client.Index(uid).GetDocumentWithContext(ctx, markerID, nil, &marker)
	if err = m.failure(ctx, "look for marker", err); hasCode(err, "document_not_found") {
		return false, nil
	}
	return err == nil, err
}

// meiliDocument lays a document out for Meilisearch.
func meiliDocument(d Document) map[string]any {
	out := map[string]any{
		"id": idSpelling.Replace(d.ID), "of": d.Of, "sum": d.Sum(),
		"rev":         strconv.FormatInt(d.Rev, 10), // JSON numbers lose digits above 2^53
		fieldAudience: speltAll(d.Audience), fieldExcept: speltAll(d.Except),
	}
	for name, values := range d.Text {
		out[prefixText+name] = values
	}
	for name, values := range d.Facets {
		out[prefixFacet+name] = speltAll(values)
	}
	for name, n := range d.Numbers {
		out[prefixNumber+name] = n
	}
	if d.Place != nil {
		out["_geo"] = map[string]float64{"lat": d.Place.Lat, "lng": d.Place.Lon}
	}
	return out
}

// Apply implements Engine. It returns nil once the tasks have succeeded on the server.
func (m *Meili) Apply(ctx context.Context, index string, b Batch) error {
	ctx, leave, err := m.life.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	r, err := m.remote(index)
	if err != nil {
		return err
	}
	if err := r.writing.enter(ctx); err != nil {
		return err
	}
	defer r.writing.leave()
	var bad rejections
	good, err := b.sifted(r.schema, &bad)
	if err != nil {
		return err
	}
	if r.changes != nil {
		// Noted before it is sent: a lost answer may hide a success.
		r.changes.add(good)
	}
	if err := m.send(ctx, r.uid, good, &bad); err != nil {
		return err
	}
	return bad.err()
}

// send writes a sifted batch to an index and waits until it is searchable.
func (m *Meili) send(ctx context.Context, uid string, b Batch, bad *rejections) error {
	if len(b.Deletes) > 0 {
		ids := make([]string, len(b.Deletes))
		for i, id := range b.Deletes {
			ids[i] = idSpelling.Replace(id)
		}
		task, err := m.client.Index(uid).DeleteDocumentsWithContext(ctx, ids, nil)
		if err := m.settle(ctx, "delete from "+uid, task, err); err != nil {
			return err
		}
	}
	docs := make([]map[string]any, len(b.Upserts))
	for i, d := range b.Upserts {
		docs[i] = meiliDocument(d)
	}
	return m.add(ctx, uid, docs, bad)
}

// refusals are the reasons why a document cannot be indexed however often it is sent, and
// the one for which half of a batch is smaller.
var refusals = []string{
	"invalid_document_fields", "invalid_document_id", "missing_document_id", "invalid_document_geo_field",
	"document_fields_limit_reached", "max_fields_limit_exceeded", "bad_request", "malformed_payload", "payload_too_large",
}

// add upserts documents. One bad document fails its whole task, so a refused batch is halved until the
// culprits stand alone.
func (m *Meili) add(ctx context.Context, uid string, docs []map[string]any, bad *rejections) error {
	if len(docs) == 0 {
		return nil
	}
	task, err := m.client.Index(uid).AddDocumentsWithContext(ctx, docs, nil)
	err = m.settle(ctx, "upsert into "+uid, task, err)
	if !hasCode(err, refusals...) {
		return err
	}
	if len(docs) == 1 {
		id, _ := docs[0]["id"].(string) // set by meiliDocument
		bad.add(idReading.Replace(id), err.Error())
		return nil
	}
	half := len(docs) / 2
	if err := m.add(ctx, uid, docs[:half], bad); err != nil {
		return err
	}
	return m.add(ctx, uid, docs[half:], bad)
}
