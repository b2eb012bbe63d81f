// Package routing decides who takes a piece of work, and how many people it takes.
//
// # Who takes it
//
// A [Desk] is a list of [Agent] values, checked once, under a [Policy].
// [Desk.Assign] gives one [Item] (a call, a lead, a case) to one of them: hard
// requirements (skills with a level, language, territory, tier, capacity, working
// time) filter, preferences (account owner, last agent, …) rank, and what is still
// equal goes to the least relative load, then the longest idle, then the smallest
// id. The [Decision] says which of these decided, shows every candidate's score, and
// for every other agent all reasons against it, as codes. While an item waits, the
// policy may ask for less ([Widening]) or stop holding it for its owner ([Hold]).
// [Desk.AssignAll] assigns many, the most urgent first.
//
// Where the chosen agent has to accept, [OfferRules] carry a [Placement] through offers
// that are accepted, declined or run out, to the next agent and at last to overflow.
// An [EscalationTable] says which team a request belongs to, and who hears of it when
// it lies about. [PlanHandover] moves the whole book of an owner who leaves.
//
// # How many it takes
//
// A [Tally] counts what happened to calls: service level, abandonments, average speed
// of answer, handling time, occupancy, transfers and first-contact resolution, each
// with numerator and denominator. [NewErlangC] and [NewErlangA] say what to expect of
// a number of agents, without and with impatient callers; [StaffErlangC] and
// [StaffErlangA] find the smallest number that reaches a [Target].
//
// The functions are pure: the instant is an argument, nothing is kept, the same input
// gives the same answer in every order of agents and items. Values that are made by a
// function of this package are immutable and safe to share.
package routing
