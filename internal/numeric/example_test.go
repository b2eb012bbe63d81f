package numeric_test

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// The rising factorial (5)₃ is 5·6·7.
func ExampleLogRising() {
	fmt.Printf("%.10f\n", math.Exp(numeric.LogRising(5, 3)))
	// Output: 210.0000000000
}
