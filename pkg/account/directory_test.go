package account

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// store is a Store in memory.
type store struct {
	mu       sync.Mutex
	changes  map[string][]Change
	sessions map[string]Session
	before   func() // called before a change is appended
}

func newStore() *store { return &store{changes: map[string][]Change{}, sessions: map[string]Session{}} }

func (s *store) AppendChange(_ context.Context, c Change) error {
	if s.before != nil {
		s.before()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.N <= len(s.changes[c.User]) {
		return fmt.Errorf("taken: %w", ErrConflict)
	}
	s.changes[c.User] = append(s.changes[c.User], c)
	return nil
}

func (s *store) Changes(_ context.Context, user string, after int) ([]Change, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Change(nil), s.changes[user][min(after, len(s.changes[user])):]...), nil
}

func (s *store) Usernames(context.Context) (out []string, _ error) {
	for user := range s.changes {
		out = append(out, user)
	}
	return out, nil
}

func (s *store) BeginSession(_ context.Context, session Session) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions[session.ID] = session
	return nil
}

func (s *store) Session(_ context.Context, id string) (Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	session, ok := s.sessions[id]
	if !ok {
		return Session{}, ErrNoSession
	}
	return session, nil
}

func (s *store) EndSession(_ context.Context, session Session) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, session.ID)
	return nil
}

const password = "ba con vịt xòe 2 cái cánh"

// clock is a time that the test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func directory(t *testing.T) (*Directory, *store, *clock) {
	t.Helper()
	s, c := newStore(), &clock{at: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
	d := NewDirectory(s, c.now, rand.Reader)
	if _, err := d.Add(t.Context(), "console", New{Username: "lan", Name: "Nguyễn Thị Lan", Role: Officer, Unit: "883", Password: password}); err != nil {
		t.Fatal(err)
	}
	c.advance(time.Second)
	return d, s, c
}

func TestLoginProvesTheAccountUntilItIsEnded(t *testing.T) {
	d, st, c := directory(t)
	a, s, token, err := d.Login(t.Context(), "lan", password)
	if err != nil || a.Name != "Nguyễn Thị Lan" {
		t.Fatal(a, err)
	}
	if strings.Contains(fmt.Sprint(st.sessions), token) {
		t.Error("the token is stored")
	}
	if got, _, err := d.Authenticate(t.Context(), token); err != nil || got.Username != "lan" {
		t.Fatal(got, err)
	}
	if err := d.Logout(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Authenticate(t.Context(), token); !errors.Is(err, ErrNoSession) {
		t.Errorf("after logout: %v", err)
	}
	_, _, token, _ = d.Login(t.Context(), "lan", password)
	c.advance(SessionLife)
	if _, _, err := d.Authenticate(t.Context(), token); !errors.Is(err, ErrNoSession) {
		t.Errorf("after 12 hours: %v", err)
	}
}

func TestEveryRefusedLoginVerifiesAPasswordAndSaysTheSame(t *testing.T) {
	d, _, c := directory(t)
	if _, err := d.Add(t.Context(), "console", New{Username: "off", Name: "Tắt", Role: Officer, Unit: "883", Password: password}); err != nil {
		t.Fatal(err)
	}
	c.advance(time.Second)
	if _, err := d.Disable(t.Context(), "console", "off"); err != nil {
		t.Fatal(err)
	}
	verified := 0
	d.verify = func(hash, password string) (bool, error) {
		verified++
		return Verify(hash, password)
	}
	for name, login := range map[string][2]string{
		"wrong password":   {"lan", "not the password"},
		"no password":      {"lan", ""},
		"endless password": {"lan", strings.Repeat("x", 1<<20)},
		"unknown account":  {"nobody", password},
		"not a username":   {"No Body!", password},
		"disabled account": {"off", password},
	} {
		verified = 0
		_, _, token, err := d.Login(t.Context(), login[0], login[1])
		if err != ErrCredentials || token != "" || verified != 1 { //nolint:errorlint // not wrapped: the same value each time
			t.Errorf("%s: %v, verified %d times", name, err, verified)
		}
	}
}

func TestChangeByAnotherProcessCountsOnTheNextRequest(t *testing.T) {
	d, st, c := directory(t)
	_, _, token, err := d.Login(t.Context(), "lan", password)
	if err != nil {
		t.Fatal(err)
	}
	other := NewDirectory(st, c.now, rand.Reader)
	c.advance(time.Second)
	if _, err := other.Disable(t.Context(), "console", "lan"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Authenticate(t.Context(), token); !errors.Is(err, ErrNoSession) {
		t.Errorf("after disabling: %v", err)
	}
	if _, err := other.Enable(t.Context(), "console", "lan"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Authenticate(t.Context(), token); !errors.Is(err, ErrNoSession) {
		t.Errorf("enabling brought an old session back: %v", err)
	}
	_, _, token, err = d.Login(t.Context(), "lan", password)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Authenticate(t.Context(), token); err != nil {
		t.Errorf("new session: %v", err)
	}
	c.advance(time.Second)
	if _, err := other.SetPassword(t.Context(), "console", "lan", "một con vịt khác hẳn"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Authenticate(t.Context(), token); !errors.Is(err, ErrNoSession) {
		t.Errorf("after a new password: %v", err)
	}
	if _, _, _, err := d.Login(t.Context(), "lan", password); !errors.Is(err, ErrCredentials) {
		t.Errorf("old password: %v", err)
	}
}

func TestChangeIsDecidedAnewWhenSomebodyWasFirst(t *testing.T) {
	d, st, c := directory(t)
	other := NewDirectory(st, c.now, rand.Reader)
	st.before = func() {
		st.before = nil
		if _, err := other.SetPassword(t.Context(), "console", "lan", "một con vịt khác hẳn"); err != nil {
			t.Error(err)
		}
	}
	a, err := d.Disable(t.Context(), "console", "lan")
	if err != nil || !a.Disabled || a.Last != 3 {
		t.Errorf("%+v, %v", a, err)
	}
	st.before = func() {
		st.before = nil
		_, _ = other.Enable(t.Context(), "console", "lan")
	}
	if _, err := d.Enable(t.Context(), "console", "lan"); !errors.Is(err, ErrNotAllowed) {
		t.Errorf("enabled twice: %v", err)
	}
}

func TestAddRefusesWhatCannotBeAnAccount(t *testing.T) {
	d, _, _ := directory(t)
	good := New{Username: "minh", Name: "Minh", Role: Officer, Unit: "883", Password: password}
	for _, c := range []struct {
		change func(*New)
		want   error
	}{
		{func(n *New) { n.Username = "lan" }, ErrExists},
		{func(n *New) { n.Username = "Lan" }, ErrBadUsername},
		{func(n *New) { n.Name = "" }, ErrBadName},
		{func(n *New) { n.Role = "chief" }, ErrBadRole},
		{func(n *New) { n.Unit = "" }, ErrNoUnit},
		{func(n *New) { n.Password = "short" }, ErrPasswordShort},
		{func(n *New) { n.Password = strings.Repeat("dài ", 40) }, ErrPasswordLong},
		{func(n *New) { n.Password = "aaaaaaaaaaaabb" }, ErrPasswordCommon},
		{func(n *New) { n.Password = "Password12345" }, ErrPasswordCommon},
		{func(n *New) { n.Password = "123456789012" }, ErrPasswordCommon},
	} {
		n := good
		c.change(&n)
		if _, err := d.Add(t.Context(), "console", n); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v, want %v", n, err, c.want)
		}
	}
	if _, err := d.Disable(t.Context(), "console", "nobody"); !errors.Is(err, ErrUnknown) {
		t.Errorf("disable nobody: %v", err)
	}
	list, err := d.List(t.Context())
	if err != nil || len(list) != 1 || list[0].Username != "lan" {
		t.Errorf("list: %v, %v", list, err)
	}
	if got := d.Name(t.Context(), "nobody"); got != "nobody" {
		t.Errorf("name of nobody: %q", got)
	}
}

func TestVerifyReadsTheParametersFromTheHash(t *testing.T) {
	cheap := parameters{memory: 64, passes: 1, threads: 2}
	salt := []byte("0123456789abcdef")
	hash := cheap.encode(salt, cheap.derive("secret", salt, 32))
	if ok, err := Verify(hash, "secret"); !ok || err != nil {
		t.Errorf("right: %v, %v", ok, err)
	}
	if ok, err := Verify(hash, "Secret"); ok || err != nil {
		t.Errorf("wrong: %v, %v", ok, err)
	}
	made, err := Hash("secret", rand.Reader)
	if err != nil || !strings.HasPrefix(made, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash is %q, %v", made, err)
	}
	for _, bad := range []string{
		"", "secret", "$argon2i$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=99999999,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=64,t=0,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=64,t=1,p=1$c2Fs!HNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$",
	} {
		if _, err := Verify(bad, "secret"); !errors.Is(err, ErrHash) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestALoginUnderWayDoesNotSurviveANewPassword(t *testing.T) {
	for name, end := range map[string]func(*Directory) error{
		"new password": func(d *Directory) error {
			_, err := d.SetPassword(t.Context(), "quantri", "thanh", "một mật khẩu khác 2")
			return err
		},
		"disabled and enabled": func(d *Directory) error {
			_, err := d.Disable(t.Context(), "quantri", "thanh")
			if err == nil {
				_, err = d.Enable(t.Context(), "quantri", "thanh")
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			d, _, _ := directory(t)
			if _, err := d.Add(t.Context(), "console", New{Username: "thanh", Name: "Thanh", Role: Officer, Unit: "883", Password: "một mật khẩu dài 1"}); err != nil {
				t.Fatal(err)
			}
			verify := d.verify
			d.verify = func(hash, password string) (bool, error) {
				ok, err := verify(hash, password)
				d.verify = verify
				if e := end(d); e != nil { // while the login waits for its hash
					t.Error(e)
				}
				return ok, err
			}
			_, _, token, err := d.Login(t.Context(), "thanh", "một mật khẩu dài 1")
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := d.Authenticate(t.Context(), token); !errors.Is(err, ErrNoSession) {
				t.Errorf("the session lives on: %v", err)
			}
		})
	}
}

func TestTooManyLoginsAtOnceAreRefusedAtOnce(t *testing.T) {
	h := newHasher()
	release := make(chan struct{})
	var wg sync.WaitGroup
	for range inQueue {
		wg.Go(func() {
			_ = h.run(t.Context(), func() error {
				<-release
				return nil
			})
		})
	}
	for len(h.queue) < inQueue {
		time.Sleep(time.Millisecond)
	}
	if err := h.run(t.Context(), func() error { return nil }); !errors.Is(err, ErrBusy) {
		t.Errorf("got %v", err)
	}
	close(release)
	wg.Wait()
	if err := h.run(t.Context(), func() error { return nil }); err != nil {
		t.Error(err)
	}
}
