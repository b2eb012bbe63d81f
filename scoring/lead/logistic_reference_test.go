package lead_test

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/refdata"
	"github.com/rapport-crm/rapport/scoring/lead"
)

// woeColumns reads the German credit data and replaces seven properties by the weights
// of evidence, ln(share of bads / share of goods), of the bins in its README.
func woeColumns(t *testing.T) (columns []lead.Column, bad []bool) {
	path, err := refdata.Path("data/german_credit/german_credit.csv")
	if err != nil {
		t.Skip(err)
	}
	rows, err := refdata.Rows(path)
	require.NoError(t, err)
	head, rows := rows[0], rows[1:]
	for _, row := range rows {
		bad = append(bad, row[slices.Index(head, "creditability")] == "bad")
	}
	cuts := func(at ...float64) func(string) int { // lower ≤ x < upper
		return func(text string) int {
			x, err := strconv.ParseFloat(text, 64)
			require.NoError(t, err)
			return len(at) - len(slices.DeleteFunc(slices.Clone(at), func(cut float64) bool { return cut <= x }))
		}
	}
	starts := func(groups ...[]string) func(string) int { // the last bin is the rest
		return func(text string) int {
			bin := slices.IndexFunc(groups, func(g []string) bool {
				return slices.ContainsFunc(g, func(start string) bool { return strings.HasPrefix(text, start) })
			})
			if bin < 0 {
				return len(groups)
			}
			return bin
		}
	}
	for _, v := range []struct {
		name string
		bin  func(string) int
	}{
		{"status.of.existing.checking.account", starts([]string{"... < 0", "0 <="}, []string{"... >= 200"})},
		{"duration.in.month", cuts(8, 16, 34, 44)},
		{"credit.amount", cuts(1400, 1800, 4000, 9200)},
		{"age.in.years", cuts(26, 28, 35, 37)},
		{"credit.history", starts([]string{"no credits", "all credits"}, []string{"existing"}, []string{"delay"})},
		{"savings.account.and.bonds", starts([]string{"... < 100"}, []string{"100 <="})},
		{"purpose", starts([]string{"retraining", "car (used)"}, []string{"radio"})},
	} {
		var count [9][2]float64
		bins := make([]int, len(rows))
		for i, row := range rows {
			bins[i] = v.bin(row[slices.Index(head, v.name)])
			count[bins[i]][0]++
			if bad[i] {
				count[bins[i]][1]++
			}
		}
		column := lead.Column{Name: v.name}
		for _, b := range bins {
			column.Numbers = append(column.Numbers, math.Log(count[b][1]/300/((count[b][0]-count[b][1])/700)))
		}
		columns = append(columns, column)
	}
	return columns, bad
}

// The regression of R (scorecard 0.4.4 and glm) on the German credit data. Standard
// errors, and DeLong's from all pairs, were made in Python: Newton's method with 30
// digits (mpmath) and the structural components by definition.
func TestLogisticAgainstR(t *testing.T) {
	columns, bad := woeColumns(t)
	m, err := lead.FitLogistic(columns, bad, nil)
	require.NoError(t, err)
	require.InDelta(t, -.84648971, m.Intercept().Estimate.Value, 1e-8)
	require.InEpsilon(t, 0.081928075548492, m.Intercept().Estimate.SE, 1e-10)
	for j, se := range []float64{0.10584247394603, 0.16472992819103, 0.20294593777807, 0.22543143402623,
		0.15173985028095, 0.19607308344077, 0.21112382257102} {
		require.InEpsilon(t, se, m.Coefficients()[j].Estimate.SE, 1e-10)
	}
	for j, want := range []float64{.76965430, .75893216, .77459851, .78670469, .75763912, .76690445, 1.00056169} {
		c := m.Coefficients()[j]
		require.InDelta(t, want, c.Estimate.Value, 1e-8, c.Name)
		require.Less(t, c.P, 0.001, c.Name)
	}
	p, err := m.Probabilities(columns)
	require.NoError(t, err)
	sample := lead.Sample{Scores: p, Outcomes: bad}
	auc, err := sample.AUC(0.95)
	require.NoError(t, err)
	require.InDelta(t, .8092119, auc.Value, 5e-8)
	require.InEpsilon(t, 0.014185177343798955, auc.SE, 1e-12)
	require.InEpsilon(t, 0.7814094680537446, auc.Low, 1e-12)
	require.InEpsilon(t, 0.8370143414700636, auc.High, 1e-12)
	ks, err := sample.KS()
	require.NoError(t, err)
	require.InDelta(t, .4866667, ks.Value, 5e-8)
	loss, err := sample.LogLoss(0.95)
	require.NoError(t, err)
	require.InDelta(t, .4776368, loss.Value, 5e-8)
	require.InEpsilon(t, 2000*loss.Value, m.Summary().Deviance(), 1e-12)
	brier, err := sample.Brier(0.95)
	require.NoError(t, err)
	require.InDelta(t, .3981511, math.Sqrt(brier.Value), 5e-8)
}
