package identity_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
)

func TestNormaliseIdentifier(t *testing.T) {
	for _, c := range [][3]string{
		{"email", " Mei.Li@Mail.example", "mei.li@mail.example"},
		{"E-Mail", "mei.li@mail.example", "mei.li@mail.example"},
		{"mobile", "+86 138-0000-0000", "+8613800000000"},
		{"VAT", "de 123.456-789", "DE123456789"},
		{"id_card", "１１０１０１-19800619-001x", "11010119800619001X"},
		{"account", " c001\u200b ", "C001"},
		{"account", "1-23", "1-23"},
		{"account", "12-3", "12-3"},
		{"account", "会员 8", "会员 8"},
		{"account", "--", ""},
		{"account", "Ä1", "Ä1"},
		{"account", "a\u03081", "Ä1"},
		{"account", "ı\u0301", "Í"},
		{"email", "info@Müller.example", "info@müller.example"},
		{"email", "info@straße。example", "info@straße.example"},
		{"email", "@..", "@.."},
		{"phone", "020-55500101 ext 1", "02055500101;ext=1"},
		{"phone", "+86 20 55500101转12", "+862055500101;ext=12"},
	} {
		given := customer.Identifier{System: "erp", Type: c[0], Value: c[1]}
		got, err := identity.NormaliseIdentifier(given)
		require.NoError(t, err)
		want := given
		want.Normal = c[2]
		require.Equal(t, want, got)
		again := got
		again.Value = got.Key().Value
		again, err = identity.NormaliseIdentifier(again)
		require.NoError(t, err)
		require.Equal(t, got.Normal, again.Normal, "the normal form of a normal form")
	}
}

func TestIdentifiersWithoutNormalForm(t *testing.T) {
	for value, want := range map[string]identity.TextError{
		"C\xff":                    {Reason: identity.NotUTF8, Length: 2, At: 1, Limit: identity.MaxValueLength},
		strings.Repeat("ﷺ", 42):    {Reason: identity.ValueTooLong, Length: 1386, Limit: customer.MaxCodeLength},
		strings.Repeat("a", 1<<15): {Reason: identity.ValueTooLong, Length: 1 << 15, Limit: identity.MaxValueLength},
	} {
		got, err := identity.NormaliseIdentifier(customer.Identifier{System: "erp", Type: "account", Value: value})
		var wrong *identity.TextError
		require.ErrorAs(t, err, &wrong)
		require.Equal(t, want, *wrong)
		require.Zero(t, got)
	}
}
