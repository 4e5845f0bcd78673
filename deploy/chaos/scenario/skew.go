package scenario

import (
	"context"
	"time"

	"github.com/phananh/portal/deploy/chaos/check"
	"github.com/phananh/portal/deploy/chaos/client"
	"github.com/phananh/portal/deploy/chaos/fleet"
	"github.com/phananh/portal/pkg/failpoint"
)

// skew: the clocks of some machines are wrong by an hour or a day.
func skew(ctx context.Context, s *Stage, name string) (*Trial, error) {
	wrong := map[string]string{"intake-1": "24h", "triage-1": "-24h", "desk-1": "1h"}
	t, err := s.Begin(ctx, name, Options{Env: func(process string, _ fleet.Role) []string {
		if by, ok := wrong[process]; ok {
			return []string{failpoint.SkewVariable + "=" + by}
		}
		return nil
	}})
	if err != nil {
		return nil, err
	}
	t.Staff(ctx, nil)
	reports := pick(s, 600, 150)
	err = t.Residents("all", func(c *client.Config) { c.Count, c.Rate, c.Concurrency = reports, 15, 32 }).Run(ctx)
	if err != nil {
		return t, err
	}
	return t, t.Check(ctx, check.Bounds{Skew: 49 * time.Hour}, 60*time.Second)
}
