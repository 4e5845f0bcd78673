package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/phananh/portal/pkg/ledger"
	"github.com/phananh/portal/pkg/ledger/audit"
	"github.com/phananh/portal/pkg/program"
)

// Exit statuses of verify and ledger.
const (
	statusFindings  = 1
	statusUnchecked = 2
)

// verify checks the whole journal, beside the ledger if there is one.
type verify struct {
	records
	JSON bool `name:"json" help:"print the result as JSON"`
	stores
	program.Logging
}

// records says which ledger is meant and what is known of it already.
type records struct {
	Ledger    string   `type:"path" env:"PORTAL_LEDGER" help:"folder of the ledger; without it and without MONGODB_URI the one in the data folder"`
	PublicKey string   `type:"path" env:"PORTAL_LEDGER_PUBLIC_KEY" help:"the ledger's public key as it was kept elsewhere; without it the one in the ledger's folder"`
	Head      []string `help:"a head that was noted elsewhere, as portal ledger prints it; may be given several times"`
}

// verdict is what verify prints as JSON.
type verdict struct {
	Intact bool `json:"intact"`
	audit.Result
	Ledger *ledgerFacts `json:"ledger,omitempty"`
	took   time.Duration
}

// Help is shown by --help.
func (verify) Help() string {
	return "Reads every entry once and names what was edited, removed, cut off or cannot be read, and what was inserted where it does not fit. " +
		"What was found earlier and is as recorded again is told as mended and is no finding. " +
		"The portal may be running. Exit status: 0 intact now, 1 findings, 2 could not check."
}

// Run is the command.
func (c verify) Run(ctx context.Context, stdout io.Writer) error {
	begun := time.Now()
	if _, err := os.Stat(filepath.Join(c.Data, "mongodb")); c.MongoDB == "" && err != nil {
		return program.Exit{Status: statusUnchecked, Err: fmt.Errorf("no portal has run on %s: %w", c.Data, err)}
	}
	// The ledger is read first: what it has is in the journal already.
	contents, facts, err := c.load(ledgerFolder(c.Ledger, c.stores), c.Ledger != "")
	if err != nil {
		return program.Exit{Status: statusUnchecked, Err: err}
	}
	result, err := c.audit(ctx, contents)
	if err != nil {
		return program.Exit{Status: statusUnchecked, Err: err}
	}
	v := verdict{Intact: len(result.Findings) == 0, Result: result, Ledger: facts, took: time.Since(begun)}
	if err := c.print(stdout, v); err != nil {
		return program.Exit{Status: statusUnchecked, Err: err}
	}
	if !v.Intact {
		return program.Exit{Status: statusFindings}
	}
	return nil
}

func (c verify) audit(ctx context.Context, contents *ledger.Contents) (result audit.Result, err error) {
	var stack program.Stack
	defer func() { err = errors.Join(err, stack.Close(ctx)) }()
	j, err := c.openJournal(ctx, &stack, c.Logger(os.Stderr))
	if err != nil {
		return audit.Result{}, err
	}
	return audit.Run(ctx, j, contents)
}

// ledgerName is the ledger's folder in the data folder.
const ledgerName = "ledger"

// ledgerFolder is the folder of the ledger: the one that is named or, of the
// embedded engine's journal, the one in the data folder. Another database's
// has to be named, since its entries are others.
func ledgerFolder(named string, s stores) string {
	switch {
	case named != "":
		return named
	case s.MongoDB != "":
		return ""
	}
	return filepath.Join(s.Data, ledgerName)
}

// load reads the ledger. There is none where the folder is not named and was
// never there: its key would still be.
func (r records) load(dir string, named bool) (*ledger.Contents, *ledgerFacts, error) {
	if !named {
		exists, err := wasThere(dir)
		if err != nil {
			return nil, nil, err
		}
		if !exists {
			if len(r.Head) > 0 || r.PublicKey != "" {
				return nil, nil, errors.New("there is no ledger: name it with --ledger")
			}
			return nil, nil, nil
		}
	}
	heads, err := r.heads()
	if err != nil {
		return nil, nil, err
	}
	name := cmp.Or(r.PublicKey, ledger.PublicKeyFile(dir))
	key, err := ledger.ReadPublicKey(name)
	if err != nil {
		return nil, nil, err
	}
	contents, err := ledger.Load(dir, key, true, heads...)
	if err != nil {
		return nil, nil, err
	}
	facts := factsOf(dir, contents)
	facts.Key, facts.KeyFile = ledger.Fingerprint(key), name
	return contents, &facts, nil
}

// wasThere says whether there is a ledger; it is an error if there was one.
func wasThere(dir string) (bool, error) {
	if dir == "" {
		return false, nil
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if _, err := os.Stat(ledger.KeyFile(dir)); !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("the ledger %s is gone, although its key is there", dir)
	}
	return false, nil
}

func (r records) heads() ([]ledger.Head, error) {
	var heads []ledger.Head
	for _, text := range r.Head {
		h, err := ledger.ParseHead(text)
		if err != nil {
			return nil, err
		}
		heads = append(heads, h)
	}
	return heads, nil
}

func (c verify) print(stdout io.Writer, v verdict) error {
	if c.JSON {
		encoder := json.NewEncoder(stdout)
		encoder.SetIndent("", "  ")
		return encoder.Encode(v)
	}
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	say := func(name, format string, values ...any) {
		_, _ = fmt.Fprintf(w, name+"\t"+format+"\n", values...)
	}
	say("journal", "%d reports, %d actions, read in %v", v.Reports, v.Actions, v.took.Round(10*time.Millisecond))
	if v.Ledger == nil {
		say("ledger", "none: what was removed at the end, or written anew with all that follows it, cannot be found")
	} else {
		v.Ledger.say(say)
		say("", "%d entries are not recorded yet", v.Unrecorded)
		say("", "%d were recorded from the journal, without an announcement", v.Found)
	}
	if v.Unchained > 0 {
		say("chain", "%d actions do not carry the hash of the entry before them", v.Unchained)
	}
	for _, f := range v.Findings {
		say(strings.ToUpper(string(f.Kind)), "%s: %s", orLedger(f.Entry), f.Detail)
	}
	for _, m := range v.History {
		say("mended", "%s was found %s on %s, is as recorded again", m.Entry, m.Kind, m.Found.Local().Format(time.DateTime))
	}
	if v.MoreHistory > 0 {
		say("", "and %d more", v.MoreHistory)
	}
	switch n := len(v.Findings) + v.More; {
	case n == 0 && len(v.History) > 0:
		say("intact", "nothing is wrong now")
	case n == 0:
		say("intact", "nothing was found")
	case n == 1:
		say("NOT INTACT", "1 finding")
	default:
		say("NOT INTACT", "%d findings, %d of them listed", n, len(v.Findings))
	}
	return w.Flush()
}

func orLedger(entry string) string {
	if entry == "" {
		return "the ledger"
	}
	return entry
}
