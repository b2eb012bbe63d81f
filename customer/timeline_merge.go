package customer

import "iter"

// Merge joins sources, each sorted in the direction of the query, into one timeline
// and passes on the events that the query chooses. It holds one event of each
// source in memory, reads no source further than the period needs, and releases all
// of them when the loop ends. An event that two sources tell is passed on once.
//
// After an error the timeline ends: a [*ValidationError] for the query or an event,
// an [*OrderError], or the error of a source.
func (q TimelineQuery) Merge(sources ...iter.Seq2[Event, error]) iter.Seq2[Event, error] {
	return q.merge(nil, sources)
}

// merge passes on what comes after an event; everything if it is nil.
func (q *TimelineQuery) merge(after *Event, sources []iter.Seq2[Event, error]) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		if err := q.Validate(); err != nil {
			yield(Event{}, err)
			return
		}
		heads := make([]timelineHead, 0, len(sources))
		defer func() {
			for i := range heads {
				heads[i].stop()
			}
		}()
		for i, source := range sources {
			head := timelineHead{source: i}
			head.next, head.stop = iter.Pull2(source)
			heads = append(heads, head)
			if err := heads[i].advance(q); err != nil {
				yield(Event{}, err)
				return
			}
		}
		last := after
		for {
			first := earliest(q, heads)
			if first == nil {
				return
			}
			event := first.event
			if err := first.advance(q); err != nil {
				yield(Event{}, err)
				return
			}
			if last != nil && q.compare(&event, last) <= 0 {
				continue
			}
			if !yield(event, nil) {
				return
			}
			last = &event
		}
	}
}

// timelineHead is the first event of a source that was not passed on yet.
type timelineHead struct {
	source int
	next   func() (Event, error, bool)
	stop   func()
	event  Event
	more   bool
}

// advance moves to the next event that the query chooses.
func (h *timelineHead) advance(q *TimelineQuery) error {
	before := h.event
	h.more = false
	for {
		event, err, ok := h.next()
		if err != nil || !ok {
			return err
		}
		if err := event.check(); err != nil {
			return err
		}
		if !before.At.IsZero() && q.compare(&event, &before) < 0 {
			return &OrderError{Source: h.source, Before: before, After: event}
		}
		if q.beyond(&event) {
			return nil
		}
		if q.chooses(&event) {
			event.At, event.RecordedAt = event.At.UTC(), event.RecordedAt.UTC()
			h.event, h.more = event, true
			return nil
		}
		before = event
	}
}

// earliest returns the source whose event comes next, nil at the end.
func earliest(q *TimelineQuery, heads []timelineHead) *timelineHead {
	var first *timelineHead
	for i := range heads {
		if h := &heads[i]; h.more && (first == nil || q.compare(&h.event, &first.event) < 0) {
			first = h
		}
	}
	return first
}

// EventsOf turns a stream of interactions or transactions of one customer, such as a
// store gives it by event time, into a source for an ascending timeline.
func EventsOf[T interface{ Event() Event }](rows iter.Seq2[T, error]) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for row, err := range rows {
			if err != nil {
				yield(Event{}, err)
				return
			}
			if !yield(row.Event(), nil) {
				return
			}
		}
	}
}
