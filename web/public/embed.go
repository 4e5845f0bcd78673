// Package public holds the public site's templates, static files and texts.
package public

import (
	"embed"
	"io/fs"
)

//go:embed templates static texts
var files embed.FS

// Files returns the folders templates, static and texts.
func Files() fs.FS { return files }
