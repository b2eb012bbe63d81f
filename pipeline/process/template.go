package process

import "github.com/rapport-crm/rapport/pipeline"

// Template is the process of a trade: what the machine runs, and what the trade measures
// and distinguishes. It is data: a host changes what it likes before it compiles it.
type Template struct {
	Trade      string              `json:"trade"` // "telecommunications"
	About      string              `json:"about"` // what a record is and when it is won
	Definition pipeline.Definition `json:"definition"`
	KPIs       []KPI               `json:"kpis"`
	Segments   []Segment           `json:"segments,omitempty"`
	// Units are those in which the lines of a deal are counted, "t" for tonnes; none: any.
	Units []string `json:"units,omitempty"`
}

// Segment is one of the groups by which a trade compares its records.
type Segment struct {
	ID   string `json:"id"`
	Rule string `json:"rule"` // who belongs to it, in words
}

// All returns every template, in the order of the trades in the package comment. Each call
// makes them anew, so that a change reaches nobody else.
func All() []Template {
	return []Template{
		projectSales(), returnVisit(),
		oneStopService(), workOrder(), faultReport(), serviceWarning(), complaint(),
		insuranceRequest(), insuranceClaim(), insuranceRenewal(),
		realEstateSale(),
		applianceRepair(), partOrder(),
		carSale(), truckSale(), ownerService(),
		logisticsCall(),
		pharmaCycle(), pharmaVisit(), pharmaOrder(),
		membership(),
	}
}

// Lookup returns the template whose definition has an ID.
func Lookup(id string) (Template, bool) {
	for _, t := range All() {
		if t.Definition.ID == id {
			return t, true
		}
	}
	return Template{}, false
}
