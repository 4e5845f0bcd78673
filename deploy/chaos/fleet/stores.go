package fleet

import (
	"path/filepath"
	"strconv"
)

// addStores makes the processes of the stores.
func (f *Fleet) addStores() (err error) {
	servers := 1
	if f.cfg.Cluster {
		servers = 3
	}
	if f.mongoPort, err = f.cfg.Host.Port(); err != nil {
		return err
	}
	for i := range servers {
		node := natsNode{name: "nats-" + strconv.Itoa(i+1)}
		if node.client, err = f.cfg.Host.Port(); err != nil {
			return err
		}
		if node.route, err = f.cfg.Host.Port(); err != nil {
			return err
		}
		f.nodes = append(f.nodes, node)
	}
	for i, node := range f.nodes {
		args, err := f.natsArgs(i)
		if err != nil {
			return err
		}
		p, err := f.add(Spec{Name: node.name, Role: NATS, Args: f.cfg.Inside(args), Stdin: f.cfg.Embedded, Check: dials(node.client)})
		if err != nil {
			return err
		}
		f.NATS = append(f.NATS, p)
	}
	args := f.cfg.Inside([]string{
		filepath.Join(f.cfg.Programs, "engine"), "-data", filepath.Join(f.cfg.Stores, "engine"),
		"-mongodb", address(f.mongoPort), "-nats", "", "-database", Database,
	})
	f.Engine, err = f.add(Spec{Name: "engine", Role: Engine, Args: args, Stdin: true, Check: answers(f.mongoPort)})
	return err
}

// natsArgs is how the i-th NATS server is started.
func (f *Fleet) natsArgs(i int) ([]string, error) {
	if f.cfg.Embedded {
		return []string{
			filepath.Join(f.cfg.Programs, "engine"), "-data", f.NATSStore(i), "-mongodb", "", "-nats", address(f.nodes[i].client),
		}, nil
	}
	file, err := writeNATSConfig(f.cfg.Dir, f.NATSStore(i), f.nodes, i)
	return []string{filepath.Join(f.cfg.Programs, "nats-server"), "-c", file}, err
}
