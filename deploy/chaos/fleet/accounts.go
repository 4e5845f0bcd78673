package fleet

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/phananh/portal/pkg/account"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/report"
)

// Account is an account at the desk.
type Account struct {
	User     string
	Password string
	Unit     string
	Role     account.Role
}

// password is every account's: nothing here lasts.
const password = "mot-mat-khau-du-dai"

// wholeProvince is the unit that a supervisor of everything belongs to.
const wholeProvince = "89"

// Supervisor sees every case.
func Supervisor() Account {
	return Account{User: "giamsat", Password: password, Unit: wholeProvince, Role: account.Supervisor}
}

// Officers are one of each of some units.
func Officers(units ...string) []Account {
	var out []Account
	for i, unit := range units {
		out = append(out, Account{User: fmt.Sprintf("canbo%d", i+1), Password: password, Unit: unit, Role: account.Officer})
	}
	return out
}

// silent announces nothing: the harness must not do the programs' work.
type silent struct{}

func (silent) Announce(context.Context, []report.Entry) error {
	return errors.New("the harness announces nothing")
}

// addAccounts writes the accounts straight into the journal.
func addAccounts(ctx context.Context, uri string, accounts []Account) (err error) {
	j, err := journal.Open(journal.Config{
		URI: uri, Database: Database, Announcer: silent{}, SweepEvery: 24 * time.Hour, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close(context.WithoutCancel(ctx))) }()
	directory := account.NewDirectory(j, time.Now, rand.Reader)
	for _, a := range accounts {
		_, err := directory.Add(ctx, "console", account.New{Username: a.User, Name: "Cán bộ " + a.User, Role: a.Role, Unit: a.Unit, Password: a.Password})
		if err != nil {
			return fmt.Errorf("account %s: %w", a.User, err)
		}
	}
	return nil
}
