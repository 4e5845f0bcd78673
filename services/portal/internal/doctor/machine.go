package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// Machine is what was found out about the machine that the doctor runs on.
type Machine struct {
	Folder    Folder
	Superuser bool
	OpenFiles uint64 // most files and connections that a process may hold; 0: unknown
	Clock     error  // nil: the system keeps it synchronised
	Zone      error  // nil: the time zone of the provinces is known
}

// Folder is the data folder, or the nearest folder above it that exists.
type Folder struct {
	Path    string
	Exists  bool
	Mine    bool // it belongs to the user that the doctor runs as
	Mode    fs.FileMode
	Key     fs.FileMode // of receipt.key; 0: there is none
	Err     error       // why it cannot be looked at
	Volume  Volume
	Sync    time.Duration // to write and sync a block takes half the time less
	SyncErr error
}

// Volume is the file system that a folder is on.
type Volume struct {
	Kind                string // such as ext4
	Network             bool
	Memory              bool  // it is gone with the machine's power
	Free, Total         int64 // bytes, as an ordinary user has them
	FreeFiles, AllFiles int64 // inodes; AllFiles is 0 where they are not limited
	Err                 error
}

const (
	fewFiles      = 8192
	slowSync      = 20 * time.Millisecond
	instantSync   = 10 * time.Microsecond // no disk is that quick
	fullShare     = 0.02
	nearFullShare = 0.10
	fullBytes     = 256 << 20
	nearFullBytes = 2 << 30
)

// OnMachine judges the machine. Embedded says that the data folder holds the
// stores themselves, and not a cache only.
func OnMachine(m Machine, embedded bool) []Finding {
	l := &list{area: "This machine"}
	l.folder(m.Folder, embedded)
	if m.Superuser {
		l.warn("user", "root", "Run the portal as a user of its own: it needs no privilege.")
	} else {
		l.ok("user", "an ordinary one")
	}
	switch found := fmt.Sprintf("%d at once", m.OpenFiles); {
	case m.OpenFiles == 0:
		l.notChecked("open files", "this system does not tell", "")
	case m.OpenFiles < fewFiles:
		l.warn("open files", found, "Raise the limit to 65536 (LimitNOFILE= in the systemd unit): every connection is one.")
	default:
		l.ok("open files", found)
	}
	switch {
	case errors.Is(m.Clock, errUnknown):
		l.notChecked("clock", "this system does not tell whether it is synchronised", "Look at timedatectl.")
	case m.Clock != nil:
		l.warn("clock", oneLine(m.Clock), "Turn on chrony or systemd-timesyncd: the times in the record come from it.")
	default:
		l.ok("clock", "synchronised")
	}
	if m.Zone != nil {
		l.problem("time zone", oneLine(m.Zone), "Install the time zone data (package tzdata).")
	} else {
		l.ok("time zone", zone+" is known")
	}
	return l.all
}

// errUnknown says that a system does not tell something.
var errUnknown = errors.New("the system does not tell")

func (l *list) folder(f Folder, embedded bool) {
	const name = "data folder"
	switch {
	case f.Err != nil:
		l.problem(name, oneLine(f.Err), "Give --data a folder that this user may read and write.")
		return
	case !f.Exists && !embedded:
		return // the stores are elsewhere, and portal serve would make it
	case !f.Exists:
		l.ok(name, f.Path+" is not there yet; the portal makes it when it starts")
	case !f.Mine:
		l.problem(name, f.Path+" belongs to another user", "Run the doctor and the portal as the user that owns it, or chown it.")
	case f.Mode.Perm()&0o077 != 0:
		l.problem(name, fmt.Sprintf("%s is open to other users (%#o)", f.Path, f.Mode.Perm()), "chmod 700 "+f.Path+": it holds what residents wrote.")
	default:
		l.ok(name, f.Path+", this user's alone")
	}
	if f.Key != 0 && f.Key.Perm()&0o077 != 0 {
		l.problem("receipt.key", fmt.Sprintf("is open to other users (%#o)", f.Key.Perm()), "chmod 600 it: whoever has it and the database can compute every receipt.")
	}
	l.volume(f.Volume, embedded)
	if f.Exists && embedded {
		l.sync(f)
	}
}

func (l *list) volume(v Volume, embedded bool) {
	const name = "file system"
	switch {
	case errors.Is(v.Err, errUnknown):
		l.notChecked(name, "this system does not tell", "Look at the free space yourself (df).")
		return
	case v.Err != nil:
		l.notChecked(name, oneLine(v.Err), "")
		return
	case embedded && v.Memory:
		l.problem(name, v.Kind+": it is in memory, and gone when the machine stops", "Put the data folder on a disk.")
	case embedded && v.Network:
		l.warn(name, v.Kind+": a network file system", "Put the data folder on a disk of this machine: locks and syncs over a network are not to be relied on.")
	default:
		l.ok(name, v.Kind)
	}
	l.freeSpace("disk", v.Free, v.Total, "Make room: when the disk is full no report is accepted.")
	if v.AllFiles > 0 && float64(v.FreeFiles) < nearFullShare*float64(v.AllFiles) {
		l.warn("inodes", fmt.Sprintf("%d of %d are free", v.FreeFiles, v.AllFiles), "Remove small files: without inodes no new file can be made, whatever the space.")
	}
}

// freeSpace judges a disk that reports are stored on.
func (l *list) freeSpace(name string, free, total int64, do string) {
	share := float64(free) / float64(max(1, total))
	found := fmt.Sprintf("%s of %s free (%.0f %%)", size(free), size(total), 100*share)
	switch {
	case free < fullBytes || share < fullShare:
		l.problem(name, found, do)
	case free < nearFullBytes || share < nearFullShare:
		l.warn(name, found, do)
	default:
		l.ok(name, found)
	}
}

func (l *list) sync(f Folder) {
	const name = "sync to disk"
	found := fmt.Sprintf("takes %s (median of %d)", short(f.Sync), syncs)
	switch {
	case f.SyncErr != nil:
		l.problem(name, oneLine(f.SyncErr), "Give --data a folder that this user may write.")
	case f.Sync < instantSync && !f.Volume.Memory:
		l.warn(name, found+": too quick for a disk", "Check that the disk, or the virtual machine's host, does not merely promise to have written.")
	case f.Sync > slowSync:
		l.warn(name, found, "Use a quicker disk: every accepted report waits for it.")
	default:
		l.ok(name, found)
	}
}
