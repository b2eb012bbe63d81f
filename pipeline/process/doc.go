// Package process holds the processes of trades as data for package pipeline. Each function
// returns a definition that a host takes as it is or changes before it compiles it; a
// [Template] adds the trade's figures and segments. [All] lists them:
//
//	project sales      [ProjectSales]       tender, from contact to contract
//	                   [ReturnVisit]        visit to an old customer in the quiet season
//	telecommunications [OneStopService]     order of a large account, one stop
//	                   [WorkOrder]          errand of a technician, a part of orders
//	                   [FaultReport]        support and faults, by priority
//	                   [ServiceWarning]     trouble seen before the customer sees it
//	                   [Complaint]          complaint, in any trade
//	insurance          [InsuranceRequest]   seven classes of requests
//	                   [InsuranceClaim]     notice of loss to payment
//	                   [InsuranceRenewal]   dates counted back from the expiry
//	real estate        [RealEstateSale]     with a nurture pool, nobody is deleted
//	home appliances    [ApplianceRepair]    repair, waiting for parts
//	                   [PartOrder]          spare part, a part of repairs
//	cars and trucks    [CarSale]            lead to delivery by a dealer, in pieces
//	                   [TruckSale]          payload for hauliers, in tonnes
//	                   [OwnerService]       visits of the owner's vehicle
//	express logistics  [LogisticsCall]      routing of a call
//	pharmaceuticals    [PharmaCycle]        a representative's cycle of calls
//	                   [PharmaVisit]        call on a doctor or a pharmacy
//	                   [PharmaOrder]        order against the stock
//	banking            [Membership]         tiers, reviews, grace
//
// # What is in them
//
// Stages and triggers have the words of the trade and stable names; labels are English and
// may be translated. What has to hold is stated as data wherever data can say it: fields,
// checklists, approvals, parts, deadlines, problems. The few guards that remain come with
// [Options], their numbers with [Parameters]. No open stage has a probability: history
// gives it.
//
// Limits, quorums and windows are defaults. Each function says where a number was seen;
// a default without a source is one for which none was found. They are to be set to what
// a host has promised and to the law where it works.
//
// A limit with a trigger is fired by the host when it has passed. The trigger then leads
// out of the stage, enters it anew, or asks for a later date, so that it is not due again
// at once; where it leads to a lost stage the host gives the reason, such as "no_answer".
//
// # Beside them
//
// [Simulate] walks random legal paths, for trying out what reads histories. [KPI.Share]
// counts those figures that histories can say; how long stages take is in
// [pipeline.Spells].
package process
