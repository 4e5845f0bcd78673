package contender

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// driver is the SQLite driver that PocketBase brings. The embedded engine's
// files are SQLite's too.
const driver = "sqlite"

// countReports counts the documents in the collection "reports" of the
// embedded engine's database files in a folder.
func countReports(dir string) (n int, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.sqlite"))
	if err != nil {
		return 0, err
	}
	for _, file := range files {
		var table string
		err := query(file, &table, `SELECT table_name FROM _ferretdb_collections WHERE name = 'reports'`)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return 0, err
		}
		return countRows(file, table)
	}
	return 0, fmt.Errorf("no database in %s has the collection reports", dir)
}

// countRows counts the rows of a table.
func countRows(file, table string) (n int, err error) {
	err = query(file, &n, fmt.Sprintf(`SELECT count(*) FROM %q`, table))
	return n, err
}

func query(file string, into any, q string) (err error) {
	if _, err := os.Stat(file); err != nil { // SQLite would make an empty one
		return err
	}
	db, err := sql.Open(driver, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.QueryRow(q).Scan(into); err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(file), err)
	}
	return nil
}
