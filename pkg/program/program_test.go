package program_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/phananh/portal/pkg/program"
)

type part struct {
	done chan struct{}
	err  error
}

func (p part) Done() <-chan struct{}     { return p.done }
func (p part) Err() error                { return p.err }
func (part) Close(context.Context) error { return nil }

func TestTheLastOpenedIsClosedFirst(t *testing.T) {
	var stack program.Stack
	var order []int
	for i := range 3 {
		stack.Push(func(ctx context.Context) error {
			order = append(order, i)
			return ctx.Err()
		})
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := stack.Close(ended); err != nil {
		t.Error("closing must go on although the program's context has ended:", err)
	}
	if !slices.Equal(order, []int{2, 1, 0}) {
		t.Errorf("closed in the order %v", order)
	}
}

func TestAPartThatStopsByItselfEndsTheProgram(t *testing.T) {
	var stack program.Stack
	cause := errors.New("port taken")
	p := part{make(chan struct{}), cause}
	stack.Start(part{done: make(chan struct{})})
	stack.Start(p)
	close(p.done)
	if err := stack.Wait(t.Context()); !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
}

type config struct {
	program.ReceiptKey
	program.Service
}

func parse(args ...string) (config, error) {
	var c config
	_, err := program.Parse(&c, "test", "A test.", args, io.Discard)
	return c, err
}

func TestSecretsComeFromFilesAndAreNeverPrinted(t *testing.T) {
	name := filepath.Join(t.TempDir(), "uri")
	if err := os.WriteFile(name, []byte("mongodb://u:hunter2@db/\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("MONGODB_URI_FILE", name)
	t.Setenv("NATS_URL", "nats://u:hunter2@bus")
	c, err := parse()
	if err != nil {
		t.Fatal(err)
	}
	if string(c.MongoDB) != "mongodb://u:hunter2@db/" {
		t.Errorf("read %q", string(c.MongoDB))
	}
	if printed := fmt.Sprintf("%v %+v", c, c); strings.Contains(printed, "hunter2") {
		t.Errorf("printed: %s", printed)
	}
}

func TestAMissingSecretFileIsAnError(t *testing.T) {
	t.Setenv("MONGODB_URI_FILE", filepath.Join(t.TempDir(), "nowhere"))
	if _, err := parse(); err == nil || !strings.Contains(err.Error(), "MONGODB_URI_FILE") {
		t.Errorf("got %v", err)
	}
}

func TestAServiceNeedsBothStores(t *testing.T) {
	for _, args := range [][]string{{}, {"--mongodb=mongodb://x"}, {"--nats=nats://x"}} {
		c, err := parse(args...)
		if err != nil {
			t.Fatal(err)
		}
		err = c.Run(t.Context(), func(program.Ground) (program.Part, error) {
			t.Error("started")
			return nil, nil
		})
		if err == nil || !strings.Contains(err.Error(), "NATS_URL") {
			t.Errorf("%v: %v", args, err)
		}
	}
}

func TestAWrongReceiptKeyIsRefusedWithoutShowingIt(t *testing.T) {
	for _, text := range []string{"", "hunter2", "abcd", strings.Repeat("zz", 32)} {
		_, err := program.ReceiptKey{ReceiptKey: program.Secret(text)}.Key()
		if err == nil || (text != "" && strings.Contains(err.Error(), text)) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestTheReceiptKeyIsMadeOnceAndKept(t *testing.T) {
	name := filepath.Join(t.TempDir(), "receipt.key")
	first, err := program.LoadOrMakeKey(name, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	again, err := program.LoadOrMakeKey(name, rand.Reader)
	if err != nil || first.Receipt("submission") != again.Receipt("submission") {
		t.Errorf("another key at the second start, %v", err)
	}
	info, err := os.Stat(name)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := os.WriteFile(name, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := program.LoadOrMakeKey(name, rand.Reader); err == nil {
		t.Error("a damaged key file must never be replaced")
	}
}

// balanced is a part that is told to become unready.
type balanced struct {
	part
	told chan time.Time
}

func (b balanced) Closing() { b.told <- time.Now() }

func TestPartsServeOnForAWhileAfterTheyBecameUnready(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stack := program.Stack{Linger: 5 * time.Second}
		b := balanced{part{done: make(chan struct{})}, make(chan time.Time, 1)}
		stack.Start(part{done: make(chan struct{})}) // knows nothing of it
		stack.Start(b)
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		begun := time.Now()
		if err := stack.Wait(ctx); err != nil {
			t.Error(err)
		}
		if unready, over := (<-b.told).Sub(begun), time.Since(begun); unready != time.Minute || over != 65*time.Second {
			t.Errorf("unready after %v, over after %v", unready, over)
		}
	})
}
