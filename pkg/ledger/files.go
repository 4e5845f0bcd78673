package ledger

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/phananh/portal/pkg/report"
)

const (
	extension     = ".ledger"
	publicKeyName = "public.pem"
	maxSegment    = 16 << 20 // bytes; a fuller file is not appended to
)

// KeyFile is where the private key of a ledger is kept, unless another place
// is named.
func KeyFile(dir string) string { return filepath.Clean(dir) + ".key" }

// PublicKeyFile is where the public key stands beside the blocks.
func PublicKeyFile(dir string) string { return filepath.Join(dir, publicKeyName) }

func headFile(dir string) string { return filepath.Clean(dir) + ".head" }

// segmentName names a file of blocks by its first block.
func segmentName(first uint64) string { return fmt.Sprintf("%012d%s", first, extension) }

// segments lists the files of blocks in order.
func segments(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), extension) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// Head is the newest block of a ledger: what its whole past hangs on. Kept
// elsewhere, it shows later that nothing before it was changed.
type Head struct {
	Number uint64
	Hash   report.Hash
}

// ParseHead reads what String writes.
func ParseHead(s string) (h Head, err error) {
	number, hash, _ := strings.Cut(s, ":")
	if h.Number, err = strconv.ParseUint(number, 10, 64); err != nil {
		return Head{}, fmt.Errorf("ledger: %q is no head: a number, a colon, a hash", s)
	}
	if err := h.Hash.UnmarshalText([]byte(hash)); err != nil || h.Hash.IsZero() {
		return Head{}, fmt.Errorf("ledger: %q is no head: a number, a colon, a hash", s)
	}
	return h, nil
}

// String is the head on one line.
func (h Head) String() string { return strconv.FormatUint(h.Number, 10) + ":" + h.Hash.String() }

// write stores the head, signed.
func (h Head) write(dir string, key ed25519.PrivateKey) error {
	line := "head " + h.String() + "\n"
	signature := base64.StdEncoding.EncodeToString(ed25519.Sign(key, []byte(line)))
	return writeFile(headFile(dir), []byte(line+"signed "+signature+"\n"))
}

var errHead = errors.New("is not a head that was signed with the ledger's key")

// readHead reads the head. It returns fs.ErrNotExist where there is none, and
// errHead for one that is damaged or signed with another key.
func readHead(dir string, key ed25519.PublicKey) (Head, error) {
	text, err := os.ReadFile(headFile(dir))
	if err != nil {
		return Head{}, err
	}
	s := scanner{rest: text}
	value := s.line("head ")
	signed := text[:len(text)-len(s.rest)]
	signature, err := base64.StdEncoding.DecodeString(string(s.line("signed ")))
	if s.err != nil || err != nil || !ed25519.Verify(key, signed, signature) {
		return Head{}, errHead
	}
	h, err := ParseHead(string(value))
	if err != nil {
		return Head{}, errHead
	}
	return h, nil
}

// writeFile puts a file in its place at once, readable by its owner only, and
// makes sure that it is on the disk.
func writeFile(name string, b []byte) error {
	temporary := name + ".new"
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	if err := os.Rename(temporary, name); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(name))
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Fingerprint is a short name for a public key: the first 16 hexadecimal
// digits of its SHA-256.
func Fingerprint(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return fmt.Sprintf("%x", sum[:8])
}

// missing says whether an error is that a file does not exist.
func missing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
