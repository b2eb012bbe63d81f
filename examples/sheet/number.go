package sheet

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrNumberForm is what [ParseNumber] says of a text that is no number.
var ErrNumberForm = errors.New("is not a number such as 0.5")

// ParseNumber reads a decimal number of any sign up to a size.
func ParseNumber(text string, largest float64) (float64, error) {
	if text == "" {
		return 0, errors.New("is empty")
	}
	if strings.Trim(text, "+-.0123456789eE") != "" { // neither NaN, Inf, 0x10 nor 1_000
		return 0, ErrNumberForm
	}
	v, err := strconv.ParseFloat(text, 64)
	switch {
	case errors.Is(err, strconv.ErrRange) || v > largest || v < -largest:
		return 0, fmt.Errorf("is too large: numbers go up to %v", largest)
	case err != nil:
		return 0, ErrNumberForm
	}
	return v, nil
}
