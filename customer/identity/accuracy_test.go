package identity

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/refdata"
)

func readCSV(t testing.TB, name string) (head []string, rows [][]string) {
	path, err := refdata.Path(name)
	if err != nil {
		t.Skip(err)
	}
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	for _, row := range all {
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
	}
	return all[0], all[1:]
}

func febrlSchema() Schema {
	return Schema{Fields: []Field{{"given_name", Name}, {"surname", Name}, {"street_number", Code}, {"address_1", Address},
		{"address_2", Address}, {"suburb", Name}, {"postcode", Code}, {"state", Code}, {"date_of_birth", Date}, {"soc_sec_id", Code}}}
}

func febrl(t testing.TB, name string) ([]Record, []string) {
	_, rows := readCSV(t, "data/febrl4/"+name)
	var list []Record
	var truth []string
	for _, r := range rows {
		list = append(list, Record{ID: rapport.ID(r[0]), Values: r[1:]})
		truth = append(truth, strings.Split(r[0], "-")[1])
	}
	return list, truth
}

func f1(pairs []Pair, a, b []string, total float64) (p, r, f, stated float64) {
	hit := 0.0
	for _, q := range pairs {
		stated += q.Probability
		if a[q.Left] == b[q.Right] {
			hit++
		}
	}
	n := float64(len(pairs))
	return hit / n, hit / total, 2 * hit / (n + total), stated / n
}

func TestFebrl4(t *testing.T) {
	a, ta := febrl(t, "dataset4a.csv")
	b, tb := febrl(t, "dataset4b.csv")
	start := time.Now()
	left, err := NewTable(febrlSchema(), a, nil)
	require.NoError(t, err)
	right, err := NewTable(febrlSchema(), b, nil)
	require.NoError(t, err)
	t.Log("tables", time.Since(start))
	m, err := Fit(t.Context(), left, right, nil)
	require.NoError(t, err)
	t.Log("fit", time.Since(start))
	pairs, err := m.Pairs(t.Context(), left, right)
	require.NoError(t, err)
	t.Log("pairs", time.Since(start))
	show(t, m)
	p, r, f, s := f1(pairs, ta, tb, 5000)
	t.Logf("precision %.5f recall %.5f F1 %.5f stated %.5f", p, r, f, s)
	all := *m
	all.options.MinProbability = 1e-9
	low, _ := all.Pairs(t.Context(), left, right)
	p, r, f, s = f1(low, ta, tb, 5000)
	t.Logf("all candidates %d: recall %.5f", len(low), r)
	if os.Getenv("SHOW") != "" {
		hit := map[int]bool{}
		for _, q := range low {
			if ta[q.Left] == tb[q.Right] {
				hit[q.Left] = true
			}
			if (ta[q.Left] == tb[q.Right]) != (q.Probability >= .5) {
				t.Logf("%v %.2f\n%q\n%q", ta[q.Left] == tb[q.Right], q.Weight, a[q.Left].Values, b[q.Right].Values)
			}
		}
	}
}

func show(t *testing.T, m *Model) {
	r := m.report
	t.Logf("%d records %.0f pairs %.0f candidates %.1f matches %d iterations %v exchanges %v", r.Records, r.Pairs, r.Candidates, r.Matches, r.Iterations, r.Converged, m.exchanges)
	for _, x := range r.Rules {
		t.Logf("%+v", x)
	}
	p := m.parameters
	for c := range p.m {
		name := "exchange"
		if c < len(m.schema.Fields) {
			name = m.schema.Fields[c].Name
		}
		t.Logf("%s parent %d\n  m %.4f\n  r %.4f\n  u %.6f", name, p.parent[c], p.m[c], p.r[c], p.u[c][0])
	}
}

func TestFake1000(t *testing.T) {
	_, rows := readCSV(t, "data/fake1000/fake_1000.csv")
	schema := Schema{Fields: []Field{{"first_name", Name}, {"surname", Name}, {"dob", Date}, {"city", Name}, {"email", Email}}}
	var list []Record
	var truth []string
	for _, r := range rows {
		list = append(list, Record{ID: rapport.ID(r[0]), Values: r[1:6]})
		truth = append(truth, r[6])
	}
	start := time.Now()
	table, err := NewTable(schema, list, nil)
	require.NoError(t, err)
	m, err := Fit(t.Context(), table, nil, nil)
	require.NoError(t, err)
	pairs, err := m.Pairs(t.Context(), table, nil)
	require.NoError(t, err)
	t.Log(time.Since(start))
	show(t, m)
	p, r, f, s := f1(pairs, truth, truth, 2975)
	t.Logf("precision %.5f recall %.5f F1 %.5f stated %.5f", p, r, f, s)
	closed := closure(len(list), pairs)
	for _, d := range []float64{0, .1, .2, .3, .5} {
		c, err := Clusters(len(list), pairs, &ClusterOptions{Density: d})
		require.NoError(t, err)
		q, err := EntityTruth(truth, nil).OfClusters(c)
		require.NoError(t, err)
		f, _ := q.F1()
		t.Log(d, f, q)
	}
	p, r, f, _ = f1(closed, truth, truth, 2975)
	t.Logf("clustered precision %.5f recall %.5f F1 %.5f", p, r, f)
	if os.Getenv("SHOW") != "" {
		for _, q := range pairs {
			if truth[q.Left] != truth[q.Right] {
				ex, _ := m.Explain(list[q.Left], list[q.Right])
				t.Logf("%.2f %.2f\n%q\n%q\n%s", q.Weight, ex.Weight, list[q.Left].Values, list[q.Right].Values, ex.Contributions)
			}
		}
	}
}

func closure(n int, pairs []Pair) []Pair {
	root := make([]int, n)
	for i := range root {
		root[i] = i
	}
	var find func(i int) int
	find = func(i int) int {
		if root[i] != i {
			root[i] = find(root[i])
		}
		return root[i]
	}
	for _, p := range pairs {
		root[find(p.Right)] = find(p.Left)
	}
	var out []Pair
	for i := range n {
		for k := i + 1; k < n; k++ {
			if find(i) == find(k) {
				out = append(out, Pair{Left: i, Right: k})
			}
		}
	}
	return out
}
