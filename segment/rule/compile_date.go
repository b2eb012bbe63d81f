package rule

// dateTest is a test of a date or of what is measured from it.
type dateTest struct {
	calendar calendar
	test     thresholds
	at       int // slot
}

func (d *dateTest) days(f *Facts) (span, bool) {
	ord := f.ordered[d.at]
	return unpack(ord), ord != missing
}

func (d *dateTest) plain(f *Facts, _ *Moment, _ []Truth) Truth {
	s, ok := d.days(f)
	if !ok {
		return Unknown
	}
	return d.test.over(s.first, s.last)
}

func (d *dateTest) daysAgo(f *Facts, m *Moment, _ []Truth) Truth {
	s, ok := d.days(f)
	if !ok {
		return Unknown
	}
	return d.test.over(m.today-s.last, m.today-s.first)
}

// untilDaysAgo: one day more each day, so the next cut of the first or the last day
// that the date may be.
func (d *dateTest) untilDaysAgo(f *Facts, m *Moment, standing []Truth) (Truth, int64) {
	next := int64(never)
	if s, ok := d.days(f); ok {
		for _, day := range [...]int64{s.first, s.last} {
			if cut, ok := d.test.above(m.today - day); ok {
				next = min(next, d.calendar.start(day+cut))
			}
		}
	}
	return d.daysAgo(f, m, standing), next
}

func (d *dateTest) age(f *Facts, m *Moment, _ []Truth) Truth {
	s, ok := d.days(f)
	if !ok || s.last > m.today {
		return Unknown
	}
	least := fullYears(s.last, m.today)
	if s.first == s.last {
		return d.test.truth(least)
	}
	return d.test.over(least, fullYears(s.first, m.today))
}

func (d *dateTest) untilAge(f *Facts, m *Moment, standing []Truth) (Truth, int64) {
	next := int64(never)
	s, ok := d.days(f)
	switch {
	case !ok:
	case s.last > m.today:
		next = d.calendar.start(s.last)
	default:
		for _, day := range [...]int64{s.first, s.last} {
			if cut, ok := d.test.above(fullYears(day, m.today)); ok && cut <= 10_000 {
				next = min(next, d.calendar.start(addYears(day, int(cut))))
			}
		}
	}
	return d.age(f, m, standing), next
}

func (d *dateTest) anniversary(f *Facts, m *Moment, _ []Truth) Truth {
	s, ok := d.days(f)
	if !ok || s.first != s.last {
		return Unknown
	}
	return d.test.truth(daysToAnniversary(s.first, m.today))
}

// untilAnniversary: one day less each day, down to 0 and up again.
func (d *dateTest) untilAnniversary(f *Facts, m *Moment, standing []Truth) (Truth, int64) {
	next := int64(never)
	if s, ok := d.days(f); ok && s.first == s.last {
		left := daysToAnniversary(s.first, m.today)
		day := m.today + left + 1
		if cut, ok := d.test.upTo(left); ok && cut >= 1 {
			day = m.today + left - cut + 1
		}
		next = d.calendar.start(day)
	}
	return d.anniversary(f, m, standing), next
}
