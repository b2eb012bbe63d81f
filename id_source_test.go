package rapport_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
)

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	raw, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	require.NoError(t, err)
	return raw
}

// The example value of RFC 9562, appendix A.6: Tuesday, February 22, 2022
// 2:22:22.00 PM GMT-05:00, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F.
func TestUUIDv7IsThatOfTheStandard(t *testing.T) {
	source, err := rapport.NewUUIDv7(bytes.NewReader(unhex(t, "0CC3 18C4DC0C0C07398F")))
	require.NoError(t, err)
	id, err := source.NewID(time.UnixMilli(0x017F22E279B0))
	require.NoError(t, err)
	require.Equal(t, rapport.ID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"), id)
}

func TestUUIDv7WithinAMillisecond(t *testing.T) {
	at := time.UnixMilli(0x017F22E279B0)
	for _, test := range []struct {
		name, random string
		times        []time.Time
		want         []rapport.ID
	}{
		{
			"the random part grows by the step and one", "0CC3 18C4DC0C0C07398F  00000000  00000001",
			[]time.Time{at, at, at},
			[]rapport.ID{
				"017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
				"017f22e2-79b0-7cc3-98c4-dc0c0c073990",
				"017f22e2-79b0-7cc3-98c4-dc0c0c073992",
			},
		}, {
			"time going backwards keeps the later time", "0CC3 18C4DC0C0C07398F  00000000",
			[]time.Time{at, at.Add(-time.Hour)},
			[]rapport.ID{"017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c073990"},
		}, {
			"the low part carries into the high part", "0CC3 FFFFFFFFFFFFFFFF  00000000",
			[]time.Time{at, at},
			[]rapport.ID{"017f22e2-79b0-7cc3-bfff-ffffffffffff", "017f22e2-79b0-7cc4-8000-000000000000"},
		}, {
			"a full random part advances the millisecond", "FFFF FFFFFFFFFFFFFFFF  00000000  0001 0000000000000002",
			[]time.Time{at, at},
			[]rapport.ID{"017f22e2-79b0-7fff-bfff-ffffffffffff", "017f22e2-79b1-7001-8000-000000000002"},
		}, {
			"a later time draws anew", "0CC3 18C4DC0C0C07398F  0000 0000000000000000",
			[]time.Time{at, at.Add(time.Millisecond)},
			[]rapport.ID{"017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "017f22e2-79b1-7000-8000-000000000000"},
		}, {
			"the ends of time", "0000 0000000000000000  FFFF FFFFFFFFFFFFFFFF",
			[]time.Time{time.UnixMilli(0), time.UnixMilli(1<<48 - 1)},
			[]rapport.ID{"00000000-0000-7000-8000-000000000000", "ffffffff-ffff-7fff-bfff-ffffffffffff"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			source, err := rapport.NewUUIDv7(bytes.NewReader(unhex(t, test.random)))
			require.NoError(t, err)
			for i, at := range test.times {
				id, err := source.NewID(at)
				require.NoError(t, err)
				require.Equal(t, test.want[i], id, "id %d", i)
			}
		})
	}
}

func TestUUIDv7Refuses(t *testing.T) {
	_, err := rapport.NewUUIDv7(nil)
	require.ErrorIs(t, err, rapport.ErrNoRandom)

	at := time.UnixMilli(0x017F22E279B0)
	source, err := rapport.NewUUIDv7(bytes.NewReader(unhex(t, "0CC3 18C4DC0C0C07398F 00")))
	require.NoError(t, err)
	for _, bad := range []time.Time{
		{}, time.UnixMilli(-1), time.UnixMilli(1 << 48), time.Unix(1<<60, 0), time.Unix(-1<<60, 0),
	} {
		_, err := source.NewID(bad)
		require.ErrorIs(t, err, rapport.ErrIDTime, "time %v", bad)
	}
	_, err = source.NewID(at)
	require.NoError(t, err)
	_, err = source.NewID(at)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF, "the reader ends inside a step")
	_, err = source.NewID(at)
	require.ErrorIs(t, err, io.EOF)

	full, err := rapport.NewUUIDv7(bytes.NewReader(bytes.Repeat([]byte{0xff}, 100)))
	require.NoError(t, err)
	_, err = full.NewID(time.UnixMilli(1<<48 - 1))
	require.NoError(t, err)
	_, err = full.NewID(time.UnixMilli(1<<48 - 1))
	require.ErrorIs(t, err, rapport.ErrIDTime, "no room after the last millisecond")
}

type flakyReader struct {
	fail bool
	from io.Reader
}

func (f *flakyReader) Read(p []byte) (int, error) {
	if f.fail {
		return 0, errors.New("no entropy")
	}
	return f.from.Read(p)
}

func TestUUIDv7AfterAReaderFailed(t *testing.T) {
	reader := &flakyReader{from: rand.NewChaCha8([32]byte{1})}
	source, err := rapport.NewUUIDv7(reader)
	require.NoError(t, err)
	at := time.UnixMilli(1_700_000_000_000)
	first, err := source.NewID(at)
	require.NoError(t, err)
	reader.fail = true
	_, err = source.NewID(at)
	require.ErrorContains(t, err, "no entropy")
	reader.fail = false
	second, err := source.NewID(at)
	require.NoError(t, err)
	require.Less(t, first, second)
}

// Whatever the clock does, ids ascend and carry version, variant and a time that
// is not before the one asked for.
func TestUUIDv7Ascends(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		source, err := rapport.NewUUIDv7(rand.NewChaCha8([32]byte{byte(rapid.IntRange(0, 255).Draw(t, "seed"))}))
		require.NoError(t, err)
		last := rapport.ID("")
		for _, ms := range rapid.SliceOf(rapid.Int64Range(0, 1<<48-1000)).Draw(t, "times") {
			id, err := source.NewID(time.UnixMilli(ms))
			require.NoError(t, err)
			require.NoError(t, id.Validate())
			require.Less(t, last, id)
			require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, string(id))
			asked := hex.EncodeToString([]byte{byte(ms >> 40), byte(ms >> 32), byte(ms >> 24), byte(ms >> 16), byte(ms >> 8), byte(ms)})
			require.LessOrEqual(t, asked, string(id[:8]+id[9:13]))
			last = id
		}
	})
}

func TestSourcesAreSafeForConcurrentUse(t *testing.T) {
	uuids, err := rapport.NewUUIDv7(rand.NewChaCha8([32]byte{2}))
	require.NoError(t, err)
	for _, source := range []rapport.IDSource{uuids, rapport.NewSequential("t-")} {
		const workers, each = 8, 200
		ids := make([][]rapport.ID, workers)
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() {
				for range each {
					id, err := source.NewID(time.UnixMilli(1_700_000_000_000))
					if err != nil {
						t.Errorf("%T: %v", source, err)
						return
					}
					ids[w] = append(ids[w], id)
				}
			})
		}
		wg.Wait()
		seen := map[rapport.ID]bool{}
		for _, own := range ids {
			for i, id := range own {
				require.False(t, seen[id], "%T made %s twice", source, id)
				seen[id] = true
				require.True(t, i == 0 || own[i-1] < id, "%T: %s after %s", source, id, own[max(i-1, 0)])
			}
		}
		require.Len(t, seen, workers*each)
	}
}

func TestSequential(t *testing.T) {
	source := rapport.NewSequential("c-")
	for _, want := range []rapport.ID{"c-000000001", "c-000000002", "c-000000003"} {
		id, err := source.NewID(time.Time{})
		require.NoError(t, err)
		require.Equal(t, want, id)
	}
	var refused *rapport.IDError
	_, err := rapport.NewSequential("a\n").NewID(time.Time{})
	require.ErrorAs(t, err, &refused)
	_, err = rapport.NewSequential(strings.Repeat("p", 120)).NewID(time.Time{})
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "too long", refused.Reason)
}
