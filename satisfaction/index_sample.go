package satisfaction

import (
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// indexSample is the answers of respondents to the items of an index model, checked and
// turned so that high is good.
type indexSample struct {
	items     []Item
	values    []float64 // row major, NaN where there is none; nil once they are places
	places    []float64 // the same from 0 at the low end of the scale to 100
	weights   []float64 // nil: all equal
	origins   []int     // rows of the source that are in it
	ids       []rapport.ID
	customers []rapport.ID // with ids, parallel to the rows; nil where the source has none

	means    []float64 // of the places, by item; NaN without an answer
	errors   []float64 // standard errors of the means (see [indexSample.standardError])
	masses   []float64 // weight of the rows with an answer, by item
	answered []int
}

func (s *indexSample) rows() int { return len(s.origins) }

func (s *indexSample) weight(row int) float64 {
	if s.weights == nil {
		return 1
	}
	return s.weights[row]
}

// block returns the places of a row in a block.
func (s *indexSample) block(b block, row int) []float64 {
	return s.places[row*len(s.items)+b.first:][:len(b.shares)]
}

// sampleOf takes the answers out of responses. Turned and checked they are already; the
// survey must have the scales of the model.
func sampleOf(m *Model, r *Responses) (*indexSample, error) {
	s := &indexSample{items: m.Items()}
	if err := wantResponses(r); err != nil {
		return nil, err
	}
	for _, item := range s.items {
		asked, known := r.Survey().Item(item.Key)
		if !known {
			return nil, &UnknownItemError{Survey: r.Survey().ID(), Row: -1, Item: item.Key}
		}
		if asked.Low != item.Low || asked.High != item.High || asked.Reversed != item.Reversed {
			return nil, &ModelError{Model: m.Name, Fault: DifferentScale, Item: item.Key,
				Reason: fmt.Sprintf("%v to %v, reversed %v; in survey %q %v to %v, reversed %v", item.Low, item.High, item.Reversed, r.Survey().ID(), asked.Low, asked.High, asked.Reversed)}
		}
	}
	var err error
	if s.values, s.weights, err = r.Matrix(m.keys()...); err != nil {
		return nil, err
	}
	for i := range r.Len() {
		heading := r.all.headings[r.rows[i]]
		s.origins = append(s.origins, i)
		s.ids, s.customers = append(s.ids, heading.ID), append(s.customers, heading.Customer)
	}
	return s, nil
}

// sampleOfData takes the answers out of a plain table, as they were given.
func sampleOfData(m *Model, data *pls.Data) (*indexSample, error) {
	s := &indexSample{items: m.Items()}
	if data == nil {
		return nil, &ArgumentError{Name: "data", Reason: "must not be nil"}
	}
	var err error
	if s.values, s.weights, err = data.Matrix(m.keys()...); err != nil {
		return nil, err
	}
	for i, answer := range s.values {
		row, item := i/len(s.items), &s.items[i%len(s.items)]
		if reason := item.takes(answer); reason != "" && !math.IsNaN(answer) {
			return nil, &AnswerError{Row: row, Item: item.Key, Value: answer, Low: item.Low, High: item.High, Reason: reason}
		}
		s.values[i] = item.upright(answer)
	}
	for row := range data.Rows() {
		s.origins = append(s.origins, row)
	}
	return s, nil
}

// data returns the answers as package pls takes them, before [indexSample.take].
func (s *indexSample) data(keys []string) (*pls.Data, error) {
	return pls.NewData(keys, s.values, s.weights)
}

// take keeps the rows that the treatment of missing answers leaves, turns their answers
// into places from 0 to 100, and computes means. Rows without any answer are left out by
// all treatments, as package pls does.
func (s *indexSample) take(missing pls.Missing) {
	s.keep(func(answers []float64) bool {
		gap := slices.ContainsFunc(answers, math.IsNaN)
		if missing == pls.Casewise {
			return !gap
		}
		return !gap || slices.ContainsFunc(answers, finite)
	})
	p := len(s.items)
	s.places, s.values = s.values, nil
	s.means, s.masses, s.answered = make([]float64, p), make([]float64, p), make([]int, p)
	first := make([]float64, p)
	for row := range s.rows() {
		places, weight := s.places[row*p:][:p], s.weight(row)
		for k, answer := range places {
			if math.IsNaN(answer) {
				continue
			}
			places[k] = s.items[k].percent(answer)
			if s.answered[k] == 0 {
				first[k] = places[k]
			}
			// From the first, so that equal answers have exactly their mean.
			s.means[k] += weight * (places[k] - first[k])
			s.masses[k] += weight
			s.answered[k]++
		}
	}
	for k, mass := range s.masses {
		s.means[k] = first[k] + s.means[k]/mass // NaN without an answer
	}
	s.errors = make([]float64, p)
	for row := range s.rows() {
		weight := s.weight(row)
		for k, place := range s.places[row*p:][:p] {
			if !math.IsNaN(place) {
				h := weight / s.masses[k] * (place - s.means[k])
				s.errors[k] += h * h
			}
		}
	}
	for k, sum := range s.errors {
		s.errors[k] = math.Sqrt(sum * s.correction())
	}
}

// keep leaves out the rows whose answers are not wanted.
func (s *indexSample) keep(wanted func(answers []float64) bool) {
	p, kept := len(s.items), 0
	for row := range s.rows() {
		answers := s.values[row*p:][:p]
		if !wanted(answers) {
			continue
		}
		copy(s.values[kept*p:], answers)
		s.origins[kept] = s.origins[row]
		if s.weights != nil {
			s.weights[kept] = s.weights[row]
		}
		if s.ids != nil {
			s.ids[kept], s.customers[kept] = s.ids[row], s.customers[row]
		}
		kept++
	}
	s.values, s.origins = s.values[:kept*p], s.origins[:kept]
	if s.weights != nil {
		s.weights = s.weights[:kept]
	}
	if s.ids != nil {
		s.ids, s.customers = s.ids[:kept], s.customers[:kept]
	}
}

// block is what an index is made of: items first to first+len(shares) of a sample, with
// shares of sum 1.
type block struct {
	name   string // of the construct
	first  int
	shares []float64
}

// index is the index of a block; false if one of its items has no answer.
func (s *indexSample) index(b block) (float64, bool) {
	means := s.means[b.first:][:len(b.shares)]
	if slices.ContainsFunc(means, math.IsNaN) {
		return 0, false
	}
	return weighted(b.shares, means), true
}

// influences returns what each row moves the index of a block by, were its weight a
// little greater: Σ share·w·(place − mean)/Σw over the items that it answers. The sum of
// the squares estimates the variance of the index with the shares fixed, missing answers
// left out of the mean of their item alone. (Cochran's linearisation of a ratio; for
// complete answers and equal weights it is the variance of the score over n, divisor n.)
func (s *indexSample) influences(b block) func(row int) float64 {
	means, factors := s.means[b.first:][:len(b.shares)], make([]float64, len(b.shares))
	for i, share := range b.shares {
		factors[i] = share / s.masses[b.first+i]
	}
	return func(row int) float64 {
		sum := 0.0
		for i, place := range s.block(b, row) {
			if !math.IsNaN(place) {
				sum += factors[i] * (place - means[i])
			}
		}
		return sum * s.weight(row)
	}
}

// standardError is that of the index of a block with the shares fixed.
func (s *indexSample) standardError(b block) float64 {
	sum, influence := 0.0, s.influences(b)
	for row := range s.rows() {
		h := influence(row)
		sum += h * h
	}
	return math.Sqrt(sum * s.correction())
}

// correction is n/(n−1); 0 for a single row, which says nothing about its error.
func (s *indexSample) correction() float64 {
	n := float64(s.rows())
	if n < 2 {
		return 0
	}
	return n / (n - 1)
}

// score is the index of one respondent. A missing answer counts as the mean of the item
// if impute is set; else there is none.
func (s *indexSample) score(b block, row int, impute bool) (float64, bool) {
	first, sum := 0.0, 0.0
	for i, place := range s.block(b, row) {
		if math.IsNaN(place) {
			if !impute {
				return 0, false
			}
			place = s.means[b.first+i]
		}
		if i == 0 {
			first = place
		}
		sum += b.shares[i] * (place - first)
	}
	return first + sum, true
}
