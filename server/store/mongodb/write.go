package mongodb

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"longtable/server/store"
)

// Insert implements store.Engine.
func (e *Engine) Insert(ctx context.Context, collection string, docs []store.Doc) error {
	if len(docs) == 0 {
		return nil
	}
	all := make([]bson.D, len(docs))
	for i, d := range docs {
		var err error
		if all[i], err = fromJSON(d.Body); err != nil {
			return err
		}
	}
	return outcome(ctx, func() error {
		if len(all) == 1 {
			_, err := e.db.Collection(collection).InsertOne(ctx, all[0])
			return err
		}
		_, err := e.db.Collection(collection).InsertMany(ctx, all, options.InsertMany().SetOrdered(true))
		return err
	})
}

// Replace implements store.Engine.
func (e *Engine) Replace(ctx context.Context, collection string, rev int64, doc store.Doc) error {
	d, err := fromJSON(doc.Body)
	if err != nil {
		return err
	}
	return outcome(ctx, func() error {
		r, err := e.db.Collection(collection).ReplaceOne(ctx, at(doc.ID, rev), d)
		if err == nil && r.MatchedCount == 0 {
			return store.ErrStale
		}
		return err
	})
}

// Remove implements store.Engine.
func (e *Engine) Remove(ctx context.Context, collection, id string, rev int64) error {
	return outcome(ctx, func() error {
		r, err := e.db.Collection(collection).DeleteOne(ctx, at(id, rev))
		if err == nil && r.DeletedCount == 0 {
			return store.ErrStale
		}
		return err
	})
}

func at(id string, rev int64) bson.D {
	return bson.D{{Key: "_id", Value: id}, {Key: "rev", Value: rev}}
}

// outcome runs a write and translates what came of it. Only an answer of the server is an outcome: when none came in
// time, or too few servers confirmed, it isn't known.
func outcome(ctx context.Context, write func() error) error {
	if err := ctx.Err(); err != nil {
		return err // and nothing was sent
	}
	err := write()
	var answer mongo.ServerError
	switch {
	case err == nil, errors.Is(err, store.ErrStale):
		return err
	case mongo.IsDuplicateKeyError(err):
		return store.ErrDuplicate
	case errors.Is(err, mongo.ErrClientDisconnected):
		return store.ErrClosed
	case mongo.IsTimeout(err), mongo.IsNetworkError(err), unconfirmed(err), !errors.As(err, &answer):
		return fmt.Errorf("%w: %w", store.ErrUnknown, err)
	}
	return err
}

// unconfirmed tells of a write that its server did, but not a majority within the time.
func unconfirmed(err error) bool {
	var one mongo.WriteException
	var many mongo.BulkWriteException
	return errors.As(err, &one) && one.WriteConcernError != nil || errors.As(err, &many) && many.WriteConcernError != nil
}
