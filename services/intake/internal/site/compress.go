package site

import (
	"bytes"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzip"
)

// packed compresses b, or returns nil where that gains nothing.
func packed(b []byte, level int) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, level)
	if err != nil {
		return nil
	}
	if _, err := w.Write(b); err != nil || w.Close() != nil || out.Len() >= len(b) {
		return nil
	}
	return out.Bytes()
}

// write answers with a rendered page. A page that shows a receipt is not
// compressed: the size of what is compressed tells something about it.
func write(c *gin.Context, status int, contentType string, body []byte, compress bool) {
	if compress {
		c.Header("Vary", "Accept-Encoding")
		if acceptsGzip(c) {
			if b := packed(body, gzip.DefaultCompression); b != nil {
				c.Header("Content-Encoding", "gzip")
				body = b
			}
		}
	}
	c.Data(status, contentType, body)
}

func acceptsGzip(c *gin.Context) bool {
	for part := range strings.SplitSeq(c.GetHeader("Accept-Encoding"), ",") {
		name, quality, _ := strings.Cut(part, ";")
		if strings.TrimSpace(name) == "gzip" {
			return strings.ReplaceAll(quality, " ", "") != "q=0"
		}
	}
	return false
}
