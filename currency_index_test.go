package rapport

import (
	"fmt"
	"strings"
	"testing"
)

// The index is derived data: this is where a new currency's index comes from.
func TestCurrencyIndexFollowsTable(t *testing.T) {
	index := make([]byte, 1000)
	previous := ""
	for at := 0; at < len(currencyTable); at += currencyRecord {
		record := currencyTable[at : at+currencyRecord]
		if record[:3] <= previous {
			t.Errorf("record %s is not after %s", record[:3], previous)
		}
		previous = record[:3]
		number := recordNumber(record)
		if index[number] != 0 {
			t.Errorf("two currencies have the number %d, one is %s", number, record[:3])
		}
		index[number] = byte(at/currencyRecord + 1)
	}
	if string(index) == currencyIndex {
		return
	}
	var due strings.Builder
	for at := 0; at < len(index); at += 20 {
		due.WriteString("\t\"")
		for _, b := range index[at : at+20] {
			fmt.Fprintf(&due, `\x%02x`, b)
		}
		due.WriteString("\" +\n")
	}
	t.Errorf("currencyIndex does not follow currencyTable; it should be\n%s", strings.TrimSuffix(due.String(), " +\n"))
}
