package report_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/phananh/portal/pkg/report"
)

func key(t testing.TB, fill byte) report.Key {
	secret := make([]byte, report.KeySize)
	for i := range secret {
		secret[i] = fill
	}
	k, err := report.NewKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestASubmissionAlwaysGivesTheSameReceiptAndID(t *testing.T) {
	k := key(t, 1)
	r := k.Receipt("submission-0001")
	if r != k.Receipt("submission-0001") || k.ID(r) != k.ID(k.Receipt("submission-0001")) {
		t.Error("derivation is not stable")
	}
	if got := r.Reveal(); len(got) != 23 || strings.Count(got, "-") != 3 {
		t.Errorf("receipt reads %q", got)
	}
	if r == k.Receipt("submission-0002") || r == key(t, 2).Receipt("submission-0001") {
		t.Error("another submission or key gives the same receipt")
	}
}

func TestReceiptsSurviveBeingTypedByPeople(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, _ := report.NewKey(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "key"))
		r := k.Receipt(rapid.StringN(16, 64, -1).Draw(t, "submission"))
		typed := strings.ToLower(strings.ReplaceAll(r.Reveal(), "-", rapid.SampledFrom([]string{"", " ", "-", " - "}).Draw(t, "divider")))
		typed = strings.NewReplacer("0", rapid.SampledFrom([]string{"0", "o", "O"}).Draw(t, "zero"), "1", rapid.SampledFrom([]string{"1", "l", "I"}).Draw(t, "one")).Replace(typed)
		again, err := report.ParseReceipt("  " + typed + " ")
		if err != nil || again != r {
			t.Fatalf("%q read as %v, %v", typed, again, err)
		}
	})
}

func TestCaseNumbersReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, _ := report.NewKey(make([]byte, 32))
		id := k.ID(k.Receipt(rapid.String().Draw(t, "submission")))
		n := id.CaseNumber("AG")
		for _, typed := range []string{n, strings.ToLower(n), strings.TrimPrefix(n, "AG-"), strings.ReplaceAll(n, "-", " "), string(id)} {
			if again, err := report.ParseCaseNumber("AG", typed); err != nil || again != id {
				t.Fatalf("%q read as %q, %v", typed, again, err)
			}
		}
	})
}

func TestWhatIsNoReceiptIsRefused(t *testing.T) {
	for _, s := range []string{"", "ABC", strings.Repeat("A", 19), strings.Repeat("A", 21), strings.Repeat("U", 20), strings.Repeat("é", 20), strings.Repeat("-", 100000), "AAAAA-AAAAA-AAAAA-AAAA\x00", strings.Repeat("~", 20)} {
		if _, err := report.ParseReceipt(s); !errors.Is(err, report.ErrMalformed) {
			t.Errorf("%.30q: %v", s, err)
		}
	}
}

func TestAReceiptNeverPrints(t *testing.T) {
	r := key(t, 1).Receipt("submission-0001")
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "receipt", r)
	for _, printed := range []string{fmt.Sprint(r), fmt.Sprintf("%v %+v %s", r, r, r), log.String()} {
		if strings.Contains(strings.ReplaceAll(printed, "-", ""), strings.ReplaceAll(r.Reveal(), "-", "")) {
			t.Errorf("printed: %s", printed)
		}
	}
}

func TestAShortKeyIsRefused(t *testing.T) {
	if _, err := report.NewKey(make([]byte, report.KeySize-1)); err == nil {
		t.Error("accepted")
	}
}

func TestTheDigestTellsContentsApart(t *testing.T) {
	k := key(t, 1)
	a := k.Digest("submission-0001", []byte("a"))
	if string(a) == string(k.Digest("submission-0001", []byte("b"))) || string(a) == string(k.Digest("submission-0002", []byte("a"))) {
		t.Error("different submissions have one digest")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("AG-7K3M-9Q2X-B4TD")
	f.Add("7k3m9-q2xb4-td000-00000")
	f.Fuzz(func(t *testing.T, s string) {
		if r, err := report.ParseReceipt(s); err == nil {
			if again, err := report.ParseReceipt(r.Reveal()); err != nil || again != r {
				t.Errorf("%q does not read back", s)
			}
		}
		if id, err := report.ParseCaseNumber("AG", s); err == nil {
			if again, err := report.ParseCaseNumber("AG", id.CaseNumber("AG")); err != nil || again != id {
				t.Errorf("%q does not read back", s)
			}
		}
	})
}
