package embedded

import (
	"bytes"
	"context"
	"database/sql"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

const sound = `{"$s":{"p":{"_id":{"t":"string"},"at":{"t":"date"},"who":{"t":"object","$s":{"p":{"n":{"t":"int"}},"$k":["n"]}},` +
	`"why":{"t":"array","i":[{"t":"string"},{"t":"double"}]},"sum":{"t":"binData","s":0},"key":{"t":"objectId"},"no":{"t":"null"}},` +
	`"$k":["_id","at","who","why","sum","key","no"]},"_id":"a","at":1700000000000,"who":{"n":3},"why":["x",0.5],"sum":"AQID",` +
	`"key":"0123456789abcdef01234567","no":null}`

func TestWhatTheEngineCannotReadIsRecognised(t *testing.T) {
	if !(forms{}).readable([]byte(sound)) {
		t.Error("a sound document is refused")
	}
	for _, change := range [][2]string{
		{`"$s":{"p":{"_id"`, `"$r":{"p":{"_id"`}, {`"p":{"_id"`, `"q":{"_id"`}, {`"$k":["_id"`, `"$j":["_id"`}, {`"$k":["_id"`, `"$k":["_ie"`},
		{`"_id":"a"`, `"_ie":"a"`}, {`"_id":"a"`, `"_id":3.5`}, {`"date"`, `"dave"`}, {`1700000000000`, `170000000000.5`}, {`{"n":3}`, `{"m":3}`},
		{`{"n":3}`, `{"n":3000000000}`}, {`["x",0.5]`, `["x"]`}, {`["x",0.5]`, `["x","y"]`}, {`"AQID"`, `"AQI!"`}, {`"0123`, `"x123`}, {`"0123`, `"01`},
		{`"s":0`, `"s":999`}, {`"no":null}`, `"no":null}}`}, {`"no":null}`, `"no":null`}, {`"a"`, "\"\x00\""},
	} {
		text := strings.Replace(sound, change[0], change[1], 1)
		if text == sound || (forms{}).readable([]byte(text)) {
			t.Errorf("%s for %s passes", change[1], change[0])
		}
	}
	for _, text := range []string{"", "null", "[]", "{}", `{"$s":null,"_id":"a"}`, `{"$s":{},"_id":"a"}`} {
		if (forms{}).readable([]byte(text)) {
			t.Errorf("%s passes", text)
		}
	}
}

// table makes a database file as the engine does, with n sound documents.
func table(tb testing.TB, n int, more ...string) (dir string, db *sql.DB) {
	tb.Helper()
	dir = tb.TempDir()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "x.sqlite")+"?_pragma=journal_mode(wal)")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	for _, q := range []string{
		`CREATE TABLE _ferretdb_collections (name TEXT, table_name TEXT)`,
		`INSERT INTO _ferretdb_collections VALUES ('reports', 't')`,
		`CREATE TABLE t (_ferretdb_sjson TEXT NOT NULL CHECK(_ferretdb_sjson != '')) STRICT`,
	} {
		if _, err := db.ExecContext(tb.Context(), q); err != nil {
			tb.Fatal(err)
		}
	}
	_, err = db.ExecContext(tb.Context(), `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ?)
		INSERT INTO t SELECT replace(?, '"_id":"a"', '"_id":"' || i || '"') FROM c`, n, sound)
	for _, text := range more {
		if err == nil {
			_, err = db.ExecContext(tb.Context(), `INSERT INTO t VALUES (?)`, text)
		}
	}
	if err != nil {
		tb.Fatal(err)
	}
	return dir, db
}

// always is an engine that fails at everything.
func always(context.Context, string, string, string) bool { return true }

// What is thought of here as damaged may be sound to the engine, whose next
// version may write other forms.
func TestWhatTheEngineReadsIsNeverTouched(t *testing.T) {
	dir, db := table(t, 3, `{"$s":"another form","_id":"b"}`, `{"$s":"another form","_id":"c"}`)
	never := func(context.Context, string, string, string) bool { return false }
	mended := false
	onlyAtC := func(_ context.Context, _, _, id string) bool {
		if id == "" {
			return !mended
		}
		mended = true // by what follows
		return id == "c"
	}
	for _, c := range []struct {
		fails func(context.Context, string, string, string) bool
		stubs int
	}{{never, 0}, {onlyAtC, 1}} {
		if err := newMender(slog.New(slog.DiscardHandler), c.fails).mendFiles(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
		var left, untouched, stubs int
		err := db.QueryRowContext(t.Context(), `SELECT count(*), sum(_ferretdb_sjson LIKE '{"$s":"another form","_id":"b"}'), coalesce(sum(_ferretdb_sjson->'$.schema' = '0'), 0) FROM t`).
			Scan(&left, &untouched, &stubs)
		if err != nil || left != 5 || untouched != 1 || stubs != c.stubs {
			t.Errorf("%d documents, %d untouched, %d stubs, %v", left, untouched, stubs, err)
		}
	}
}

func TestEveryDocumentSetAsideIsLogged(t *testing.T) {
	var out bytes.Buffer
	dir, db := table(t, 3, `{"_id":"b","x"`, `{"_id":"3","x"`, `{"_id":"0123456789abcdef01234567"`, `nothing`)
	if err := newMender(slog.New(slog.NewTextHandler(&out, nil)), always).mendFiles(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"id=b stub=true row=4", "id=3 stub=false row=5", "id=0123456789abcdef01234567 stub=false row=6", `id="" stub=false row=7`} {
		if !strings.Contains(out.String(), "level=ERROR") || strings.Count(out.String(), "collection=reports "+want+" kept_in=_phananh_broken") != 1 {
			t.Errorf("no line with %s in\n%s", want, &out)
		}
	}
	var left, kept int
	if err := db.QueryRowContext(t.Context(), `SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM _phananh_broken)`).Scan(&left, &kept); err != nil || left != 4 || kept != 4 {
		t.Errorf("%d left, %d kept, %v", left, kept, err)
	}
}

func TestTheLookStopsWhenItIsAskedTo(t *testing.T) {
	dir, db := table(t, 20_000)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	defer goleak.VerifyNone(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- newMender(slog.New(slog.DiscardHandler), always).mendFiles(ctx, dir) }()
	stop()
	if err := <-ended; err == nil {
		t.Error("it went on to the end")
	}
}

// The look at 100,000 documents, as it is at each start: in the background,
// without a lock.
func BenchmarkLook(b *testing.B) {
	dir, _ := table(b, 100_000)
	for b.Loop() {
		if err := newMender(slog.New(slog.DiscardHandler), always).mendFiles(b.Context(), dir); err != nil {
			b.Fatal(err)
		}
	}
}

// With one document to set aside, the index is made anew: what writers wait.
func BenchmarkSetAside(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		_, db := table(b, 100_000, `broken`)
		suspected, err := newMender(slog.New(slog.DiscardHandler), always).suspects(b.Context(), db, "t")
		b.StartTimer()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := newMender(slog.New(slog.DiscardHandler), always).setAside(b.Context(), db, "t", "reports", []int64{suspected[0].row}); err != nil {
			b.Fatal(err)
		}
	}
}
