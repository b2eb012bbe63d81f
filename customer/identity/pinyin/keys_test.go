package pinyin_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/identity/pinyin"
)

func TestKeys(t *testing.T) {
	keys := pinyin.New()
	for _, c := range []struct {
		kind identity.Kind
		form string
		want []string
	}{
		{identity.Name, "李梅", []string{"limei", "meili"}},
		{identity.Name, "li mei", []string{"limei"}},
		{identity.Name, "mei li", []string{"meili"}},
		{identity.Name, "王小明", []string{"wangxiaoming", "xiaomingwang"}},
		{identity.Name, "xiaoming wang", []string{"xiaomingwang"}},
		{identity.Name, "xiao ming wang", []string{"xiaomingwang"}},
		{identity.Name, "欧阳娜", []string{"ouyangna", "naouyang"}},
		{identity.Name, "欧阳", []string{"ouyang", "yangou"}}, // a name of two characters has a family name of one
		{identity.Name, "曾立", []string{"zengli", "lizeng"}},
		{identity.Name, "单立", []string{"shanli", "lishan"}},
		{identity.Name, "吕丽", []string{"luli", "lilu"}},
		{identity.Name, "lv li", []string{"luli"}},
		{identity.Name, "lyu li", []string{"luli"}},
		{identity.Name, "lu li", []string{"luli"}},
		{identity.Name, "李", []string{"li"}},
		{identity.Name, "lili", []string{"lili"}},
		{identity.Text, "广州", []string{"guangzhou"}},
		{identity.Organisation, "广州样品", []string{"guangzhouyangpin"}},
		{identity.Organisation, "guangzhou yangpin", []string{"guangzhouyangpin"}},
		{identity.Name, "john smith", nil},
		{identity.Name, "李 mei", nil},
		{identity.Name, "", nil},
		{identity.Name, "li 2", nil},
		{identity.Name, "σοφια", nil},
		{identity.Address, "广州", nil},
		{identity.Code, "li", nil},
	} {
		require.Equal(t, c.want, keys.Keys(c.kind, c.form), "%s %s", c.kind, c.form)
	}
}

func TestKeysThroughStandardiser(t *testing.T) {
	s, err := identity.NewStandardiser(&identity.StandardOptions{Keys: pinyin.New()})
	require.NoError(t, err)
	keys := func(value string) []string {
		form, err := s.Form(identity.Name, value)
		require.NoError(t, err)
		return s.Keys(identity.Name, form.Text)
	}
	chinese := keys("李梅 女士")
	for _, written := range []string{"LI Mei", "Mei Li", "Ms. Mei Li", "Lǐ Méi"} {
		for _, key := range keys(written) {
			require.True(t, slices.Contains(chinese, key), "%s: %s", written, key)
		}
	}
	require.Empty(t, keys("Dr. Jane Sample"))
}
