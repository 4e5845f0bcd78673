// Package contender starts what is measured, each as processes of its own on a
// fresh data folder, and counts afterwards what it has really stored.
package contender

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// patience is how long a program may take to start or to stop.
const patience = 15 * time.Second

// process is a started program.
type process struct {
	cmd    *exec.Cmd
	stdin  io.Closer
	stderr tail
}

// start starts a program. If ready is not nil, the first line that it prints
// is decoded into it.
func start(env []string, ready any, program string, args ...string) (*process, error) {
	p := &process{cmd: exec.Command(program, args...)}
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stderr = &p.stderr
	stdin, err := p.cmd.StdinPipe() // some programs stop when it closes
	if err != nil {
		return nil, err
	}
	p.stdin = stdin
	var stdout io.ReadCloser
	if ready != nil {
		if stdout, err = p.cmd.StdoutPipe(); err != nil {
			return nil, err
		}
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	if ready != nil {
		if err := json.NewDecoder(stdout).Decode(ready); err != nil {
			return nil, fmt.Errorf("%s did not start: %w: %s", program, errors.Join(err, p.stop()), p.stderr.text())
		}
	}
	return p, nil
}

// stop asks the program to stop, waits, and kills it should it not.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have stopped
	_ = p.stdin.Close()
	timer := time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() })
	defer timer.Stop()
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w: %s", p.cmd.Path, err, p.stderr.text())
	}
	return nil
}

// ticksPerSecond is the unit of /proc/PID/stat: USER_HZ, 100 on every Linux.
const ticksPerSecond = 100

// cpu is what the program has used of the processors so far.
func (p *process) cpu() time.Duration {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(p.cmd.Process.Pid) + "/stat")
	if err != nil {
		return 0
	}
	_, after, _ := bytes.Cut(b, []byte(") ")) // the name may contain anything
	f := bytes.Fields(after)
	if len(f) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(string(f[11]))
	system, _ := strconv.Atoi(string(f[12]))
	return time.Duration(user+system) * time.Second / ticksPerSecond
}

// freeAddress is a loopback address that nobody listens on at the moment.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// waitReady waits until the address answers readiness with 200.
func waitReady(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/readyz", nil)
		if err != nil {
			return err
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready after %s", url, patience)
		}
	}
}

// tail keeps the last of what a program complains of.
type tail struct {
	mu sync.Mutex
	b  []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, p...)
	t.b = t.b[max(0, len(t.b)-2000):]
	return len(p), nil
}

func (t *tail) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.b)
}
