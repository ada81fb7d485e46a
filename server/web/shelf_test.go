package web

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"longtable/server/community"
)

// shelf keeps things of one kind in memory, in the order in which they came; for tests that take one step at a time.
type shelf[ID ~string, T any] struct {
	id     func(*T) ID
	things []*T
}

func (s *shelf[ID, T]) Add(_ context.Context, thing *T) error {
	if s.find(s.id(thing)) != nil {
		return community.Conflict("error.taken")
	}
	s.things = append(s.things, thing)
	return nil
}

func (s *shelf[ID, T]) find(id ID) *T {
	for _, thing := range s.things {
		if s.id(thing) == id {
			return thing
		}
	}
	return nil
}

func (s *shelf[ID, T]) Get(_ context.Context, id ID) (*T, error) {
	thing := s.find(id)
	if thing == nil {
		return nil, community.NotFound("no %s", id)
	}
	copied := *thing
	return &copied, nil
}

func (s *shelf[ID, T]) Many(_ context.Context, ids []ID) ([]*T, error) {
	found := make([]*T, len(ids))
	for i, id := range ids {
		found[i] = s.find(id)
	}
	return found, nil
}

func (s *shelf[ID, T]) Change(ctx context.Context, id ID, change func(*T) error) (*T, error) {
	changed, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := change(changed); err != nil {
		return nil, err
	}
	*s.find(id) = *changed
	return changed, nil
}

func (s *shelf[ID, T]) Delete(_ context.Context, id ID) error {
	s.things = slices.DeleteFunc(s.things, func(thing *T) bool { return s.id(thing) == id })
	return nil
}

func (s *shelf[ID, T]) Each(context.Context) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for _, thing := range s.things {
			if !yield(thing, nil) {
				return
			}
		}
	}
}

// page is what fits, all on one page.
func (s *shelf[ID, T]) page(fits func(*T) bool) ([]*T, community.Cursor, error) {
	var found []*T
	for _, thing := range s.things {
		if fits(thing) {
			found = append(found, thing)
		}
	}
	return found, "", nil
}

type hubShelf struct {
	shelf[community.HubID, community.Hub]
}

func (s *hubShelf) ByName(context.Context, community.Page) ([]*community.Hub, community.Cursor, error) {
	return s.things, "", nil
}

func (s *hubShelf) All(context.Context) ([]*community.Hub, error) { return s.things, nil }

type programmeShelf struct {
	shelf[community.ProgrammeID, community.Programme]
}

func (s *programmeShelf) ByClosing(_ context.Context, since community.Instant, _ community.Page) ([]*community.Programme, community.Cursor, error) {
	found, next, err := s.page(func(p *community.Programme) bool { return p.Closes >= since })
	slices.SortFunc(found, func(a, b *community.Programme) int { return cmp.Compare(a.Closes, b.Closes) })
	return found, next, err
}

func (s *programmeShelf) InHub(_ context.Context, hub community.HubID, _ community.Page) ([]*community.Programme, community.Cursor, error) {
	return s.page(func(p *community.Programme) bool { return p.Hub == hub })
}

type applicationShelf struct {
	shelf[community.ApplicationID, community.Application]
}

func (s *applicationShelf) To(_ context.Context, programme community.ProgrammeID, _ community.Page) ([]*community.Application, community.Cursor, error) {
	return s.page(func(a *community.Application) bool { return a.Programme == programme })
}

func (s *applicationShelf) Of(_ context.Context, member community.MemberID, _ community.Page) ([]*community.Application, community.Cursor, error) {
	return s.page(func(a *community.Application) bool { return a.Member == member })
}

func (s *applicationShelf) DecidedBy(_ context.Context, host community.MemberID, _ community.Page) ([]*community.Application, community.Cursor, error) {
	return s.page(func(a *community.Application) bool { return a.DecidedBy == host })
}

func (s *applicationShelf) Undecided(_ context.Context, programme community.ProgrammeID, _ community.Page) ([]*community.Application, community.Cursor, error) {
	return s.page(func(a *community.Application) bool { return a.Programme == programme && a.DecidedAt == 0 })
}

func (s *applicationShelf) ByCode(_ context.Context, codeHash string) (*community.Application, error) {
	for _, a := range s.things {
		if a.CodeHash == codeHash {
			return a, nil
		}
	}
	return nil, community.NotFound("no application under that code")
}
