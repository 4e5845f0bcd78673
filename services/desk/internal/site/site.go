// Package site serves the built desk application.
package site

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

// policy lets the application load nothing but its own files.
const policy = "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"

const (
	index  = "index.html"
	hashed = "assets/" // the names of what lies there change with the content
)

// Site is the application's files, compressed once. It is immutable.
type Site struct{ files map[string]file }

type file struct {
	kind        string // media type
	plain, gzip []byte // gzip is nil where it saves nothing
	tag         string
}

// Load reads all files. Where index.html is missing a page that says how to
// build the application takes its place.
func Load(fsys fs.FS) (*Site, error) {
	s := &Site{files: map[string]file{}}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		s.files[name], err = newFile(name, b)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("desk application: %w", err)
	}
	if _, ok := s.files[index]; !ok {
		s.files[index], err = newFile(index, []byte(notBuilt))
	}
	return s, err
}

const notBuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Desk</title>
<p>The desk application is not built. Please run <code>make</code>, and start the portal again.</p>
`

func newFile(name string, b []byte) (file, error) {
	f := file{kind: mediaType(name), plain: b}
	sum := sha256.Sum256(b)
	f.tag = `"` + hex.EncodeToString(sum[:8]) + `"`
	if !strings.HasPrefix(f.kind, "text/") && !strings.Contains(f.kind, "json") && !strings.Contains(f.kind, "svg") {
		return f, nil
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return f, err
	}
	_, err = w.Write(b)
	if err = errors.Join(err, w.Close()); err != nil {
		return f, err
	}
	if packed.Len() < len(b) {
		f.gzip = packed.Bytes()
	}
	return f, nil
}

// mediaType does not ask the operating system, which may know better or worse.
func mediaType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	default:
		if kind := mime.TypeByExtension(ext); kind != "" {
			return kind
		}
		return "application/octet-stream"
	}
}

// Serve answers a GET or HEAD request for a file, or with index.html for the
// address of one of the application's screens. It answers nothing and returns
// false for other methods, for the API, and for assets that do not exist.
func (s *Site) Serve(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	f, ok := s.files[name]
	if !ok {
		if strings.HasPrefix(name, "api/") || strings.HasPrefix(name, hashed) {
			return false
		}
		name, f = index, s.files[index]
	}
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("Content-Type", f.kind)
	switch {
	case name == index:
		h.Set("Cache-Control", "no-store")
	case strings.HasPrefix(name, hashed):
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	default:
		h.Set("Cache-Control", "no-cache")
		h.Set("ETag", f.tag)
		if r.Header.Get("If-None-Match") == f.tag {
			w.WriteHeader(http.StatusNotModified)
			return true
		}
	}
	body := f.plain
	if f.gzip != nil {
		h.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header.Get("Accept-Encoding")) {
			h.Set("Content-Encoding", "gzip")
			body = f.gzip
		}
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // a client that hung up
	}
	return true
}

func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(coding) == "gzip" {
			return strings.ReplaceAll(weight, " ", "") != "q=0"
		}
	}
	return false
}
