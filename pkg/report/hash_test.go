package report_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/phananh/portal/pkg/report"
)

// whole is a report with every field set, so that a field that is added and
// forgotten in the encoding is found below.
func whole() report.Report {
	return report.Report{
		ID: "000000000001", Digest: []byte{1, 2}, Category: "theft", Urgent: true, Narrative: "Mất xe máy trước chợ.",
		Place: report.Place{
			District: "883", Commune: "30280", Address: "Số 1", Unknown: true,
			Point: &report.Point{Lat: 10.38, Lon: 105.43, AccuracyM: 20},
		},
		OccurredAt: received.Add(-time.Hour), Ongoing: true,
		Contact:  report.Contact{Name: "Lê Văn Tám", Phone: "0900000000", Email: "tam@example.org"},
		Language: "vi", ReceivedAt: received,
	}
}

func wholeAction() report.Action {
	return report.Action{
		Report: "000000000001", N: 2, Type: report.Resolved, At: received,
		Actor: lan, Unit: "883", Text: "Đã giải quyết.", Outcome: report.Handled,
		Evidence: &report.Evidence{
			Rule: "commune", Method: "chosen", Commune: "30280", Confidence: 0.9, RunnerUp: "884",
			Reasons: []string{"a", "b"}, Jurisdiction: "an-giang-2021",
		},
		Key: "k", Prev: report.Hash{1}, Salt: []byte{1},
	}
}

// change calls changed once for each field below v, with only that field set
// to another value.
func change(t *testing.T, path string, v reflect.Value, changed func(path string)) {
	t.Helper()
	if moment, ok := v.Interface().(time.Time); ok {
		v.Set(reflect.ValueOf(moment.Add(time.Millisecond)))
		changed(path)
		v.Set(reflect.ValueOf(moment))
		return
	}
	old := reflect.New(v.Type()).Elem()
	old.Set(v)
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			change(t, path+"."+v.Type().Field(i).Name, v.Field(i), changed)
		}
		return
	case reflect.Pointer:
		change(t, path, v.Elem(), changed)
		v.SetZero()
	case reflect.Slice:
		for i := range v.Len() {
			change(t, path, v.Index(i), changed)
		}
		v.SetLen(v.Len() - 1)
	case reflect.Array:
		change(t, path, v.Index(v.Len()-1), changed)
		return
	case reflect.String:
		v.SetString(v.String() + " ")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int, reflect.Int64:
		v.SetInt(v.Int() + 1)
	case reflect.Uint8:
		v.SetUint(v.Uint() ^ 1)
	case reflect.Float64:
		v.SetFloat(v.Float() + 0.5)
	default:
		t.Fatalf("%s: a %s is not known to this test", path, v.Kind())
	}
	changed(path)
	v.Set(old)
}

func TestEveryFieldIsInTheHash(t *testing.T) {
	seen := map[report.Hash]string{}
	note := func(path string, h report.Hash) {
		if strings.HasSuffix(path, ".Damaged") && h.IsZero() {
			return // what cannot be read has no hash
		}
		if other, taken := seen[h]; taken {
			t.Errorf("a change of %s gives the hash of %s", path, other)
		}
		seen[h] = path
	}
	r, a := whole(), wholeAction()
	note("the report", r.Hash())
	note("the action", a.Hash())
	change(t, "Report", reflect.ValueOf(&r).Elem(), func(path string) { note(path, r.Hash()) })
	change(t, "Action", reflect.ValueOf(&a).Elem(), func(path string) { note(path, a.Hash()) })
	if len(seen) < 45 {
		t.Errorf("only %d changes were tried", len(seen))
	}
}

// The hashes of what is stored must never change: these are of version 1.
func TestTheHashesOfStoredEntriesStay(t *testing.T) {
	unsalted := wholeAction() // as the first ones were
	unsalted.Salt = nil
	for name, got := range map[string]report.Hash{
		"d6a95da4da05decef0f2036cd88d2d54323cb2d763767bf3906820b704288b6d": whole().Hash(),
		"2c9150f105608c5f74ecb8accfd2b16364e403d8cf7ce98d7f8b7b472278a9e4": unsalted.Hash(),
		"ace47ff96bf5392a90a4a4ec413ea9ea43c9f56dfa5e4693508b9eb1e1ba2559": wholeAction().Hash(),
	} {
		if got.String() != name {
			t.Errorf("hash is %s, was %s", got, name)
		}
	}
}

func TestWhatTheJournalDoesNotTellApartHasOneHash(t *testing.T) {
	r := whole()
	for name, same := range map[string]func(*report.Report){
		"a time of another zone":    func(r *report.Report) { r.ReceivedAt = r.ReceivedAt.In(time.FixedZone("ICT", 7*3600)) },
		"a part of a millisecond":   func(r *report.Report) { r.ReceivedAt = r.ReceivedAt.Add(time.Microsecond) },
		"a monotonic clock reading": func(r *report.Report) { r.OccurredAt = r.OccurredAt.Local() },
	} {
		other := whole()
		same(&other)
		if other.Hash() != r.Hash() {
			t.Errorf("%s changes the hash", name)
		}
	}
	empty, none := whole(), whole()
	empty.Digest, none.Digest = []byte{}, nil
	if empty.Hash() != none.Hash() {
		t.Error("no digest and an empty one differ")
	}
	a, b := wholeAction(), wholeAction()
	a.Evidence.Reasons, b.Evidence.Reasons = []string{}, nil
	if a.Hash() != b.Hash() {
		t.Error("no reasons and an empty list differ")
	}
}

// drawAction draws from few values, so that entries that differ little, or
// shift text from one field into the next, are frequent.
func drawAction(t *rapid.T, label string) report.Action {
	text := rapid.SampledFrom([]string{"", "\x00", "a", "ab", "b", "\x01\x01a"})
	a := report.Action{
		Report: report.ID(text.Draw(t, label)), N: rapid.IntRange(-1, 2).Draw(t, label), Type: report.Type(text.Draw(t, label)),
		At:    time.UnixMilli(rapid.Int64Range(-1, 1).Draw(t, label)).UTC(),
		Actor: report.Actor{Kind: report.ActorKind(text.Draw(t, label)), User: text.Draw(t, label), Name: text.Draw(t, label), Unit: text.Draw(t, label)},
		Unit:  text.Draw(t, label), Text: text.Draw(t, label), Outcome: report.Outcome(text.Draw(t, label)), Key: text.Draw(t, label),
	}
	if rapid.Bool().Draw(t, label) {
		a.Evidence = &report.Evidence{
			Rule: text.Draw(t, label), Method: text.Draw(t, label), RunnerUp: text.Draw(t, label),
			Confidence: rapid.SampledFrom([]float64{0, 0.5, 1}).Draw(t, label),
		}
		if n := rapid.IntRange(0, 3).Draw(t, label); n > 0 {
			a.Evidence.Reasons = rapid.SliceOfN(text, n, n).Draw(t, label)
		}
	}
	a.Prev[0] = byte(rapid.IntRange(0, 1).Draw(t, label))
	a.Salt = rapid.SampledFrom([][]byte{nil, {0}, {1}, {0, 1}}).Draw(t, label)
	return a
}

func TestDifferentEntriesHaveDifferentHashes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawAction(t, "a")
		b := a
		if rapid.Bool().Draw(t, "other") {
			b = drawAction(t, "b")
		}
		if same := reflect.DeepEqual(a, b); same != (a.Hash() == b.Hash()) {
			t.Fatalf("equal: %v, one hash: %v\n%+v\n%+v", same, !same, a, b)
		}
	})
}

func TestAHashReadsBack(t *testing.T) {
	h := whole().Hash()
	text, _ := h.MarshalText()
	var again report.Hash
	if err := again.UnmarshalText(text); err != nil || again != h {
		t.Errorf("%s: %v, %v", text, again, err)
	}
	for _, wrong := range []string{"ab", string(text[:63]) + "g", string(text) + "00"} {
		if err := again.UnmarshalText([]byte(wrong)); err == nil || !again.IsZero() {
			t.Errorf("%q was read", wrong)
		}
	}
	if text, err := (report.Hash{}).MarshalText(); err != nil || len(text) != 0 {
		t.Errorf("no hash is %q, %v", text, err)
	}
}

func TestTheHeadOfACaseIsItsLastEntry(t *testing.T) {
	l := begin(t)
	if l.c.Head() != l.c.Report.Hash() {
		t.Error("a new case's head is its report")
	}
	l.do(routed("883"))
	if l.c.Head() != l.c.Actions[0].Hash() {
		t.Error("a routed case's head is its first action")
	}
}

func BenchmarkHash(b *testing.B) {
	r := whole()
	for b.Loop() {
		_ = r.Hash()
	}
}

func FuzzHashText(f *testing.F) {
	f.Add("00")
	f.Fuzz(func(t *testing.T, s string) {
		var h report.Hash
		if err := h.UnmarshalText([]byte(s)); err == nil && !h.IsZero() && len(s) != 64 {
			t.Errorf("%q was read as %s", s, h)
		}
	})
}
