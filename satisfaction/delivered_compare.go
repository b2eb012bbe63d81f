package satisfaction

import (
	"errors"
	"fmt"

	"github.com/rapport-crm/rapport"
)

// ErrUnpaired says that a customer answered on one of two firms only.
var ErrUnpaired = errors.New("answered on one of the two firms only")

// DeliveredComparison compares the means of two firms.
type DeliveredComparison struct {
	Own, Competitor DeliveredMean
	Paired          bool
	// Advantage is the mean of Own less that of Competitor, in major units. Paired, it is
	// the mean of the differences by customer, with their interval and number; otherwise
	// the interval is Welch's for two independent samples, t·√(s₁²/n₁ + s₂²/n₂), and N
	// counts both.
	Advantage rapport.Estimate
	// Total is, if paired, the sum of the differences, exactly.
	Total rapport.Money
}

// CompareDelivered compares two firms. Paired says that the same customers answered
// on both, which makes the interval narrower: one who did not is an [ErrUnpaired],
// and one whose answer on either was left out for missing parts makes no pair. The
// errors are those of [SurveyDelivered], [ErrNoCompleteAnswer] also if there is no
// pair, and a [*rapport.CurrencyMismatchError], wrapped.
func CompareDelivered(own, competitor []DeliveredAnswer, paired bool, options *DeliveredOptions) (DeliveredComparison, error) {
	o, err := options.read()
	if err != nil {
		return DeliveredComparison{}, err
	}
	a, err := readDelivered(own, o)
	if err != nil {
		return DeliveredComparison{}, fmt.Errorf("satisfaction: own firm: %w", err)
	}
	b, err := readDelivered(competitor, o)
	if err != nil {
		return DeliveredComparison{}, fmt.Errorf("satisfaction: competitor: %w", err)
	}
	if _, err := a.mean.Total.Cmp(b.mean.Total); err != nil {
		return DeliveredComparison{}, fmt.Errorf("satisfaction: two firms: %w", err)
	}
	c := DeliveredComparison{Own: a.mean, Competitor: b.mean, Paired: paired}
	if paired {
		err = c.pair(a, b, o.Level)
	} else {
		err = c.apart(a, b, o.Level)
	}
	if err != nil {
		return DeliveredComparison{}, err
	}
	return c, nil
}

// pair fills the comparison from differences by customer.
func (c *DeliveredComparison) pair(a, b deliveredSample, level float64) error {
	var differences []float64
	for i, id := range a.customers {
		j, answered := b.place[id]
		if !answered {
			return fmt.Errorf("satisfaction: customer %q: %w", id, ErrUnpaired)
		}
		if j < 0 {
			continue
		}
		difference, err := added("difference", a.amounts[i], b.amounts[j].Neg())
		if err != nil {
			return err
		}
		if c.Total, err = added("differences", c.Total, difference); err != nil {
			return err
		}
		differences = append(differences, inMajor(difference))
	}
	for _, id := range b.customers {
		if _, answered := a.place[id]; !answered {
			return fmt.Errorf("satisfaction: customer %q: %w", id, ErrUnpaired)
		}
	}
	if differences == nil {
		return fmt.Errorf("satisfaction: two firms: %w", ErrNoCompleteAnswer)
	}
	var err error
	c.Advantage, err = meanEstimate(differences, level)
	return err
}

// apart fills the comparison from two independent samples.
func (c *DeliveredComparison) apart(a, b deliveredSample, level float64) error {
	first, err := meanEstimate(a.delivered, level)
	if err != nil {
		return err
	}
	second, err := meanEstimate(b.delivered, level)
	if err != nil {
		return err
	}
	advantage, _ := welch(first, float64(first.N), second, float64(second.N), level)
	c.Advantage, err = finiteDelivered(advantage)
	return err
}
