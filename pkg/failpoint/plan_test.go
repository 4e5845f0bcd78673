package failpoint

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestARuleActsAtItsHitAndAtNoOther(t *testing.T) {
	p, err := parse("journal/marked=pause:2s@2;journal/marked=kill@3;bus/fetched=kill@1")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for range 4 {
		a, ok := p.hit(JournalMarked)
		if !ok {
			got = append(got, "-")
			continue
		}
		got = append(got, a.String())
	}
	if s := strings.Join(got, " "); s != "- pause:2s kill -" {
		t.Errorf("got %s", s)
	}
}

func TestARuleThatArmsNothingIsRefused(t *testing.T) {
	for _, text := range []string{
		"nowhere=kill@1", "bus/fetched=kill", "bus/fetched=kill@0", "bus/fetched=pause:x@1", "bus/fetched=pause:-1s@1", "bus/fetched=stop@1", "bus/fetched",
	} {
		if _, err := parse(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// The product must not contain what can kill it.
func TestOnlyABuildWithTheTagObeys(t *testing.T) {
	const program = `package main
import (
	"time"
	"github.com/phananh/portal/pkg/failpoint"
)
func main() {
	if time.Until(failpoint.Now()) > time.Hour { println("ahead") }
	failpoint.Hit(failpoint.BusFetched)
	println("alive")
}
`
	dir, err := os.MkdirTemp(".", "testdata-")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	for tags, survives := range map[string]bool{"": true, "failpoints": false} {
		cmd := exec.Command("go", "run", "-tags", tags, "./"+dir)
		cmd.Env = append(os.Environ(), Variable+"=bus/fetched=kill@1", SkewVariable+"=24h")
		out, err := cmd.CombinedOutput()
		if (err == nil) != survives || strings.Contains(string(out), "alive") != survives || strings.Contains(string(out), "ahead") == survives {
			t.Errorf("tags %q: %v: %s", tags, err, out)
		}
	}
}
