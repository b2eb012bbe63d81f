package scoring

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"time"

	"github.com/rapport-crm/rapport"
)

// portableHead begins a file of summaries: kind and version, readable as text.
const portableHead = "rapport/summaries 1\n"

// Flags of a file.
const (
	portableDated   = 1 << iota // made from a log: dates and whole amounts in place of statistics
	portableHoldout             // has a hold-out
)

// MarshalBinary writes the summaries in a form that lasts, so that the log behind
// them can be thrown away: version 1, described below, will be read by every later
// release. What [Summaries.UnmarshalBinary] reads is the same in every number, and
// marshals to the same bytes. A customer takes about 20 bytes and what its id does
// not share with the one before.
//
// The file begins with the line "rapport/summaries 1" and ends with the CRC-32
// (IEEE) of all before, four bytes, lowest first. Between are whole numbers in the
// shortest form of encoding/binary's varints (i signed, u unsigned), texts as a
// length u and their bytes, and float64 numbers (f) as eight bytes, lowest first:
//
//	flags u (1 dated, 2 hold-out)   unit: text
//	if dated: currency: text   extra digits u   returns: text   zeros: text
//	    location: text   its offset then in seconds i   until, in seconds since 1970 i
//	    the counts of RowCounts in order, 9 u   customers after u, without u
//	    revenue i   cost i
//	    n u and, n times, the id of a customer with rows but no purchase
//	customers u and, for each in order of the id:
//	    id
//	    if dated: x u   days from first date to until u
//	        if x > 0: days from first to last u   repeat amount i   litt f
//	    else: x u   T f   if x > 0: t_x f   m_x f   litt f
//	if hold-out: periods f   length u of ByPeriod and its counts u   X u of each customer
//
// An id is the number u of bytes it shares with the id before and the rest as text.
// The error is [ErrNoPurchases] for the zero Summaries.
func (s *Summaries) MarshalBinary() ([]byte, error) {
	if s == nil || len(s.ids) == 0 {
		return nil, fmt.Errorf("scoring: 0 summaries: %w", ErrNoPurchases)
	}
	w := portableWriter{data: make([]byte, 0, 256+24*len(s.ids))}
	w.data = append(w.data, portableHead...)
	var flags uint64
	if s.ledger != nil {
		flags |= portableDated
	}
	if s.holdout != nil {
		flags |= portableHoldout
	}
	w.unsigned(flags)
	w.text(s.unit.String())
	if s.ledger != nil {
		w.origin(s)
	}
	w.unsigned(uint64(len(s.ids)))
	w.before = ""
	for i, id := range s.ids {
		w.id(id)
		w.unsigned(uint64(s.values[i].X))
		if s.ledger != nil {
			w.history(s.ledger.histories[i], s.values[i], s.ledger.until)
		} else {
			w.statistics(s.values[i])
		}
	}
	if h := s.holdout; h != nil {
		w.float(h.Periods)
		w.unsigned(uint64(len(h.ByPeriod)))
		w.counts(h.ByPeriod)
		w.counts(h.X)
	}
	return binary.LittleEndian.AppendUint32(w.data, crc32.ChecksumIEEE(w.data)), nil
}

// portableWriter appends to the bytes of a file.
type portableWriter struct {
	data   []byte
	before rapport.ID // the id written last
}

func (w *portableWriter) unsigned(v uint64) { w.data = binary.AppendUvarint(w.data, v) }

func (w *portableWriter) signed(v int64) { w.data = binary.AppendVarint(w.data, v) }

func (w *portableWriter) float(v float64) {
	w.data = binary.LittleEndian.AppendUint64(w.data, math.Float64bits(v))
}

func (w *portableWriter) text(t string) {
	w.unsigned(uint64(len(t)))
	w.data = append(w.data, t...)
}

func (w *portableWriter) counts(list []int) {
	for _, n := range list {
		w.unsigned(uint64(n))
	}
}

func (w *portableWriter) id(id rapport.ID) {
	shared := len(commonPrefix(string(w.before), string(id)))
	w.unsigned(uint64(shared))
	w.text(string(id[shared:]))
	w.before = id
}

// origin writes what all customers of a log have in common.
func (w *portableWriter) origin(s *Summaries) {
	l := s.ledger
	w.text(s.currency.String())
	w.unsigned(uint64(l.window.ExtraDigits))
	w.text(l.window.Returns.String())
	w.text(l.window.Zeros.String())
	w.text(l.zone)
	_, offset := s.until.Zone()
	w.signed(int64(offset))
	w.signed(s.until.Unix())
	w.counts(s.rows.list())
	w.counts([]int{s.customersAfter, s.customersWithout})
	w.signed(s.revenue)
	w.signed(s.cost)
	w.unsigned(uint64(len(l.silent)))
	for _, id := range l.silent {
		w.id(id)
	}
}

func (w *portableWriter) history(h history, s Summary, until date) {
	w.unsigned(uint64(until - h.first))
	if s.X > 0 {
		w.unsigned(uint64(h.last - h.first))
		w.signed(h.repeat)
		w.float(s.SumLogInterval)
	}
}

func (w *portableWriter) statistics(s Summary) {
	w.float(s.T)
	if s.X > 0 {
		w.float(s.TX)
		w.float(s.Spend)
		w.float(s.SumLogInterval)
	}
}

// list returns the counts in the order of the fields.
func (r RowCounts) list() []int {
	return []int{r.Read, r.PurchaseDates, r.Merged, r.ReturnsNetted, r.ReturnsUnmatched, r.ReturnsIgnored, r.ZerosSkipped, r.AfterWindow, r.Zeros}
}

// zoneOf returns a fixed zone named by its offset in seconds east of UTC. Its name
// is not that of the location it was read for, whose other offsets are not known:
// Extend must not take it for that location.
func zoneOf(offset int) *time.Location {
	if offset == 0 {
		return time.UTC
	}
	sign, size := '+', offset
	if offset < 0 {
		sign, size = '-', -offset
	}
	return time.FixedZone(fmt.Sprintf("UTC%c%02d:%02d:%02d", sign, size/3600, size/60%60, size%60), offset)
}
