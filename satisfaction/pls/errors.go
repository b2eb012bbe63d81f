package pls

import "fmt"

// ItemFault says why an item cannot be used.
type ItemFault string

// The faults of items.
const (
	ConstantItem   ItemFault = "constant"       // all answers are equal
	EmptyItem      ItemFault = "all_missing"    // no answer at all
	AbsentItem     ItemFault = "absent"         // the model names an item that the data do not have
	NoCommonRows   ItemFault = "no_common_rows" // fewer than two rows have both this answer and another that is needed
	UnknownMean    ItemFault = "unknown_mean"   // only covariances were given, and the mean is needed
	UnscaledNumber ItemFault = "out_of_range"   // the spread is too large or too small for float64
)

// ItemError reports an item that cannot be used.
type ItemError struct {
	Item  string
	Fault ItemFault
}

// Error names the item and its fault.
func (e *ItemError) Error() string { return fmt.Sprintf("pls: item %q: %s", e.Item, e.Fault) }

// SingularPart says which regression has no unique solution.
type SingularPart string

// The parts of a model that can be singular.
const (
	SingularBlock        SingularPart = "block"        // the items of a construct in mode B
	SingularPredecessors SingularPart = "predecessors" // the scores of a construct's predecessors
	NoProxy              SingularPart = "proxy"        // the items do not covary with the inner proxy, or the score has no variance
	NoCommonAnswers      SingularPart = "common_rows"  // under [Pairwise], fewer than two rows have all answers that a step needs
)

// SingularError reports a regression without a unique solution, such as items that
// repeat each other in mode B.
type SingularError struct {
	Construct string
	Part      SingularPart
}

// Error names the construct and the part.
func (e *SingularError) Error() string {
	return fmt.Sprintf("pls: construct %q: singular %s", e.Construct, e.Part)
}

// TooFewRowsError reports fewer rows than items.
type TooFewRowsError struct {
	Rows   int // that could be used
	Needed int // the number of items of the model, at least 2
}

// Error says how many rows there are and how many are needed.
func (e *TooFewRowsError) Error() string {
	return fmt.Sprintf("pls: %d rows can be used, the model needs at least %d", e.Rows, e.Needed)
}

// NotConvergedError reports an iteration that ran out of steps. The result that
// comes with it is the last point.
type NotConvergedError struct {
	Iterations int
	Change     float64 // largest change of a weight in the last step
	Tolerance  float64 // what it had to reach
}

// Error gives the numbers.
func (e *NotConvergedError) Error() string {
	return fmt.Sprintf("pls: not converged after %d iterations: weights still change by %.3g, tolerance %.3g", e.Iterations, e.Change, e.Tolerance)
}

// ReliabilityError reports a construct whose reliability ρA cannot be computed or is
// not above 0, so that nothing can be corrected by it: its items are hardly
// correlated, or some are reversed.
type ReliabilityError struct {
	Construct string
	RhoA      float64 // 0 where it does not exist
}

// Error names the construct.
func (e *ReliabilityError) Error() string {
	return fmt.Sprintf("pls: construct %q: consistent estimation needs a reliability rho_A above 0, got %.6g", e.Construct, e.RhoA)
}
