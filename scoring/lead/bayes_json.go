package lead

import (
	"encoding/json"
	"fmt"
	"math"
)

type bayesNormalForm struct {
	Mean   float64 `json:"mean"`
	Spread float64 `json:"spread"`
}

type bayesLabelForm struct {
	Label  string  `json:"label"`
	Others float64 `json:"others"`
	Events float64 `json:"events"`
}

type bayesColumnForm struct {
	Column string           `json:"column"`
	Others *bayesNormalForm `json:"others,omitempty"`
	Events *bayesNormalForm `json:"events,omitempty"`
	Labels []bayesLabelForm `json:"labels,omitempty"`
}

type bayesForm struct {
	Format    int               `json:"format"`
	Rows      int               `json:"rows"`
	Events    int               `json:"events"`
	Prior     float64           `json:"prior"`
	Smoothing float64           `json:"smoothing"`
	Columns   []bayesColumnForm `json:"columns"`
}

// MarshalJSON writes the classifier with a format number. The zero value, which no
// fit returns, is [ErrNoColumns].
func (b Bayes) MarshalJSON() ([]byte, error) {
	if len(b.columns) == 0 {
		return nil, ErrNoColumns
	}
	form := bayesForm{Format: jsonFormat, Rows: b.rows, Events: b.events, Prior: b.prior, Smoothing: b.smoothing}
	for _, c := range b.columns {
		f := bayesColumnForm{Column: c.name}
		if c.labels == nil {
			f.Others, f.Events = &bayesNormalForm{c.mean[0], c.spread[0]}, &bayesNormalForm{c.mean[1], c.spread[1]}
		}
		for _, l := range c.labels {
			f.Labels = append(f.Labels, bayesLabelForm{l.text, l.weights[0], l.weights[1]})
		}
		form.Columns = append(form.Columns, f)
	}
	return json.Marshal(form)
}

// UnmarshalJSON reads what [Bayes.MarshalJSON] wrote; it predicts as that one did and
// marshals to the same bytes. It is for a fresh value. The error is a [*FormatError]
// for another format; after an error b is unchanged.
func (b *Bayes) UnmarshalJSON(text []byte) error {
	const subject = "naive Bayes"
	var form bayesForm
	if err := decode(subject, text, &form); err != nil {
		return err
	}
	got := Bayes{rows: form.Rows, events: form.Events, prior: form.Prior, smoothing: form.Smoothing}
	if len(form.Columns) == 0 || form.Events < 1 || form.Events >= form.Rows || !(form.Smoothing >= 1/maxSize && form.Smoothing <= maxSize) ||
		math.Abs(form.Prior) > mostEvidence {
		return fmt.Errorf("lead: %s: %d columns, %d events in %d rows, prior %v, smoothing %v",
			subject, len(form.Columns), form.Events, form.Rows, form.Prior, form.Smoothing)
	}
	names := make(map[string]bool)
	for i := range form.Columns {
		f := &form.Columns[i]
		if f.Column == "" || names[f.Column] || !f.fits() {
			return fmt.Errorf("lead: %s: column %d, %q, is none that a fit returns", subject, i, f.Column)
		}
		names[f.Column] = true
		c := bayesColumn{name: f.Column}
		if f.Labels == nil {
			c.mean, c.spread = [2]float64{f.Others.Mean, f.Events.Mean}, [2]float64{f.Others.Spread, f.Events.Spread}
		}
		for _, l := range f.Labels {
			c.labels = append(c.labels, bayesLabel{text: l.Label, weights: [2]float64{l.Others, l.Events}})
		}
		c.weigh(form.Smoothing)
		got.columns = append(got.columns, c)
	}
	*b = got
	return nil
}

// fits tells whether a fit can have returned this: normal numbers with a spread, or
// two labels or more, each once, in order, seen at least once.
func (f *bayesColumnForm) fits() bool {
	const most = maxSize * maxSize // a sum of weights
	if f.Labels == nil {
		normal := func(n *bayesNormalForm) bool {
			return n != nil && math.Abs(n.Mean) <= maxSize && n.Spread >= 1/maxSize && n.Spread <= most
		}
		return normal(f.Others) && normal(f.Events)
	}
	if f.Others != nil || f.Events != nil || len(f.Labels) < 2 {
		return false
	}
	for i, l := range f.Labels {
		if l.Label == "" || i > 0 && f.Labels[i-1].Label >= l.Label || !(l.Others >= 0 && l.Others <= most && l.Events >= 0 && l.Events <= most && l.Others+l.Events > 0) {
			return false
		}
	}
	return true
}
