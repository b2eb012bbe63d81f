package scoring

import (
	"maps"
	"slices"

	"github.com/rapport-crm/rapport"
)

// EquityFlow is what happened to a sum of customer values between two dates:
// exactly, After = Before + Stayed + New + Lost + MovedIn + MovedOut.
type EquityFlow struct {
	Before   rapport.Money
	Stayed   rapport.Money // change in value of those who were there at both dates
	New      rapport.Money // value of those who were there only at the end
	Lost     rapport.Money // value of those who were there only at the start, with the sign turned
	MovedIn  rapport.Money // value at the end of those who came from another segment
	MovedOut rapport.Money // value at the start of those who went to another, with the sign turned
	After    rapport.Money

	StayedCustomers, NewCustomers, LostCustomers int
	MovedInCustomers, MovedOutCustomers          int
}

// SegmentFlow is the flow of one segment.
type SegmentFlow struct {
	Segment string
	EquityFlow
}

// EquityChange is the change of customer equity between two dates.
type EquityChange struct {
	// Total is that of all customers. Between segments nobody moves in or out of it:
	// a customer in another segment has stayed, with the change of its value.
	Total EquityFlow
	// Segments holds that of each segment at either date, in byte order of the name.
	// Their Before, New, Lost and After add up to those of Total, and so do Stayed,
	// MovedIn and MovedOut together to its Stayed.
	Segments []SegmentFlow
}

// EquityPeriodChange compares the values of customers at two dates. The errors are
// those of [CustomerEquity]; the rows of after are counted from 1 again. Time and
// memory are linear in the customers.
func EquityPeriodChange(before, after []CustomerValue) (EquityChange, error) {
	var p purse
	was, err := takeValues(&p, before)
	if err != nil {
		return EquityChange{}, err
	}
	is, err := takeValues(&p, after)
	if err != nil {
		return EquityChange{}, err
	}
	segments := make(map[string]*equityFlows)
	of := func(name string) *equityFlows {
		if segments[name] == nil {
			segments[name] = &equityFlows{}
		}
		return segments[name]
	}
	var all equityFlows
	rows, stayed := rosterOf(before), make([]bool, len(before))
	for i, v := range after {
		own := of(v.Segment)
		own[flowAfter].add(is[i])
		all[flowAfter].add(is[i])
		row, ok := rows[v.Customer]
		if !ok {
			own[flowNew].add(is[i])
			all[flowNew].add(is[i])
			continue
		}
		stayed[row] = true
		all[flowStayed].change(was[row], is[i])
		if before[row].Segment == v.Segment {
			own[flowStayed].change(was[row], is[i])
		} else {
			of(before[row].Segment)[flowMovedOut].sub(was[row])
			own[flowMovedIn].add(is[i])
		}
	}
	for i, v := range before {
		own := of(v.Segment)
		own[flowBefore].add(was[i])
		all[flowBefore].add(was[i])
		if !stayed[i] {
			own[flowLost].sub(was[i])
			all[flowLost].sub(was[i])
		}
	}
	var result EquityChange
	if result.Total, err = all.flow(&p); err != nil {
		return EquityChange{}, err
	}
	for _, name := range slices.Sorted(maps.Keys(segments)) {
		flow, err := segments[name].flow(&p)
		if err != nil {
			return EquityChange{}, err
		}
		result.Segments = append(result.Segments, SegmentFlow{Segment: name, EquityFlow: flow})
	}
	return result, nil
}

const (
	flowBefore = iota
	flowStayed
	flowNew
	flowLost
	flowMovedIn
	flowMovedOut
	flowAfter
	flowKinds
)

// equityFlows adds up an [EquityFlow].
type equityFlows [flowKinds]equitySum

func (f *equityFlows) flow(p *purse) (EquityFlow, error) {
	var amounts [flowKinds]rapport.Money
	for i, sum := range f {
		var err error
		if amounts[i], err = p.summed("customer equity", sum.value); err != nil {
			return EquityFlow{}, err
		}
	}
	return EquityFlow{
		Before: amounts[flowBefore], Stayed: amounts[flowStayed], New: amounts[flowNew], Lost: amounts[flowLost],
		MovedIn: amounts[flowMovedIn], MovedOut: amounts[flowMovedOut], After: amounts[flowAfter],
		StayedCustomers: f[flowStayed].customers, NewCustomers: f[flowNew].customers, LostCustomers: f[flowLost].customers,
		MovedInCustomers: f[flowMovedIn].customers, MovedOutCustomers: f[flowMovedOut].customers,
	}, nil
}
