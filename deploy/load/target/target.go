// Package target keeps invented reports away from where real ones are read.
package target

import (
	"errors"
	"fmt"
	"net"
	"net/url"
)

// ErrRemote says that an address is not on this machine.
var ErrRemote = errors.New("not a loopback address")

// Check returns an error unless every address is an HTTP address of this
// machine: a loopback IP address or localhost (ErrRemote).
func Check(addresses ...string) error {
	for _, a := range addresses {
		u, err := url.Parse(a)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			return fmt.Errorf("%q is not an address such as http://127.0.0.1:8080", a)
		}
		ip := net.ParseIP(u.Hostname())
		if u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return fmt.Errorf("%s: %w", u.Host, ErrRemote)
		}
	}
	return nil
}
