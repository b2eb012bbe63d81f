package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/examples/sheet"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

// series is the figures of a KPI in time's order.
type series struct {
	code string
	rows []row
}

// row is a figure at a time.
type row struct {
	at    time.Time
	ratio rapport.Ratio
}

// values returns the figures that have a value.
func (s *series) values() []float64 {
	var list []float64
	for _, r := range s.rows {
		if v, ok := r.ratio.Value(); ok {
			list = append(list, v)
		}
	}
	return list
}

// unbroken returns the last figures without a row between them that has no value, and how
// many such rows follow: a season counts rows.
func (s *series) unbroken() (values []float64, passed int) {
	end := len(s.rows)
	for end > 0 && s.rows[end-1].ratio.Den == 0 {
		end--
	}
	from := end
	for from > 0 && s.rows[from-1].ratio.Den != 0 {
		from--
	}
	last := series{rows: s.rows[from:end]}
	return last.values(), len(s.rows) - end
}

// proportions tells counts of counts.
func (s *series) proportions() bool {
	more := false
	for _, r := range s.rows {
		if r.ratio.Num < 0 || r.ratio.Den < r.ratio.Num || r.ratio.Num != float64(int64(r.ratio.Num)) {
			return false
		}
		more = more || r.ratio.Den > 1
	}
	return more
}

// gauge returns the instrument for a KPI whose limits the house has agreed on.
func gauge(code string) (kpi.Gauge, bool) {
	week := 7 * 24 * time.Hour
	for _, g := range []kpi.Gauge{
		{Key: kpi.LostCallRate, Direction: kpi.LowerIsBetter, Target: new(0.03), Warn: 0.05, Clear: new(0.04), Critical: new(0.08), Every: 10 * 24 * time.Hour},
		{Key: kpi.ServiceLevelRate, Direction: kpi.HigherIsBetter, Target: new(0.85), Warn: 0.8, Clear: new(0.82), Critical: new(0.65), For: week, Every: 10 * 24 * time.Hour},
		{Key: kpi.FirstContactRate, Direction: kpi.HigherIsBetter, Target: new(0.75), Warn: 0.65, Clear: new(0.68), For: 2 * week},
	} {
		if g.Key == code {
			return g, true
		}
	}
	return kpi.Gauge{}, false
}

// readSeries reads a CSV file.
func readSeries(file io.Reader) ([]*series, error) {
	const largest = 1e12
	rows, err := sheet.Open(file, "one figure a row")
	if err != nil {
		return nil, err
	}
	var at [4]int
	names := []string{"date", "kpi", "num", "den"}
	for i, name := range names {
		if at[i], err = rows.Column(name, true, ""); err != nil {
			return nil, err
		}
	}
	standard := kpi.Standard()
	var list []*series
	for record, err := range rows.Records() {
		if err != nil {
			return nil, err
		}
		var field [4]string
		for i, place := range at {
			field[i] = strings.TrimSpace(record[place])
		}
		var r row
		if r.at, err = time.Parse(time.DateOnly, field[0]); err != nil {
			return nil, rows.Wrong("date", field[0], errors.New("is not a date such as 2026-03-31"))
		}
		if err := rapport.ID(field[1]).Validate(); err != nil {
			return nil, rows.Wrong("kpi", field[1], sheet.IDReason(err))
		}
		if r.ratio.Num, err = sheet.ParseNumber(field[2], largest); err != nil {
			return nil, rows.Wrong("num", field[2], err)
		}
		if r.ratio.Den, err = sheet.ParseNumber(field[3], largest); err != nil {
			return nil, rows.Wrong("den", field[3], err)
		}
		if r.ratio.Den < 0 {
			return nil, rows.Wrong("den", field[3], errors.New("is below 0"))
		}
		if r.ratio.Den == 0 && r.ratio.Num != 0 {
			return nil, rows.Wrong("num", field[2], errors.New("is over 0: a figure without data has 0 and 0"))
		}
		if d, err := standard.Definition(field[1]); err == nil && d.Unit == kpi.UnitRate && (r.ratio.Num < 0 || r.ratio.Num > r.ratio.Den) {
			return nil, rows.Wrong("num", field[2], fmt.Errorf("is not from 0 to den, %s: %s is a rate", field[3], field[1]))
		}
		i := slices.IndexFunc(list, func(s *series) bool { return s.code == field[1] })
		if i < 0 {
			i = len(list)
			list = append(list, &series{code: field[1]})
		}
		if s := list[i]; len(s.rows) > 0 && !r.at.After(s.rows[len(s.rows)-1].at) {
			return nil, rows.Wrong("date", field[0], fmt.Errorf("is not after %s, the date of %s before", s.rows[len(s.rows)-1].at.Format(time.DateOnly), sheet.Quoted(s.code)))
		}
		list[i].rows = append(list[i].rows, r)
	}
	if len(list) == 0 {
		return nil, errors.New("the file has a header and no rows")
	}
	return list, nil
}
