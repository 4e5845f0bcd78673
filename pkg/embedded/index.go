package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"

	_ "modernc.org/sqlite" // the driver that the engine itself uses
)

// IndexIDs puts the unique index on _id of every collection in an engine's
// database file on the expression that the engine's queries use. The engine
// itself indexes _id by another expression, which forbids duplicates but which
// its queries cannot use, so that a read by _id scans; a second index would
// serve them but would cost every insert another page. Safe while the engine
// runs, and when repeated.
func IndexIDs(ctx context.Context, file string) (err error) {
	u := url.URL{Scheme: "file", Opaque: file, RawQuery: "_pragma=busy_timeout(10000)&_txlock=immediate"}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return fmt.Errorf("open %s: %w", file, err)
	}
	defer func() {
		if e := db.Close(); err == nil {
			err = e
		}
	}()
	tables, err := collectionTables(ctx, db)
	if err != nil {
		return fmt.Errorf("list tables of %s: %w", file, err)
	}
	for _, table := range tables {
		if err := indexID(ctx, db, table); err != nil {
			return fmt.Errorf("index %s: %w", table, err)
		}
	}
	return nil
}

func indexID(ctx context.Context, db *sql.DB, table string) error {
	name, create := idIndex(table), createIDIndex(table)
	var found string
	err := db.QueryRowContext(ctx, `SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?`, name).Scan(&found)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if found == create {
		return nil
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing once committed
	for _, q := range []string{fmt.Sprintf(`DROP INDEX IF EXISTS %q`, name), fmt.Sprintf(`DROP INDEX IF EXISTS %q`, table+"_read_by_id"), create} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// idIndex is the name that the engine gives the index on a table's _id.
func idIndex(table string) string { return table + "__id_" }

func createIDIndex(table string) string {
	return fmt.Sprintf(`CREATE UNIQUE INDEX %q ON %q (_ferretdb_sjson->'$._id')`, idIndex(table), table)
}

func collectionTables(ctx context.Context, db *sql.DB) (tables []string, err error) {
	rows, err := db.QueryContext(ctx, `SELECT table_name FROM _ferretdb_collections`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		tables = append(tables, name)
	}
	return tables, rows.Err()
}
