package kpi

// Standard returns the registry of the KPIs that the functions of this package make;
// the table in the package comment lists them. Owners, periods, exclusions and roles are
// a beginning, which [Registry.With] replaces.
func Standard() *Registry {
	r, err := NewRegistry(standardDefinitions()...)
	if err != nil {
		panic("bug: " + err.Error()) // the table below is wrong
	}
	return r
}

// Codes of the standard KPIs.
const (
	CustomerBase          = "customer_base"
	RepeatPurchaseRate    = "repeat_purchase_rate"
	RepeatWithinRate      = "repeat_within_rate"
	TimeToSecondPurchase  = "time_to_second_purchase"
	RetentionRate         = "retention_rate"
	ContractChurnRate     = "contract_churn_rate"
	LapseRate             = "lapse_rate"
	CustomerGrowthRate    = "customer_growth_rate"
	NetCustomerAdds       = "net_customer_adds"
	CompositionShare      = "composition_share"
	CustomerShareRate     = "customer_share_rate"
	VisitsPerCustomerRate = "visits_per_customer"

	RevenueChurnRate       = "revenue_churn_rate"
	GrossRevenueRetention  = "gross_revenue_retention"
	NetRevenueRetention    = "net_revenue_retention"
	ContributionGrowthRate = "contribution_growth_rate"
	WalletShare            = "wallet_share"
	WalletAllocationShare  = "wallet_allocation_share"
	DealerProfitShare      = "dealer_profit_share"
	OurProfitShare         = "our_profit_share"
	InventoryTurns         = "inventory_turns"
	InventoryCoverDays     = "inventory_cover_days"
	SatisfactionIndex      = "satisfaction_index"

	FirstContactRate      = "first_contact_resolution_rate"
	LostCallRate          = "lost_call_rate"
	ServiceLevelRate      = "service_level_rate"
	SLAKeptRate           = "sla_kept_rate"
	PromiseKeptRate       = "promise_kept_rate"
	DataQualityRate       = "data_quality_rate"
	DeflectionRate        = "deflection_rate"
	ServiceUnitCost       = "service_unit_cost"
	ContactCost           = "contact_cost"
	ConversionCost        = "conversion_cost"
	ResolvedCaseCost      = "resolved_case_cost"
	ConversionRate        = "conversion_rate"
	AdoptionRate          = "adoption_rate"
	VisitOutcomeRate      = "visit_outcome_rate"
	StaffScore            = "staff_score"
	OpportunityGrowthRate = "opportunity_growth_rate"
	RenewalRate           = "renewal_rate"
	RenewedPremium        = "renewed_premium_share"
	StageAge              = "stage_age"
)

// standardRow is a row of the tables below; what a table's rows share stands in its call.
type standardRow struct {
	code      string
	unit      Unit
	direction Direction
	num, den  string
	formula   string
}

// tabulate makes definitions of one owner, source and period.
func tabulate(owner, source, period, role string, excludes []string, table []standardRow) []Definition {
	list := make([]Definition, len(table))
	for i, row := range table {
		list[i] = Definition{
			Code: row.code, Owner: owner, Unit: row.unit, Direction: row.direction,
			Numerator: row.num, Denominator: row.den, Formula: row.formula,
			Source: source, Period: period, Excludes: excludes, IndividualRole: role,
		}
	}
	return list
}

func standardDefinitions() []Definition {
	const up, down = HigherIsBetter, LowerIsBetter
	internal := []string{InternalParties}
	var all []Definition
	for _, part := range [][]Definition{
		tabulate("customer_management", "purchases", "year", "", internal, []standardRow{
			{RepeatPurchaseRate, UnitRate, up, "buyers_with_two_orders_or_more", "buyers", ""},
			{RepeatWithinRate, UnitRate, up, "new_buyers_with_second_order_in_time", "new_buyers_seen_so_long", ""},
			{TimeToSecondPurchase, UnitDays, down, "", "", "median(days from first to second order; open ends censored, Kaplan and Meier 1958)"},
		}),
		tabulate("customer_management", "customer_base", "year", "", internal, []standardRow{
			{CustomerBase, UnitCount, up, "", "", "parties - internal_parties"},
			{RetentionRate, UnitRate, up, "customers_at_start_and_end", "customers_at_start", ""},
			{ContractChurnRate, UnitRate, down, "customers_whose_contract_ended", "customers_with_contract_at_start", ""},
			{LapseRate, UnitRate, down, "customers_silent_at_end", "customers_active_at_start", ""},
			{CustomerGrowthRate, UnitGrowth, up, "customers_at_end_less_at_start", "customers_at_start", ""},
			{NetCustomerAdds, UnitCount, up, "", "", "new + won_back - lost = customers_at_end - customers_at_start"},
			{CompositionShare, UnitRate, 0, "customers_in_group", "customers", ""},
			{CustomerShareRate, UnitRate, up, "own_customers", "customers_in_market", ""},
			{VisitsPerCustomerRate, UnitPer, up, "visits", "customers", ""},
		}),
		tabulate("finance", "revenue_by_customer", "year", "", internal, []standardRow{
			{RevenueChurnRate, UnitShare, down, "opening_revenue_of_lost_customers", "opening_revenue", ""},
			{GrossRevenueRetention, UnitShare, up, "", "", "(opening_revenue - contraction - churn) / opening_revenue"},
			{NetRevenueRetention, UnitShare, up, "", "", "(opening_revenue - contraction - churn + expansion) / opening_revenue, without new customers"},
			{ContributionGrowthRate, UnitGrowth, up, "contribution_after_less_before", "contribution_before", ""},
			{OurProfitShare, UnitShare, up, "", "", "(revenue - cost_of_goods - cost_to_serve) / revenue"},
		}),
		tabulate("account_management", "dealer_reports", "year", "team_lead", internal, []standardRow{
			{WalletShare, UnitShare, up, "spend_with_us", "spend_in_category", ""},
			{WalletAllocationShare, UnitShare, up, "", "", "mean((1 - rank / (brands + 1)) * 2 / brands) (Keiningham et al. 2011)"},
			{DealerProfitShare, UnitShare, up, "", "", "(dealer_sales - dealer_cost) / dealer_sales, on our goods"},
			{InventoryTurns, UnitPer, up, "sell_through_at_cost", "average_stock", ""},
			{InventoryCoverDays, UnitDays, down, "", "", "days_in_period * average_stock / sell_through_at_cost"},
			{SatisfactionIndex, UnitIndex, up, "", "", "index 0 to 100 of the satisfaction model"},
		}),
		tabulate("service", "contact_records", "month", "team_lead", nil, []standardRow{
			{FirstContactRate, UnitRate, up, "cases_resolved_at_first_contact", "cases_closed", ""},
			{LostCallRate, UnitRate, down, "calls_lost", "calls_offered", ""},
			{ServiceLevelRate, UnitRate, up, "calls_answered_in_time", "calls_offered", ""},
			{SLAKeptRate, UnitRate, up, "cases_within_limit", "cases_due", ""},
			{PromiseKeptRate, UnitRate, up, "promises_kept_in_time", "promises_due", ""},
			{DataQualityRate, UnitRate, up, "values_right", "values_checked", ""},
			{DeflectionRate, UnitRate, up, "requests_settled_without_staff", "requests", ""},
			{ServiceUnitCost, UnitMoney, down, "service_cost", "service_cases", ""},
		}),
		tabulate("channel_management", "contact_records", "month", "", nil, []standardRow{
			{ContactCost, UnitMoney, down, "channel_cost", "contacts", ""},
			{ConversionCost, UnitMoney, down, "channel_cost", "conversions", ""},
			{ResolvedCaseCost, UnitMoney, down, "channel_cost", "cases_resolved", ""},
			{ConversionRate, UnitRate, up, "contacts_that_led_to_a_sale", "contacts", ""},
		}),
		tabulate("sales", "activity_records", "month", "team_lead", nil, []standardRow{
			{AdoptionRate, UnitRate, up, "active_users", "licensed_users", ""},
			{VisitOutcomeRate, UnitRate, up, "visits_with_an_outcome", "visits", ""},
			{StaffScore, UnitShare, up, "", "", "sum(weight * attainment) / sum(weight)"},
		}),
		tabulate("sales", "pipeline", "quarter", "team_lead", internal, []standardRow{
			{OpportunityGrowthRate, UnitGrowth, up, "opportunities_after_less_before", "opportunities_before", ""},
			{RenewalRate, UnitRate, up, "contracts_renewed", "contracts_due", ""},
			{RenewedPremium, UnitShare, up, "premium_renewed", "premium_due", ""},
			{StageAge, UnitDays, down, "days_in_stage", "records_in_stage", ""},
		}),
	} {
		all = append(all, part...)
	}
	return all
}
