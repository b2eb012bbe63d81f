package pinyin_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/identity/pinyin"
)

// Two files of invented guests, one in Chinese, one romanised in either order: the
// names meet by their keys alone.
func TestFilesInTwoScriptsMeet(t *testing.T) {
	guests := [][2]string{{"李梅", "Li Mei"}, {"王晓芳", "Xiaofang Wang"}, {"张伟", "Zhang Wei"}, {"刘建国", "Jianguo Liu"},
		{"陈静", "Chen Jing"}, {"杨丽", "Li Yang"}, {"赵敏", "Zhao Min"}, {"黄强", "Qiang Huang"}, {"周涛", "Zhou Tao"},
		{"吴秀英", "Xiuying Wu"}, {"徐明", "Xu Ming"}, {"孙超", "Chao Sun"}, {"欧阳兰", "Ouyang Lan"}, {"曾平", "Ping Zeng"},
		{"吕霞", "Lyu Xia"}, {"何勇", "Yong He"}, {"高军", "Gao Jun"}, {"林娜", "Na Lin"}, {"郭磊", "Guo Lei"}, {"马艳", "Yan Ma"}}
	schema := identity.Schema{Fields: []identity.Field{{Name: "name", Kind: identity.Name}, {Name: "born", Kind: identity.Date}}}
	var files [2][]identity.Record
	var truth [][2]int
	for i, guest := range guests {
		born := [2]string{fmt.Sprintf("%d-%02d-%02d", 1950+7*i%50, 1+5*i%12, 1+11*i%28)} // in one file only
		for side, name := range guest {
			files[side] = append(files[side], identity.Record{ID: rapport.ID(fmt.Sprint(i)), Values: []string{name, born[side]}})
		}
		truth = append(truth, [2]int{i, i})
	}
	fit := func(o *identity.StandardOptions) (m *identity.Model, compared float64) {
		standard, err := identity.NewStandardiser(o)
		require.NoError(t, err)
		left, err := identity.NewTable(schema, files[0], &identity.TableOptions{Standardiser: standard})
		require.NoError(t, err)
		right, err := identity.NewTable(schema, files[1], &identity.TableOptions{Standardiser: standard})
		require.NoError(t, err)
		m, err = identity.Fit(t.Context(), left, right, &identity.Options{Exhaustive: -1})
		require.NoError(t, err)
		found, err := m.Completeness(left, right, truth)
		require.NoError(t, err)
		return m, found.Num
	}
	_, without := fit(nil)
	require.Zero(t, without)
	m, with := fit(&identity.StandardOptions{Keys: pinyin.New()})
	require.EqualValues(t, len(guests), with)
	for i := range guests {
		for k := range guests {
			e, err := m.Explain(files[0][i], files[1][k])
			require.NoError(t, err)
			require.Equal(t, i == k, e.Contributions[1].Level == "close", "%v %v", guests[i], guests[k])
		}
	}
}
