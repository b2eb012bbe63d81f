package rule

import "github.com/rapport-crm/rapport/customer"

// DateTerm is an attribute that holds a date. Where only a part of it is known, a
// test is unknown unless all the days that it may be agree.
//
// Today is the calendar day of as-of in the location of the [Schema].
type DateTerm struct{ node node }

// Date is the attribute of that name, a date.
func Date(name string) DateTerm { return DateTerm{attribute(DateType, name)} }

func (t DateTerm) with(test string, days ...customer.Date) Condition {
	values := make([]Value, len(days))
	for i, day := range days {
		values[i] = DateOf(day)
	}
	return t.node.with(test, values...)
}

// On tests for one day. Bounds of dates are whole days.
func (t DateTerm) On(day customer.Date) Condition { return t.with(testEqual, day) }

// NotOn tests for any other day.
func (t DateTerm) NotOn(day customer.Date) Condition { return t.with(testNotEqual, day) }

// Before tests for an earlier day.
func (t DateTerm) Before(day customer.Date) Condition { return t.with(testLess, day) }

// After tests for a later day.
func (t DateTerm) After(day customer.Date) Condition { return t.with(testGreater, day) }

// NotBefore tests for that day or a later one.
func (t DateTerm) NotBefore(day customer.Date) Condition { return t.with(testAtLeast, day) }

// NotAfter tests for that day or an earlier one.
func (t DateTerm) NotAfter(day customer.Date) Condition { return t.with(testAtMost, day) }

// Between tests for first ≤ date ≤ last.
func (t DateTerm) Between(first, last customer.Date) Condition {
	return t.with(testBetween, first, last)
}

// In tests for one of some days.
func (t DateTerm) In(days ...customer.Date) Condition { return t.with(testIn, days...) }

// NotIn tests for a day that is none of these.
func (t DateTerm) NotIn(days ...customer.Date) Condition { return t.with(testNotIn, days...) }

// LastDays tests for today or one of the n − 1 days before it.
func (t DateTerm) LastDays(n int) Condition { return t.DaysAgo().Between(0, n-1) }

// NextDays tests for today or one of the n − 1 days after it.
func (t DateTerm) NextDays(n int) Condition { return t.DaysAgo().Between(1-n, 0) }

// AnniversaryIn tests for a birthday, or another anniversary, today or on one of the
// n − 1 days after it.
func (t DateTerm) AnniversaryIn(n int) Condition { return t.DaysToAnniversary().Between(0, n-1) }

// Age is the full years from the date to today. It is not known of a date in the
// future. 29 February is kept on 1 March in other years.
func (t DateTerm) Age() Term[int] { return t.measure(measureAge) }

// DaysAgo is the days from the date to today, below 0 for a date in the future.
func (t DateTerm) DaysAgo() Term[int] { return t.measure(measureDaysAgo) }

// DaysToAnniversary is the days from today to the next day that is a whole number of
// years, at least one, after the date: 0 on a birthday. It is not known where the day
// or the month is not. 29 February is kept on 1 March in other years.
func (t DateTerm) DaysToAnniversary() Term[int] { return t.measure(measureAnniversary) }

func (t DateTerm) measure(measure string) Term[int] {
	t.node.measure = measure
	return Term[int](t)
}

// Empty tests for no date.
func (t DateTerm) Empty() Condition { return t.node.with(testEmpty) }

// NotEmpty tests for any date, also one that is known in part.
func (t DateTerm) NotEmpty() Condition { return t.node.with(testNotEmpty) }
