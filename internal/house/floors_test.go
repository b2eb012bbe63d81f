package house_test

import (
	"fmt"
	"slices"
	"testing"
)

// A room is a package with its place in the picture of docs/architecture.md.
type room struct {
	Floor int
	Level []string // packages of the same floor that it may import
	Never []string // packages below (with their children) that it must not import all the same
}

// beside is the floor of packages that no room may import: they import the
// rooms (sample worlds, tests, tools, programs).
const beside = 99

// rooms is the table of every package of the repository, by folder.
func rooms() map[string]room {
	noCustomer := []string{"customer"}
	return map[string]room{
		".":                  {Floor: 1},
		"internal/exactjson": {Floor: 1},
		"internal/numeric":   {Floor: 1},
		"internal/stats":     {Floor: 1, Level: []string{"internal/numeric"}},

		"customer":          {Floor: 2},
		"customer/identity": {Floor: 2, Level: []string{"customer"}},
		"customer/quality":  {Floor: 2, Level: []string{"customer"}},

		"pipeline":          {Floor: 3},
		"pipeline/process":  {Floor: 3, Level: []string{"pipeline"}},
		"pipeline/routing":  {Floor: 3, Level: []string{"pipeline"}},
		"pipeline/forecast": {Floor: 3, Level: []string{"pipeline"}},
		"scoring":           {Floor: 3, Never: noCustomer},
		"scoring/btyd":      {Floor: 3, Level: []string{"scoring"}, Never: noCustomer},
		"scoring/lead":      {Floor: 3, Never: noCustomer},
		"scoring/credit":    {Floor: 3, Never: noCustomer},
		"scoring/kpi":       {Floor: 3, Never: noCustomer},
		"satisfaction":      {Floor: 3, Level: []string{"satisfaction/pls"}},
		"satisfaction/pls":  {Floor: 3},
		"satisfaction/kano": {Floor: 3},
		"segment":           {Floor: 3},
		"segment/rfm":       {Floor: 3},
		"segment/rule":      {Floor: 3},
		"segment/cluster":   {Floor: 3},

		"scoring/assess": {Floor: 4, Never: noCustomer},
		"store":          {Floor: 4},

		"internal/sqlstore": {Floor: 5},
		"store/memory":      {Floor: 5},
		"store/sqlite":      {Floor: 5, Level: []string{"internal/sqlstore"}},
		"store/postgres":    {Floor: 5, Level: []string{"internal/sqlstore"}},
		"store/storetest":   {Floor: 5},

		"internal/market":  {Floor: beside},
		"internal/refdata": {Floor: beside},
		"internal/house":   {Floor: beside},
		"internal/dbtest":  {Floor: beside},
		"internal/compare": {Floor: beside},
		"internal/tools":   {Floor: beside},
		"examples":         {Floor: beside},

		"customer/identity/pinyin": {Floor: beside},
	}
}

// roomOf finds a folder in the table. The nested modules are listed by their
// root and stand for all their packages.
func roomOf(table map[string]room, dir string) (room, bool) {
	if r, ok := table[dir]; ok {
		return r, true
	}
	for _, module := range nestedModules() {
		if under(dir, module) {
			return table[module], true
		}
	}
	return room{}, false
}

// upwardImports lists packages that the table does not know and imports that
// do not point down.
func upwardImports(t *tree, table map[string]room) []string {
	var found []string
	for _, dir := range t.Folders {
		if _, known := roomOf(table, dir.Path); !known {
			found = append(found, dir.Path+" is not in the table of rooms: give it a floor")
		}
	}
	t.sources(func(dir folder, f file) {
		from, known := roomOf(table, dir.Path)
		if !known {
			return
		}
		for _, spec := range imports(f) {
			target, ours := inHouse(importPath(spec))
			if !ours {
				continue
			}
			to, known := roomOf(table, target)
			switch {
			case !known:
				continue // said once, at the package itself
			case slices.ContainsFunc(from.Never, func(banned string) bool { return under(target, banned) }):
			case from.Floor > to.Floor, from.Floor == beside && to.Floor == beside, slices.Contains(from.Level, target):
				continue
			}
			found = append(found, fmt.Sprintf("%s: %s (floor %d) imports %s (floor %d)",
				t.at(spec.Pos()), dir.Path, from.Floor, target, to.Floor))
		}
	})
	return found
}

func TestImportsPointDown(t *testing.T) {
	requireNone(t, "an import points to a lower floor or to a neighbour that the table lists",
		upwardImports(house(t), rooms()))
}

func TestImportsPointDownSeesViolations(t *testing.T) {
	bad := fixture(t, map[string]string{
		"rapport.go":             "package rapport\nimport _ \"github.com/rapport-crm/rapport/customer\"\n",
		"customer/c.go":          "package customer\nimport _ \"github.com/rapport-crm/rapport\"\n",
		"scoring/s.go":           "package scoring\nimport _ \"github.com/rapport-crm/rapport/customer\"\n",
		"scoring/btyd/b.go":      "package btyd\nimport _ \"github.com/rapport-crm/rapport/scoring\"\n",
		"segment/s.go":           "package segment\nimport _ \"github.com/rapport-crm/rapport/scoring\"\n",
		"store/s.go":             "package store\nimport _ \"github.com/rapport-crm/rapport/internal/market\"\n",
		"attic/a.go":             "package attic\nimport _ \"github.com/rapport-crm/rapport/store\"\n",
		"examples/demo/main.go":  "package main\nimport _ \"github.com/rapport-crm/rapport/store\"\n",
		"customer/only_test.go":  "package customer_test\nimport _ \"github.com/rapport-crm/rapport/store\"\n",
		"store/memory/memory.go": "package memory\nimport _ \"github.com/rapport-crm/rapport/store/sqlite\"\n",
		"store/sqlite/sqlite.go": "package sqlite\nimport _ \"github.com/rapport-crm/rapport/internal/sqlstore\"\n",
		"internal/sqlstore/s.go": "package sqlstore\nimport _ \"github.com/rapport-crm/rapport/store\"\n",
	})
	requireSeen(t, []string{
		"attic is not in the table of rooms: give it a floor",
		"rapport.go:2: . (floor 1) imports customer (floor 2)",
		"scoring/s.go:2: scoring (floor 3) imports customer (floor 2)",
		"segment/s.go:2: segment (floor 3) imports scoring (floor 3)",
		"store/s.go:2: store (floor 4) imports internal/market (floor 99)",
		"store/memory/memory.go:2: store/memory (floor 5) imports store/sqlite (floor 5)",
	}, upwardImports(bad, rooms()))
}

// backDoors lists imports of internal packages by examples: they are read as
// a host's code, and a host has none of them. Sample worlds are the exception,
// and in tests the finder of reference data.
func backDoors(t *tree) []string {
	var found []string
	for _, dir := range t.Folders {
		if !under(dir.Path, "examples") {
			continue
		}
		for _, f := range dir.Files {
			for _, spec := range imports(f) {
				target, ours := inHouse(importPath(spec))
				allowed := target == "internal/market" || f.Test && target == "internal/refdata" || under(target, "examples")
				if ours && isInternal(target) && !allowed {
					found = append(found, fmt.Sprintf("%s: %s imports %s", t.at(spec.Pos()), dir.Path, target))
				}
			}
		}
	}
	return found
}

func TestExamplesUseThePublicAPI(t *testing.T) {
	requireNone(t, "examples import no internal package but internal/market (tests: and internal/refdata)", backDoors(house(t)))
}

func TestExamplesUseThePublicAPISeesViolations(t *testing.T) {
	bad := fixture(t, map[string]string{
		"examples/a/main.go":      "package main\nimport _ \"github.com/rapport-crm/rapport/internal/market\"\n",
		"examples/b/main.go":      "package main\nimport _ \"github.com/rapport-crm/rapport/internal/numeric\"\n",
		"examples/b/main_test.go": "package main\nimport _ \"github.com/rapport-crm/rapport/internal/refdata\"\n",
		"examples/c/main.go":      "package main\nimport _ \"github.com/rapport-crm/rapport/internal/refdata\"\n",
	})
	requireSeen(t, []string{
		"examples/b/main.go:2: examples/b imports internal/numeric",
		"examples/c/main.go:2: examples/c imports internal/refdata",
	}, backDoors(bad))
}

// strayTestKit lists imports of the finder of reference data outside tests and the
// programs of internal/compare, which are run from the repository only.
func strayTestKit(t *tree) []string {
	var found []string
	t.sources(func(dir folder, f file) {
		if under(dir.Path, "internal/compare") {
			return
		}
		for _, spec := range imports(f) {
			if target, ours := inHouse(importPath(spec)); ours && (target == "internal/refdata" || target == "internal/house") {
				found = append(found, fmt.Sprintf("%s: %s imports %s", t.at(spec.Pos()), dir.Path, target))
			}
		}
	})
	return found
}

func TestReferenceDataIsForTests(t *testing.T) {
	requireNone(t, "only tests and internal/compare import internal/refdata", strayTestKit(house(t)))
}

func TestReferenceDataIsForTestsSeesViolations(t *testing.T) {
	bad := fixture(t, map[string]string{
		"internal/market/m.go":      "package market\nimport _ \"github.com/rapport-crm/rapport/internal/refdata\"\n",
		"scoring/reference_test.go": "package scoring_test\nimport _ \"github.com/rapport-crm/rapport/internal/refdata\"\n",
	})
	requireSeen(t, []string{"internal/market/m.go:2: internal/market imports internal/refdata"}, strayTestKit(bad))
}
