package contender

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"github.com/phananh/portal/deploy/bench/push"
	"github.com/phananh/portal/deploy/load/api"
	"github.com/phananh/portal/deploy/load/plan"
	"github.com/phananh/portal/deploy/load/stories"
)

// Records are the bodies in the form that one contender takes.
type Records struct {
	Bodies [][]byte
	KeyAt  int // where each has its key
}

// record is a report as a row: PocketBase checks columns, not nested values.
type record struct {
	Key          string  `json:"key"` // first, so that it is at the same place in every body
	Digest       string  `json:"digest"`
	Category     string  `json:"category"`
	Narrative    string  `json:"narrative"`
	District     string  `json:"place_district,omitempty"`
	Commune      string  `json:"place_commune,omitempty"`
	Address      string  `json:"place_address,omitempty"`
	Lat          float64 `json:"place_lat,omitempty"`
	Lon          float64 `json:"place_lon,omitempty"`
	AccuracyM    float64 `json:"place_accuracy_m,omitempty"`
	Unknown      bool    `json:"place_unknown,omitempty"`
	OccurredAt   string  `json:"occurred_at,omitempty"`
	Ongoing      bool    `json:"ongoing,omitempty"`
	ContactName  string  `json:"contact_name,omitempty"`
	ContactPhone string  `json:"contact_phone,omitempty"`
	ContactEmail string  `json:"contact_email,omitempty"`
	Language     string  `json:"language"`
}

// Planned are invented reports in every form that is needed.
type Planned struct {
	Portal     [][]byte // as the portal takes them
	Columns    Records  // for PocketBase, every part a column
	Nested     Records  // for PocketBase, the portal's body with key and digest
	Categories []string // that there are
}

// Plan makes n reports, alike in every run, from the lists of a running portal.
func Plan(ctx context.Context, portal string, n int) (p Planned, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("plan reports: %w", err)
		}
	}()
	lists, err := api.New(portal, http.DefaultClient, api.Once()).Lists(ctx)
	if err != nil {
		return p, err
	}
	library, err := stories.Load()
	if err != nil {
		return p, err
	}
	reports, err := plan.New(library, lists, time.Now(), rand.New(rand.NewPCG(1, 0))).Reports(n)
	if err != nil {
		return p, err
	}
	key := strings.Repeat("-", push.KeyLength) // each request has another in its place
	p.Columns.KeyAt, p.Nested.KeyAt = len(`{"key":"`), len(`{"key":"`)
	for _, r := range reports {
		body, err := encode(r)
		if err != nil {
			return p, err
		}
		sum := sha256.Sum256(body)
		digest := hex.EncodeToString(sum[:])
		row, err := encode(flat(r, key, digest))
		if err != nil {
			return p, err
		}
		p.Portal, p.Columns.Bodies = append(p.Portal, body), append(p.Columns.Bodies, row)
		p.Nested.Bodies = append(p.Nested.Bodies, []byte(`{"key":"`+key+`","digest":"`+digest+`",`+string(body[1:])))
	}
	for _, c := range lists.Categories {
		p.Categories = append(p.Categories, c.Code)
	}
	return p, nil
}

// encode writes letters as themselves, as a browser would.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

// flat makes a row of a report. What the portal works out by itself is done
// for PocketBase beforehand: the digest, and the telephone number's one form.
func flat(r api.Report, key, digest string) record {
	row := record{
		Key: key, Digest: digest, Category: r.Category, Narrative: r.Narrative,
		District: r.Place.District, Commune: r.Place.Commune, Address: r.Place.Address, Unknown: r.Place.Unknown,
		OccurredAt: r.OccurredAt, Ongoing: r.Ongoing, Language: r.Language,
	}
	if p := r.Place.Point; p != nil {
		row.Lat, row.Lon, row.AccuracyM = p.Lat, p.Lon, p.AccuracyM
	}
	if c := r.Contact; c != nil {
		row.ContactName, row.ContactEmail = c.Name, c.Email
		row.ContactPhone = strings.ReplaceAll(c.Phone, " ", "")
	}
	return row
}
