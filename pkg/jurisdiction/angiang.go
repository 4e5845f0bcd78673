package jurisdiction

import (
	"embed"
	"fmt"
	"io/fs"
)

// The official codes and names of the General Statistics Office as of 2021.
// The units' validity begins on 2021-01-01 because that is how far back the
// data set speaks, not because they were founded then.
//
//go:embed angiang-2021
var angiang embed.FS

// AnGiang loads the built-in data set: An Giang province with its 11 district
// police units and 156 communes as in 2021.
func AnGiang() (*Jurisdiction, error) {
	folder, err := fs.Sub(angiang, "angiang-2021")
	if err != nil {
		return nil, fmt.Errorf("jurisdiction: %w", err)
	}
	return Load(folder)
}
