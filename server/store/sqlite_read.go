package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"
)

// idsMax is how many ids one statement names, a round number below every limit of SQLite.
const idsMax = 100

// Get implements Engine.
func (e *SQLite) Get(ctx context.Context, collection string, ids []string, each func([]byte) error) error {
	for part := range slices.Chunk(ids, idsMax) {
		args := make([]any, len(part))
		for i, id := range part {
			args[i] = id
		}
		query := `SELECT body FROM "` + collection + `" WHERE id IN (?` + strings.Repeat(",?", len(part)-1) + `)`
		if err := e.rows(ctx, each, query, args); err != nil {
			return err
		}
	}
	return nil
}

// Find implements Engine.
func (e *SQLite) Find(ctx context.Context, collection string, ix Index, q Query, each func([]byte) error) error {
	from, args := selection(collection, ix, q)
	return e.rows(ctx, each, `SELECT body`+from+order(ix, q)+` LIMIT ?`, append(args, int64(q.Limit)))
}

// order is what the index gives by itself, so that SQLite never sorts. In a unique index nothing is tied.
func order(ix Index, q Query) string {
	direction := ""
	if q.Desc {
		direction = " DESC"
	}
	next := ix.Next(q)
	switch {
	case next == "":
		return ` ORDER BY id` + direction
	case ix.Unique:
		return ` ORDER BY "` + next + `"` + direction
	}
	return ` ORDER BY "` + next + `"` + direction + `, id` + direction
}

// Count implements Engine.
func (e *SQLite) Count(ctx context.Context, collection string, ix Index, q Query) (n int64, err error) {
	from, args := selection(collection, ix, q)
	limit := int64(-1) // none
	if q.Limit > 0 {
		limit = int64(q.Limit)
	}
	s, err := e.prepare(ctx, `SELECT count(*) FROM (SELECT 1`+from+` LIMIT ?)`)
	if err != nil {
		return 0, err
	}
	return n, clearly(s.QueryRowContext(ctx, append(args, limit)...).Scan(&n))
}

// selection is the part that Find and Count share. INDEXED BY makes a query that doesn't fit its index an error rather
// than a slow surprise.
func selection(collection string, ix Index, q Query) (string, []any) {
	indexed, where, args := ``, []string{`TRUE`}, []any{}
	if ix.Name != "" {
		indexed, where = ` INDEXED BY "`+indexName(collection, ix)+`"`, []string{present(ix)}
	}
	add := func(condition string, values ...any) {
		where, args = append(where, condition), append(args, values...)
	}
	for i, v := range q.Eq {
		add(`"`+ix.Fields[i]+`" = ?`, v)
	}
	beyond := ` > `
	if q.Desc {
		beyond = ` < `
	}
	next := ix.Next(q)
	if q.From != nil {
		add(`"`+next+`" >= ?`, q.From)
	}
	if q.To != nil {
		add(`"`+next+`" < ?`, q.To)
	}
	switch {
	case q.After == nil:
	case next == "":
		add(`id`+beyond+`?`, q.After.ID)
	case ix.Unique:
		add(`"`+next+`"`+beyond+`?`, q.After.Key)
	default:
		add(`("`+next+`", id)`+beyond+`(?, ?)`, q.After.Key, q.After.ID)
	}
	return ` FROM "` + collection + `"` + indexed + ` WHERE ` + strings.Join(where, ` AND `), args
}

func (e *SQLite) rows(ctx context.Context, each func([]byte) error, query string, args []any) error {
	s, err := e.prepare(ctx, query)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(ctx, args...)
	if err != nil {
		return clearly(err)
	}
	defer rows.Close()
	for rows.Next() {
		var body sql.RawBytes
		if err := rows.Scan(&body); err != nil {
			return err
		}
		if err := each(body); err != nil {
			return err
		}
	}
	return clearly(rows.Err())
}

// prepare keeps each statement for the life of the engine: their number is bounded by the declared indexes, the few
// shapes of a query and idsMax.
func (e *SQLite) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	e.mu.Lock()
	s := e.prepared[query]
	e.mu.Unlock()
	if s != nil {
		return s, nil
	}
	s, err := e.reads.PrepareContext(ctx, query)
	if err != nil {
		return nil, clearly(err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if other := e.prepared[query]; other != nil {
		return other, s.Close()
	}
	e.prepared[query] = s
	return s, nil
}
