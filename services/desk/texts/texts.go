// Package texts holds the desk's texts in both languages.
package texts

import "embed"

// Files holds vi.json and en.json.
//
//go:embed vi.json en.json
var Files embed.FS
