package scoring

import (
	"fmt"
	"math"
)

// Summary is what the lifetime models need to know of one customer. Times are
// in units of [Summaries.Unit].
type Summary struct {
	X  int     // repeat purchase dates: dates with a purchase, less the first
	TX float64 // recency t_x: from the first purchase date to the last; 0 when X is 0
	T  float64 // age: from the first purchase date to the end of calibration; T ≥ TX
	// Spend is the mean amount of the repeat purchase dates (the first date is
	// left out) in major units: yuan, not fen. It is 0 when X is 0. Returns
	// that exceed the purchases make it negative.
	Spend float64
	// SumLogInterval is the sum of the natural logarithms of the X times between
	// neighbouring purchase dates: what models of regular timing need.
	SumLogInterval float64
}

// validate returns why s cannot be the summary of any log, or "".
func (s Summary) validate() string {
	for _, field := range []struct {
		name  string
		value float64
	}{{"TX", s.TX}, {"T", s.T}, {"Spend", s.Spend}, {"SumLogInterval", s.SumLogInterval}} {
		if math.IsNaN(field.value) || math.IsInf(field.value, 0) {
			return fmt.Sprintf("%s is %v", field.name, field.value)
		}
	}
	switch {
	case s.X < 0:
		return fmt.Sprintf("X is %d", s.X)
	case s.TX < 0 || s.TX > s.T:
		return fmt.Sprintf("TX is %v with T %v: want 0 ≤ TX ≤ T", s.TX, s.T)
	case s.X == 0 && (s.TX != 0 || s.Spend != 0 || s.SumLogInterval != 0):
		return fmt.Sprintf("X is 0 with TX %v, Spend %v, SumLogInterval %v: want 0 for all", s.TX, s.Spend, s.SumLogInterval)
	case s.X > 0 && s.TX == 0:
		return fmt.Sprintf("X is %d with TX 0: repeat purchases take time", s.X)
	}
	return ""
}
