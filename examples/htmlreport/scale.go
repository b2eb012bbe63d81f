package htmlreport

import (
	"math"
	"unicode/utf8"
)

// The drawing area of a chart in SVG units. At full width a unit is about a
// pixel; on a narrow screen the drawing shrinks and the style enlarges the text.
const (
	chartWidth  = 520.0
	chartHeight = 300.0
	plotLeft    = 58.0
	plotRight   = 500.0
	plotTop     = 30.0
	plotBottom  = 246.0
)

// largest is the greatest magnitude that a chart draws. Beyond it sums and
// differences of coordinates could overflow; such values are left out like NaN.
const largest = 1e100

func drawable(v float64) bool { return math.Abs(v) <= largest }

// scale maps values from [low, high] to positions from [from, to].
type scale struct {
	low, high float64
	from, to  float64
}

func (s scale) at(v float64) float64 {
	if s.high == s.low {
		return (s.from + s.to) / 2
	}
	return s.from + (v-s.low)/(s.high-s.low)*(s.to-s.from)
}

// extent is the range of the drawable values seen so far.
type extent struct {
	low, high float64
	any       bool
}

func (e *extent) add(v float64) {
	if !drawable(v) {
		return
	}
	if !e.any {
		e.low, e.high, e.any = v, v, true
		return
	}
	e.low, e.high = min(e.low, v), max(e.high, v)
}

// niceStep returns the smallest step of the kind 1, 2 or 5 × 10^k that cuts
// the span into at most count pieces.
func niceStep(span float64, count int) float64 {
	rough := span / float64(count)
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	for _, factor := range [...]float64{1, 2, 5} {
		if factor*power >= rough*(1-1e-9) {
			return factor * power
		}
	}
	return 10 * power
}

// niceAxis widens [low, high] to round numbers and returns the ends and the
// ticks between them, both ends included. With count pieces at most it gives
// between two and count+2 ticks.
func niceAxis(low, high float64, count int) (float64, float64, []float64) {
	if size := math.Max(math.Abs(low), math.Abs(high)); !(high-low > math.Max(1e-9*size, 1e-100)) {
		half := math.Max(math.Abs(low)/2, 0.5)
		low, high = low-half, high+half
	}
	step := niceStep(high-low, count)
	first, last := math.Floor(low/step+1e-9), math.Ceil(high/step-1e-9)
	ticks := make([]float64, 0, count+2)
	for k := first; k <= last && len(ticks) < count+3; k++ {
		ticks = append(ticks, k*step)
	}
	return first * step, last * step, ticks
}

// axisTick is a tick ready for the template.
type axisTick struct {
	At    string
	Label string
	Minor bool // its label is dropped on a narrow screen
}

// roomForLabels is how many characters fit under the plot on a narrow screen,
// where the letters are largest against the drawing.
const roomForLabels = 38

// thin marks every second tick as minor where all of them would not fit on a
// narrow screen.
func thin(ticks []axisTick) []axisTick {
	length := 0
	for _, tick := range ticks {
		length += utf8.RuneCountInString(tick.Label) + 1
	}
	for i := range ticks {
		ticks[i].Minor = length > roomForLabels && i%2 == 1
	}
	return ticks
}
