package jobs

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"longtable/search"
	"longtable/server/community"
)

// Prepare opens every index and says which of them hold nothing to rely on and have to be rebuilt.
func (j *Jobs) Prepare(ctx context.Context) (fresh []community.Index, err error) {
	schemas := Schemas()
	for _, index := range community.Indexes {
		empty, err := j.Search.Ensure(ctx, schemas[index])
		if err != nil {
			return nil, fmt.Errorf("open index %s: %w", index, err)
		}
		if empty {
			fresh = append(fresh, index)
		}
	}
	return fresh, nil
}

// Rebuild fills an index from the store. Searches are answered meanwhile; what changes meanwhile is in it too. Things
// that can't be indexed are left out and logged: they stay readable on their pages.
func (j *Jobs) Rebuild(ctx context.Context, index community.Index, progress func(done int)) error {
	return j.tolerate(ctx, index, j.Search.Rebuild(ctx, Schemas()[index], j.all(ctx, index), progress))
}

// tolerate logs what does not keep people from searching: documents left out, a preferred engine that is down.
func (j *Jobs) tolerate(ctx context.Context, index community.Index, err error) error {
	var rejected *search.Rejected
	var behind *search.Behind
	switch {
	case errors.As(err, &rejected):
		j.Log.ErrorContext(ctx, "left out of the index", "index", index, "count", len(rejected.IDs), "reason", rejected.Reason)
		return nil
	case errors.As(err, &behind):
		j.Log.WarnContext(ctx, "the preferred search engine is behind; the embedded one answers", "index", index, "error", behind.Err)
		return nil
	default:
		return err
	}
}

// all are the documents of everything that an index finds.
func (j *Jobs) all(ctx context.Context, index community.Index) iter.Seq2[search.Document, error] {
	n := j.Network
	switch index {
	case community.IndexPeople:
		return j.allPeople(ctx)
	case community.IndexEnterprises:
		return documents(ctx, n.Enterprises.Each(ctx), j.enterpriseDocument)
	case community.IndexBoard:
		return documents(ctx, n.Postings.Each(ctx), j.postingDocument)
	case community.IndexEvents:
		return documents(ctx, n.Events.Each(ctx), j.eventDocument)
	case community.IndexProgrammes:
		return documents(ctx, n.Programmes.Each(ctx), j.programmeDocument)
	default:
		return documents(ctx, n.Hubs.Each(ctx), j.hubDocument)
	}
}

func (j *Jobs) allPeople(ctx context.Context) iter.Seq2[search.Document, error] {
	return func(yield func(search.Document, error) bool) {
		for m, err := range j.Network.Members.Each(ctx) {
			var projections []search.Document
			if err == nil {
				projections, err = j.memberDocuments(ctx, m)
			}
			if err != nil {
				yield(search.Document{}, err)
				return
			}
			for _, d := range projections {
				if !yield(d, nil) {
					return
				}
			}
		}
	}
}
