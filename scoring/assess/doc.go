// Package assess puts together what the other rooms know of a customer: the customer
// value assessment, for one customer and for the whole base.
//
// A [Report] has the parts of [Parts]: value, probability of being alive, tier, cell,
// segments, satisfaction, expectations, contacts, credit, risks and recommended actions
// with their reasons; then the questions that nobody could answer yet, and how ready
// the data and the organisation are. A [BaseReport] has the equity of all customers
// with its split, counts by cell and tier, and how many customers each part covers.
//
// The parts come from [Sources], small interfaces that a host fills from its store,
// from fitted models ([FromModel]), a credit book ([FromBook]) or tables ([Rows]).
//
//   - Every figure says where it comes from, by which method, as of when, and how sure
//     it is: an [Origin], and an interval where it has one. A source that does not say
//     so, or knows the future, is refused.
//   - A part without a source, or of which the source knows nothing, is "no data",
//     never zero; so is each amount of a [Value]. A source that fails is an error, never
//     "no data".
//   - Data that are not ready give a [*NotReadyError] with the reasons and no report.
//
// Reports come as JSON, in a versioned form that reads back, and as Markdown, whose
// words are a table that a host can replace ([Words]). Both are the same bytes for the
// same facts, and no text in them can break a table.
//
// [Analyze] is the short way from a ledger to measures, in five steps that can each be
// used alone: collect, value, investment and profit, grouping, measures.
//
// # The chain of value
//
// The links of the chain and the rooms that serve them:
//
//   - Analysis of customer value: scoring, scoring/btyd, segment, and this package.
//   - Closeness to customers: customer, satisfaction, satisfaction/kano, segment/rule.
//   - Network of partners: scoring/credit, and the figures of dealers in scoring/kpi.
//   - Value offered: satisfaction (delivered value), segment (benefits, service).
//   - Relationship: pipeline, segment (ladders, playbooks), and retention in scoring/kpi.
//
// The conditions that support the chain are assessed by a [kpi.MaturityModel] and come
// into a report by [ReadinessOf]. Seen the other way, pipeline and customer are the
// operational side of customer management, scoring, segment and satisfaction the
// analytical one, and the events of store the collaborative one.
package assess
