package scoring

import (
	"time"

	"github.com/rapport-crm/rapport"
)

// Purchase is one row of a purchase log: who, when and how much.
//
// Amount and Cost count the units that [Window.Currency] and
// [Window.ExtraDigits] name, minor units (cents, fen) as a rule. A negative
// Amount is a return and is treated by [Window.Returns]; an Amount of zero is
// treated by [Window.Zeros]. Cost is what the row cost the seller; it may have
// either sign, and is 0 where the log has no costs.
type Purchase struct {
	Customer rapport.ID
	At       time.Time // counted by its calendar day in Window.Location; not the zero time
	Amount   int64
	Cost     int64
}
