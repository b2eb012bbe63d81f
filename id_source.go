package rapport

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// IDSource makes ids that have not been made before. A host passes one to the
// rooms that make records, so that ids are the host's choice and tests can tell
// them beforehand: [NewUUIDv7] for production, [NewSequential] for tests, or an
// implementation of the host's own. Implementations are safe for concurrent use.
type IDSource interface {
	// NewID returns a new id for a record made at the given time.
	NewID(at time.Time) (ID, error)
}

// ErrNoRandom is the error of [NewUUIDv7] without a reader.
var ErrNoRandom = errors.New("rapport: a UUIDv7 source needs a reader of random bytes, got nil")

// ErrIDTime is the error of [UUIDv7.NewID] for a time that a UUIDv7 cannot
// hold: before 1970 or after 10889.
var ErrIDTime = errors.New("rapport: time outside the years that a UUIDv7 can hold")

// Sequential makes the ids prefix000000001, prefix000000002 and so on, without
// regard to time: for tests and examples. It is safe for concurrent use.
type Sequential struct {
	prefix string
	mu     sync.Mutex
	last   uint64
}

// NewSequential returns a source that counts from one. The prefix may be empty;
// one that cannot start an id shows as an [*IDError] at the first id.
func NewSequential(prefix string) *Sequential { return &Sequential{prefix: prefix} }

// NewID returns the next id. Ids come in byte order up to 999,999,999.
func (s *Sequential) NewID(time.Time) (ID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, err := ParseID(fmt.Sprintf("%s%09d", s.prefix, s.last+1))
	if err != nil {
		return "", err
	}
	s.last++
	return id, nil
}
