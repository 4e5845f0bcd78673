// Package web holds the built web applications, so that a program is one file.
package web

import (
	"embed"
	"io/fs"
)

// A folder that was not built yet holds .gitkeep only, and must be embeddable
// all the same.
//
//go:embed all:desk/dist
var desk embed.FS

// Desk is the built desk application; without index.html it is not built.
func Desk() fs.FS {
	dist, err := fs.Sub(desk, "desk/dist")
	if err != nil {
		panic(err) // only a malformed path: a mistake in the line above
	}
	return dist
}
