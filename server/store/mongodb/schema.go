package mongodb

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"longtable/server/store"
)

// idIndex is the one that every collection of MongoDB has.
const idIndex = "_id_"

// Ensure implements store.Engine. Indexes that are declared no longer go first, because MongoDB refuses two of the same
// fields under different names.
func (e *Engine) Ensure(ctx context.Context, collection string, indexes []store.Index) error {
	view := e.db.Collection(collection).Indexes()
	have, err := view.ListSpecifications(ctx)
	if err != nil {
		return fmt.Errorf("store: list indexes of %s: %w", collection, err)
	}
	wanted := []string{idIndex}
	var models []mongo.IndexModel
	for _, ix := range indexes {
		wanted = append(wanted, indexName(ix))
		models = append(models, model(ix))
	}
	for _, old := range have {
		if slices.Contains(wanted, old.Name) {
			continue
		}
		if err := view.DropOne(ctx, old.Name); err != nil {
			return fmt.Errorf("store: drop index %s of %s: %w", old.Name, collection, err)
		}
	}
	if len(models) == 0 {
		return nil
	}
	if _, err := view.CreateMany(ctx, models); err != nil {
		return fmt.Errorf("store: create indexes of %s: %w", collection, err)
	}
	return nil
}

// indexName holds all that is declared, so that an index declared otherwise is another one.
func indexName(ix store.Index) string {
	switch {
	case ix.Name == "":
		return idIndex
	case ix.Unique:
		return ix.Name + ":" + strings.Join(ix.Fields, "+") + ":unique"
	}
	return ix.Name + ":" + strings.Join(ix.Fields, "+")
}

func model(ix store.Index) mongo.IndexModel {
	keys, needs := bson.D{}, bson.D{}
	for _, field := range ix.Fields {
		keys = append(keys, bson.E{Key: field, Value: 1})
	}
	if !ix.Unique {
		keys = append(keys, bson.E{Key: "_id", Value: 1}) // settles ties
	}
	for _, field := range ix.Needs() {
		needs = append(needs, bson.E{Key: field, Value: exists})
	}
	o := options.Index().SetName(indexName(ix)).SetPartialFilterExpression(needs)
	if ix.Unique {
		o.SetUnique(true)
	}
	return mongo.IndexModel{Keys: keys, Options: o}
}

var exists = bson.D{{Key: "$exists", Value: true}}
