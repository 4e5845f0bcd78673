package scenario

import (
	"context"
	"time"

	"github.com/phananh/portal/deploy/chaos/check"
	"github.com/phananh/portal/deploy/chaos/client"
)

// stampede: a thousand senders send one report at the same moment, to both
// intakes, and then one sends another body under the same key.
func stampede(ctx context.Context, s *Stage, name string) (*Trial, error) {
	t, err := s.Begin(ctx, name, Options{})
	if err != nil {
		return nil, err
	}
	const senders = 1000
	for i := range pick(s, 5, 1) {
		begun := t.Log.Now()
		crowd := t.Residents(string(rune('a'+i)), func(c *client.Config) { c.Timeout = 30 * time.Second })
		if err := crowd.Stampede(ctx, senders); err != nil {
			return t, err
		}
		told := answers(window{begun, t.Log.Now()}.submitted(t.Log.History()))
		t.Measure("answers", "%v", told)
		if told["422"] != 1 {
			t.Find("another body under the same key was not answered 422: %v", told)
		}
		if told["201"] != senders {
			t.Find("%d of %d were answered 201: %v", told["201"], senders, told)
		}
	}
	return t, t.Check(ctx, check.Bounds{}, 30*time.Second)
}
