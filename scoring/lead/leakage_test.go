package lead_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring/lead"
)

// Two hundred leads with honest columns, and one of each kind of leak.
func TestLeaksAreNamed(t *testing.T) {
	h := history(200, 2)
	random := numeric.Stream(9, 0)
	honest := func() []time.Time {
		var times []time.Time
		for _, at := range h.OutcomeAt {
			times = append(times, at.Add(-day))
		}
		return times
	}
	h.Observed = map[string][]time.Time{"a": honest(), "b": honest()}
	require.NoError(t, lead.CheckLeakage(h, nil))

	add := func(name string, number func(row int, came bool) float64, label func(row int, came bool) string) {
		c := lead.Column{Name: name}
		for row, came := range h.Outcomes {
			if number != nil {
				c.Numbers = append(c.Numbers, number(row, came))
			} else {
				c.Labels = append(c.Labels, label(row, came))
			}
		}
		h.Columns = append(h.Columns, c)
		h.Observed[name] = honest()
	}
	events := 0
	for _, came := range h.Outcomes {
		if came {
			events++
		}
	}
	noise := func(int, bool) float64 { return random.NormFloat64() }
	add("late", noise, nil)
	h.Observed["late"][3], h.Observed["late"][7] = h.OutcomeAt[3], h.OutcomeAt[7].Add(day)
	add("undated", noise, nil)
	h.Observed["undated"][5] = time.Time{}
	add("no times", noise, nil)
	delete(h.Observed, "no times")
	add("result", nil, func(_ int, came bool) string { return map[bool]string{true: "won", false: "lost"}[came] })
	add("lost because", nil, func(row int, came bool) string {
		if came {
			return ""
		}
		return fmt.Sprintf("reason %d", row%3)
	})
	add("invoice", func(row int, came bool) float64 {
		if came {
			return 1000 + random.Float64()
		}
		return float64(row % 80 * 12)
	}, nil)
	add("outer", func(row int, came bool) float64 { // the ends lose, the middle wins
		if came {
			return random.Float64()
		}
		return float64(row%2*3-1) + random.Float64()
	}, nil)
	add("company", nil, func(row int, _ bool) string { return fmt.Sprintf("company %d", row) }) // none is there twice
	add("strong", func(_ int, came bool) float64 {                                              // an honest one, area about .9
		x := random.NormFloat64()
		if came {
			x += 1.8
		}
		return x
	}, nil)

	err := lead.CheckLeakage(h, nil)
	var leakage *lead.LeakageError
	require.ErrorAs(t, err, &leakage)
	got := leakage.Leaks
	for i := range got {
		got[i].Value = math.Round(got[i].Value*10) / 10
	}
	require.Empty(t, cmp.Diff([]lead.Leak{
		{Column: "late", Kind: lead.LateValue, Rows: 2},
		{Column: "undated", Kind: lead.UndatedValue, Rows: 1},
		{Column: "no times", Kind: lead.UndatedValue, Rows: 200},
		{Column: "result", Kind: lead.SameAsOutcome, Rows: 200},
		{Column: "lost because", Kind: lead.ConstantWithinOutcome, Rows: 200},
		{Column: "invoice", Kind: lead.SuspectOrder, Rows: 200, Value: 1},
		{Column: "outer", Kind: lead.SuspectInformation, Rows: 200, Value: 5.6},
	}, got))
	require.Contains(t, err.Error(), `lead: leakage: column "late": late-value in 2 rows; column "undated": undated-value in 1 rows; `)
	require.Less(t, events, 150)

	require.ErrorAs(t, lead.CheckLeakage(h, &lead.LeakageOptions{AUC: 0.8}), &leakage)
	require.Equal(t, "strong", leakage.Leaks[len(leakage.Leaks)-1].Column)
	var option *lead.OptionError
	for _, o := range []lead.LeakageOptions{{AUC: 0.5}, {AUC: math.NaN()}, {IV: -1}} {
		require.ErrorAs(t, lead.CheckLeakage(h, &o), &option)
	}
	clear(h.Outcomes)
	require.ErrorIs(t, lead.CheckLeakage(h, nil), lead.ErrOneOutcome)
}
