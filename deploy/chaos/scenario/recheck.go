package scenario

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/phananh/portal/deploy/chaos/check"
	"github.com/phananh/portal/deploy/chaos/history"
)

// Files of a trial that can be checked again.
const (
	historyFile = "history.jsonl"
	stateFile   = "state.json"
)

// kept is what a later check needs beside the history.
type kept struct {
	Bounds  check.Bounds
	Planted []string
	State   check.State
}

// keep writes what a later check needs.
func (t *Trial) keep(k kept) error {
	b, err := json.Marshal(k)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(t.Dir, stateFile), b, 0o600)
}

// Recheck compares a kept history with its kept state once more.
func Recheck(dir string) (check.Result, error) {
	h, err := history.ReadFile(filepath.Join(dir, historyFile))
	if err != nil {
		return check.Result{}, err
	}
	b, err := os.ReadFile(filepath.Join(dir, stateFile))
	if err != nil {
		return check.Result{}, err
	}
	var k kept
	if err := json.Unmarshal(b, &k); err != nil {
		return check.Result{}, fmt.Errorf("%s: %w", stateFile, err)
	}
	return check.Compare(h, k.State, k.Bounds, k.Planted...), nil
}
