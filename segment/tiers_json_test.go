package segment_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/segment"
)

func TestTiersJSON(t *testing.T) {
	const want = `{"format":1,"whole":100,"tiers":[{"name":"VIP","parts":1},{"name":"major","parts":4},{"name":"ordinary","parts":15},{"name":"small","parts":80}],"ties":"by_id"}`
	text, err := json.Marshal(segment.DefaultTiers())
	require.NoError(t, err)
	require.Equal(t, want, string(text))
	var read segment.Tiers
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, segment.DefaultTiers(), &read)

	up, err := segment.NewTiers(1, []segment.Tier{{"all", 1}}, &segment.TierOptions{Ties: segment.TiesUp})
	require.NoError(t, err)
	text, err = json.Marshal(up)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, up, &read)
	require.Equal(t, "Ties(7)", segment.Ties(7).String())

	_, err = json.Marshal(&segment.Tiers{})
	require.ErrorContains(t, err, "no tiers")
}

func TestTiersJSONRefusals(t *testing.T) {
	kept := segment.DefaultTiers()
	for text, want := range map[string]string{
		`{"format":2,"new":1}`: "JSON has format 2, this version reads 1",
		`{"whole":1,"tiers":[{"name":"a","parts":1}],"ties":"up"}`:                        "tiers: JSON has no format, this version reads 1",
		`{"format":1,"whole":2,"tiers":[{"name":"a","parts":1}],"ties":"up"}`:             "do not sum",
		`{"format":1,"whole":1,"tiers":[{"name":"a","parts":1}],"ties":"down"}`:           "unknown rule for ties",
		`{"format":1,"whole":1,"tiers":[{"name":"a","parts":1}]}`:                         "unknown rule for ties",
		`{"format":1,"whole":1,"tiers":[{"name":"a","parts":1}],"ties":"up","more":true}`: "more",
		`[]`: "tiers",
	} {
		require.ErrorContains(t, kept.UnmarshalJSON([]byte(text)), want, text)
	}
	require.Equal(t, segment.DefaultTiers(), kept)
}
