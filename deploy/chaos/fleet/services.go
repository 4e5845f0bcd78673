package fleet

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// addServices makes the processes of the services, with their links.
func (f *Fleet) addServices() error {
	for _, role := range []Role{Intake, Triage, Desk} {
		for i := range f.cfg.Replicas {
			if err := f.addService(role, string(role)+"-"+strconv.Itoa(i+1)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *Fleet) addService(role Role, name string) error {
	mongo, err := f.link(name+"/mongodb", f.mongoPort)
	if err != nil {
		return err
	}
	var nats []string
	for _, node := range f.nodes {
		port, err := f.link(name+"/"+node.name, node.client)
		if err != nil {
			return err
		}
		nats = append(nats, "nats://"+address(port))
	}
	port, err := f.cfg.Host.Port()
	if err != nil {
		return err
	}
	env := []string{
		"MONGODB_URI=mongodb://" + address(mongo) + "/",
		"PORTAL_DATABASE=" + Database,
		"NATS_URL=" + strings.Join(nats, ","),
		"PORTAL_NATS_REPLICAS=" + strconv.Itoa(len(f.nodes)),
	}
	switch role {
	case Intake:
		env = append(env, "PORTAL_PUBLIC="+address(port), "PORTAL_RECEIPT_KEY="+f.cfg.Key)
	case Triage:
		env = append(env, "PORTAL_TRIAGE="+address(port))
	case Desk:
		env = append(env, "PORTAL_DESK="+address(port), "PORTAL_CHECKPOINT="+filepath.Join(f.cfg.Dir, name+".checkpoint"))
	}
	if f.cfg.Env != nil {
		env = append(env, f.cfg.Env(name, role)...)
	}
	url := "http://" + address(port)
	spec := Spec{
		Name: name, Role: role, Args: []string{filepath.Join(f.cfg.Programs, string(role))}, Env: env,
		Check: func(ctx context.Context) error { return Ready(ctx, url) },
	}
	if f.cfg.Arm != nil {
		spec.Arm = func() string { return f.cfg.Arm(name, role) }
	}
	p, err := f.add(spec)
	if err != nil {
		return err
	}
	f.urls[name] = url
	switch role {
	case Intake:
		f.Intakes = append(f.Intakes, p)
	case Triage:
		f.Triages = append(f.Triages, p)
	case Desk:
		f.Desks = append(f.Desks, p)
	}
	return nil
}

// link opens a link to a loopback port and returns where it begins.
func (f *Fleet) link(name string, to int) (int, error) {
	from, err := f.cfg.Host.Port()
	if err != nil {
		return 0, err
	}
	l, err := f.links.open(name, from, address(to))
	if err != nil {
		return 0, err
	}
	f.Links = append(f.Links, l)
	return from, nil
}

// Ready returns nil once a service says that it is ready.
func Ready(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/readyz", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s/readyz: %s", url, resp.Status)
	}
	return nil
}
