package pipeline

import (
	"cmp"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// StageFigure says how many stays an open stage has had, how they ended, and how long they
// took. Entered = On + Back + Lost + Still.
type StageFigure struct {
	Stage   StageID
	Entered int // stays that began
	On      int // ended by a step to a later stage, or won
	Back    int // ended by a step to an earlier stage, or by a new entry into the same
	Lost    int // ended by losing the record
	Still   int // not ended
	// Lasted is how long the stays took that ended, pauses and time on hold left out.
	Lasted Durations
}

// ConversionOfEntered is On over Entered: the part of all stays that led on so far.
func (f *StageFigure) ConversionOfEntered() rapport.Ratio {
	return rapport.Ratio{Num: float64(f.On), Den: float64(f.Entered), N: f.Entered}
}

// ConversionOfResolved is On over On + Back + Lost: the part of those that ended. While
// stays go on it favours what ends early; see package pipeline/forecast for rates that do
// not.
func (f *StageFigure) ConversionOfResolved() rapport.Ratio {
	ended := f.Entered - f.Still
	return rapport.Ratio{Num: float64(f.On), Den: float64(ended), N: ended}
}

// StageFigures counts the stays in open stages that began in a cohort, an interval of which
// the zero one is all time. The entries are those of histories, one slice a record. A stay
// goes on while the record is on hold, if it resumes; if it goes elsewhere, the stay ended
// that way when it was put on hold. Steps are on or back by the order of the
// stages in the definition. The list has all open stages of the definition in their order,
// then those that only older versions have, by id; into and out of these a step is back if
// it leads to a stage in which the record was before.
func (m *Machine) StageFigures(histories [][]Entry, cohort rapport.Interval) []StageFigure {
	c := m.newStageCount()
	for _, entries := range histories {
		for _, s := range m.stays(entries) {
			if cohort.Contains(s.From) {
				c.add(&s)
			}
		}
	}
	return c.figures()
}

// stageCount collects stays by stage.
type stageCount struct {
	m      *Machine
	at     map[StageID]int // index of a stage in the list
	list   []StageFigure
	lasted []durations
}

func (m *Machine) newStageCount() stageCount {
	c := stageCount{m: m, at: map[StageID]int{}}
	for i := range m.stages {
		if s := &m.stages[i]; s.Kind == Open && !s.nothing {
			c.of(s.ID)
		}
	}
	return c
}

func (c *stageCount) of(stage StageID) int {
	i, ok := c.at[stage]
	if !ok {
		i = len(c.list)
		c.at[stage] = i
		c.list, c.lasted = append(c.list, StageFigure{Stage: stage}), append(c.lasted, durations{})
	}
	return i
}

func (c *stageCount) add(s *stay) {
	i := c.of(s.Stage)
	f := &c.list[i]
	f.Entered++
	switch s.end {
	case notEnded:
		f.Still++
		return
	case wentOn:
		f.On++
	case wentBack:
		f.Back++
	case wasLost:
		f.Lost++
	}
	c.lasted[i].add(s.Lasted())
}

func (c *stageCount) figures() []StageFigure {
	for i := range c.list {
		c.list[i].Lasted = c.lasted[i].sum()
	}
	slices.SortStableFunc(c.list, func(a, b StageFigure) int {
		return cmp.Or(cmp.Compare(c.m.rank(a.Stage), c.m.rank(b.Stage)), cmp.Compare(a.Stage, b.Stage))
	})
	return c.list
}

// stayEnd is how a stay ends.
type stayEnd uint8

const (
	notEnded stayEnd = iota
	wentOn
	wentBack
	wasLost
)

// stay is a spell in an open stage, with what it lasted on after a hold.
type stay struct {
	Spell
	end  stayEnd
	left int // the index of the entry that ended it
}

// stays returns the stays of a record in open stages.
func (m *Machine) stays(entries []Entry) []stay {
	spells := Spells(entries)
	var enters []int // the index of the entry that began a spell
	for i := range entries {
		if kind := entries[i].Kind; kind == Began || kind == Moved || kind == Reopened {
			enters = append(enters, i)
		}
	}
	var list []stay
	been := map[StageID]bool{}
	for i := 0; i < len(spells); i++ {
		s := stay{Spell: spells[i]}
		if s.Kind != Open {
			continue
		}
		been[s.Stage] = true
		for s.Ended() && s.Outcome == OnHold {
			i++
			hold := spells[i]
			s.Next, s.Trigger, s.Outcome = hold.Next, hold.Trigger, hold.Outcome
			switch {
			case !hold.Ended():
				s.To = time.Time{}
			case hold.Next == s.Stage && entries[enters[i+1]].Entered.Since.Time().Equal(s.From):
				i++ // the clock of the stage went on
				again := spells[i]
				s.Paused += hold.To.Sub(s.To) + again.Paused
				s.To, s.Next, s.Trigger, s.Outcome, s.Definition = again.To, again.Next, again.Trigger, again.Outcome, again.Definition
			}
		}
		if s.Ended() {
			s.left = enters[i+1]
		}
		s.end = m.stayEnd(&s.Spell, been)
		list = append(list, s)
	}
	return list
}

func (m *Machine) stayEnd(s *Spell, been map[StageID]bool) stayEnd {
	switch {
	case !s.Ended():
		return notEnded
	case s.Outcome == Won:
		return wentOn
	case s.Outcome == Lost:
		return wasLost
	case s.Next == s.Stage:
		return wentBack
	}
	to, from := m.stage(s.Next), m.stage(s.Stage)
	back := to < from
	if to < 0 || from < 0 {
		back = been[s.Next]
	}
	if back {
		return wentBack
	}
	return wentOn
}
