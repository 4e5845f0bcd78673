// Package progress shows how far a run has come: a bar for people, plain lines
// where nobody watches.
package progress

import (
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// Progress shows the stages of a run, one after the other. It is safe for
// concurrent use.
type Progress struct {
	w        io.Writer
	terminal bool

	mu    sync.Mutex
	bar   *progressbar.ProgressBar
	stage string
	total int
	done  int
}

// New shows progress on w, as a bar if that is a terminal.
func New(w io.Writer) *Progress {
	f, ok := w.(*os.File)
	return &Progress{w: w, terminal: ok && term.IsTerminal(int(f.Fd()))}
}

// Stage begins a stage of total steps.
func (p *Progress) Stage(name string, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stage, p.total, p.done, p.bar = name, total, 0, nil
	if p.terminal {
		p.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(p.w),
			progressbar.OptionSetDescription(fmt.Sprintf("%-8s", name)),
			progressbar.OptionShowCount(),
			progressbar.OptionSetWidth(40),
			progressbar.OptionSetPredictTime(false),
			progressbar.OptionOnCompletion(func() { fmt.Fprintln(p.w) }))
	}
}

// Step says that one step more is done.
func (p *Progress) Step() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	if p.bar != nil {
		_ = p.bar.Add(1) // a bar that cannot be drawn is no reason to stop
		return
	}
	if tenth := max(1, p.total/10); p.done%tenth == 0 || p.done == p.total {
		fmt.Fprintf(p.w, "%s %d of %d\n", p.stage, p.done, p.total)
	}
}
