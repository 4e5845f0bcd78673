package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// portalBinary is the portal as it is shipped: the engine must not run inside
// a race-detecting binary, so it is tested as a process.
var portalBinary string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "portal-test-")
		if err != nil {
			panic(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		portalBinary = filepath.Join(dir, "portal")
		if out, err := exec.Command("go", "build", "-o", portalBinary, ".").CombinedOutput(); err != nil {
			panic(fmt.Sprintf("build: %v\n%s", err, out))
		}
		return m.Run()
	}())
}

// running is a portal process.
type running struct {
	t            *testing.T
	cmd          *exec.Cmd
	log          *bytes.Buffer
	public, desk string
	said         string // all it wrote until it was ready
}

func serveOn(t *testing.T, data string) *running {
	t.Helper()
	r := &running{t: t, log: &bytes.Buffer{}}
	r.cmd = exec.Command(portalBinary, "serve", "--public", "127.0.0.1:0", "--desk", "127.0.0.1:0", "--data", data, "--demo")
	r.cmd.Stderr = r.log
	stdout, err := r.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if r.cmd.ProcessState == nil {
			_ = r.cmd.Process.Kill()
			_ = r.cmd.Wait()
		}
		if t.Failed() {
			t.Logf("portal's log:\n%s", r.log)
		}
	})
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		line := lines.Text()
		r.said += line + "\n"
		if url, ok := strings.CutPrefix(line, "Public site  "); ok {
			r.public = url
		}
		if url, ok := strings.CutPrefix(line, "Desk         "); ok {
			r.desk = url
		}
		if strings.Contains(line, "demo-accounts.txt") { // the last it says
			break
		}
	}
	if r.public == "" || r.desk == "" {
		t.Fatalf("the portal did not start: %s", r.said)
	}
	go func() { _, _ = io.Copy(io.Discard, stdout) }()
	return r
}

// stop interrupts the portal as Ctrl-C does.
func (r *running) stop() {
	r.t.Helper()
	begun := time.Now()
	if err := r.cmd.Process.Signal(syscall.SIGINT); err != nil {
		r.t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- r.cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			r.t.Errorf("stopped with %v", err)
		}
	case <-time.After(10 * time.Second):
		r.t.Fatal("did not stop within 10 s")
	}
	r.t.Logf("stopped within %v", time.Since(begun))
}

func (r *running) post(url, key string, body any, into any) int {
	r.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		r.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, url, bytes.NewReader(b))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		r.t.Fatal(err)
	}
	return resp.StatusCode
}

type receipt struct {
	Case    string `json:"case_number"`
	Receipt string
}

type tracked struct {
	Status string
	Unit   *struct{ Code string }
}

func (r *running) report(n int) receipt {
	r.t.Helper()
	var got receipt
	status := r.post(r.public+"/api/v1/reports", fmt.Sprintf("portal-test-%08d", n), map[string]any{
		"category": "theft", "narrative": "Mất một chiếc xe máy trước cổng chợ.", "place": map[string]any{"commune": "30280"},
	}, &got)
	if status != http.StatusCreated {
		r.t.Fatalf("report %d: %d", n, status)
	}
	return got
}

// routed waits until the report is in its unit's queue.
func (r *running) routed(rc receipt) {
	r.t.Helper()
	r.routedWithin(rc, 15*time.Second)
}

func (r *running) routedWithin(rc receipt, limit time.Duration) {
	r.t.Helper()
	var got tracked
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if r.post(r.public+"/api/v1/track", "", map[string]any{"receipt": rc.Receipt}, &got); got.Status == "routed" && got.Unit.Code == "883" {
			return
		}
	}
	r.t.Fatalf("%s is still %+v", rc.Case, got)
}

func TestASecondStartFindsEverythingAsItWasLeft(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	first := serveOn(t, data)
	if !strings.Contains(first.said, "longxuyen") {
		t.Errorf("the first start shows no demo accounts:\n%s", first.said)
	}
	var receipts []receipt
	for n := range 20 {
		receipts = append(receipts, first.report(n))
	}
	first.stop() // some are not routed yet

	second := serveOn(t, data)
	if strings.Contains(second.said, "longxuyen") {
		t.Error("the second start shows passwords again")
	}
	for n, rc := range receipts {
		second.routed(rc)
		if again := second.report(n); again != rc {
			t.Errorf("the same submission got another receipt after a restart: %s, %s", rc.Case, again.Case)
		}
	}
	second.stop()
}

func TestAKilledPortalLosesNothingItAccepted(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	first := serveOn(t, data)
	var receipts []receipt
	for n := range 50 {
		receipts = append(receipts, first.report(n))
	}
	first.kill()
	second := serveOn(t, data)
	for _, rc := range receipts {
		second.routed(rc)
	}
	second.stop()
}

func TestAccountsAreLookedAfterWhileThePortalRuns(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	command := func(stdin string, args ...string) (string, error) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		cmd := exec.CommandContext(ctx, portalBinary, append(args, "--data", data)...)
		cmd.Stdin = strings.NewReader(stdin)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	add := []string{"user", "add", "lan", "--name", "Nguyễn Thị Lan", "--role", "officer", "--unit", "883", "--password-stdin"}

	portal := serveOn(t, data)
	if out, err := command("mat-khau-rat-dai-9\n", add...); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	login := func() int {
		var ignored map[string]any
		return portal.post(portal.desk+"/api/v1/session", "", map[string]string{"username": "lan", "password": "mat-khau-rat-dai-9"}, &ignored)
	}
	if status := login(); status != http.StatusOK {
		t.Errorf("login: %d", status)
	}
	if out, err := command("", "user", "disable", "lan"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if status := login(); status != http.StatusUnauthorized {
		t.Errorf("login of a disabled account: %d", status)
	}
	for says, args := range map[string][]string{
		"does not exist": {"user", "add", "x12", "--name", "X", "--role", "officer", "--unit", "999", "--password-stdin"},
		"has no queue":   {"user", "add", "x12", "--name", "X", "--role", "officer", "--unit", "89", "--password-stdin"},
		"12 characters":  {"user", "add", "x12", "--name", "X", "--role", "officer", "--unit", "883", "--password-stdin"},
		"exists":         add,
		"no such":        {"user", "disable", "nobody"},
	} {
		password := "mat-khau-rat-dai-9"
		if says == "12 characters" {
			password = "ngan"
		}
		if out, err := command(password, args...); err == nil || !strings.Contains(out, says) {
			t.Errorf("%v: %v: %s", args, err, out)
		}
	}
	portal.stop()

	out, err := command("", "user", "list") // on its own engine now
	if err != nil || !strings.Contains(out, "lan") || !strings.Contains(out, "disabled") {
		t.Errorf("%v: %s", err, out)
	}
}

// inQueue returns how many open cases an officer of Long Xuyên sees.
func (r *running) inQueue(password string) int {
	r.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		r.t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	defer client.CloseIdleConnections()
	login, err := client.Post(r.desk+"/api/v1/session", "application/json", strings.NewReader(`{"username":"longxuyen","password":"`+password+`"}`))
	if err != nil {
		r.t.Fatal(err)
	}
	_ = login.Body.Close()
	resp, err := client.Get(r.desk + "/api/v1/queue?state=open")
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var page struct{ Total int }
	if err := json.NewDecoder(resp.Body).Decode(&page); err != nil {
		r.t.Fatal(err)
	}
	return page.Total
}

func (r *running) kill() {
	r.t.Helper()
	if err := r.cmd.Process.Kill(); err != nil {
		r.t.Fatal(err)
	}
	_ = r.cmd.Wait()
}

// The stream is synced to disk less often than the journal: a power cut can
// bring it back without its last seconds, although they were acknowledged and
// the outbox has forgotten them.
func TestAPowerCutThatCostsTheStreamItsEndHidesNothing(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	first := serveOn(t, data)
	_, after, _ := strings.Cut(first.said, "all with the password ")
	password, _, _ := strings.Cut(after, "\n")
	first.routed(first.report(1))
	first.stop() // leaves a checkpoint

	second := serveOn(t, data)
	second.routed(second.report(2))
	second.kill()
	saved := filepath.Join(t.TempDir(), "nats")
	if err := os.CopyFS(saved, os.DirFS(filepath.Join(data, "nats"))); err != nil {
		t.Fatal(err)
	}

	third := serveOn(t, data)
	third.routed(third.report(3))
	third.kill()
	if err := os.RemoveAll(filepath.Join(data, "nats")); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(saved, filepath.Join(data, "nats")); err != nil {
		t.Fatal(err)
	}

	fourth := serveOn(t, data)
	for deadline := time.Now().Add(15 * time.Second); fourth.inQueue(password) != 3; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the queue shows %d of 3", fourth.inQueue(password))
		}
	}
	fourth.stop()
}

// A client that is slow on purpose must not keep the portal from stopping in
// order: stop fails after 10 s.
func TestASlowClientDoesNotHoldUpTheStop(t *testing.T) {
	portal := serveOn(t, filepath.Join(t.TempDir(), "data"))
	conn, err := net.Dial("tcp", strings.TrimPrefix(portal.public, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, "POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nIdempotency-Key: slow-on-purpose-1\r\nContent-Length: 100\r\n\r\n{"); err != nil {
		t.Fatal(err)
	}
	portal.routed(portal.report(1)) // by then the other request has begun
	portal.stop()
}

func TestASecondPortalOnTheSameFolderIsRefused(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	portal := serveOn(t, data)
	out, err := exec.Command(portalBinary, "serve", "--public", "127.0.0.1:0", "--desk", "127.0.0.1:0", "--data", data).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "another process is using the data folder") {
		t.Errorf("%v: %s", err, out)
	}
	portal.stop()
}

func TestWhatIsWrongAtTheStartIsSaid(t *testing.T) {
	broken := t.TempDir()
	if err := os.WriteFile(filepath.Join(broken, "jurisdiction.json"), []byte(`{"format": 9}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for says, args := range map[string][]string{
		"unknown format version 9":      {"--jurisdiction", broken},
		"MONGODB_URI and NATS_URL":      {"--mongodb", "mongodb://127.0.0.1:1/"},
		"PORTAL_RECEIPT_KEY is needed":  {"--mongodb", "mongodb://127.0.0.1:1/", "--nats", "nats://127.0.0.1:1"},
		"PORTAL_RECEIPT_KEY is not hex": {"--receipt-key", "secret"},
	} {
		err := run(t.Context(), append([]string{"serve", "--data", t.TempDir()}, args...), io.Discard)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v: %v", args, err)
		}
	}
}
