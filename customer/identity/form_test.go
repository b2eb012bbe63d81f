package identity_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer/identity"
)

func standardiser(t require.TestingT, o *identity.StandardOptions) *identity.Standardiser {
	s, err := identity.NewStandardiser(o)
	require.NoError(t, err)
	return s
}

// forms checks the standard forms of a kind; a text that begins with "?" is one that is
// not valid.
func forms(t *testing.T, kind identity.Kind, o *identity.StandardOptions, want [][2]string) {
	t.Helper()
	s := standardiser(t, o)
	for _, c := range want {
		got, err := s.Form(kind, c[0])
		require.NoError(t, err, c[0])
		text := got.Text
		if !got.Valid && text != "" {
			text = "?" + text
		}
		require.Equal(t, c[1], text, "%s %q", kind, c[0])
		requireFixed(t, s, kind, c[0])
	}
}

// requireFixed checks that the form of a form is the same form, in valid UTF-8.
func requireFixed(t require.TestingT, s *identity.Standardiser, kind identity.Kind, value string) {
	first, err := s.Form(kind, value)
	require.NoError(t, err)
	require.True(t, utf8.ValidString(first.Text))
	again, err := s.Form(kind, first.Text)
	require.NoError(t, err, "%s of %q", kind, value)
	require.Equal(t, first, again, "%s of %q: %q is not its own form", kind, value, first.Text)
}

func kinds() []identity.Kind {
	return []identity.Kind{identity.Name, identity.Organisation, identity.Text, identity.Address, identity.Date, identity.Phone, identity.Email,
		identity.Code, identity.Number}
}

func optionSets(t require.TestingT) []*identity.Standardiser {
	return []*identity.Standardiser{
		standardiser(t, nil),
		standardiser(t, &identity.StandardOptions{CallingCode: "86", DayFirst: true, KeepTitles: true, DropTags: true}),
		standardiser(t, &identity.StandardOptions{CallingCode: "1"}),
	}
}

// drawValue draws what may be found in files: pieces that the parsers know, joined by
// what stands between them, and any characters.
func drawValue(r *rapid.T) string {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{"mr", "Dr.", "Jr", "mei", "李", "梅", "先生", "有限公司", "(广州)", "（广州）", "集团", "Co.", "Ltd", "S.A.", "& Co", "GmbH",
			"1980", "06", "19", "31", "13", "0", "00", "June", "2nd", "年", "月", "日", "十", "一九八〇", "T10:00Z", "86", "+86", "138", "ext", "x5", "#", "(0)",
			"转", "@", "mail.example", "<", ">", "mailto:", "+tag", "st", "N.", "strasse", "hauptstr", "apt", "市", "路", "号", "1,234", "-", "€", "¥", "%"}),
		rapid.StringN(0, 3, -1),
	)
	joint := rapid.SampledFrom([]string{"", " ", "-", "/", ".", ",", "\u00a0", "\u200b", "'"})
	var value strings.Builder
	for range rapid.IntRange(0, 7).Draw(r, "pieces") {
		value.WriteString(piece.Draw(r, "piece") + joint.Draw(r, "joint"))
	}
	return value.String()
}

func TestFormsAreFixed(t *testing.T) {
	sets := optionSets(t)
	rapid.Check(t, func(r *rapid.T) {
		value := drawValue(r)
		kind := rapid.SampledFrom(kinds()).Draw(r, "kind")
		requireFixed(r, rapid.SampledFrom(sets).Draw(r, "options"), kind, value)
	})
}

func FuzzForm(f *testing.F) {
	for _, text := range []string{"", "Dr. Mei Li", "样品贸易(广州)有限公司", "Sample & Co. KG", "12 N. Main St.", "广东省广州市体育东路12号", "31/02/1980", "一九八〇年六月十九日",
		"+44 (0)20 5550 0123 x4", "Mei <mei@mail.example>", "(1,234.50)", "ﬁ İ ŉ ẞ", "\u1e9b\u0323", "\ufeffÅ"} {
		for kind := range 10 {
			f.Add(byte(kind), text)
		}
	}
	sets := optionSets(f)
	f.Fuzz(func(t *testing.T, kind byte, text string) {
		for _, s := range sets {
			if _, err := s.Form(identity.Kind(kind), text); err != nil {
				continue
			}
			requireFixed(t, s, identity.Kind(kind), text)
		}
	})
}
