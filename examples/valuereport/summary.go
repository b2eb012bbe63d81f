package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/rapport-crm/rapport/examples/sheet"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// prepareSummary makes the report of a summary, which is then to be written.
func prepareSummary(ctx context.Context, o options, stdin io.Reader, stderr io.Writer) (formats, error) {
	input, err := openInput(o.summary, "summary", o.out, stdin, stderr)
	if err != nil {
		return nil, err
	}
	defer input.Close()
	defer input.clearProgress()
	discount, err := btyd.PeriodDiscount(o.discount, o.period.perYear)
	if err != nil {
		return nil, err
	}
	if o.model.isContract() {
		cohort, err := readCohort(input)
		if err != nil {
			return nil, inFile(input.name, err)
		}
		r, err := assessCohort(ctx, o, cohort, discount)
		return r, inFile(input.name, err)
	}
	cells, err := readCells(input)
	if err != nil {
		return nil, inFile(input.name, err)
	}
	r, err := assessCells(ctx, o, cells, discount)
	return r, inFile(input.name, err)
}

// readCells reads histories of purchases at given opportunities, each with the number
// of customers who have it.
func readCells(file io.Reader) ([]btyd.Cell, error) {
	s, err := sheet.Open(file, "one history a row")
	if err != nil {
		return nil, err
	}
	var at [4]int
	names := [...]string{"x", "t_x", "n", "customers"}
	for i, name := range names {
		if at[i], err = s.Column(name, true, ""); err != nil {
			return nil, err
		}
	}
	var cells []btyd.Cell
	for record, err := range s.Records() {
		if err != nil {
			return nil, err
		}
		var counts [3]int
		for i := range counts {
			if counts[i], err = parseWhole(strings.TrimSpace(record[at[i]])); err != nil {
				return nil, s.Wrong(names[i], record[at[i]], err)
			}
		}
		c := btyd.Cell{X: counts[0], TX: counts[1], N: counts[2]}
		if c.Customers, err = parseCount(strings.TrimSpace(record[at[3]])); err != nil {
			return nil, s.Wrong(names[3], record[at[3]], err)
		}
		if bad, ok := errors.AsType[*btyd.InputError](c.Validate()); ok {
			column := map[string]int{"X": 0, "TX": 1, "N": 2, "Customers": 3}[bad.Name]
			return nil, s.Wrong(names[column], record[at[column]], errors.New("is not possible: "+strings.NewReplacer("TX", "t_x", "N =", "n =").Replace(bad.Reason)))
		}
		cells = append(cells, c)
	}
	if len(cells) == 0 {
		return nil, errors.New("the file has a header and no rows")
	}
	return cells, nil
}

// readCohort reads how many of the customers who began together were left after each
// period.
func readCohort(file io.Reader) (btyd.Cohort, error) {
	var cohort btyd.Cohort
	s, err := sheet.Open(file, "one period a row")
	if err != nil {
		return cohort, err
	}
	period, err := s.Column("period", true, "")
	if err != nil {
		return cohort, err
	}
	active, err := s.Column("active", true, "")
	if err != nil {
		return cohort, err
	}
	for record, err := range s.Records() {
		if err != nil {
			return cohort, err
		}
		t, err := parseWhole(strings.TrimSpace(record[period]))
		if err == nil && t != len(cohort.Active) {
			err = fmt.Errorf("is out of order: want %d, for periods count from 0 without a gap", len(cohort.Active))
		}
		if err != nil {
			return cohort, s.Wrong("period", record[period], err)
		}
		n, err := parseCount(strings.TrimSpace(record[active]))
		if err == nil && t > 0 && n > cohort.Active[t-1] {
			err = fmt.Errorf("is more than the %v of the period before: customers who left do not come back", cohort.Active[t-1])
		}
		if err != nil {
			return cohort, s.Wrong("active", record[active], err)
		}
		cohort.Active = append(cohort.Active, n)
	}
	if len(cohort.Active) == 0 {
		return cohort, errors.New("the file has a header and no rows")
	}
	return cohort, nil
}

// parseWhole reads a whole number from 0 up.
func parseWhole(text string) (int, error) {
	if text == "" {
		return 0, errors.New("is empty")
	}
	n, err := strconv.Atoi(text)
	switch {
	case errors.Is(err, strconv.ErrRange) || n > 1e9:
		return 0, errors.New("is too large")
	case err != nil || n < 0 || strings.Trim(text, "0123456789") != "":
		return 0, errors.New("is not a whole number from 0 up")
	}
	return n, nil
}

// parseCount reads a number of customers, which may be a weight.
func parseCount(text string) (float64, error) {
	n, err := sheet.ParseNumber(text, 1e9)
	if err == nil && n < 0 {
		return 0, errors.New("is negative")
	}
	return n, err
}
