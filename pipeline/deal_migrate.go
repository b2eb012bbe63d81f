package pipeline

import "time"

// Subject returns the deal as a [Migration] sees it. It reads the deal; changing the deal
// later changes it.
func (d *Deal) Subject() Subject {
	return Subject{ID: d.ID, Position: d.Position, Record: d, Amount: d.Amount, Override: d.Override}
}

// Migrate carries the deal over to another version of its process and returns it with the
// entry for its history; what the deal holds stays as it is. The errors are those of
// [Migration.Apply] and an [*InputError] for texts that are not UTF-8.
func (d *Deal) Migrate(g *Migration, in Input, at time.Time) (Deal, Entry, error) {
	return d.tick(func(p Position, in Input, at time.Time) (Position, Move, error) {
		return g.Apply(d.Subject(), in, at)
	}, in, at)
}
