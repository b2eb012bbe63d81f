package pipeline_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// salt stands for what crypto/rand gives.
func salt(n int) (d pipeline.Digest) {
	d[0], d[1] = byte(n+1), byte(n>>8)
	return d
}

func chained(t require.TestingT, entries []pipeline.Entry) []pipeline.Entry {
	var chain []pipeline.Entry
	for i, e := range entries {
		e, err := e.Linked(pipeline.Head(chain), salt(i))
		require.NoError(t, err)
		chain = append(chain, e)
	}
	return chain
}

// story is a chain of some entries with all sorts of content.
func story(t testing.TB) []pipeline.Entry {
	m := sellingMachine(t)
	d, entries := readyDeal(t, m)
	at := morning.Add(time.Hour)
	add := func(next pipeline.Deal, e pipeline.Entry, err error) {
		require.NoError(t, err)
		e.RecordedAt = at.Add(time.Minute)
		d, entries = next, append(entries, e)
	}
	entries[0].RecordedAt, entries[1].RecordedAt = at, at
	add(d.Fire(m, "design", pipeline.Input{By: "li.wei", OnBehalfOf: "chen.yu", Note: "Ms Qian agrees", Request: "r1"}, at))
	add(d.Edit(m, pipeline.Input{By: "chen.yu"}, at, pipeline.SolveProblem{ID: "p1", Resolution: "asked Ms Qian"}))
	add(d.Pause(m, pipeline.Input{}, at))
	add(d.Set(m, pipeline.Values{pipeline.FieldOwner: pipeline.Text("chen.yu"), "visits": pipeline.Whole(2)}, pipeline.Input{}, at))
	add(d.Fire(m, "win", pipeline.Input{Books: euroBooks(t)}, at))
	return chained(t, entries)
}

func TestChainFindsEveryChange(t *testing.T) {
	chain := story(t)
	head := pipeline.Head(chain)
	require.NoError(t, pipeline.Verify(chain, head))
	require.NoError(t, pipeline.Verify(nil, pipeline.Digest{}))

	broken := func(want pipeline.ChainError, entries []pipeline.Entry) {
		t.Helper()
		got := new(*pipeline.ChainError)
		require.ErrorAs(t, pipeline.Verify(entries, head), got)
		require.Equal(t, want, **got)
	}
	// Any field of any entry: each is changed in the written form.
	for i := range chain {
		for name, e := range spoiled(t, chain[i]) {
			entries := slices.Clone(chain)
			entries[i] = e
			err := pipeline.Verify(entries, head)
			require.ErrorAs(t, err, new(*pipeline.ChainError), "entry %d: %s", i, name)
		}
	}
	broken(pipeline.ChainError{Index: 3, Seq: 5, Break: pipeline.BreakOrder}, slices.Delete(slices.Clone(chain), 3, 4))
	broken(pipeline.ChainError{Index: 0, Seq: 2, Break: pipeline.BreakOrder}, chain[1:])
	broken(pipeline.ChainError{Index: 3, Seq: 3, Break: pipeline.BreakOrder}, slices.Insert(slices.Clone(chain), 3, chain[2]))
	moved := slices.Clone(chain)
	moved[2], moved[3] = moved[3], moved[2]
	broken(pipeline.ChainError{Index: 2, Seq: 4, Break: pipeline.BreakOrder}, moved)
	bare := slices.Clone(chain)
	bare[4].Link = nil
	broken(pipeline.ChainError{Index: 4, Seq: 5, Break: pipeline.BreakUnlinked}, bare)

	// What was cut off the end, or written anew, only the head shows.
	require.NoError(t, pipeline.Verify(chain[:5], pipeline.Digest{}))
	broken(pipeline.ChainError{Index: 5, Seq: 6, Break: pipeline.BreakHead}, chain[:5])
	anew := slices.Clone(chain)
	for i := range anew {
		anew[i].Link = nil
	}
	anew[2].Note = "nobody agrees"
	anew = chained(t, anew)
	require.NoError(t, pipeline.Verify(anew, pipeline.Digest{}))
	broken(pipeline.ChainError{Index: 7, Seq: 8, Break: pipeline.BreakHead}, anew)

	_, err := chain[0].Linked(pipeline.Digest{}, salt(0))
	require.ErrorAs(t, err, new(*pipeline.EntryError))
}

// Chains that hosts keep must hold in later versions too: what is hashed does not change.
func TestChainIsKept(t *testing.T) {
	require.Equal(t, "4fe4163f9c2cd9c3b38e072c1e122020db94a86c548b07a0eabf5727b3ccb0b0", pipeline.Head(story(t)).String())
}

// spoiled returns entries of which each differs from e in one place of its JSON.
func spoiled(t require.TestingT, e pipeline.Entry) map[string]pipeline.Entry {
	variants := map[string]pipeline.Entry{}
	var tree map[string]any
	require.NoError(t, json.Unmarshal([]byte(written(t, e)), &tree))
	var visit func(path string, node any, set func(any))
	visit = func(path string, node any, set func(any)) {
		var others []any
		switch v := node.(type) {
		case map[string]any:
			for key := range v {
				visit(path+"/"+key, v[key], func(x any) { v[key] = x })
			}
			return
		case []any:
			for i := range v {
				visit(path+"/#", v[i], func(x any) { v[i] = x })
			}
			return
		case string:
			others = []any{v + "x", "2027-01-01T00:00:00Z", "open", "moved", "2027-01-01", "77", "commit", "77.00 CNY", "USD", strings.Repeat("e1", 32)}
		case float64:
			others = []any{v + 1}
		case bool:
			others = []any{!v}
		}
		for _, other := range others {
			set(other)
			var read pipeline.Entry
			if text, err := json.Marshal(tree); err == nil && json.Unmarshal(text, &read) == nil && written(t, read) != written(t, e) {
				variants[fmt.Sprint(path, " ", other)] = read
			}
		}
		set(node)
	}
	visit("", tree, nil)
	return variants
}

func TestErasure(t *testing.T) {
	m := sellingMachine(t)
	chain := story(t)
	h, err := pipeline.NewHistory(chain...)
	require.NoError(t, err)
	require.Equal(t, []string{"contact_person"}, m.PersonalFields())
	erased := h.Erased(pipeline.Erasure{Fields: m.PersonalFields(), People: []string{"chen.yu"}, Notes: true})
	require.NoError(t, pipeline.Verify(erased.Entries(), pipeline.Head(chain)))
	require.NoError(t, pipeline.Verify(h.Entries(), pipeline.Head(chain)), "the one before is as it was")
	text := written(t, erased.Entries())
	require.NotContains(t, text, "Qian")
	require.NotContains(t, text, "chen.yu")
	require.Contains(t, text, "li.wei")
	d, err := erased.Deal()
	require.NoError(t, err)
	require.Equal(t, "quiet pumps", d.Fields["need"].String())
	require.Empty(t, d.Fields["contact_person"])
	require.Empty(t, d.Owner)
	require.Equal(t, chain[6].Position(), d.Position)

	// A second person later, and nothing more.
	twice := erased.Erased(pipeline.Erasure{People: []string{"li.wei"}})
	require.NoError(t, pipeline.Verify(twice.Entries(), pipeline.Head(chain)))
	require.NotContains(t, written(t, twice.Entries()), "li.wei")
	require.Equal(t, written(t, twice.Entries()), written(t, twice.Erased(pipeline.Erasure{People: []string{"li.wei"}}).Entries()))
	for i, e := range twice.Entries() {
		for name, wrong := range spoiled(t, e) {
			entries := slices.Clone(twice.Entries())
			entries[i] = wrong
			require.Error(t, pipeline.Verify(entries, pipeline.Head(chain)), "entry %d: %s", i, name)
		}
	}
	// What was erased cannot be filled in again.
	filled := slices.Clone(twice.Entries())
	filled[2].Note = "Ms Qian refuses"
	require.ErrorAs(t, pipeline.Verify(filled, pipeline.Digest{}), new(*pipeline.ChainError))
	// Whose content is gone is known by the name of its request alone.
	now, err := twice.Deal()
	require.NoError(t, err)
	_, e, err := twice.Fire(m, &now, "design", pipeline.Input{Request: "r1"}, morning.AddDate(1, 0, 0), time.Time{})
	require.NoError(t, err)
	require.EqualValues(t, 3, e.Seq)
}

func TestChainHoldsThroughErasure(t *testing.T) {
	m := sellingMachine(t)
	books := euroBooks(t)
	rapid.Check(t, func(t *rapid.T) {
		d, e, err := m.OpenDeal(pipeline.Deal{ID: "d1", Owner: "王芳"}, pipeline.Input{By: "li.wei", Data: drawValues.Draw(t, "data")}, morning)
		require.NoError(t, err)
		entries := []pipeline.Entry{e}
		for range rapid.IntRange(0, 10).Draw(t, "steps") {
			next, e, err := step(t, m, books, &d, morning)
			if err == nil {
				d, entries = next, append(entries, e)
			}
		}
		chain := chained(t, entries)
		head := pipeline.Head(chain)
		h, err := pipeline.NewHistory(chain...)
		require.NoError(t, err)
		for range rapid.IntRange(1, 3).Draw(t, "erasures") {
			x := pipeline.Erasure{
				Fields: rapid.SliceOf(rapid.SampledFrom([]string{"need", "name", "visits", "customer", "amount", "owner"})).Draw(t, "fields"),
				People: rapid.SliceOf(drawPerson).Draw(t, "people"), Notes: rapid.Bool().Draw(t, "notes"),
			}
			h = h.Erased(x)
			require.NoError(t, pipeline.Verify(h.Entries(), head))
			_, err = h.Deal()
			require.NoError(t, err)
			var read []pipeline.Entry
			text := written(t, h.Entries())
			require.NoError(t, json.Unmarshal([]byte(text), &read))
			require.Equal(t, text, written(t, read))
			require.NoError(t, pipeline.Verify(read, head))
			h, err = pipeline.NewHistory(read...)
			require.NoError(t, err)
		}
		i := rapid.IntRange(0, len(chain)-1).Draw(t, "at")
		spoilt := slices.Clone(h.Entries())
		switch rapid.IntRange(0, 3).Draw(t, "tamper") {
		case 0:
			spoilt = slices.Delete(spoilt, i, i+1)
		case 1:
			spoilt = slices.Insert(spoilt, i, spoilt[i])
		case 2:
			spoilt[i].By += "x"
		case 3:
			spoilt[i].Amount = rapport.MustMoney("0.01 GBP")
		}
		require.ErrorAs(t, pipeline.Verify(spoilt, head), new(*pipeline.ChainError))
	})
}

func FuzzEntry(f *testing.F) {
	for _, e := range story(f) {
		text, err := json.Marshal(e)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add([]byte(`{"format":1,"seq":1,"record":"a","kind":"began","to":"s","cycle":1,"rate":"1e99999999"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var e pipeline.Entry
		if json.Unmarshal(text, &e) != nil {
			return
		}
		first, err := json.Marshal(e)
		require.NoError(t, err)
		var again pipeline.Entry
		require.NoError(t, json.Unmarshal(first, &again))
		second, err := json.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(first), string(second))
		_ = pipeline.Verify([]pipeline.Entry{e}, pipeline.Digest{}) // never panics
		if h, err := pipeline.NewHistory(e); err == nil {
			_, _ = h.Deal()
			h.Erased(pipeline.Erasure{Fields: []string{"name"}, People: []string{e.By}, Notes: true})
		}
		pipeline.Spells([]pipeline.Entry{e})
	})
}

func BenchmarkChain(b *testing.B) {
	chain := story(b)
	e := chain[2]
	e.Link = nil
	b.Run("link", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := e.Linked(chain[1].Link.Hash, salt(2)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("verify", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := pipeline.Verify(chain[:1], pipeline.Digest{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
