// Package dbtest runs the store's conformance suite, its crash and full-disk
// tests and its benchmarks on real drivers. It is a module of its own so that no
// host ever sees those drivers in its build.
package dbtest
