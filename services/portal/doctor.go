package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/phananh/portal/pkg/bus"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/program"
	"github.com/phananh/portal/pkg/report"
	triage "github.com/phananh/portal/services/triage/app"

	check "github.com/phananh/portal/services/portal/internal/doctor"
)

// doctor checks a configuration: every setting of serve, and its own.
type doctor struct {
	serve
	Monitors []string `name:"nats-monitor" env:"PORTAL_NATS_MONITORS" placeholder:"URL" help:"monitoring address of a NATS server, such as http://host:8222; repeat it for each server"`
	JSON     bool     `name:"json" help:"print the findings as JSON, for scripts"`
	Strict   bool     `help:"fail for warnings, and for what could not be checked, too"`
}

// Help is shown by portal doctor --help.
func (doctor) Help() string {
	return `Checks what the portal would run on: MongoDB, NATS, this machine and the configuration itself. Give it the
flags and the environment that the programs get. Each finding is ok, a warning, a problem, or not checked, with what to do.

It changes nothing that lasts. It inserts a few empty markers into the outbox and deletes them at once, offers NATS a
message that the stream must refuse, and writes a file of 4 KiB into the data folder and removes it.

Exit status: 0 when there is no problem, 1 when there is one, 2 for wrong usage. With --strict, 1 for anything but ok.`
}

// receiptKeyPin is the name under which intake binds its key to the database.
const receiptKeyPin = "receipt-key"

// inspectWithin bounds the look at each store.
const inspectWithin = 10 * time.Second

// Run is the command.
func (d doctor) Run(ctx context.Context, stdout io.Writer) error {
	var database, queue []check.Finding
	pinned := journal.Answer[[]byte]{Err: journal.ErrUnavailable}
	var stores sync.WaitGroup
	stores.Go(func() { database, pinned = d.mongoDB(ctx) })
	stores.Go(func() { queue = d.nats(ctx) })
	machine := check.OnMachine(check.LookAtMachine(d.Data), d.embedded())
	stores.Wait()

	findings := check.Configuration(d.settings(), pinned)
	findings = append(findings, database...)
	findings = append(findings, queue...)
	findings = append(findings, machine...)
	print := check.PrintTable
	if d.JSON {
		print = func(w io.Writer, all []check.Finding) error { return check.PrintJSON(w, all, d.Strict) }
	}
	if err := print(stdout, findings); err != nil {
		return err
	}
	if !check.Healthy(findings, d.Strict) {
		return program.Exit{Status: 1}
	}
	return nil
}

func (d doctor) settings() check.Settings {
	s := check.Settings{
		Embedded: d.embedded(),
		Desk:     d.Desk, SecureCookies: d.SecureCookies, Demo: d.Demo,
		Secrets: check.LookAtSecrets(os.LookupEnv, "MONGODB_URI", "NATS_URL", "PORTAL_RECEIPT_KEY"),
	}
	_, s.StoresErr = d.Given()
	s.Jurisdiction, s.JurisdictionErr = d.Load()
	s.Key, s.KeyErr = d.receiptKey()
	return s
}

// embedded says whether the portal would run engines of its own.
func (d doctor) embedded() bool { return d.MongoDB == "" && d.NATS == "" }

// receiptKey is the key that is given or, with the portal's own engines, kept
// in the data folder. It makes none.
func (d doctor) receiptKey() (*report.Key, error) {
	given := d.ReceiptKey
	if given.ReceiptKey == "" && d.embedded() {
		b, err := fs.ReadFile(os.DirFS(d.Data), "receipt.key")
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		given.ReceiptKey = program.Secret(strings.TrimSpace(string(b)))
	}
	if given.ReceiptKey == "" {
		return nil, nil
	}
	key, err := given.Key()
	return &key, err
}

func (d doctor) mongoDB(ctx context.Context) ([]check.Finding, journal.Answer[[]byte]) {
	ctx, cancel := context.WithTimeout(ctx, inspectWithin)
	defer cancel()
	uri, own := d.MongoDB, d.embedded()
	if uri == "" && !own {
		return unnamed("MongoDB", "MONGODB_URI"), journal.Answer[[]byte]{Err: journal.ErrUnavailable}
	}
	if own {
		var err error
		if uri, err = d.runningEngine(); err != nil {
			return asleep(), journal.Answer[[]byte]{Err: journal.ErrUnavailable}
		}
	}
	f, err := journal.Inspect(ctx, journal.Inspection{URI: string(uri), Database: d.Database, Pin: receiptKeyPin, Now: time.Now})
	if own && errors.Is(err, journal.ErrUnavailable) { // its address is left over from an earlier run
		return asleep(), journal.Answer[[]byte]{Err: err}
	}
	if err != nil {
		f.Pinned.Err = err
	}
	return check.MongoDB(f, err, d.Database, time.Now()), f.Pinned
}

// unnamed is what is found where one store is named and the other is not.
func unnamed(area, variable string) []check.Finding {
	return []check.Finding{{Area: area, Name: "deployment", Level: check.NotChecked, Found: variable + " is not given", Do: "Set it and run the doctor again."}}
}

// asleep is what is found where the portal's own engine is not running.
func asleep() []check.Finding {
	return []check.Finding{{
		Area: "MongoDB", Name: "deployment", Level: check.NotChecked,
		Found: "the portal's own engine; it runs while the portal does, and it does not",
		Do:    "Start the portal and run the doctor beside it. For production give MONGODB_URI and NATS_URL.",
	}}
}

func (d doctor) nats(ctx context.Context) []check.Finding {
	ctx, cancel := context.WithTimeout(ctx, inspectWithin)
	defer cancel()
	if d.NATS == "" && !d.embedded() {
		return unnamed("NATS", "NATS_URL")
	}
	if d.NATS == "" {
		return []check.Finding{{
			Area: "NATS", Name: "deployment", Level: check.NotChecked,
			Found: "the portal's own server, which nobody else can reach", Do: "Look at /readyz of the desk while the portal runs.",
		}}
	}
	monitors := make([]check.MonitorAnswer, len(d.Monitors))
	var asking sync.WaitGroup
	for i, address := range d.Monitors {
		asking.Go(func() {
			m, err := bus.InspectMonitor(ctx, address, time.Now)
			monitors[i] = check.MonitorAnswer{Address: address, Monitor: m, Err: err}
		})
	}
	f, err := bus.Inspect(ctx, bus.Inspection{URL: string(d.NATS), Replicas: d.Replicas, Consumer: triage.Durable, Now: time.Now})
	asking.Wait()
	return check.NATS(f, err, monitors, d.Replicas, time.Now())
}
