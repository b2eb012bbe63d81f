package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// openLog reads the header. skip is told of every bad row that is then left
// out; nil makes a bad row an error.
func openLog(file io.Reader, names columnNames, skip func(*rowError)) (*transactionLog, error) {
	buffered := bufio.NewReaderSize(file, 1<<16)
	if start, _ := buffered.Peek(3); len(start) >= 2 {
		switch {
		case string(start) == "\ufeff":
			if _, err := buffered.Discard(3); err != nil {
				return nil, err
			}
		case string(start[:2]) == "\xff\xfe" || string(start[:2]) == "\xfe\xff":
			return nil, &rowError{row: 1, err: errors.New("the file is in UTF-16: save it as UTF-8")}
		}
	}
	l := &transactionLog{reader: csv.NewReader(buffered), names: names, skip: skip}
	l.reader.FieldsPerRecord = -1 // checked here, with a clearer message
	l.reader.ReuseRecord = true
	header, err := l.reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty: want a header row and one purchase a row")
	}
	if err != nil {
		return nil, formError(err)
	}
	return l, l.findColumns(header)
}

// findColumns finds the columns by name in the header.
func (l *transactionLog) findColumns(header []string) error {
	l.columns = len(header)
	positions := map[string]int{}
	twice := map[string]bool{}
	l.currency = -1
	for i, name := range header {
		name = strings.TrimSpace(name)
		if _, known := positions[name]; known {
			twice[name] = true
		} else {
			positions[name] = i
		}
		if strings.EqualFold(name, "currency") && l.currency < 0 {
			l.currency = i
		}
	}
	find := func(name string, required bool, flag string) (int, error) {
		at, found := positions[name]
		switch {
		case found && twice[name]:
			return -1, &rowError{row: 1, err: fmt.Errorf("the header has the column %s twice", quoted(name))}
		case found:
			return at, nil
		case required:
			return -1, &rowError{row: 1, err: fmt.Errorf("the header has no column %s (%s names it)%s", quoted(name), flag, foundIn(header))}
		}
		for _, other := range header {
			// To take "Amount" for one more column to ignore would drop all amounts.
			if other = strings.TrimSpace(other); strings.EqualFold(other, name) {
				return -1, &rowError{row: 1, err: fmt.Errorf("the header has %s where %s is looked for (%s names it)", quoted(other), quoted(name), flag)}
			}
		}
		return -1, nil
	}
	var err error
	if l.id, err = find(l.names.id, true, "-id-col"); err != nil {
		return err
	}
	if l.date, err = find(l.names.date, true, "-date-col"); err != nil {
		return err
	}
	if l.amount, err = find(l.names.amount, l.names.amountNamed, "-amount-col"); err != nil {
		return err
	}
	l.cost, err = find(l.names.cost, l.names.costNamed, "-cost-col")
	return err
}

// foundIn says what a header holds, and why it may not be what was meant.
func foundIn(header []string) string {
	const limit = 12
	var out strings.Builder
	out.WriteString("; found ")
	for i, name := range header {
		if i == limit {
			fmt.Fprintf(&out, " and %d more", len(header)-limit)
			break
		}
		if i > 0 {
			out.WriteString(", ")
		}
		out.WriteString(quoted(name))
	}
	if len(header) == 1 {
		for _, separator := range []struct{ sign, name string }{{";", "semicolons"}, {"\t", "tabs"}, {"|", "bars"}} {
			if strings.Contains(header[0], separator.sign) {
				out.WriteString(": the fields seem to be separated by " + separator.name + ", want commas")
			}
		}
	}
	return out.String()
}
