package sqlite

import "context"

// Fault lets the tests map errors that no driver at hand returns.
func Fault(ctx context.Context, doing string, err error) error { return fault(ctx, doing, err) }

// Meetings reports, for each driver connection in turn, whether it was known.
func Meetings(driverConns ...any) []bool {
	var p pool
	var known []bool
	for _, c := range driverConns {
		known = append(known, p.meet(c))
	}
	return known
}
