package scoring

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rapport-crm/rapport"
)

// The default stages of a relationship; see [RelationshipStages].
const (
	StageProspect = "prospect" // has not bought
	StageOrdinary = "ordinary" // has bought
	StageRepeat   = "repeat"   // buys again
	StageLoyal    = "loyal"    // buys from us first
)

// RelationshipStages returns the default stages, in their order.
func RelationshipStages() []string {
	return []string{StageProspect, StageOrdinary, StageRepeat, StageLoyal}
}

// Investment is what was earned with a customer and spent on it while it was in
// one stage of the relationship. Amounts are whole minor units of one currency;
// only Revenue may be negative, by returns.
type Investment struct {
	Customer    rapport.ID
	Stage       string
	Revenue     rapport.Money
	DirectCost  rapport.Money // of what was sold
	CostToServe rapport.Money // visits, calls, deliveries, complaints
	Acquisition rapport.Money // spent to win the customer
	Retention   rapport.Money // spent to keep it
}

// InvestmentProfit is a line of an [InvestmentReport]: exact sums of the rows.
type InvestmentProfit struct {
	Customers   int // different ones
	Revenue     rapport.Money
	DirectCost  rapport.Money
	CostToServe rapport.Money
	Acquisition rapport.Money
	Retention   rapport.Money
	Spend       rapport.Money // Acquisition + Retention
	Profit      rapport.Money // Revenue − DirectCost − CostToServe − Spend
	// ROI is Profit over Spend, (profit before spend − spend)/spend, in minor units;
	// it has no value where nothing was spent. N is Customers.
	ROI rapport.Ratio
}

// StageProfit is the line of one stage.
type StageProfit struct {
	Stage string
	InvestmentProfit
}

// CustomerProfit is the line of one customer, over all its stages.
type CustomerProfit struct {
	Customer rapport.ID
	InvestmentProfit
}

// InvestmentReport sets what was spent on customers against what it brought.
type InvestmentReport struct {
	Stages    []StageProfit    // every stage, in the order given
	Customers []CustomerProfit // in byte order of the id
	Total     InvestmentProfit
}

// InvestmentsByStage adds up the rows by stage, by customer and in all; nil stages
// are [RelationshipStages]. A customer may have a row for each stage it went
// through, or several.
//
// The error is a [*RowError] (an invalid id, [ErrUnknownStage], an [*InputError] for a
// negative cost, or the error of an amount), an [*OverflowError], or wraps
// [ErrTwice] for a stage.
func InvestmentsByStage(stages []string, rows []Investment) (InvestmentReport, error) {
	if stages == nil {
		stages = RelationshipStages()
	}
	place := make(map[string]int, len(stages))
	for i, stage := range stages {
		if _, ok := place[stage]; ok {
			return InvestmentReport{}, fmt.Errorf("scoring: stage %q: %w", stage, ErrTwice)
		}
		place[stage] = i
	}
	var p purse
	type visit struct {
		stage    int
		customer rapport.ID
	}
	seen := make(map[visit]bool, len(rows))
	byStage := make([]investmentSums, len(stages))
	byCustomer := make(map[rapport.ID]*investmentSums)
	var all investmentSums
	for i, row := range rows {
		stage, amounts, err := row.read(&p, place)
		if err != nil {
			return InvestmentReport{}, &RowError{Row: i + 1, Customer: row.Customer, Err: err}
		}
		own := byCustomer[row.Customer]
		if own == nil {
			own = &investmentSums{customers: 1}
			byCustomer[row.Customer] = own
			all.customers++
		}
		if at := (visit{stage, row.Customer}); !seen[at] {
			seen[at] = true
			byStage[stage].customers++
		}
		own.add(amounts)
		byStage[stage].add(amounts)
		all.add(amounts)
	}
	report := InvestmentReport{Stages: make([]StageProfit, len(stages)), Customers: make([]CustomerProfit, 0, len(byCustomer))}
	var err error
	if report.Total, err = all.line(&p, ""); err != nil {
		return InvestmentReport{}, err
	}
	for i, stage := range stages {
		line, err := byStage[i].line(&p, "")
		if err != nil {
			return InvestmentReport{}, err
		}
		report.Stages[i] = StageProfit{Stage: stage, InvestmentProfit: line}
	}
	for _, customer := range slices.Sorted(maps.Keys(byCustomer)) {
		line, err := byCustomer[customer].line(&p, customer)
		if err != nil {
			return InvestmentReport{}, err
		}
		report.Customers = append(report.Customers, CustomerProfit{Customer: customer, InvestmentProfit: line})
	}
	return report, nil
}

// read returns the place of the row's stage and its five amounts in minor units.
func (r Investment) read(p *purse, place map[string]int) (stage int, amounts [5]int64, err error) {
	if err := r.Customer.Validate(); err != nil {
		return 0, amounts, err
	}
	stage, ok := place[r.Stage]
	if !ok {
		return 0, amounts, fmt.Errorf("%w: %q", ErrUnknownStage, r.Stage)
	}
	if amounts[0], err = p.take(r.Revenue); err != nil {
		return 0, amounts, named("Revenue", err)
	}
	for i, cost := range [...]struct {
		name   string
		amount rapport.Money
	}{{"DirectCost", r.DirectCost}, {"CostToServe", r.CostToServe}, {"Acquisition", r.Acquisition}, {"Retention", r.Retention}} {
		if amounts[i+1], err = p.takeCost(cost.name, cost.amount); err != nil {
			return 0, amounts, named(cost.name, err)
		}
	}
	return stage, amounts, nil
}

// investmentSums adds up rows: revenue, direct cost, cost to serve, acquisition,
// retention.
type investmentSums struct {
	customers int
	sums      [5]wideSum
}

func (s *investmentSums) add(amounts [5]int64) {
	for i, amount := range amounts {
		s.sums[i].add(amount)
	}
}

// line returns the sums as money; the customer is named if they do not fit.
func (s *investmentSums) line(p *purse, customer rapport.ID) (InvestmentProfit, error) {
	var minor [5]int64
	var spend, profit wideSum
	for i, sum := range s.sums {
		var ok bool
		if minor[i], ok = sum.int64(); !ok {
			return InvestmentProfit{}, &OverflowError{Customer: customer, Sum: "investment"}
		}
		if i == 0 {
			profit.add(minor[i])
		} else {
			profit.sub(minor[i])
		}
		if i >= 3 {
			spend.add(minor[i])
		}
	}
	spent, ok := spend.int64()
	gained, ok2 := profit.int64()
	if !ok || !ok2 {
		return InvestmentProfit{}, &OverflowError{Customer: customer, Sum: "profit"}
	}
	return InvestmentProfit{
		Customers: s.customers,
		Revenue:   p.money(minor[0]), DirectCost: p.money(minor[1]), CostToServe: p.money(minor[2]),
		Acquisition: p.money(minor[3]), Retention: p.money(minor[4]),
		Spend: p.money(spent), Profit: p.money(gained),
		ROI: rapport.Ratio{Num: float64(gained), Den: float64(spent), N: s.customers},
	}, nil
}
