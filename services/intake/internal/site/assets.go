package site

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"

	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzip"
)

// asset is a static file, kept packed and unpacked.
type asset struct {
	contentType    string
	plain, gzipped []byte
	version        string // changes with the content
}

type assets map[string]asset

func loadAssets(files fs.FS) (assets, error) {
	entries, err := fs.ReadDir(files, "static")
	if err != nil {
		return nil, err
	}
	all := assets{}
	for _, e := range entries {
		b, err := fs.ReadFile(files, "static/"+e.Name())
		if err != nil {
			return nil, err
		}
		contentType, ok := map[string]string{
			".js":  "text/javascript; charset=utf-8",
			".css": "text/css; charset=utf-8",
			".svg": "image/svg+xml",
		}[path.Ext(e.Name())]
		if !ok {
			contentType = mime.TypeByExtension(path.Ext(e.Name()))
		}
		sum := sha256.Sum256(b)
		all[e.Name()] = asset{contentType, b, packed(b, gzip.BestCompression), hex.EncodeToString(sum[:6])}
	}
	return all, nil
}

// address is where a static file is found; it changes with its content. A
// file that does not exist is a fault of the template.
func (a assets) address(name string) (string, error) {
	file, ok := a[name]
	if !ok {
		return "", fmt.Errorf("no static file %q", name)
	}
	return "/static/" + name + "?v=" + file.version, nil
}

// Static serves a static file: for good under an address with its version,
// else to be asked for again.
func (s *Site) Static(c *gin.Context) {
	file, ok := s.assets[c.Param("name")]
	if !ok {
		s.NotFound(c)
		return
	}
	c.Header("Cache-Control", "no-cache")
	if c.Query("v") == file.version {
		c.Header("Cache-Control", "public, max-age=31536000, immutable")
	}
	c.Header("ETag", `"`+file.version+`"`)
	c.Header("Vary", "Accept-Encoding")
	if c.GetHeader("If-None-Match") == `"`+file.version+`"` {
		c.Status(http.StatusNotModified)
		return
	}
	body := file.plain
	if file.gzipped != nil && acceptsGzip(c) {
		c.Header("Content-Encoding", "gzip")
		body = file.gzipped
	}
	c.Data(http.StatusOK, file.contentType, body)
}
