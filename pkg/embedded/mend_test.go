package embedded_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/embedded/embeddedtest"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/report"
)

type silent struct{}

func (silent) Announce(context.Context, []report.Entry) error { return nil }

// withJournal opens a journal on a data folder's engines, and stops both.
func withJournal(t *testing.T, dir string, do func(*journal.Journal)) {
	t.Helper()
	engines, stop := embeddedtest.StartIn(t, dir)
	defer stop()
	j, err := journal.Open(journal.Config{URI: engines.MongoDB, Database: embeddedtest.Database, Announcer: silent{}, Log: embeddedtest.Log(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := j.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	do(j)
}

// entries makes a report with two actions. Its ID has n for its end, and its
// text n in it, so that its bytes can be told from all others.
func entries(n int) (report.Report, []report.Action) {
	r := report.Report{
		ID: report.ID(fmt.Sprintf("ABCDEFGH%04d", n)), Digest: []byte{1, 2, 3}, Category: "theft",
		Narrative: fmt.Sprintf("Chuyện thứ %04d.", n), Place: report.Place{Commune: "30280"},
		Contact: report.Contact{Phone: "0900000000"}, Language: "vi", ReceivedAt: report.Instant(time.Now()),
	}
	return r, []report.Action{
		{Report: r.ID, N: 1, Type: report.Routed, At: r.ReceivedAt, Actor: report.Actor{Kind: report.System}, Unit: "883",
			Evidence: &report.Evidence{Rule: "commune", Method: "chosen", Confidence: 1}},
		{Report: r.ID, N: 2, Type: report.Claimed, At: r.ReceivedAt, Actor: report.Actor{Kind: report.Staff, User: fmt.Sprintf("u%04d", n)}},
	}
}

// overwrite plays the disk: it replaces bytes of the stopped database's file
// that occur once in it, beneath SQLite and its index.
func overwrite(t *testing.T, file, from, to string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(from) != len(to) || bytes.Count(data, []byte(from)) != 1 {
		t.Fatalf("%q occurs %d times", from, bytes.Count(data, []byte(from)))
	}
	if err := os.WriteFile(file, bytes.Replace(data, []byte(from), []byte(to), 1), 0o600); err != nil {
		t.Fatal(err)
	}
}

// query reads the first column of a query's rows.
func query(t *testing.T, file, q string) (out []string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	rows, err := db.QueryContext(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func scanned(t *testing.T, j *journal.Journal) journal.Scanned {
	t.Helper()
	var s journal.Scanned
	err := error(nil)
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if s, err = j.Scan(t.Context(), func(report.Entry) error { return nil }); err == nil {
			break
		}
	}
	if err != nil {
		t.Fatal("the journal cannot be read:", err)
	}
	slices.Sort(s.Damaged)
	return s
}

func TestABrokenDocumentIsSetAsideNamedAndHidesNoOther(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "mongodb", embeddedtest.Database+".sqlite")
	const cases = 6
	withJournal(t, dir, func(j *journal.Journal) {
		for n := range cases {
			r, actions := entries(n)
			if err := j.Append(t.Context(), report.Entry{Report: &r}); err != nil {
				t.Fatal(err)
			}
			for _, a := range actions {
				if err := j.Append(t.Context(), report.Entry{Action: &a}); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
	query(t, file, `SELECT count(*) FROM _ferretdb_collections`)                                                   // whoever closes last moves the log into the file
	overwrite(t, file, `Chuyện thứ 0001."`, `Chuyện thứ 0001.#`)                                                   // no JSON
	overwrite(t, file, `"ABCDEFGH0002","schema":1`, "\"ABCDEFGH0002\",\"schema\":q")                               // no JSON
	overwrite(t, file, `"ABCDEFGH0003/2","schema":1`, `"ABCDEFGH0003/2","scheme":1`)                               // JSON, but not of its form
	overwrite(t, file, `"_id":"ABCDEFGH0004/1",`, `"_id":!ABCDEFGH0004/1",`)                                       // no JSON, no ID
	overwrite(t, file, `"ABCDEFGH0005","schema":1,"digest":"A`, "\"ABCDEFGH0005\",\"schema\":1,\"digest\":\"\x00") // ends a C string

	var first journal.Scanned
	withJournal(t, dir, func(j *journal.Journal) {
		first = scanned(t, j)
		if want := []string{"ABCDEFGH0001", "ABCDEFGH0002", "ABCDEFGH0003/2", "ABCDEFGH0005"}; !slices.Equal(first.Damaged, want) || first.Reports != cases-3 || first.Actions != 2*cases-2 {
			t.Errorf("scan: %+v, want damaged %v", first, want)
		}
		for n, want := range []report.Damage{{}, {Report: true}, {Report: true}, {Action: 2}, {}, {Report: true}} {
			r, _ := entries(n)
			if c, err := j.Salvage(t.Context(), r.ID); err != nil || c.Damage != want {
				t.Errorf("case %d: %+v, %v", n, c.Damage, err)
			}
		}
		r, _ := entries(1)
		if err := j.Append(t.Context(), report.Entry{Report: &r}); err == nil {
			t.Error("a damaged entry was replaced by an insert")
		}
		r, _ = entries(cases)
		if err := j.Append(t.Context(), report.Entry{Report: &r}); err != nil {
			t.Error("a new entry:", err)
		}
	})
	kept := query(t, file, `SELECT collection || ' ' || id || ' ' || CAST(text AS BLOB) FROM _phananh_broken ORDER BY 1`)
	for i, want := range []string{"actions  ", "actions ABCDEFGH0003/2 ", "reports ABCDEFGH0001 ", "reports ABCDEFGH0002 ", "reports ABCDEFGH0005 "} {
		if len(kept) != 5 || !strings.HasPrefix(kept[i], want+`{"$s":`) || !strings.HasSuffix(kept[i], "}") {
			t.Errorf("kept %d: %q", i, kept)
			break
		}
	}
	if got := query(t, file, `SELECT DISTINCT sql LIKE 'CREATE UNIQUE INDEX % (_ferretdb_sjson->''$._id'')' FROM sqlite_schema WHERE type = 'index' AND name LIKE '%\_\_id\_' ESCAPE '\'`); !slices.Equal(got, []string{"1"}) {
		t.Errorf("the indexes on _id are not all as they were: %v", got)
	}
	if got := query(t, file, `PRAGMA integrity_check`); !slices.Equal(got, []string{"ok"}) {
		t.Error("integrity:", got)
	}

	withJournal(t, dir, func(j *journal.Journal) {
		if again := scanned(t, j); !slices.Equal(again.Damaged, first.Damaged) || again.Reports != first.Reports+1 || again.Actions != first.Actions {
			t.Errorf("second start: %+v", again)
		}
	})
	if again := query(t, file, `SELECT collection || ' ' || id || ' ' || CAST(text AS BLOB) FROM _phananh_broken ORDER BY 1`); !slices.Equal(again, kept) {
		t.Errorf("the second start set aside more: %q", again)
	}
}
