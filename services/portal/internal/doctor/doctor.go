// Package doctor judges a configuration before it goes into production: facts
// in, findings out. The checks are pure; journal.Inspect, bus.Inspect and
// LookAtMachine gather the facts.
package doctor

import (
	"fmt"
	"time"
)

// Level is how much a finding matters.
type Level string

// The levels. What was not checked is said, because silence would look like
// health.
const (
	OK         Level = "ok"
	Warning    Level = "warning"     // it works, and can be better
	Problem    Level = "problem"     // it does not work, or reports are at risk
	NotChecked Level = "not checked" // with how it could be
)

// Finding is what one check found, and what to do about it.
type Finding struct {
	Area  string `json:"area"` // MongoDB, NATS, machine, configuration
	Name  string `json:"name"`
	Level Level  `json:"level"`
	Found string `json:"found"`
	Do    string `json:"do,omitempty"`
}

// Healthy says whether nothing was found that should stop a script: no
// problem, and, when strict, no warning and nothing unchecked either.
func Healthy(findings []Finding, strict bool) bool {
	for _, f := range findings {
		if f.Level == Problem || strict && f.Level != OK {
			return false
		}
	}
	return true
}

// list gathers the findings of one area.
type list struct {
	area string
	all  []Finding
}

func (l *list) add(level Level, name, found, do string) {
	l.all = append(l.all, Finding{Area: l.area, Name: name, Level: level, Found: found, Do: do})
}

func (l *list) ok(name, found string)             { l.add(OK, name, found, "") }
func (l *list) warn(name, found, do string)       { l.add(Warning, name, found, do) }
func (l *list) problem(name, found, do string)    { l.add(Problem, name, found, do) }
func (l *list) notChecked(name, found, do string) { l.add(NotChecked, name, found, do) }

const (
	clockWarning = time.Second
	clockProblem = 30 * time.Second
)

// clock judges the difference between a server's clock and this machine's.
func (l *list) clock(name string, ahead time.Duration) {
	const do = "Synchronise both clocks (chrony or systemd-timesyncd); response times are measured across machines."
	found := "agrees with this machine's to " + short(ahead.Abs())
	if ahead.Abs() > clockWarning {
		found = fmt.Sprintf("%s ahead of this machine's", short(ahead))
		if ahead < 0 {
			found = fmt.Sprintf("%s behind this machine's", short(-ahead))
		}
	}
	switch {
	case ahead.Abs() > clockProblem:
		l.problem(name, found, do)
	case ahead.Abs() > clockWarning:
		l.warn(name, found, do)
	default:
		l.ok(name, found)
	}
}

// encryption judges a connection that carries what residents have written, or
// passwords.
func (l *list) encryption(tls, loopback bool, how string) {
	switch {
	case tls:
		l.ok("encryption", "TLS")
	case loopback:
		l.ok("encryption", "none, and the connection stays on this machine")
	default:
		l.warn("encryption", "none, and the connection leaves this machine", how)
	}
}

// short prints a duration with about two digits.
func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", d.Seconds()*1000)
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f minutes", d.Minutes())
	case d < 48*time.Hour:
		return fmt.Sprintf("%.0f hours", d.Hours())
	}
	return fmt.Sprintf("%.0f days", d.Hours()/24)
}

// size prints a number of bytes.
func size(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<10:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}

// count prints a number with its noun.
func count[N int | int64 | uint64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
