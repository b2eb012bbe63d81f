package scoring

import "github.com/rapport-crm/rapport"

// ledger is what summaries keep so that the log behind them can be continued: the
// whole numbers that a [Summary] is computed from, 16 bytes a customer.
type ledger struct {
	window    Window // of which Location is nil if it was read from a file
	zone      string // name of the location
	until     date
	histories []history // by customer
	silent    []rapport.ID
}

// history is a customer's part of a ledger. What else is needed is in its Summary:
// the number of dates, and the sum of logarithms that goes on in order of date.
type history struct {
	first, last date  // purchase dates
	repeat      int64 // amount of all purchase dates but the first, returns netted
}

// summary computes the statistics of a history with n purchase dates.
func (h *history) summary(n int, logs float64, g *gauge) Summary {
	s := Summary{X: n - 1, T: g.units(g.until - h.first)}
	if n > 1 {
		s.TX = g.units(h.last - h.first)
		s.SumLogInterval = logs
		s.Spend = float64(h.repeat) / (g.major * float64(n-1))
	}
	return s
}

// visits returns the state in which the dates of a history can be continued.
func (h *history) visits(s Summary) visits {
	// Every date to come is after the last, so the last may stand for the second.
	return visits{dates: s.X + 1, first: h.first, second: h.last, last: h.last, logs: s.SumLogInterval, latest: h.last}
}
