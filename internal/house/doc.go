// Package house holds the tests that keep the house as it was drawn in
// docs/architecture.md: which room may import which, what a host's build
// carries, what domain rooms may touch, what is documented, and what the
// exported API is. It has no code of its own; each guard is a function over a
// source tree in a test file, run over the repository and over small trees
// made wrong on purpose, so that a guard that went blind is seen.
//
// After a wanted change of the exported API:
//
//	go test ./internal/house -run TestAPI -update
package house
