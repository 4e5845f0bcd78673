package quantile

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestQuantileIsTheSmallestValueThatTheShareDoesNotExceed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(0, 1000), 1, 200).Draw(t, "durations")
		q := rapid.Float64Range(0.01, 1).Draw(t, "q")
		durations := make([]time.Duration, len(values))
		for i, v := range values {
			durations[i] = time.Duration(v)
		}
		Of(durations) // sorts
		got := At(durations, q)
		notAbove, below := 0, 0
		for _, d := range durations {
			if d <= got {
				notAbove++
			}
			if d < got {
				below++
			}
		}
		if float64(notAbove) < q*float64(len(values)) || float64(below) >= q*float64(len(values)) {
			t.Fatalf("q %v of %v is %v: %d not above, %d below", q, durations, got, notAbove, below)
		}
	})
}

func TestPercentilesOfOneToAHundred(t *testing.T) {
	var durations []time.Duration
	for i := 100; i >= 1; i-- {
		durations = append(durations, time.Duration(i)*time.Millisecond)
	}
	got, err := json.Marshal(Of(durations))
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"n":100,"p50_ms":50,"p90_ms":90,"p99_ms":99,"max_ms":100}`; string(got) != want {
		t.Fatalf("got %s, want %s", got, want)
	}
}

func TestNothingMeasuredIsAllZero(t *testing.T) {
	if got := Of(nil); got != (Summary{}) {
		t.Fatalf("got %+v", got)
	}
}
