package identity

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The pairs are those that are found without ruling any out, bit for bit, whatever the
// least probability, and after labels changed the weights.
func TestBoundLosesNoPair(t *testing.T) {
	_, table, fitted := small(t)
	require.NotEmpty(t, fitted.exchanges)
	labelled, err := fitted.Calibrate([]Label{{Weight: 3}, {Weight: 4}, {Weight: 9, Match: true}})
	require.NoError(t, err)
	for _, model := range []*Model{fitted, labelled} {
		for _, least := range []float64{1e-9, 1e-3, .5, .99} {
			m := *model
			m.options.MinProbability = least
			got, err := m.Pairs(t.Context(), table, nil)
			require.NoError(t, err)
			b, err := m.blocks(table, nil)
			require.NoError(t, err)
			s, compare := m.scorer(b.j), newComparer(b.j, m.exchanges)
			want := make(map[[2]int]float64)
			for _, c := range b.chunks() {
				b.each(c, func(x, y int) {
					if weight := s.weight(x, compare.pattern(x, y)); weight >= logit2(least) {
						want[[2]int{x, y}] = weight
					}
				})
			}
			require.Len(t, got, len(want))
			for _, p := range got {
				require.Equal(t, want[[2]int{p.Left, p.Right}], p.Weight)
			}
		}
	}
}

// What bags call apart is different.
func TestBagsSpareOnlyDifferentValues(t *testing.T) {
	names := rapid.StringMatching(`[a-dé李]{1,7}( [a-dé李]{1,5}){0,2}`)
	phones := rapid.StringMatching(`\+?[0-9]{3,12}`)
	rapid.Check(t, func(t *rapid.T) {
		for _, kind := range []Kind{Name, Phone} {
			texts := names
			if kind == Phone {
				texts = phones
			}
			c := jointColumn{texts: []string{"", texts.Draw(t, "a"), texts.Draw(t, "b")}}
			c.finish(kind)
			if c.texts[1] != c.texts[2] && c.bags[1].apart(&c.bags[2], kind) {
				require.Equal(t, c.last, c.compare(1, 2), c.texts)
			}
		}
	})
}
