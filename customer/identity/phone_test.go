package identity_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer/identity"
)

func TestPhoneForms(t *testing.T) {
	forms(t, identity.Phone, nil, [][2]string{
		{"+86 138 0000 0000", "+8613800000000"},
		{"0086-20-5550-0123", "+862055500123"},
		{"+44 (0)20 5550 0123", "+442055500123"},
		{"tel:+1-212-555-0123", "+12125550123"},
		{"＋８６　１３８００００００００", "+8613800000000"},
		{"(212) 555-0123 ext. 45", "2125550123"},
		{"212/555-0123", "2125550123"},
		{"212.555.0123 x45", "2125550123"},
		{"020-55500123转8", "02055500123"},
		{"5550123", "5550123"},
		{"", ""},
		{"123", "?123"},
		{"1234567890123456", "?1234567890123456"},
		{"+0123456789", "?+0123456789"},
		{"1-800-SAMPLE", "?1-800-sample"},
		{"none", ""},
		{" N/A ", ""},
		{"NA", ""},
		{"'212-555-0123'", "2125550123"},
		{"nobody", "?nobody"},
	})
	forms(t, identity.Phone, &identity.StandardOptions{CallingCode: "86"}, [][2]string{
		{"138 0000 0000", "+8613800000000"},
		{"13800000000", "+8613800000000"},
		{"8613800000000", "+8613800000000"},
		{"(020) 5550 0123", "+862055500123"},
		{"+1 212 555 0123", "+12125550123"},
		{"0012125550123", "+12125550123"},
		{"86-20-55500123", "+862055500123"},
		{"86 138 0000 0000", "+8613800000000"},
		{"110", "?110"},
	})
	forms(t, identity.Phone, &identity.StandardOptions{CallingCode: "1"}, [][2]string{
		{"(212) 555-0123", "+12125550123"},
		{"1-212-555-0123", "+12125550123"},
		{"011 86 138 0000 0000", "+8613800000000"},
	})
	forms(t, identity.Phone, &identity.StandardOptions{CallingCode: "39"}, [][2]string{{"06 5550 0123", "+390655500123"}}) // the 0 is part of it
	forms(t, identity.Phone, &identity.StandardOptions{CallingCode: "36"}, [][2]string{{"06 1 555 0123", "+3615550123"}})
	forms(t, identity.Phone, &identity.StandardOptions{CallingCode: "7"}, [][2]string{
		{"8 495 555 01 23", "+74955550123"}, {"812 555 01 23", "+78125550123"}, {"7 812 555 01 23", "+78125550123"}, {"78125550123", "+78125550123"},
	})
	forms(t, identity.Phone, &identity.StandardOptions{CallingCode: "36"}, [][2]string{{"36 123-456", "+3636123456"}, {"36 1 555 0123", "+3615550123"}})
	forms(t, identity.Phone, &identity.StandardOptions{CallingCode: "45"}, [][2]string{{"45 55 01 23", "+4545550123"}})
}

func TestCallingCodes(t *testing.T) {
	for _, code := range []string{"+86", "086", "8a", "1234", " "} {
		_, err := identity.NewStandardiser(&identity.StandardOptions{CallingCode: code})
		var wrong *identity.CallingCodeError
		require.ErrorAs(t, err, &wrong)
		require.Equal(t, code, wrong.Code)
		require.ErrorContains(t, err, "calling code \""+code+"\"")
	}
}

// plan is a full library's stand-in: it knows one number.
type plan struct{}

func (plan) ParsePhone(value, callingCode string) (identity.PhoneNumber, bool) {
	if value == "1-800-SAMPLE" && callingCode == "1" || value == "+18007267530" {
		return identity.PhoneNumber{Number: "+18007267530", Extension: "0"}, true
	}
	return identity.PhoneNumber{}, false
}

func TestPhoneParser(t *testing.T) {
	forms(t, identity.Phone, &identity.StandardOptions{CallingCode: "1", Phones: plan{}}, [][2]string{
		{"1-800-SAMPLE", "+18007267530"},
		{"212 555 0123", "+12125550123"}, // the rules of the package read what the library does not
	})
}

func TestPhoneParts(t *testing.T) {
	s := standardiser(t, &identity.StandardOptions{CallingCode: "86"})
	for _, c := range []struct {
		value string
		want  identity.PhoneNumber
		valid bool
	}{
		{"020-5550 0123 转 8", identity.PhoneNumber{Number: "+862055500123", Extension: "8"}, true},
		{"+1 (212) 555-0123 ext. 45", identity.PhoneNumber{Number: "+12125550123", Extension: "45"}, true},
		{"+1 212 555 0123;ext=45", identity.PhoneNumber{Number: "+12125550123", Extension: "45"}, true},
		{"13800000000#6", identity.PhoneNumber{Number: "+8613800000000", Extension: "6"}, true},
		{"13800000000", identity.PhoneNumber{Number: "+8613800000000"}, true},
		{"110", identity.PhoneNumber{Number: "110"}, false},
		{"ext 5", identity.PhoneNumber{Number: "ext 5"}, false},
	} {
		got, valid, err := s.Phone(c.value)
		require.NoError(t, err)
		require.Equal(t, c.want, got, c.value)
		require.Equal(t, c.valid, valid, c.value)
	}
	_, _, err := s.Phone("\xff")
	require.Error(t, err)
}

func TestEmailForms(t *testing.T) {
	long := strings.Repeat("a", 65)
	forms(t, identity.Email, nil, [][2]string{
		{" Mei.Li@Mail.EXAMPLE ", "mei.li@mail.example"},
		{"Mei Li <mei.li@mail.example>", "mei.li@mail.example"},
		{"'mei.li@mail.example'", "mei.li@mail.example"},
		{"null", ""},
		{"mailto:mei.li@mail.example", "mei.li@mail.example"},
		{"mei.li+shop@mail.example", "mei.li+shop@mail.example"},
		{"mei@mail.example.", "mei@mail.example"},
		{"ｍｅｉ＠mail.example", "mei@mail.example"},
		{"o'neil_1@a-b.example", "o'neil_1@a-b.example"},
		{"李梅@邮件.example", "李梅@邮件.example"},
		{"", ""},
		{"mei@mail", "?mei@mail"},
		{"mei.mail.example", "?mei.mail.example"},
		{"@mail.example", "?@mail.example"},
		{"a@b@mail.example", "?a@b@mail.example"},
		{".a@mail.example", "?.a@mail.example"},
		{"a..b@mail.example", "?a..b@mail.example"},
		{"a b@mail.example", "?a b@mail.example"},
		{"a@-b.example", "?a@-b.example"},
		{"a@b..example", "?a@b..example"},
		{"a@127.0.0.1", "?a@127.0.0.1"},
		{long + "@mail.example", "?" + long + "@mail.example"},
	})
	forms(t, identity.Email, &identity.StandardOptions{DropTags: true}, [][2]string{
		{"mei.li+shop+2@mail.example", "mei.li@mail.example"},
		{"+shop@mail.example", "+shop@mail.example"},
	})
}

func TestNumberForms(t *testing.T) {
	forms(t, identity.Number, nil, [][2]string{
		{"007", "7"},
		{"-1,234.50", "-1234.5"},
		{"1.234,5", "1234.5"},
		{"1.234.567", "1234567"},
		{"1,234,567", "1234567"},
		{"1,234", "1234"},
		{"1,23", "1.23"},
		{"1.234", "1.234"},
		{"1 234 567.8", "1234567.8"},
		{"1'234.5", "1234.5"},
		{"¥1,200", "1200"},
		{"1200 €", "1200"},
		{"$-5", "-5"},
		{"-$5", "-5"},
		{"(5.00)", "-5"},
		{"+.5", "0.5"},
		{"-0.0", "0"},
		{"5.", "5"},
		{"１２３", "123"},
		{"", ""},
		{"-", "?-"},
		{".", "?."},
		{"1,2,3", "?1,2,3"},
		{"1.2.3,4,5", "?1.2.3,4,5"},
		{"12 apples", "?12 apples"},
		{"1e5", "?1e5"},
		{"NaN", ""},
		{"'007", "7"},
		{"0x10", "?0x10"},
	})
}
