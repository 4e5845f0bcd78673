package fleet

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
	"syscall"
)

// Ports are taken from below the range from which the kernel takes those of
// outgoing connections: a port there could be gone when a killed process comes
// back for it.
const (
	lowestPort  = 20000
	highestPort = 32000
)

// Host is what all fleets of a run share: the thread that starts processes,
// and the ports in use.
type Host struct {
	starts chan start
	done   chan struct{}

	mu    sync.Mutex
	taken map[int]bool
}

type start struct {
	cmd    *exec.Cmd
	failed chan error
}

// NewHost makes a host. Close it when all fleets are down.
func NewHost() *Host {
	h := &Host{starts: make(chan start), done: make(chan struct{}), taken: map[int]bool{}}
	go h.startProcesses()
	return h
}

// startProcesses starts all processes from one thread. The kernel tells a
// child that its parent died when the thread that made it ends, and threads
// of a Go program come and go unless they are locked.
func (h *Host) startProcesses() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for {
		select {
		case s := <-h.starts:
			s.failed <- s.cmd.Start()
		case <-h.done:
			return
		}
	}
}

// Start starts a command in a process group of its own that dies with the
// harness, however the harness dies.
func (h *Host) Start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	s := start{cmd, make(chan error, 1)}
	h.starts <- s
	return <-s.failed
}

// Close ends the thread that starts processes.
func (h *Host) Close() { close(h.done) }

// Port returns a loopback port that nothing uses and no other fleet was given.
func (h *Host) Port() (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for range 1000 {
		port := lowestPort + rand.IntN(highestPort-lowestPort)
		if h.taken[port] {
			continue
		}
		l, err := net.Listen("tcp", address(port))
		if err != nil {
			continue
		}
		if err := l.Close(); err != nil {
			return 0, err
		}
		h.taken[port] = true
		return port, nil
	}
	return 0, fmt.Errorf("no free port between %d and %d", lowestPort, highestPort)
}

func address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
