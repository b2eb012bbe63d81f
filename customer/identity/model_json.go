package identity

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/internal/exactjson"
)

// modelFormat is the version of the JSON form of models.
const modelFormat = 1

// modelForm is a model as JSON.
type modelForm struct {
	Format      int              `json:"format"`
	Fields      []Field          `json:"fields"`
	Options     optionsForm      `json:"options"`
	Exchanges   []exchange       `json:"exchanges"`
	Prior       float64          `json:"prior"`
	Related     float64          `json:"related"`
	Comparisons []comparisonForm `json:"comparisons"`
	Words       []*wordWeights   `json:"words"`
	Values      []valueBits      `json:"values"`
	Rules       []blockingRule   `json:"rules"`
	Refiners    []atom           `json:"refiners"`
	All         bool             `json:"all"`
	Shift       float64          `json:"shift"`
	Slope       float64          `json:"slope"`
	Histogram   histogram        `json:"histogram"`
	Report      Report           `json:"report"`
}

type optionsForm struct {
	Seed           uint64  `json:"seed"`
	MinProbability float64 `json:"min_probability"`
	PairsARecord   float64 `json:"pairs_a_record"`
	MaxBlock       int     `json:"max_block"`
	Exhaustive     int     `json:"exhaustive"`
	Linking        Linking `json:"linking"`
}

type comparisonForm struct {
	Parent  int         `json:"parent"`
	Match   []float64   `json:"match"`
	Related []float64   `json:"related"`
	Other   [][]float64 `json:"other"`
}

type wordWeights struct {
	Weights map[string]float64 `json:"weights"`
	Unseen  float64            `json:"unseen"`
}

type valueBits struct {
	Bits map[string]float64 `json:"bits"`
	Rest float64            `json:"rest"`
}

// MarshalJSON writes the model in a versioned form that [Model.UnmarshalJSON] reads
// back to the same model and the same bytes, the standardiser and [Options.Workers]
// apart.
func (m *Model) MarshalJSON() ([]byte, error) {
	o := m.options
	f := modelForm{Format: modelFormat, Fields: m.schema.Fields, Exchanges: m.exchanges,
		Options: optionsForm{o.Seed, o.MinProbability, o.PairsARecord, o.MaxBlock, o.Exhaustive, o.Linking},
		Prior:   m.parameters.prior, Related: m.parameters.related, Rules: m.rules, Refiners: m.refiners, All: m.all,
		Shift: m.shift, Slope: m.slope, Histogram: m.histogram, Report: m.report}
	p := m.parameters
	for c := range p.m {
		f.Comparisons = append(f.Comparisons, comparisonForm{p.parent[c], p.m[c], p.r[c], p.u[c]})
	}
	for _, t := range m.tokens {
		var words *wordWeights
		if t != nil {
			words = &wordWeights{t.weights, t.unseen}
		}
		f.Words = append(f.Words, words)
	}
	for _, v := range m.frequencies {
		f.Values = append(f.Values, valueBits{v.bits, v.rest})
	}
	return json.Marshal(f)
}

// A ModelError reports JSON that is no model.
type ModelError struct {
	Reason string
	Err    error // of the decoder; nil: the numbers do not fit together
}

// Error says what is wrong.
func (e *ModelError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("identity: model: %s: %v", e.Reason, e.Err)
	}
	return "identity: model: " + e.Reason
}

// Unwrap returns the error of the decoder.
func (e *ModelError) Unwrap() error { return e.Err }

// UnmarshalJSON reads what [Model.MarshalJSON] writes. On an error, a [*ModelError],
// the model stays as it is.
func (m *Model) UnmarshalJSON(text []byte) error {
	var f modelForm
	if err := exactjson.Decode(text, &f, "weights", "bits"); err != nil {
		return &ModelError{"cannot be read", err}
	}
	read, err := f.model()
	if err != nil {
		return err
	}
	*m = *read
	return nil
}

// model checks a form and makes the model of it.
func (f *modelForm) model() (*Model, error) {
	if f.Format != modelFormat {
		return nil, &ModelError{Reason: fmt.Sprintf("format %d, want %d", f.Format, modelFormat)}
	}
	schema := Schema{Fields: f.Fields}
	if err := schema.Validate(); err != nil {
		return nil, &ModelError{"fields", err}
	}
	o := f.Options
	options, err := (&Options{Seed: o.Seed, MinProbability: o.MinProbability, PairsARecord: o.PairsARecord,
		MaxBlock: o.MaxBlock, Exhaustive: o.Exhaustive, Linking: o.Linking}).orDefault()
	if err != nil {
		return nil, &ModelError{"options", err}
	}
	standardiser, err := NewStandardiser(nil)
	if err != nil {
		return nil, err
	}
	m := &Model{schema: schema, options: options, standardiser: standardiser, exchanges: f.Exchanges, rules: f.Rules,
		refiners: f.Refiners, all: f.All, shift: f.Shift, slope: f.Slope, histogram: f.Histogram, report: f.Report}
	n := len(schema.Fields)
	k := n + len(f.Exchanges)
	switch {
	case len(f.Comparisons) != k || len(f.Words) != n || len(f.Values) != n || k > maxCompared:
		return nil, &ModelError{Reason: "the comparisons, words and values are not as many as the fields"}
	case !(f.Prior > 0 && f.Prior < 1) || !(f.Related >= 0 && f.Prior+f.Related < 1):
		return nil, &ModelError{Reason: fmt.Sprintf("prior %v and related %v, want shares", f.Prior, f.Related)}
	case !finite(f.Shift) || !(f.Slope > 0) || !finite(f.Slope):
		return nil, &ModelError{Reason: fmt.Sprintf("shift %v and slope %v", f.Shift, f.Slope)}
	case len(f.Histogram.Pairs) != len(f.Histogram.Matches) || len(f.Histogram.Pairs) != histogramSize && f.Histogram.Seen != 0:
		return nil, &ModelError{Reason: "the histogram has another size"}
	}
	if reason := f.places(n); reason != "" {
		return nil, &ModelError{Reason: reason}
	}
	p := newParameters(k)
	p.prior, p.related = f.Prior, f.Related
	for c, form := range f.Comparisons {
		if reason := f.comparison(c, n); reason != "" {
			return nil, &ModelError{Reason: fmt.Sprintf("comparison %d: %s", c, reason)}
		}
		p.parent[c], p.m[c], p.r[c], p.u[c] = form.Parent, form.Match, form.Related, form.Other
	}
	p.weigh()
	m.parameters = p
	for i, field := range schema.Fields {
		var tokens *Tokens
		if w := f.Words[i]; (w != nil) != byWords(field.Kind) {
			return nil, &ModelError{Reason: fmt.Sprintf("field %d: words", i)}
		} else if w != nil {
			tokens = &Tokens{weights: w.Weights, unseen: w.Unseen}
			for word, weight := range w.Weights {
				if !(weight > 0) || !finite(weight) {
					return nil, &ModelError{Reason: fmt.Sprintf("field %d: word %s weighs %v", i, quoted(word), weight)}
				}
			}
			if !(w.Unseen > 0) || !finite(w.Unseen) {
				return nil, &ModelError{Reason: fmt.Sprintf("field %d: unseen words weigh %v", i, w.Unseen)}
			}
		}
		if reason := f.Values[i].check(); reason != "" {
			return nil, &ModelError{Reason: fmt.Sprintf("field %d: %s", i, reason)}
		}
		m.tokens = append(m.tokens, tokens)
		m.frequencies = append(m.frequencies, frequencies{bits: f.Values[i].Bits, rest: f.Values[i].Rest})
	}
	return m, nil
}

// mostBits is more than the frequency of a value can tell.
const mostBits = 1100

// check returns what is wrong with the bits of values, "" for nothing.
func (v *valueBits) check() string {
	if !(math.Abs(v.Rest) <= mostBits) {
		return fmt.Sprintf("other values tell %v bits", v.Rest)
	}
	for value, bits := range v.Bits {
		if !(math.Abs(bits) <= mostBits) {
			return fmt.Sprintf("value %s tells %v bits", quoted(value), bits)
		}
	}
	return ""
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// places checks what names fields by their places.
func (f *modelForm) places(n int) string {
	taken := make([]bool, n)
	for i, e := range f.Exchanges {
		if e.Field < 0 || e.With <= e.Field || e.With >= n || f.Fields[e.Field].Kind != f.Fields[e.With].Kind || taken[e.Field] || taken[e.With] {
			return fmt.Sprintf("exchange %d: fields %d and %d", i, e.Field, e.With)
		}
		taken[e.Field], taken[e.With] = true, true
	}
	atoms := f.Refiners
	for _, r := range f.Rules {
		if len(r.Atoms) == 0 {
			return "a blocking rule of nothing"
		}
		atoms = append(atoms[:len(atoms):len(atoms)], r.Atoms...)
	}
	for _, a := range atoms {
		if a.Field < 0 || a.Field >= n || a.With < 0 || a.With >= n {
			return fmt.Sprintf("a blocking rule of fields %d and %d", a.Field, a.With)
		}
	}
	return ""
}

// comparison checks the shares of a comparison.
func (f *modelForm) comparison(c, fields int) string {
	form := f.Comparisons[c]
	k := arrangements
	if c < fields {
		k = len(levelNames(f.Fields[c].Kind))
	}
	rows := 1
	switch {
	case form.Parent < -1 || form.Parent >= fields || form.Parent == c:
		return fmt.Sprintf("depends on %d", form.Parent)
	case form.Parent >= 0:
		rows = len(levelNames(f.Fields[form.Parent].Kind))
	}
	if len(form.Other) != rows {
		return fmt.Sprintf("%d rows, want %d", len(form.Other), rows)
	}
	for _, shares := range append([][]float64{form.Match, form.Related}, form.Other...) {
		if len(shares) != k {
			return fmt.Sprintf("%d levels, want %d", len(shares), k)
		}
		for l, share := range shares {
			if !(share >= 0 && share <= 1) || l > 0 && share == 0 {
				return fmt.Sprintf("a share of %v", share)
			}
		}
	}
	return ""
}
