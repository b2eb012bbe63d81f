package sheet_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/examples/sheet"
)

// Spreadsheets of many countries write semicolons, and some put quotes round every name,
// which a reader of commas cannot take.
func TestOtherSeparators(t *testing.T) {
	for _, text := range []string{"name;age\nAda;36\n", "\"name\";\"age\"\n\"Ada\";36\n"} {
		s, err := sheet.Open(strings.NewReader(text), "one person a row")
		if err == nil {
			_, err = s.Column("age", true, "")
		}
		require.ErrorContains(t, err, "row 1: ")
		require.ErrorContains(t, err, "separated by semicolons, want commas")
	}
	_, err := sheet.Open(strings.NewReader("name,\"age;\nAda,36\n"), "one person a row")
	require.Error(t, err)
	require.NotContains(t, err.Error(), "semicolons")
}
