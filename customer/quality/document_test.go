package quality_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer/quality"
)

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

// good are valid documents and their standard forms: examples of the standards
// (GB 11643 and GB 32100 annexes, ISO 13616 registry, ISO/IEC 7812-1), all invented
// or published as such.
func good() map[quality.Format]map[string]string {
	return map[quality.Format]map[string]string{
		quality.FormatMainlandID: {"11010519491231002X": "11010519491231002X", "11010519491231002x": "11010519491231002X", "440524188001010014": "440524188001010014"},
		quality.FormatCreditCode: {"91350100M000100Y43": "91350100M000100Y43", "91350100m000100y43": "91350100M000100Y43"},
		quality.FormatIBAN: {
			"GB82 WEST 1234 5698 7654 32": "GB82WEST12345698765432", "DE89370400440532013000": "DE89370400440532013000",
			"fr1420041010050500013m02606": "FR1420041010050500013M02606", "NO9386011117947": "NO9386011117947",
			"MT84MALT011000012345MTLCAST001S": "MT84MALT011000012345MTLCAST001S",
		},
		quality.FormatLuhn:  {"79927398713": "79927398713", "4111 1111 1111 1111": "4111111111111111", "18": "18"},
		quality.FormatPhone: {"+86 138-0013-8000": "+8613800138000", "+1 (212) 555.0123": "+12125550123"},
		quality.FormatEmail: {
			"Mei.Li+news@Example.COM": "Mei.Li+news@example.com", "李梅@例子.公司": "李梅@例子.公司", "o'hara@a-b.example": "o'hara@a-b.example",
		},
		quality.FormatDate: {"2024-02-29": "2024-02-29", "0001-01-01": "0001-01-01"},
		"":                 {"anything": "anything"},
	}
}

func TestDocuments(t *testing.T) {
	for format, texts := range good() {
		for text, form := range texts {
			got, err := format.Parse(text)
			require.NoError(t, err, "%s %s", format, text)
			require.Equal(t, form, got)
		}
	}
	id, err := quality.ParseMainlandID("11010519491231002X")
	require.NoError(t, err)
	require.Equal(t, quality.MainlandID{Number: "11010519491231002X", Region: "110105", Born: day("1949-12-31")}, id)
	_, err = quality.Format("passport").Parse("x")
	_, ok := errors.AsType[*quality.SpecError](err)
	require.True(t, ok)
}

func TestDocumentFaults(t *testing.T) {
	long := strings.Repeat("a", 64)
	for _, tc := range []struct {
		format   quality.Format
		text     string
		fault    quality.Fault
		position int
	}{
		{quality.FormatMainlandID, "", quality.WrongLength, -1},
		{quality.FormatMainlandID, "110105194912310021", quality.WrongDigit, 17},
		{quality.FormatMainlandID, "1101051949123100X2", quality.WrongCharacter, 16},
		{quality.FormatMainlandID, "990105194912310023", quality.WrongRegion, 0},
		{quality.FormatMainlandID, "110105194902310026", quality.WrongDate, 6},
		{quality.FormatMainlandID, "110105170012310022", quality.WrongDate, 6},
		{quality.FormatCreditCode, "91350100M000100Y44", quality.WrongDigit, 17},
		{quality.FormatCreditCode, "91350100I000100Y43", quality.WrongCharacter, 8},
		{quality.FormatCreditCode, "9135A100M000100Y43", quality.WrongCharacter, 4},
		{quality.FormatCreditCode, "91350100M000100Y4", quality.WrongLength, -1},
		{quality.FormatCreditCode, "91350100M000100Yı", quality.WrongCharacter, -1},
		{quality.FormatIBAN, "GB82WEST12345698765433", quality.WrongDigit, 2},
		{quality.FormatIBAN, "GB82WEST1234569876543", quality.WrongLength, -1},
		{quality.FormatIBAN, "ZZ82WEST12345698765432", quality.WrongRegion, 0},
		{quality.FormatIBAN, "GBX2WEST12345698765432", quality.WrongCharacter, 2},
		{quality.FormatIBAN, "GB82-WEST", quality.WrongCharacter, 4},
		{quality.FormatIBAN, "GB 8", quality.WrongLength, -1},
		{quality.FormatLuhn, "79927398710", quality.WrongDigit, -1},
		{quality.FormatLuhn, "7", quality.WrongLength, -1},
		{quality.FormatLuhn, "79a", quality.WrongCharacter, 2},
		{quality.FormatPhone, "13800138000", quality.WrongShape, 0},
		{quality.FormatPhone, "+0138001380", quality.WrongShape, 1},
		{quality.FormatPhone, "+123456", quality.WrongLength, -1},
		{quality.FormatPhone, "+1234567890123456", quality.WrongLength, -1},
		{quality.FormatPhone, "+86 138x", quality.WrongCharacter, 7},
		{quality.FormatEmail, "mei", quality.WrongShape, -1},
		{quality.FormatEmail, "@example.com", quality.WrongShape, -1},
		{quality.FormatEmail, "mei..li@example.com", quality.WrongShape, -1},
		{quality.FormatEmail, "mei li@example.com", quality.WrongCharacter, 3},
		{quality.FormatEmail, "mei@localhost", quality.WrongShape, 4},
		{quality.FormatEmail, "mei@127.0.0.1", quality.WrongShape, 4},
		{quality.FormatEmail, "mei@-a.example", quality.WrongShape, 4},
		{quality.FormatEmail, "mei@a_b.example", quality.WrongCharacter, 4},
		{quality.FormatEmail, "a" + long + "@example.com", quality.WrongLength, 64},
		{quality.FormatEmail, "mei@" + strings.Repeat("a.", 126) + "example", quality.WrongLength, -1},
		{quality.FormatEmail, "mei\xff@example.com", quality.WrongCharacter, -1},
		{quality.FormatDate, "2023-02-29", quality.WrongDate, -1},
		{quality.FormatDate, "2023-2-1", quality.WrongLength, -1},
	} {
		_, err := tc.format.Parse(tc.text)
		fault, ok := errors.AsType[*quality.DocumentError](err)
		require.Truef(t, ok, "%s %q: %v", tc.format, tc.text, err)
		require.Equal(t, quality.DocumentError{Format: tc.format, Fault: tc.fault, Position: tc.position}, *fault, "%q", tc.text)
		if len(tc.text) > 5 {
			require.NotContains(t, err.Error(), tc.text, "it may be personal")
		}
	}
	require.EqualError(t, &quality.DocumentError{Format: "iban", Fault: "length", Position: -1}, "quality: not a valid iban: length")
	require.EqualError(t, &quality.DocumentError{Format: "iban", Fault: "character", Position: 4}, "quality: not a valid iban: character at character 4")
}

// Every single wrong digit is found by all four schemes, and every exchange of
// neighbours by all but Luhn's, which misses 09 and 90.
func TestCheckDigitsFindMistakes(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		format := rapid.SampledFrom([]quality.Format{quality.FormatMainlandID, quality.FormatCreditCode, quality.FormatIBAN, quality.FormatLuhn}).Draw(r, "format")
		text := rapid.SampledFrom([]string{"440524188001010014"}).Draw(r, "id")
		switch format {
		case quality.FormatCreditCode:
			text = "91350100M000100Y43"
		case quality.FormatIBAN:
			text = "DE89370400440532013000"
		case quality.FormatLuhn:
			text = "79927398713"
		}
		_, err := format.Parse(text)
		require.NoError(r, err)
		at := rapid.IntRange(0, len(text)-1).Draw(r, "at")
		wrong := []byte(text)
		if rapid.Bool().Draw(r, "exchange") && at > 0 {
			wrong[at-1], wrong[at] = wrong[at], wrong[at-1]
			if pair := string(wrong[at-1 : at+1]); format == quality.FormatLuhn && (pair == "09" || pair == "90") {
				return
			}
		} else if wrong[at] >= '0' && wrong[at] <= '9' {
			wrong[at] = '0' + (wrong[at]-'0'+byte(rapid.IntRange(1, 9).Draw(r, "off")))%10
		}
		if string(wrong) != text {
			_, err := format.Parse(string(wrong))
			require.Error(r, err, "%s", wrong)
		}
	})
}

// A standard form is valid and its own standard form.
func FuzzDocuments(f *testing.F) {
	for _, texts := range good() {
		for text := range texts {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		for format := range good() {
			form, err := format.Parse(text)
			if err != nil {
				_, ok := errors.AsType[*quality.DocumentError](err)
				require.True(t, ok)
				continue
			}
			again, err := format.Parse(form)
			require.NoError(t, err, "%s %q", format, form)
			require.Equal(t, form, again)
		}
		_ = quality.CallingCode(text)
	})
}
