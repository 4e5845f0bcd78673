package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/phananh/portal/pkg/ledger"
	"github.com/phananh/portal/pkg/program"
)

// showLedger shows where a ledger stands.
type showLedger struct {
	records
	JSON bool   `name:"json" help:"print as JSON"`
	Data string `default:"./data" type:"path" env:"PORTAL_DATA" help:"folder for everything the portal keeps"`
}

// ledgerFacts is a ledger in a few lines.
type ledgerFacts struct {
	Folder   string    `json:"folder"`
	Key      string    `json:"key"` // fingerprint
	KeyFile  string    `json:"key_file"`
	Blocks   int       `json:"blocks"`
	Entries  int       `json:"entries"`
	First    time.Time `json:"first,omitzero"`
	Last     time.Time `json:"last,omitzero"`
	Compared time.Time `json:"compared,omitzero"`
	Head     string    `json:"head"`
	Damage   []string  `json:"damage,omitempty"` // what was found while it was written, though it may be mended now
	Faults   []string  `json:"faults,omitempty"`
	Torn     string    `json:"torn,omitempty"`
}

func factsOf(dir string, c *ledger.Contents) ledgerFacts {
	f := ledgerFacts{
		Folder: dir, Blocks: c.Blocks, Entries: len(c.Index), First: c.First, Last: c.Last, Compared: c.Compared, Head: c.Head.String(),
	}
	for _, d := range c.Damage {
		f.Damage = append(f.Damage, string(d.Kind)+" "+d.Key.String())
	}
	for _, fault := range c.Faults {
		f.Faults = append(f.Faults, fault.String())
	}
	if c.Torn != nil {
		f.Torn = c.Torn.String()
	}
	return f
}

// Help is shown by --help.
func (showLedger) Help() string {
	return "Checks the ledger alone and prints its head. Keep the head elsewhere, on paper for instance: " +
		"portal verify --head shows later that nothing before it was changed. " +
		"Exit status: 0 sound, 1 findings, 2 could not check."
}

// Run is the command.
func (c showLedger) Run(_ context.Context, stdout io.Writer) error {
	dir := c.Ledger
	if dir == "" {
		dir = filepath.Join(c.Data, ledgerName)
	}
	_, facts, err := c.load(dir, true)
	if err != nil {
		return program.Exit{Status: statusUnchecked, Err: err}
	}
	if err := c.print(stdout, *facts); err != nil {
		return program.Exit{Status: statusUnchecked, Err: err}
	}
	if len(facts.Faults)+len(facts.Damage) > 0 {
		return program.Exit{Status: statusFindings}
	}
	return nil
}

func (c showLedger) print(stdout io.Writer, f ledgerFacts) error {
	if c.JSON {
		encoder := json.NewEncoder(stdout)
		encoder.SetIndent("", "  ")
		return encoder.Encode(f)
	}
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	say := func(name, format string, values ...any) {
		_, _ = fmt.Fprintf(w, name+"\t"+format+"\n", values...)
	}
	f.say(say)
	for _, d := range f.Damage {
		say("FOUND", "%s", d)
	}
	if len(f.Damage) > 0 {
		say("", "whether it is so now, portal verify says")
	}
	for _, fault := range f.Faults {
		say("LEDGER", "%s", fault)
	}
	return w.Flush()
}

// say prints the facts that every command about a ledger prints.
func (f ledgerFacts) say(say func(name, format string, values ...any)) {
	say("ledger", "%s: %d entries in %d blocks", f.Folder, f.Entries, f.Blocks)
	say("", "key %s from %s", f.Key, f.KeyFile)
	if f.Blocks > 0 {
		say("", "from %s to %s", f.First.Local().Format(time.DateTime), f.Last.Local().Format(time.DateTime))
		say("", "head %s", f.Head)
	}
	if f.Compared.IsZero() {
		say("", "never compared with the whole journal")
	} else {
		say("", "last compared with the whole journal %s", f.Compared.Local().Format(time.DateTime))
	}
	if f.Torn != "" {
		say("", "a block is being written, or was not written to its end: %s", f.Torn)
	}
}
