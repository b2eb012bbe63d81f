// Package credit says who may buy on account, for how much, and why not.
//
// An [Exposure] is what a seller stands to lose with a customer:
//
//	receivables + unbilled deliveries + open orders − deposits − insured part
//
// A [Book] holds the customers with their limits, in a hierarchy of groups, and
// decides on a new order ([Book.Decide]): a [Decision] gives every reason for a hold
// with its figures. The Limit of a customer and the GroupLimit of it and of all above it
// bind together ([Profile]): a Limit on the head of a group does not bind its members,
// and where the head has no GroupLimit, the decisions on its members say so
// ([NoGroupLimit] in Unchecked).
// A hold is released by an [Override] that somebody with the role approved, for a
// stated reason, until a date and up to an exposure ([Policy.Approve]); the [Approval]
// is the record to keep. [Book.Permit] is the door for the guards of a process.
//
// # Figures
//
//   - [Age] divides open invoices by days overdue as of a date.
//   - [DSO], [BestPossibleDSO], [AverageDaysDelinquent], [CountBackDSO] and
//     [CollectionEffectiveness] say how long the money takes.
//   - A [GradeTable] turns a score into a grade with its probability of default and
//     its highest limit, [GradeTable.ExpectedLoss] adds up PD · LGD · EAD, [LimitRule.Propose]
//     proposes a limit and says what binds it.
//   - A [Flag] keeps that a dealer did harm, with evidence and an end;
//     [FlagRule.Judge] proposes to move it a tier down when flags add up.
//
// # Conventions
//
// Amounts are exact [rapport.Money]. A limit names its currency; amounts in another
// one are an error unless a [Conversion] is given, and what was converted is stated.
// The zero Money as a limit says that there is none; 0.00 CNY is a limit of nothing
// (prepayment only). Days are calendar days in a location that the caller names, UTC
// by default. Reasons are stable codes. Books are immutable and safe to share.
package credit
