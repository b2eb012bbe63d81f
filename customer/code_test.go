package customer_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
)

func TestCustomerCodes(t *testing.T) {
	codes, err := customer.NewCodes("CN-", 6, customer.CheckDamm)
	require.NoError(t, err)
	first, err := codes.Next("")
	require.NoError(t, err)
	second, err := codes.Next(first)
	require.NoError(t, err)
	require.Equal(t, []string{"CN-0000013", "CN-0000021"}, []string{first, second})
	number, err := codes.Parse(second)
	require.NoError(t, err)
	require.EqualValues(t, 2, number)

	last, err := codes.Code(999_999)
	require.NoError(t, err)
	reasonOf := func(err error) customer.Reason {
		t.Helper()
		wrong, ok := errors.AsType[*customer.CustomerCodeError](err)
		require.Truef(t, ok, "%v", err)
		return wrong.Reason
	}
	_, err = codes.Next(last)
	require.Equal(t, customer.OutOfRange, reasonOf(err))
	for code, want := range map[string]customer.Reason{
		"": customer.Missing, "CN-0000014": customer.WrongCheck, "CN-000001": customer.Malformed, "CN-00000013": customer.Malformed,
		"DE-0000013": customer.Malformed, "CN-00000O3": customer.Malformed, "CN-000001X": customer.Malformed,
		"cn-0000013": customer.Malformed, "CN-0000\xff13": customer.Malformed, strings.Repeat("9", 1<<16): customer.Malformed,
	} {
		err := codes.Check(code)
		require.Equal(t, want, reasonOf(err), code)
		require.Less(t, len(err.Error()), 300)
		_, err = codes.Next("x" + code)
		require.Equal(t, customer.Malformed, reasonOf(err))
	}
	require.EqualError(t, codes.Check("CN-0000014"), `customer: code "CN-0000014": wrong-check: want 3`)
	for _, wrong := range []struct {
		prefix string
		digits int
		scheme customer.CheckScheme
		reason customer.Reason
	}{
		{"c", 6, customer.CheckDamm, customer.Malformed}, {"A-", 6, customer.CheckMod3736, customer.Malformed},
		{"A", 0, customer.CheckDamm, customer.OutOfRange}, {"A", 19, customer.CheckDamm, customer.OutOfRange},
		{"A", 6, 0, customer.Unknown}, {strings.Repeat("A", 101), 6, customer.CheckDamm, customer.TooLong},
	} {
		_, err := customer.NewCodes(wrong.prefix, wrong.digits, wrong.scheme)
		require.Equal(t, wrong.reason, reasonOf(err))
	}
	require.Equal(t, customer.Malformed, reasonOf(customer.Codes{}.Check("1")))
	_, err = customer.Codes{}.Code(1)
	require.Error(t, err)
}

// Published check characters.
func TestCheckCharacters(t *testing.T) {
	for _, tc := range []struct {
		scheme customer.CheckScheme
		text   string
		want   byte
	}{
		{customer.CheckMod1110, "0794", '5'},              // ISO/IEC 7064, example of MOD 11,10
		{customer.CheckMod3736, "A12425GABC1234002", 'M'}, // Global Release Identifier A1-2425G-ABC1234002-M
		{customer.CheckDamm, "572", '4'},                  // Damm (2004)
		{customer.CheckLuhn, "7992739871", '3'},           // the usual example of the Luhn formula
	} {
		got, err := tc.scheme.Character(tc.text)
		require.NoError(t, err)
		require.Equal(t, string(tc.want), string(got), tc.scheme)
	}
	for s := customer.CheckMod1110; s <= customer.CheckLuhn; s++ {
		checkCode(t, s, customer.ParseCheckScheme)
		for _, wrong := range []string{"", "1 2", "1a", "１"} {
			_, err := s.Character(wrong)
			require.Error(t, err)
		}
	}
	_, err := customer.CheckScheme(9).Character("1")
	require.ErrorContains(t, err, "unknown")
	require.Equal(t, "CheckScheme(9)", customer.CheckScheme(9).String())
}

// Every code of a length, with every single character wrong and every two neighbours
// exchanged.
func TestCheckCharactersFindSlips(t *testing.T) {
	for _, tc := range []struct {
		scheme          customer.CheckScheme
		alphabet        string
		length          int // without the check character
		missed, swapped int // exchanges that are not found, of all
	}{
		{customer.CheckMod1110, "0123456789", 3, 60, 2700},
		{customer.CheckMod3736, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 2, 4, 2520},
		{customer.CheckDamm, "0123456789", 3, 0, 2700},
		{customer.CheckLuhn, "0123456789", 3, 60, 2700},
	} {
		fits := func(code []byte) bool {
			want, err := tc.scheme.Character(string(code[:tc.length]))
			return err == nil && want == code[tc.length]
		}
		count := 1
		for range tc.length {
			count *= len(tc.alphabet)
		}
		missed, swapped := 0, 0
		code := make([]byte, tc.length+1)
		for number := range count {
			for i, rest := tc.length-1, number; i >= 0; i-- {
				code[i] = tc.alphabet[rest%len(tc.alphabet)]
				rest /= len(tc.alphabet)
			}
			code[tc.length], _ = tc.scheme.Character(string(code[:tc.length]))
			for i, right := range code {
				for _, wrong := range []byte(tc.alphabet) {
					if code[i] = wrong; wrong != right && fits(code) {
						t.Fatalf("%s does not find %s, which has one character wrong", tc.scheme, code)
					}
				}
				code[i] = right
			}
			for i := range tc.length {
				if code[i] == code[i+1] {
					continue
				}
				code[i], code[i+1] = code[i+1], code[i]
				swapped++
				if fits(code) {
					missed++
				}
				code[i], code[i+1] = code[i+1], code[i]
			}
		}
		require.Equal(t, fmt.Sprint(tc.missed, tc.swapped), fmt.Sprint(missed, swapped), tc.scheme)
	}
}

func TestCodesReadWhatTheyMake(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		codes, err := customer.NewCodes(rapid.StringMatching("[A-Z0-9]{0,4}").Draw(r, "prefix"),
			rapid.IntRange(1, customer.MaxCodeDigits).Draw(r, "digits"), customer.CheckScheme(rapid.IntRange(1, 4).Draw(r, "scheme")))
		require.NoError(r, err)
		number := rapid.Uint64().Draw(r, "number")
		code, err := codes.Code(number)
		if err != nil {
			require.ErrorContains(r, err, "out-of-range")
			return
		}
		back, err := codes.Parse(code)
		require.NoError(r, err)
		require.Equal(r, number, back)
	})
}
