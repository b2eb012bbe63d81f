package lead

// Scores returns the score of every row, the sum of whole points. The columns are found
// by name; others are not looked at.
//
// Errors: [ErrNotFitted]; a [*ColumnError] for a column that is absent, comes twice, is
// of the other kind or has another length; an [*UnseenError].
func (s *Scorecard) Scores(columns []Column) ([]int, error) {
	places, rows, err := s.assign(columns)
	if err != nil {
		return nil, err
	}
	scores := make([]int, rows)
	for row := range scores {
		scores[row] = s.base
	}
	for v, at := range places {
		for row, bin := range at {
			if bin >= 0 {
				scores[row] += s.variables[v].Bins[bin].Points
			}
		}
	}
	return scores, nil
}

// ExactScores returns the score of every row before rounding. Errors are those of
// [Scorecard.Scores].
func (s *Scorecard) ExactScores(columns []Column) ([]float64, error) {
	places, rows, err := s.assign(columns)
	if err != nil {
		return nil, err
	}
	scores := make([]float64, rows)
	base := s.exactBase()
	for row := range scores {
		scores[row] = base
	}
	for v, at := range places {
		for row, bin := range at {
			if bin >= 0 {
				scores[row] += s.variables[v].Bins[bin].Exact
			}
		}
	}
	return scores, nil
}

// Probabilities returns the chance of the event of every row, that of the regression:
// no points are rounded, nor does the scale matter. Errors are those of
// [Scorecard.Scores].
func (s *Scorecard) Probabilities(columns []Column) ([]float64, error) {
	places, rows, err := s.assign(columns)
	if err != nil {
		return nil, err
	}
	chances := make([]float64, rows)
	for row := range chances {
		chances[row] = s.intercept.Value
	}
	for v, at := range places {
		for row, bin := range at {
			if bin >= 0 {
				chances[row] += s.variables[v].Coefficient.Value * s.variables[v].Bins[bin].WOE
			}
		}
	}
	for row, logOdds := range chances {
		chances[row] = probability(logOdds)
	}
	return chances, nil
}

// assign finds the bin of every row on every variable.
func (s *Scorecard) assign(columns []Column) (places [][]int, rows int, err error) {
	if len(s.variables) == 0 {
		return nil, 0, ErrNotFitted
	}
	chosen, rows, err := pickBinned(s.binnings, columns)
	if err != nil {
		return nil, 0, err
	}
	for i, b := range s.binnings {
		at, err := b.Assign(*chosen[i])
		if err != nil {
			return nil, 0, err
		}
		places = append(places, at)
	}
	return places, rows, nil
}

// pickBinned finds the columns of binnings by name.
func pickBinned(binnings []*Binning, columns []Column) (found []*Column, rows int, err error) {
	names := make([]string, len(binnings))
	for i, b := range binnings {
		names[i] = b.column
	}
	return pick(columns, names)
}
