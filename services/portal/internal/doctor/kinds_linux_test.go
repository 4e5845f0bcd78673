package doctor

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestFileSystemsThatLoseOrDelayAreKnown(t *testing.T) {
	for magic, want := range map[int64]fileSystem{
		unix.EXT4_SUPER_MAGIC: {name: "ext4"},
		unix.TMPFS_MAGIC:      {name: "tmpfs", memory: true},
		unix.NFS_SUPER_MAGIC:  {name: "NFS", network: true},
		unix.SMB2_SUPER_MAGIC: {name: "SMB", network: true},
		0x1234:                {name: "of kind 0x1234"},
	} {
		if got := kindOf(magic); got != want {
			t.Errorf("%#x is %+v", magic, got)
		}
	}
	signed := int32(-11317950) // 0xff534d42, as a 32-bit system gives it
	if got := kindOf(int64(signed)); !got.network {
		t.Errorf("a negative number is %+v", got)
	}
}
