package identity_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer/identity"
)

func TestNameForms(t *testing.T) {
	forms(t, identity.Name, nil, [][2]string{
		{"  Mei   LI ", "mei li"},
		{"Ｍｅｉ　Ｌｉ", "mei li"},
		{"Li, Mei", "li mei"},
		{"Dr. Mei Li, PhD", "mei li"},
		{"Mr. Dr.", "dr"}, // something is left
		{"Miss", "miss"},
		{"José Ángel Núñez-Öz", "jose angel nunez oz"},
		{"Søren Łukasz Straße", "soren lukasz strasse"},
		{"O'Neil", "oneil"},
		{"O’Neil", "oneil"},
		{"J.R. Sample", "j r sample"},
		{"van der Berg", "van der berg"},
		{"zero\u200bwidth\ufeff", "zerowidth"},
		{"李 梅", "李梅"},
		{"李梅先生", "李梅"},
		{"李梅 女士", "李梅"},
		{"先生", "先生"},
		{"欧阳·娜", "欧阳娜"},
		{"ΣΊΣΥΦΟΣ", "σίσυφοσ"}, // marks of other scripts stay
		{"★", ""},
		{"", ""},
		{"N/A", ""},
		{"Null", "null"},
		{"Nan", "nan"},
	})
	forms(t, identity.Name, &identity.StandardOptions{KeepTitles: true}, [][2]string{
		{"Dr. Mei Li, PhD", "dr mei li phd"},
		{"李梅先生", "李梅先生"},
	})
}

// Latin letters in one character take a short cut, which a soft hyphen in the text
// bars: both ways lead to the same form.
func TestLatinLetters(t *testing.T) {
	s := standardiser(t, nil)
	for r := rune(0xA0); r < 0x180; r++ {
		short, err := s.Form(identity.Text, "x"+string(r)+"y")
		require.NoError(t, err)
		long, err := s.Form(identity.Text, "x"+string(r)+"y\u00ad")
		require.NoError(t, err)
		require.Equal(t, long, short, "%q", r)
	}
}

func TestTextForms(t *testing.T) {
	forms(t, identity.Text, nil, [][2]string{
		{"Art's Deli & Café", "arts deli and cafe"},
		{"P.F. Sample", "pf sample"},
		{"A. B Sample", "a b sample"},
		{"U.S.A.", "usa"},
		{"fish&chips", "fish and chips"},
		{"ﬁne ２４ ｈ", "fine 24 h"},
		{"a\tb\r\nc", "a b c"},
	})
	forms(t, identity.Code, nil, [][2]string{
		{"ab-12 34/x", "AB1234X"},
		{" 0420 ", "0420"},
		{"ａｂ１２", "AB12"},
		{"粤A·12345", "粤A12345"},
		{"--", ""},
		{"NULL", ""},
		{"NA", "NA"},
	})
}

func TestOrganisationForms(t *testing.T) {
	for _, c := range [][3]string{
		{"Sample Trading Co., Ltd.", "sample trading", "co ltd"},
		{"SAMPLE TRADING COMPANY LIMITED", "sample trading", "company limited"},
		{"Muster GmbH & Co. KG", "muster", "gmbh and co kg"},
		{"Smith & Co.", "smith", "and co"},
		{"Exemple S.A.", "exemple", "sa"},
		{"Exemple S. A. R. L.", "exemple", "s a r l"},
		{"Voorbeeld B.V.", "voorbeeld", "bv"},
		{"Sample Pty Ltd", "sample", "pty ltd"},
		{"Sample, Inc.", "sample", "inc"},
		{"Sample LLC", "sample", "llc"},
		{"Sample Ltd (Singapore)", "sample singapore", "ltd"},
		{"Sample (Singapore) Pte. Ltd.", "sample singapore", "pte ltd"},
		{"Example Group Holdings", "example", "group holdings"},
		{"样品贸易有限公司", "样品贸易", "有限公司"},
		{"样品贸易股份有限公司", "样品贸易", "股份有限公司"},
		{"样品贸易有限责任公司", "样品贸易", "有限责任公司"},
		{"样品集团有限公司", "样品", "集团有限公司"},
		{"样品（集团）股份有限公司", "样品", "集团股份有限公司"},
		{"样品（广州）有限公司", "样品广州", "有限公司"},
		{"样品有限公司（广州）", "样品广州", "有限公司"},
		{"Ｓａｍｐｌｅ有限公司", "sample", "有限公司"},
		{"Sample 有限公司", "sample", "有限公司"},
		{"Sample & Sons", "sample and sons", ""},
		{"Limited", "limited", ""},
		{"Co., Ltd", "co ltd", ""},
		{"Co., Inc.", "co inc", ""},
		{"Group Holdings", "group holdings", ""},
		{"控股集团有限公司", "控股集团有限公司", ""},
		{"有限公司", "有限公司", ""},
		{"", "", ""},
	} {
		core, suffix, err := identity.SplitOrganisation(c[0])
		require.NoError(t, err)
		require.Equal(t, c[1:], []string{core, suffix}, c[0])
		forms(t, identity.Organisation, nil, [][2]string{{c[0], c[1]}})
	}
}

func TestAddressForms(t *testing.T) {
	forms(t, identity.Address, nil, [][2]string{
		{"12 N. Main St.", "12 north main street"},
		{"12 North Main Street", "12 north main street"},
		{"St. Mark's Rd", "saint marks road"},
		{"Apt. 5, 3rd Ave", "unit 5 third avenue"},
		{"Suite 5, Third Avenue", "unit 5 third avenue"},
		{"P.O. Box 12", "po box 12"},
		{"Musterstr. 7", "musterstrasse 7"},
		{"Musterstraße 7", "musterstrasse 7"},
		{"1/23 Example Cres", "1 23 example crescent"},
		{"广东省广州市天河区体育东路12号3楼", "广东省 广州市 天河区 体育东路 12号 3楼"},
		{"广东省 广州市，天河区 体育东路１２号３号楼", "广东省 广州市 天河区 体育东路 12号 3号楼"},
		{"", ""},
	})
}

func TestValuesWithoutForm(t *testing.T) {
	s := standardiser(t, nil)
	for _, c := range []struct {
		value string
		want  identity.TextError
	}{
		{"Mei\xffLi", identity.TextError{Reason: identity.NotUTF8, Length: 6, Limit: identity.MaxValueLength, At: 3}},
		{"\ufffd\xc3", identity.TextError{Reason: identity.NotUTF8, Length: 4, Limit: identity.MaxValueLength, At: 3}},
		{strings.Repeat("a", identity.MaxValueLength+1), identity.TextError{Reason: identity.ValueTooLong, Length: identity.MaxValueLength + 1, Limit: identity.MaxValueLength}},
	} {
		for _, kind := range kinds() {
			_, err := s.Form(kind, c.value)
			var wrong *identity.TextError
			require.ErrorAs(t, err, &wrong)
			require.Equal(t, c.want, *wrong)
			require.ErrorContains(t, err, "identity: a value")
		}
		_, _, err := identity.SplitOrganisation(c.value)
		require.Error(t, err)
	}
	_, err := s.Form(0, "Mei")
	var wrong *identity.KindError
	require.ErrorAs(t, err, &wrong)
	_, err = s.Form(identity.Name, "\ufffd")
	require.NoError(t, err, "the replacement character itself is UTF-8")
}

func TestKinds(t *testing.T) {
	for _, kind := range kinds() {
		text, err := kind.MarshalText()
		require.NoError(t, err)
		var back identity.Kind
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, kind, back)
	}
	_, err := identity.Kind(0).MarshalText()
	require.ErrorContains(t, err, `unknown kind "kind(0)"`)
	kind := identity.Name
	err = kind.UnmarshalText([]byte("surname"))
	var wrong *identity.KindError
	require.True(t, errors.As(err, &wrong))
	require.Equal(t, "surname", wrong.Word)
	require.Equal(t, identity.Name, kind, "an error leaves the kind")
}

type doubler struct{}

func (doubler) Keys(kind identity.Kind, form string) []string {
	return []string{kind.String() + ":" + form + form}
}

func TestFurtherKeys(t *testing.T) {
	require.Nil(t, standardiser(t, nil).Keys(identity.Name, "mei"))
	s := standardiser(t, &identity.StandardOptions{Keys: doubler{}})
	require.Equal(t, []string{"name:meimei"}, s.Keys(identity.Name, "mei"))
	require.Nil(t, s.Keys(identity.Name, ""))
}

func BenchmarkForm(b *testing.B) {
	s := standardiser(b, nil)
	for _, c := range []struct {
		name, value string
		kind        identity.Kind
	}{
		{"name/standard", "michaela", identity.Name},
		{"name/mixed", "Michaela Neumann", identity.Name},
		{"name/chinese", "欧阳娜", identity.Name},
		{"name/accents", "José Núñez", identity.Name},
		{"organisation", "Sample Trading Co., Ltd.", identity.Organisation},
		{"organisation/chinese", "样品贸易（广州）有限公司", identity.Organisation},
		{"address/standard", "12 stanley street", identity.Address},
		{"address/short", "12 N. Main St.", identity.Address},
		{"address/chinese", "广东省广州市天河区体育东路12号", identity.Address},
		{"date/iso", "1980-06-19", identity.Date},
		{"date/digits", "19800619", identity.Date},
		{"phone/digits", "2125550123", identity.Phone},
		{"phone/mixed", "(212) 555-0123", identity.Phone},
		{"email", "mei.li@mail.example", identity.Email},
		{"code", "5304218", identity.Code},
		{"number", "-1234.5", identity.Number},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Form(c.kind, c.value); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
