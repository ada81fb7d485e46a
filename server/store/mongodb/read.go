package mongodb

import (
	"context"
	"errors"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"longtable/server/store"
)

// idsMax is how many ids one query names.
const idsMax = 1000

// Get implements store.Engine.
func (e *Engine) Get(ctx context.Context, collection string, ids []string, each func([]byte) error) error {
	for part := range slices.Chunk(ids, idsMax) {
		filter := bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: part}}}}
		cursor, err := e.db.Collection(collection).Find(ctx, filter, options.Find().SetHint(idIndex))
		if err != nil {
			return missed(ctx, err)
		}
		if err := drain(ctx, cursor, each); err != nil {
			return err
		}
	}
	return nil
}

// Find implements store.Engine.
func (e *Engine) Find(ctx context.Context, collection string, ix store.Index, q store.Query, each func([]byte) error) error {
	o := options.Find().SetHint(indexName(ix)).SetSort(order(ix, q)).SetLimit(int64(q.Limit))
	cursor, err := e.db.Collection(collection).Find(ctx, selection(ix, q), o)
	if err != nil {
		return missed(ctx, err)
	}
	return drain(ctx, cursor, each)
}

// Count implements store.Engine.
func (e *Engine) Count(ctx context.Context, collection string, ix store.Index, q store.Query) (int64, error) {
	o := options.Count().SetHint(indexName(ix))
	if q.Limit > 0 {
		o.SetLimit(int64(q.Limit))
	}
	n, err := e.db.Collection(collection).CountDocuments(ctx, selection(ix, q), o)
	if err != nil {
		return 0, missed(ctx, err)
	}
	return n, nil
}

// selection is the filter of a query. It repeats the conditions of the partial index, without which MongoDB refuses the
// hint. A place adds a bound on the field after Eq, which keeps the scan of the index tight, and $or to settle ties.
func selection(ix store.Index, q store.Query) bson.D {
	next, all := ix.Next(q), bson.A{}
	add := func(field string, condition any) { all = append(all, bson.D{{Key: field, Value: condition}}) }
	for i, v := range q.Eq {
		add(ix.Fields[i], v)
	}
	for _, field := range ix.Needs() {
		if !slices.Contains(ix.Fields[:len(q.Eq)], field) {
			add(field, exists)
		}
	}
	if q.From != nil {
		add(next, bson.D{{Key: "$gte", Value: q.From}})
	}
	if q.To != nil {
		add(next, bson.D{{Key: "$lt", Value: q.To}})
	}
	if q.After != nil {
		all = append(all, behind(ix, q)...)
	}
	if len(all) == 0 {
		return bson.D{}
	}
	return bson.D{{Key: "$and", Value: all}}
}

// behind is the condition of coming after a place. In a unique index nothing is tied.
func behind(ix store.Index, q store.Query) bson.A {
	next, beyond := ix.Next(q), "$gt"
	if q.Desc {
		beyond = "$lt"
	}
	is := func(field, operator string, v any) bson.D {
		return bson.D{{Key: field, Value: bson.D{{Key: operator, Value: v}}}}
	}
	switch {
	case next == "":
		return bson.A{is("_id", beyond, q.After.ID)}
	case ix.Unique:
		return bson.A{is(next, beyond, q.After.Key)}
	}
	tied := bson.D{{Key: next, Value: q.After.Key}, {Key: "_id", Value: bson.D{{Key: beyond, Value: q.After.ID}}}}
	return bson.A{
		is(next, beyond+"e", q.After.Key),
		bson.D{{Key: "$or", Value: bson.A{is(next, beyond, q.After.Key), tied}}},
	}
}

// order is what the index gives by itself, so that MongoDB never sorts.
func order(ix store.Index, q store.Query) bson.D {
	direction, by := 1, bson.D{}
	if q.Desc {
		direction = -1
	}
	if next := ix.Next(q); next != "" {
		by = append(by, bson.E{Key: next, Value: direction})
	}
	if !ix.Unique {
		by = append(by, bson.E{Key: "_id", Value: direction})
	}
	return by
}

func drain(ctx context.Context, cursor *mongo.Cursor, each func([]byte) error) (err error) {
	defer func() { err = errors.Join(err, cursor.Close(context.WithoutCancel(ctx))) }()
	for cursor.Next(ctx) {
		body, err := toJSON(cursor.Current)
		if err != nil {
			return err
		}
		if err := each(body); err != nil {
			return err
		}
	}
	return missed(ctx, cursor.Err())
}

// missed gives a read that failed because its context ended that reason, whatever the driver wraps around it.
func missed(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}
