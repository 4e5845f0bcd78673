package disk

import (
	"os"
	"testing"
	"time"
)

func TestTheDiskIsMeasuredAndLeftClean(t *testing.T) {
	dir := t.TempDir()
	rate, err := SyncRate(dir, 2, 50*time.Millisecond)
	if err != nil || rate <= 0 {
		t.Errorf("%v/s, %v", rate, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("%v, %v", left, err)
	}
}
