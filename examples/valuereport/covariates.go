package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/examples/sheet"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// covariateFile is what is known of the customers beside their purchases.
type covariateFile struct {
	name   string
	values *btyd.Covariates
	ids    []rapport.ID       // in the order of the file
	rows   map[rapport.ID]int // the line of each customer
}

// openCovariates reads the file that -covariates names; nil without one.
func openCovariates(o options, stdin io.Reader) (*covariateFile, error) {
	if o.covariates == "" {
		return nil, nil
	}
	input, err := openInput(o.covariates, "covariates", o.out, stdin, io.Discard)
	if err != nil {
		return nil, err
	}
	defer input.Close()
	c, err := readCovariates(input, o.columns.id)
	if err != nil {
		return nil, inFile(input.name, err)
	}
	c.name = input.name
	return c, nil
}

// readCovariates reads a CSV file with a row a customer: the column idColumn names
// it, all others hold numbers.
func readCovariates(file io.Reader, idColumn string) (*covariateFile, error) {
	s, err := sheet.Open(file, "one customer a row")
	if err != nil {
		return nil, err
	}
	id, err := s.Column(idColumn, true, "-id-col")
	if err != nil {
		return nil, err
	}
	var names []string
	for i, name := range s.Header {
		if i == id {
			continue
		}
		if name == "" {
			return nil, &sheet.RowError{Row: 1, Err: fmt.Errorf("the header has no name for column %d", i+1)}
		}
		if _, err := s.Column(name, true, ""); err != nil {
			return nil, err // twice
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return nil, &sheet.RowError{Row: 1, Err: fmt.Errorf("the header has no column beside %s: want one for each covariate", sheet.Quoted(idColumn))}
	}
	c := &covariateFile{rows: map[rapport.ID]int{}}
	var values [][]float64
	for record, err := range s.Records() {
		if err != nil {
			return nil, err
		}
		customer, err := rapport.ParseID(record[id])
		if err != nil {
			return nil, s.Wrong(idColumn, record[id], sheet.IDReason(err))
		}
		if before, twice := c.rows[customer]; twice {
			return nil, s.Wrong(idColumn, record[id], fmt.Errorf("is in row %d already: want one row a customer", before))
		}
		c.rows[customer] = s.Line()
		c.ids = append(c.ids, customer)
		row := make([]float64, 0, len(names))
		for i, text := range record {
			if i == id {
				continue
			}
			v, err := sheet.ParseNumber(strings.TrimSpace(text), largestCovariate)
			if errors.Is(err, sheet.ErrNumberForm) {
				err = fmt.Errorf("%w: code categories as columns of 0 and 1", err)
			}
			if err != nil {
				return nil, s.Wrong(s.Header[i], text, err)
			}
			row = append(row, v)
		}
		values = append(values, row)
	}
	if len(c.ids) == 0 {
		return nil, errors.New("the file has a header and no rows")
	}
	c.values, err = btyd.NewCovariates(names, c.ids, values)
	return c, err
}

// largestCovariate is what the library takes.
const largestCovariate = 1e50

// matches checks that the customers of the file are those of the log. Rows of the
// log that were left out may have been the only ones of a customer.
func (c *covariateFile) matches(log *transactionLog) error {
	for _, id := range c.ids {
		if !log.seen[id] && log.skipped == 0 {
			return inFile(c.name, fmt.Errorf("row %d: customer %s is not among the transactions", c.rows[id], sheet.Quoted(string(id))))
		}
	}
	return nil
}

// explain gives an error of the fit in the words of the file.
func (c *covariateFile) explain(err error) error {
	bad, ok := errors.AsType[*btyd.CovariateError](err)
	if !ok {
		return err
	}
	switch {
	case bad.Customer != "" && bad.Name == "":
		err = fmt.Errorf("customer %s of the transactions has no row", sheet.Quoted(string(bad.Customer)))
	case bad.Name != "" && bad.Customer == "":
		err = fmt.Errorf("column %s %s", sheet.Quoted(bad.Name), strings.ReplaceAll(bad.Reason, "covariates", "columns"))
	}
	return inFile(c.name, err)
}
