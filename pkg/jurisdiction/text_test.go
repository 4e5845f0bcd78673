package jurisdiction_test

import (
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/phananh/portal/pkg/jurisdiction"
)

func TestTextIsEnglishOnlyWhenAskedForEnglish(t *testing.T) {
	text := jurisdiction.Text{Vi: "Phường Mỹ Bình", En: "Mỹ Bình Ward"}
	for language, want := range map[string]string{"en": text.En, "vi": text.Vi, "": text.Vi, "fr": text.Vi} {
		if got := text.In(language); got != want {
			t.Errorf("in %q: %q, want %q", language, got, want)
		}
	}
}

func TestPlainIsWhatPeopleTypeInHaste(t *testing.T) {
	for in, want := range map[string]string{
		"Phường Đông Xuyên":      "phuong dong xuyen",
		"Xã Mỹ Hoà Hưng":         "xa my hoa hung",
		"Xã Mỹ Hòa Hưng":         "xa my hoa hung",
		"Thị trấn Óc Eo":         "thi tran oc eo",
		"ĐẶNG ƯỚC NGUYỆN":        "dang uoc nguyen",
		"  Ô \t Long\u00a0\nVỹ ": "o long vy",
		"30280, ấp 3":            "30280, ap 3",
		"":                       "",
		" ":                      "",
	} {
		if got := jurisdiction.Plain(in); got != want {
			t.Errorf("Plain(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPlainIsTheSameForEitherUnicodeFormAndForItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		plain := jurisdiction.Plain(s)
		if again := jurisdiction.Plain(plain); again != plain {
			t.Fatalf("Plain(%q) = %q, and of that %q", s, plain, again)
		}
		if other := jurisdiction.Plain(norm.NFC.String(s)); other != plain {
			t.Fatalf("composed %q, as given %q", other, plain)
		}
		if other := jurisdiction.Plain(norm.NFD.String(s)); other != plain {
			t.Fatalf("decomposed %q, as given %q", other, plain)
		}
	})
}
