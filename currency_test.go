package rapport_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
)

// currencies returns all of them by asking every number.
func currencies() []rapport.Currency {
	var all []rapport.Currency
	for n := range 1 << 16 {
		if c := rapport.Currency(n); c.IsValid() {
			all = append(all, c)
		}
	}
	return all
}

// The minor units that are not 2, from list one of ISO 4217.
func TestCurrencyDigits(t *testing.T) {
	special := map[string]int{}
	for digits, codes := range map[int]string{
		0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
		3: "BHD IQD JOD KWD LYD OMR TND",
		4: "CLF UYW",
	} {
		for code := range strings.FieldsSeq(codes) {
			special[code] = digits
		}
	}
	seen := 0
	for _, c := range currencies() {
		want, ok := special[c.String()]
		if ok {
			seen++
		} else {
			want = 2
		}
		require.Equal(t, want, c.Digits(), "digits of %s", c)
	}
	require.Len(t, special, seen, "every special currency is in the table")
	require.Len(t, currencies(), 170)
}

func TestCurrencyNumbers(t *testing.T) {
	for code, number := range map[string]int{
		"ALL": 8, "DZD": 12, "AUD": 36, "CAD": 124, "CNY": 156, "HKD": 344, "JPY": 392, "KWD": 414, "GBP": 826,
		"USD": 840, "TWD": 901, "SLE": 925, "VED": 926, "UYW": 927, "MRU": 929, "ZWG": 924, "XCG": 532, "XAD": 396,
		"CHF": 756, "EUR": 978, "USN": 997,
	} {
		c, err := rapport.ParseCurrency(code)
		require.NoError(t, err)
		require.Equal(t, rapport.Currency(number), c, code)
		require.Equal(t, code, c.String())
	}
}

func TestCurrencyRefuses(t *testing.T) {
	for _, code := range []string{
		"", "cny", "CN", "CNYY", "CNY ", " CNY", "XAU", "XXX", "XTS", "ANG", "AAA", "ZZZ", "156",
		"Ｃ", "C\x00Y", strings.Repeat("CNY", 1000),
	} {
		_, err := rapport.ParseCurrency(code)
		var refused *rapport.CurrencyError
		require.ErrorAs(t, err, &refused, "input %q", code)
		require.Equal(t, code, refused.Code)
		require.Less(t, len(err.Error()), 400, "a message stays readable")
		require.Panics(t, func() { rapport.MustCurrency(code) })
	}
	for _, n := range []rapport.Currency{1, 999, 1000, 65535} {
		require.False(t, n.IsValid())
		require.Zero(t, n.Digits())
		require.Equal(t, fmt.Sprintf("Currency(%d)", n), n.String())
		_, err := n.MarshalText()
		require.Error(t, err)
	}
}

func TestCurrencyZero(t *testing.T) {
	var none rapport.Currency
	require.False(t, none.IsValid())
	require.Equal(t, "", none.String())
	text, err := json.Marshal(none)
	require.NoError(t, err)
	require.Equal(t, `""`, string(text))
	back := rapport.CNY
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, none, back)
}

func TestCurrencyTextRoundTrip(t *testing.T) {
	for _, c := range currencies() {
		text, err := c.MarshalText()
		require.NoError(t, err)
		var back rapport.Currency
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, c, back)
		require.Equal(t, c, rapport.MustCurrency(c.String()))
	}
	kept := rapport.EUR
	require.Error(t, kept.UnmarshalText([]byte("EURO")))
	require.Equal(t, rapport.EUR, kept, "an error changes nothing")
}

func FuzzCurrency(f *testing.F) {
	for _, seed := range []string{"CNY", "EUR", "", "xau", "XAU", "\xff\xfe\xfd", "AED", "ZWG", "ZWGZ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, code string) {
		c, err := rapport.ParseCurrency(code)
		if err != nil {
			require.Zero(t, c)
			return
		}
		require.True(t, c.IsValid())
		require.Equal(t, code, c.String())
	})
}
