// Package kpi measures how a house does with its customers, with figures that say what
// they are made of.
//
// A [Definition] says what a KPI is: its owner, unit, formula, source, period, which way
// is better, who is left out, and who may see the figure of a person. A [Registry] holds
// them; [Standard] has those of the table below, and [Registry.With] states a host's own,
// of which [Registry.OfRatio] and its neighbours make figures. A [Figure] is what a KPI
// came to in a period: with numerator, denominator and n, with its uncertainty where it
// has one, and without a value where there are no data. Two of them make a [Trend], more
// a [Series].
//
// The functions work on plain counts, amounts and rows: which customers are internal,
// what a promise kept in time is and which call was lost is counted in the rooms that
// keep the records. What is an amount of money stays exact ([rapport.Money]); a ratio of
// amounts is in major units. Costs for one of many are rounded once.
//
// # The KPIs
//
//	code                           function             of
//	customer_base                  CountBase            parties - internal_parties
//	repeat_purchase_rate           RepeatPurchase       buyers with two orders or more / buyers
//	repeat_within_rate             Buyers.RepeatWithin  new buyers with a second order in time / those seen so long
//	time_to_second_purchase        Buyers.TimeToSecond  median days, open ends censored
//	retention_rate                 Retention            customers at start and end / at start
//	contract_churn_rate            Churn(Contractual)   customers whose contract ended / at start
//	lapse_rate                     Churn(NonContractual) customers fallen silent / active at start
//	customer_growth_rate           CustomerGrowth       (end - start) / start
//	net_customer_adds              NetAdds              new + won back - lost, reconciled
//	composition_share              Composition          customers in group / customers
//	customer_share_rate            CustomerShare        own customers / customers in market
//	visits_per_customer            VisitsPerCustomer    visits / customers
//	revenue_churn_rate             RevenueChurn         opening revenue of the lost / opening revenue
//	gross_revenue_retention        GrossRetention       (opening - contraction - churned) / opening
//	net_revenue_retention          NetRetention         that with expansion, without new customers
//	contribution_growth_rate       ContributionGrowth   (after - before) / before
//	our_profit_share               OurProfit            (revenue - goods - cost to serve) / revenue
//	wallet_share                   ShareOfWallet        spend with us / spend in category
//	wallet_allocation_share        WalletAllocation     mean of (1 - rank/(brands+1)) * 2/brands
//	dealer_profit_share            DealerProfit         (dealer's sales - cost) / sales, our goods
//	inventory_turns                InventoryTurnover    sold at cost / average stock
//	inventory_cover_days           InventoryCover       days of the period / turns
//	satisfaction_index             Registry.OfEstimate  from package satisfaction
//	first_contact_resolution_rate  FirstContactResolution resolved at first contact / closed
//	lost_call_rate                 LostCalls            calls lost / offered
//	service_level_rate             ServiceLevel         calls answered in time / offered
//	sla_kept_rate                  SLAKept              cases within limit / due
//	promise_kept_rate              PromisesKept         promises kept in time / due
//	data_quality_rate              DataQuality          values right / checked
//	deflection_rate                Deflection           requests settled without staff / requests
//	service_unit_cost              UnitServiceCost      cost / cases
//	contact_cost, conversion_cost, resolved_case_cost, conversion_rate
//	                               ChannelEconomics     by channel, and Economics.Shift for a what-if
//	adoption_rate                  Adoption             active / licensed users, AdoptionByTeam
//	visit_outcome_rate             OutcomesOfVisits     visits with an outcome / visits, flagged
//	staff_score                    Scorecard.Score      weighted attainment
//	opportunity_growth_rate        OpportunityGrowth    (after - before) / before
//	renewal_rate                   Renewals             contracts renewed / due
//	renewed_premium_share          PremiumRenewals      premium renewed / due
//	stage_age                      AgesByStage          days in stage / records
//
// # Beyond single figures
//
// Figures are watched by gauges on a board, with alerts that are raised and cleared once;
// by control charts, which tell chance from a change; and by forecasts with their error on
// a hold-out.
//
// [ReadCohorts] makes the table of acquisition cohorts by age from an order log.
// [UpliftBySegment] compares a measure with its control in several segments at once, and
// [DifferenceInDifferences] is for groups that were not drawn by lot; one campaign with
// its growth before and after is scoring.Campaign. A [GoalTree] carries the status of
// figures up to the goals they serve, a [MaturityModel] is a questionnaire on how far a
// house has come, a [Scorecard] weighs the figures of a person or a team.
//
// That company, customers and society should all win is a good measure of customer
// management which no figure here pretends to compute: it is out of scope.
package kpi
