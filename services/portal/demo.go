package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/phananh/portal/pkg/account"
	"github.com/phananh/portal/pkg/embedded"
	"github.com/phananh/portal/pkg/journal"
	"github.com/phananh/portal/pkg/jurisdiction"
)

// demoFile keeps the demo accounts' password, which is made once.
const demoFile = "demo-accounts.txt"

// demoAccounts makes accounts to try the portal with and shows them: an
// officer of each unit, a supervisor and an admin. Where accounts exist it
// makes none, and only says where those of an earlier start are written.
func demoAccounts(ctx context.Context, j *journal.Journal, territory *jurisdiction.Jurisdiction, folder *embedded.Folder, stdout io.Writer) error {
	d := account.NewDirectory(j, time.Now, rand.Reader)
	existing, err := d.List(ctx)
	if err != nil {
		return err
	}
	name := folder.Path(demoFile)
	if len(existing) > 0 {
		if _, err := os.Stat(name); err == nil {
			_, _ = fmt.Fprintf(stdout, "Demo accounts: see %s\n", name)
		}
		return nil
	}
	password := demoPassword()
	accounts := demoList(territory)
	text := describe(territory, accounts, password)
	// Written first: accounts with a password that nobody knows are no use.
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		return fmt.Errorf("demo accounts: %w", err)
	}
	for _, a := range accounts {
		a.Password = password
		if _, err := d.Add(ctx, console, a); err != nil {
			return fmt.Errorf("demo accounts: %w", err)
		}
	}
	_, err = fmt.Fprintf(stdout, "\n%s\nThis list is kept in %s\n", text, name)
	return err
}

// demoPassword is random, because a demo may be reachable from elsewhere.
func demoPassword() string {
	text := strings.ToLower(rand.Text()) // at least 128 bits in base 32
	return text[:4] + "-" + text[4:8] + "-" + text[8:12]
}

func demoList(territory *jurisdiction.Jurisdiction) []account.New {
	accounts := []account.New{
		{Username: "giamsat", Name: "Chỉ huy thử nghiệm", Role: account.Supervisor},
		{Username: "quantri", Name: "Quản trị viên thử nghiệm", Role: account.Admin},
	}
	for _, u := range territory.Units() {
		switch {
		case u.Kind == jurisdiction.KindProvince:
			accounts[0].Unit, accounts[1].Unit = u.Code, u.Code
		case u.HasQueue():
			accounts = append(accounts, account.New{
				Username: demoUsername(u), Name: "Cán bộ " + u.Short.Vi, Role: account.Officer, Unit: u.Code,
			})
		}
	}
	return accounts
}

// demoUsername is the unit's district without diacritics: longxuyen.
func demoUsername(u jurisdiction.Unit) string {
	if u.Kind == jurisdiction.KindDutyDesk {
		return "trucban"
	}
	plain := jurisdiction.Plain(u.Short.Vi)
	for _, prefix := range []string{"ca ", "tp ", "tx ", "huyen "} {
		plain = strings.TrimPrefix(plain, prefix)
	}
	return strings.ReplaceAll(plain, " ", "")
}

func describe(territory *jurisdiction.Jurisdiction, accounts []account.New, password string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Demo accounts, all with the password %s\n", password)
	w := tabwriter.NewWriter(&b, 2, 0, 2, ' ', 0)
	for _, a := range accounts {
		unit, _ := territory.Unit(a.Unit)
		_, _ = fmt.Fprintf(w, "  %s\t%s\t%s\n", a.Username, a.Role, unit.Name.Vi)
	}
	_ = w.Flush() // into memory
	return b.String()
}
