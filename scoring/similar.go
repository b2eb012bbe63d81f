package scoring

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
)

// Profile is what customers are compared by.
type Profile struct {
	Customer rapport.ID
	// Cohort limits the comparison: only customers of the same cohort are similar.
	// "" is a cohort too.
	Cohort string
	// Features are finite numbers, the same ones in the same order for everybody:
	// size of the first order, branches, visits in the first quarter.
	Features []float64
}

// PastCustomer is a customer whose value is known by now.
type PastCustomer struct {
	Profile
	Value rapport.Money // whole minor units, may be negative
}

// SimilarOptions says who is similar.
type SimilarOptions struct {
	// Neighbours is how many of the nearest customers the value is taken from; 0
	// stands for 20. With math.MaxInt it is the mean of the whole cohort.
	Neighbours int
	// AtLeast is how many there must be; 0 stands for 10.
	AtLeast int
	// MaxDistance is how far away, in standard deviations, a customer is still
	// similar; 0 stands for no limit. The distance is Euclidean over all features,
	// each divided by its standard deviation over the past customers; one that is
	// the same for all of these does not count.
	MaxDistance float64
	// Level is the confidence wanted of the interval; 0 stands for 0.8.
	Level float64
}

// TooFewSimilarError reports a customer that is like too few others to be valued
// by them.
type TooFewSimilarError struct {
	Customer    rapport.ID
	Found, Want int
}

func (e *TooFewSimilarError) Error() string {
	return fmt.Sprintf("scoring: customer %q has %d similar customers, want at least %d", e.Customer, e.Found, e.Want)
}

// Similar values customers by the mean of the nearest similar past customers. It
// is immutable and safe to share; one appraisal takes time linear in the past
// customers.
type Similar struct {
	options  SimilarOptions
	profiles map[rapport.ID]Profile
	past     []PastCustomer // by id
	values   []int64        // of past, in minor units
	scale    []float64      // of each feature: 1/standard deviation, 0 for one that does not count
	purse    purse
}

// NewSimilar takes the customers whose value is known and the profiles of those to
// be valued. A customer may be in both, and is not compared with itself. The
// slices are not kept, their features are: they must not be changed. Nil options
// are the defaults.
//
// The error is an [*InputError] for an option, or a [*RowError] with the row in
// past, or of a profile: an id that is invalid or, [ErrTwice], given twice; an
// [*InputError] for a feature that is not finite or a number of features that
// differs from the first's; the error of an amount.
func NewSimilar(past []PastCustomer, profiles []Profile, options *SimilarOptions) (*Similar, error) {
	s := &Similar{profiles: make(map[rapport.ID]Profile, len(profiles))}
	var err error
	if s.options, err = options.withDefaults(); err != nil {
		return nil, err
	}
	features := -1
	check := func(rows roster, i int, p Profile) error {
		if features < 0 {
			features = len(p.Features)
		}
		if err := rows.enter(i, p.Customer); err != nil {
			return err
		}
		if err := p.check(features); err != nil {
			return &RowError{Row: i + 1, Customer: p.Customer, Err: err}
		}
		return nil
	}
	s.past = slices.Clone(past)
	known := make(roster, len(past))
	for i, customer := range past {
		if err := check(known, i, customer.Profile); err != nil {
			return nil, err
		}
		if _, err := s.purse.take(customer.Value); err != nil {
			return nil, &RowError{Row: i + 1, Customer: customer.Customer, Err: err}
		}
	}
	wanted := make(roster, len(profiles))
	for i, profile := range profiles {
		if err := check(wanted, i, profile); err != nil {
			return nil, err
		}
		s.profiles[profile.Customer] = profile
	}
	slices.SortFunc(s.past, func(a, b PastCustomer) int { return compareIDs(a.Customer, b.Customer) })
	s.values = make([]int64, len(s.past))
	for i, customer := range s.past {
		s.values[i], _ = s.purse.take(customer.Value) // was taken once above
	}
	s.scale = scales(s.past, max(features, 0))
	return s, nil
}

func (o *SimilarOptions) withDefaults() (SimilarOptions, error) {
	var filled SimilarOptions
	if o != nil {
		filled = *o
	}
	if filled.Neighbours == 0 {
		filled.Neighbours = 20
	}
	if filled.AtLeast == 0 {
		filled.AtLeast = 10
	}
	if filled.Level == 0 {
		filled.Level = 0.8
	}
	switch {
	case filled.AtLeast < 1:
		return filled, &InputError{Name: "AtLeast", Value: float64(filled.AtLeast), Reason: "want 1 or more"}
	case filled.Neighbours < filled.AtLeast:
		return filled, &InputError{Name: "Neighbours", Value: float64(filled.Neighbours), Reason: fmt.Sprintf("want AtLeast, %d, or more", filled.AtLeast)}
	case !(filled.Level > 0 && filled.Level < 1):
		return filled, &InputError{Name: "Level", Value: filled.Level, Reason: "want above 0 and below 1"}
	}
	return filled, checkCount("MaxDistance", filled.MaxDistance)
}

// maxFeature keeps squares of features and their sums finite.
const maxFeature = 1e100

func (p Profile) check(features int) error {
	if len(p.Features) != features {
		return &InputError{Name: "number of Features", Value: float64(len(p.Features)), Reason: fmt.Sprintf("want %d", features)}
	}
	for i, v := range p.Features {
		if !(math.Abs(v) <= maxFeature) {
			return &InputError{Name: fmt.Sprintf("Features[%d]", i), Value: v, Reason: fmt.Sprintf("want a number of size up to %g", float64(maxFeature))}
		}
	}
	return nil
}

// scales returns 1/standard deviation of each feature, 0 where all are the same.
func scales(past []PastCustomer, features int) []float64 {
	scale := make([]float64, features)
	n := float64(len(past))
	for j := range scale {
		var mean, squares float64
		same := true
		for _, customer := range past {
			mean += customer.Features[j] / n
			same = same && customer.Features[j] == past[0].Features[j]
		}
		for _, customer := range past {
			squares += (customer.Features[j] - mean) * (customer.Features[j] - mean) / n
		}
		if !same && squares > 0 {
			scale[j] = 1 / math.Sqrt(squares)
		}
	}
	return scale
}

// Appraise returns the mean value of the nearest similar customers, ties in
// distance by id, rounded once, half-even, to the minor unit. N is how many they
// were, SE the standard error of their mean.
//
// The interval is for the customer itself, not for the mean: it runs between two
// of the neighbours' values, counted equally far in from both ends. If the
// customer is one like them, k in number, the j-th from either end enclose its
// value with the probability (k+1−2j)/(k+1), whatever the distribution. (S. S.
// Wilks, Determination of Sample Sizes for Setting Tolerance Limits, Annals of
// Mathematical Statistics 12(1), 1941.) The narrowest that reaches the level is
// taken, or the whole range if none does, and Level states what it has.
//
// The error is a [*TooFewSimilarError], or wraps [ErrUnknownCustomer].
func (s *Similar) Appraise(customer rapport.ID) (Appraisal, error) {
	profile, ok := s.profiles[customer]
	if !ok {
		return Appraisal{}, fmt.Errorf("scoring: customer %q: %w", customer, ErrUnknownCustomer)
	}
	near := s.nearest(profile)
	if len(near) < s.options.AtLeast {
		return Appraisal{}, &TooFewSimilarError{Customer: customer, Found: len(near), Want: s.options.AtLeast}
	}
	values := make([]float64, len(near))
	k := float64(len(near))
	var sum wideSum // exact, or a mean of half a cent might be rounded to the odd neighbour
	for i, neighbour := range near {
		values[i] = float64(s.values[neighbour.row])
		sum.add(s.values[neighbour.row])
	}
	mean := sum.float64() / k
	var squares float64
	for _, v := range values {
		squares += (v - mean) * (v - mean)
	}
	value, err := s.purse.rounded("value", mean)
	if err != nil {
		return Appraisal{}, err
	}
	unit := math.Pow10(s.purse.currency.Digits())
	e := rapport.Estimate{Value: mean / unit, N: len(near)}
	if len(near) > 1 {
		e.SE = math.Sqrt(squares/(k-1)/k) / unit
		slices.Sort(values)
		const rounding = 1e-9 // 20 × 0.2 / 2 should be 2
		j := max(1, int((k+1)*(1-s.options.Level)/2+rounding))
		e.Low, e.High, e.Level = values[j-1]/unit, values[len(values)-j]/unit, (k+1-2*float64(j))/(k+1)
	}
	return Appraisal{Customer: customer, Method: MethodSimilar, Value: value, Estimate: e}, nil
}

// neighbour is a past customer by its row and the square of its distance.
type neighbour struct {
	row    int
	square float64
}

// nearest returns the nearest similar customers, the nearest first. It keeps at
// most twice as many as are wanted and sorts whenever these are full, so that time
// is linear in the past customers.
func (s *Similar) nearest(p Profile) []neighbour {
	var near []neighbour
	wanted := s.options.Neighbours
	keep := func() {
		slices.SortFunc(near, func(a, b neighbour) int {
			return cmp.Or(cmp.Compare(a.square, b.square), cmp.Compare(a.row, b.row))
		})
		near = near[:min(wanted, len(near))]
	}
	for row, other := range s.past {
		if other.Cohort != p.Cohort || other.Customer == p.Customer {
			continue
		}
		square := s.square(p.Features, other.Features)
		if limit := s.options.MaxDistance; limit > 0 && square > limit*limit {
			continue
		}
		near = append(near, neighbour{row: row, square: square})
		if len(near)/2 >= wanted {
			keep()
		}
	}
	keep()
	return near
}

func (s *Similar) square(a, b []float64) float64 {
	var sum float64
	for j, scale := range s.scale {
		d := (a[j] - b[j]) * scale
		sum += d * d
	}
	return sum
}
