package customer

import "time"

// settled is a record that can put its times into UTC.
type settled[T any] interface {
	*T
	Validate() error
	settle()
}

// readFiled reads a record strictly through its form, which writes into read, and
// moves it to into if it is valid; otherwise into stays as it is. Null changes
// nothing.
func readFiled[T any, P settled[T]](subject string, text []byte, into, read P, form any) error {
	if isNull(text) {
		return nil
	}
	if err := decodeStrict(subject, text, form); err != nil {
		return err
	}
	read.settle()
	if err := read.Validate(); err != nil {
		return err
	}
	*into = *read
	return nil
}

// settleTimes puts times into UTC without a monotonic reading, so that equal
// instants are written alike.
func settleTimes(times ...*time.Time) {
	for _, t := range times {
		if !t.IsZero() {
			*t = t.UTC()
		}
	}
}
