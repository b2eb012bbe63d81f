// Package memory is a store in the memory of the process: for tests, for
// examples, and for jobs that read their data anew each time. It behaves as the
// durable back ends do, and the same suite proves it.
//
// Every record is kept in persistent trees: Update works on a tree of its own,
// which takes the place of the current one when it commits, and View reads the
// tree that was current when it began. So readers never wait, for writers or for
// each other, and writers wait only for writers. A write costs a number of small
// allocations that grows with the logarithm of the records; nothing is copied as
// a whole.
package memory
