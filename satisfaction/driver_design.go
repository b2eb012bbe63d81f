package satisfaction

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// driverColumn says what a column of the regression is.
type driverColumn struct {
	attribute int  // -1: the intercept
	good      bool // marks, else poor ones
}

func (c driverColumn) side() string {
	if c.good {
		return "good"
	}
	return "poor"
}

// driverDesign is the regression that [Drivers] makes of responses.
type driverDesign struct {
	drivers []Driver // with thresholds and counts
	columns []driverColumn
	x       []float64 // row major
	y       []float64
	weights []float64
}

// designOf checks the options, puts in their defaults, and makes the regression.
func designOf(r *Responses, overall string, attributes []string, o *DriverOptions) (*driverDesign, error) {
	err := wantResponses(r)
	if err != nil {
		return nil, err
	}
	if o.Level, err = levelOf(o.Level); err != nil {
		return nil, err
	}
	if o.Factor == 0 {
		o.Factor = 2
	}
	if !(o.Factor > 1) || math.IsInf(o.Factor, 1) {
		return nil, &ArgumentError{Name: "factor", Value: o.Factor, Reason: "must be above 1, or 0 for 2"}
	}
	if len(attributes) == 0 {
		return nil, &DriverError{Reason: "no attributes"}
	}
	values, weights, err := r.Matrix(append([]string{overall}, attributes...)...)
	if err != nil {
		return nil, err
	}
	d := &driverDesign{}
	for i, key := range attributes {
		if key == overall || slices.Contains(attributes[:i], key) {
			return nil, &DriverError{Item: key, Reason: "is named twice"}
		}
		item, _ := r.Survey().Item(key)
		threshold, err := thresholdOf(item, o.Thresholds)
		if err != nil {
			return nil, err
		}
		d.drivers = append(d.drivers, Driver{Item: key, Threshold: threshold})
	}
	for _, key := range slices.Sorted(maps.Keys(o.Thresholds)) {
		if !slices.Contains(attributes, key) {
			return nil, &DriverError{Item: key, Reason: "has a threshold and is no attribute"}
		}
	}
	kept := d.complete(values, weights)
	d.lay(kept)
	return d, nil
}

// thresholdOf returns the threshold of an attribute, on the turned scale.
func thresholdOf(item Item, given map[string]Threshold) (Threshold, error) {
	t, ok := given[item.Key]
	if !ok {
		quarter := (item.High - item.Low) / 4
		return Threshold{Poor: item.Low + quarter, Good: item.High - quarter}, nil
	}
	if !(t.Poor >= item.Low && t.Poor < t.Good && t.Good <= item.High) {
		return t, &DriverError{Item: item.Key, Reason: fmt.Sprintf("thresholds %v and %v must be the lower first and within %v to %v", t.Poor, t.Good, item.Low, item.High)}
	}
	return t, nil
}

// complete takes over the respondents with all answers, counts their marks, and
// returns the marks of the attributes, row major.
func (d *driverDesign) complete(values, weights []float64) []float64 {
	var kept []float64
	width := len(d.drivers) + 1
	for row := range len(values) / width {
		answers := values[row*width:][:width]
		if slices.ContainsFunc(answers, math.IsNaN) {
			continue
		}
		d.y = append(d.y, answers[0])
		kept = append(kept, answers[1:]...)
		if weights != nil {
			d.weights = append(d.weights, weights[row])
		}
		for i := range d.drivers {
			switch t := &d.drivers[i]; {
			case answers[i+1] <= t.Threshold.Poor:
				t.PoorMarks++
			case answers[i+1] >= t.Threshold.Good:
				t.GoodMarks++
			}
		}
	}
	return kept
}

// lay makes the columns: the intercept and the dummies of marks that somebody gave.
func (d *driverDesign) lay(marks []float64) {
	d.columns = append(d.columns, driverColumn{attribute: -1})
	for i, driver := range d.drivers {
		if driver.PoorMarks > 0 {
			d.columns = append(d.columns, driverColumn{attribute: i})
		}
		if driver.GoodMarks > 0 {
			d.columns = append(d.columns, driverColumn{attribute: i, good: true})
		}
	}
	d.x = make([]float64, 0, len(d.y)*len(d.columns))
	for row := range d.y {
		for _, c := range d.columns {
			x := 1.0
			if c.attribute >= 0 {
				mark, t := marks[row*len(d.drivers)+c.attribute], d.drivers[c.attribute].Threshold
				if c.good && mark < t.Good || !c.good && mark > t.Poor {
					x = 0
				}
			}
			d.x = append(d.x, x)
		}
	}
}
