// Package segment says which customers belong together.
//
// [Tiers] cut a ranking by value into groups of stated sizes: by default the top
// 1 % are VIP, the next 4 % major, the next 15 % ordinary and the last 80 % small
// customers. The sizes are exact: shares are whole parts of a whole, no binary
// fraction decides whether a customer is in or out, and ties follow a stated
// rule, so the same values give the same tiers on every machine and in every
// order of input.
//
// A [Matrix] crosses what customers are worth now with what they could be worth,
// [ValueMatrix] how often they order with how much at a time.
//
// [Pareto] measures who brings the gains and who the losses, without assuming that it is
// 80/20; [Concentration.Whale] draws it, and [Lorenz] and [Distribution.Gini] say how
// evenly revenues are spread. [WorthPolicy] tells right customers from wrong ones and
// proposes what to do, and [AccountPolicy] finds large accounts that are asleep and gems
// among the small.
//
// What follows from it is data of the host's, dated and in versioned JSON: a [Ladder] moves
// members between levels without flapping, [Benefits] say what a level gives and what is
// left of it, a [ServicePolicy] what customers of a tier may expect, a [Cadence] who is to
// be contacted when, [FitSeasons] in which months there is time for it, and a [Playbook]
// what to do for whom, with the rule that fired and why.
//
// These know ids and values only. A value may be a lifetime value, a
// revenue or any other model figure, in any unit; all of one call are in the same.
package segment
