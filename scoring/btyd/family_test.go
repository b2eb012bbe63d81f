package btyd_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

func TestFamiliesAreFoundByName(t *testing.T) {
	for _, f := range btyd.Families() {
		require.True(t, f.IsValid())
		back, err := btyd.ParseFamily(f.String())
		require.NoError(t, err)
		require.Equal(t, f, back)
		require.NotEmpty(t, f.Parameters())
	}
	for _, name := range []string{"", "bg/nbd", "BGNBD"} {
		_, err := btyd.ParseFamily(name)
		require.ErrorIs(t, err, btyd.ErrUnknownFamily, name)
	}
	require.False(t, btyd.Family(0).IsValid())
	require.Empty(t, btyd.Family(7).String())
	var input *btyd.InputError
	_, err := btyd.New(0, rapport.Week, 1)
	require.ErrorAs(t, err, &input)
	_, err = btyd.New(btyd.BGNBD, rapport.Week, 1, 2, 3)
	require.ErrorAs(t, err, &input)
	_, err = btyd.Fit(t.Context(), 0, nil, nil)
	require.ErrorAs(t, err, &input)
}

// One customer with weight 3 is three customers, and what is merged is what came in.
func TestWeightsAreCustomers(t *testing.T) {
	summaries := cdnowLike(true).customers(t, 400, 51)
	var once, thrice []scoring.Summary
	var rows, light []btyd.Row
	for _, s := range summaries.All() {
		once, thrice = append(once, s), append(thrice, s, s, s)
		rows, light = append(rows, btyd.Row{Summary: s, Customers: 3}), append(light, btyd.Row{Summary: s, Customers: .25})
	}
	want, err := btyd.FitBGNBD(t.Context(), summariesOf(t, thrice), nil)
	require.NoError(t, err)
	weighted, err := btyd.NewRows(rapport.Week, rows)
	require.NoError(t, err)
	parts, err := btyd.MergeRows(btyd.Compress(summariesOf(t, once)), nil, btyd.Compress(summariesOf(t, once)), btyd.Compress(summariesOf(t, once)))
	require.NoError(t, err)
	quarters, err := btyd.NewRows(rapport.Week, light)
	require.NoError(t, err)
	for name, r := range map[string]*btyd.Rows{"weights": weighted, "merged": parts} {
		got, err := btyd.Fit(t.Context(), btyd.BGNBD, r, nil)
		require.NoError(t, err)
		require.Equal(t, 1200, r.Customers(), name)
		require.InDelta(t, want.Report().LogLikelihood, got.Report().LogLikelihood, 1e-8, name)
		for i, p := range got.Parameters() {
			within(t, name+" "+p.Name, p.Value, want.Parameters()[i].Value, 1e-7)
			within(t, name+" standard error of "+p.Name, p.SE, want.Parameters()[i].SE, 1e-7)
		}
	}
	got, err := btyd.Fit(t.Context(), btyd.BGNBD, quarters, nil)
	require.NoError(t, err)
	within(t, "log-likelihood of quarters", got.Report().LogLikelihood, want.Report().LogLikelihood/12, 1e-9)

	var input *btyd.InputError
	for _, bad := range []btyd.Row{{Customers: 0}, {Customers: -1}, {Customers: inf}, {Summary: scoring.Summary{X: 1}, Customers: 1}} {
		_, err := btyd.NewRows(rapport.Week, []btyd.Row{{Summary: scoring.Summary{T: 1}, Customers: 1}, bad})
		require.ErrorAs(t, err, &input)
		require.ErrorContains(t, err, "row 1")
	}
	daily, err := btyd.NewRows(rapport.Day, rows)
	require.NoError(t, err)
	_, err = btyd.MergeRows(weighted, daily)
	require.ErrorIs(t, err, btyd.ErrUnitMismatch)
}
