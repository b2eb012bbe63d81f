package identity

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDebug(t *testing.T) {
	s := simulation{name: "persons rare duplicates", entities: 3000, duplicated: .02, errors: .1, missing: .05, family: .4}
	w := s.make(1)
	left, err := NewTable(w.schema, w.left, nil)
	require.NoError(t, err)
	m, err := Fit(t.Context(), left, nil, nil)
	require.NoError(t, err)
	show(t, m)
}
