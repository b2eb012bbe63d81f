package identity

import (
	"fmt"
)

// Explanation says where the weight of a pair comes from: its contributions add up
// to it.
type Explanation struct {
	Weight        float64        `json:"weight"`      // bits: the log2 of the odds
	Probability   float64        `json:"probability"` // 2^Weight/(1+2^Weight)
	Contributions []Contribution `json:"contributions"`
}

// Part says what a contribution is for; a stable code.
type Part string

// The parts of a weight.
const (
	FromPrior       Part = "prior"       // the odds of two records drawn by chance
	FromField       Part = "field"       // how the values of a field agree
	FromFrequency   Part = "frequency"   // how rare the value is that both have
	FromRelated     Part = "related"     // the chance of another customer with something in common, such as a household
	FromLabels      Part = "labels"      // what labels add to all weights
	FromArrangement Part = "arrangement" // whether the values of two fields are exchanged
)

// Contribution is one part of a weight.
type Contribution struct {
	Part  Part    `json:"part"`
	Field string  `json:"field,omitzero"` // the field; of an arrangement the first of two
	With  string  `json:"with,omitzero"`  // of an arrangement the other field
	Left  string  `json:"left,omitzero"`  // the standard forms that were compared
	Right string  `json:"right,omitzero"` //
	Level string  `json:"level,omitzero"` // how they agree, such as "exact", "slip", "missing"
	Given string  `json:"given,omitzero"` // the field whose agreement the figure takes into account
	Bits  float64 `json:"bits"`           // added to the weight
	Match float64 `json:"match,omitzero"` // the share of matches with the level
	Other float64 `json:"other,omitzero"` // the share of others with the level
}

// Explain weighs two records and says why. The error is a [*RecordError].
func (m *Model) Explain(a, b Record) (Explanation, error) {
	j := &joint{fields: m.schema.Fields, n: 2, split: 2, cols: make([]jointColumn, len(m.schema.Fields))}
	for i, r := range []Record{a, b} {
		texts, err := m.forms(r)
		if err != nil {
			return Explanation{}, err
		}
		for f, text := range texts {
			j.cols[f].put(i, text)
		}
	}
	for f := range j.cols {
		j.cols[f].finish(j.fields[f].Kind)
	}
	m.bind(j)
	return m.explain(j, 0, 1), nil
}

// forms returns the standard forms of a record that is passed by itself.
func (m *Model) forms(r Record) ([]string, error) {
	if err := checkRecord(-1, r, len(m.schema.Fields)); err != nil {
		return nil, err
	}
	texts := make([]string, len(r.Values))
	for f, field := range m.schema.Fields {
		form, err := m.standardiser.Form(field.Kind, r.Values[f])
		if err != nil {
			return nil, &RecordError{Record: -1, ID: r.ID, Field: field.Name, Err: err}
		}
		texts[f] = form.Text
	}
	return texts, nil
}

// put sets the value of the record at place 0 or 1.
func (c *jointColumn) put(place int, text string) {
	if place == 0 {
		c.texts, c.codes = []string{""}, make([]uint32, 2)
	}
	code := uint32(0)
	for int(code) < len(c.texts) && c.texts[code] != text {
		code++
	}
	if int(code) == len(c.texts) {
		c.texts = append(c.texts, text)
	}
	c.codes[place] = code
}

// explain takes the weight of a pair apart.
func (m *Model) explain(j *joint, x, y int) Explanation {
	p := newComparer(j, m.exchanges).pattern(x, y)
	q := m.parameters
	e := Explanation{Contributions: []Contribution{{Part: FromPrior, Bits: logit2(q.prior)}}}
	crossed := make([]int, len(j.cols)) // the field that each is compared with
	for f := range crossed {
		crossed[f] = f
	}
	for i, x := range m.exchanges {
		if p.at(len(j.cols)+i) >= exchanged {
			crossed[x.Field], crossed[x.With] = x.With, x.Field
		}
	}
	kin := 0.0
	for c := range q.bits {
		row, given := level(0), ""
		if q.parent[c] >= 0 && p.at(q.parent[c]) != missing {
			row, given = p.at(q.parent[c]), m.schema.Fields[q.parent[c]].Name
		}
		l := p.at(c)
		part := Contribution{Part: FromField, Level: m.levelName(c, l), Bits: q.bits[c][row][l],
			Match: q.m[c][l], Other: q.u[c][row][l], Given: given}
		if l == missing {
			part.Given = ""
		}
		if c < len(j.cols) {
			col, with := &j.cols[c], &j.cols[crossed[c]]
			part.Field = m.schema.Fields[c].Name
			part.Left, part.Right = col.texts[col.codes[x]], with.texts[with.codes[y]]
		} else {
			part.Part = FromArrangement
			ex := m.exchanges[c-len(j.cols)]
			part.Field, part.With = m.schema.Fields[ex.Field].Name, m.schema.Fields[ex.With].Name
		}
		e.Contributions = append(e.Contributions, part)
		kin += q.kin[c][row][l]
		if c < len(j.cols) && l == exact {
			if bits := q.tempers[c][row] * m.frequencies[c].of(part.Left); bits != 0 {
				kin += q.kinShare[c] * bits
				e.Contributions = append(e.Contributions, Contribution{Part: FromFrequency, Field: part.Field,
					Left: part.Left, Right: part.Right, Level: part.Level, Given: part.Given, Bits: bits})
			}
		}
	}
	if q.related > 0 {
		e.Contributions = append(e.Contributions, Contribution{Part: FromRelated, Bits: q.kinship(kin)})
	}
	if m.slope != 1 || m.shift != 0 {
		for i := range e.Contributions {
			e.Contributions[i].Bits *= m.slope
		}
		e.Contributions = append(e.Contributions, Contribution{Part: FromLabels, Bits: m.shift})
	}
	for _, part := range e.Contributions {
		e.Weight += part.Bits
	}
	e.Probability = probability(e.Weight)
	return e
}

// levelName returns the code of a level of a comparison.
func (m *Model) levelName(c int, l level) string {
	if c < len(m.schema.Fields) {
		return levelNames(m.schema.Fields[c].Kind)[l]
	}
	return [...]string{"missing", "straight", "exchanged", "unclear"}[l]
}

// String writes the contribution in one line, for logs and examples.
func (c Contribution) String() string {
	name := string(c.Part)
	if c.Field != "" {
		name += " " + c.Field
	}
	if c.With != "" {
		name += "/" + c.With
	}
	if c.Level != "" {
		name += " " + c.Level
	}
	return fmt.Sprintf("%s %+.4f", name, c.Bits)
}
