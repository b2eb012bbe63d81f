package scoring_test

import (
	"bufio"
	"cmp"
	"encoding/json"
	"iter"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/refdata"
	"github.com/rapport-crm/rapport/scoring"
)

// stream yields rows without an error.
func stream(rows []scoring.Purchase) iter.Seq2[scoring.Purchase, error] {
	return func(yield func(scoring.Purchase, error) bool) {
		for _, p := range rows {
			if !yield(p, nil) {
				return
			}
		}
	}
}

// day is midnight UTC of a date such as 1997-09-30.
func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

// byCustomerAndDate is the order that SummarizeSorted wants.
func byCustomerAndDate(a, b scoring.Purchase) int {
	return cmp.Or(strings.Compare(string(a.Customer), string(b.Customer)), a.At.Compare(b.At))
}

// row is a purchase from a date and an amount in minor units.
func row(id rapport.ID, date string, amount int64) scoring.Purchase {
	return scoring.Purchase{Customer: id, At: day(date), Amount: amount}
}

// readLog reads a log of the reference folder: customer_id,date,amount[,…], the
// amounts in cents.
func readLog(t *testing.T, name string) []scoring.Purchase {
	t.Helper()
	path, err := refdata.Path(name)
	if err != nil {
		t.Skip(err)
	}
	file, err := os.Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	var rows []scoring.Purchase
	lines := bufio.NewScanner(file)
	lines.Scan() // header
	for lines.Scan() {
		fields := strings.Split(lines.Text(), ",")
		at, err := time.Parse(time.DateOnly, fields[1])
		require.NoError(t, err, "row %q", lines.Text())
		amount, err := decimal.NewFromString(fields[2])
		require.NoError(t, err, "row %q", lines.Text())
		cents := amount.Shift(2)
		require.True(t, cents.IsInteger(), "row %q", lines.Text())
		rows = append(rows, scoring.Purchase{Customer: rapport.ID(fields[0]), At: at, Amount: cents.IntPart()})
	}
	require.NoError(t, lines.Err())
	return rows
}

// readJSON reads a file of the reference folder.
func readJSON(t *testing.T, name string, into any) {
	t.Helper()
	path, err := refdata.Path(name)
	if err != nil {
		t.Skip(err)
	}
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, into))
}

// sortedCopy returns the rows in the order that SummarizeSorted wants.
func sortedCopy(rows []scoring.Purchase) []scoring.Purchase {
	return slices.SortedStableFunc(slices.Values(rows), byCustomerAndDate)
}
