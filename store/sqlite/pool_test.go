package sqlite_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/store/sqlite"
)

// TestConnectionsAreSetUpOnce: a connection is known by identity, and one that
// cannot be compared is set up each time instead of being taken for another.
func TestConnectionsAreSetUpOnce(t *testing.T) {
	type conn struct{ number int }
	type wrapper struct{ calls []string }
	a, b := &conn{1}, &conn{1}
	require.Equal(t, []bool{false, true, false, true, true}, sqlite.Meetings(a, a, b, a, b))
	require.Equal(t, []bool{false, false, false, true}, sqlite.Meetings(wrapper{calls: []string{"Exec"}}, wrapper{}, a, a))
	many := []any{a}
	for i := range 300 { // the memory of closed connections is bounded
		many = append(many, &conn{i})
	}
	require.NotContains(t, sqlite.Meetings(many...), true)
	require.False(t, sqlite.Meetings(append(many, a)...)[len(many)])
}
