package scenario

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/phananh/portal/deploy/chaos/check"
	"github.com/phananh/portal/deploy/chaos/history"
)

func TestAKeptHistoryIsComparedOnceMore(t *testing.T) {
	dir := t.TempDir()
	log, err := history.Open(filepath.Join(dir, historyFile))
	if err != nil {
		t.Fatal(err)
	}
	log.Add(history.Op{Client: "resident-1", Submit: &history.Submit{
		Key: "k", Body: json.RawMessage(`{}`), Reply: history.Reply{Status: 201},
		Accepted: &history.Accepted{CaseNumber: "AG-7K3M-9Q2X-B4TD", Receipt: "R", Unit: "883"},
	}})
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(kept{}) // a journal without that report
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, stateFile), b, 0o600); err != nil {
		t.Fatal(err)
	}
	result, err := Recheck(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Findings) != 1 || result.Findings[0].Kind != check.Lost {
		t.Errorf("found %v", result.Findings)
	}
}
