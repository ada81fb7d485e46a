package store

import (
	"context"

	"longtable/server/community"
)

var declarationUseIndexes = []Index{{Name: "declarant", Fields: []string{"declarant", "at"}}}

type declarationUses struct {
	*Collection[community.UseID, community.DeclarationUse]
}

// Of pages through what a person's declaration was used for, newest first.
func (d declarationUses) Of(ctx context.Context, s community.Declarant, page community.Page) ([]*community.DeclarationUse, community.Cursor, error) {
	return d.Page(ctx, Query{Index: "declarant", Eq: []any{s}, Desc: true}, page)
}
