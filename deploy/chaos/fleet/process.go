package fleet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/phananh/portal/pkg/failpoint"
)

const (
	restartAfter = 100 * time.Millisecond // a supervisor's usual pause
	breathe      = time.Second            // after a process that ended by itself
)

// Spec says what a process is.
type Spec struct {
	Name  string
	Role  Role
	Args  []string                        // the program first
	Env   []string                        // added to a bare environment
	Stdin bool                            // it stops when its standard input closes
	Check func(ctx context.Context) error // nil once it answers

	// Arm returns the failpoints of the next life; nil: none.
	Arm func() string
}

// Process is a program under supervision: it is started again whenever it
// ends, until it is taken down. It is safe for concurrent use.
type Process struct {
	Spec
	host   *Host
	log    *os.File
	onExit func(Exit)
	onHit  func(Hit)

	mu      sync.Mutex
	wanted  bool
	cmd     *exec.Cmd // nil: not running
	asked   Cause     // what the harness did to this life; empty: nothing
	point   failpoint.Name
	ended   chan struct{} // closed when this life has ended
	lives   int
	running sync.WaitGroup
}

func newProcess(host *Host, dir string, spec Spec, onExit func(Exit), onHit func(Hit)) (*Process, error) {
	log, err := os.OpenFile(filepath.Join(dir, spec.Name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return &Process{Spec: spec, host: host, log: log, onExit: onExit, onHit: onHit}, nil
}

// Up starts the process, unless it is up, and keeps it up.
func (p *Process) Up() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.wanted {
		return nil
	}
	p.wanted = true
	return p.start()
}

// start begins a life. The caller holds the lock.
func (p *Process) start() error {
	p.lives++
	out := &lines{to: p.log, seen: p.read}
	cmd := exec.Command(p.Args[0], p.Args[1:]...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "TMPDIR=" + os.TempDir()}, p.Env...)
	armed := ""
	if p.Arm != nil {
		armed = p.Arm()
		cmd.Env = append(cmd.Env, failpoint.Variable+"="+armed)
	}
	cmd.Stdout, cmd.Stderr = out, out
	cmd.WaitDelay = breathe
	var stdin io.Closer
	if p.Stdin {
		pipe, err := cmd.StdinPipe()
		if err != nil {
			return err
		}
		stdin = pipe
	}
	_, _ = fmt.Fprintf(p.log, "--- life %d at %s, failpoints %q\n", p.lives, time.Now().Format(time.RFC3339Nano), armed)
	if err := p.host.Start(cmd); err != nil {
		return fmt.Errorf("start %s: %w", p.Name, err)
	}
	p.cmd, p.asked, p.point, p.ended = cmd, "", "", make(chan struct{})
	p.running.Go(func() { p.await(cmd, out, stdin, p.ended) })
	return nil
}

// read looks at a line that the process wrote.
func (p *Process) read(line string) {
	point, action, ok := parseHit(line)
	if !ok {
		return
	}
	if action == "kill" {
		p.mu.Lock()
		p.point = point
		p.mu.Unlock()
	}
	if p.onHit != nil {
		p.onHit(Hit{Process: p.Name, Point: point, Action: action})
	}
}

// await waits for the end of a life and begins the next one.
func (p *Process) await(cmd *exec.Cmd, out *lines, stdin io.Closer, ended chan struct{}) {
	_ = cmd.Wait() // the state says all
	if stdin != nil {
		_ = stdin.Close()
	}
	p.mu.Lock()
	exit := Exit{
		At: time.Now(), Process: p.Name, Role: p.Role, State: cmd.ProcessState.String(),
		Clean: cmd.ProcessState.Success(), Tail: out.tail(),
	}
	exit.Cause, exit.Point = judge(cmd.ProcessState, p.asked, p.point)
	p.cmd = nil
	close(ended)
	p.mu.Unlock()
	_, _ = fmt.Fprintf(p.log, "--- %s\n", exit)
	p.onExit(exit)
	pause := restartAfter
	if exit.Cause == ByItself {
		pause = breathe
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	<-timer.C
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.wanted && p.cmd == nil {
		if err := p.start(); err != nil {
			p.wanted = false
			p.onExit(Exit{At: time.Now(), Process: p.Name, Role: p.Role, Cause: ByItself, State: err.Error()})
		}
	}
}

// Kill sends SIGKILL and says whether there was anything to kill. The process
// comes back by itself.
func (p *Process) Kill() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return false
	}
	p.asked = ByKill
	return syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) == nil
}

// Pause stops the process without ending it, and says whether there was one.
func (p *Process) Pause() bool { return p.signal(syscall.SIGSTOP) }

// Resume lets a paused process go on.
func (p *Process) Resume() bool { return p.signal(syscall.SIGCONT) }

func (p *Process) signal(s syscall.Signal) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cmd != nil && syscall.Kill(-p.cmd.Process.Pid, s) == nil
}

// PID is the process's number; 0 while it does not run.
func (p *Process) PID() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return 0
	}
	return p.cmd.Process.Pid
}

// Running says whether the process lives now.
func (p *Process) Running() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cmd != nil
}

// Down takes the process down with a signal and keeps it down. It kills what
// has not ended when ctx does, and returns ctx's error then.
func (p *Process) Down(ctx context.Context, s syscall.Signal) error {
	p.mu.Lock()
	p.wanted = false
	if p.cmd == nil {
		p.mu.Unlock()
		return nil
	}
	ended, group := p.ended, -p.cmd.Process.Pid
	if p.asked = ByRequest; s == syscall.SIGKILL {
		p.asked = ByKill
	}
	err := errors.Join(ignoreGone(syscall.Kill(group, s)), ignoreGone(syscall.Kill(group, syscall.SIGCONT)))
	p.mu.Unlock()
	select {
	case <-ended:
		return err
	case <-ctx.Done():
	}
	_ = syscall.Kill(group, syscall.SIGKILL)
	<-ended
	return fmt.Errorf("%s did not stop in time: %w", p.Name, ctx.Err())
}

func ignoreGone(err error) error {
	if errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return err
}

// Restart takes the process down in order, starts it again, and waits until it
// is up.
func (p *Process) Restart(ctx context.Context) error {
	if err := p.Down(ctx, syscall.SIGTERM); err != nil {
		return err
	}
	if err := p.Up(); err != nil {
		return err
	}
	return p.WaitUp(ctx)
}

// WaitUp waits until the process answers.
func (p *Process) WaitUp(ctx context.Context) error {
	for {
		err := p.Check(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is not up: %w", p.Name, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// close waits for the supervision to end. The process must be down.
func (p *Process) close() error {
	p.running.Wait()
	if err := p.log.Close(); !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}
