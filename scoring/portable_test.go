package scoring_test

import (
	"encoding/binary"
	"hash/crc32"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// smallLog has every kind of row.
func smallLog() ([]scoring.Purchase, scoring.Window) {
	rows := []scoring.Purchase{
		row("an-lan", "2025-01-06", 120_00), row("an-lan", "2025-01-20", 80_00), row("an-lan", "2025-01-20", 20_00),
		row("an-lan", "2025-02-03", 60_00), row("an-lan", "2025-02-05", -5_00), row("an-lan", "2025-04-02", 60_00),
		row("bo-yun", "2025-03-17", 45_00), row("chen-li", "2025-02-07", -30_00), row("chen-li", "2025-04-07", 30_00),
		row("dai-wen", "2025-02-07", -30_00), row("dai-wen", "2025-02-08", 0),
	}
	return rows, scoring.Window{Unit: rapport.Week, Until: day("2025-03-31"), Currency: rapport.CNY, Returns: scoring.NetReturns, Zeros: scoring.SkipZeros, Holdout: 2}
}

// What version 1 looks like must not change: the file of this log was written when
// the format was made.
func TestPortableFormIsReadForEver(t *testing.T) {
	rows, w := smallLog()
	s, err := scoring.Summarize(t.Context(), stream(rows), w)
	require.NoError(t, err)
	data, err := s.MarshalBinary()
	require.NoError(t, err)
	want, err := os.ReadFile("testdata/summaries-1.bin")
	require.NoError(t, err)
	require.Equal(t, want, data)
	back := new(scoring.Summaries)
	require.NoError(t, back.UnmarshalBinary(want))
	require.Equal(t, outcomeOf(s), outcomeOf(back))
	require.Equal(t, "CNY", func() string { m, err := back.RevenueMoney(); require.NoError(t, err); return m.Currency().String() }())
}

func TestPortableFormOfOwnStatistics(t *testing.T) {
	ids := []rapport.ID{"b", "a", "客户"}
	values := []scoring.Summary{{X: 1, TX: 2.5, T: 3, Spend: -4, SumLogInterval: math.Log(2)}, {T: 5}, {X: 70, TX: 1e-3, T: 1e9, Spend: 1e-300}}
	s, err := scoring.NewSummaries(rapport.Month, ids, values)
	require.NoError(t, err)
	portable(t, s)
}

// Where clocks skip midnight the date begins at one, and its offset is the new one.
func TestPortableFormKeepsUntil(t *testing.T) {
	for zone, at := range map[string]string{"America/Sao_Paulo": "2017-10-15", "Asia/Shanghai": "2025-01-10", "America/St_Johns": "2010-11-07", "UTC": "1969-01-01", "Africa/Monrovia": "1950-05-05"} {
		w := scoring.Window{Unit: rapport.Day, Location: location(t, zone)}
		w.Until = day(at).Add(12 * time.Hour)
		s, err := scoring.Summarize(t.Context(), stream([]scoring.Purchase{row("a", "1930-01-01", 100)}), w)
		require.NoError(t, err)
		back := portable(t, s)
		require.True(t, s.Until().Equal(back.Until()), zone)
		w.Until = w.Until.AddDate(1, 0, 0)
		got, err := scoring.Extend(t.Context(), back, nil, w)
		require.NoError(t, err, zone)
		want, err := scoring.Extend(t.Context(), s, nil, w)
		require.NoError(t, err)
		require.Equal(t, outcomeOf(want), outcomeOf(got))
	}
}

func TestPortableFormRefuses(t *testing.T) {
	rows, w := smallLog()
	s, err := scoring.Summarize(t.Context(), stream(rows), w)
	require.NoError(t, err)
	data, err := s.MarshalBinary()
	require.NoError(t, err)
	for _, bad := range [][]byte{nil, []byte("rapport/summaries 2\nabcd"), []byte("{}"), data[:len(data)-1], data[:30], append(data[:len(data):len(data)], 0)} {
		require.ErrorIs(t, new(scoring.Summaries).UnmarshalBinary(bad), scoring.ErrFormat, "%q", bad)
	}
	require.ErrorContains(t, new(scoring.Summaries).UnmarshalBinary([]byte("rapport/summaries 2\nabcd")), "summaries 2")
	// Every changed byte is noticed; without the checksum none makes it panic.
	for i := range data {
		bad := append([]byte(nil), data...)
		bad[i] ^= 1
		require.ErrorIs(t, new(scoring.Summaries).UnmarshalBinary(bad), scoring.ErrFormat, "byte %d", i)
	}
	_, err = new(scoring.Summaries).MarshalBinary()
	require.ErrorIs(t, err, scoring.ErrNoPurchases)
	_, err = (*scoring.Summaries)(nil).MarshalBinary()
	require.ErrorIs(t, err, scoring.ErrNoPurchases)
}

// Whatever is read is written again byte for byte, and can be extended.
func FuzzUnmarshalSummaries(f *testing.F) {
	rows, w := smallLog()
	s, err := scoring.Summarize(f.Context(), stream(rows), w)
	require.NoError(f, err)
	data, err := s.MarshalBinary()
	require.NoError(f, err)
	f.Add(data[:len(data)-4])
	plain, err := scoring.NewSummaries(rapport.Day, []rapport.ID{"a", "ab"}, []scoring.Summary{{T: 5}, {X: 2, TX: .5, T: 1, Spend: 3}})
	require.NoError(f, err)
	data, err = plain.MarshalBinary()
	require.NoError(f, err)
	f.Add(data[:len(data)-4])
	f.Fuzz(func(t *testing.T, body []byte) {
		data := binary.LittleEndian.AppendUint32(body[:len(body):len(body)], crc32.ChecksumIEEE(body))
		s := new(scoring.Summaries)
		if err := s.UnmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, scoring.ErrFormat)
			require.False(t, strings.HasPrefix(err.Error(), "scoring: scoring:"))
			return
		}
		again, err := s.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, data, again)
		for _, v := range s.All() {
			require.False(t, math.IsNaN(v.TX+v.T+v.Spend+v.SumLogInterval))
			require.GreaterOrEqual(t, v.T, v.TX)
		}
		_, _ = scoring.Extend(t.Context(), s, nil, scoring.Window{Unit: s.Unit()})
	})
}
