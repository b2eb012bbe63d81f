package pipeline

import "time"

// Check is what a guard or choice gets to see. It is a copy, but for the roles and data of
// the input and the lists of the work, which are the caller's: nobody may write to them.
type Check struct {
	Trigger TriggerID // empty for a record that is opened
	Stage   StageID   // where the record stands; empty for a record that is opened
	To      StageID   // the target; empty in When guards of a transition with several
	Since   time.Time // when it entered the stage
	At      time.Time
	Input
}

// Value returns what a field will hold: what the input sets, else what the record has.
func (c *Check) Value(field string) Value { return c.value(field) }

// Work returns the work on the record, empty if there is none.
func (c *Check) Work() Work {
	if w := c.work(); w != nil {
		return *w
	}
	return Work{}
}

// Input is what comes with a trigger. The zero Input is nobody with nothing.
type Input struct {
	By         string   // who acts, for the history
	OnBehalfOf string   // for whom, if that is somebody else
	Roles      []string // of By
	Reason     string   // the ID of one of the transition's list
	Note       string
	// Request is the host's name of this very request: history keeps it, so that a
	// request that comes twice is carried out once. Empty: no such check.
	Request string
	// Data are fields to set with the move; an empty value clears a field. A [Deal] takes
	// them by itself, a host's own record is given them by the host once Fire has agreed.
	Data Values
	To   StageID // the target of a transition that has several
	// Version is the version of the record that the caller has seen; 0: not checked.
	Version int64
	// Books are what a deal that is closed is booked in; nil: it is not booked.
	Books *Books
	// Record is the host's record; nil: it has no fields and no work. The methods of a
	// [Deal] set it to the deal.
	Record Record
}

func (in *Input) value(field string) Value {
	if v, ok := in.Data[field]; ok {
		return v
	}
	if in.Record == nil {
		return Value{}
	}
	return in.Record.Value(field)
}

// holds reports whether a field will hold anything. A deal is asked without its value
// being written as text.
func (in *Input) holds(field string) bool {
	if d, ok := in.Record.(*Deal); ok {
		if len(in.Data) > 0 {
			if v, set := in.Data[field]; set {
				return !v.Empty()
			}
		}
		return d.holds(field)
	}
	return !in.value(field).Empty()
}

func (in *Input) work() *Work {
	if in.Record == nil {
		return nil
	}
	return in.Record.Work()
}
