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
	values    []float64 // row major, NaN where there is none
	weights   []float64 // nil: all equal
	origins   []int     // rows of the source that are in it
	ids       []rapport.ID
	customers []rapport.ID // with ids, parallel to the rows; nil where the source has none

	means    []float64 // of the items' places from 0 to 100; NaN without an answer
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

func (s *indexSample) row(row int) []float64 { return s.values[row*len(s.items):][:len(s.items)] }

// sampleOf takes the answers out of responses. Turned and checked they are already; the
// survey must have the scales of the model.
func sampleOf(m *Model, r *Responses) (*indexSample, error) {
	s := &indexSample{items: m.Items()}
	if r == nil {
		return nil, &ArgumentError{Name: "responses", Reason: "must not be nil"}
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
	columns := make(map[string]int)
	for k, item := range data.Items() {
		columns[item] = k
	}
	s.values = make([]float64, 0, data.Rows()*len(s.items))
	even := true
	for row := range data.Rows() {
		answers, weight := data.Row(row)
		for _, item := range s.items {
			at, known := columns[item.Key]
			if !known {
				return nil, &UnknownItemError{Row: -1, Item: item.Key}
			}
			answer := answers[at]
			if reason := item.takes(answer); reason != "" && !math.IsNaN(answer) {
				return nil, &AnswerError{Row: row, Item: item.Key, Value: answer, Low: item.Low, High: item.High, Reason: reason}
			}
			s.values = append(s.values, item.upright(answer))
		}
		s.origins, s.weights = append(s.origins, row), append(s.weights, weight)
		even = even && weight == s.weights[0]
	}
	if even {
		s.weights = nil
	}
	return s, nil
}

// take keeps the rows that the treatment of missing answers leaves, and computes means.
func (s *indexSample) take(missing pls.Missing) {
	if missing == pls.Casewise {
		s.keepComplete()
	}
	p := len(s.items)
	s.means, s.masses, s.answered = make([]float64, p), make([]float64, p), make([]int, p)
	for k, item := range s.items {
		first, sum, mass := math.NaN(), 0.0, 0.0
		for row := range s.rows() {
			answer := s.values[row*p+k]
			if math.IsNaN(answer) {
				continue
			}
			place := item.percent(answer)
			if math.IsNaN(first) {
				first = place
			}
			// From the first, so that equal answers have exactly their mean.
			sum += s.weight(row) * (place - first)
			mass += s.weight(row)
			s.answered[k]++
		}
		s.means[k], s.masses[k] = first+sum/mass, mass
	}
}

func (s *indexSample) keepComplete() {
	p, kept := len(s.items), 0
	for row := range s.rows() {
		if slices.ContainsFunc(s.row(row), math.IsNaN) {
			continue
		}
		copy(s.values[kept*p:], s.row(row))
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

// data returns the sample as package pls takes it.
func (s *indexSample) data(keys []string) (*pls.Data, error) {
	return pls.NewData(keys, s.values, s.weights)
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

// influence is what a row moves the index of a block by, were its weight a little
// greater: Σ share·w·(place − mean)/Σw over the items that it answers. The sum of the
// squares estimates the variance of the index with the shares fixed, missing answers
// left out of the mean of their item alone. (Cochran's linearisation of a ratio; for
// complete answers and equal weights it is the variance of the score over n, divisor n.)
func (s *indexSample) influence(b block, row int) float64 {
	sum := 0.0
	for i, share := range b.shares {
		k := b.first + i
		if answer := s.row(row)[k]; !math.IsNaN(answer) {
			sum += share * (s.weight(row) / s.masses[k]) * (s.items[k].percent(answer) - s.means[k])
		}
	}
	return sum
}

// standardError is that of the index of a block with the shares fixed.
func (s *indexSample) standardError(b block) float64 {
	sum := 0.0
	for row := range s.rows() {
		h := s.influence(b, row)
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
	places := make([]float64, len(b.shares))
	for i := range places {
		k := b.first + i
		answer := s.row(row)[k]
		switch {
		case !math.IsNaN(answer):
			places[i] = s.items[k].percent(answer)
		case impute:
			places[i] = s.means[k]
		default:
			return 0, false
		}
	}
	return weighted(b.shares, places), true
}
