package rapport_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
)

func TestParseMoney(t *testing.T) {
	for text, want := range map[string]string{
		"12.30 CNY":                             "12.30 CNY",
		"12.3 CNY":                              "12.30 CNY",
		"12 CNY":                                "12.00 CNY",
		"12.3450 CNY":                           "12.345 CNY",
		"-0.005 KWD":                            "-0.005 KWD",
		"1000 JPY":                              "1000 JPY",
		"1000.50 JPY":                           "1000.5 JPY",
		"1000.00 JPY":                           "1000 JPY",
		"-0.00 CNY":                             "0.00 CNY",
		"0007.5 CNY":                            "7.50 CNY",
		"0.00001 CLF":                           "0.00001 CLF",
		"123456789012345678901234567890.12 IDR": "123456789012345678901234567890.12 IDR",
	} {
		m, err := rapport.ParseMoney(text)
		require.NoError(t, err, "input %q", text)
		require.Equal(t, want, m.String(), "input %q", text)
	}
}

func TestParseMoneyRefuses(t *testing.T) {
	long := strings.Repeat("9", 1<<20)
	for text, want := range map[string]error{
		"": rapport.ErrAmountSyntax, "12.30CNY": rapport.ErrAmountSyntax,
		" CNY": rapport.ErrAmountSyntax, "- CNY": rapport.ErrAmountSyntax, ". CNY": rapport.ErrAmountSyntax,
		".5 CNY": rapport.ErrAmountSyntax, "5. CNY": rapport.ErrAmountSyntax, "+5 CNY": rapport.ErrAmountSyntax,
		"--5 CNY": rapport.ErrAmountSyntax, "1.2.3 CNY": rapport.ErrAmountSyntax, "1,000 CNY": rapport.ErrAmountSyntax,
		"1_000 CNY": rapport.ErrAmountSyntax, "0x10 CNY": rapport.ErrAmountSyntax, "NaN CNY": rapport.ErrAmountSyntax,
		"Inf CNY": rapport.ErrAmountSyntax, "1e5 CNY": rapport.ErrAmountSyntax, "1e999999999 CNY": rapport.ErrAmountSyntax,
		"1e-999999999 CNY": rapport.ErrAmountSyntax, "\u22125 CNY": rapport.ErrAmountSyntax, "１ CNY": rapport.ErrAmountSyntax,
		long + " CNY": rapport.ErrAmountRange, "0." + long + " CNY": rapport.ErrAmountRange,
		"1" + strings.Repeat("0", 63) + "1 CNY":  rapport.ErrAmountRange,
		"0." + strings.Repeat("0", 64) + "1 CNY": rapport.ErrAmountRange,
	} {
		m, err := rapport.ParseMoney(text)
		require.ErrorIs(t, err, want, "input %.80q", text)
		var refused *rapport.AmountError
		require.ErrorAs(t, err, &refused)
		require.Less(t, len(err.Error()), 500, "a message stays readable")
		require.Equal(t, rapport.Money{}, m)
		require.Panics(t, func() { rapport.MustMoney(text) })
	}
	for _, text := range []string{"12.30 cny", "12.30 XXX", "12.30 CNY ", "12.30  CNY", "12.30 ", "0 ", "12.30", "0"} {
		_, err := rapport.ParseMoney(text)
		var refused *rapport.CurrencyError
		require.ErrorAs(t, err, &refused, "input %q", text)
	}
}

func TestMoneyZeroText(t *testing.T) {
	var nothing rapport.Money
	require.Equal(t, "0", nothing.String())
	text, err := nothing.MarshalText()
	require.NoError(t, err)
	require.Empty(t, text)
	m := rapport.MustMoney("1 CNY")
	require.NoError(t, m.UnmarshalText(text))
	require.Equal(t, nothing, m)

	written, err := json.Marshal(nothing)
	require.NoError(t, err)
	require.Equal(t, `{"amount":"0","currency":""}`, string(written))
	m = rapport.MustMoney("1 CNY")
	require.NoError(t, json.Unmarshal(written, &m))
	require.Equal(t, nothing, m)
}

func TestMoneyJSON(t *testing.T) {
	for text, want := range map[string]string{
		"12.30 CNY":  `{"amount":"12.30","currency":"CNY"}`,
		"-12.3 CNY":  `{"amount":"-12.30","currency":"CNY"}`,
		"0.0050 CNY": `{"amount":"0.005","currency":"CNY"}`,
		"7 JPY":      `{"amount":"7","currency":"JPY"}`,
		"7 KWD":      `{"amount":"7.000","currency":"KWD"}`,
	} {
		m := rapport.MustMoney(text)
		written, err := json.Marshal(m)
		require.NoError(t, err)
		require.Equal(t, want, string(written), text)
		var back rapport.Money
		require.NoError(t, json.Unmarshal(written, &back))
		require.True(t, m.Equal(back))
	}
	var spaced rapport.Money
	require.NoError(t, json.Unmarshal([]byte(" { \"currency\" : \"CNY\" ,\n \"amount\" : \"1\" } "), &spaced))
	require.Equal(t, "1.00 CNY", spaced.String())
}

// A host may have changed the package settings of decimal; what is persisted
// must not change with them.
func TestMoneyTextDoesNotFollowSettingsOfDecimal(t *testing.T) {
	trim, scientific, most := decimal.TrimTrailingZeros, decimal.UseScientificNotation, decimal.MaxDecodeExponent
	defer func() {
		decimal.TrimTrailingZeros, decimal.UseScientificNotation, decimal.MaxDecodeExponent = trim, scientific, most
	}()
	for _, changed := range []bool{false, true} {
		decimal.TrimTrailingZeros, decimal.UseScientificNotation = changed, changed
		decimal.MaxDecodeExponent = 2_000_000_000
		for text, want := range map[string]string{
			"1200.3450 CNY": "1200.345 CNY", "1200 CNY": "1200.00 CNY", "1200 JPY": "1200 JPY", "1200.0 JPY": "1200 JPY",
		} {
			require.Equal(t, want, rapport.MustMoney(text).String())
		}
		_, err := rapport.ParseMoney("1e999999999 CNY")
		require.Error(t, err)
	}
}

func TestMoneyText(t *testing.T) {
	m := rapport.MustMoney("12.30 CNY")
	text, err := m.MarshalText()
	require.NoError(t, err)
	require.Equal(t, "12.30 CNY", string(text))
	var back rapport.Money
	require.NoError(t, back.UnmarshalText(text))
	require.True(t, m.Equal(back))
}

func TestMoneyJSONRefuses(t *testing.T) {
	for _, text := range []string{
		`12.30`, `"12.30 CNY"`, `[]`, `{}`, `true`,
		`{"amount":12.30,"currency":"CNY"}`,
		`{"amount":"12.30","currency":156}`,
		`{"amount":"12.30"}`, `{"currency":"CNY"}`,
		`{"amount":null,"currency":"CNY"}`, `{"amount":"1","currency":null}`,
		`{"amount":"12.30","currency":"CNY","note":"x"}`,
		`{"amount":"12.30","amount":"12.30","currency":"CNY"}`,
		`{"amount":"12.30","currency":"CNY","currency":"EUR"}`,
		`{"Amount":"12.30","Currency":"CNY"}`,
		`{"amount":["1"],"currency":"CNY"}`, `{"amount":{"amount":"1"},"currency":"CNY"}`,
		`{"amount":"1e999999999","currency":"CNY"}`, `{"amount":1e999999999,"currency":"CNY"}`,
		`{"amount":"1e5","currency":"CNY"}`, `{"amount":"","currency":"CNY"}`, `{"amount":"1","currency":""}`,
		`{"amount":"0.00","currency":""}`, `{"amount":"1","currency":"cny"}`,
		`{"amount":"` + strings.Repeat("9", 1<<16) + `","currency":"CNY"}`,
		`{"` + strings.Repeat("x", 1<<16) + `":"1","currency":"CNY"}`,
	} {
		m := rapport.MustMoney("5 EUR")
		err := json.Unmarshal([]byte(text), &m)
		require.Error(t, err, "input %.80q", text)
		require.Less(t, len(err.Error()), 500, "a message stays readable")
		require.Equal(t, "5.00 EUR", m.String(), "an error changes nothing: input %.80q", text)
	}
	// Called without encoding/json in front, which checks syntax first.
	for _, text := range []string{``, `{`, `{"amount":"1"`, `{"amount":"1","currency":"CNY"`, `{"amount":"1","currency":"CNY"} x`, `{"amount":"1","currency":"CNY"}{}`, `{"amount" 1}`, `{1:2}`} {
		var m rapport.Money
		require.Error(t, m.UnmarshalJSON([]byte(text)), "input %q", text)
	}
	m := rapport.MustMoney("5 EUR")
	require.NoError(t, json.Unmarshal([]byte(`null`), &m))
	require.Equal(t, "5.00 EUR", m.String(), "null changes nothing")
	require.Error(t, m.UnmarshalText([]byte("5")))
	require.Equal(t, "5.00 EUR", m.String(), "an error changes nothing")
}

// What was written reads back to an equal value and to the same bytes.
func TestMoneyRoundTrip(t *testing.T) {
	all := currencies()
	rapid.Check(t, func(t *rapid.T) {
		m := drawMoney(t, "m", rapid.SampledFrom(all).Draw(t, "currency"))
		parsed, err := rapport.ParseMoney(m.String())
		require.NoError(t, err)
		require.True(t, m.Equal(parsed), "%v reads back as %v", m, parsed)
		require.Equal(t, m.String(), parsed.String())

		written, err := json.Marshal(m)
		require.NoError(t, err)
		var back rapport.Money
		require.NoError(t, json.Unmarshal(written, &back))
		require.True(t, m.Equal(back))
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(written), string(again))
	})
}

func FuzzParseMoney(f *testing.F) {
	for _, seed := range []string{
		"12.30 CNY", "-0.005 KWD", "1e999999999 CNY", "1000 JPY", "", " ", "0 ", "-0.00 CNY", "9223372036854775808 JPY",
		"0.00000000000000000000000000000000000000000000000000000000000000001 CNY", `{"amount":"1","currency":"CNY"}`,
		`{"amount":"1","amount":"2"}`, `{"amount":1e999999999,"currency":"CNY"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if m, err := rapport.ParseMoney(text); err == nil {
			again, err := rapport.ParseMoney(m.String())
			require.NoError(t, err, "input %q, written %q", text, m)
			require.True(t, m.Equal(again), "input %q", text)
			require.Equal(t, m.String(), again.String())
		}
		var m rapport.Money
		if err := m.UnmarshalJSON([]byte(text)); err != nil {
			require.Equal(t, rapport.Money{}, m)
			return
		}
		written, err := m.MarshalJSON()
		require.NoError(t, err)
		var again rapport.Money
		require.NoError(t, again.UnmarshalJSON(written))
		require.True(t, m.Equal(again), "input %q", text)
	})
}
