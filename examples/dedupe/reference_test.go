//go:build !race

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/refdata"
)

func reference(t *testing.T, name string) string {
	t.Helper()
	path, err := refdata.Path(name)
	if err != nil {
		t.Skip(err)
	}
	return path
}

// febrl4 has 5000 persons once in each file; the labels follow from the ids. The
// bars are those of the best of the tools that were measured on the same files.
func TestReferenceFebrl4(t *testing.T) {
	a, b := reference(t, "data/febrl4/dataset4a.csv"), reference(t, "data/febrl4/dataset4b.csv")
	var labels strings.Builder
	labels.WriteString("left_id,right_id\n")
	for i := range 5000 {
		fmt.Fprintf(&labels, "rec-%d-org,rec-%d-dup-0\n", i, i)
	}
	f := callJSON(t, "", "-a", a, "-b", b, "-labels", fileOf(t, "labels.csv", labels.String()))
	require.GreaterOrEqual(t, *f.Metrics.Pairwise.F1, 0.9993)
	require.GreaterOrEqual(t, *f.Metrics.Clustered.F1, 0.9993)
	require.InDelta(t, *f.Metrics.Calibration.True, *f.Metrics.Calibration.Stated, 0.05)
}

func TestReferenceFake1000(t *testing.T) {
	f := callJSON(t, "", "-a", reference(t, "data/fake1000/fake_1000.csv"), "-entity", "cluster")
	require.GreaterOrEqual(t, *f.Metrics.Clustered.F1, 0.976)
	require.InDelta(t, *f.Metrics.Calibration.True, *f.Metrics.Calibration.Stated, 0.05)
}
