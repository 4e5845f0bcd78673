package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/ledger"
)

// record is the ledger that a desk writes, if it writes one.
type record struct {
	*ledger.Recorder
	refused error // why it is not written
	asked   bool  // a ledger is configured
}

// openLedger opens the ledger. A damaged one must not keep the police from
// their work: it is left as it is, and said.
func openLedger(cfg Config) (record, error) {
	if cfg.Ledger == "" {
		return record{}, nil
	}
	r, err := ledger.Start(ledger.Config{Dir: cfg.Ledger, KeyFile: cfg.LedgerKey, Journal: cfg.Journal, Log: cfg.Log, Now: cfg.Now})
	if errors.Is(err, ledger.ErrDamaged) {
		cfg.Log.Error("nothing is recorded in the ledger: run portal ledger", "error", err)
		return record{asked: true, refused: err}, nil
	}
	if err != nil {
		return record{}, fmt.Errorf("desk: %w", err)
	}
	return record{Recorder: r, asked: true}, nil
}

// checks lets readiness say that the ledger is not written. The desk works
// without it.
func (r record) checks() []httpd.Check {
	if !r.asked {
		return nil
	}
	return []httpd.Check{{Name: "ledger", Soft: true, Test: func(ctx context.Context) error {
		if r.refused != nil {
			return r.refused
		}
		return r.Check(ctx)
	}}}
}
