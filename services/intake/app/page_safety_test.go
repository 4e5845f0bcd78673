package app_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestAnotherSiteCannotSendForms(t *testing.T) {
	t.Parallel()
	s := start(t)
	form := filled("vi")
	form.Set("step", "send")
	for _, header := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://elsewhere.example"}} {
		for _, path := range []string{"/gui-phan-anh", "/en/report", "/theo-doi", "/en/track"} {
			s.send(t, http.MethodPost, path, form.Encode(), append(header, "Content-Type", "application/x-www-form-urlencoded")...).expect(t, http.StatusForbidden)
		}
	}
	if found := s.stored(t); found.Reports != 0 {
		t.Errorf("%d reports", found.Reports)
	}
}

func TestBodiesThatAreNoFormAreRefusedWithAPage(t *testing.T) {
	t.Parallel()
	s := startOn(t, nowhere)
	for _, path := range []string{"/gui-phan-anh", "/theo-doi"} {
		s.submit(t, path, "narrative="+strings.Repeat("x", 65<<10)).expect(t, http.StatusRequestEntityTooLarge)
		s.submit(t, path, "narrative=%zz").expect(t, http.StatusBadRequest)
		s.send(t, http.MethodPost, path, "{}", "Content-Type", "application/json").expect(t, http.StatusUnsupportedMediaType)
		s.send(t, http.MethodDelete, path, "").expect(t, http.StatusMethodNotAllowed)
	}
}

func TestPagesLoadFromThisSiteAlone(t *testing.T) {
	t.Parallel()
	s := startOn(t, nowhere)
	for _, path := range []string{"/", "/en", "/gui-phan-anh", "/en/report", "/theo-doi", "/quyen-rieng-tu", "/khong-co"} {
		got := s.send(t, http.MethodGet, path, "")
		for _, rule := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(got.Header.Get("Content-Security-Policy"), rule) {
				t.Errorf("%s: no %s", path, rule)
			}
		}
		if strings.Contains(got.body, "style=") || strings.Contains(got.body, "http://") || strings.Contains(got.body, "https://") {
			t.Errorf("%s: inline style or an address elsewhere", path)
		}
		for _, m := range regexp.MustCompile(`(?:src|href)="(/static/[^"]+)"`).FindAllStringSubmatch(got.body, -1) {
			file := s.send(t, http.MethodGet, m[1], "").expect(t, http.StatusOK)
			if !strings.Contains(file.Header.Get("Cache-Control"), "immutable") {
				t.Errorf("%s is not cached for good", m[1])
			}
		}
	}
}

// Promised: at most 14 KB until a page can be used, at most 50 KB in all.
func TestTheFirstLoadIsSmall(t *testing.T) {
	t.Parallel()
	s := startOn(t, nowhere)
	for _, path := range []string{"/", "/gui-phan-anh", "/en/report"} {
		page := s.send(t, http.MethodGet, path, "")
		usable := len(s.send(t, http.MethodGet, path, "", "Accept-Encoding", "gzip").body)
		total := usable
		for _, m := range regexp.MustCompile(`(?:src|href)="(/static/[^"]+)"`).FindAllStringSubmatch(page.body, -1) {
			n := len(s.send(t, http.MethodGet, m[1], "", "Accept-Encoding", "gzip").body)
			total += n
			if strings.Contains(m[1], ".css") {
				usable += n
			}
		}
		t.Logf("%s: %d bytes until it can be used, %d in all", path, usable, total)
		if usable > 14<<10 || total > 50<<10 {
			t.Errorf("%s: %d bytes until it can be used, %d in all", path, usable, total)
		}
	}
}

func TestTheReceiptIsInNoLogAndNoAddress(t *testing.T) {
	t.Parallel()
	s := start(t)
	receipt, id := s.reported(t)
	s.act(t, id, life[0])
	form := filled("vi")
	form.Set("step", "send")
	s.submit(t, "/gui-phan-anh", form.Encode())
	for _, typed := range []string{receipt, strings.ToLower(receipt), "00000-00000-00000-00000", receipt[:10]} {
		for _, got := range []answer{
			s.post(t, "/api/v1/track", `{"receipt":"`+typed+`"}`),
			s.post(t, "/api/v1/track/messages", `{"receipt":"`+typed+`","text":"x"}`),
			s.submit(t, "/theo-doi", "receipt="+typed),
			s.submit(t, "/en/report", "step=confirm&receipt="+typed),
		} {
			for name, values := range got.Header {
				if slices.ContainsFunc(values, func(v string) bool { return strings.Contains(strings.ToUpper(v), receipt[:10]) }) {
					t.Errorf("header %s", name)
				}
			}
			if strings.Contains(got.body, "?receipt") {
				t.Error("an address with the receipt")
			}
		}
	}
	plain := strings.ReplaceAll(receipt, "-", "")
	for _, line := range strings.Split(s.logs.String(), "\n") {
		if upper := strings.ToUpper(line); strings.Contains(upper, plain) || strings.Contains(upper, receipt) {
			t.Error(line)
		}
	}
	if s.logs.String() == "" {
		t.Error("nothing was logged, so this shows nothing")
	}
}
