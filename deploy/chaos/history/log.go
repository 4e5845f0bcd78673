package history

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"
)

// History is what a log holds: operations in the order in which they ended.
type History struct {
	Began time.Time // wall clock at the beginning; Op.Start and Op.End count from it
	Ops   []Op
}

// Wall turns a time of the history into wall clock time.
func (h History) Wall(d time.Duration) time.Time { return h.Began.Add(d) }

// header is the first line of a file.
type header struct {
	Began time.Time `json:"began"`
}

// Log appends to a history in memory and, line by line, to a file. It is safe
// for concurrent use.
type Log struct {
	mu     sync.Mutex
	began  time.Time // with its monotonic reading
	ops    []Op
	file   *os.File // nil: in memory only
	failed error    // the first write that failed
}

// Open begins a history in a new file, which must not exist; an empty path
// keeps it in memory only.
func Open(path string) (*Log, error) {
	l := &Log{began: time.Now()}
	if path == "" {
		return l, nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("begin history: %w", err)
	}
	l.file = f
	if l.writeLine(header{l.began}); l.failed != nil {
		return nil, errors.Join(l.failed, f.Close())
	}
	return l, nil
}

// Now is the present time as operations carry it.
func (l *Log) Now() time.Duration { return time.Since(l.began) }

// Add appends an operation. An End of zero means now. A file that cannot be
// written is reported by Close; the memory has it anyway.
func (l *Log) Add(op Op) {
	if op.End == 0 {
		op.End = l.Now()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ops = append(l.ops, op)
	l.writeLine(op)
}

// Fault appends a fault that began at start and is over now.
func (l *Log) Fault(start time.Duration, target string, f Fault) {
	l.Add(Op{Start: start, Target: target, Fault: &f})
}

// Event appends an event of now.
func (l *Log) Event(target string, e Event) {
	now := l.Now()
	l.Add(Op{Start: now, End: now, Target: target, Event: &e})
}

// History returns all that was added until now.
func (l *Log) History() History {
	l.mu.Lock()
	defer l.mu.Unlock()
	return History{Began: l.began.Round(0), Ops: slices.Clone(l.ops)}
}

// Close closes the file and says whether all of it was written.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return l.failed
	}
	err := errors.Join(l.failed, l.file.Close())
	l.file = nil
	return err
}

func (l *Log) writeLine(v any) {
	if l.file == nil {
		return
	}
	line, err := json.Marshal(v)
	if err == nil {
		_, err = l.file.Write(append(line, '\n'))
	}
	if err != nil && l.failed == nil {
		l.failed = fmt.Errorf("write history: %w", err)
	}
}

// ReadFile reads a history back. A last line that was cut off, because the
// harness was killed, is left out.
func ReadFile(path string) (History, error) {
	f, err := os.Open(path)
	if err != nil {
		return History{}, fmt.Errorf("read history: %w", err)
	}
	defer f.Close()
	h, err := read(f)
	if err != nil {
		return History{}, fmt.Errorf("read history %s: %w", path, err)
	}
	return h, nil
}

func read(r io.Reader) (History, error) {
	lines := bufio.NewReader(r)
	var h header
	if err := decodeLine(lines, &h); err != nil {
		return History{}, fmt.Errorf("line 1: %w", err)
	}
	out := History{Began: h.Began}
	for n := 2; ; n++ {
		var op Op
		err := decodeLine(lines, &op)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return History{}, fmt.Errorf("line %d: %w", n, err)
		}
		out.Ops = append(out.Ops, op)
	}
}

// decodeLine reads one whole line; io.EOF says that there is none.
func decodeLine(r *bufio.Reader, into any) error {
	line, err := r.ReadBytes('\n')
	if err != nil {
		return err
	}
	return json.Unmarshal(bytes.TrimSpace(line), into)
}
