package fleet

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/phananh/portal/pkg/failpoint"
)

// Cause says why a process ended.
type Cause string

// The causes.
const (
	ByFailpoint Cause = "failpoint" // it killed itself where it was told to
	ByKill      Cause = "kill"      // the harness sent SIGKILL
	ByRequest   Cause = "request"   // the harness asked it to stop
	ByItself    Cause = "itself"    // nobody told it to: a finding
)

// Exit is the end of one life of a process.
type Exit struct {
	At      time.Time
	Process string
	Role    Role
	Cause   Cause
	Point   failpoint.Name // of ByFailpoint
	State   string         // as the operating system says it
	Clean   bool           // it ended with status 0
	Tail    string         // the last lines that it wrote
}

// Killed says whether it died by SIGKILL, and so by surprise.
func (e Exit) Killed() bool { return e.Cause == ByFailpoint || e.Cause == ByKill }

func (e Exit) String() string {
	s := fmt.Sprintf("%s ended by %s: %s", e.Process, e.Cause, e.State)
	if e.Point != "" {
		s += " at " + string(e.Point)
	}
	return s
}

// judge finds out why a process ended. A kill counts as one only if the
// process really died of SIGKILL: it may have ended just before.
func judge(state *os.ProcessState, asked Cause, point failpoint.Name) (Cause, failpoint.Name) {
	status, _ := state.Sys().(syscall.WaitStatus)
	killed := status.Signaled() && status.Signal() == syscall.SIGKILL
	switch {
	case killed && point != "":
		return ByFailpoint, point
	case killed && asked == ByKill:
		return ByKill, ""
	case asked == ByRequest:
		return ByRequest, ""
	}
	return ByItself, ""
}

// Hit is a failpoint that acted, as a process wrote it to standard error.
type Hit struct {
	Process string
	Point   failpoint.Name
	Action  string
}

// parseHit reads the line that a failpoint writes before it acts.
func parseHit(line string) (point failpoint.Name, action string, ok bool) {
	rest, ok := strings.CutPrefix(line, "failpoint ")
	if !ok {
		return "", "", false
	}
	name, action, ok := strings.Cut(rest, " ")
	return failpoint.Name(name), action, ok
}
