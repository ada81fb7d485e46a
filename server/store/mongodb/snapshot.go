package mongodb

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"longtable/server/store"
)

// snapshot is a session whose reads all see the moment of its first one. MongoDB keeps that moment for
// minSnapshotHistoryWindowInSeconds, five minutes unless it is set otherwise.
type snapshot struct {
	e           *Engine
	session     *mongo.Session
	collections []string
}

// snapshotPage is how many documents are asked for at once, so that no single answer nears operationTime.
const snapshotPage = 500

// codeSnapshotTooOld is MongoDB's answer when the moment is no longer kept.
const codeSnapshotTooOld = 239

// Snapshot implements store.Engine. It needs a replica set.
func (e *Engine) Snapshot(ctx context.Context) (store.Snapshot, error) {
	names, err := e.Collections(ctx)
	if err != nil {
		return nil, err
	}
	session, err := e.client.StartSession(options.Session().SetSnapshot(true))
	if err != nil {
		return nil, fmt.Errorf("store: begin a snapshot of MongoDB: %w", err)
	}
	s := &snapshot{e, session, names}
	if len(names) > 0 { // the first read sets the moment
		if _, err := s.page(ctx, names[0], "", 1); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

// Close implements store.Snapshot.
func (s *snapshot) Close() error {
	s.session.EndSession(context.Background())
	return nil
}

// Count implements store.Snapshot, from what MongoDB knows without reading.
func (s *snapshot) Count(ctx context.Context) (all int64, err error) {
	for _, name := range s.collections {
		n, err := s.e.db.Collection(name).EstimatedDocumentCount(ctx)
		if err != nil {
			return 0, fmt.Errorf("store: count %s: %w", name, missed(ctx, err))
		}
		all += n
	}
	return all, nil
}

// Documents implements store.Snapshot.
func (s *snapshot) Documents(ctx context.Context, only ...string) iter.Seq2[store.Entry, error] {
	return func(yield func(store.Entry, error) bool) {
		for _, name := range s.collections {
			if (len(only) == 0 || slices.Contains(only, name)) && !s.each(ctx, name, yield) {
				return
			}
		}
	}
}

// each goes through one collection, page by page, and tells whether to go on with the next.
func (s *snapshot) each(ctx context.Context, name string, yield func(store.Entry, error) bool) bool {
	for after := ""; ; {
		page, err := s.page(ctx, name, after, snapshotPage)
		if err != nil {
			yield(store.Entry{}, err)
			return false
		}
		for _, entry := range page {
			if !yield(entry, nil) {
				return false
			}
		}
		if len(page) < snapshotPage {
			return true
		}
		after = page[len(page)-1].ID
	}
}

func (s *snapshot) page(ctx context.Context, name, after string, limit int64) (page []store.Entry, err error) {
	defer func() {
		var refused mongo.CommandError
		switch {
		case errors.As(err, &refused) && refused.Code == codeSnapshotTooOld:
			err = errors.New("store: reading everything took longer than MongoDB keeps one moment; " +
				"raise its parameter minSnapshotHistoryWindowInSeconds, or try when it is less busy")
		case err != nil:
			err = fmt.Errorf("store: read %s: %w", name, missed(ctx, err))
		}
	}()
	filter := bson.D{}
	if after != "" {
		filter = bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: after}}}}
	}
	o := options.Find().SetHint(idIndex).SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(limit)
	cursor, err := s.e.db.Collection(name).Find(mongo.NewSessionContext(ctx, s.session), filter, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, cursor.Close(context.WithoutCancel(ctx))) }()
	for cursor.Next(ctx) {
		entry, err := entryOf(name, cursor.Current)
		if err != nil {
			return nil, err
		}
		page = append(page, entry)
	}
	return page, cursor.Err()
}

func entryOf(collection string, raw bson.Raw) (store.Entry, error) {
	id, isText := raw.Lookup("_id").StringValueOK()
	rev, isNumber := raw.Lookup("rev").AsInt64OK()
	if !isText || !isNumber {
		return store.Entry{}, errors.New("a document isn't of ours")
	}
	body, err := toJSON(raw)
	return store.Entry{Collection: collection, Doc: store.Doc{ID: id, Rev: rev, Body: body}}, err
}

// Collections implements store.Engine, leaving out MongoDB's own.
func (e *Engine) Collections(ctx context.Context) ([]string, error) {
	filter := bson.D{{Key: "type", Value: "collection"}}
	names, err := e.db.ListCollectionNames(ctx, filter)
	if err != nil {
		return nil, fmt.Errorf("store: list the collections of MongoDB: %w", missed(ctx, err))
	}
	names = slices.DeleteFunc(names, func(name string) bool { return strings.HasPrefix(name, "system.") })
	slices.Sort(names)
	return names, nil
}
