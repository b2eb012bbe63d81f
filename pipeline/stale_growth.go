package pipeline

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport"
)

// Opened counts the records that began in an interval. The entries are those of histories,
// one slice a record.
func Opened(histories [][]Entry, in rapport.Interval) int {
	count := 0
	for _, entries := range histories {
		for i := range entries {
			if entries[i].Kind == Began && in.Contains(entries[i].At) {
				count++
			}
		}
	}
	return count
}

// Growth returns by which part a count has grown: 2,500 after 1,515 is (2500 − 1515) / 1515,
// +65.0 %. Its N is now + before. There is no value if before is 0. The error is an
// [*InputError] for a negative count.
func Growth(now, before int) (rapport.Ratio, error) {
	if now < 0 || before < 0 || now > math.MaxInt-before {
		return rapport.Ratio{}, &InputError{Name: "counts", Value: fmt.Sprintf("%d after %d", now, before), Want: "counts from 0 with a sum"}
	}
	return rapport.Ratio{Num: float64(now) - float64(before), Den: float64(before), N: now + before}, nil
}
