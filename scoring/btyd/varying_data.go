package btyd

import (
	"cmp"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/scoring"
)

// varyingData is what the fit reads: customers who began together, and so share a
// calendar, in cohorts; within these those with equal x in runs, latest purchase first.
type varyingData struct {
	rows    [][]float64 // of the calendar
	cohorts [][]stretch // from the first purchase to the end of calibration
	entries []varyingEntry
	runs    []varyingRun
	visits  []float64 // covariates summed over all repeat purchases
	repeats float64   // their number
}

// varyingEntry is customers with equal histories.
type varyingEntry struct {
	cohort, x int32
	at        int32   // the stretch in which the last purchase was
	offset    float64 // and how long after its beginning
	weight    float64
}

// varyingRun is the entries of a cohort with equal x.
type varyingRun struct{ from, to int32 }

func newVaryingData(summaries *scoring.Summaries, visits *Visits) (*varyingData, error) {
	until, err := untilOf(summaries)
	if err != nil {
		return nil, err
	}
	calendar, unit := visits.calendar, summaries.Unit()
	b := binding{calendar: calendar, unit: unit.Days()}
	d := &varyingData{rows: calendar.rows, visits: make([]float64, len(calendar.names))}
	cohorts := map[int32]int32{} // of those without values of their own, by first day
	for i := range summaries.Len() {
		id, s := summaries.At(i)
		first := firstDay(until, s.T, unit)
		sums, err := visits.of(id, first, s)
		if err != nil {
			return nil, err
		}
		for k, v := range sums {
			d.visits[k] += v
		}
		d.repeats += float64(s.X)
		_, own := calendar.own[id]
		cohort, known := cohorts[first]
		if own || !known {
			stretches, err := calendar.stretches(nil, id, float64(first), float64(until), b.unit)
			if err != nil {
				return nil, err
			}
			cohort = int32(len(d.cohorts))
			d.cohorts = append(d.cohorts, stretches)
			if !own {
				cohorts[first] = cohort
			}
		}
		e := varyingEntry{cohort: cohort, x: int32(min(s.X, math.MaxInt32)), weight: 1}
		// The time from the last purchase to the end is exact where it is 0.
		rest := b.days(s.T) - b.days(s.TX)
		stretches := d.cohorts[cohort]
		for at := len(stretches) - 1; at >= 0; at-- {
			length := stretches[at].length
			e.at, e.offset = int32(at), max(0, length-rest/b.unit)
			if rest/b.unit <= length {
				break
			}
			rest -= length * b.unit
		}
		d.entries = append(d.entries, e)
	}
	d.sort()
	return d, nil
}

// sort merges equal entries and finds the runs.
func (d *varyingData) sort() {
	slices.SortFunc(d.entries, func(a, b varyingEntry) int {
		return cmp.Or(cmp.Compare(a.cohort, b.cohort), cmp.Compare(a.x, b.x), cmp.Compare(b.at, a.at), cmp.Compare(b.offset, a.offset))
	})
	merged := d.entries[:0]
	for _, e := range d.entries {
		if n := len(merged); n > 0 {
			last := merged[n-1]
			if last.weight = e.weight; last == e {
				merged[n-1].weight += e.weight
				continue
			}
		}
		merged = append(merged, e)
	}
	d.entries = merged
	for i, e := range merged {
		if n := len(d.runs); n == 0 || merged[d.runs[n-1].from].cohort != e.cohort || merged[d.runs[n-1].from].x != e.x {
			d.runs = append(d.runs, varyingRun{from: int32(i)})
		}
		d.runs[len(d.runs)-1].to = int32(i + 1)
	}
}

// exposure is the customers' time at each row of the calendar.
func (d *varyingData) exposure() []float64 {
	weight := make([]float64, len(d.rows))
	customers := make([]float64, len(d.cohorts))
	for _, e := range d.entries {
		customers[e.cohort] += e.weight
	}
	for i, stretches := range d.cohorts {
		for _, s := range stretches {
			weight[s.row] += customers[i] * s.length
		}
	}
	return weight
}

// checkRank returns a [*CovariateError] for covariates whose effects could not be told.
func (d *varyingData) checkRank(names []string) error {
	var rows [][]float64
	var weight []float64
	for i, w := range d.exposure() {
		if w > 0 {
			rows, weight = append(rows, d.rows[i]), append(weight, w)
		}
	}
	if len(rows) == 0 { // all customers are new
		return &CovariateError{Reason: "no customer has a history"}
	}
	return checkRank(names, rows, weight, "is the same at all times and for all customers")
}

// spreads are those of the covariates over the customers' time, one an effect.
func (d *varyingData) spreads(effects []effect) []spread {
	exposure := d.exposure()
	values := make([]float64, len(d.rows))
	var spreads []spread
	for _, e := range effects {
		for i, row := range d.rows {
			values[i] = row[e.column]
		}
		spreads = append(spreads, newSpread(values, exposure))
	}
	return spreads
}
