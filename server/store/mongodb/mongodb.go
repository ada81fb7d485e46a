// Package mongodb is the store's engine for a network that outgrew one machine: a MongoDB replica set, version 7 or 8.
// A write is acknowledged when a majority of the servers has it in their journals; reads see only such writes.
package mongodb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"
)

const (
	// DefaultDatabase is used when the address names none.
	DefaultDatabase = "longtable"

	// answerTime is how long a server may take to answer at all before it counts as unreachable.
	answerTime = 5 * time.Second

	// operationTime bounds operations whose context has no deadline.
	operationTime = 30 * time.Second

	// closeTime bounds the goodbye to the servers.
	closeTime = 5 * time.Second
)

// Engine implements store.Engine. Safe for concurrent use.
type Engine struct {
	client *mongo.Client
	db     *mongo.Database
}

// Open connects to the address, mongodb://user:password@host:27017/database with whatever options MongoDB documents, and
// proves that the server honours conditional writes and unique keys before it is trusted with any. Each failure is one
// sentence that says what to try; none repeats the password.
func Open(ctx context.Context, uri string) (*Engine, error) {
	address, err := connstring.ParseAndValidate(uri)
	if err != nil { // its text may hold the password
		return nil, errors.New("store: the MongoDB address can't be read; it looks like mongodb://user:password@host:27017/longtable")
	}
	client, err := mongo.Connect(settings(uri))
	if err != nil {
		return nil, fmt.Errorf("store: the MongoDB address has options that don't fit together: %w", err)
	}
	name := address.Database
	if name == "" {
		name = DefaultDatabase
	}
	e := &Engine{client, client.Database(name)}
	if err := e.greet(ctx, strings.Join(address.Hosts, ", ")); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

func settings(uri string) *options.ClientOptions {
	journaled := true
	o := options.Client().ApplyURI(uri)
	if o.ServerSelectionTimeout == nil {
		o.SetServerSelectionTimeout(answerTime)
	}
	if o.Timeout == nil {
		o.SetTimeout(operationTime)
	}
	return o.SetAppName("longtable").
		SetWriteConcern(&writeconcern.WriteConcern{W: "majority", Journal: &journaled}).
		SetReadConcern(readconcern.Majority()).
		SetReadPreference(readpref.Primary()).
		SetRetryWrites(true).
		SetRetryReads(true)
}

// greet waits for the primary and probes it.
func (e *Engine) greet(ctx context.Context, hosts string) error {
	err := e.client.Ping(ctx, readpref.Primary())
	var refused mongo.CommandError
	switch {
	case err == nil:
		return e.probe(ctx)
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &refused) && (refused.Code == 18 || refused.Code == 13), strings.Contains(err.Error(), "AuthenticationFailed"):
		return fmt.Errorf("store: MongoDB at %s refused the user or the password; check both, and authSource, in the address", hosts)
	}
	return fmt.Errorf("store: no MongoDB primary answered at %s; check that it runs, that its replica set is initiated, "+
		"and that this machine reaches it (%w)", hosts, err)
}

// Close says goodbye to the servers.
func (e *Engine) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	if err := e.client.Disconnect(ctx); err != nil && !errors.Is(err, mongo.ErrClientDisconnected) {
		return fmt.Errorf("store: disconnect from MongoDB: %w", err)
	}
	return nil
}

// Drop deletes the whole database. For tests that made it.
func (e *Engine) Drop(ctx context.Context) error { return e.db.Drop(ctx) }
