package stats_test

import (
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/internal/stats"
)

// threes reads a table of three numbers a line.
func threes(t *testing.T, name string) [][3]float64 {
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	var table [][3]float64
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Fields(line)
		require.Len(t, fields, 3, line)
		var row [3]float64
		for i, field := range fields {
			row[i], err = strconv.ParseFloat(field, 64)
			require.NoError(t, err)
		}
		table = append(table, row)
	}
	require.NotEmpty(t, table)
	return table
}

func TestStudentTailTable(t *testing.T) {
	worst := 0.0
	for _, row := range threes(t, "testdata/student_tail.txt") {
		got := stats.StudentTail(row[0], row[1])
		worst = max(worst, math.Abs(got/row[2]-1))
		require.InEpsilon(t, row[2], got, 1e-10, row)
		require.InDelta(t, 1-row[2], stats.StudentTail(-row[0], row[1]), 1e-10)
	}
	t.Logf("worst relative error %.1e", worst)
	require.Equal(t, 0.5, stats.StudentTail(0, 4))
	require.InEpsilon(t, stats.NormalTail(2), stats.StudentTail(2, 1e300), 1e-14)
}

func TestStudentMarginTable(t *testing.T) {
	worst := 0.0
	for _, row := range threes(t, "testdata/student_margin.txt") {
		got := stats.StudentMargin(row[0], row[1])
		worst = max(worst, math.Abs(got/row[2]-1))
		require.InEpsilon(t, row[2], got, 1e-9, row)
	}
	t.Logf("worst relative error %.1e", worst)
	require.InEpsilon(t, 1.959963984540054, stats.StudentMargin(0.95, 1e300), 1e-14)
	require.InEpsilon(t, 1.959963984540054, stats.NormalMargin(0.95), 1e-14)
	// The quantile of the Cauchy distribution, next to a level of 1.
	require.InEpsilon(t, 1/math.Tan(math.Pi*0x1p-54), stats.StudentMargin(1-0x1p-53, 1), 1e-9)
}

func TestStudentMarginTurnsTheTailRound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		df := math.Exp(rapid.Float64Range(0, 40).Draw(t, "ln df"))
		level := 1 - math.Exp(-rapid.Float64Range(1e-6, 36).Draw(t, "minus ln of 1-level"))
		margin := stats.StudentMargin(level, df)
		if again := 2 * stats.StudentTail(margin, df); !(math.Abs(again/(1-level)-1) < 1e-9) {
			t.Fatalf("level %v, %v degrees: margin %v has tail %v", level, df, margin, again)
		}
	})
}

// Welch's own arithmetic: variances 4/10 and 9/15 of the means give
// 1² / (0.4²/9 + 0.6²/14) degrees of freedom.
func TestSatterthwaite(t *testing.T) {
	se, df := stats.Satterthwaite(math.Sqrt(0.4), 9, math.Sqrt(0.6), 14)
	require.InDelta(t, 1, se, 1e-15)
	require.InDelta(t, 1/(0.16/9+0.36/14), df, 1e-12)
	se, df = stats.Satterthwaite(0, 9, 2, 14)
	require.Equal(t, []float64{2, 14}, []float64{se, df})
	se, df = stats.Satterthwaite(0, 9, 0, 14)
	require.Equal(t, []float64{0, 0}, []float64{se, df})
}
