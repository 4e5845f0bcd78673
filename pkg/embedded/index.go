package embedded

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"

	_ "modernc.org/sqlite" // the driver that the engine itself uses
)

// IndexIDs adds to an engine's database file the index that its reads by _id
// need, for every collection that lacks it. The engine indexes _id by another
// expression than its queries use, and so scans. Safe while the engine runs.
func IndexIDs(ctx context.Context, file string) (err error) {
	u := url.URL{Scheme: "file", Opaque: file, RawQuery: "_pragma=busy_timeout(10000)"}
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
		q := fmt.Sprintf(`CREATE INDEX IF NOT EXISTS %q ON %q (_ferretdb_sjson->'$._id')`, table+"_read_by_id", table)
		if _, err := db.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("index %s: %w", table, err)
		}
	}
	return nil
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
