package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// Ensure implements Engine: a table for each collection, and a generated column, which takes no space, for each indexed
// field. SQLite fills a new index from the documents that are there.
func (e *SQLite) Ensure(ctx context.Context, collection string, indexes []Index) error {
	return e.write(ctx, func(b *batch) error {
		if err := b.ensureTable(collection, indexes); err != nil {
			return err
		}
		return b.ensureIndexes(collection, indexes)
	})
}

// ensureTable makes the table whole where there is none: each column that is added later makes SQLite read all of its
// schema again, and was four fifths of the time of opening a new store. A table that is there gets what it lacks.
func (b *batch) ensureTable(collection string, indexes []Index) error {
	have, err := b.pairs(`SELECT name, '' FROM pragma_table_xinfo(?)`, collection)
	if err != nil {
		return err
	}
	var missing []string
	for _, ix := range indexes {
		for _, field := range ix.Fields {
			if _, there := have[field]; !there && !slices.Contains(missing, generated(field)) {
				missing = append(missing, generated(field))
			}
		}
	}
	if len(have) == 0 {
		columns := append([]string{`id TEXT PRIMARY KEY`, `rev INTEGER NOT NULL`, `body TEXT NOT NULL`}, missing...)
		_, err = b.exec(`CREATE TABLE "` + collection + `"(` + strings.Join(columns, ", ") + `)`)
		return err
	}
	for _, column := range missing {
		if _, err := b.exec(`ALTER TABLE "` + collection + `" ADD COLUMN ` + column); err != nil {
			return err
		}
	}
	return nil
}

// generated is a column as it is declared, with the value of a field.
func generated(field string) string {
	return fmt.Sprintf(`"%s" AS (body ->> '$."%s"') VIRTUAL`, field, strings.ReplaceAll(field, ".", `"."`))
}

// ensureIndexes makes those that are missing, and again those that were declared otherwise; what is declared no longer
// goes, because a forgotten unique index would go on refusing documents.
func (b *batch) ensureIndexes(collection string, indexes []Index) error {
	have, err := b.pairs(`SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL`, collection)
	if err != nil {
		return err
	}
	wanted := map[string]string{}
	for _, ix := range indexes {
		wanted[indexName(collection, ix)] = indexStatement(collection, ix)
	}
	for name, statement := range have {
		if wanted[name] == statement {
			delete(wanted, name)
		} else if _, err := b.exec(`DROP INDEX "` + name + `"`); err != nil {
			return err
		}
	}
	for _, statement := range wanted {
		if _, err := b.exec(statement); err != nil {
			return err
		}
	}
	return nil
}

// pairs reads the two columns of a small result inside the transaction.
func (b *batch) pairs(query string, args ...any) (map[string]string, error) {
	rows, err := b.conn.QueryContext(context.Background(), query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string]string{}
	for rows.Next() {
		var name, value sql.NullString
		if err := rows.Scan(&name, &value); err != nil {
			return nil, err
		}
		all[name.String] = value.String
	}
	return all, rows.Err()
}

// indexName has the fields in it, so that an index declared otherwise is another one: a reader that hasn't noticed the
// change yet asks for the new name, fails to find it, and looks again.
func indexName(collection string, ix Index) string {
	return collection + "." + ix.Name + ":" + strings.Join(ix.Fields, "+")
}

func indexStatement(collection string, ix Index) string {
	unique, tail := "UNIQUE ", ""
	if !ix.Unique {
		unique, tail = "", ", id"
	}
	return fmt.Sprintf(`CREATE %sINDEX "%s" ON "%s"(%s%s) WHERE %s`, unique, indexName(collection, ix), collection,
		`"`+strings.Join(ix.Fields, `", "`)+`"`, tail, present(ix))
}

// present is the condition of a partial index; a query repeats it, so that SQLite knows the index suffices.
func present(ix Index) string {
	return `"` + strings.Join(ix.Needs(), `" IS NOT NULL AND "`) + `" IS NOT NULL`
}
