package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// fileSystem is a kind of file system, by the number that statfs(2) gives it.
type fileSystem struct {
	name            string
	network, memory bool
}

func kindOf(magic int64) fileSystem {
	switch uint32(magic) {
	case unix.EXT4_SUPER_MAGIC:
		return fileSystem{name: "ext4"}
	case unix.XFS_SUPER_MAGIC:
		return fileSystem{name: "xfs"}
	case unix.BTRFS_SUPER_MAGIC:
		return fileSystem{name: "btrfs"}
	case unix.F2FS_SUPER_MAGIC:
		return fileSystem{name: "f2fs"}
	case 0x2fc12fc1: // not in statfs(2): OpenZFS names it so
		return fileSystem{name: "zfs"}
	case unix.OVERLAYFS_SUPER_MAGIC:
		return fileSystem{name: "overlayfs (a container's own layer: gone with the container)", memory: true}
	case unix.TMPFS_MAGIC:
		return fileSystem{name: "tmpfs", memory: true}
	case unix.RAMFS_MAGIC:
		return fileSystem{name: "ramfs", memory: true}
	case unix.NFS_SUPER_MAGIC:
		return fileSystem{name: "NFS", network: true}
	case unix.SMB_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC:
		return fileSystem{name: "SMB", network: true}
	case unix.CEPH_SUPER_MAGIC:
		return fileSystem{name: "CephFS", network: true}
	case unix.AFS_SUPER_MAGIC:
		return fileSystem{name: "AFS", network: true}
	case unix.V9FS_MAGIC:
		return fileSystem{name: "9p", network: true}
	case unix.FUSE_SUPER_MAGIC:
		return fileSystem{name: "FUSE"}
	}
	return fileSystem{name: fmt.Sprintf("of kind %#x", uint32(magic))}
}

func volume(path string) Volume {
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return Volume{Err: fmt.Errorf("statfs %s: %w", path, err)}
	}
	kind := kindOf(int64(s.Type)) //nolint:unconvert // it is another type on other processors
	unit := int64(s.Bsize)        //nolint:unconvert // so is this
	return Volume{
		Kind: kind.name, Network: kind.network, Memory: kind.memory,
		Free: int64(s.Bavail) * unit, Total: int64(s.Blocks) * unit,
		FreeFiles: int64(s.Ffree), AllFiles: int64(s.Files),
	}
}

func mine(info fs.FileInfo) bool {
	s, ok := info.Sys().(*syscall.Stat_t)
	return !ok || int(s.Uid) == os.Geteuid()
}

func openFiles() uint64 {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &l); err != nil {
		return 0
	}
	return l.Cur
}

// clockState asks the kernel without setting anything.
func clockState() error {
	var t unix.Timex
	state, err := unix.Adjtimex(&t)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", errUnknown, err)
	case state == unix.TIME_ERROR || t.Status&unix.STA_UNSYNC != 0:
		return errors.New("the system does not keep it synchronised")
	}
	return nil
}
