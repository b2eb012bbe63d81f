package rapport

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"sync"
	"time"
)

// UUIDv7 makes UUIDs of version 7 (RFC 9562, section 5.7) in their canonical
// text: 48 bits of Unix milliseconds, then 74 random bits.
//
// The ids of one source come in strictly ascending byte order, within one
// millisecond and also when the time goes backwards: the random bits then grow by
// a random step from 1 to 2^32 (section 6.2, method 2), and where they run over,
// the millisecond is advanced by one. An id therefore may carry a later time than
// it was asked for, never an earlier one; a time far in the future holds the
// source there.
//
// A UUIDv7 is safe for concurrent use; the reader is used by one call at a time.
type UUIDv7 struct {
	random io.Reader

	mu   sync.Mutex
	made bool     // an id has been made, and the fields below are its parts
	ms   uint64   // 48 bits
	high uint16   // rand_a: 12 bits
	low  uint64   // rand_b: 62 bits
	buf  [10]byte // random bytes on their way in
}

const (
	uuidMaxMillis = 1<<48 - 1
	uuidMaxHigh   = 1<<12 - 1
	uuidMaxLow    = 1<<62 - 1
)

// NewUUIDv7 returns a source that draws from random: crypto/rand.Reader in a
// host, a seeded reader in a test. A nil reader is [ErrNoRandom].
func NewUUIDv7(random io.Reader) (*UUIDv7, error) {
	if random == nil {
		return nil, ErrNoRandom
	}
	return &UUIDv7{random: random}, nil
}

// NewID returns the next id, such as 017f22e2-79b0-7cc3-98c4-dc0c0c07398f. It is
// an error if the reader fails or ends, and [ErrIDTime] for a time that the
// layout cannot hold; the source can be used again after either.
func (u *UUIDv7) NewID(at time.Time) (ID, error) {
	millis := at.UnixMilli() // undefined where seconds are far out
	if at.Unix() < 0 || at.Unix() > uuidMaxMillis/1000 || millis > uuidMaxMillis {
		return "", fmt.Errorf("%w: %s", ErrIDTime, at.UTC().Format(time.RFC3339))
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	var err error
	if ms := uint64(millis); u.made && ms <= u.ms {
		err = u.step()
	} else {
		err = u.draw(ms)
	}
	if err != nil {
		return "", err
	}
	return u.text(), nil
}

// draw starts a millisecond with fresh random bits.
func (u *UUIDv7) draw(ms uint64) error {
	if ms > uuidMaxMillis {
		return fmt.Errorf("%w: the last millisecond is used up", ErrIDTime)
	}
	if err := u.read(u.buf[:]); err != nil {
		return err
	}
	u.made, u.ms = true, ms
	u.high = binary.BigEndian.Uint16(u.buf[:2]) & uuidMaxHigh
	u.low = binary.BigEndian.Uint64(u.buf[2:]) & uuidMaxLow
	return nil
}

// step moves the 74 random bits up within the millisecond of the last id.
func (u *UUIDv7) step() error {
	if err := u.read(u.buf[:4]); err != nil {
		return err
	}
	low := u.low + uint64(binary.BigEndian.Uint32(u.buf[:4])) + 1
	high := u.high
	if low > uuidMaxLow {
		low &= uuidMaxLow
		high++
	}
	if high > uuidMaxHigh {
		return u.draw(u.ms + 1)
	}
	u.high, u.low = high, low
	return nil
}

func (u *UUIDv7) read(buf []byte) error {
	if _, err := io.ReadFull(u.random, buf); err != nil {
		return fmt.Errorf("rapport: reading random bytes for an id: %w", err)
	}
	return nil
}

// text lays the parts out: 48 bits of time, version 7, rand_a, variant 10, rand_b.
func (u *UUIDv7) text() ID {
	var raw [16]byte
	binary.BigEndian.PutUint64(raw[:8], u.ms<<16|7<<12|uint64(u.high))
	binary.BigEndian.PutUint64(raw[8:], 0b10<<62|u.low)
	var text [36]byte
	hex.Encode(text[:8], raw[:4])
	hex.Encode(text[9:13], raw[4:6])
	hex.Encode(text[14:18], raw[6:8])
	hex.Encode(text[19:23], raw[8:10])
	hex.Encode(text[24:], raw[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return ID(text[:])
}
