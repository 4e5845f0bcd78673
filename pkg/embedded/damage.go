package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"syscall"
)

// Errors of starting the engine.
var (
	ErrDamaged = errors.New("embedded: a database file is damaged")
	ErrFull    = errors.New("embedded: the disk is full")
)

// explain says what to do where there is no room left for folder.
func explain(err error, folder string) error {
	if err == nil || errors.Is(err, ErrFull) {
		return err
	}
	if errors.Is(err, syscall.ENOSPC) || strings.Contains(err.Error(), "database or disk is full") {
		return fmt.Errorf("%w: make room for %s and start again: %w", ErrFull, folder, err)
	}
	return err
}

// checkFiles opens each database file of a folder as the engine will, and
// returns an ErrDamaged that names the one that cannot be. It looks at the
// beginning of each file only: looking at everything would take minutes.
func checkFiles(ctx context.Context, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.sqlite"))
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := checkFile(ctx, file); err != nil {
			return err
		}
	}
	return nil
}

func checkFile(ctx context.Context, file string) (err error) {
	u := url.URL{Scheme: "file", Opaque: file, RawQuery: "_pragma=busy_timeout(10000)"}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return fmt.Errorf("open %s: %w", file, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = collectionTables(ctx, db)
	if err = explain(err, filepath.Dir(file)); err == nil || errors.Is(err, ErrFull) || ctx.Err() != nil {
		return err
	}
	return fmt.Errorf("%w: %s (%w): restore it from a backup, together with what lies beside it; nothing was changed", ErrDamaged, file, err)
}
