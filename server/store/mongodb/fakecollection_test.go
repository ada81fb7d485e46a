package mongodb_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// fakeCollection is guarded by its server's lock.
type fakeCollection struct {
	docs    map[string]bson.D // by id
	indexes []bson.D          // as they were created
	racy    bool
	blind   bool
}

func (c *fakeCollection) put(d bson.D, fresh bool) error {
	id := fmt.Sprint(get(d, "_id"))
	if _, there := c.docs[id]; there && fresh {
		return refused{codeDuplicate, "E11000 duplicate key error index: _id_"}
	}
	for _, ix := range c.indexes {
		if get(ix, "unique") == true && !c.blind && c.collides(ix, id, d) {
			return refused{codeDuplicate, fmt.Sprint("E11000 duplicate key error index: ", get(ix, "name"))}
		}
	}
	c.docs[id] = d
	return nil
}

func (c *fakeCollection) collides(ix bson.D, id string, d bson.D) bool {
	partial := get(ix, "partialFilterExpression").(bson.D)
	if !matches(d, partial) {
		return false
	}
	for other, o := range c.docs {
		if other == id || !matches(o, partial) {
			continue
		}
		same := true
		for _, k := range get(ix, "key").(bson.D) {
			same = same && compare(field(d, k.Key), field(o, k.Key)) == 0
		}
		if same {
			return true
		}
	}
	return false
}

func (c *fakeCollection) replace(filter, d bson.D) (bool, error) {
	if c.racy { // as a server that reads, compares and writes back without a lock
		return true, c.put(d, false)
	}
	for _, old := range c.docs {
		if matches(old, filter) {
			return true, c.put(d, false)
		}
	}
	return false, nil
}

func (c *fakeCollection) remove(filter bson.D) (bool, error) {
	if c == nil {
		return false, nil
	}
	for id, d := range c.docs {
		if matches(d, filter) {
			delete(c.docs, id)
			return true, nil
		}
	}
	return false, nil
}

func (c *fakeCollection) createIndexes(all bson.A) error {
	for _, v := range all {
		ix := v.(bson.D)
		if slices.ContainsFunc(c.indexes, func(old bson.D) bool { return get(old, "name") == get(ix, "name") }) {
			continue
		}
		for _, old := range c.indexes {
			if fmt.Sprint(get(old, "key"), get(old, "partialFilterExpression")) == fmt.Sprint(get(ix, "key"), get(ix, "partialFilterExpression")) {
				return refused{85, "Index already exists with a different name"}
			}
		}
		for id, d := range c.docs {
			if get(ix, "unique") == true && c.collides(ix, id, d) {
				return refused{codeDuplicate, "E11000 duplicate key error"}
			}
		}
		c.indexes = append(c.indexes, ix)
	}
	return nil
}

func (c *fakeCollection) listIndexes(target string) (bson.D, error) {
	if c == nil {
		return nil, refused{codeNoNamespace, "ns does not exist: " + target}
	}
	batch := bson.A{bson.D{{Key: "v", Value: int32(2)}, {Key: "key", Value: bson.D{{Key: "_id", Value: int32(1)}}}, {Key: "name", Value: "_id_"}}}
	for _, ix := range c.indexes {
		batch = append(batch, append(bson.D{{Key: "v", Value: int32(2)}}, ix...))
	}
	return cursorOf(target, batch), nil
}

func (c *fakeCollection) dropIndex(name any) error {
	before := len(c.indexes)
	c.indexes = slices.DeleteFunc(c.indexes, func(ix bson.D) bool { return get(ix, "name") == name })
	if len(c.indexes) == before {
		return refused{27, fmt.Sprint("index not found with name ", name)}
	}
	return nil
}

// find refuses a hint that doesn't serve the filter and the order by itself, and reads what the index holds.
func (c *fakeCollection) find(filter, sort bson.D, hint any) ([]bson.D, error) {
	keys, partial := bson.D{{Key: "_id", Value: 1}}, bson.D{}
	if hint != "_id_" {
		i := slices.IndexFunc(c.indexes, func(ix bson.D) bool { return get(ix, "name") == hint })
		if i < 0 {
			return nil, fmt.Errorf("hint %v: no such index", hint)
		}
		keys, partial = get(c.indexes[i], "key").(bson.D), get(c.indexes[i], "partialFilterExpression").(bson.D)
	}
	equal, bounded := constraints(filter)
	for _, need := range partial {
		if !bounded[need.Key] {
			return nil, fmt.Errorf("hint %v: the filter doesn't imply that %s exists", hint, need.Key)
		}
	}
	if err := serves(keys, equal, sort); err != nil {
		return nil, fmt.Errorf("hint %v: %w", hint, err)
	}
	found := []bson.D{}
	for _, d := range c.docs {
		if matches(d, partial) && matches(d, filter) {
			found = append(found, d)
		}
	}
	slices.SortFunc(found, func(a, b bson.D) int {
		for _, by := range sort {
			if n := compare(field(a, by.Key), field(b, by.Key)); n != 0 {
				return n * int(by.Value.(int32))
			}
		}
		return 0
	})
	return found, nil
}

// constraints tells which fields a filter holds equal to a value, and which it requires to exist.
func constraints(filter bson.D) (equal, bounded map[string]bool) {
	equal, bounded = map[string]bool{}, map[string]bool{}
	if len(filter) == 1 && filter[0].Key == "$and" {
		for _, part := range list(filter[0].Value) {
			for _, e := range part.(bson.D) {
				_, operators := e.Value.(bson.D)
				equal[e.Key] = equal[e.Key] || !operators
				bounded[e.Key] = true
			}
		}
	}
	return equal, bounded
}

// serves checks that the index gives the order wished for, without sorting, once its fields held equal are passed over.
func serves(keys bson.D, equal map[string]bool, sort bson.D) error {
	for len(keys) > 0 && equal[keys[0].Key] {
		keys = keys[1:]
	}
	for i, by := range sort {
		if i >= len(keys) || keys[i].Key != by.Key || by.Value != sort[0].Value {
			return fmt.Errorf("the order %v has to be sorted", sort)
		}
	}
	return nil
}

func matches(d, filter bson.D) bool {
	for _, e := range filter {
		switch e.Key {
		case "$and":
			for _, part := range list(e.Value) {
				if !matches(d, part.(bson.D)) {
					return false
				}
			}
		case "$or":
			if !slices.ContainsFunc(list(e.Value), func(part any) bool { return matches(d, part.(bson.D)) }) {
				return false
			}
		default:
			if !fits(field(d, e.Key), e.Value) {
				return false
			}
		}
	}
	return true
}

// fits compares as MongoDB does: only values of the same kind are ever less or greater.
func fits(v, condition any) bool {
	operators, ok := condition.(bson.D)
	if !ok {
		return v != nil && kind(v) == kind(condition) && compare(v, condition) == 0
	}
	for _, o := range operators {
		switch o.Key {
		case "$exists":
			ok = (v != nil) == o.Value.(bool)
		case "$in":
			ok = slices.ContainsFunc(list(o.Value), func(one any) bool { return compare(v, one) == 0 })
		default:
			ok = v != nil && kind(v) == kind(o.Value) && holds(compare(v, o.Value), o.Key)
		}
		if !ok {
			return false
		}
	}
	return true
}

func holds(n int, operator string) bool {
	switch operator {
	case "$gt":
		return n > 0
	case "$gte":
		return n >= 0
	case "$lt":
		return n < 0
	case "$lte":
		return n <= 0
	}
	panic("fake server: no operator " + operator)
}

func field(d bson.D, path string) any {
	name, rest, nested := strings.Cut(path, ".")
	v := get(d, name)
	if !nested {
		return v
	}
	inner, _ := v.(bson.D)
	return field(inner, rest)
}

func kind(v any) int {
	switch v.(type) {
	case nil:
		return 0
	case int32, int64, float64:
		return 1
	case string:
		return 2
	case bool:
		return 3
	}
	panic(fmt.Sprintf("fake server: a %T can't be compared", v))
}

func compare(a, b any) int {
	if n := cmp.Compare(kind(a), kind(b)); n != 0 {
		return n
	}
	switch a := a.(type) {
	case string:
		return strings.Compare(a, b.(string))
	case bool:
		return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
	case nil:
		return 0
	}
	x, wholeX := whole(a)
	y, wholeY := whole(b)
	if wholeX && wholeY {
		return cmp.Compare(x, y)
	}
	return cmp.Compare(fraction(a), fraction(b))
}

func whole(v any) (int64, bool) {
	switch v := v.(type) {
	case int32:
		return int64(v), true
	case int64:
		return v, true
	}
	return 0, false
}

func fraction(v any) float64 {
	if n, ok := whole(v); ok {
		return float64(n)
	}
	return v.(float64)
}
