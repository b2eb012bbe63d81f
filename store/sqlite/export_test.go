package sqlite

import "context"

// Fault lets the tests map errors that no driver at hand returns.
func Fault(ctx context.Context, doing string, err error) error { return fault(ctx, doing, err) }
