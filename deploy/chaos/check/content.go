package check

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/phananh/portal/deploy/chaos/client"
	"github.com/phananh/portal/pkg/report"
)

// differences says in which fields a stored report is not what was sent and
// answered; empty if it is the same as one of the accepted ones.
func differences(r report.Report, accepted []opOf) string {
	least := ""
	for i, op := range accepted {
		d := differencesFrom(r, op)
		if d == "" {
			return ""
		}
		if i == 0 || len(d) < len(least) {
			least = d
		}
	}
	return least
}

func differencesFrom(r report.Report, op opOf) string {
	var sent client.Submission
	if err := json.Unmarshal(op.Submit.Body, &sent); err != nil {
		return "what was sent cannot be read"
	}
	var fields []string
	differ := func(name string, same bool) {
		if !same {
			fields = append(fields, name)
		}
	}
	differ("category", sent.Category == r.Category)
	differ("narrative", sent.Narrative == r.Narrative)
	differ("district", sent.Place.District == r.Place.District)
	differ("commune", sent.Place.Commune == r.Place.Commune)
	differ("address", sent.Place.Address == r.Place.Address)
	differ("unknown", sent.Place.Unknown == r.Place.Unknown)
	differ("point", samePoint(sent.Place.Point, r.Place.Point))
	differ("occurred_at", instantOf(sent.OccurredAt).Equal(r.OccurredAt))
	differ("ongoing", sent.Ongoing == r.Ongoing)
	differ("contact", contactOf(sent.Contact) == r.Contact)
	differ("language", sent.Language == r.Language)
	differ("received_at", op.Submit.Accepted.ReceivedAt.Equal(r.ReceivedAt))
	return strings.Join(fields, ", ")
}

func samePoint(sent *client.Point, stored *report.Point) bool {
	if sent == nil || stored == nil {
		return sent == nil && stored == nil
	}
	return report.Point{Lat: sent.Lat, Lon: sent.Lon, AccuracyM: sent.AccuracyM} == *stored
}

func contactOf(c *client.Contact) report.Contact {
	if c == nil {
		return report.Contact{}
	}
	return report.Contact{Name: c.Name, Phone: c.Phone, Email: c.Email}
}

func instantOf(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return report.Instant(*t)
}

func stamp(t time.Time) string { return t.UTC().Format("15:04:05.000") }
