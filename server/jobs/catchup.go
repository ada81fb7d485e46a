package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"longtable/search"
	"longtable/server/community"
)

// catchUpMost is how many things are brought over one by one. Filling the index anew is faster for more.
const catchUpMost = 500

// CatchUp brings a preferred engine up to date that was down, or of which nothing is known after a start.
func (j *Jobs) CatchUp(ctx context.Context, f *search.Fallback) error {
	if f.Health(ctx) != nil {
		return nil // still down; the embedded engine answers
	}
	for name, lacks := range f.Lagging() {
		index := community.Index(name)
		var err error
		if lacks < 0 {
			err = j.compareOrFill(ctx, f, index)
		} else {
			err = j.bringOver(ctx, index, f.Lacking(name))
		}
		if err := j.tolerate(ctx, index, err); err != nil {
			return fmt.Errorf("catch up index %s: %w", index, err)
		}
	}
	return nil
}

// compareOrFill mends what the preferred engine's index lacks, or fills it anew where that is much.
func (j *Jobs) compareOrFill(ctx context.Context, f *search.Fallback, index community.Index) error {
	f.Suspect(string(index))
	differing, err := j.differing(ctx, index, f.Parts()[:1])
	if err != nil || len(differing) > catchUpMost {
		return f.CatchUp(ctx, Schemas()[index], j.all(ctx, index), nil)
	}
	for id, indexed := range differing {
		if err := j.refresh(ctx, index, id, indexed); err != nil {
			return err
		}
	}
	f.Compared(string(index))
	return nil
}

// bringOver applies the things again whose documents are lacking.
func (j *Jobs) bringOver(ctx context.Context, index community.Index, lacking []string) error {
	things := map[string][]string{}
	for _, id := range lacking {
		things[thingOf(index, id)] = append(things[thingOf(index, id)], id)
	}
	for id, indexed := range things {
		if err := j.refresh(ctx, index, id, indexed); err != nil {
			return err
		}
	}
	return nil
}

// thingOf is the thing that a document belongs to.
func thingOf(index community.Index, id string) string {
	if index == community.IndexPeople {
		for _, p := range projections[1:] {
			id = strings.TrimSuffix(id, p.suffix)
		}
	}
	return id
}

// put applies a batch. That a preferred engine is behind is its own matter: it is remembered there and brought over by
// CatchUp, so that letters and open pages wait for no search engine.
func (j *Jobs) put(ctx context.Context, index community.Index, batch search.Batch) error {
	err := j.Search.Apply(ctx, string(index), batch)
	var behind *search.Behind
	var rejected *search.Rejected
	if errors.As(err, &behind) && !errors.As(err, &rejected) {
		return nil
	}
	if err != nil {
		return &failed{"index " + string(index), err}
	}
	return nil
}
