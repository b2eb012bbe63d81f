package satisfaction

import (
	"maps"
	"slices"

	"github.com/rapport-crm/rapport"
)

// Filter returns the responses that keep accepts, in their order. keep is given each
// response without its answers (Answers is nil).
func (r *Responses) Filter(keep func(Response) bool) *Responses {
	view := &Responses{all: r.all, rows: make([]int, 0, len(r.rows))}
	for _, row := range r.rows {
		if keep(r.all.headings[row]) {
			view.rows = append(view.rows, row)
		}
	}
	return view
}

// Wave returns the responses of a wave.
func (r *Responses) Wave(name string) *Responses {
	return r.Filter(func(response Response) bool { return response.Wave == name })
}

// Channel returns the responses that came by a channel.
func (r *Responses) Channel(name string) *Responses {
	return r.Filter(func(response Response) bool { return response.Channel == name })
}

// During returns the responses of a period. One whose time is not known is in none,
// not even in the period that is open on both sides.
func (r *Responses) During(period rapport.Interval) *Responses {
	return r.Filter(func(response Response) bool { return !response.At.IsZero() && period.Contains(response.At) })
}

// Of returns the responses of the customers.
func (r *Responses) Of(customers ...rapport.ID) *Responses {
	wanted := make(map[rapport.ID]bool, len(customers))
	for _, id := range customers {
		wanted[id] = id != ""
	}
	return r.Filter(func(response Response) bool { return wanted[response.Customer] })
}

// Part is what [Responses.Split] put under one name.
type Part struct {
	Name      string
	Responses *Responses
}

// Split puts each response under the name that it is given, and returns the parts in
// the order of their names; the order of responses is kept within a part. name sees
// each response without its answers: a wave, a channel, a month, the segment of its
// customer. Those named "" are a part of their own: to leave them out, [Responses.Filter]
// before.
func (r *Responses) Split(name func(Response) string) []Part {
	byName := make(map[string]*Responses)
	for _, row := range r.rows {
		label := name(r.all.headings[row])
		if byName[label] == nil {
			byName[label] = &Responses{all: r.all}
		}
		byName[label].rows = append(byName[label].rows, row)
	}
	parts := make([]Part, 0, len(byName))
	for _, label := range slices.Sorted(maps.Keys(byName)) {
		parts = append(parts, Part{Name: label, Responses: byName[label]})
	}
	return parts
}

// Waves splits the responses by their wave.
func (r *Responses) Waves() []Part {
	return r.Split(func(response Response) string { return response.Wave })
}

// Channels splits the responses by their channel.
func (r *Responses) Channels() []Part {
	return r.Split(func(response Response) string { return response.Channel })
}
