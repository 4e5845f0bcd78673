package fleet

import (
	"bytes"
	"io"
	"strings"
	"sync"
)

// tailLines is how many of the last lines are kept for a finding.
const tailLines = 12

// lines passes what a process writes on to its file, and shows each whole line
// to a function.
type lines struct {
	to   io.Writer
	seen func(line string)

	mu   sync.Mutex
	rest []byte
	last []string
}

// Write takes what the process wrote. A file that cannot be written must not
// block the process: the line is seen anyway.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = l.to.Write(p)
	l.rest = append(l.rest, p...)
	for {
		line, rest, found := bytes.Cut(l.rest, []byte("\n"))
		if !found {
			return len(p), nil
		}
		l.rest = rest
		if l.last = append(l.last, string(line)); len(l.last) > tailLines {
			l.last = l.last[1:]
		}
		l.seen(string(line))
	}
}

// tail returns the last lines.
func (l *lines) tail() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(append(l.last[:len(l.last):len(l.last)], string(l.rest)), "\n")
}
