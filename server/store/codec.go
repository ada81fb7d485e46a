package store

import (
	"bytes"
	"encoding/json"
	"fmt"

	"longtable/server/community"
)

// DocMax bounds one document in bytes of JSON. MongoDB stops at 16 MiB; a document near this size is a design mistake.
const DocMax = 1 << 20

// grave is how a deleted document is kept until everybody was told. What it was lies one level deeper, so that no index
// but due sees it and its unique keys are free again from the same write on.
type grave[T any] struct {
	ID string `json:"_id"`
	community.Stamp
	Was *T `json:"_was"`
}

func (c *Collection[ID, T]) encode(v *T) (Doc, error) {
	id, stamp := c.kept(v).Key(), c.kept(v).Stamped()
	if id == "" || len(id) > community.IDMax {
		return Doc{}, fmt.Errorf("store: %s: an id has 1 to %d characters, not %d", c.name, community.IDMax, len(id))
	}
	var whole any = v
	if stamp.Gone {
		whole = grave[T]{id, *stamp, v}
	}
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false) // the file stays readable, and searchable byte by byte after an erasure
	if err := enc.Encode(whole); err != nil {
		return Doc{}, fmt.Errorf("store: encode %s %s: %w", c.name, id, err)
	}
	if body.Len() > DocMax {
		return Doc{}, fmt.Errorf("store: %s %s is %d bytes, more than %d", c.name, id, body.Len(), DocMax)
	}
	return Doc{id, stamp.Rev, bytes.TrimSuffix(body.Bytes(), []byte("\n"))}, nil
}

func (c *Collection[ID, T]) decode(body []byte) (*T, error) {
	v := new(T)
	if err := json.Unmarshal(body, v); err != nil {
		return nil, fmt.Errorf("store: decode %s: %w", c.name, err)
	}
	if !c.kept(v).Stamped().Gone {
		return v, nil
	}
	g := grave[T]{Was: new(T)}
	if err := json.Unmarshal(body, &g); err != nil {
		return nil, fmt.Errorf("store: decode deleted %s: %w", c.name, err)
	}
	if g.Was == nil {
		return v, nil
	}
	*c.kept(g.Was).Stamped() = g.Stamp
	return g.Was, nil
}
