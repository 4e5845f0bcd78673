package history

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"
)

func TestAHistoryReadsBackAsItWasWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.jsonl")
	l, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 23, 15, 0, 0, 123e6, time.UTC)
	l.Add(Op{Start: 1, Client: "r1", Target: "http://127.0.0.1:1", Submit: &Submit{
		Key: "k", Body: json.RawMessage(`{"category":"theft"}`), Reply: Reply{Status: 201},
		Accepted: &Accepted{CaseNumber: "AG-1", Receipt: "R", ReceivedAt: at, Unit: "883"},
	}})
	l.Add(Op{Start: 2, Act: &Act{Request: "a1", Type: "claimed", Reply: Reply{Lost: "cut"}}})
	l.Fault(l.Now(), "intake-1", Fault{Kind: "kill", Note: "journal/marked"})
	l.Event("intake-1", Event{Kind: "ready"})
	want := l.History()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !got.Began.Equal(want.Began) || !reflect.DeepEqual(got.Ops, want.Ops) {
		t.Errorf("%+v\ninstead of\n%+v", got, want)
	}
}

func TestEveryOperationOfConcurrentClientsIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.jsonl")
	l, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for range 100 {
				l.Add(Op{Read: &Read{What: "GET /"}})
			}
		})
	}
	clients.Wait()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	h, err := ReadFile(path)
	if err != nil || len(h.Ops) != 800 || len(l.History().Ops) != 800 {
		t.Errorf("%d operations, %v", len(h.Ops), err)
	}
}

func TestALineCutOffAtTheEndIsLeftOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.jsonl")
	l, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	l.Event("a", Event{Kind: "ready"})
	l.Event("b", Event{Kind: "ready"})
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, whole[:len(whole)-5], 0o600); err != nil {
		t.Fatal(err)
	}
	if h, err := ReadFile(path); err != nil || len(h.Ops) != 1 {
		t.Errorf("%+v, %v", h, err)
	}
	if err := os.WriteFile(path, append([]byte("{\"began\":\n"), whole...), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadFile(path); err == nil {
		t.Error("a damaged line in the middle was read")
	}
}

func TestAHistoryIsNeverWrittenOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.jsonl")
	if err := os.WriteFile(path, []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err == nil {
		t.Error("opened")
	}
}

func TestAFileThatCannotBeWrittenIsReported(t *testing.T) {
	l, err := Open(filepath.Join(t.TempDir(), "run.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if err := l.file.Close(); err != nil {
		t.Fatal(err)
	}
	l.Event("a", Event{Kind: "ready"})
	if err := l.Close(); err == nil {
		t.Error("not reported")
	}
	if len(l.History().Ops) != 1 {
		t.Error("the memory lost it")
	}
}
