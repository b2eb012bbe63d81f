package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/refdata"
)

var update = flag.Bool("update", false, "write the golden files anew")

// call runs the program on a text as standard input.
func call(stdin string, args ...string) (out, problems string, code int) {
	var o, p bytes.Buffer
	code = run(args, strings.NewReader(stdin), &o, &p)
	return o.String(), p.String(), code
}

// well is what the program writes where nothing is wrong.
func well(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	out, problems, code := call(stdin, args...)
	require.Empty(t, problems)
	require.Zero(t, code)
	require.NotContains(t, out, "NaN")
	return out
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(string(want), got), "%s: run with -update if that is right", path)
}

func TestInvented(t *testing.T) {
	got := well(t, "")
	golden(t, "invented.txt", got)
	require.Equal(t, got, well(t, "", "-seed", "7"))
	require.NotEqual(t, got, well(t, "", "-seed", "8"))
}

// written reads what the program wrote as JSON.
func written(t *testing.T, stdin string, args ...string) *report {
	t.Helper()
	var r report
	decoder := json.NewDecoder(strings.NewReader(well(t, stdin, append(args, "-format", "json")...)))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&r))
	return &r
}

// The parts agree with each other: everybody is in one group of each.
func TestPartsAddUp(t *testing.T) {
	r := written(t, "")
	tiers, levels, warned, plays, clusters, cells := 0, 0, 0, 0, 0, 0.0
	for _, g := range r.Tiers.Groups {
		tiers += g.Customers
	}
	for _, g := range r.Ladder.Levels {
		levels += g.Members
		warned += g.Warned
	}
	for _, g := range r.Playbook.Rules {
		plays += g.Customers
	}
	for _, g := range r.Clusters.Groups {
		clusters += g.Customers
	}
	for _, g := range r.Matrix {
		cells += g.Customers.Num
	}
	require.Equal(t, []int{r.Customers, r.Customers, r.Customers, r.Customers}, []int{tiers, levels, plays, clusters})
	require.InDelta(t, float64(r.Customers), cells, 0)
	require.Equal(t, r.Segments[4].Members, r.Playbook.Rules[0].Customers, "the first rule is for a segment, so it has all its members")
	require.GreaterOrEqual(t, r.Ladder.Changes["warned"], warned)
	require.Empty(t, r.LeftOut)
	index := 0.0
	for _, m := range r.Seasons.Months {
		index += m.Index
	}
	require.InDelta(t, 12, index, 1e-9)
}

func reference(t *testing.T, name string) string {
	t.Helper()
	path, err := refdata.Path(name)
	if err != nil {
		t.Skip(err)
	}
	return path
}

// The figures that come with the orders of the R package rfm, to the digits they have.
func TestOrders(t *testing.T) {
	r := written(t, "", "-orders", reference(t, "data/rfm_orders/orders.csv"), "-date-col", "order_date", "-amount-col", "revenue")
	require.Equal(t, 995, r.Customers)
	require.Equal(t, 4906, r.Orders)
	require.Equal(t, "2006-12-31", r.AsOf)
	gini, ok := r.Concentration.RevenueGini.Value()
	require.True(t, ok)
	require.InDelta(t, .289603, gini, 5e-7)
	top, ok := r.Concentration.RevenueTop20.Value()
	require.True(t, ok)
	require.InDelta(t, .3562, top, 5e-5)
	counts := map[string]int{}
	for _, g := range r.Buyers {
		counts[g.Type] = g.Customers.N
	}
	require.Equal(t, map[string]int{"best": 261, "frequent": 279, "spender": 223, "uncertain": 232}, counts)
	require.InDelta(t, 358.2816575, r.Clusters.Within, 5e-8)
	var sizes []int
	for _, g := range r.Clusters.Groups {
		sizes = append(sizes, g.Customers)
	}
	require.Equal(t, []int{416, 275, 236, 68}, sizes)
	require.Nil(t, r.Matrix)
	require.Nil(t, r.Worth)
	require.Contains(t, r.LeftOut["seasons"], "zero over a whole cycle")
}

const small = "\ufeffamount,customer_id,date,note\n10,a,2024-01-31,x\n30,a,2024-03-01,\n-5,b,2024-02-01,\n"

func TestSmallFile(t *testing.T) {
	r := written(t, small, "-orders", "-")
	require.Equal(t, "standard input", r.Base)
	require.Equal(t, "2024-03-02", r.AsOf)
	require.Nil(t, r.Clusters)
	require.Contains(t, r.LeftOut["clusters"], "revenue")
	require.Contains(t, r.LeftOut["seasons"], "less than two cycles")
	require.Contains(t, well(t, small, "-orders", "-"), "Left out")

	zero := written(t, "customer_id,date,amount\na,2024-01-01,0\n", "-orders", "-")
	require.Equal(t, "customers spend nothing on average", zero.LeftOut["ladder"])
	require.Contains(t, well(t, "customer_id,date,amount\na,2024-01-01,0\n", "-orders", "-"), "Gini -")
}

func TestFilesRefused(t *testing.T) {
	const header = "customer_id,date,amount\na,2024-01-01,1\n"
	for text, message := range map[string]string{
		"":                           "the file is empty: want a header row and one order a row",
		header[:24]:                  "the file has a header and no rows",
		header + ",2024-01-01,1\n":   `row 3: customer_id "" is empty`,
		header + "b,2024-02-30,1\n":  `row 3: date "2024-02-30" is not a date like 2026-01-31, from 1900 to 2200`,
		header + "b,0001-01-01,1\n":  `row 3: date "0001-01-01" is not a date like 2026-01-31, from 1900 to 2200`,
		header + "b,2024-01-01,x\n":  `row 3: amount "x" is not a number such as 0.5`,
		header + "b,2024-01-01\n":    `row 3: 2 fields where the header has 3 (is the file truncated?)`,
		header + "b,\"2024-01-01,1":  "row 3: a quoted field is not closed, or text follows its closing quote",
		header + "\xff,2024-01-01,1": `row 3: customer_id "\xff" is not UTF-8`,
	} {
		out, problems, code := call(text, "-orders", "-")
		require.Equal(t, "segments: standard input: "+message+"\n", problems)
		require.Equal(t, 1, code)
		require.Empty(t, out)
	}
	for _, args := range [][]string{
		{"-orders", "-", "-date-col", "day"}, {"-orders", filepath.Join(t.TempDir(), "none.csv")}, {"-orders", t.TempDir()},
	} {
		out, problems, code := call(header, args...)
		require.Equal(t, 1, code)
		require.Empty(t, out)
		require.Contains(t, problems, "segments: ")
		require.Equal(t, 1, strings.Count(problems, "\n"))
	}
	_, problems, _ := call(header+"b,2024-01-01,NaN\n", "-orders", "-")
	require.Contains(t, problems, `amount "NaN"`)
	_, problems, _ = call(header+"b,2024-01-01,1e300\n", "-orders", "-")
	require.Contains(t, problems, `amount "1e300"`)
}

func TestFlagsRefused(t *testing.T) {
	for want, args := range map[string][]string{
		`unknown -format "html": want table or json`:              {"-format", "html"},
		`-orders is empty`:                                        {"-orders="},
		`-date-col needs -orders`:                                 {"-date-col", "day"},
		`unexpected argument "orders.csv"`:                        {"orders.csv"},
		`flag provided but not defined: -x`:                       {"-x"},
		`invalid value "-1" for flag -seed: parse error`:          {"-seed", "-1"},
		`invalid value "many\nlines" for flag -seed: parse error`: {"-seed", "many\nlines"},
	} {
		out, problems, code := call("", args...)
		require.Equal(t, 2, code)
		require.Empty(t, out)
		require.Equal(t, "segments: "+want+" (segments -h lists the flags)\n", problems)
	}
	out, problems, code := call("", "-h")
	require.Zero(t, code)
	require.Empty(t, problems)
	require.Contains(t, out, "Usage: segments")
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestOutputThatFails(t *testing.T) {
	var problems bytes.Buffer
	require.Equal(t, 1, run(nil, nil, full{}, &problems))
	require.Equal(t, "segments: file already closed\n", problems.String())
}
