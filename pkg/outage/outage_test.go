package outage_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/phananh/portal/pkg/outage"
)

func TestALongOutageIsALineAMinute(t *testing.T) {
	var out bytes.Buffer
	o := outage.New(slog.New(slog.NewTextHandler(&out, nil)), "gone", "returned")
	now := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	o.Worked(now)
	for range 250 { // 125 s
		o.Failed(now, errors.New("refused"))
		now = now.Add(500 * time.Millisecond)
	}
	o.Worked(now)
	o.Worked(now)
	if lost, back := strings.Count(out.String(), "msg=gone"), strings.Count(out.String(), "msg=returned after=2m5s"); lost != 3 || back != 1 {
		t.Errorf("%d and %d lines:\n%s", lost, back, &out)
	}
}
