package doctor

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"

	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/report"
)

// Settings is a configuration that is to be judged.
type Settings struct {
	StoresErr       error // what is wrong with naming the stores
	Embedded        bool  // the portal's own engines are used
	Jurisdiction    *jurisdiction.Jurisdiction
	JurisdictionErr error
	Key             *report.Key // nil: none is given or kept
	KeyErr          error
	Secrets         []SecretFile
	Desk            string // listening address
	SecureCookies   bool
	Demo            bool
}

// SecretFile is a file that a secret is read from.
type SecretFile struct {
	Variable, Name string
	Mode           fs.FileMode
}

// LookAtSecrets finds the files that the variables NAME_FILE of an environment
// name.
func LookAtSecrets(lookup func(string) (string, bool), variables ...string) []SecretFile {
	var files []SecretFile
	for _, v := range variables {
		name, ok := lookup(v + "_FILE")
		if !ok {
			continue
		}
		if info, err := os.Stat(name); err == nil { // a missing one has been refused before
			files = append(files, SecretFile{Variable: v + "_FILE", Name: name, Mode: info.Mode()})
		}
	}
	return files
}

// Configuration judges the settings. Pinned is the receipt key's check value
// in the database; it is an error where the database could not be asked.
func Configuration(s Settings, pinned journal.Answer[[]byte]) []Finding {
	l := &list{area: "Configuration"}
	if s.StoresErr != nil {
		l.problem("stores", oneLine(s.StoresErr), "Set both, or none for the engines that come with the portal.")
	}
	if s.JurisdictionErr != nil {
		l.problem("jurisdiction", oneLine(s.JurisdictionErr), "Correct the files named; nothing starts with a jurisdiction that contradicts itself.")
	} else if j := s.Jurisdiction; j != nil {
		l.ok("jurisdiction", fmt.Sprintf("%s: %s, %s, %s", j.Version(), count(len(j.Units()), "unit"), count(len(j.Districts()), "district"), count(len(j.Communes()), "commune")))
	}
	l.receiptKey(s, pinned)
	for _, f := range s.Secrets {
		if f.Mode.Perm()&0o007 != 0 {
			l.warn("secret file", fmt.Sprintf("%s: %s is open to every user (%#o)", f.Variable, f.Name, f.Mode.Perm()), "chmod 600, or 640 for a group of its own.")
		} else {
			l.ok("secret file", f.Variable+" is closed to others")
		}
	}
	switch {
	case s.SecureCookies:
		l.ok("cookies", "for HTTPS only")
	case onLoopback(s.Desk):
		l.warn("cookies", "not for HTTPS only; the desk listens on this machine alone ("+s.Desk+")",
			"Set PORTAL_SECURE_COOKIES=true when a TLS proxy stands in front of the desk.")
	default:
		l.problem("cookies", "not for HTTPS only, and the desk listens on "+s.Desk,
			"Put the desk behind TLS and set PORTAL_SECURE_COOKIES=true: otherwise officers' sessions can be read on the way.")
	}
	if s.Demo {
		l.problem("demo", "PORTAL_DEMO is set: accounts with one password, written into the data folder", "Unset it, and disable the demo accounts (portal user list, portal user disable).")
	}
	return l.all
}

func (l *list) receiptKey(s Settings, pinned journal.Answer[[]byte]) {
	const name = "receipt key"
	switch {
	case s.KeyErr != nil:
		l.problem(name, oneLine(s.KeyErr), "Give 64 hexadecimal digits, as from openssl rand -hex 32, the same to every intake, for ever.")
	case s.Key == nil && s.Embedded:
		l.ok(name, "not there yet; the portal makes it when it starts")
	case s.Key == nil:
		l.warn(name, "none is given here", "Give PORTAL_RECEIPT_KEY to intake and to portal serve, which do not start without; triage and desk need none.")
	case bytes.Equal(s.Key.Check(), report.Key{}.Check()):
		l.problem(name, "is all zeros: anybody could compute receipts", "Make one with openssl rand -hex 32.")
	case errors.Is(pinned.Err, journal.ErrUnavailable):
		l.notChecked(name, "well-formed; whether it is this database's is not known, as MongoDB was not asked", "")
	case pinned.Err != nil:
		l.notChecked(name, "well-formed; whether it is this database's is not known: "+oneLine(pinned.Err), "")
	case pinned.Value == nil:
		l.ok(name, "well-formed; the first intake that starts binds it to the database")
	case !bytes.Equal(s.Key.Check(), pinned.Value):
		l.problem(name, "is not the key that this database was begun with", "Find the first key. With another one no resident's receipt is found again, and intake takes no reports.")
	default:
		l.ok(name, "the one that this database was begun with")
	}
}

func onLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
