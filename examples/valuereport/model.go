package main

import (
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/scoring/btyd"
)

const (
	// defaultModel is fitted unless another is named.
	defaultModel = "bgnbd"
	// automatic leaves the choice of the model to the data.
	automatic = "auto"
)

// modelChoice is what -model asks for.
type modelChoice struct {
	name string // as it was given
	// families are the candidates among the models of transactions: one to be fitted,
	// or several of which the best is taken; none where the library names them.
	families []btyd.Family
}

// chooses reports whether the data decide between several families.
func (m modelChoice) chooses() bool { return m.name == automatic || len(m.families) > 1 }

// readsSummary reports whether the model is of discrete time and reads a summary, not
// transactions.
func (m modelChoice) readsSummary() bool { return m.name == "bgbb" || m.isContract() }

// isContract reports whether the model is of contracts, whose end is seen.
func (m modelChoice) isContract() bool { return m.name == "sbg" || m.name == "bdw" }

// parseModel finds the model of that name.
func parseModel(name string) (modelChoice, bool) {
	switch name {
	case "bgcnbd":
		return modelChoice{name: name, families: regular(btyd.BGCNBD)}, true
	case "mbgcnbd":
		return modelChoice{name: name, families: regular(btyd.MBGCNBD)}, true
	case "bgcnbd-1": // the names of these two in the library have no k
		return modelChoice{name: name, families: []btyd.Family{btyd.BGCNBD(1)}}, true
	case "mbgcnbd-1":
		return modelChoice{name: name, families: []btyd.Family{btyd.MBGCNBD(1)}}, true
	case automatic, "bgbb", "sbg", "bdw":
		return modelChoice{name: name}, true
	}
	family, err := btyd.ParseFamily(name)
	return modelChoice{name: name, families: []btyd.Family{family}}, err == nil
}

// regular lists the families of regular customers, from k = 1 on.
func regular(of func(k int) btyd.Family) []btyd.Family {
	var list []btyd.Family
	for k := 1; of(k).IsValid(); k++ {
		list = append(list, of(k))
	}
	return list
}

// modelNames lists the names that -model accepts, for people, the default first:
// families that differ by a number only are named once, with K in its place.
func modelNames() []string {
	names := []string{defaultModel}
	for _, family := range btyd.Families() {
		name := family.String()
		if family.Regularity() > 1 {
			prefix, _, _ := strings.Cut(name, "-")
			name = prefix + "-K"
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return append(names, automatic, "bgbb", "sbg", "bdw")
}
