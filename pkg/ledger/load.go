package ledger

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/phananh/portal/pkg/report"
)

// Fault is something wrong with the ledger itself.
type Fault struct {
	File   string // "" where it is not in one file
	Offset int    // in the file, in bytes
	What   string
}

// String says where and what.
func (f Fault) String() string {
	if f.File == "" {
		return f.What
	}
	return fmt.Sprintf("%s at byte %d: %s", f.File, f.Offset, f.What)
}

// Contents is what a ledger says.
type Contents struct {
	Index    map[Key]report.Hash // the first hash recorded of each entry
	Found    int                 // entries that were found in the journal only
	Damage   []Finding           // what recorders have found, the oldest first
	Blocks   int
	Head     Head
	First    time.Time // time of the first block
	Last     time.Time // and of the last
	Compared time.Time // when the last comparison with the whole journal began
	Faults   []Fault
	Torn     *Fault // the last block is not whole: it was being written

	tail string // file of the last block; "" where there is none
	size int    // of its whole blocks
}

// maxFaults bounds how many faults are listed.
const maxFaults = 1000

// Load reads the whole ledger of a folder. It goes on after a fault with the
// next block whose signature fits. Thorough checks every signature; otherwise
// only the chain and the last one are checked, which is as good against
// changes and does not tell a wrong key from a changed text. Heads are ones
// noted elsewhere that the ledger must still contain. An error means that the
// ledger could not be read.
func Load(dir string, public ed25519.PublicKey, thorough bool, heads ...Head) (*Contents, error) {
	l := loader{
		Contents: Contents{Index: map[Key]report.Hash{}}, dir: dir, public: public, thorough: thorough, must: map[uint64]report.Hash{},
	}
	for _, h := range heads {
		l.must[h.Number] = h.Hash
	}
	// The head first: a recorder at work writes it after the block.
	head, headErr := readHead(dir, public)
	names, err := segments(dir)
	if err != nil {
		return nil, err
	}
	for i, name := range names {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		l.segment(name, text, i == len(names)-1)
	}
	l.finish(head, headErr)
	return &l.Contents, nil
}

type loader struct {
	Contents
	dir      string
	public   ed25519.PublicKey
	thorough bool
	must     map[uint64]report.Hash

	broken   bool    // the text before this block is faulty
	unsigned []Fault // blocks whose signature does not fit
	signed   int     // blocks whose signature was checked and fits
	last     parsed
}

func (l *loader) segment(name string, text []byte, isLast bool) {
	for at := 0; at < len(text); {
		p, err := parse(text[at:])
		if err == nil {
			l.block(name, at, p)
			at += len(p.text)
			l.tail, l.size = name, at
			continue
		}
		f := Fault{name, at, fmt.Sprintf("what should be block %d %v", l.Head.Number+1, err)}
		next := bytes.Index(text[at+1:], []byte("\nblock "))
		if next < 0 {
			if isLast {
				l.Torn = &f
			} else {
				l.fault(f)
			}
			l.broken = true
			return
		}
		l.fault(f)
		l.broken = true
		at += next + 2
	}
}

func (l *loader) block(name string, at int, p parsed) {
	follows := p.Number == l.Head.Number+1 && p.After == l.Head.Hash
	if !follows && !l.broken {
		l.fault(Fault{name, at, fmt.Sprintf("block %d does not follow block %d: blocks were changed or taken out", p.Number, l.Head.Number)})
	}
	if want, ok := l.must[p.Number]; ok {
		if want != p.hash() {
			l.fault(Fault{name, at, fmt.Sprintf("block %d is not the one that was noted as %s", p.Number, Head{p.Number, want})})
		}
		delete(l.must, p.Number)
	}
	fits := true
	if l.thorough || !follows {
		if fits = p.signedWith(l.public); fits {
			l.signed++
		} else {
			l.unsigned = append(l.unsigned, Fault{name, at, fmt.Sprintf("block %d was changed: its signature does not fit", p.Number)})
		}
	}
	l.broken = !fits
	l.Head, l.last = Head{p.Number, p.hash()}, p
	if fits {
		l.take(p.Block)
	}
}

func (l *loader) take(b Block) {
	l.Blocks++
	if l.First.IsZero() {
		l.First = b.At
	}
	l.Last = b.At
	if b.Compared.After(l.Compared) {
		l.Compared = b.Compared
	}
	for _, line := range b.Lines {
		if line.Mark == Damage {
			l.Damage = append(l.Damage, Finding{line, b.At})
			continue
		}
		if _, known := l.Index[line.Key]; known {
			continue // what was once recorded is never replaced
		}
		l.Index[line.Key] = line.Hash
		if line.Mark == Found {
			l.Found++
		}
	}
}

// finish judges how the ledger ends.
func (l *loader) finish(head Head, headErr error) {
	if !l.thorough && l.Blocks > 0 && !l.last.signedWith(l.public) {
		l.unsigned = append(l.unsigned, Fault{What: fmt.Sprintf("the signature of the last block, %d, does not fit", l.last.Number)})
	}
	if len(l.unsigned) > 1 && l.signed == 0 {
		l.unsigned = []Fault{{What: fmt.Sprintf("no block is signed with the key %s", Fingerprint(l.public))}}
	}
	for _, f := range l.unsigned {
		l.fault(f)
	}
	last := l.Head.Number
	switch {
	case missing(headErr):
		if last > 1 { // the head is noted after the block
			l.fault(Fault{What: "the note of the newest block, " + headFile(l.dir) + ", is missing"})
		}
	case headErr != nil:
		l.fault(Fault{What: fmt.Sprintf("%s: %v", headFile(l.dir), headErr)})
	case last < head.Number:
		l.fault(Fault{What: fmt.Sprintf("cut off: it ends with block %d, and block %d had been written", last, head.Number)})
		l.Torn = nil
	case last == head.Number && l.Head.Hash != head.Hash:
		l.fault(Fault{What: fmt.Sprintf("block %d is not the one that was written", last)})
	}
	for number, hash := range l.must {
		l.fault(Fault{What: fmt.Sprintf("block %s, which was noted, is not in it", Head{number, hash})})
	}
}

func (l *loader) fault(f Fault) {
	if len(l.Faults) < maxFaults {
		l.Faults = append(l.Faults, f)
	}
}
