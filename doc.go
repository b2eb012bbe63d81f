// Package rapport holds the words that every room of the CRM engine speaks:
// money, currencies, intervals, units of time, identifiers, estimates and
// ratios. The rooms themselves are the packages below it.
package rapport
