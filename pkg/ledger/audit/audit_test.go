package audit_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/phananh/portal/pkg/ledger"
	"github.com/phananh/portal/pkg/ledger/audit"
	"github.com/phananh/portal/pkg/report"
)

type tb interface {
	Helper()
	Fatal(...any)
}

func run(t tb, s audit.Journal, l *ledger.Contents) audit.Result {
	t.Helper()
	r, err := audit.Run(context.Background(), s, l)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// names lists findings as "kind entry".
func names(r audit.Result) []string {
	out := []string{}
	for _, f := range r.Findings {
		out = append(out, strings.TrimSpace(string(f.Kind)+" "+f.Entry))
	}
	slices.Sort(out)
	return out
}

// damage changes a journal and says what must be found, with a ledger and
// without one.
type damage func(s shelf) (damaged shelf, with, without []string)

// The case 7 has 8 actions, the case 15 as well; 8 has one.
var damages = map[string]damage{
	"a narrative edited": func(s shelf) (shelf, []string, []string) {
		s[s.at("000000000007")].Report.Narrative += " Hết."
		return s, []string{"edited 000000000007"}, []string{"edited 000000000007"}
	},
	"an action's text edited": func(s shelf) (shelf, []string, []string) {
		s[s.at("000000000007/3")].Action.Text = "Không gọi được."
		return s, []string{"edited 000000000007/3"}, []string{"edited 000000000007/3"}
	},
	"the last action's text edited": func(s shelf) (shelf, []string, []string) {
		s[s.at("000000000007/8")].Action.Text = "Tôi chưa nhận xe."
		return s, []string{"edited 000000000007/8"}, nil
	},
	"an action's time edited": func(s shelf) (shelf, []string, []string) {
		a := s[s.at("000000000007/2")].Action
		a.At = a.At.Add(-time.Second)
		return s, []string{"edited 000000000007/2"}, []string{"edited 000000000007/2"}
	},
	"two actions swapped": func(s shelf) (shelf, []string, []string) {
		x, y := s[s.at("000000000007/3")].Action, s[s.at("000000000007/4")].Action
		*x, *y = *y, *x
		x.N, y.N = y.N, x.N
		// Without the ledger it is seen that the reply was written after
		// another note, not who else was moved.
		return s, []string{"edited 000000000007/3", "edited 000000000007/4"}, []string{"edited 000000000007/2", "edited 000000000007/3", "edited 000000000007/4"}
	},
	"an action in the middle removed": func(s shelf) (shelf, []string, []string) {
		i := s.at("000000000007/4")
		return slices.Delete(s, i, i+1), []string{"removed 000000000007/4"}, []string{"removed 000000000007/4"}
	},
	"the last action removed": func(s shelf) (shelf, []string, []string) {
		i := s.at("000000000007/8")
		return slices.Delete(s, i, i+1), []string{"removed 000000000007/8"}, nil
	},
	"a report removed": func(s shelf) (shelf, []string, []string) {
		i := s.at("000000000007")
		return slices.Delete(s, i, i+1), []string{"removed 000000000007"}, []string{"removed 000000000007"}
	},
	"a whole case removed": func(s shelf) (shelf, []string, []string) {
		s = slices.DeleteFunc(s, func(e report.Entry) bool { return e.ReportID() == "000000000008" })
		return s, []string{"removed 000000000008", "removed 000000000008/1"}, nil
	},
	"an action removed and the later ones numbered anew": func(s shelf) (shelf, []string, []string) {
		i := s.at("000000000007/3")
		s = slices.Delete(s, i, i+1)
		for _, e := range s {
			if e.Action != nil && e.ReportID() == "000000000007" && e.Action.N > 3 {
				e.Action.N--
			}
		}
		return s, []string{"edited 000000000007/3", "edited 000000000007/4", "edited 000000000007/5", "edited 000000000007/6", "edited 000000000007/7", "removed 000000000007/8"},
			[]string{"edited 000000000007/2", "edited 000000000007/3", "edited 000000000007/4", "edited 000000000007/5", "edited 000000000007/6"}
	},
	"a case written anew, chain and all": func(s shelf) (shelf, []string, []string) {
		r := s[s.at("000000000008")].Report
		r.Narrative += " Hết."
		s[s.at("000000000008/1")].Action.Prev = r.Hash()
		return s, []string{"edited 000000000008", "edited 000000000008/1"}, nil
	},
	"an action forged at the end, with the right hash before it": func(s shelf) (shelf, []string, []string) {
		last := s[s.at("000000000008/1")].Action
		forged := report.Action{Report: last.Report, N: 2, Type: report.Claimed, At: last.At.Add(time.Minute), Actor: lan, Prev: last.Hash()}
		return append(s, report.Entry{Action: &forged}), []string{"inserted 000000000008/2"}, nil
	},
	"an action forged at the end, without a hash": func(s shelf) (shelf, []string, []string) {
		last := s[s.at("000000000008/1")].Action
		forged := report.Action{Report: last.Report, N: 2, Type: report.Claimed, At: began.Add(240 * time.Hour), Actor: lan}
		return append(s, report.Entry{Action: &forged}), []string{"inserted 000000000008/2"}, []string{"inserted 000000000008/2"}
	},
	"an action that could not follow": func(s shelf) (shelf, []string, []string) {
		last := s[s.at("000000000008/1")].Action
		forged := report.Action{Report: last.Report, N: 2, Type: report.Resolved, At: began.Add(240 * time.Hour), Actor: lan, Prev: last.Hash()}
		return append(s, report.Entry{Action: &forged}), []string{"impossible 000000000008/2"}, []string{"impossible 000000000008/2"}
	},
	"an action with a number far ahead": func(s shelf) (shelf, []string, []string) {
		forged := report.Action{Report: "000000000008", N: 1_000_000_000, Type: report.Claimed, At: began.Add(240 * time.Hour), Actor: lan}
		return append(s, report.Entry{Action: &forged}), []string{"removed 000000000008/2"}, []string{"removed 000000000008/2"}
	},
	"a report forged": func(s shelf) (shelf, []string, []string) {
		r := accepted(999)
		return append(s, report.Entry{Report: &r}), []string{"inserted 000000000999"}, nil
	},
	"an ID that is none": func(s shelf) (shelf, []string, []string) {
		r := accepted(999)
		r.ID = "00000000099u"
		return append(s, report.Entry{Report: &r}), []string{"inserted 00000000099u"}, []string{"inserted 00000000099u"}
	},
	"a report that cannot be read": func(s shelf) (shelf, []string, []string) {
		s[s.at("000000000007")].Report.Damaged = true
		return s, []string{"unreadable 000000000007"}, []string{"unreadable 000000000007"}
	},
	"an action that cannot be read": func(s shelf) (shelf, []string, []string) {
		s[s.at("000000000007/4")].Action.Damaged = true
		return s, []string{"unreadable 000000000007/4"}, []string{"unreadable 000000000007/4"}
	},
}

func TestASoundJournalHasNoFindings(t *testing.T) {
	s := write(200)
	for name, l := range map[string]*ledger.Contents{"alone": nil, "with its ledger": s.recorded(), "with an empty ledger": {}} {
		r := run(t, s, l)
		if len(r.Findings) != 0 || r.Reports != 200 || r.Reports+r.Actions != len(s) || r.Unchained != 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestEachDamageIsNamedAndNothingElse(t *testing.T) {
	sound := write(24)
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			damaged, with, without := damage(sound.clone())
			if got := names(run(t, damaged, sound.recorded())); !slices.Equal(got, with) {
				t.Errorf("with the ledger %v, want %v", got, with)
			}
			if got := names(run(t, damaged, nil)); !slices.Equal(got, without) {
				t.Errorf("without a ledger %v, want %v", got, without)
			}
		})
	}
}

// TestAnyDamageAnywhereIsNamed damages entries at random: with the ledger each
// one is named, and no other.
func TestAnyDamageAnywhereIsNamed(t *testing.T) {
	sound := write(24)
	rapid.Check(t, func(t *rapid.T) {
		s := sound.clone()
		want := map[string]string{}
		for range rapid.IntRange(0, 6).Draw(t, "how many") {
			i := rapid.IntRange(0, len(s)-1).Draw(t, "which")
			id := s[i].ID()
			if want[id] != "" {
				continue
			}
			switch kind := rapid.SampledFrom([]string{"edited", "removed", "unreadable"}).Draw(t, "how"); {
			case kind == "removed":
				s = slices.Delete(s, i, i+1)
				want[id] = kind
			case kind == "unreadable":
				if s[i].Report != nil {
					s[i].Report.Damaged = true
				} else {
					s[i].Action.Damaged = true
				}
				want[id] = kind
			case s[i].Report != nil:
				s[i].Report.Urgent = true
				want[id] = kind
			default:
				s[i].Action.Key += "x"
				want[id] = kind
			}
		}
		expected := []string{}
		for id, kind := range want {
			expected = append(expected, kind+" "+id)
		}
		slices.Sort(expected)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 1)).Shuffle(len(s), func(i, j int) { s[i], s[j] = s[j], s[i] })
		if got := names(run(t, s, sound.recorded())); !slices.Equal(got, expected) {
			t.Fatalf("got %v, want %v", got, expected)
		}
	})
}

func TestEntriesThatAreTooNewAreCountedOnly(t *testing.T) {
	sound := write(24)
	l := sound.recorded()
	r := accepted(999)
	r.ReceivedAt = l.Compared.Add(time.Second)
	a := report.Action{Report: r.ID, N: 1, Type: report.Routed, At: r.ReceivedAt, Actor: report.Actor{Kind: report.System}, Unit: "883", Prev: r.Hash()}
	got := run(t, append(sound, report.Entry{Report: &r}, report.Entry{Action: &a}), l)
	if len(got.Findings) != 0 || got.Unrecorded != 2 {
		t.Errorf("%+v", got)
	}
}

// Journals from before actions carried hashes stay readable.
func TestActionsWithoutAHashAreCountedOnly(t *testing.T) {
	s := write(24).clone()
	actions := 0
	for _, e := range s {
		if e.Action != nil {
			e.Action.Prev = report.Hash{}
			actions++
		}
	}
	if r := run(t, s, nil); len(r.Findings) != 0 || r.Unchained != actions {
		t.Errorf("%d findings, %d without a hash", len(r.Findings), r.Unchained)
	}
}

// While the portal runs, a scan may miss what was written behind it.
func TestWhatTheScanMissedIsLookedUp(t *testing.T) {
	sound := write(24)
	late := lateShelf{sound, map[string]bool{"000000000007": true, "000000000007/3": true, "000000000015/2": true}}
	r, err := audit.Run(t.Context(), late, &ledger.Contents{})
	if err != nil || len(r.Findings) != 0 || r.Reports+r.Actions != len(sound) {
		t.Errorf("%+v, %v", r, err)
	}
}

// foundOnce is the ledger of a journal, whose recorder has found an action
// unreadable first and edited later.
func foundOnce(sound shelf, id string, edited report.Hash) *ledger.Contents {
	l := sound.recorded()
	k, _ := ledger.ParseKey(id)
	l.Damage = []ledger.Finding{
		{Line: ledger.Line{Mark: ledger.Damage, Kind: ledger.Unreadable, Key: k}, At: began},
		{Line: ledger.Line{Mark: ledger.Damage, Kind: ledger.Edited, Key: k, Hash: edited}, At: began.Add(time.Hour)},
	}
	return l
}

func TestWhatTheRecorderFoundIsHistoryOnceItIsMended(t *testing.T) {
	sound, id := write(24), "000000000007/2"
	r := run(t, sound, foundOnce(sound, id, report.Hash{1}))
	want := []audit.Mended{{Kind: audit.Unreadable, Entry: id, Found: began}, {Kind: audit.Edited, Entry: id, Found: began.Add(time.Hour)}}
	if len(r.Findings) != 0 || !slices.Equal(r.History, want) {
		t.Errorf("%v, history %v", r.Findings, r.History)
	}
}

func TestAnEditThatStandsIsNotMendedByHavingBeenFound(t *testing.T) {
	sound, id := write(24), "000000000007/2"
	damaged := sound.clone()
	edited := damaged[damaged.at(id)].Action
	edited.Key += "x"
	r := run(t, damaged, foundOnce(sound, id, edited.Hash()))
	if got := names(r); !slices.Equal(got, []string{"edited " + id}) || len(r.History) != 0 {
		t.Errorf("%v, history %v", got, r.History)
	}
}

// Part of the ledger is lost, and with it what the entry was.
func TestWhatWasFoundIsNotMendedIfNobodyKnowsWhatItWas(t *testing.T) {
	sound, id := write(24), "000000000007/8"
	l := foundOnce(sound, id, report.Hash{1})
	delete(l.Index, l.Damage[0].Key)
	l.Compared = began
	l.Faults = []ledger.Fault{{What: "block 3 was changed"}}
	r := run(t, sound, l)
	if got := names(r); !slices.Equal(got, []string{"edited " + id, "ledger", "unreadable " + id}) || len(r.History) != 0 {
		t.Errorf("%v, history %v", got, r.History)
	}
}
