package customer

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// StageGroup is the customers of one stage at an instant.
type StageGroup struct {
	Stage     Stage
	Customers []rapport.ID // ascending
	Blocked   int          // how many of them are blocked
}

// StagesAt returns who stood in which stage at event, by what was recorded up to
// known: all nine stages in order, without those that had no stage yet.
func StagesAt(lives []Lifecycle, event, known time.Time) []StageGroup {
	groups := make([]StageGroup, stageCount-1)
	for i := range groups {
		groups[i].Stage = Stage(i + 1)
	}
	for i := range lives {
		s := lives[i].AsOf(event, known)
		if s.Stage == 0 {
			continue
		}
		g := &groups[s.Stage-1]
		g.Customers = append(g.Customers, lives[i].customer)
		if s.Blocked {
			g.Blocked++
		}
	}
	for i := range groups {
		slices.Sort(groups[i].Customers)
	}
	return groups
}

// StageBalance says how many customers a stage had and how that came: Start + In −
// Out = End.
type StageBalance struct {
	Stage               Stage
	Start, In, Out, End int
}

// StageFlow counts the moves from one stage (0: none before) to another.
type StageFlow struct {
	From, To Stage
	Count    int
}

// StageFlows is the movement between two instants. Every move counts, also of a
// customer that moves twice or comes back; being blocked is no move.
type StageFlows struct {
	Balances []StageBalance // all nine stages in order
	Flows    []StageFlow    // those that happened, by From, then To
}

// FlowsBetween counts the moves after from and up to to, by what was recorded up to
// known. The error is a [*PeriodError] if to is before from.
func FlowsBetween(lives []Lifecycle, from, to, known time.Time) (StageFlows, error) {
	if to.Before(from) {
		return StageFlows{}, &PeriodError{From: from, To: to}
	}
	var balances [stageCount]StageBalance
	var moves [stageCount][stageCount]int
	for i := range lives {
		l := &lives[i]
		start, end := l.reached(from, known), l.reached(to, known)
		balances[l.AsOf(from, known).Stage].Start++
		balances[l.AsOf(to, known).Stage].End++
		for _, c := range l.changes[start:end] {
			if c.From != c.To {
				moves[c.From][c.To]++
				balances[c.From].Out++
				balances[c.To].In++
			}
		}
	}
	var result StageFlows
	for s := range balances {
		if s > 0 {
			balances[s].Stage = Stage(s)
			result.Balances = append(result.Balances, balances[s])
		}
		for to, n := range moves[s] {
			if n > 0 {
				result.Flows = append(result.Flows, StageFlow{Stage(s), Stage(to), n})
			}
		}
	}
	return result, nil
}

// PeriodError reports a period that ends before it starts, or edges that do not
// rise.
type PeriodError struct {
	From, To time.Time
}

// Error names both instants.
func (e *PeriodError) Error() string {
	return fmt.Sprintf("customer: the period from %s to %s goes backwards", e.From.Format(time.RFC3339), e.To.Format(time.RFC3339))
}

// RetentionFigures says how many of the customers of a period's start were customers
// at its end. N of both is Den.
type RetentionFigures struct {
	Retained rapport.Ratio // customers at both ends / customers at the start
	Churned  rapport.Ratio // the rest of them / customers at the start
}

// Retention counts who is a customer ([Stage.IsCustomer]: has bought and is not
// lost) at both ends of a period, by what was recorded up to known. Who was lost and
// won back in between has stayed, who came in between does not count. Without
// customers at the start there is no value. The error is a [*PeriodError].
func Retention(lives []Lifecycle, from, to, known time.Time) (RetentionFigures, error) {
	if to.Before(from) {
		return RetentionFigures{}, &PeriodError{From: from, To: to}
	}
	start, both := 0, 0
	for i := range lives {
		if !lives[i].AsOf(from, known).Stage.IsCustomer() {
			continue
		}
		start++
		if lives[i].AsOf(to, known).Stage.IsCustomer() {
			both++
		}
	}
	return RetentionFigures{
		Retained: rapport.Ratio{Num: float64(both), Den: float64(start), N: start},
		Churned:  rapport.Ratio{Num: float64(start - both), Den: float64(start), N: start},
	}, nil
}

// Cohort is the customers that first bought within one period, and what share of
// them were customers later.
type Cohort struct {
	From, To time.Time       // first bought at From or later and before To
	Size     int             // how many
	Kept     []rapport.Ratio // customers at To, at the next edge, … / Size
}

// Cohorts makes the cohort table over periods between edges, which must rise: one
// row for each period, with a figure for each edge from the end of the period on, by
// what was recorded up to known. Who bought first before the first edge or from the
// last on is in no row. The error is a [*PeriodError].
func Cohorts(lives []Lifecycle, edges []time.Time, known time.Time) ([]Cohort, error) {
	for i := 1; i < len(edges); i++ {
		if !edges[i].After(edges[i-1]) {
			return nil, &PeriodError{From: edges[i-1], To: edges[i]}
		}
	}
	if len(edges) < 2 {
		return nil, nil
	}
	table := make([]Cohort, len(edges)-1)
	for i := range table {
		table[i] = Cohort{From: edges[i], To: edges[i+1], Kept: make([]rapport.Ratio, len(edges)-1-i)}
	}
	for i := range lives {
		first, ok := lives[i].firstBought(known)
		if !ok || first.Before(edges[0]) || !first.Before(edges[len(edges)-1]) {
			continue
		}
		row, found := slices.BinarySearchFunc(edges, first, time.Time.Compare)
		if !found {
			row--
		}
		table[row].Size++
		for k, edge := range edges[row+1:] {
			if lives[i].AsOf(edge, known).Stage.IsCustomer() {
				table[row].Kept[k].Num++
			}
		}
	}
	for i := range table {
		for k := range table[i].Kept {
			table[i].Kept[k].Den, table[i].Kept[k].N = float64(table[i].Size), table[i].Size
		}
	}
	return table, nil
}

// firstBought returns when the customer first entered a stage of customers.
func (l *Lifecycle) firstBought(known time.Time) (time.Time, bool) {
	for i := range l.changes {
		if c := &l.changes[i]; c.To.IsCustomer() && !c.RecordedAt.After(known) {
			return c.At, true
		}
	}
	return time.Time{}, false
}
