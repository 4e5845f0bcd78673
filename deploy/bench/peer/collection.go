package peer

import "github.com/pocketbase/pocketbase/core"

// Table is the collection's name, and its table's.
const Table = "reports"

// collection is the portal's record in PocketBase: the same fields, the same
// rules as far as a schema can say them, anybody may create one, and no two
// have the same key. Nested, place and contact are one JSON column each, which
// PocketBase stores faster and does not look into.
func collection(categories []string, nested bool) *core.Collection {
	c := core.NewBaseCollection(Table)
	anybody := ""
	c.CreateRule = &anybody
	c.Fields.Add(
		&core.TextField{Name: "key", Required: true, Min: 16, Max: 64, Pattern: `^[!-~]{16,64}$`},
		&core.TextField{Name: "digest", Required: true, Pattern: `^[0-9a-f]{64}$`},
		&core.SelectField{Name: "category", Required: true, MaxSelect: 1, Values: categories},
		&core.TextField{Name: "narrative", Required: true, Min: 10, Max: 5000},
	)
	if nested {
		c.Fields.Add(&core.JSONField{Name: "place", Required: true}, &core.JSONField{Name: "contact"})
	} else {
		c.Fields.Add(parts()...)
	}
	c.Fields.Add(
		&core.DateField{Name: "occurred_at"},
		&core.BoolField{Name: "ongoing"},
		&core.SelectField{Name: "language", Required: true, MaxSelect: 1, Values: []string{"vi", "en"}},
		&core.AutodateField{Name: "received_at", OnCreate: true},
	)
	c.AddIndex("one_per_key", true, "`key`", "")
	return c
}

// parts are the parts of place and contact, each a column with its rule.
func parts() []core.Field {
	number := func(name string, low, high float64) core.Field {
		return &core.NumberField{Name: name, Min: &low, Max: &high}
	}
	return []core.Field{
		&core.TextField{Name: "place_district", Pattern: `^\d{3}$`},
		&core.TextField{Name: "place_commune", Pattern: `^\d{5}$`},
		&core.TextField{Name: "place_address", Max: 300},
		number("place_lat", -90, 90),
		number("place_lon", -180, 180),
		number("place_accuracy_m", 0, 20_040_000),
		&core.BoolField{Name: "place_unknown"},
		&core.TextField{Name: "contact_name", Max: 100},
		&core.TextField{Name: "contact_phone", Pattern: `^(0\d{7,14}|\+[1-9]\d{7,14})$`},
		&core.EmailField{Name: "contact_email"},
	}
}
