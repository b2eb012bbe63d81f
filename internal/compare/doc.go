// Package compare holds rapport next to other ways of doing the same: gonum's
// special functions as an oracle, gonum's optimisers on the textbook form of
// the BG/NBD likelihood, a purchase summary over Go's built-in map, and other
// decimal types. It is a module of its own, so that no host sees what rapport
// is only compared with. The benchmarks of one question share a prefix:
//
//	go test -run '^$' -bench Fit
//	go test -run '^$' -bench Summarize
//	go test -run '^$' -bench Money
//	go test -run '^$' -bench Fire ./firetable
//
// Firetable prints the last of these as a table.
package compare
