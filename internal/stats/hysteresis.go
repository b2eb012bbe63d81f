package stats

// A Threshold is where a level begins and where it ends: a value reaches the
// level at Enter and keeps it down to Leave, which is not above Enter. Between
// the two the past decides, so that a value that wavers does not flap.
type Threshold struct {
	Enter float64 // reached at or above
	Leave float64 // lost below
}

// HysteresisLevel returns the level of a value whose level was current: the
// highest level whose Enter it reaches, or, if that is more, the highest level up
// to current whose Leave it reaches. Levels count from 1, the level of
// thresholds[0]; 0 is the level below all.
//
// The caller has checked that both limits rise from level to level (they may be
// equal), that no Leave is above its Enter, and that value is a number.
func HysteresisLevel(thresholds []Threshold, current int, value float64) int {
	level := 0
	for i, t := range thresholds {
		if value >= t.Enter || i < current && value >= t.Leave {
			level = i + 1
		}
	}
	return level
}
