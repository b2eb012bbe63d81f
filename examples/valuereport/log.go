package main

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/examples/sheet"
	"github.com/rapport-crm/rapport/scoring"
)

// transactionLog reads purchases from a CSV file, one row at a time.
type transactionLog struct {
	*sheet.Sheet
	names columnNames
	// The positions of the columns; -1 for one that the file does not have.
	id, date, amount, cost, currency int

	money   string                // what the currency column of the first row says
	rows    int                   // read so far, without the header
	skip    func(*sheet.RowError) // told of each bad row; nil stops at the first
	skipped int
	seen    map[rapport.ID]bool // the customers read, if not nil
}

// openLog reads the header. skip is told of every bad row that is then left
// out; nil makes a bad row an error.
func openLog(file io.Reader, names columnNames, skip func(*sheet.RowError)) (*transactionLog, error) {
	rows, err := sheet.Open(file, "one purchase a row")
	if err != nil {
		return nil, err
	}
	l := &transactionLog{Sheet: rows, names: names, skip: skip}
	l.currency = slices.IndexFunc(rows.Header, func(name string) bool { return strings.EqualFold(name, "currency") })
	for _, c := range []struct {
		at         *int
		name, flag string
		required   bool
	}{
		{&l.id, names.id, "-id-col", true},
		{&l.date, names.date, "-date-col", true},
		{&l.amount, names.amount, "-amount-col", names.amountNamed},
		{&l.cost, names.cost, "-cost-col", names.costNamed},
	} {
		if *c.at, err = rows.Column(c.name, c.required, c.flag); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// purchases yields the rows of the file. It ends at the first error, which is a
// [*sheet.RowError] unless reading itself failed.
func (l *transactionLog) purchases() iter.Seq2[scoring.Purchase, error] {
	return func(yield func(scoring.Purchase, error) bool) {
		for record, err := range l.Records() {
			var purchase scoring.Purchase
			if err == nil {
				purchase, err = l.purchase(record)
			}
			l.rows++
			if err != nil {
				bad, isRow := errors.AsType[*sheet.RowError](err)
				if isRow && l.skip != nil && !errors.Is(err, sheet.ErrSwallowed) && !errors.Is(err, sheet.ErrOverLines) {
					l.skipped++
					l.skip(bad)
					continue
				}
				yield(scoring.Purchase{}, err)
				return
			}
			if !yield(purchase, nil) {
				return
			}
		}
	}
}

// purchase reads one row.
func (l *transactionLog) purchase(record []string) (scoring.Purchase, error) {
	var p scoring.Purchase
	var err error
	if p.Customer, err = rapport.ParseID(record[l.id]); err != nil {
		return p, l.Wrong(l.names.id, record[l.id], sheet.IDReason(err))
	}
	if p.At, err = parseDate(strings.TrimSpace(record[l.date])); err != nil {
		return p, l.Wrong(l.names.date, record[l.date], err)
	}
	if l.amount >= 0 {
		if p.Amount, err = parseAmount(strings.TrimSpace(record[l.amount])); err != nil {
			return p, l.Wrong(l.names.amount, record[l.amount], err)
		}
	}
	if l.cost >= 0 {
		if p.Cost, err = parseAmount(strings.TrimSpace(record[l.cost])); err != nil {
			return p, l.Wrong(l.names.cost, record[l.cost], err)
		}
	}
	if l.currency >= 0 {
		if err := l.checkCurrency(record[l.currency]); err != nil {
			return p, err
		}
	}
	if l.seen != nil && !l.seen[p.Customer] {
		l.seen[rapport.ID(strings.Clone(string(p.Customer)))] = true // the row is not kept
	}
	return p, nil
}

// checkCurrency makes sure that all amounts are in one currency: that of the
// first good row.
func (l *transactionLog) checkCurrency(text string) error {
	money := strings.TrimSpace(text)
	if l.rows == l.skipped {
		l.money = strings.Clone(money)
		return nil
	}
	if !strings.EqualFold(money, l.money) {
		return l.Wrong("currency", text, fmt.Errorf("is mixed with %s in the rows before: amounts must be in one currency", sheet.Quoted(l.money)))
	}
	return nil
}

// currencyCode returns the ISO 4217 code that the currency column holds, empty
// for anything else.
func (l *transactionLog) currencyCode() string {
	money, err := rapport.ParseCurrency(strings.ToUpper(l.money))
	if err != nil {
		return ""
	}
	return money.String()
}
