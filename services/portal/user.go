package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/term"

	"github.com/phananh/portal/pkg/account"
	"github.com/phananh/portal/pkg/jurisdiction"
	"github.com/phananh/portal/pkg/program"
)

// console is who makes changes from the command line.
const console = "console"

type users struct {
	Add      addUser      `cmd:"" help:"Add an account."`
	Disable  disableUser  `cmd:"" help:"Disable an account; its sessions end at once."`
	Enable   enableUser   `cmd:"" help:"Enable a disabled account."`
	Password passwordUser `cmd:"" help:"Set a new password; its sessions end at once."`
	List     listUsers    `cmd:"" help:"List the accounts."`
}

// access is what every command about accounts needs.
type access struct {
	stores
	program.Logging
}

// with opens the directory of accounts for as long as f runs.
func (a access) with(ctx context.Context, f func(*account.Directory) error) (err error) {
	var stack program.Stack
	defer func() { err = errors.Join(err, stack.Close(ctx)) }()
	j, err := a.openJournal(ctx, &stack, a.Logger(os.Stderr))
	if err != nil {
		return err
	}
	return f(account.NewDirectory(j, time.Now, rand.Reader))
}

// secret is where a new password comes from.
type secret struct {
	PasswordStdin bool `help:"read the password from standard input instead of asking for it"`
}

func (s secret) read() (string, error) {
	if s.PasswordStdin {
		line, err := bufio.NewReader(os.Stdin).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	tty := int(os.Stdin.Fd())
	if !term.IsTerminal(tty) {
		return "", errors.New("no terminal to ask for a password at: use --password-stdin")
	}
	fmt.Fprint(os.Stderr, "Password: ")
	b, err := term.ReadPassword(tty)
	fmt.Fprintln(os.Stderr)
	return string(b), err
}

type addUser struct {
	Username string       `arg:"" help:"3 to 32 of a-z, 0-9, dot, dash, underscore"`
	Name     string       `required:"" help:"name as colleagues see it"`
	Role     account.Role `required:"" enum:"officer,supervisor,admin" help:"officer, supervisor or admin"`
	Unit     string       `required:"" help:"code of the unit: 883 for a district's police, 89 for the province"`
	secret
	access
	program.Territory
}

// Run is the command.
func (c addUser) Run(ctx context.Context, stdout io.Writer) error {
	territory, err := c.Load()
	if err != nil {
		return err
	}
	if err := checkUnit(territory, c.Role, c.Unit); err != nil {
		return err
	}
	password, err := c.read()
	if err != nil {
		return err
	}
	return c.with(ctx, func(d *account.Directory) error {
		a, err := d.Add(ctx, console, account.New{Username: c.Username, Name: c.Name, Role: c.Role, Unit: c.Unit, Password: password})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(stdout, "added %s (%s, unit %s)\n", a.Username, a.Role, a.Unit)
		return err
	})
}

// checkUnit refuses an account that could never see anything.
func checkUnit(territory *jurisdiction.Jurisdiction, role account.Role, unit string) error {
	u, ok := territory.Unit(unit)
	switch {
	case !ok:
		return fmt.Errorf("unit %q does not exist in %s", unit, territory.Version())
	case role == account.Officer && !u.HasQueue():
		return fmt.Errorf("unit %s has no queue: an officer there would have nothing to do", unit)
	}
	return nil
}

type disableUser struct {
	Username string `arg:""`
	access
}

// Run is the command.
func (c disableUser) Run(ctx context.Context, stdout io.Writer) error {
	return c.with(ctx, func(d *account.Directory) error {
		_, err := d.Disable(ctx, console, c.Username)
		return said(stdout, err, "disabled", c.Username)
	})
}

type enableUser struct {
	Username string `arg:""`
	access
}

// Run is the command.
func (c enableUser) Run(ctx context.Context, stdout io.Writer) error {
	return c.with(ctx, func(d *account.Directory) error {
		_, err := d.Enable(ctx, console, c.Username)
		return said(stdout, err, "enabled", c.Username)
	})
}

type passwordUser struct {
	Username string `arg:""`
	secret
	access
}

// Run is the command.
func (c passwordUser) Run(ctx context.Context, stdout io.Writer) error {
	password, err := c.read()
	if err != nil {
		return err
	}
	return c.with(ctx, func(d *account.Directory) error {
		_, err := d.SetPassword(ctx, console, c.Username, password)
		return said(stdout, err, "new password for", c.Username)
	})
}

func said(stdout io.Writer, err error, what, user string) error {
	if err == nil {
		_, err = fmt.Fprintln(stdout, what, user)
	}
	return err
}

type listUsers struct{ access }

// Run is the command.
func (c listUsers) Run(ctx context.Context, stdout io.Writer) error {
	return c.with(ctx, func(d *account.Directory) error {
		all, err := d.List(ctx)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(w, "USERNAME\tNAME\tROLE\tUNIT\tSTATE\tCHANGED")
		for _, a := range all {
			state := "active"
			if a.Disabled {
				state = "disabled"
			}
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", a.Username, a.Name, a.Role, a.Unit, state, a.ChangedAt.Local().Format(time.DateTime))
		}
		return w.Flush()
	})
}
