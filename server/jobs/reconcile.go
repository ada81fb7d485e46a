package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"longtable/search"
	"longtable/server/community"
)

// Changes reach the index one by one, each with what it was known to touch. What slips through, such as the new name of a
// hub in the documents of its people, a disk restored from yesterday, or an edit that another program over the same store
// has told its own index alone, is found by comparing.

// Reconcile compares an index with the store and mends what differs. It returns how many things were mended. An engine that
// cannot be read is left for the next time.
func (j *Jobs) Reconcile(ctx context.Context, index community.Index) (mended int, err error) {
	differing, err := j.differing(ctx, index, parts(j.Search))
	if len(differing) > 0 {
		err = nil // what is known to differ is mended; the engine that broke off is asked next time
	}
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, id := range slices.Sorted(maps.Keys(differing)) {
		err := j.refresh(ctx, index, id, differing[id])
		if j.tolerate(ctx, index, err) != nil {
			errs = append(errs, err)
			continue
		}
		mended++
	}
	return mended, errors.Join(errs...)
}

// differing are the things whose documents differ in any of the engines, each with the ids that stand in the index. With an
// error they are some of them.
func (j *Jobs) differing(ctx context.Context, index community.Index, engines []search.Engine) (map[string][]string, error) {
	want := map[string]search.Held{}
	for d, err := range j.all(ctx, index) {
		if err != nil {
			return nil, err
		}
		want[d.ID] = search.Held{ID: d.ID, Of: d.Of, Sum: d.Sum()}
	}
	out := map[string][]string{}
	var broken error
	for _, engine := range engines {
		if err := compare(engine.Each(string(index)), want, out); err != nil {
			broken = fmt.Errorf("compare index %s: %w", index, err)
		}
	}
	return out, broken
}

// parts are the engines that an index lies in.
func parts(e search.Engine) []search.Engine {
	if two, ok := e.(*search.Fallback); ok {
		return two.Parts()
	}
	return []search.Engine{e}
}

func compare(held iter.Seq2[search.Held, error], want map[string]search.Held, differing map[string][]string) error {
	seen := make(map[string]bool, len(want))
	for h, err := range held {
		if err != nil {
			return err
		}
		seen[h.ID] = true
		if w := want[h.ID]; w.Sum != h.Sum {
			of := cmp.Or(w.Of, h.Of)
			differing[of] = append(differing[of], h.ID)
		}
	}
	for id, w := range want {
		if !seen[id] {
			differing[w.Of] = append(differing[w.Of], id)
		}
	}
	return nil
}

// refreshMost bounds how often a thing that keeps changing is applied again; whoever changes it applies it too.
const refreshMost = 5

// refresh applies a thing as the store has it. A reaction may do so at the same time with what it read later, so the thing is
// looked at again afterwards: what was applied last is then what was saved last. Ids that stand in the index and
// belong to nothing are taken out.
func (j *Jobs) refresh(ctx context.Context, index community.Index, id string, indexed []string) error {
	for range refreshMost {
		thing, apply, err := j.thing(ctx, index, id)
		if err != nil {
			return err
		}
		if thing == nil {
			return j.put(ctx, index, search.Batch{Deletes: indexed})
		}
		if err := apply(); err != nil {
			return err
		}
		again, _, err := j.thing(ctx, index, id)
		if err != nil {
			return err
		}
		if again != nil && again.Stamped().Rev == thing.Stamped().Rev {
			return nil
		}
	}
	return nil
}

// thing loads what an index finds, with how it is applied; nil if it is gone.
func (j *Jobs) thing(ctx context.Context, index community.Index, id string) (community.Kept, func() error, error) {
	n := j.Network
	switch index {
	case community.IndexPeople:
		return loaded(n.Members.Get, j.indexMember)(ctx, community.MemberID(id))
	case community.IndexEnterprises:
		return loaded(n.Enterprises.Get, j.applyEnterprise)(ctx, community.EnterpriseID(id))
	case community.IndexBoard:
		return loaded(n.Postings.Get, j.applyPosting)(ctx, community.PostingID(id))
	case community.IndexEvents:
		return loaded(n.Events.Get, j.applyEvent)(ctx, community.EventID(id))
	case community.IndexProgrammes:
		return loaded(n.Programmes.Get, j.applyProgramme)(ctx, community.ProgrammeID(id))
	default:
		return loaded(n.Hubs.Get, j.applyHub)(ctx, community.HubID(id))
	}
}

// loaded makes a loader of a thing with how it is applied.
func loaded[ID ~string, T any, P interface {
	*T
	community.Kept
}](get func(context.Context, ID) (*T, error), apply func(context.Context, *T) error) func(context.Context, ID) (community.Kept, func() error, error) {
	return func(ctx context.Context, id ID) (community.Kept, func() error, error) {
		thing, err := get(ctx, id)
		switch {
		case community.KindOf(err) == community.KindNotFound:
			return nil, nil, nil
		case err != nil:
			return nil, nil, err
		}
		return P(thing), func() error { return apply(ctx, thing) }, nil
	}
}
