package segment_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment"
)

// The zero Concentration is that of nobody.
func TestZeroConcentration(t *testing.T) {
	var c segment.Concentration
	require.Equal(t, segment.WhalePoint{}, c.Peak())
	require.Equal(t, []segment.WhalePoint{{}}, c.Whale(5))
	require.Zero(t, c.Net())
	for _, of := range []func(segment.Share) (rapport.Ratio, error){c.Top, c.Bottom, c.FewestFor} {
		r, err := of(segment.Percent(20))
		require.NoError(t, err)
		require.Zero(t, r)
	}
	require.Equal(t, segment.LorenzEmpty, c.Lorenz().Verdict())
	_, err := new(segment.MatrixAssignment).Fixed()
	require.ErrorIs(t, err, segment.ErrNoCustomers)
}

// Messages give what was wanted, and no number that is none.
func TestMessagesOfLaddersAndMatrices(t *testing.T) {
	_, err := segment.NewLadder([]segment.Level{{Name: "a"}}, nil)
	require.EqualError(t, err, "segment: ladder: 1 levels: too few, want 2 to 64")
	_, err = segment.NewLadder([]segment.Level{{Name: "a"}, {Name: "a", Up: 10}}, nil)
	require.EqualError(t, err, "segment: ladder: level 1: name twice")
	_, err = new(segment.Matrix).Assign(nil)
	require.EqualError(t, err, "segment: matrix: not made by NewMatrix")
}
