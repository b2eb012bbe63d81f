// Package customer says who the customers are and what they did.
//
// A [Customer] is a person, an organisation or a household, with the keys that
// other systems know it by ([Identifier]), the ways to reach it ([ContactPoint],
// [Address]) and the parts it plays over time ([Role]): one party can be an
// enterprise customer since 2021 and a distributor from 2024 to 2026. What is known or
// supposed of it are its attributes ([Attribute]: a typed value with source, period,
// confidence and lawful basis) and its likes and dislikes ([Preference]). A
// [Transaction] is a line of what was sold, returned or spent; an [Interaction]
// is a contact over any channel. All three are immutable values: a constructor
// checks every rule and a method that changes something returns a changed copy,
// so a value in hand is always valid and safe to share between goroutines.
//
// # Who looks after whom
//
// An [Ownership] says who on our side, or at a partner, owns the relation, in which
// role and since when. [PlanHandover] gives somebody's whole book to another from an
// instant on, and history keeps the old owner; [CreditRule] says who gets the credit
// for what happened before and after. [CanSee] decides by the owners and by the
// customer's [Visibility] who may see the record, and says why.
//
// # How parties are related
//
// A [Relation] is a dated tie of two parties: parent, owner of a share, employer,
// decision maker, agent, referrer, guardian. It is a record of its own ([Filed]).
// [NewGraph] reads relations as of an instant and as they were known at another: what
// is below and above, groups under common control, effective shares through chains of
// companies, the makers of a decision, whom somebody referred. Hierarchies have no
// circles and shares sum to at most 1; [CheckRelations] and [AdmitRelation] see to it
// at every instant.
//
// # How a customer's life goes
//
// A [Stage] says where a customer stands, from prospect to won back. [Lifecycle] is the
// history of its stages; [Lifecycle.Move] refuses what [LifecycleMoves] does not list,
// and [Derive] says by stated rules which moves its purchases, contract and P(alive)
// ask for. [StagesAt], [FlowsBetween], [Retention] and [Cohorts] count. A [WinBack] is
// the attempt on a lost customer, measured against a control group; a
// [ProspectRecord] keeps who has not bought yet; a [Need] is what a customer wants, a
// [Commitment] what it was promised, a [Case] what somebody asked us to put right; a
// [Membership] has its points in a [PointsLedger] that balances. A [Campaign] makes an
// offer to an audience, part of which it leaves alone to measure its effect. A
// [TimelineQuery] puts all contacts in one order, and a [Card] shows the front line the
// most of it at once.
//
// # What is allowed
//
// A [ConsentLedger] decides for a subject, a purpose, a channel and an instant under a
// law ([GDPR], [PIPL], or a [ConsentProfile] of the host), and gives the reason. An
// [ErasurePlan] removes what is known of somebody and leaves marks that let nobody come
// back by an import ([Suppressions]); a [SubjectExport] hands out all of it.
//
// # Names for customers
//
// [Codes] makes the codes by which people name customers, with a check character that
// shows a slip of typing. [Identifier.Key] says what of an identifier is unique: its
// normal form, where package identity made one.
//
// # Making and restoring
//
// A draft struct with plain fields ([Draft], [TransactionDraft],
// [InteractionDraft]) goes into a constructor ([New], [NewTransaction],
// [NewInteraction]); the value gives an equal draft back (Draft method), so a
// store can keep every field and [Restore] the customer with its version. The
// way back from storage checks the same rules as the way in.
//
// # Errors
//
// A constructor reports all problems at once as a [*ValidationError]: each with
// the path of the field and a stable [Reason], which a host turns into words in
// the language of its users. Other failures have types of their own, such as
// [*RoleError].
//
// # Text
//
// Text is kept byte for byte as it was given: no case folding, no trimming, no
// Unicode normalisation; standard forms are the business of package identity.
// Every text must be valid UTF-8 without control characters (so one line), and
// not only white space. Codes and keys (systems, types, channels, products,
// branches, …) have at most [MaxCodeLength] bytes, free texts (names, contact
// values, topics, outcomes) at most [MaxTextLength].
//
// # JSON
//
// Every value is written in a form with a version of its own, and older versions stay
// readable: customers, transactions and interactions are written in format 2 and read
// in formats 1 and 2.
//
// # Time
//
// Two times are kept: event time (At, Since, Valid: when it happened in the
// world) and record time (RecordedAt: when the host wrote it down). Neither has
// to come first: history from before go-live has a record time years after its
// event time, and a delivery agreed for next month an event time after it.
// [Customer.AsOf] shows what of a record held at an instant.
//
// Times are held in UTC with nanoseconds and without a monotonic reading; the
// zone of the input is not kept, because which calendar day an instant falls on
// is asked later, in a location the caller names. The years 1678 to 2261 are
// accepted: what 64 bits of nanoseconds since 1970 can hold, so every back end
// can keep a time exactly.
package customer
