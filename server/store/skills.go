package store

import (
	"context"

	"longtable/server/community"
)

var skillIndexes = []Index{{Name: "state", Fields: []string{"state"}}}

type skills struct {
	*Collection[community.SkillID, community.Skill]
}

// Proposed pages through the concepts that wait for a steward.
func (s skills) Proposed(ctx context.Context, page community.Page) ([]*community.Skill, community.Cursor, error) {
	return s.Page(ctx, Query{Index: "state", Eq: []any{community.SkillProposed}}, page)
}

// All reads the whole list, some thousand concepts.
func (s skills) All(ctx context.Context) ([]*community.Skill, error) { return every(ctx, s.Collection) }
