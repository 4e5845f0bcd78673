package ledger

import (
	"time"

	"github.com/phananh/portal/pkg/report"
)

// maxNamed bounds the findings of one comparison that are logged one by one.
const maxNamed = 20

// Comparison holds the ledger against the whole journal while somebody reads
// it. A nil Comparison does nothing.
type Comparison struct {
	r          *Recorder
	begun      time.Time
	generation uint32
	added      int
	found      int
	partial    bool // there was no room for all that was to be recorded
}

// Compare begins a comparison; the reading of the journal must begin after it.
func (r *Recorder) Compare() *Comparison {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.generation++
	return &Comparison{r: r, begun: r.cfg.Now(), generation: r.generation}
}

// Take compares an entry. One that the ledger lacks is recorded; one that has
// another hash there, or cannot be read any more, is a finding. One that is as
// recorded is found anew if it is damaged in the same way once more.
func (c *Comparison) Take(e report.Entry) {
	if c == nil {
		return
	}
	k, ok := KeyOfEntry(e)
	if !ok {
		return // portal verify names it
	}
	h := e.Hash() // a damaged entry has none
	c.r.mu.Lock()
	defer c.r.mu.Unlock()
	was, recorded := c.r.index[k]
	switch {
	case recorded:
		was.seen = max(was.seen, c.generation)
		c.r.index[k] = was
		switch {
		case h.IsZero():
			c.note(Line{Mark: Damage, Kind: Unreadable, Key: k})
		case was.hash != h:
			c.note(Line{Mark: Damage, Kind: Edited, Key: k, Hash: h})
		default:
			delete(c.r.findings, k)
		}
	case h.IsZero(): // damaged before it was ever recorded
	case c.r.record(Found, k, h):
		c.added++
	default:
		c.partial = true
	}
}

// End ends the comparison after the whole journal was read: what the ledger
// has and nobody met was removed. It returns the number of new findings.
func (c *Comparison) End() int {
	if c == nil {
		return 0
	}
	r := c.r
	r.mu.Lock()
	defer r.mu.Unlock()
	for k, was := range r.index {
		if was.seen < c.generation {
			c.note(Line{Mark: Damage, Kind: Removed, Key: k})
		}
	}
	if !c.partial && c.begun.After(r.compared) {
		r.compared, r.isCompared = c.begun, true
	}
	if c.added > 0 {
		r.cfg.Log.Info("ledger: entries recorded from the journal", "entries", c.added)
	}
	if c.found > maxNamed {
		r.cfg.Log.Error("the journal is not what it was: run portal verify", "findings", c.found)
	}
	return c.found
}

func (c *Comparison) note(l Line) {
	if !c.r.find(l) {
		return
	}
	if c.found++; c.found <= maxNamed {
		c.r.say(l)
	}
}
