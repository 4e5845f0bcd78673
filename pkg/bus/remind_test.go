package bus

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestALongOutageIsRememberedOnceAMinute(t *testing.T) {
	var out bytes.Buffer
	o := outage{log: slog.New(slog.NewTextHandler(&out, nil)), lost: "away", back: "here"}
	now := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	o.worked(now)
	for range 600 { // five minutes
		o.failed(now, errors.New("refused"))
		now = now.Add(500 * time.Millisecond)
	}
	o.worked(now)
	o.worked(now)
	if away, here := strings.Count(out.String(), "msg=away"), strings.Count(out.String(), "msg=here"); away != 5 || here != 1 {
		t.Errorf("away %d, here %d:\n%s", away, here, out.String())
	}
}
