package failpoint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// action is what a rule asks for.
type action struct {
	pause time.Duration // 0: kill
}

func (a action) String() string {
	if a.pause > 0 {
		return "pause:" + a.pause.String()
	}
	return "kill"
}

// plan counts hits and knows at which of them something is to be done.
type plan struct {
	mu    sync.Mutex
	hits  map[Name]int
	rules map[Name]map[int]action
}

// parse reads rules. An empty text has none.
func parse(text string) (*plan, error) {
	p := &plan{hits: map[Name]int{}, rules: map[Name]map[int]action{}}
	for rule := range strings.SplitSeq(text, ";") {
		if rule == "" {
			continue
		}
		name, a, at, err := parseRule(rule)
		if err != nil {
			return nil, fmt.Errorf("failpoint: rule %q: %w", rule, err)
		}
		if p.rules[name] == nil {
			p.rules[name] = map[int]action{}
		}
		p.rules[name][at] = a
	}
	return p, nil
}

func parseRule(rule string) (name Name, a action, at int, err error) {
	left, right, _ := strings.Cut(rule, "=")
	what, count, _ := strings.Cut(right, "@")
	name = Name(left)
	if !slices.Contains(All(), name) {
		return "", a, 0, fmt.Errorf("no such failpoint")
	}
	if at, err = strconv.Atoi(count); err != nil || at < 1 {
		return "", a, 0, fmt.Errorf("%q is not a count", count)
	}
	if duration, isPause := strings.CutPrefix(what, "pause:"); isPause {
		if a.pause, err = time.ParseDuration(duration); err != nil || a.pause <= 0 {
			return "", a, 0, fmt.Errorf("%q is not a duration", duration)
		}
		return name, a, at, nil
	}
	if what != "kill" {
		return "", a, 0, fmt.Errorf("unknown action %q", what)
	}
	return name, a, at, nil
}

// hit counts a hit and returns what is to be done at it.
func (p *plan) hit(name Name) (action, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hits[name]++
	a, ok := p.rules[name][p.hits[name]]
	return a, ok
}
