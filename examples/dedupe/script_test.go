package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Forty persons in Chinese script and ten others; half of the forty come again in
// Latin script, with the date of birth and a telephone beside the name.
func TestNamesMeetInTwoScripts(t *testing.T) {
	family := []string{"李 li", "王 wang", "张 zhang", "陈 chen", "刘 liu", "杨 yang", "赵 zhao", "黄 huang"}
	given := []string{"梅 mei", "明 ming", "洋 yang", "楠 nan", "丽 li"}
	var b strings.Builder
	b.WriteString("id,name,born,phone,person\n")
	n := 0
	for i, f := range family {
		for j, g := range given {
			hanFamily, family, _ := strings.Cut(f, " ")
			hanGiven, given, _ := strings.Cut(g, " ")
			born := fmt.Sprintf("19%02d-%02d-%02d", 40+5*i+j, 1+(3*i+j)%12, 1+(7*i+5*j)%28)
			phone := fmt.Sprintf("+86 138 0013 %04d", 137*n%10000)
			fmt.Fprintf(&b, "A%02d,%s%s,%s,%s,%d\n", n, hanFamily, hanGiven, born, phone, n)
			if n%2 == 0 {
				fmt.Fprintf(&b, "B%02d,%s %s,%s,%s,%d\n", n, given, family, born, phone, n)
			}
			n++
		}
	}
	for i, name := range []string{"ada ahrend", "bruno birkholt", "clara corven", "dario dahlow", "elena ebstein", "felix falkner", "greta grothe", "hanno hasselt", "ilse ilmer", "jonas jordt"} {
		fmt.Fprintf(&b, "C%02d,%s,19%02d-11-%02d,+44 7700 900%03d,c%d\n", i, name, 50+i, 1+i, 31*i, i)
	}
	path := fileOf(t, "two-scripts.csv", b.String())
	f := callJSON(t, "", "-a", path, "-entity", "person")
	require.NotNil(t, f.Metrics)
	require.NotNil(t, f.Metrics.Pairwise.F1)
	require.GreaterOrEqual(t, *f.Metrics.Pairwise.F1, .95)
	explained, problems, code := call("", "-a", path, "-entity", "person")
	require.Zero(t, code, problems)
	require.Regexp(t, `name +close`, explained, "the names meet, and not the rest alone")
}
