package btyd_test

import (
	"testing"

	"github.com/rapport-crm/rapport/scoring/btyd"
	"github.com/stretchr/testify/require"
)

// The Pareto/NBD is the GGompertz/NBD without ageing, at the end of its range; the NBD
// is none of the models of regular purchases, not even where nobody leaves.
func TestWhatIsNested(t *testing.T) {
	summaries := cdnow(t)
	pareto, ageing := mustFit(t, btyd.ParetoNBD, summaries), mustFit(t, btyd.GGompertzNBD, summaries)
	test, err := btyd.CompareNested(pareto, ageing)
	require.NoError(t, err)
	require.Equal(t, 1, test.DF)
	require.True(t, test.AtBoundary)
	require.InDelta(t, 0, test.Statistic, 1e-6)
	_, err = btyd.CompareNested(mustFit(t, btyd.NBD, summaries), mustFit(t, btyd.BGCNBD(2), summaries))
	require.ErrorIs(t, err, btyd.ErrNotNested)
}
