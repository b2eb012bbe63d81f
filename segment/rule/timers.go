package rule

// timers is a heap of the customers that the clock may change, by time, then id.
type timers []*record

func (t timers) before(i, j int) bool {
	a, b := t[i], t[j]
	return a.wake < b.wake || a.wake == b.wake && a.facts.id < b.facts.id
}

func (t timers) swap(i, j int) {
	t[i], t[j] = t[j], t[i]
	t[i].place, t[j].place = i, j
}

// set moves a customer to its place for another time; never takes it out.
func (t *timers) set(r *record, wake int64) {
	if r.place < 0 {
		if r.wake = wake; wake != never {
			r.place = len(*t)
			*t = append(*t, r)
			t.up(r.place)
		}
		return
	}
	i := r.place
	r.wake = wake
	if wake == never {
		last := len(*t) - 1
		t.swap(i, last)
		(*t)[last] = nil
		*t = (*t)[:last]
		r.place = -1
		if i == last {
			return
		}
	}
	if !t.up(i) {
		t.down(i)
	}
}

func (t timers) up(i int) (moved bool) {
	for i > 0 && t.before(i, (i-1)/2) {
		t.swap(i, (i-1)/2)
		i, moved = (i-1)/2, true
	}
	return moved
}

func (t timers) down(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(t); child++ {
			if t.before(child, least) {
				least = child
			}
		}
		if least == i {
			return
		}
		t.swap(i, least)
		i = least
	}
}
