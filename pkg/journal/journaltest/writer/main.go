// Command writer appends reports to a journal and prints the ID of each one
// that was answered, until it is killed by a failpoint. It serves the journal's
// tests.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/report"
)

// silent announces to nobody.
type silent struct{}

func (silent) Announce(context.Context, []report.Entry) error { return nil }

func main() {
	if err := run(os.Args[1], os.Args[2], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(uri, database string, stdout io.Writer) error {
	j, err := journal.Open(journal.Config{
		URI: uri, Database: database, Announcer: silent{}, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		return err
	}
	key, err := report.NewKey(bytes.Repeat([]byte{7}, report.KeySize))
	if err != nil {
		return err
	}
	var n atomic.Int64
	var out sync.Mutex
	var writers sync.WaitGroup
	for range 16 {
		writers.Go(func() {
			for range 20 {
				id := key.ID(key.Receipt(fmt.Sprint("submission ", n.Add(1))))
				r := report.Report{
					ID: id, Digest: []byte{1}, Category: "theft", Narrative: "Mất xe đạp trước cổng trường.",
					Place: report.Place{Commune: "30280"}, Language: "vi", ReceivedAt: report.Instant(time.Now()),
				}
				if err := j.Append(context.Background(), report.Entry{Report: &r}); err == nil {
					out.Lock()
					_, _ = fmt.Fprintln(stdout, id)
					out.Unlock()
				}
			}
		})
	}
	writers.Wait()
	return j.Close(context.Background())
}
