package ledger

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/phananh/portal/pkg/report"
)

// Mark says how a line came into the ledger.
type Mark byte

// The marks.
const (
	Announced Mark = '+' // its writer announced it
	Found     Mark = '?' // it was found in the journal, not announced or not yet
	Damage    Mark = '!' // the journal is not what it was
)

// Kind is what has become of an entry that was recorded.
type Kind string

// The kinds of damage that a recorder finds.
const (
	Edited     Kind = "edited"     // it has another hash now
	Removed    Kind = "removed"    // it is not in the journal any more
	Unreadable Kind = "unreadable" // it is there and cannot be decoded any more
)

// Line is one line of a block.
type Line struct {
	Mark Mark
	Kind Kind // of damage
	Key  Key
	Hash report.Hash // of the entry; of damage: what it is now, zero if nothing
}

// Finding is damage that a recorder found, as it is kept.
type Finding struct {
	Line
	At time.Time // of the block it was recorded in, seconds after it was found
}

// Block is what was recorded at one time.
type Block struct {
	Number   uint64 // 1, 2, 3 …
	At       time.Time
	After    report.Hash // of the block before it; zero for the first
	Compared time.Time   // when the last comparison with the whole journal began; zero: never
	Lines    []Line
}

// maxLines bounds a block.
const maxLines = 10_000

const instant = "2006-01-02T15:04:05.000Z"

// encode writes and signs the block.
func (b Block) encode(key ed25519.PrivateKey) []byte {
	out := make([]byte, 0, 300+90*len(b.Lines))
	out = fmt.Appendf(out, "block %d %s\nafter %s\n", b.Number, b.At.UTC().Format(instant), b.After)
	if !b.Compared.IsZero() {
		out = fmt.Appendf(out, "compared %s\n", b.Compared.UTC().Format(instant))
	}
	out = fmt.Appendf(out, "holds %d\n", len(b.Lines))
	for _, l := range b.Lines {
		out = append(out, byte(l.Mark), ' ')
		if l.Mark == Damage {
			out = append(append(out, l.Kind...), ' ')
		}
		out = append(append(out, l.Key.String()...), ' ')
		out = append(hex.AppendEncode(out, l.Hash[:]), '\n')
	}
	signature := ed25519.Sign(key, out)
	out = append(out, "signed "...)
	return append(base64.StdEncoding.AppendEncode(out, signature), '\n')
}

// parsed is a block as it stands in a file.
type parsed struct {
	Block
	text      []byte // all of it
	signed    []byte // what the signature is over
	signature []byte
}

func (p parsed) hash() report.Hash { return sha256.Sum256(p.text) }

func (p parsed) signedWith(key ed25519.PublicKey) bool {
	return ed25519.Verify(key, p.signed, p.signature)
}

var errSyntax = errors.New("is not written as a block is")

// parse reads the block at the beginning of text.
func parse(text []byte) (p parsed, err error) {
	s := scanner{rest: text}
	number, at := s.pair("block ")
	p.Number, p.At = s.number(number), s.moment(at)
	p.After = s.hash(s.line("after "))
	if bytes.HasPrefix(s.rest, []byte("compared ")) {
		p.Compared = s.moment(s.line("compared "))
	}
	holds := s.number(s.line("holds "))
	if s.err == nil && holds > maxLines {
		s.err = errSyntax
	}
	for i := uint64(0); i < holds && s.err == nil; i++ {
		p.Lines = append(p.Lines, s.entry())
	}
	p.signed = text[:len(text)-len(s.rest)]
	signature := s.line("signed ")
	if s.err != nil {
		return parsed{}, s.err
	}
	if p.signature, err = base64.StdEncoding.DecodeString(string(signature)); err != nil {
		return parsed{}, errSyntax
	}
	p.text = text[:len(text)-len(s.rest)]
	return p, nil
}

// scanner takes lines off a text; after an error it takes nothing more.
type scanner struct {
	rest []byte
	err  error
}

// line returns the next line without its prefix, which it must have.
func (s *scanner) line(prefix string) []byte {
	line, rest, whole := bytes.Cut(s.rest, []byte("\n"))
	value, ok := bytes.CutPrefix(line, []byte(prefix))
	if s.err != nil || !whole || !ok {
		s.err = errSyntax
		return nil
	}
	s.rest = rest
	return value
}

func (s *scanner) pair(prefix string) (a, b []byte) {
	a, b, ok := bytes.Cut(s.line(prefix), []byte(" "))
	if !ok {
		s.err = errSyntax
	}
	return a, b
}

func (s *scanner) number(text []byte) uint64 {
	n, err := strconv.ParseUint(string(text), 10, 64)
	if err != nil {
		s.err = errSyntax
	}
	return n
}

func (s *scanner) moment(text []byte) time.Time {
	t, err := time.Parse(instant, string(text))
	if err != nil {
		s.err = errSyntax
	}
	return t
}

func (s *scanner) hash(text []byte) (h report.Hash) {
	if len(text) != hex.EncodedLen(len(h)) {
		s.err = errSyntax
		return h
	}
	if _, err := hex.Decode(h[:], text); err != nil {
		s.err = errSyntax
	}
	return h
}

func (s *scanner) entry() (l Line) {
	line := s.line("")
	if len(line) < 2 || line[1] != ' ' {
		s.err = errSyntax
		return l
	}
	l.Mark, line = Mark(line[0]), line[2:]
	switch l.Mark {
	case Announced, Found:
	case Damage:
		kind, rest, _ := bytes.Cut(line, []byte(" "))
		l.Kind, line = Kind(kind), rest
	default:
		s.err = errSyntax
		return l
	}
	id, hash, ok := bytes.Cut(line, []byte(" "))
	if !ok {
		s.err = errSyntax
		return l
	}
	if l.Key, ok = ParseKey(string(id)); !ok {
		s.err = errSyntax
		return l
	}
	l.Hash = s.hash(hash)
	return l
}
