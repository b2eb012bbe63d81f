//go:build race

package btyd_test

// underRace says that the race detector slows everything down several times.
const underRace = true
