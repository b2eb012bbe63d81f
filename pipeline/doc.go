// Package pipeline moves records through processes: deals through the stages of a sale,
// and service cases, orders, renewals, repairs and memberships through theirs.
//
// # A process is data
//
// A [Definition] says which stages there are, which triggers lead from one to another,
// and what must hold before they do: fields filled in, checklists done, approvals given,
// no bad problem open, a deadline not passed, and guards, which are functions of the
// host. It is written in Go or read from JSON. [Compile] checks all of it, reports
// everything that is wrong at once, and makes a [Machine], which is immutable and shared
// by all records. Package pipeline/process has the processes of a dozen trades.
//
// # One way in
//
// [Machine.Fire] is the only way from one stage to another. It is a pure function: it
// takes where a record stands (a [Position], a small value), a trigger, what comes with
// it and the time, and returns where the record stands then. It reads no clock, takes no
// lock and stores nothing. Either all of it happens or nothing, and a refusal says all
// its reasons, each a typed error: the fields that are missing, the role that is needed,
// the guard and its reason. Asking what would happen is the same call, and
// [Machine.Permitted] asks it of every trigger.
//
// What is to happen in the world, such as sending a letter, is not done in between: a
// move carries the names of its effects, which the host carries out after it has stored
// the move. So a failing letter never leaves a deal half moved.
//
// # Deals and other records
//
// A [Deal] embeds a Position and brings what sellers need: amount and lines, close date,
// competitors, a judgement in place of the stage's probability. [Deal.Fire] moves it and
// returns the [Entry] for its history. Any other record of the host's is moved by its
// Position, and shows its fields and work to gates and guards by the two methods of
// [Record]; [NewEntry] makes its entries.
//
// # Histories
//
// The entries of a record, in their order, are its history. A [History] takes no entry that
// does not follow, carries a request that comes twice out once, and gives a deal as it was
// at any time; [Spells] are the stays in stages, [CountFlow] counts the ways that were taken.
// [Entry.Linked] and [Verify] make a chain of them, in which a change shows.
//
// # Time
//
// Time is an argument, and what happens cannot happen before what happened already. Each
// position has two clocks, of its stage and of its cycle, which stand still while the
// record is on hold. Limits (service levels) are counted on them, in working time of a
// [Calendar] if so stated; nothing ticks in the background.
//
// # What is done about records
//
// An [Automation] tells by rules what is to be done on an entry of a history or a breach,
// once for each event; an [Escalation] who hears of a record that lies about. Guards that
// the host makes of its own figures keep deals back: [CreditGuard] while the customer is
// on hold, [ReservationGuard] while a [Schedule] is short of what the record needs. A
// [Registry] protects the partner that has registered a deal first, and [Partners] show
// each its own. [RenewalRatesOf] counts contracts that ran out and go on.
//
// # Order in the pipeline
//
// [Machine.StaleDeals] tells which deals nobody moves any more, by four clocks, and
// [Machine.ProposeClosing] what to close; it closes nothing. [Machine.StageFigures] says how
// stages are left and how long they take, with its denominators named, and
// [Machine.StuckDeals] who takes longer than is usual. [SettleDay] carries over what was not
// done, [DueContacts] keeps the cadence with customers, and a [Performance] gives the score
// cards of a person, by process and by outcome.
//
// # Definitions change
//
// A record keeps the version under which it stands. [Diff] says what a new version
// changes, a [Migration] where records go, [Migration.Plan] what that would do to the
// records of today before it is done, and [Versions] keeps all versions and the policy:
// records end under the version they began with, come over when next touched, or all at
// once. Histories stay readable, since no version is ever taken away.
package pipeline
