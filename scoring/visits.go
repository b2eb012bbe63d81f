package scoring

// visits is what the distinct purchase dates of one customer come to. They are
// added in ascending order.
type visits struct {
	dates         int // in the calibration period
	first, second date
	last          date    // the last in the calibration period
	logs          float64 // of the intervals between them
	latest        date    // the last of all; noDate before the first
	held          int     // dates in the hold-out
}

func (v *visits) addCalibration(d date, g *gauge) {
	switch v.dates {
	case 0:
		v.first = d
	case 1:
		v.second = d
		v.logs = g.logUnits(d - v.last)
	default:
		v.logs += g.logUnits(d - v.last)
	}
	v.dates++
	v.last = d
	v.latest = d
}
