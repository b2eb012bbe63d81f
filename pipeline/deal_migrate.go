package pipeline

import "time"

// Subject returns the deal as a migration sees it.
func (d *Deal) Subject() Subject {
	return Subject{ID: d.ID, Position: d.Position, Record: d, Amount: d.Amount, Override: d.Override}
}

// Migrate carries the deal over to another version of its definition, as [Migration.Apply]
// does, and returns it with the entry for its history. Its fields stay, also those that the
// other version does not have: the history keeps them readable. Input.Data is refused with
// an [*InputError].
func (d *Deal) Migrate(g *Migration, in Input, at time.Time) (Deal, Entry, error) {
	return d.tick(func(_ Position, in Input, at time.Time) (Position, Move, error) {
		return g.Apply(d.Subject(), in, at)
	}, in, at)
}
