package embedded

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// brokenTable keeps, in each database file, the text of the documents that
// were set aside. Nothing is ever deleted from it.
const brokenTable = "_phananh_broken"

// mender sets aside the documents that the engine cannot read, because one of
// them makes every reading of its collection fail. In its place it leaves a
// stub: a document of the same _id with the schema 0, which the journal takes
// for any other damaged entry, refuses and names.
type mender struct {
	log   *slog.Logger
	fails func(ctx context.Context, database, collection, id string) bool // the engine, at reading a document, or all where id is empty
	id    *regexp.Regexp                                                  // of the first _id in a text; the engine's own forms of an _id have no quote after the colon
	own   *regexp.Regexp                                                  // an _id that is an ObjectID: a marker, which needs no stub
}

func newMender(log *slog.Logger, fails func(ctx context.Context, database, collection, id string) bool) mender {
	return mender{
		log: log, fails: fails,
		id:  regexp.MustCompile(`"_id":"([!#-\[\]-~]{1,200})"`),
		own: regexp.MustCompile(`^[0-9a-f]{24}$`),
	}
}

// mendFiles looks once at every document of every database file in a folder.
// It may run beside the engine; it locks a file only to change it.
func (m mender) mendFiles(ctx context.Context, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.sqlite"))
	for _, file := range files {
		if e := m.mendFile(ctx, file); e != nil {
			err = errors.Join(err, fmt.Errorf("look for damage in %s: %w", file, e))
		}
	}
	return err
}

func (m mender) mendFile(ctx context.Context, file string) (err error) {
	u := url.URL{Scheme: "file", Opaque: file, RawQuery: settings + "&_pragma=busy_timeout(10000)&_txlock=immediate"}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tables, err := collectionTables(ctx, db)
	if err != nil {
		return err
	}
	for _, table := range tables {
		rows, err := m.suspects(ctx, db, table)
		if err != nil {
			return err
		}
		if err := m.mendTable(ctx, db, file, table, rows); err != nil {
			return err
		}
	}
	return nil
}

// mendTable sets aside those of the suspected rows that the engine itself
// fails at: what is sound to the engine is never touched, whatever is thought
// of it here. Where it then still cannot read the collection, the rest of the
// suspects go as well.
func (m mender) mendTable(ctx context.Context, db *sql.DB, file, table string, suspects []suspect) error {
	if len(suspects) == 0 {
		return nil
	}
	var collection string
	if err := db.QueryRowContext(ctx, `SELECT name FROM _ferretdb_collections WHERE table_name = ?`, table).Scan(&collection); err != nil {
		return err
	}
	database := strings.TrimSuffix(filepath.Base(file), ".sqlite")
	confirmed := func(s suspect) bool {
		return s.noJSON || s.id != "" && m.fails(ctx, database, collection, s.id)
	}
	any := func(suspect) bool { return true }
	for _, chosen := range []func(suspect) bool{confirmed, any} {
		if !m.fails(ctx, database, collection, "") {
			return nil
		}
		var rows []int64
		for _, s := range suspects {
			if chosen(s) {
				rows = append(rows, s.row)
			}
		}
		aside, err := m.setAside(ctx, db, table, collection, rows)
		if err != nil {
			return err
		}
		for _, d := range aside {
			m.log.Error("a damaged document was set aside: restore it from a backup",
				"collection", d.collection, "id", d.id, "stub", d.stub, "row", d.row, "kept_in", brokenTable, "file", file)
		}
	}
	return nil
}

// suspect is a row that the engine may not be able to read, and what its _id
// seems to be.
type suspect struct {
	row    int64
	id     string
	noJSON bool // there is no doubt
}

// suspects lists the rows of a table that the engine should not be able to
// read.
func (m mender) suspects(ctx context.Context, db *sql.DB, table string) (broken []suspect, err error) {
	rows, err := db.QueryContext(ctx, fmt.Sprintf(`SELECT rowid, _ferretdb_sjson FROM %q`, table))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	known := forms{}
	for rows.Next() {
		var row int64
		var text sql.RawBytes
		if err := rows.Scan(&row, &text); err != nil {
			return nil, err
		}
		if !known.readable(text) {
			broken = append(broken, suspect{row, m.salvageID(text), !json.Valid(text)})
		}
	}
	return broken, rows.Err()
}

// asideDoc is a document that was set aside.
type asideDoc struct {
	collection, id string // id: empty where it could not be salvaged
	row            int64
	stub           bool // stands in its place
}

// setAside moves rows of a table, all or none. The index on _id cannot be kept
// up for a text that is no JSON, so that it is dropped and made anew; others
// see neither, as it is one transaction.
func (m mender) setAside(ctx context.Context, db *sql.DB, table, collection string, rows []int64) (aside []asideDoc, err error) {
	if len(rows) == 0 {
		return nil, nil
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // does nothing once committed
	for _, q := range []string{
		fmt.Sprintf(`CREATE TABLE IF NOT EXISTS %q (collection TEXT, row INTEGER, id TEXT, text TEXT, at TEXT)`, brokenTable),
		fmt.Sprintf(`DROP INDEX IF EXISTS %q`, idIndex(table)),
	} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return nil, err
		}
	}
	for _, row := range rows {
		var text []byte
		err := tx.QueryRowContext(ctx, fmt.Sprintf(`SELECT _ferretdb_sjson FROM %q WHERE rowid = ?`, table), row).Scan(&text)
		if errors.Is(err, sql.ErrNoRows) || err == nil && (forms{}).readable(text) {
			continue // it has gone since, and its number may be another's
		}
		if err != nil {
			return nil, err
		}
		d := asideDoc{collection: collection, row: row, id: m.salvageID(text)}
		if err := move(ctx, tx, table, d); err != nil {
			return nil, err
		}
		aside = append(aside, d)
	}
	if _, err := tx.ExecContext(ctx, createIDIndex(table)); err != nil {
		return nil, err
	}
	for i, d := range aside {
		if aside[i].stub, err = m.leaveStub(ctx, tx, table, d); err != nil {
			return nil, err
		}
	}
	return aside, tx.Commit()
}

func (m mender) salvageID(text []byte) string {
	if found := m.id.FindSubmatch(text); found != nil {
		return string(found[1])
	}
	return ""
}

// move copies the text within the database, so that it stays what it is to
// the byte.
func move(ctx context.Context, tx *sql.Tx, table string, d asideDoc) error {
	_, err := tx.ExecContext(ctx, fmt.Sprintf(`INSERT INTO %q SELECT ?, rowid, ?, _ferretdb_sjson, ? FROM %q WHERE rowid = ?`, brokenTable, table),
		d.collection, d.id, time.Now().UTC().Format(time.RFC3339), d.row)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, fmt.Sprintf(`DELETE FROM %q WHERE rowid = ?`, table), d.row)
	return err
}

// leaveStub says whether a stub stands in a document's place: not where the
// _id is unknown, or that of a document that can be read.
func (m mender) leaveStub(ctx context.Context, tx *sql.Tx, table string, d asideDoc) (bool, error) {
	if d.id == "" || m.own.MatchString(d.id) {
		return false, nil
	}
	id, err := json.Marshal(d.id)
	if err != nil {
		return false, err
	}
	stub := fmt.Sprintf(`{"$s":{"p":{"_id":{"t":"string"},"schema":{"t":"int"}},"$k":["_id","schema"]},"_id":%s,"schema":0}`, id)
	done, err := tx.ExecContext(ctx, fmt.Sprintf(`INSERT OR IGNORE INTO %q (rowid, _ferretdb_sjson) VALUES (?, ?)`, table), d.row, stub)
	if err != nil {
		return false, err
	}
	n, err := done.RowsAffected()
	return n > 0, err
}
