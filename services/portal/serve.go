package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/phananh/portal/pkg/embedded"
	"github.com/phananh/portal/pkg/httpd"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/program"
	"github.com/phananh/portal/pkg/report"
	desk "github.com/phananh/portal/services/desk/app"
	intake "github.com/phananh/portal/services/intake/app"
	triage "github.com/phananh/portal/services/triage/app"
	"github.com/phananh/portal/web"
)

// serve runs everything in one process.
type serve struct {
	Public        string `default:"127.0.0.1:8080" env:"PORTAL_PUBLIC" help:"address of the public site"`
	Desk          string `default:"127.0.0.1:8081" env:"PORTAL_DESK" help:"address of the desk"`
	Demo          bool   `env:"PORTAL_DEMO" help:"make accounts to try the portal with, where there are none"`
	Ledger        string `type:"path" env:"PORTAL_LEDGER" help:"folder of the ledger, a signed record of the journal; without it and without MONGODB_URI, the one in the data folder"`
	LedgerKey     string `type:"path" env:"PORTAL_LEDGER_KEY" help:"file with the ledger's private key, made where there is none; default: beside the ledger"`
	SecureCookies bool   `env:"PORTAL_SECURE_COOKIES" help:"cookies for HTTPS only; needed behind a TLS proxy"`
	stores
	program.ReceiptKey
	program.Territory
	program.Logging
	program.Stopping
}

// Run is the command.
func (s serve) Run(ctx context.Context, stdout io.Writer) (err error) {
	log := s.Logger(os.Stderr)
	territory, err := s.Load()
	if err != nil {
		return fmt.Errorf("jurisdiction:\n%w", err)
	}
	stack := program.Stack{Linger: s.Linger}
	defer func() {
		log.Info("stopping")
		err = errors.Join(err, stack.Close(ctx))
	}()
	folder, err := s.openFolder(&stack)
	if err != nil {
		return err
	}
	fresh := !exists(folder.Path(keyFile))
	key, err := s.key(folder, log)
	if err != nil {
		return err
	}
	j, b, err := s.connect(ctx, &stack, folder, log)
	if err != nil {
		return err
	}
	// Stopping goes backwards: the public site first, then the desk, then
	// triage, which meanwhile routes what was just accepted.
	tr, err := triage.Start(triage.Config{Journal: j, Bus: b, Jurisdiction: territory, Log: log, Now: time.Now})
	if err != nil {
		return err
	}
	stack.Start(tr)
	de, err := desk.Start(ctx, desk.Config{
		Addr: s.Desk, Journal: j, Bus: b, Jurisdiction: territory, Checkpoint: folder.Path("board.checkpoint"),
		Ledger: ledgerFolder(s.Ledger, s.stores), LedgerKey: s.LedgerKey,
		SecureCookies: s.SecureCookies, UI: web.Desk(), Log: log, Now: time.Now,
	})
	if err != nil {
		return err
	}
	stack.Start(de)
	in, err := intake.Start(intake.Config{
		Addr: s.Public, Journal: j, Jurisdiction: territory, Key: key, Log: log, Now: time.Now,
		Checks: []httpd.Check{diskCheck(folder)},
	})
	if fresh && errors.Is(err, journal.ErrPinned) { // the old key was lost; a new one in its place would hide that
		err = errors.Join(err, os.Remove(folder.Path(keyFile)))
	}
	if err != nil {
		return err
	}
	stack.Start(in)

	_, _ = fmt.Fprintf(stdout, "Public site  %s\nDesk         %s\n", in.URL(), de.URL())
	if s.Demo {
		if err := demoAccounts(ctx, j, territory, folder, stdout); err != nil {
			return err
		}
	}
	return stack.Wait(ctx)
}

// keyFile holds the data folder's own receipt key.
const keyFile = "receipt.key"

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// key is the configured receipt key, or the data folder's own. Where the
// stores are shared the key must be as well, so it must be configured.
func (s serve) key(folder *embedded.Folder, log *slog.Logger) (report.Key, error) {
	if s.ReceiptKey.ReceiptKey != "" {
		return s.Key()
	}
	if given, err := s.Given(); err != nil || given {
		return report.Key{}, errors.Join(errors.New("with MONGODB_URI, PORTAL_RECEIPT_KEY is needed too"), err)
	}
	name := folder.Path(keyFile)
	log.Debug("receipt key", "file", name)
	return program.LoadOrMakeKey(name, rand.Reader)
}
