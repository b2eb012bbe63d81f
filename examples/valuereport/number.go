package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

var errNumberForm = errors.New("is not a number such as 0.5")

// parseNumber reads a decimal number of any sign up to a size.
func parseNumber(text string, largest float64) (float64, error) {
	if text == "" {
		return 0, errors.New("is empty")
	}
	if strings.Trim(text, "+-.0123456789eE") != "" { // neither NaN, Inf, 0x10 nor 1_000
		return 0, errNumberForm
	}
	v, err := strconv.ParseFloat(text, 64)
	switch {
	case errors.Is(err, strconv.ErrRange) || v > largest || v < -largest:
		return 0, fmt.Errorf("is too large: numbers go up to %v", largest)
	case err != nil:
		return 0, errNumberForm
	}
	return v, nil
}
