package kano

import "github.com/rapport-crm/rapport/internal/numeric"

// ChiSquare is a chi-square test of counts.
type ChiSquare struct {
	Statistic float64
	DF        int     // degrees of freedom
	P         float64 // chance of a statistic as large if there is no difference
	// SmallestExpected is the smallest count that was expected; see [ChiSquare.Small].
	SmallestExpected float64
	N                int // customers behind it; 0: no test
}

// Small tells whether an expected count is below 5: P is then rough (W. G. Cochran, Some
// methods for strengthening the common χ² tests, Biometrics 10, 1954).
func (t ChiSquare) Small() bool { return t.N > 0 && t.SmallestExpected < 5 }

// equality tests whether counts, not all 0, are equal.
func equality(n int, counts ...float64) ChiSquare {
	total := 0.0
	for _, count := range counts {
		total += count
	}
	t := ChiSquare{DF: len(counts) - 1, SmallestExpected: total / float64(len(counts)), N: n}
	for _, count := range counts {
		t.Statistic += (count - t.SmallestExpected) * (count - t.SmallestExpected) / t.SmallestExpected
	}
	t.P = numeric.ChiSquareTail(t.Statistic, t.DF)
	return t
}

// homogeneity tests whether samples have the same shares of all six categories. Samples
// without answers and categories that nobody is in do not count; there is no test unless
// two of each are left. With weights the counts are those of as many effective answers,
// a correction by one design effect a sample as J. N. K. Rao and A. J. Scott give it
// (Journal of the American Statistical Association 76, 1981).
func homogeneity(samples []sample) ChiSquare {
	var rows []Counts
	var sum Counts
	t := ChiSquare{}
	for _, s := range samples {
		if s.rows.Sum() == 0 {
			continue
		}
		t.N += int(s.rows.Sum())
		e := s.effective()
		rows = append(rows, e)
		for _, category := range Categories() {
			*sum.at(category) += e.Of(category)
		}
	}
	first := true
	used := 0
	for _, category := range Categories() {
		column := sum.Of(category)
		if column == 0 {
			continue
		}
		used++
		for _, row := range rows {
			expected := row.Sum() * column / sum.Sum()
			difference := row.Of(category) - expected
			t.Statistic += difference * difference / expected
			if first || expected < t.SmallestExpected {
				t.SmallestExpected, first = expected, false
			}
		}
	}
	t.DF = (len(rows) - 1) * (used - 1)
	if len(rows) < 2 || used < 2 {
		return ChiSquare{}
	}
	t.P = numeric.ChiSquareTail(t.Statistic, t.DF)
	return t
}
