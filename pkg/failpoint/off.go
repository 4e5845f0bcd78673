//go:build !failpoints

package failpoint

import "time"

// Enabled says whether this build has failpoints.
const Enabled = false

// Hit does nothing.
func Hit(Name) {}

// Now is the time, as the programs are given it.
func Now() time.Time { return time.Now() }
