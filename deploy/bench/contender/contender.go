package contender

import (
	"context"
	"errors"
	"time"

	"github.com/phananh/portal/deploy/bench/push"
)

// Contender is something that takes records.
type Contender struct {
	Name  string
	Start func(ctx context.Context, dir string) (*Running, error) // dir is an empty folder
}

// Running is a started contender.
type Running struct {
	Target push.Target
	Says   string // what it says of its own settings

	processes []*process // in the order in which they were started
	count     func() (int, error)
}

// CPU is what its processes have used of the processors so far.
func (r *Running) CPU() time.Duration {
	var sum time.Duration
	for _, p := range r.processes {
		sum += p.cpu()
	}
	return sum
}

// Stop stops it, the last started process first.
func (r *Running) Stop() error {
	var errs []error
	for i := len(r.processes) - 1; i >= 0; i-- {
		errs = append(errs, r.processes[i].stop())
	}
	r.processes = nil
	return errors.Join(errs...)
}

// Stored counts the records in the stopped contender's files; ok is false if
// it stores none.
func (r *Running) Stored() (n int, ok bool, err error) {
	if r.count == nil {
		return 0, false, nil
	}
	n, err = r.count()
	return n, true, err
}
