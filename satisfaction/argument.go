package satisfaction

import (
	"fmt"
	"math"
)

// ArgumentError reports an option or an argument that cannot be used.
type ArgumentError struct {
	Name   string  // of the option or the argument, such as "level"
	Value  float64 // as it was given
	Reason string  // what is wanted
}

func (e *ArgumentError) Error() string {
	return fmt.Sprintf("satisfaction: %s %v: %s", e.Name, e.Value, e.Reason)
}

// defaultLevel is the confidence of intervals where none is asked for.
const defaultLevel = 0.95

// levelOf returns the level to use: 0 stands for [defaultLevel].
func levelOf(level float64) (float64, error) {
	switch {
	case level == 0:
		return defaultLevel, nil
	case !(level > 0 && level < 1):
		return 0, &ArgumentError{Name: "level", Value: level, Reason: "must be above 0 and below 1, or 0 for 0.95"}
	}
	return level, nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
