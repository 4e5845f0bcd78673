package check

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/phananh/portal/deploy/chaos/history"
)

func TestDamageToAnswersIsFound(t *testing.T) { checkDamages(t, answerDamages()) }

// failing makes an attempt at a submission that was not accepted end like this.
func failing(r history.Reply, took time.Duration) func(*world) []string {
	return func(w *world) []string {
		start := w.tick()
		w.history.Ops = append(w.history.Ops, history.Op{Start: start, End: start + took, Submit: &history.Submit{Key: "key-failing", Reply: r}})
		return []string{"key-failing"}
	}
}

// failingRead makes a request to the desk end like this.
func failingRead(r history.Reply, took time.Duration) func(*world) []string {
	return func(w *world) []string {
		start := w.tick()
		w.history.Ops = append(w.history.Ops, history.Op{Start: start, End: start + took, Read: &history.Read{What: "GET /api/v1/queue", Reply: r}})
		return []string{""}
	}
}

// afterAll lets a time pass after which every fault is long over.
func afterAll(do func(*world) []string) func(*world) []string {
	return func(w *world) []string { w.now += 2 * time.Minute; return do(w) }
}

func answerDamages() []damage {
	tryAgain := history.Reply{Status: 503, Code: "try_again", RetryAfter: "2"}
	return []damage{
		{"500", BadAnswer, failing(history.Reply{Status: 500, Code: "internal"}, 1)},
		{"200", BadAnswer, failing(history.Reply{Status: 200}, 1)},
		{"400", BadAnswer, failing(history.Reply{Status: 400, Code: "malformed"}, 1)},
		{"502", BadAnswer, failing(history.Reply{Status: 502}, 1)},
		{"422 of another kind", BadAnswer, failing(history.Reply{Status: 422, Code: "invalid"}, 1)},
		{"unreadable", BadAnswer, failing(history.Reply{Status: 201, Code: "unreadable"}, 1)},
		{"500 from the desk", BadAnswer, failingRead(history.Reply{Status: 500}, 1)},
		{"401 from the desk", BadAnswer, failingRead(history.Reply{Status: 401, Code: "not_logged_in"}, 1)},
		{"422 to an officer", BadAnswer, func(w *world) []string {
			w.op(history.Op{Act: &history.Act{Request: "a", CaseNumber: w.rich.CaseNumber("AG"), Type: "noted", Reply: history.Reply{Status: 422, Code: "invalid"}}})
			return about(w.rich)
		}},
		{"503", NoRetryAfter, failing(history.Reply{Status: 503}, 1)},
		{"503, soon", NoRetryAfter, failing(history.Reply{Status: 503, RetryAfter: "soon"}, 1)},
		{"503, 0", NoRetryAfter, failing(history.Reply{Status: 503, RetryAfter: "0"}, 1)},
		{"409 in flight", NoRetryAfter, failing(history.Reply{Status: 409, Code: "in_flight"}, 1)},
		{"503 from the desk", NoRetryAfter, failingRead(history.Reply{Status: 503}, 1)},
		{"503", SlowRefusal, undisturbed(failing(tryAgain, 3600*time.Millisecond))},
		{"no answer", SlowRefusal, undisturbed(failing(history.Reply{Lost: "time-out"}, 10*time.Second))},
		{"503 from the desk", SlowRefusal, undisturbed(failingRead(tryAgain, 6*time.Second))},
		{"503", StillAway, afterAll(failing(tryAgain, 1))},
		{"no answer", StillAway, afterAll(failing(history.Reply{Lost: "refused"}, 1))},
		{"from the desk", StillAway, afterAll(failingRead(tryAgain, 1))},
	}
}

// undisturbed lets a time pass, so that no pause can be the reason.
func undisturbed(do func(*world) []string) func(*world) []string {
	return func(w *world) []string { w.now += 20 * time.Second; return do(w) }
}

func TestARefusalMayBeSlowWhileSomethingIsPaused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := sound(t)
		start := w.tick()
		w.history.Ops = append(w.history.Ops, history.Op{Start: start, End: start + 8*time.Second, Fault: &history.Fault{Kind: "pause", Slows: true}})
		failing(history.Reply{Lost: "time-out"}, 10*time.Second)(w)
		failing(history.Reply{Status: 503, RetryAfter: "2"}, 9*time.Second)(w)
		for _, f := range Compare(w.history, w.state(), Bounds{}).Findings {
			t.Error(f)
		}
	})
}

func TestWhatWasDamagedOnPurposeDoesNotCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := sound(t)
		w.record.Damaged = []Document{{"reports", "ZZZZZZZZZZZZ", "schema 9"}}
		w.listed()
		w.record.Outbox = []Marker{{ID: "m", At: began, Entries: []string{"ZZZZZZZZZZZZ"}}}
		for _, f := range Compare(w.history, w.state(), Bounds{}, "ZZZZZZZZZZZZ").Findings {
			t.Error(f)
		}
	})
}

func TestABoundThatIsSwitchedOffFindsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := sound(t)
		w.stored(w.orphan, isRouted).At = began.Add(late(w))
		w.listed()
		w.now += 5 * time.Minute
		failing(history.Reply{Status: 503, RetryAfter: "2"}, 9*time.Second)(w)
		for _, f := range Compare(w.history, w.state(), Bounds{Route: -1, Return: -1, Refuse: -1}).Findings {
			t.Error(f)
		}
	})
}
