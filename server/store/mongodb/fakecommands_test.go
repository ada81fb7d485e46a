package mongodb_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// answer runs one command; lost means that it ran and the connection breaks before the answer.
func (f *fakeServer) answer(command bson.D) (answer bson.D, lost bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	name := command[0].Key
	repeat := ""
	if n := get(command, "txnNumber"); n != nil {
		repeat = fmt.Sprint(get(command, "lsid"), n)
	}
	if before, did := f.done[repeat]; did && repeat != "" {
		return before, false
	}
	answer, err := f.run(name, command)
	if err != nil {
		answer = bson.D{{Key: "ok", Value: 0}, {Key: "errmsg", Value: err.Error()}, {Key: "code", Value: code(err)}}
	} else if get(answer, "ok") == nil {
		answer = append(answer, bson.E{Key: "ok", Value: 1})
	}
	if repeat != "" {
		f.done[repeat] = answer
	}
	if lost = name == f.dropAnswer; lost {
		f.dropAnswer = ""
	}
	return answer, lost
}

// refused is an error with one of MongoDB's codes.
type refused struct {
	code int32
	text string
}

func (r refused) Error() string { return r.text }

func code(err error) int32 {
	if r, ok := err.(refused); ok {
		return r.code
	}
	return 2 // BadValue
}

const (
	codeNoNamespace = 26
	codeNoCommand   = 59
	codeDuplicate   = 11000
)

func (f *fakeServer) run(name string, command bson.D) (bson.D, error) {
	target := fmt.Sprint(get(command, "$db"), ".", command[0].Value)
	c := f.collections[target]
	if c == nil && slices.Contains([]string{"insert", "update", "createIndexes"}, name) {
		c = &fakeCollection{docs: map[string]bson.D{}, blind: f.blind, racy: f.racy}
		f.collections[target] = c
	}
	switch name {
	case "hello", "isMaster", "ismaster":
		return f.hello(), nil
	case "ping", "endSessions":
		return bson.D{}, nil
	case "insert", "update", "delete":
		if err := safe(command); err != nil {
			return nil, err
		}
		return c.write(name, command)
	case "find", "aggregate":
		if err := agreed(command); err != nil {
			return nil, err
		}
		c, at, err := f.moment(target, c, command)
		if err != nil {
			return nil, err
		}
		answer, err := c.read(name, target, command)
		if at != nil && err == nil {
			cursor := get(answer, "cursor").(bson.D)
			answer[0].Value = append(cursor, bson.E{Key: "atClusterTime", Value: *at})
		}
		return answer, err
	case "count":
		n := 0
		if c != nil {
			n = len(c.docs)
		}
		return bson.D{{Key: "n", Value: n}}, nil
	case "listCollections":
		return f.listCollections(fmt.Sprint(get(command, "$db"))), nil
	case "createIndexes":
		return bson.D{}, c.createIndexes(list(get(command, "indexes")))
	case "listIndexes":
		return c.listIndexes(target)
	case "dropIndexes":
		return bson.D{}, c.dropIndex(get(command, "index"))
	case "drop":
		delete(f.collections, target)
		return bson.D{}, nil
	case "dropDatabase":
		for name := range f.collections {
			if strings.HasPrefix(name, fmt.Sprint(get(command, "$db"), ".")) {
				delete(f.collections, name)
			}
		}
		return bson.D{}, nil
	}
	return nil, refused{codeNoCommand, "no such command: " + name}
}

func (f *fakeServer) hello() bson.D {
	return bson.D{
		{Key: "helloOk", Value: true}, {Key: "isWritablePrimary", Value: true}, {Key: "ismaster", Value: true},
		{Key: "secondary", Value: false}, {Key: "setName", Value: "rs0"}, {Key: "setVersion", Value: 1},
		{Key: "hosts", Value: bson.A{f.address}}, {Key: "me", Value: f.address}, {Key: "primary", Value: f.address},
		{Key: "maxBsonObjectSize", Value: 16 << 20}, {Key: "maxMessageSizeBytes", Value: 48 << 20}, {Key: "maxWriteBatchSize", Value: 100_000},
		{Key: "minWireVersion", Value: 0}, {Key: "maxWireVersion", Value: 21}, {Key: "logicalSessionTimeoutMinutes", Value: 30},
	}
}

// safe refuses a write that a majority of servers need not have in their journals, or that could not be repeated.
func safe(command bson.D) error {
	concern, _ := get(command, "writeConcern").(bson.D)
	if get(concern, "w") != "majority" || get(concern, "j") != true {
		return fmt.Errorf("a write with the concern %v", concern)
	}
	if get(command, "txnNumber") == nil {
		return fmt.Errorf("%s can't be repeated safely", command[0].Key)
	}
	return nil
}

// agreed refuses a read that could see what a majority doesn't have.
func agreed(command bson.D) error {
	concern, _ := get(command, "readConcern").(bson.D)
	if level := get(concern, "level"); level != "majority" && level != "snapshot" {
		return fmt.Errorf("a read with the concern %v", concern)
	}
	return nil
}

// moment is the collection that a read sees. The first read of a snapshot session freezes everything and is told the
// time; later ones name that time.
func (f *fakeServer) moment(target string, now *fakeCollection, command bson.D) (*fakeCollection, *bson.Timestamp, error) {
	concern, _ := get(command, "readConcern").(bson.D)
	if get(concern, "level") != "snapshot" {
		return now, nil, nil
	}
	at, again := get(concern, "atClusterTime").(bson.Timestamp)
	if !again {
		at = bson.Timestamp{T: uint32(len(f.moments) + 1)}
		f.moments = append(f.moments, map[string]*fakeCollection{})
		for name, c := range f.collections {
			frozen := *c
			frozen.docs = maps.Clone(c.docs) // a document is replaced, never changed
			f.moments[at.T-1][name] = &frozen
		}
	}
	if f.forgetful && again {
		return nil, nil, refused{239, "SnapshotTooOld"}
	}
	return f.moments[at.T-1][target], &at, nil
}

func (f *fakeServer) listCollections(database string) bson.D {
	batch := bson.A{bson.D{{Key: "name", Value: "system.profile"}, {Key: "type", Value: "collection"}}}
	for name := range f.collections {
		if short, ours := strings.CutPrefix(name, database+"."); ours {
			batch = append(batch, bson.D{{Key: "name", Value: short}, {Key: "type", Value: "collection"}})
		}
	}
	return cursorOf(database+".$cmd.listCollections", batch)
}

func (c *fakeCollection) write(name string, command bson.D) (bson.D, error) {
	n := 0
	failed := func(i int, err error) (bson.D, error) {
		return bson.D{{Key: "n", Value: n}, {Key: "writeErrors", Value: bson.A{bson.D{
			{Key: "index", Value: i}, {Key: "code", Value: code(err)}, {Key: "errmsg", Value: err.Error()}}}}}, nil
	}
	members := map[string]string{"insert": "documents", "update": "updates", "delete": "deletes"}
	for i, v := range list(get(command, members[name])) {
		d := v.(bson.D)
		var err error
		var did bool
		switch name {
		case "insert":
			did, err = true, c.put(d, true)
		case "update":
			did, err = c.replace(get(d, "q").(bson.D), get(d, "u").(bson.D))
		case "delete":
			did, err = c.remove(get(d, "q").(bson.D))
		}
		if err != nil {
			return failed(i, err)
		}
		if did {
			n++
		}
	}
	return bson.D{{Key: "n", Value: n}, {Key: "nModified", Value: n}}, nil
}

// read answers find, and the aggregation by which the driver counts.
func (c *fakeCollection) read(name, target string, command bson.D) (bson.D, error) {
	filter, sort, limit := bson.D{}, bson.D{}, int64(0)
	if name == "find" {
		filter, _ = get(command, "filter").(bson.D)
		sort, _ = get(command, "sort").(bson.D)
		limit, _ = get(command, "limit").(int64)
	}
	for _, stage := range list(get(command, "pipeline")) {
		switch stage := stage.(bson.D)[0]; stage.Key {
		case "$match":
			filter = stage.Value.(bson.D)
		case "$limit":
			limit = stage.Value.(int64)
		case "$group": // the count itself
		default:
			return nil, fmt.Errorf("no stage %s", stage.Key)
		}
	}
	found := []bson.D{}
	if c != nil {
		var err error
		if found, err = c.find(filter, sort, get(command, "hint")); err != nil {
			return nil, err
		}
	}
	if limit > 0 && int(limit) < len(found) {
		found = found[:limit]
	}
	batch := bson.A{}
	for _, d := range found {
		batch = append(batch, d)
	}
	if name == "aggregate" {
		batch = bson.A{}
		if len(found) > 0 {
			batch = append(batch, bson.D{{Key: "_id", Value: 1}, {Key: "n", Value: int64(len(found))}})
		}
	}
	return cursorOf(target, batch), nil
}

func cursorOf(target string, batch bson.A) bson.D {
	return bson.D{{Key: "cursor", Value: bson.D{{Key: "id", Value: int64(0)}, {Key: "ns", Value: target}, {Key: "firstBatch", Value: batch}}}}
}

func get(d bson.D, key string) any {
	for _, e := range d {
		if e.Key == key {
			return e.Value
		}
	}
	return nil
}

func list(v any) bson.A {
	a, _ := v.(bson.A)
	return a
}
