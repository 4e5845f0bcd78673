package follow

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/phananh/portal/pkg/board"
	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/embedded/embeddedtest"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/report"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ground is engines, and followers on them.
type ground struct {
	t        *testing.T
	engines  embeddedtest.Engines
	nats     string // how followers reach NATS
	journal  *journal.Journal
	silent   *journal.Journal // announces nothing
	bus      *bus.Bus
	path     string // of the checkpoint
	log      *lines
	patience time.Duration
}

func newGround(t *testing.T) *ground {
	t.Helper()
	t.Parallel()
	g := &ground{t: t, engines: embeddedtest.Start(t), path: filepath.Join(t.TempDir(), "board"), log: &lines{}, patience: time.Hour}
	g.nats = g.engines.NATS
	g.bus = g.connect()
	g.journal, g.silent = g.open(g.bus), g.open(mute{})
	return g
}

// mute is an announcer whose announcements are all lost.
type mute struct{}

func (mute) Announce(context.Context, []report.Entry) error { return nil }

func (g *ground) connect() *bus.Bus {
	g.t.Helper()
	b, err := bus.Connect(bus.Config{URL: g.nats, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(b.Close)
	return b
}

func (g *ground) open(a journal.Announcer) *journal.Journal {
	g.t.Helper()
	j, err := journal.Open(journal.Config{URI: g.engines.MongoDB, Database: embeddedtest.Database, Announcer: a, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { _ = j.Close(context.Background()) })
	return j
}

// follow starts a follower on an empty board and waits until it is rebuilt.
func (g *ground) follow() (*board.Board, *Follower) {
	g.t.Helper()
	b := board.New()
	f := Start(Config{
		Board: b, Journal: g.journal, Bus: g.bus, Checkpoint: g.path, Patience: g.patience,
		Log: slog.New(slog.NewTextHandler(g.log, nil)), Now: time.Now,
	})
	g.t.Cleanup(func() { f.stop(); f.runs.Wait() })
	select {
	case <-f.Rebuilt():
	case <-time.After(20 * time.Second):
		g.t.Fatal("the board was not rebuilt")
	}
	g.eventually("the stream is followed", f.following.Load)
	return b, f
}

// rebuilt is the digest of a board that a follower without a past makes.
func (g *ground) rebuilt() string {
	g.t.Helper()
	other := *g
	other.path, other.log = "", &lines{}
	b, f := other.follow()
	defer func() { _ = f.Close() }()
	return b.Digest()
}

func (g *ground) close(f *Follower) {
	g.t.Helper()
	if err := f.Close(); err != nil {
		g.t.Fatal(err)
	}
}

func (g *ground) eventually(what string, ok func() bool) {
	g.t.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			g.t.Fatalf("did not come to pass: %s\n%s", what, g.log)
		case <-tick.C:
		}
	}
}

// holds waits until the board has some cases and they are what a rebuild has.
func (g *ground) holds(b *board.Board, cases int) {
	g.t.Helper()
	g.eventually(fmt.Sprintf("%d cases", cases), func() bool { return b.Len() == cases })
	want := g.rebuilt()
	g.eventually("the digest of a rebuild", func() bool { return b.Digest() == want })
}

func idOf(n int) report.ID { return report.ID(fmt.Sprintf("%012d", n)) }

// add appends the nth report, an hour old, and actions to it.
func (g *ground) add(j *journal.Journal, n int, types ...report.Type) {
	g.t.Helper()
	at := report.Instant(time.Now().Add(-time.Hour))
	g.put(j, report.Entry{Report: &report.Report{
		ID: idOf(n), Digest: []byte{1}, Category: "theft", Narrative: "Mất một chiếc xe máy.", Place: report.Place{Commune: "30280"}, Language: "vi", ReceivedAt: at,
	}})
	for i, t := range types {
		a := report.Action{Report: idOf(n), N: i + 1, Type: t, At: at.Add(time.Duration(i+1) * time.Second), Actor: report.Actor{Kind: report.Staff, User: "lan"}, Text: "Nội dung."}
		if t == report.Routed {
			a.Actor, a.Unit = report.Actor{Kind: report.System}, "883"
		}
		g.put(j, report.Entry{Action: &a})
	}
}

func (g *ground) put(j *journal.Journal, e report.Entry) {
	g.t.Helper()
	if err := j.Append(g.t.Context(), e); err != nil {
		g.t.Fatal(err)
	}
}

// lines is a log.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func (l *lines) count(text string) int { return strings.Count(l.String(), text) }

// gate is a way to a server that can be shut.
type gate struct {
	to       string
	mu       sync.Mutex
	isShut   bool
	listener net.Listener
	open     map[net.Conn]struct{}
	runs     sync.WaitGroup
}

func newGate(t *testing.T, to string) *gate {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{to: to, listener: l, open: map[net.Conn]struct{}{}}
	g.runs.Go(g.accept)
	t.Cleanup(func() {
		_ = l.Close()
		g.shut(true)
		g.runs.Wait()
	})
	return g
}

func (g *gate) accept() {
	for {
		in, err := g.listener.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", g.to)
		if err != nil || !g.pass(in, out) {
			_ = in.Close()
			if out != nil {
				_ = out.Close()
			}
		}
	}
}

func (g *gate) pass(in, out net.Conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.isShut {
		return false
	}
	g.open[in], g.open[out] = struct{}{}, struct{}{}
	for _, c := range [][2]net.Conn{{in, out}, {out, in}} {
		g.runs.Go(func() {
			_, _ = io.Copy(c[0], c[1])
			_ = c[0].Close()
		})
	}
	return true
}

func (g *gate) shut(shut bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.isShut = shut; shut {
		for c := range g.open {
			_ = c.Close()
		}
		clear(g.open)
	}
}
