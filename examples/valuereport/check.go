package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/examples/program"
)

// check validates the options and fills in what depends on others.
func (o *options) check(unit, model string) error {
	var known bool
	if o.model, known = parseModel(model); !known {
		return program.UsageError(fmt.Sprintf("-model %q: want one of: %s; K is 1 to 12", model, strings.Join(modelNames(), ", ")))
	}
	if err := o.checkFiles(); err != nil {
		return err
	}
	if err := o.checkTime(unit); err != nil {
		return err
	}
	if !(o.discount > -1) || math.IsInf(o.discount, 1) {
		return program.UsageError(fmt.Sprintf("-discount %v: want a rate per year above -1, such as 0.1", o.discount))
	}
	if o.format != "table" && o.format != "json" && o.format != "html" {
		return program.UsageError(fmt.Sprintf("-format %q: want table, json or html", o.format))
	}
	return o.columns.check()
}

// checkFiles makes sure that there is a file, and that the model can read it.
func (o *options) checkFiles() error {
	name := o.model.name
	switch {
	case o.model.readsSummary() && o.transactions != "":
		if o.summary != "" {
			return program.UsageError(fmt.Sprintf("-model %s reads -summary FILE alone: leave -transactions out", name))
		}
		if o.model.isContract() {
			return program.UsageError(fmt.Sprintf("-model %s reads -summary FILE: contractual models on transaction logs have no meaning, for a log does not show when somebody leaves", name))
		}
		return program.UsageError(fmt.Sprintf("-model %s reads -summary FILE, not -transactions: a log does not say when a customer could have bought", name))
	case o.model.readsSummary() && o.summary == "":
		return program.UsageError(fmt.Sprintf("-model %s reads -summary FILE, which is missing", name))
	case o.model.readsSummary() && o.covariates != "":
		return program.UsageError("-covariates go with -transactions, not with -summary")
	case o.model.readsSummary():
		for _, flag := range []string{"until", "id-col", "date-col", "amount-col", "cost-col", "skip-bad-rows"} {
			if o.named[flag] {
				return program.UsageError(fmt.Sprintf("-%s goes with -transactions, not with -summary", flag))
			}
		}
		return nil
	case o.summary != "":
		return program.UsageError(fmt.Sprintf("-summary goes with -model bgbb, sbg or bdw; -model %s reads -transactions", name))
	case o.transactions == "":
		return program.UsageError("-transactions FILE is missing")
	case o.covariates != "" && o.model.chooses():
		return program.UsageError(fmt.Sprintf("-covariates go with one model, and -model %s compares several: name it", name))
	case o.covariates == "-" && o.transactions == "-":
		return program.UsageError("-transactions and -covariates cannot both be standard input")
	}
	return nil
}

// checkTime reads the unit of time and the horizon.
func (o *options) checkTime(unit string) error {
	if !o.model.readsSummary() {
		if !o.named["unit"] {
			unit = "week"
		}
		var err error
		if o.unit, err = rapport.ParseUnit(unit); err != nil {
			return program.UsageError(fmt.Sprintf("-unit %q: want day, week or month", unit))
		}
		switch {
		case !o.named["horizon"]:
			o.horizon = 52 * rapport.Week.Days() / o.unit.Days()
		case !(o.horizon > 0) || math.IsInf(o.horizon, 1):
			return program.UsageError(fmt.Sprintf("-horizon %v: want a number of %ss above 0", o.horizon, o.unit))
		}
		return nil
	}
	if !o.named["unit"] {
		unit = "year"
	}
	var known bool
	if o.period, known = parsePeriod(unit); !known {
		return program.UsageError(fmt.Sprintf("-unit %q: want day, week, month or year", unit))
	}
	switch {
	case !o.named["horizon"]:
		o.horizon = o.period.horizon
	case !(o.horizon >= 1 && o.horizon <= furthest) || o.horizon != math.Trunc(o.horizon):
		return program.UsageError(fmt.Sprintf("-horizon %v: want a whole number of %ss from 1 to %d", o.horizon, o.period.name, furthest))
	}
	return nil
}

// furthest is how many periods a forecast from a summary may look ahead.
const furthest = 1000

// period is the length of a period of a summary.
type period struct {
	name    string
	perYear float64
	horizon float64 // how many are forecast unless the user says otherwise
}

// parsePeriod accepts the units of time and the year.
func parsePeriod(name string) (period, bool) {
	if name == "year" {
		return period{name: name, perYear: 1, horizon: 5}, true
	}
	unit, err := rapport.ParseUnit(name)
	if err != nil {
		return period{}, false
	}
	return period{name: name, perYear: unit.PerYear(), horizon: math.Round(52 * rapport.Week.Days() / unit.Days())}, true
}

func (c columnNames) check() error {
	flags := map[string]string{}
	for _, named := range [][2]string{{"-id-col", c.id}, {"-date-col", c.date}, {"-amount-col", c.amount}, {"-cost-col", c.cost}} {
		if named[1] == "" {
			return program.UsageError(named[0] + " is empty")
		}
		if other, twice := flags[named[1]]; twice {
			return program.UsageError(fmt.Sprintf("%s and %s both name the column %q", other, named[0], named[1]))
		}
		flags[named[1]] = named[0]
	}
	return nil
}
