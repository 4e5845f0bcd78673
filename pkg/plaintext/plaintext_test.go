package plaintext_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/phananh/portal/pkg/plaintext"
)

func TestFaultsAreNamed(t *testing.T) {
	for text, want := range map[string]string{
		"Mất xe máy lúc 2 giờ,\n\tở chợ Mỹ Bình.": "",
		"tôi <3 An Giang, 3 < 5 > 2":              "",
		"":                                        "",
		"tiền < 5 triệu, a<b và c>d, <3":          "",
		"<x onclick=alert(1)>":                    plaintext.Markup,
		"<svg/onload=alert(1)>":                   plaintext.Markup,
		"<SCRIPT SRC='x'":                         plaintext.Markup,
		"<br/>":                                   plaintext.Markup,
		"mất \uFFFD xe":                           plaintext.BrokenText,
		"mất\x00xe":                               plaintext.ControlCharacter,
		"mất\u0085xe":                             plaintext.ControlCharacter,
		"mất\rxe":                                 plaintext.ControlCharacter,
		"mất \u202Exe":                            plaintext.BidiControl,
		"mất \u2067xe":                            plaintext.BidiControl,
		"<script>alert(1)</script>":               plaintext.Markup,
		"a </b> c":                                plaintext.Markup,
		"<img src=x onerror=alert(1)>":            plaintext.Markup,
		"<img src=x onerror=alert(1) ":            plaintext.Markup,
		"<!-- x -->":                              plaintext.Markup,
	} {
		if got := plaintext.Fault(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestNormalisingTwiceChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text")
		if once := plaintext.Prose(s); plaintext.Prose(once) != once {
			t.Fatalf("prose of %q", s)
		}
		if once := plaintext.Line(s); plaintext.Line(once) != once {
			t.Fatalf("line of %q", s)
		}
	})
}

func TestTextsAreComposedAndTheirLinesUnified(t *testing.T) {
	if got := plaintext.Prose("  Mâ\u0301t xe\r\nở chợ \n"); got != "Mất xe\nở chợ" {
		t.Errorf("%q", got)
	}
	if got := plaintext.Prose("\u200B\u200B\uFEFF"); got != "" {
		t.Errorf("what nobody sees is left: %q", got)
	}
	if got := plaintext.Line(" ấp\tBình \n Phú "); got != "ấp Bình Phú" {
		t.Errorf("%q", got)
	}
}
