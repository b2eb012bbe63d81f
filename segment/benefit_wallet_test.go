package segment_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/segment"
)

// What no redemption can have led to is refused.
func TestWalletsThatMakeNoSense(t *testing.T) {
	const text = `{"format":1,"credits":[{"id":"c","benefit":"ticket","branch":"A","at":"2024-01-01T00:00:00Z","until":"2024-07-01T00:00:00Z","quantity":2,"branches":["B"]}],` +
		`"redemptions":[{"id":"r","benefit":"ticket","branch":"B","at":"2024-01-02T00:00:00Z","price":{"amount":"9.00","currency":"CNY"},"off":{"amount":"1.00","currency":"CNY"},"credit":"c"}]}`
	var w segment.Wallet
	require.NoError(t, json.Unmarshal([]byte(text), &w))
	again, err := json.Marshal(w)
	require.NoError(t, err)
	require.Equal(t, text, string(again))
	for old, wrong := range map[string][2]string{
		`"r","benefit":"ticket"`:  {`"r","benefit":"upgrade"`, "another benefit"},
		`2024-01-02T00:00:00Z`:    {`2023-12-31T00:00:00Z`, "not there then"},
		`2024-07-01T00:00:00Z`:    {`2024-01-02T00:00:00Z`, "not there then"},
		`"branch":"B"`:            {`"branch":"A"`, "not good at this branch"},
		`"1.00"`:                  {`"9.01"`, "not from nothing to the price"},
		`1.00`:                    {`-1.00`, "not from nothing to the price"},
		`"1.00","currency":"CNY"`: {`"1","currency":"JPY"`, "not from nothing to the price"},
	} {
		changed := strings.Replace(text, old, wrong[0], 1)
		require.NotEqual(t, text, changed)
		err := json.Unmarshal([]byte(changed), &w)
		_, ok := errors.AsType[*segment.WalletError](err)
		require.True(t, ok, "%s: %v", wrong[0], err)
		require.ErrorContains(t, err, wrong[1])
		kept, err := json.Marshal(w)
		require.NoError(t, err)
		require.Equal(t, text, string(kept))
	}
}
