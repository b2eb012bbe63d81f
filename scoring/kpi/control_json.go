package kpi

import (
	"encoding/json"
	"fmt"
	"slices"
)

// chartForm is a chart in JSON; those that do not have a member write null.
type chartForm struct {
	Format     int      `json:"format"`
	Chart      string   `json:"chart"`
	Center     *float64 `json:"center"`
	Sigma      *float64 `json:"sigma"`
	Width      *float64 `json:"width"`
	Rules      []Rule   `json:"rules"`
	Lambda     *float64 `json:"lambda"`
	Asymptotic *bool    `json:"asymptotic"`
	Reference  *float64 `json:"reference"`
	Decision   *float64 `json:"decision"`
	HeadStart  *float64 `json:"head_start"`
	Sides      *string  `json:"sides"`
	Inflation  *float64 `json:"inflation"`
}

// write gives the JSON of a chart that is valid.
func (f chartForm) write(chart string, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	f.Format, f.Chart = format, chart
	return json.Marshal(f)
}

// readChart reads the JSON of a chart of one of some kinds, with the members that it has
// and no others.
func readChart(text []byte, kinds ...string) (chartForm, error) {
	var f chartForm
	if err := decode("chart", text, &f); err != nil {
		return f, err
	}
	if !slices.Contains(kinds, f.Chart) {
		return f, &StateError{Subject: "chart", Reason: fmt.Sprintf("is %.40q: want one of %q", f.Chart, kinds)}
	}
	width, sums := f.Chart != "cusum", f.Chart == "cusum"
	sigma := f.Chart == "shewhart" || f.Chart == "ewma" || sums
	for _, member := range []struct {
		name       string
		has, wants bool
	}{
		{"center", f.Center != nil, true},
		{"sigma", f.Sigma != nil, sigma},
		{"width", f.Width != nil, width},
		{"rules", f.Rules != nil, f.Chart == "shewhart"},
		{"lambda", f.Lambda != nil, f.Chart == "ewma"},
		{"asymptotic", f.Asymptotic != nil, f.Chart == "ewma"},
		{"reference", f.Reference != nil, sums},
		{"decision", f.Decision != nil, sums},
		{"head_start", f.HeadStart != nil, sums},
		{"sides", f.Sides != nil, sums},
		{"inflation", f.Inflation != nil, !sigma},
	} {
		if member.has != member.wants {
			return f, &StateError{Subject: "chart", Reason: fmt.Sprintf("%s: %s is there %v, want %v", f.Chart, member.name, member.has, member.wants)}
		}
	}
	return f, nil
}

// MarshalJSON writes the chart with a version, defaults written out. It refuses what
// [Shewhart.Points] refuses of the chart.
func (c Shewhart) MarshalJSON() ([]byte, error) {
	err := c.validate()
	c = c.normal()
	return chartForm{Center: &c.Center, Sigma: &c.Sigma, Width: &c.Width, Rules: append([]Rule{}, c.Rules...)}.write("shewhart", err)
}

// UnmarshalJSON reads what [Shewhart.MarshalJSON] wrote. The error is that of the JSON, a
// [*FormatError], a [*StateError], a [*RuleError] or an [*InputError]; c is then
// unchanged.
func (c *Shewhart) UnmarshalJSON(text []byte) error {
	f, err := readChart(text, "shewhart")
	if err != nil {
		return err
	}
	got := Shewhart{Center: *f.Center, Sigma: *f.Sigma, Width: *f.Width}
	if len(f.Rules) > 0 {
		got.Rules = f.Rules
	}
	if err := got.validate(); err != nil {
		return err
	}
	*c = got.normal()
	return nil
}

// MarshalJSON writes the chart with a version, defaults written out. It refuses what
// [EWMA.Points] refuses of the chart.
func (c EWMA) MarshalJSON() ([]byte, error) {
	err := c.validate()
	c = c.normal()
	return chartForm{Center: &c.Center, Sigma: &c.Sigma, Width: &c.Width, Lambda: &c.Lambda, Asymptotic: &c.Asymptotic}.write("ewma", err)
}

// UnmarshalJSON reads what [EWMA.MarshalJSON] wrote. The error is that of the JSON, a
// [*FormatError], a [*StateError] or an [*InputError]; c is then unchanged.
func (c *EWMA) UnmarshalJSON(text []byte) error {
	f, err := readChart(text, "ewma")
	if err != nil {
		return err
	}
	got := EWMA{Center: *f.Center, Sigma: *f.Sigma, Width: *f.Width, Lambda: *f.Lambda, Asymptotic: *f.Asymptotic}
	if err := got.validate(); err != nil {
		return err
	}
	*c = got.normal()
	return nil
}

// MarshalJSON writes the chart with a version. It refuses what [CUSUM.Points] refuses of
// the chart.
func (c CUSUM) MarshalJSON() ([]byte, error) {
	return chartForm{
		Center: &c.Center, Sigma: &c.Sigma, Reference: &c.Reference, Decision: &c.Decision, HeadStart: &c.HeadStart, Sides: new(c.Sides.String()),
	}.write("cusum", c.validate())
}

// UnmarshalJSON reads what [CUSUM.MarshalJSON] wrote. The error is that of the JSON, a
// [*FormatError], a [*StateError], a [*CodeError] or an [*InputError]; c is then
// unchanged.
func (c *CUSUM) UnmarshalJSON(text []byte) error {
	f, err := readChart(text, "cusum")
	if err != nil {
		return err
	}
	sides, err := nameIndex("sides", sidesNames(), []byte(*f.Sides))
	if err != nil {
		return err
	}
	got := CUSUM{Center: *f.Center, Sigma: *f.Sigma, Reference: *f.Reference, Decision: *f.Decision, HeadStart: *f.HeadStart, Sides: Sides(sides)}
	if err := got.validate(); err != nil {
		return err
	}
	*c = got
	return nil
}

// MarshalJSON writes the chart with a version, defaults written out. It refuses what
// [RateChart.Points] refuses of the chart.
func (c RateChart) MarshalJSON() ([]byte, error) {
	err := c.validate()
	c = c.normal()
	return chartForm{Center: &c.Center, Width: &c.Width, Inflation: &c.Inflation}.write(c.Kind.String(), err)
}

// UnmarshalJSON reads what [RateChart.MarshalJSON] wrote. The error is that of the JSON, a
// [*FormatError], a [*StateError] or an [*InputError]; c is then unchanged.
func (c *RateChart) UnmarshalJSON(text []byte) error {
	f, err := readChart(text, Proportions.String(), Rates.String())
	if err != nil {
		return err
	}
	got := RateChart{Kind: Proportions, Center: *f.Center, Width: *f.Width, Inflation: *f.Inflation}
	if f.Chart == Rates.String() {
		got.Kind = Rates
	}
	if err := got.validate(); err != nil {
		return err
	}
	*c = got.normal()
	return nil
}
