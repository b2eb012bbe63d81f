package scoring

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
)

// UnmarshalBinary reads what [Summaries.MarshalBinary] wrote; it keeps nothing of
// data. It is for a fresh value, not for summaries in use. The location is known
// only by its name: Until is in a fixed zone of the offset it had, and [Extend]
// wants a window with the location itself. The error wraps [ErrFormat], and a
// [*SummaryError] or a [*rapport.IDError] for a customer that no log can have.
func (s *Summaries) UnmarshalBinary(data []byte) error {
	r, err := newPortableReader(data)
	if err != nil {
		return err
	}
	read := r.summaries()
	if r.err == nil && len(r.data) > 0 {
		r.fail("%d bytes too many", len(r.data))
	}
	if r.err != nil {
		return r.err
	}
	*s = *read
	return nil
}

// portableReader takes from the bytes of a file. After an error it gives zeros. It
// accepts no second way to write the same: what is read is written again byte for
// byte.
type portableReader struct {
	data     []byte
	err      error
	interner interner
	before   rapport.ID // the id read last
}

func newPortableReader(data []byte) (*portableReader, error) {
	kind, _, _ := strings.Cut(portableHead, " ")
	head := data[:min(len(data), len(portableHead))]
	switch {
	case string(head) == portableHead && len(data) >= len(portableHead)+4:
	case strings.HasPrefix(string(head), kind+" "):
		return nil, fmt.Errorf("scoring: %q, want %q: %w", head, portableHead, ErrFormat)
	default:
		return nil, fmt.Errorf("scoring: %d bytes that do not begin with %q: %w", len(data), portableHead, ErrFormat)
	}
	body := data[:len(data)-4]
	if crc32.ChecksumIEEE(body) != binary.LittleEndian.Uint32(data[len(body):]) {
		return nil, fmt.Errorf("scoring: checksum does not match: %w", ErrFormat)
	}
	return &portableReader{data: body[len(portableHead):]}, nil
}

// fail keeps the first error.
func (r *portableReader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("scoring: %w: %w", ErrFormat, fmt.Errorf(format, args...))
		r.data = nil
	}
}

// unsigned reads a number of at most most.
func (r *portableReader) unsigned(name string, most uint64) uint64 {
	v, n := binary.Uvarint(r.data)
	if n <= 0 || (n > 1 && r.data[n-1] == 0) || v > most {
		r.fail("%s is no number up to %d", name, most)
		return 0
	}
	r.data = r.data[n:]
	return v
}

func (r *portableReader) signed(name string) int64 {
	v := r.unsigned(name, math.MaxUint64)
	return int64(v>>1) ^ -int64(v&1)
}

// count reads a number of things each of which takes at least size bytes.
func (r *portableReader) count(name string, size int) int {
	return int(r.unsigned(name, uint64(len(r.data)/size)))
}

func (r *portableReader) float(name string) float64 {
	if len(r.data) < 8 {
		r.fail("%s is missing", name)
		return 0
	}
	v := math.Float64frombits(binary.LittleEndian.Uint64(r.data))
	r.data = r.data[8:]
	return v
}

func (r *portableReader) text(name string) string {
	n := r.count(name, 1)
	if n > len(r.data) {
		r.fail("%s of %d bytes is cut off", name, n)
		return ""
	}
	t := string(r.data[:n])
	r.data = r.data[n:]
	return t
}

func (r *portableReader) counts(name string, n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = int(r.unsigned(name, 1<<48)) // so that no sum overflows
	}
	return list
}

// id reads an id, which must come after the one before.
func (r *portableReader) id() rapport.ID {
	shared := int(r.unsigned("shared bytes of an id", uint64(len(r.before))))
	rest := r.text("id")
	id := r.before[:shared] + rapport.ID(rest)
	if r.err != nil {
		return ""
	}
	switch err := id.Validate(); {
	case err != nil:
		r.fail("%w", err)
	case id <= r.before:
		r.fail("id %q after %q", id, r.before)
	case len(commonPrefix(string(r.before), string(id))) != shared:
		r.fail("id %q shares more than %d bytes with %q", id, shared, r.before)
	}
	r.before = r.interner.keep(id)
	return r.before
}

func (r *portableReader) summaries() *Summaries {
	flags := r.unsigned("flags", portableDated|portableHoldout)
	unit, err := rapport.ParseUnit(r.text("unit"))
	if err != nil {
		r.fail("%w", err)
		return nil
	}
	s := &Summaries{unit: unit}
	g := gauge{unitDays: unit.Days()}
	if flags&portableDated != 0 {
		r.origin(s, &g)
	} else if flags&portableHoldout != 0 {
		r.fail("hold-out without dates")
	}
	least := 1 + 2 + 1 + 1 // bytes of a customer
	n := r.count("number of customers", least)
	if n == 0 {
		r.fail("%w", ErrNoPurchases)
	}
	if r.err != nil {
		return nil
	}
	r.before = ""
	r.customers(s, n, &g)
	if flags&portableHoldout != 0 {
		r.holdout(s)
	}
	return s
}

func (r *portableReader) customers(s *Summaries, n int, g *gauge) {
	s.ids, s.values = make([]rapport.ID, n), make([]Summary, n)
	if s.ledger != nil {
		s.ledger.histories = make([]history, n)
	}
	dates := 0
	for i := 0; i < n && r.err == nil; i++ {
		s.ids[i] = r.id()
		x := int(r.unsigned("x", math.MaxInt))
		if s.ledger != nil {
			s.ledger.histories[i], s.values[i] = r.history(x, g)
			dates += x + 1
		} else {
			s.values[i] = r.statistics(x)
		}
		if reason := s.values[i].validate(); reason != "" && r.err == nil {
			r.fail("%w", &SummaryError{Customer: s.ids[i], Reason: reason})
		}
	}
	if s.ledger != nil && dates != s.rows.PurchaseDates {
		r.fail("customers have %d purchase dates, want %d", dates, s.rows.PurchaseDates)
	}
	if r.err != nil || s.ledger == nil {
		return
	}
	for _, id := range s.ledger.silent {
		if _, ok := s.Lookup(id); ok {
			r.fail("customer %q is scored and without purchase", id)
		}
	}
}

func (r *portableReader) history(x int, g *gauge) (history, Summary) {
	h := history{first: g.until - date(r.unsigned("age", uint64(g.until+daysBefore1970)))}
	h.last = h.first
	logs := 0.0
	if x > 0 {
		h.last += date(r.unsigned("recency", uint64(g.until-h.first)))
		h.repeat = r.signed("repeat amount")
		logs = r.float("sum of logarithms")
	}
	if x > int(h.last-h.first) {
		r.fail("%d repeat purchase dates in %d days", x, h.last-h.first)
	}
	return h, h.summary(x+1, logs, g)
}

func (r *portableReader) statistics(x int) Summary {
	s := Summary{X: x, T: r.float("T")}
	if x > 0 {
		s.TX = r.float("TX")
		s.Spend = r.float("Spend")
		s.SumLogInterval = r.float("SumLogInterval")
	}
	return s
}

func (r *portableReader) holdout(s *Summaries) {
	h := &Holdout{Periods: r.float("periods")}
	n := r.count("length of the hold-out", 1)
	h.ByPeriod = r.counts("purchase dates of a period", n)
	if r.err == nil {
		h.X = r.counts("purchase dates in the hold-out", len(s.ids))
	}
	if !(h.Periods > 0) || math.Ceil(h.Periods) != float64(n) {
		r.fail("hold-out of %v periods with counts of %d", h.Periods, n)
	}
	total := 0
	for _, x := range h.X {
		total += x
	}
	if total != h.Total() {
		r.fail("hold-out has %d purchase dates by customer, %d by period", total, h.Total())
	}
	s.holdout = h
}

// origin reads what all customers of a log have in common.
func (r *portableReader) origin(s *Summaries, g *gauge) {
	l := &ledger{window: Window{Unit: s.unit}}
	s.ledger = l
	if code := r.text("currency"); code != "" {
		currency, err := rapport.ParseCurrency(code)
		if err != nil || currency.String() != code {
			r.fail("currency %q: %w", code, errors.Join(err))
		}
		s.currency, l.window.Currency = currency, currency
	}
	l.window.ExtraDigits = int(r.unsigned("extra digits", MaxExtraDigits))
	s.digits = s.currency.Digits() + l.window.ExtraDigits
	l.window.Returns = policyNamed(r, "returns", RefuseReturns, IgnoreReturns, NetReturns)
	l.window.Zeros = policyNamed(r, "zeros", CountZeros, SkipZeros)
	l.zone = r.text("location")
	offset := r.signed("offset")
	if max(offset, -offset) >= secondsPerDay || l.zone == "" {
		r.fail("location %q at %d seconds", l.zone, offset)
		return
	}
	s.until = time.Unix(r.signed("until"), 0).In(zoneOf(int(offset)))
	local := newCalendar(s.until.Location())
	until, ok := local.date(s.until)
	if !ok {
		r.fail("until: %w", ErrDate)
		return
	}
	l.until = until
	g.until, g.major = l.until, math.Pow10(s.digits)
	r.totals(s)
	l.silent = make([]rapport.ID, r.count("number of customers without purchase", 3))
	for i := range l.silent {
		l.silent[i] = r.id()
	}
}

func (r *portableReader) totals(s *Summaries) {
	rows := r.counts("rows", len(RowCounts{}.list()))
	s.rows = RowCounts{rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], rows[6], rows[7], rows[8]}
	sum := wideSum{}
	for _, n := range rows[1 : len(rows)-1] { // Zeros is the last and a part of others
		sum.add(int64(n))
	}
	if total, ok := sum.int64(); !ok || total != int64(s.rows.Read) {
		r.fail("counts of rows do not add up to %d", s.rows.Read)
	}
	s.customersAfter = int(r.unsigned("customers after", math.MaxInt))
	s.customersWithout = int(r.unsigned("customers without purchase", math.MaxInt))
	s.revenue = r.signed("revenue")
	s.cost = r.signed("cost")
}

// policyNamed reads the policy of that name.
func policyNamed[P fmt.Stringer](r *portableReader, name string, policies ...P) P {
	text := r.text(name)
	for _, p := range policies {
		if p.String() == text {
			return p
		}
	}
	r.fail("%s are treated as %q", name, text)
	return policies[0]
}
