package target

import (
	"errors"
	"testing"
)

func TestOnlyThisMachineIsATarget(t *testing.T) {
	if err := Check("http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:8081/"); err != nil {
		t.Error(err)
	}
	for _, a := range []string{"http://192.0.2.1:8080", "https://example.com", "http://localhost.example.com", "http://127.0.0.1.example.com", "http://127.0.0.1@192.0.2.1"} {
		if err := Check("http://127.0.0.1:8080", a); !errors.Is(err, ErrRemote) {
			t.Errorf("%s: %v", a, err)
		}
	}
	for _, a := range []string{"", "127.0.0.1:8080", "ftp://127.0.0.1", "http://"} {
		if Check(a) == nil {
			t.Errorf("%q passes", a)
		}
	}
}
