package identity

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// Numbers that no fit gives, and of which no weight can be made, are refused.
func TestUnmarshalRefusesNumbersWithoutAWeight(t *testing.T) {
	_, _, m := small(t)
	text, err := json.Marshal(m)
	require.NoError(t, err)
	depend := func(f *modelForm, share float64) { // the street on the birth
		c := &f.Comparisons[3]
		first := c.Other[0]
		c.Parent, c.Other = 2, nil
		for range levelNames(f.Fields[2].Kind) {
			c.Other = append(c.Other, slices.Clone(first))
		}
		c.Other[exact][exact] = share
	}
	var depends modelForm
	require.NoError(t, json.Unmarshal(text, &depends))
	depend(&depends, 0.5)
	_, err = depends.model()
	require.NoError(t, err)
	for name, spoil := range map[string]func(f *modelForm){
		"a share given an exact parent below 0": func(f *modelForm) { depend(f, -5) },
		"a share given an exact parent of 0":    func(f *modelForm) { depend(f, 0) },
		"the bits of other values":              func(f *modelForm) { f.Values[0].Rest = 1e308 },
		"the bits of a value":                   func(f *modelForm) { f.Values[0].Bits = map[string]float64{"ann": -1e300} },
		"a field in two exchanges": func(f *modelForm) {
			f.Exchanges = append(f.Exchanges, f.Exchanges[0])
			f.Comparisons = append(f.Comparisons, f.Comparisons[len(f.Comparisons)-1])
		},
	} {
		var f modelForm
		require.NoError(t, json.Unmarshal(text, &f))
		spoil(&f)
		spoiled, err := json.Marshal(f)
		require.NoError(t, err)
		var read Model
		var refused *ModelError
		require.ErrorAs(t, json.Unmarshal(spoiled, &read), &refused, name)
	}
}
