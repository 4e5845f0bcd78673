package doctor_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/report"
	"github.com/phananh/portal/services/portal/internal/doctor"
)

func key(t *testing.T, of byte) *report.Key {
	t.Helper()
	k, err := report.NewKey(bytes.Repeat([]byte{of}, report.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return &k
}

func TestConfigurationIsJudged(t *testing.T) {
	anGiang, err := jurisdiction.AnGiang()
	if err != nil {
		t.Fatal(err)
	}
	ours := journal.Answer[[]byte]{Value: key(t, 1).Check()}
	for name, c := range map[string]struct {
		change func(*doctor.Settings, *journal.Answer[[]byte])
		check  string
		level  doctor.Level
		part   string
	}{
		"jurisdiction": {func(*doctor.Settings, *journal.Answer[[]byte]) {}, "jurisdiction", doctor.OK, "11 districts, 156 communes"},
		"damaged jurisdiction": {func(s *doctor.Settings, _ *journal.Answer[[]byte]) {
			s.JurisdictionErr = errors.New("units.json: no duty desk")
		}, "jurisdiction", doctor.Problem, "no duty desk"},
		"one store named":           {func(s *doctor.Settings, _ *journal.Answer[[]byte]) { s.StoresErr = errors.New("go together") }, "stores", doctor.Problem, "go together"},
		"the database's key":        {func(*doctor.Settings, *journal.Answer[[]byte]) {}, "receipt key", doctor.OK, "begun with"},
		"another key":               {func(s *doctor.Settings, _ *journal.Answer[[]byte]) { s.Key = key(t, 2) }, "receipt key", doctor.Problem, "is not the key"},
		"a key of zeros":            {func(s *doctor.Settings, _ *journal.Answer[[]byte]) { s.Key = key(t, 0) }, "receipt key", doctor.Problem, "zeros"},
		"no key":                    {func(s *doctor.Settings, _ *journal.Answer[[]byte]) { s.Key = nil }, "receipt key", doctor.Warning, "none"},
		"no key yet":                {func(s *doctor.Settings, _ *journal.Answer[[]byte]) { s.Key, s.Embedded = nil, true }, "receipt key", doctor.OK, "makes it"},
		"a malformed key":           {func(s *doctor.Settings, _ *journal.Answer[[]byte]) { s.KeyErr = errors.New("not hexadecimal") }, "receipt key", doctor.Problem, "not hexadecimal"},
		"a new database":            {func(_ *doctor.Settings, p *journal.Answer[[]byte]) { p.Value = nil }, "receipt key", doctor.OK, "binds it"},
		"an unknown database":       {func(_ *doctor.Settings, p *journal.Answer[[]byte]) { p.Err = journal.ErrUnavailable }, "receipt key", doctor.NotChecked, "well-formed"},
		"a database not to be read": {func(_ *doctor.Settings, p *journal.Answer[[]byte]) { p.Err = journal.ErrNotAllowed }, "receipt key", doctor.NotChecked, "may not ask"},
		"cookies at home":           {func(*doctor.Settings, *journal.Answer[[]byte]) {}, "cookies", doctor.Warning, "this machine"},
		"cookies in the open":       {func(s *doctor.Settings, _ *journal.Answer[[]byte]) { s.Desk = ":8081" }, "cookies", doctor.Problem, ":8081"},
		"secure cookies":            {func(s *doctor.Settings, _ *journal.Answer[[]byte]) { s.Desk, s.SecureCookies = ":8081", true }, "cookies", doctor.OK, "HTTPS"},
		"demo accounts":             {func(s *doctor.Settings, _ *journal.Answer[[]byte]) { s.Demo = true }, "demo", doctor.Problem, "PORTAL_DEMO"},
		"a closed secret": {func(s *doctor.Settings, _ *journal.Answer[[]byte]) {
			s.Secrets = []doctor.SecretFile{{Variable: "A_FILE", Mode: 0o640}}
		}, "secret file", doctor.OK, "A_FILE"},
		"an open secret": {func(s *doctor.Settings, _ *journal.Answer[[]byte]) {
			s.Secrets = []doctor.SecretFile{{Variable: "A_FILE", Mode: 0o644}}
		}, "secret file", doctor.Warning, "0644"},
	} {
		t.Run(name, func(t *testing.T) {
			s, pinned := doctor.Settings{Jurisdiction: anGiang, Key: key(t, 1), Desk: "127.0.0.1:8081"}, ours
			c.change(&s, &pinned)
			expect(t, doctor.Configuration(s, pinned), c.check, c.level, c.part)
		})
	}
}

func TestSecretFilesAreFoundByTheirVariables(t *testing.T) {
	name := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(name, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(name, 0o644); err != nil {
		t.Fatal(err)
	}
	environment := map[string]string{"PORTAL_RECEIPT_KEY_FILE": name, "NATS_URL": "nats://a"}
	lookup := func(v string) (string, bool) { s, ok := environment[v]; return s, ok }
	files := doctor.LookAtSecrets(lookup, "NATS_URL", "PORTAL_RECEIPT_KEY")
	if len(files) != 1 || files[0].Name != name || files[0].Mode.Perm() != 0o644 {
		t.Errorf("%+v", files)
	}
}
