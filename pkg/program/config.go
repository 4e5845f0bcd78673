package program

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/report"
)

// Secret is a configured text that is never printed.
type Secret string

// String masks the secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "(secret)"
}

// LogValue masks the secret in structured logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// Parse reads flags and environment into cli, a struct with kong's tags, and
// returns the chosen command. A variable NAME may also be given as NAME_FILE,
// the name of a file that holds its value.
func Parse(cli any, name, description string, args []string, stdout io.Writer) (*kong.Context, error) {
	parser, err := kong.New(cli, kong.Name(name), kong.Description(description),
		kong.Writers(stdout, os.Stderr), kong.UsageOnError(), kong.Resolvers(kong.ResolverFunc(fromFile)))
	if err != nil {
		return nil, err
	}
	return parser.Parse(args)
}

func fromFile(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, env := range flag.Envs {
		name, ok := os.LookupEnv(env + "_FILE")
		if !ok {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("%s_FILE: %w", env, err)
		}
		return strings.TrimSpace(string(b)), nil
	}
	return nil, nil
}

// Logging is how a program logs.
type Logging struct {
	LogFormat string     `enum:"text,json" default:"text" env:"PORTAL_LOG_FORMAT" help:"text or json"`
	LogLevel  slog.Level `default:"info" env:"PORTAL_LOG_LEVEL" help:"debug, info, warn or error"`
}

// Logger makes the logger.
func (l Logging) Logger(w io.Writer) *slog.Logger { return NewLog(w, l.LogFormat, l.LogLevel) }

// Stopping is how a program ends when it is told to.
type Stopping struct {
	Linger time.Duration `default:"0s" env:"PORTAL_LINGER" help:"how long to serve on, unready, before stopping: longer than a load balancer takes to notice by /readyz; none where there is no balancer"`
}

// Territory is which jurisdiction a program serves.
type Territory struct {
	Jurisdiction string `type:"path" env:"PORTAL_JURISDICTION" help:"folder with another jurisdiction than the built-in one"`
}

// Load reads and checks the jurisdiction.
func (t Territory) Load() (*jurisdiction.Jurisdiction, error) {
	if t.Jurisdiction == "" {
		return jurisdiction.AnGiang()
	}
	return jurisdiction.Load(os.DirFS(t.Jurisdiction))
}

// ReceiptKey is the secret that receipts and case numbers are derived from.
type ReceiptKey struct {
	ReceiptKey Secret `env:"PORTAL_RECEIPT_KEY" help:"64 hexadecimal digits, the same for every intake process, for ever"`
}

// Key decodes the key.
func (k ReceiptKey) Key() (report.Key, error) {
	if k.ReceiptKey == "" {
		return report.Key{}, errors.New("PORTAL_RECEIPT_KEY (or PORTAL_RECEIPT_KEY_FILE) is needed: 64 hexadecimal digits, as from openssl rand -hex 32")
	}
	secret, err := hex.DecodeString(string(k.ReceiptKey))
	if err != nil {
		return report.Key{}, errors.New("PORTAL_RECEIPT_KEY is not hexadecimal") // the cause would show it
	}
	return report.NewKey(secret)
}

// LoadOrMakeKey reads the receipt key from a file, or makes one where there is
// none: for the all-in-one portal only.
func LoadOrMakeKey(name string, random io.Reader) (report.Key, error) {
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		secret := make([]byte, report.KeySize)
		if _, err := io.ReadFull(random, secret); err != nil {
			return report.Key{}, err
		}
		b = []byte(hex.EncodeToString(secret) + "\n")
		if err := writeNew(name, b); err != nil {
			return report.Key{}, fmt.Errorf("make receipt key: %w", err)
		}
	} else if err != nil {
		return report.Key{}, fmt.Errorf("read receipt key: %w", err)
	}
	key, err := ReceiptKey{Secret(strings.TrimSpace(string(b)))}.Key()
	if err != nil { // which is about the setting, not about the file
		return report.Key{}, fmt.Errorf("the receipt key in %s is damaged: put the file back from a backup", name)
	}
	return key, nil
}

// writeNew makes a file that only its owner reads, in one step, and makes sure
// that it is on the disk: receipts derived from a lost key could never be
// repeated, and half a key would keep the next start from making a whole one.
func writeNew(name string, b []byte) (err error) {
	fresh := name + ".new"
	f, err := os.OpenFile(fresh, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(fresh)) }()
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Link(fresh, name) // fails where there is one
}
