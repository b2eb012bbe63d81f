package pipeline

import "time"

// Open opens a deal as [Machine.OpenDeal] does and begins its history. A request that has
// opened it before is not carried out again, see [History.Fire].
func (h *History) Open(m *Machine, d Deal, in Input, at, recordedAt time.Time) (Deal, Entry, error) {
	return h.once(&d, &in, recordedAt, func(e *Entry) error {
		return e.digestRequest(Began.asked(), &in, d)
	}, func() (Deal, Entry, error) {
		return m.OpenDeal(d, in, at)
	})
}

// Fire fires a trigger on the deal as it stands at the end of the history and appends the
// entry, which was recorded at recordedAt (zero: it does not say). A request that comes a
// second time, by its name in Input.Request, is not carried out again: who sends the same
// once more gets the first result, the deal as it was then, and the history stays as it is.
// The same is what has the same trigger or edits, data, actor, reason and note. Another
// request of the same name is a [*DuplicateRequestError]. The other errors are those of
// [Deal.Fire] and [History.Append]; then nothing has happened.
func (h *History) Fire(m *Machine, d *Deal, trigger TriggerID, in Input, at, recordedAt time.Time) (Deal, Entry, error) {
	return h.once(d, &in, recordedAt, func(e *Entry) error {
		return e.digestRequest(string(trigger), &in)
	}, func() (Deal, Entry, error) {
		return d.Fire(m, trigger, in, at)
	})
}

// Edit edits the deal as [Deal.Edit] does, with the care of [History.Fire].
func (h *History) Edit(m *Machine, d *Deal, in Input, at, recordedAt time.Time, edits ...Edit) (Deal, Entry, error) {
	return h.once(d, &in, recordedAt, func(e *Entry) error {
		return e.digestEdits(&in, edits)
	}, func() (Deal, Entry, error) {
		return d.Edit(m, in, at, edits...)
	})
}

// Pause stops the clocks of the deal as [Deal.Pause] does, with the care of [History.Fire].
func (h *History) Pause(m *Machine, d *Deal, in Input, at, recordedAt time.Time) (Deal, Entry, error) {
	return h.tick(Paused, d, in, recordedAt, func() (Deal, Entry, error) { return d.Pause(m, in, at) })
}

// Resume lets the clocks of the deal run again as [Deal.Resume] does, with the care of
// [History.Fire].
func (h *History) Resume(m *Machine, d *Deal, in Input, at, recordedAt time.Time) (Deal, Entry, error) {
	return h.tick(Resumed, d, in, recordedAt, func() (Deal, Entry, error) { return d.Resume(m, in, at) })
}

// Migrate carries the deal over as [Deal.Migrate] does, with the care of [History.Fire].
func (h *History) Migrate(g *Migration, d *Deal, in Input, at, recordedAt time.Time) (Deal, Entry, error) {
	return h.tick(Migrated, d, in, recordedAt, func() (Deal, Entry, error) { return d.Migrate(g, in, at) })
}

// tick is once for what changes nothing but the position.
func (h *History) tick(kind MoveKind, d *Deal, in Input, recordedAt time.Time, act func() (Deal, Entry, error)) (Deal, Entry, error) {
	return h.once(d, &in, recordedAt, func(e *Entry) error { return e.digestRequest(kind.asked(), &in) }, act)
}

// once carries a request out and appends its entry, unless it has been carried out.
func (h *History) once(d *Deal, in *Input, recordedAt time.Time, digest func(*Entry) error, act func() (Deal, Entry, error)) (Deal, Entry, error) {
	if first, ok := h.Find(in.Request); ok {
		then, err := h.again(first, digest)
		if err == nil && d.ID != first.Record {
			err = &HistoryError{d.ID, h.Len(), d.Version + 1, &InputError{Name: "record", Value: string(d.ID), Want: string(first.Record)}}
		}
		if err != nil {
			return *d, Entry{}, err
		}
		return then, first, nil
	}
	next, e, err := act()
	if err != nil {
		return *d, Entry{}, err
	}
	if !recordedAt.IsZero() {
		e.RecordedAt = recordedAt.Round(0).UTC()
	}
	if err := h.Append(e); err != nil {
		return *d, Entry{}, err
	}
	return next, e, nil
}

// again returns the deal as it was after its first request of a name, if the second has the
// same content. Of a request whose content was erased nothing else can be known.
func (h *History) again(first Entry, digest func(*Entry) error) (Deal, error) {
	var second Entry
	second.Request = first.Request
	if err := digest(&second); err != nil {
		return Deal{}, err
	}
	if !first.Content.IsZero() && first.Content != second.Content {
		return Deal{}, &DuplicateRequestError{first.Record, first.Request, first.Seq}
	}
	return replay(h.entries[:first.Seq])
}
