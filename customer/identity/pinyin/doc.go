// Package pinyin lets Chinese names meet their romanised spelling: it derives the
// same key from 李梅, from "Li Mei" and from "Mei Li", as a [identity.Keyer] for the
// option Keys of package identity.
//
// It is a module of its own, so that a host that has no use for it does not build the
// table of readings, which is that of github.com/mozillazg/go-pinyin.
package pinyin
