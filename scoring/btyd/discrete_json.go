package btyd

import "fmt"

// MarshalJSON writes the model as [Model.MarshalJSON] does.
func (m BGBB) MarshalJSON() ([]byte, error) {
	if !m.known() {
		return nil, errUnknown("FitBGBB, NewBGBB")
	}
	file := modelFile{Kind: kindPrefix + m.Name(), Identified: m.identified[:], Report: m.report}
	return file.write(bgbbRecipe{dropout: true}.names(), m.params.list(), m.covariance)
}

// UnmarshalJSON reads what [BGBB.MarshalJSON] wrote, as [Model.UnmarshalJSON] does.
func (m *BGBB) UnmarshalJSON(text []byte) error {
	file, p, covariance, err := readModel(text, "bgbb", bgbbRecipe{dropout: true}.names())
	if err != nil {
		return err
	}
	params := BGBBParams{p[0], p[1], p[2], p[3]}
	if err := checkDiscrete(file, params.check()); err != nil {
		return err
	}
	*m = BGBB{params: params, covariance: covariance, identified: [4]bool(file.Identified), report: file.Report}
	return nil
}

// MarshalJSON writes the model as [Model.MarshalJSON] does.
func (m Contract) MarshalJSON() ([]byte, error) {
	if !m.known() {
		return nil, errUnknown("FitShiftedBetaGeometric and others")
	}
	file := modelFile{Kind: kindPrefix + m.Name(), Identified: m.identified, Report: m.report}
	return file.write(contractRecipe{weibull: m.weibull}.names(), m.list(), m.covariance)
}

// UnmarshalJSON reads what [Contract.MarshalJSON] wrote, of either model, as
// [Model.UnmarshalJSON] does.
func (m *Contract) UnmarshalJSON(text []byte) error {
	head, err := readHead(text)
	if err != nil {
		return err
	}
	name, weibull := "sbg", head.Kind == kindPrefix+"bdw"
	if weibull {
		name = "bdw"
	}
	file, p, covariance, err := readModel(text, name, contractRecipe{weibull: weibull}.names())
	if err != nil {
		return err
	}
	back, err := newContract(weibull, p)
	if err := checkDiscrete(file, err); err != nil {
		return err
	}
	back.covariance, back.identified, back.report = covariance, file.Identified, file.Report
	*m = *back
	return nil
}

// checkDiscrete returns the error of a file whose parameters were checked.
func checkDiscrete(file modelFile, params error) error {
	if file.Unit != 0 || file.Covariates != nil || file.Effects != nil {
		return fmt.Errorf("btyd: model of discrete time with a unit of time, or with covariates: %w", ErrModelFormat)
	}
	if params != nil {
		return fmt.Errorf("%w: %w", ErrModelFormat, params)
	}
	return nil
}
