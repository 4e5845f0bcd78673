package fleet

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
)

// natsNode is where one server listens.
type natsNode struct {
	name          string
	client, route int
}

// writeNATSConfig writes the configuration of the i-th server and returns its
// file. A cluster syncs every message: it must survive the loss of a machine's
// memory. A single server does not, because the outbox brings back what it
// loses.
func writeNATSConfig(dir, store string, nodes []natsNode, i int) (string, error) {
	node := nodes[i]
	sync := ""
	if len(nodes) > 1 {
		sync = "\n  sync_interval: always"
	}
	text := fmt.Sprintf("server_name: %s\nlisten: %q\njetstream {\n  store_dir: %q%s\n}\n",
		node.name, address(node.client), store, sync)
	if len(nodes) > 1 {
		var routes []string
		for j, other := range nodes {
			if j != i {
				routes = append(routes, fmt.Sprintf("\"nats://%s\"", address(other.route)))
			}
		}
		// Clients must not learn of ways around their links.
		text += fmt.Sprintf("cluster {\n  name: chaos\n  listen: %q\n  no_advertise: true\n  routes: [%s]\n}\n",
			address(node.route), strings.Join(routes, ", "))
	}
	file := filepath.Join(dir, node.name+".conf")
	return file, os.WriteFile(file, []byte(text), 0o600)
}

// dials returns a check that a loopback port accepts connections.
func dials(port int) func(context.Context) error {
	return func(ctx context.Context) error {
		var d net.Dialer
		c, err := d.DialContext(ctx, "tcp", address(port))
		if err != nil {
			return err
		}
		return c.Close()
	}
}
