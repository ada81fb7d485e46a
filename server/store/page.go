package store

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"longtable/server/community"
)

// cursorMax bounds a cursor from outside, in characters: an id and an indexed text of a few hundred characters fit.
const cursorMax = 2048

// Page is Find for a list that people page through: the page says where to go on and how many, in the place of the
// query's After and Limit. The cursor returned is empty when nothing follows.
func (c *Collection[ID, T]) Page(ctx context.Context, q Query, page community.Page) ([]*T, community.Cursor, error) {
	if page.Limit < 1 || page.Limit >= LimitMax {
		return nil, "", fmt.Errorf("store: a page has 1 to %d documents, not %d", LimitMax-1, page.Limit)
	}
	q.After, q.Limit = nil, page.Limit+1 // one more tells whether another page follows
	ix, q, err := c.plan(q)
	if err != nil {
		return nil, "", err
	}
	next := ix.Next(q)
	if page.After != "" {
		if q.After, err = parseCursor(page.After, next != ""); err != nil {
			return nil, "", err
		}
	}
	var bodies [][]byte
	err = c.db.engine.Find(ctx, c.name, ix, q, func(body []byte) error {
		bodies = append(bodies, bytes.Clone(body))
		return nil
	})
	if err != nil {
		return nil, "", fmt.Errorf("store: page of %s by %s: %w", c.name, ix.Name, err)
	}
	var cursor community.Cursor
	if len(bodies) > page.Limit {
		bodies = bodies[:page.Limit]
		if cursor, err = cursorBehind(bodies[page.Limit-1], next); err != nil {
			return nil, "", err
		}
	}
	all := make([]*T, len(bodies))
	for i, body := range bodies {
		if all[i], err = c.decode(body); err != nil {
			return nil, "", err
		}
	}
	return c.present(all), cursor, nil
}

// cursorBehind names the place of a document in an index ordered by a field, as text for addresses: [id, key] in JSON.
func cursorBehind(body []byte, field string) (community.Cursor, error) {
	place := make([]json.RawMessage, 1, 2)
	var err error
	if place[0], err = member(body, "_id"); err != nil {
		return "", err
	}
	if field != "" {
		key, err := member(body, field)
		if err != nil {
			return "", err
		}
		place = append(place, key)
	}
	text, err := json.Marshal(place)
	return community.Cursor(base64.RawURLEncoding.EncodeToString(text)), err
}

// member reads one member of a JSON object, by its name or by a dotted path.
func member(body json.RawMessage, path string) (json.RawMessage, error) {
	for name := range strings.SplitSeq(path, ".") {
		var object map[string]json.RawMessage
		if err := json.Unmarshal(body, &object); err != nil {
			return nil, fmt.Errorf("store: read %s of a document: %w", path, err)
		}
		body = object[name]
	}
	if body == nil {
		return nil, fmt.Errorf("store: a document in order of %s doesn't have it", path)
	}
	return body, nil
}

// parseCursor reads a cursor that went through other hands. What is wrong with it is the asker's mistake, not ours.
func parseCursor(cursor community.Cursor, keyed bool) (*At, error) {
	refused := community.Invalid(community.Problems{"after": {Say: "error.cursor"}})
	if len(cursor) > cursorMax {
		return nil, refused
	}
	text, err := base64.RawURLEncoding.DecodeString(string(cursor))
	if err != nil {
		return nil, refused
	}
	var place []any
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&place); err != nil || len(place) == 0 || len(place) > 2 || keyed != (len(place) == 2) {
		return nil, refused
	}
	id, isText := place[0].(string)
	if !isText {
		return nil, refused
	}
	at := &At{ID: id}
	if keyed {
		if at.Key, err = cursorKey(place[1]); err != nil {
			return nil, refused
		}
	}
	return at, nil
}

func cursorKey(v any) (any, error) {
	switch v := v.(type) {
	case string, bool:
		return v, nil
	case json.Number:
		if n, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return n, nil
		}
		return v.Float64()
	}
	return nil, fmt.Errorf("store: a %T is no place in an index", v)
}
