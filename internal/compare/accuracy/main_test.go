package main

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rapport-crm/rapport/internal/refdata"
)

// The tables are made from the reference data, and no fit ends below a stored maximum
// or another tool.
func TestAccuracyTables(t *testing.T) {
	if _, err := refdata.Path("reference/clv/stress.json"); err != nil {
		t.Skip(err)
	}
	var out bytes.Buffer
	if err := run(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	for _, heading := range []string{"## Fits", "## Predictions", "## Hold-out", "## Donations", "## Contracts", "## Hard inputs"} {
		if !strings.Contains(text, heading) {
			t.Errorf("no %q", heading)
		}
	}
	fits, _, _ := strings.Cut(text, "## Predictions")
	compared := 0
	for _, gain := range regexp.MustCompile(`\| ([+-]\d\.\de[+-]\d\d) `).FindAllStringSubmatch(fits, -1) {
		v, err := strconv.ParseFloat(gain[1], 64)
		if err != nil || v < -1e-6 {
			t.Errorf("a fit ends %s above what is known", gain[1])
		}
		compared++
	}
	if compared < 8 {
		t.Errorf("%d comparisons of maxima", compared)
	}
}
