package customer_test

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

func contactBy(channel customer.Channel, id, at string) customer.Interaction {
	draft := callDraft()
	draft.Key.ID, draft.Channel, draft.At = id, channel, day(at)
	i, err := customer.NewInteraction(draft)
	if err != nil {
		panic(err)
	}
	return i
}

func collect(t require.TestingT, events iter.Seq2[customer.Event, error]) []customer.Event {
	var all []customer.Event
	for e, err := range events {
		require.NoError(t, err)
		all = append(all, e)
	}
	return all
}

func keysOf(events []customer.Event) []string {
	var keys []string
	for _, e := range events {
		keys = append(keys, string(e.Kind)+":"+e.Key.ID)
	}
	return keys
}

// Requirement C4: five channels, one ordered timeline, and the view of each channel
// is that timeline cut down to it.
func TestOneTimelineOverFiveChannels(t *testing.T) {
	var events []customer.Event
	for _, i := range []customer.Interaction{
		contactBy(customer.ChannelShop, "1", "2024-03-01"), contactBy(customer.ChannelWeb, "2", "2024-01-01"),
		contactBy(customer.ChannelEmail, "3", "2024-02-01"), contactBy(customer.ChannelCallCentre, "4", "2024-05-01"),
		contactBy(customer.ChannelFax, "5", "2024-04-01"), contactBy(customer.ChannelWeb, "6", "2024-06-01"),
	} {
		events = append(events, i.Event())
	}
	sale := saleDraft()
	sale.At = day("2024-03-01")
	events = append(events, mustTransaction(t, sale).Event()) // in the shop, at the instant of interaction 1
	q := customer.TimelineQuery{Customer: "00004"}
	all := collect(t, q.Merge(q.Source(events[:3]), q.Source(events[3:])))
	require.Equal(t, []string{"interaction:2", "interaction:3", "interaction:1", "transaction:4711", "interaction:5", "interaction:4", "interaction:6"}, keysOf(all))

	for _, channel := range []customer.Channel{customer.ChannelShop, customer.ChannelWeb, customer.ChannelEmail, customer.ChannelCallCentre, customer.ChannelFax} {
		view := customer.TimelineQuery{Customer: "00004", Channels: []customer.Channel{channel}}
		want := slices.DeleteFunc(slices.Clone(all), func(e customer.Event) bool { return e.Channel != channel })
		require.Equal(t, keysOf(want), keysOf(collect(t, view.Merge(view.Source(events)))))
	}

	q.Descending = true
	back := collect(t, q.Merge(q.Source(events)))
	slices.Reverse(back)
	require.Equal(t, keysOf(all), keysOf(back))
	q = customer.TimelineQuery{Customer: "00004", Kinds: []customer.FileKind{customer.FileTransaction}}
	require.Equal(t, []string{"transaction:4711"}, keysOf(collect(t, q.Merge(q.Source(events)))))
	q = customer.TimelineQuery{Customer: "00004", Period: rapport.MustInterval("2024-02-01T00:00:00Z/2024-04-01T00:00:00Z")}
	require.Len(t, collect(t, q.Merge(q.Source(events))), 3)
	q = customer.TimelineQuery{Customer: "someone", Also: []rapport.ID{"00004"}}
	require.Len(t, collect(t, q.Merge(q.Source(events))), 7, "those of an id that was merged into the customer belong to it")
}

// drawEvents draws events of few instants and keys, so that ties happen; no two are
// the same event.
func drawEvents(r *rapid.T, label string) []customer.Event {
	return rapid.SliceOfNDistinct(rapid.Custom(func(r *rapid.T) customer.Event {
		return customer.Event{
			At: time.Unix(rapid.Int64Range(0, 5).Draw(r, "at"), 0).UTC(), Customer: rapport.ID(rapid.SampledFrom([]string{"a", "b"}).Draw(r, "customer")),
			Kind:    rapid.SampledFrom([]customer.FileKind{"case", "interaction"}).Draw(r, "kind"),
			Key:     customer.ExternalKey{System: drawText(r, "system", 0), ID: drawText(r, "id", 1)},
			Channel: rapid.SampledFrom([]customer.Channel{"", "web", "shop"}).Draw(r, "channel"),
		}
	}), 0, 12, func(e customer.Event) string { return fmt.Sprintf("%d %q %q", e.At.Unix(), e.Kind, e.Key) }).Draw(r, label)
}

// Pages put together are the whole timeline, whatever the sources and the limit; and
// what is added between two pages neither hides nor repeats an event.
func TestPagesAddUp(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		pool := drawEvents(r, "events")
		cut := rapid.IntRange(0, len(pool)).Draw(r, "there from the start")
		there, late := pool[:cut], pool[cut:]
		q := customer.TimelineQuery{
			Customer: "a", Descending: rapid.Bool().Draw(r, "descending"),
			Channels: rapid.SampledFrom([][]customer.Channel{nil, {"web"}, {"shop", "web"}}).Draw(r, "channels"),
			Period:   rapid.SampledFrom([]rapport.Interval{{}, rapport.MustInterval("1970-01-01T00:00:01Z/1970-01-01T00:00:04Z")}).Draw(r, "period"),
		}
		want := collect(r, q.Merge(q.Source(there)))
		for i := 1; i < len(want); i++ {
			require.NotZero(r, want[i-1].Compare(want[i]))
			require.Equal(r, q.Descending, want[i-1].Compare(want[i]) > 0)
		}
		split := rapid.IntRange(0, len(there)).Draw(r, "split")
		limit := rapid.IntRange(1, 4).Draw(r, "limit")
		var got []customer.Event
		var at customer.TimelineCursor
		present := there
		for {
			page, err := q.Page(at, limit, q.Source(present[:split]), q.Source(present[split:]), q.Source(present[:split]))
			require.NoError(r, err)
			got = append(got, page.Events...)
			if page.Next == "" {
				break
			}
			require.Len(r, page.Events, limit)
			at, present = page.Next, append(slices.Clone(present), late...)
			late = nil
		}
		for i := 1; i < len(got); i++ {
			require.Equal(r, q.Descending, got[i-1].Compare(got[i]) > 0, "no event twice")
		}
		for _, e := range want {
			require.True(r, slices.ContainsFunc(got, func(g customer.Event) bool { return g.Compare(e) == 0 }), "%v is lost", e)
		}
	})
}

func TestCursorRefusals(t *testing.T) {
	events := []customer.Event{contactBy("web", "1", "2024-01-01").Event(), contactBy("web", "2", "2024-01-02").Event()}
	q := customer.TimelineQuery{Customer: "00004", Channels: []customer.Channel{"web", "shop"}}
	page, err := q.Page("", 1, q.Source(events))
	require.NoError(t, err)
	require.NotEmpty(t, page.Next)
	reason := func(q customer.TimelineQuery, cursor customer.TimelineCursor) customer.CursorReason {
		_, err := q.Page(cursor, 1, q.Source(events))
		refused, ok := errors.AsType[*customer.CursorError](err)
		require.Truef(t, ok, "%v", err)
		return refused.Reason
	}
	for i := range len(page.Next) {
		for _, damaged := range []customer.TimelineCursor{page.Next[:i] + "-" + page.Next[i+1:], page.Next[:i], page.Next[:i] + "\n" + page.Next[i:]} {
			if damaged != "" && damaged != page.Next {
				require.Equal(t, customer.CursorDamaged, reason(q, damaged))
			}
		}
	}
	require.Equal(t, customer.CursorDamaged, reason(q, "née"))
	raw, err := base64.RawURLEncoding.DecodeString(string(page.Next))
	require.NoError(t, err)
	require.Equal(t, byte(1), raw[0])
	raw[0] = 2
	raw = binary.BigEndian.AppendUint32(raw[:len(raw)-4], crc32.ChecksumIEEE(raw[:len(raw)-4]))
	require.Equal(t, customer.CursorVersion, reason(q, customer.TimelineCursor(base64.RawURLEncoding.EncodeToString(raw))))

	same := q
	same.Channels = []customer.Channel{"shop", "web", "web"}
	same.Also = []rapport.ID{"merged"}
	next, err := same.Page(page.Next, 1, same.Source(events))
	require.NoError(t, err)
	require.Equal(t, []string{"interaction:2"}, keysOf(next.Events))
	for _, change := range []func(*customer.TimelineQuery){
		func(q *customer.TimelineQuery) { q.Customer = "00005" },
		func(q *customer.TimelineQuery) { q.Channels = nil },
		func(q *customer.TimelineQuery) { q.Channels, q.Kinds = nil, []customer.FileKind{"shop", "web"} },
		func(q *customer.TimelineQuery) { q.Period = since("2024-01-01") },
		func(q *customer.TimelineQuery) { q.Descending = true },
	} {
		other := q
		change(&other)
		require.Equal(t, customer.CursorOtherTimeline, reason(other, page.Next))
	}
}

func TestTimelineRefusals(t *testing.T) {
	early, late := contactBy("web", "1", "2024-01-01").Event(), contactBy("web", "2", "2024-01-02").Event()
	q := customer.TimelineQuery{Customer: "00004"}
	unsorted := func(yield func(customer.Event, error) bool) { _ = yield(late, nil) && yield(early, nil) }
	_, err := q.Page("", 0, q.Source(nil), unsorted)
	wrong, ok := errors.AsType[*customer.OrderError](err)
	require.True(t, ok)
	require.Equal(t, 1, wrong.Source)
	require.EqualError(t, err, `customer: source 1 of a timeline is out of order: interaction "pbx/1" at 2024-01-01T00:00:00Z comes after interaction "pbx/2" at 2024-01-02T00:00:00Z`)

	broken := errors.New("the line is dead")
	stored := func(yield func(customer.Interaction, error) bool) {
		_ = yield(contactBy("web", "1", "2024-01-01"), nil) && yield(customer.Interaction{}, broken)
	}
	for event, err := range customer.EventsOf(stored) {
		require.True(t, err != nil || event.Key.ID == "1")
	}
	_, err = q.Page("", 0, customer.EventsOf(stored))
	require.ErrorIs(t, err, broken)
	_, err = q.Page("", 0, func(yield func(customer.Event, error) bool) { yield(customer.Event{}, broken) })
	require.ErrorIs(t, err, broken)
	_, err = q.Page("", 0, q.Source([]customer.Event{{Kind: "case"}}))
	require.Equal(t, []string{"key.id: missing", "customer: missing", "at: missing"}, problemsOf(t, err))
	for _, limit := range []int{-1, customer.MaxTimelinePage + 1} {
		_, err = q.Page("", limit)
		require.Equal(t, []string{"limit: out-of-range"}, problemsOf(t, err))
	}
	bad := customer.TimelineQuery{Also: []rapport.ID{""}, Channels: []customer.Channel{""}, Kinds: []customer.FileKind{"\n"}}
	_, err = bad.Page("", 1)
	require.Equal(t, []string{"customer: missing", "also[0]: missing", "channels[0]: missing", "kinds[0]: control-character"}, problemsOf(t, err))
	for _, err := range bad.Merge() {
		require.Error(t, err)
	}
	page, err := q.Page("", 1)
	require.NoError(t, err)
	require.Zero(t, page)
}

// A loop that ends early releases its sources.
func TestTimelineReleasesItsSources(t *testing.T) {
	released := 0
	source := func(yield func(customer.Event, error) bool) {
		defer func() { released++ }()
		for i := range 10 {
			if !yield(contactBy("web", fmt.Sprint(i), fmt.Sprintf("2024-01-%02d", i+1)).Event(), nil) {
				return
			}
		}
	}
	q := customer.TimelineQuery{Customer: "00004"}
	for range q.Merge(source, source) {
		break
	}
	require.Equal(t, 2, released)
}

func BenchmarkTimelinePage(b *testing.B) {
	var events []customer.Event
	for i := range 1000 {
		draft := callDraft()
		draft.Key.ID, draft.At = fmt.Sprint(i), day("2024-01-01").Add(time.Duration(i*37%1000)*time.Hour)
		events = append(events, mustInteraction(b, draft).Event())
	}
	q := customer.TimelineQuery{Customer: "00004", Descending: true}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := q.Page("", 50, q.Source(events[:500]), q.Source(events[500:])); err != nil {
			b.Fatal(err)
		}
	}
}

// A blank id is an id: its record does not stop the timeline.
func TestTimelineTakesEveryID(t *testing.T) {
	need := customer.Need{ID: " ", Customer: "c1", Product: "TEA", Status: customer.NeedOpen, FollowUp: day("2024-03-01"), At: day("2024-03-01"), RecordedAt: day("2024-03-01")}
	require.NoError(t, need.Validate())
	second := need
	second.ID = "  "
	q := customer.TimelineQuery{Customer: "c1"}
	events := q.Source([]customer.Event{customer.EventOf(second), customer.EventOf(need)})
	page, err := q.Page("", 1, events)
	require.NoError(t, err)
	require.Equal(t, " ", page.Events[0].Key.ID)
	page, err = q.Page(page.Next, 1, events)
	require.NoError(t, err)
	require.Equal(t, "  ", page.Events[0].Key.ID)
}
