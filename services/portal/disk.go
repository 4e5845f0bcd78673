package main

import (
	"context"
	"fmt"

	"github.com/phananh/portal/pkg/embedded"
	"github.com/phananh/portal/pkg/httpd"
)

// What must be left of the disk for nobody to be warned: both in bytes and as
// a share of the whole.
const (
	enoughBytes = 200 << 20
	enoughShare = 0.02
)

// diskCheck warns when the disk that holds the data folder is nearly full. It
// is soft: that no more can be written is found out by writing.
func diskCheck(folder *embedded.Folder) httpd.Check {
	return httpd.Check{Name: "disk", Soft: true, Test: func(context.Context) error {
		left, err := embedded.Free(folder.Path())
		if err != nil {
			return err
		}
		if left.Bytes < enoughBytes || left.Share < enoughShare {
			return httpd.Reason("nearly_full", fmt.Errorf("%d MiB, %.1f %% are left", left.Bytes>>20, 100*left.Share))
		}
		return nil
	}}
}
