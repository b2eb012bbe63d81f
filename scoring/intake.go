package scoring

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/rapport-crm/rapport"
)

// intake is what reading a log in any order and reading it sorted have in
// common: it judges each row, counts it, and makes the result of the totals.
type intake struct {
	gauge
	ctx           context.Context
	show          func(rapport.ID, time.Time) // Window.Visit
	rows          RowCounts
	purchases     int // rows that count as purchases in the calibration period
	first, last   date
	settled       date // rows up to here have been counted already; noDate if none
	revenue, cost wideSum
	sheet         sheet
	repeats       *dayCounts // nil unless repeats are counted by period
}

// rowsPerCheck is how many rows are read between two looks at the context.
const rowsPerCheck = 4096

func newIntake(ctx context.Context, w Window) (intake, error) {
	g, err := newGauge(w)
	if err != nil {
		return intake{}, err
	}
	g.window.Visit = nil // summaries keep the window, but not what it calls
	in := intake{gauge: g, ctx: ctx, show: w.Visit, first: math.MaxInt32, last: math.MinInt32, settled: noDate}
	return in, in.interrupted()
}

func (in *intake) interrupted() error {
	if err := in.ctx.Err(); err != nil {
		return fmt.Errorf("scoring: summary stopped after row %d: %w", in.rows.Read, err)
	}
	return nil
}

// next counts a row and finds its date.
func (in *intake) next(p *Purchase) (date, error) {
	in.rows.Read++
	if in.rows.Read%rowsPerCheck == 0 {
		if err := in.interrupted(); err != nil {
			return 0, err
		}
	}
	d, ok := in.calendar.date(p.At)
	if !ok {
		return 0, in.refuse(p, ErrDate)
	}
	if d <= in.settled {
		return 0, in.refuse(p, ErrLate)
	}
	in.first = min(in.first, d)
	in.last = max(in.last, d)
	return d, nil
}

func (in *intake) refuse(p *Purchase, why error) error {
	e := &RowError{Row: in.rows.Read, At: p.At.UTC(), Err: why}
	if in.window.Location != nil {
		e.At = p.At.In(in.window.Location)
	}
	if p.Customer.Validate() == nil {
		e.Customer = p.Customer
	}
	return e
}

// rowKind says what a row is to the summary.
type rowKind uint8

const (
	purchaseRow rowKind = iota
	returnRow           // to be deducted
	leftOut             // counted and left out
)

// judge applies the policies to a row with an amount of zero or less.
func (in *intake) judge(p *Purchase, d date) (rowKind, error) {
	after := d > in.until
	kind, count := purchaseRow, &in.rows.Zeros
	switch {
	case p.Amount < 0 && in.window.Returns == RefuseReturns:
		return 0, in.refuse(p, ErrReturn)
	case p.Amount < 0 && in.window.Returns == IgnoreReturns:
		kind, count = leftOut, &in.rows.ReturnsIgnored
	case p.Amount < 0 && after:
		kind = leftOut
	case p.Amount < 0:
		return returnRow, nil // counted when it is known what it is deducted from
	case in.window.Zeros == SkipZeros:
		kind, count = leftOut, &in.rows.ZerosSkipped
	}
	switch {
	case !after:
		*count++
	case kind == leftOut:
		in.rows.AfterWindow++
	}
	return kind, nil
}

// visit adds a purchase date of the calibration period to what the customer's come to.
func (in *intake) visit(id rapport.ID, v *visits, d date) {
	v.addCalibration(d, &in.gauge)
	if in.show != nil {
		in.show(id, in.calendar.midnight(d))
	}
	if in.repeats != nil {
		in.repeats.add(v, d)
	}
}

// deduct takes returned goods out of the totals.
func (in *intake) deduct(rows int, amount, cost wideSum) {
	in.rows.ReturnsNetted += rows
	in.revenue.addSum(amount)
	in.cost.addSum(cost)
}

// close puts a customer on the sheet whose purchases are all known: amount is
// that of all purchases of the calibration period, first that of the first
// date, later what else belongs to the later dates: returns to be deducted, and
// what was summarized before.
func (in *intake) close(id rapport.ID, v *visits, amount, first int64, later wideSum) error {
	in.revenue.add(amount)
	later.add(amount - first)
	repeat, ok := later.int64()
	if !ok {
		return &OverflowError{Customer: id, Sum: "amount"}
	}
	in.sheet.add(id, v, repeat, &in.gauge)
	return nil
}

// open checks what can be checked only when all rows are read, and fixes the
// calibration end if the window left it to the log. A stream may have ended
// because the context did, so it is asked once more.
func (in *intake) open() error {
	if err := in.interrupted(); err != nil {
		return err
	}
	switch {
	case in.rows.Read == 0:
		return fmt.Errorf("scoring: the log has no rows: %w", ErrNoPurchases)
	case in.until < in.first:
		return &UntilError{Until: in.calendar.midnight(in.until), First: in.calendar.midnight(in.first)}
	case in.window.Until.IsZero():
		in.until, in.holdEnd = in.last, in.last
	}
	return nil
}

// result makes the summaries of the sheet.
func (in *intake) result() (*Summaries, error) {
	if len(in.sheet.ids) == 0 {
		return nil, fmt.Errorf("scoring: none of %d rows is a purchase on or before %s: %w",
			in.rows.Read, in.calendar.midnight(in.until).Format(time.DateOnly), ErrNoPurchases)
	}
	revenue, ok := in.revenue.int64()
	if !ok {
		return nil, &OverflowError{Sum: "revenue"}
	}
	cost, ok := in.cost.int64()
	if !ok {
		return nil, &OverflowError{Sum: "cost"}
	}
	in.sheet.setAges(&in.gauge)
	in.rows.PurchaseDates = in.sheet.dates
	in.rows.Merged = in.purchases - in.sheet.dates
	if in.repeats != nil {
		in.repeats.settle(&in.gauge)
	}
	return &Summaries{
		unit:             in.window.Unit,
		ids:              exact(in.sheet.ids),
		values:           exact(in.sheet.values),
		until:            in.calendar.midnight(in.until),
		currency:         in.window.Currency,
		digits:           in.digits,
		revenue:          revenue,
		cost:             cost,
		rows:             in.rows,
		customersAfter:   in.sheet.after,
		customersWithout: in.sheet.without,
		holdout:          in.holdout(),
		ledger: &ledger{
			window: in.window, zone: zoneName(in.window.Location), until: in.until,
			histories: exact(in.sheet.history), silent: exact(in.sheet.silent),
		},
	}, nil
}

func (in *intake) holdout() *Holdout {
	if in.window.Holdout == 0 || in.last <= in.until {
		return nil
	}
	h := &Holdout{
		Periods: min(in.window.Holdout, in.units(in.last-in.until)),
		X:       in.sheet.held,
	}
	h.ByPeriod = make([]int, int(math.Ceil(h.Periods)))
	copy(h.ByPeriod, in.sheet.byPeriod)
	return h
}
