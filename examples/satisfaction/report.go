package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/examples/sheet"
	"github.com/rapport-crm/rapport/satisfaction"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// level is that of all intervals.
const level = 0.95

// report is all that is printed.
type report struct {
	options options
	source  string // the name of the file
	rows    int    // of the file
	model   satisfaction.Model
	fit     *pls.Result

	reliability []pls.Reliability  // by construct
	pairs       []pls.Discriminant // of constructs
	sizes       []pls.EffectSize   // by path
	measures    pls.FitMeasures
	indices     []index
	importance  []importance

	pathIntervals  []interval // by path; nil without a bootstrap
	totalIntervals []interval
	warnings       []string
}

// index is that of a construct, with the weights of its items.
type index struct {
	construct string
	rapport.Estimate
	items []satisfaction.ItemIndex
}

// importance is how much a construct matters to the target, and how well it does.
type importance struct {
	construct               string
	importance, performance float64
}

// interval is a figure with its name.
type interval struct {
	name string
	rapport.Estimate
}

// newReport reads the answers and estimates the model.
func newReport(ctx context.Context, o options, stdin io.Reader) (*report, error) {
	a, err := openAnswers(o, stdin)
	if err != nil {
		return nil, err
	}
	r, err := assess(ctx, o, a)
	return r, errors.Join(err, a.close())
}

func assess(ctx context.Context, o options, a *answers) (*report, error) {
	model, skipped, err := a.chooseModel(&o)
	if err != nil {
		return nil, err
	}
	if err := a.read(model.Items(), o.weightCol); err != nil {
		return nil, err
	}
	result, warnings, err := estimateModel(ctx, o, model, a.data)
	if err != nil {
		return nil, a.explain(err)
	}
	r := &report{options: o, source: a.name, rows: len(a.lines), model: result.Model(), fit: result.Fit(), warnings: append(skipped, warnings...)}
	r.reliability, r.pairs, r.sizes, r.measures = r.fit.Reliability(), r.fit.Discriminant(), r.fit.EffectSizes(), r.fit.FitMeasures()
	for _, c := range result.Constructs {
		r.indices = append(r.indices, index{c.Name, c.Index, c.Items})
	}
	r.resampled(result.Bootstrap())
	r.warn(result)
	r.weighImportance()
	return r, nil
}

// weighImportance fills in the importance–performance map, which does not exist where
// the weights of a construct cancel out.
func (r *report) weighImportance() {
	ranges := map[string]pls.Range{}
	for _, item := range r.model.Items() {
		ranges[item.Key] = pls.Range{Low: item.Low, High: item.High}
	}
	found, err := r.fit.ImportanceMap(r.model.Target, ranges)
	if err != nil {
		r.warnings = append(r.warnings, "no_importance: "+err.Error())
		return
	}
	for _, c := range found.Constructs {
		if c.PercentEffect.Exists && c.Percent.Exists {
			r.importance = append(r.importance, importance{c.Construct, c.PercentEffect.Value, c.Percent.Value})
		}
	}
}

// explain gives an error of the library in the words of the file.
func (a *answers) explain(err error) error {
	if bad, ok := errors.AsType[*satisfaction.AnswerError](err); ok && bad.Row >= 0 && bad.Row < len(a.lines) {
		reason := fmt.Errorf("is not on the scale from %v to %v", bad.Low, bad.High)
		return a.wrong(&sheet.RowError{Row: a.lines[bad.Row], Field: bad.Item, Text: fmt.Sprint(bad.Value), Err: reason})
	}
	if bad, ok := errors.AsType[*pls.ItemError](err); ok {
		what := map[pls.ItemFault]string{
			pls.ConstantItem: "all answers are equal", pls.EmptyItem: "there is no answer",
			pls.NoCommonRows: "too few rows have this answer and another that is needed",
		}[bad.Fault]
		if what != "" {
			return a.wrong(fmt.Errorf("column %s: %s", sheet.Quoted(bad.Item), what))
		}
	}
	if bad, ok := errors.AsType[*satisfaction.ModelError](err); ok && bad.Fault == satisfaction.UnboundConstruct {
		return a.wrong(fmt.Errorf("row 1: the header has no column for the construct %s of -model %s: names begin with IMAG, CUEX, PERQ, PERV, CUSA, CUSCO or CUSL, see go doc ./examples/satisfaction%s", bad.Construct, bad.Model, a.sheet.Found()))
	}
	return a.wrong(err)
}

func (r *report) title() string {
	name := strings.ToUpper(r.model.Name)
	if name == "" {
		name = "Satisfaction"
	}
	return name + " model of " + r.source
}

func (r *report) subtitle() string {
	o := r.fit.Options()
	text := fmt.Sprintf("%d of %d respondents, %s scheme, %s metric", r.fit.Rows(), r.rows, o.Scheme, o.Metric)
	if o.Consistent {
		text += ", corrected for attenuation (PLSc)"
	}
	if r.options.weightCol != "" {
		text += ", weighted by " + r.options.weightCol
	}
	if r.options.bootstrap > 0 {
		text += fmt.Sprintf(", %d resamples from seed %d", r.options.bootstrap, r.options.seed)
	}
	return text
}

// ruleText says how items are weighed in the index.
func (r *report) ruleText() string {
	switch r.options.rule {
	case satisfaction.EqualWeights:
		return "All items of a construct count alike."
	case satisfaction.UnstandardisedWeights:
		return "Items count by the weights of the path model for answers as given (unstandardised)."
	}
	return "Items count by the weights of the path model for answers as given, normalised to sum 1."
}

func (r *report) methods() string {
	return "Path model by partial least squares (Lohmöller 1989), index by Fornell et al. 1996. " + r.ruleText() +
		" HTMT is of absolute correlations (Henseler, Ringle, Sarstedt 2015), f² of the same scores, SRMR of the correlations that the paths imply." +
		" Names of published indices are marks of others; what is computed here is no official score."
}
