package main

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestParseAmount(t *testing.T) {
	tests := []struct {
		text string
		want int64
	}{
		{"0", 0}, {"-0", 0}, {"-0.00", 0}, {"29.33", 29_330_000}, {".5", 500_000}, {"+7", 7_000_000},
		{"1e+05", 100_000_000_000}, {"1E5", 100_000_000_000}, {"2.5e-3", 2_500}, {"007.10", 7_100_000},
		{"0.000001", 1}, {"0.0000005", 0}, {"0.0000015", 2}, {"0.0000025", 2}, {"0.00000250000001", 3}, {"0.0000004999", 0}, {"1e-9999", 0},
		{"9223372036854.775807", math.MaxInt64}, {strings.Repeat("0", 300) + "1", 1_000_000},
	}
	for _, tt := range tests {
		got, err := parseAmount(tt.text)
		require.NoError(t, err, "parseAmount(%q)", tt.text)
		require.Equal(t, tt.want, got, "parseAmount(%q)", tt.text)
	}
	for text, want := range map[string]error{
		"12,50": errAmountForm, "$3": errAmountForm, "NaN": errAmountForm, "Inf": errAmountForm, "abc": errAmountForm, ".": errAmountForm, "1.2.3": errAmountForm, "5.": errAmountForm, "1234567890123.": errAmountForm, "5.e3": errAmountForm,
		"1e": errAmountForm, "e5": errAmountForm, "1e+-5": errAmountForm, "1e1_0": errAmountForm, "1e99999": errAmountForm, "--5": errAmountForm, "-+5": errAmountForm, "0x10": errAmountForm,
		"1 000": errAmountForm, "１２": errAmountForm, "(5)": errAmountForm,
		"-3": errAmountNegative, "-0.0000001": errAmountNegative,
		"9223372036854.775808": errAmountSize, "1e13": errAmountSize, "1e9999": errAmountSize,
	} {
		_, err := parseAmount(text)
		require.ErrorIs(t, err, want, "parseAmount(%q)", text)
	}
	_, err := parseAmount("")
	require.Error(t, err)
}

// TestParseAmountAgreesWithRationals compares with exact arithmetic.
func TestParseAmountAgreesWithRationals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9]{0,3}\.[0-9]{1,12}(e[+-]?[0-9])?`).Draw(t, "text")
		value, ok := new(big.Rat).SetString("0" + text)
		require.True(t, ok)
		value.Mul(value, big.NewRat(1_000_000, 1))
		want := value.FloatString(0) // rounds half away from zero
		if half := new(big.Rat).Sub(value, new(big.Rat).SetInt(new(big.Int).Quo(value.Num(), value.Denom()))); half.Cmp(big.NewRat(1, 2)) == 0 {
			whole := new(big.Int).Quo(value.Num(), value.Denom())
			want = whole.Add(whole, new(big.Int).And(whole, big.NewInt(1))).String()
		}
		got, err := parseAmount(text)
		require.NoError(t, err, text)
		require.Equal(t, want, big.NewInt(got).String(), "parseAmount(%q)", text)
	})
}

func FuzzParseAmount(f *testing.F) {
	for _, seed := range []string{"29.33", "1e+05", "-0", "12,50", "", ".", "9223372036854.775808", "1e-7"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseAmount(text)
		if err == nil && got < 0 {
			t.Fatalf("parseAmount(%q) = %d, below zero", text, got)
		}
	})
}
