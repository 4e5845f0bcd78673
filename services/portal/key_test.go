package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestALostReceiptKeyIsNotReplaced(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	first := serveOn(t, data)
	first.routed(first.report(1))
	first.stop()
	if err := os.Remove(filepath.Join(data, "receipt.key")); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(portalBinary, "serve", "--public", "127.0.0.1:0", "--desk", "127.0.0.1:0", "--data", data).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "the receipt key is not the one") {
		t.Errorf("%v: %s", err, out)
	}
	if _, err := os.Stat(filepath.Join(data, "receipt.key")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a key that cannot be used was left in its place: %v", err)
	}
}
