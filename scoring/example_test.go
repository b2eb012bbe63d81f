package scoring_test

import (
	"context"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// Six rows, three customers, weeks, calibration to Monday 31 March 2025.
//
// An Lan bought on 6 January, on 20 January (twice, which is one date of 100
// yuan) and on 3 February. So x is 2, recency 28 days or 4 weeks, age 84 days or
// 12 weeks, and the mean spend of the repeat dates (100 + 60) / 2 = 80 yuan. The
// two intervals are 2 weeks each: 2 ln 2 = 1.386. Bo Yun bought once, 14 days
// before the end. Chen Li came after it: counted, not scored.
func ExampleSummarize() {
	at := func(month time.Month, day int) time.Time { return time.Date(2025, month, day, 0, 0, 0, 0, time.UTC) }
	log := func(yield func(scoring.Purchase, error) bool) {
		for _, p := range []scoring.Purchase{
			{Customer: "bo-yun", At: at(time.March, 17), Amount: 45_00},
			{Customer: "an-lan", At: at(time.January, 6), Amount: 120_00},
			{Customer: "an-lan", At: at(time.February, 3), Amount: 60_00},
			{Customer: "an-lan", At: at(time.January, 20), Amount: 80_00},
			{Customer: "chen-li", At: at(time.April, 7), Amount: 30_00},
			{Customer: "an-lan", At: at(time.January, 20), Amount: 20_00},
		} {
			if !yield(p, nil) {
				return
			}
		}
	}
	summaries, err := scoring.Summarize(context.Background(), log, scoring.Window{
		Unit:     rapport.Week,
		Until:    at(time.March, 31),
		Currency: rapport.CNY,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for id, s := range summaries.All() {
		fmt.Printf("%s: x=%d t_x=%g T=%g spend=%.2f sum of logs=%.3f\n", id, s.X, s.TX, s.T, s.Spend, s.SumLogInterval)
	}
	fmt.Println("first seen later:", summaries.CustomersAfter())
	// Output:
	// an-lan: x=2 t_x=4 T=12 spend=80.00 sum of logs=1.386
	// bo-yun: x=0 t_x=0 T=2 spend=0.00 sum of logs=0.000
	// first seen later: 1
}

// Returned goods are taken off the purchase date they belong to: the 20 yuan
// returned on 15 January off the purchase of 13 January, the nearest before.
func ExampleNetReturns() {
	at := func(day int) time.Time { return time.Date(2025, time.January, day, 0, 0, 0, 0, time.UTC) }
	log := func(yield func(scoring.Purchase, error) bool) {
		_ = yield(scoring.Purchase{Customer: "an-lan", At: at(6), Amount: 50_00, Cost: 30_00}, nil) &&
			yield(scoring.Purchase{Customer: "an-lan", At: at(13), Amount: 70_00, Cost: 42_00}, nil) &&
			yield(scoring.Purchase{Customer: "an-lan", At: at(15), Amount: -20_00, Cost: -12_00}, nil)
	}
	summaries, err := scoring.SummarizeSorted(context.Background(), log, scoring.Window{
		Unit:     rapport.Day,
		Currency: rapport.CNY,
		Returns:  scoring.NetReturns,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, s := summaries.At(0)
	margin, _ := summaries.Margin()
	fmt.Printf("x=%d spend=%.2f revenue=%d margin=%.2f\n", s.X, s.Spend, summaries.Revenue(), margin)
	// Output:
	// x=1 spend=50.00 revenue=10000 margin=0.40
}

// The log of January is thrown away; its summaries, kept as bytes, and the rows of
// February give what the whole log would have given. An Lan's repeat dates are now
// two, of 80 yuan less the 10 returned later, and of 60 yuan.
func ExampleExtend() {
	at := func(month time.Month, day int) time.Time { return time.Date(2025, month, day, 0, 0, 0, 0, time.UTC) }
	january := func(yield func(scoring.Purchase, error) bool) {
		_ = yield(scoring.Purchase{Customer: "an-lan", At: at(time.January, 6), Amount: 120_00}, nil) &&
			yield(scoring.Purchase{Customer: "an-lan", At: at(time.January, 20), Amount: 80_00}, nil)
	}
	february := func(yield func(scoring.Purchase, error) bool) {
		_ = yield(scoring.Purchase{Customer: "an-lan", At: at(time.February, 1), Amount: -10_00}, nil) &&
			yield(scoring.Purchase{Customer: "an-lan", At: at(time.February, 3), Amount: 60_00}, nil) &&
			yield(scoring.Purchase{Customer: "bo-yun", At: at(time.February, 14), Amount: 45_00}, nil)
	}
	ctx := context.Background()
	window := scoring.Window{Unit: rapport.Week, Until: at(time.January, 31), Currency: rapport.CNY, Returns: scoring.NetReturns}
	summaries, err := scoring.Summarize(ctx, january, window)
	if err != nil {
		fmt.Println(err)
		return
	}
	kept, err := summaries.MarshalBinary()
	if err != nil {
		fmt.Println(err)
		return
	}

	var old scoring.Summaries
	if err := old.UnmarshalBinary(kept); err != nil {
		fmt.Println(err)
		return
	}
	window.Until = at(time.February, 28)
	summaries, err = scoring.Extend(ctx, &old, february, window)
	if err != nil {
		fmt.Println(err)
		return
	}
	for id, s := range summaries.All() {
		fmt.Printf("%s: x=%d t_x=%g T=%.4f spend=%.2f\n", id, s.X, s.TX, s.T, s.Spend)
	}
	// Output:
	// an-lan: x=2 t_x=4 T=7.5714 spend=65.00
	// bo-yun: x=0 t_x=0 T=2.0000 spend=0.00
}

// Bo came on 1 January and again 3, 7 and 9 days later: the first week after that day
// holds two repeat purchases, the next one, up to the end on the 13th, another.
func ExampleCountRepeats() {
	log := func(yield func(scoring.Purchase, error) bool) {
		for _, day := range []int{1, 4, 8, 10} {
			if !yield(scoring.Purchase{Customer: "bo", At: time.Date(2026, time.January, day, 0, 0, 0, 0, time.UTC)}, nil) {
				return
			}
		}
	}
	window := scoring.Window{Unit: rapport.Week, Until: time.Date(2026, time.January, 13, 0, 0, 0, 0, time.UTC)}
	summaries, repeats, err := scoring.CountRepeats(context.Background(), log, window)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, bo := summaries.At(0)
	fmt.Printf("x %d: %v in %.2f weeks\n", bo.X, repeats.ByPeriod, repeats.Periods)
	// Output:
	// x 3: [2 1] in 1.71 weeks
}
