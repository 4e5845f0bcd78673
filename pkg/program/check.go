package program

import (
	"context"
	"errors"

	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/journal"
)

// JournalCheck says whether the journal can be read and written. A database
// without room is told apart, because somebody must make some.
func JournalCheck(j *journal.Journal) httpd.Check {
	return httpd.Check{Name: "journal", Test: func(ctx context.Context) error {
		if err := j.Ping(ctx); err != nil {
			return err
		}
		err := j.Writable(ctx)
		if errors.Is(err, journal.ErrFull) {
			return httpd.Reason("disk_full", err)
		}
		return err
	}}
}
