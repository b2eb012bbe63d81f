package rule

func allOf(parts []program) evaluate {
	return func(f *Facts, m *Moment, standing []Truth) Truth {
		least := True
		for i := range parts {
			if t := parts[i].truth(f, m, standing); t < least {
				if least = t; t == False {
					break
				}
			}
		}
		return least
	}
}

func anyOf(parts []program) evaluate {
	return func(f *Facts, m *Moment, standing []Truth) Truth {
		most := False
		for i := range parts {
			if t := parts[i].truth(f, m, standing); t > most {
				if most = t; t == True {
					break
				}
			}
		}
		return most
	}
}

func not(part program) (evaluate, foresee) {
	truth := func(f *Facts, m *Moment, standing []Truth) Truth { return -part.truth(f, m, standing) }
	if part.until == nil {
		return truth, nil
	}
	return truth, func(f *Facts, m *Moment, standing []Truth) (Truth, int64) {
		t, next := part.until(f, m, standing)
		return -t, next
	}
}

// foreseen is [foresee] of any part.
func (p *program) foreseen(f *Facts, m *Moment, standing []Truth) (Truth, int64) {
	if p.until == nil {
		return p.truth(f, m, standing), never
	}
	return p.until(f, m, standing)
}

func anyTimed(parts []program) bool {
	for _, p := range parts {
		if p.until != nil {
			return true
		}
	}
	return false
}

func foreseeAll(parts []program) foresee { return foreseeUnless(False, parts) }
func foreseeAny(parts []program) foresee { return foreseeUnless(True, parts) }

// foreseeUnless is for And and Or: one part that has the truth that decides keeps it
// decided until the last such part may change.
func foreseeUnless(decides Truth, parts []program) foresee {
	if !anyTimed(parts) {
		return nil
	}
	return func(f *Facts, m *Moment, standing []Truth) (Truth, int64) {
		truth, soonest, held := -decides, int64(never), int64(0)
		decided := false
		for i := range parts {
			t, next := parts[i].foreseen(f, m, standing)
			soonest = min(soonest, next)
			switch {
			case t == decides:
				if !decided {
					held = next
				}
				decided, held = true, max(held, next)
			case t == Unknown:
				truth = Unknown
			}
		}
		if decided {
			return decides, held
		}
		return truth, soonest
	}
}

func atLeast(n int, parts []program) evaluate {
	return func(f *Facts, m *Moment, standing []Truth) Truth {
		holds, fails := 0, 0
		for i := range parts {
			switch parts[i].truth(f, m, standing) {
			case True:
				holds++
			case False:
				fails++
			}
		}
		return outOf(n, len(parts), holds, fails)
	}
}

// outOf tells whether n of some parts hold, of which that many do and do not.
func outOf(n, parts, holds, fails int) Truth {
	switch {
	case holds >= n:
		return True
	case parts-fails < n:
		return False
	}
	return Unknown
}

func foreseeAtLeast(n int, parts []program) foresee {
	if !anyTimed(parts) {
		return nil
	}
	return func(f *Facts, m *Moment, standing []Truth) (Truth, int64) {
		holds, fails, soonest := 0, 0, int64(never)
		for i := range parts {
			t, next := parts[i].foreseen(f, m, standing)
			soonest = min(soonest, next)
			switch t {
			case True:
				holds++
			case False:
				fails++
			}
		}
		return outOf(n, len(parts), holds, fails), soonest
	}
}
