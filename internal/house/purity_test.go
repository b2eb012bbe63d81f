package house_test

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"
)

// pureImports is what a domain room may import of the standard library:
// packages that compute. A package that is not in the list can reach a clock,
// a global generator, a logger, a database, a file, the network or the
// environment, or nobody has looked at it yet.
func pureImports() []string {
	return []string{
		"bufio", "bytes", "cmp", "container/heap", "context", "crypto/hmac", "crypto/sha256", "embed", "encoding", "encoding/base64",
		"encoding/binary", "encoding/csv", "encoding/hex", "encoding/json", "errors", "fmt", "hash", "hash/crc32", "hash/fnv",
		"io", "io/fs", "iter", "maps", "math", "math/big", "math/bits", "math/rand/v2", "net/netip", "regexp", "regexp/syntax",
		"runtime", "slices", "sort", "strconv", "strings", "sync", "sync/atomic", "time", "unicode", "unicode/utf8",
		"unique",
	}
}

// impureNames is what a domain room must not use of those packages, by
// import path; "only" turns a list round.
func impureNames(importPath string) (names []string, only bool) {
	switch importPath {
	case "time": // the clock, and the zone and zone files of the machine
		return []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Local", "LoadLocation"}, false
	case "context": // the clock again
		return []string{"WithTimeout", "WithTimeoutCause", "WithDeadline", "WithDeadlineCause"}, false
	case "fmt": // standard output and input
		return []string{"Print", "Printf", "Println", "Scan", "Scanf", "Scanln"}, false
	case "runtime":
		return []string{"GOMAXPROCS", "NumCPU"}, true
	case "math/rand/v2": // seeded generators; the package's functions draw from a global one
		return []string{"New", "NewPCG", "NewChaCha8", "NewZipf", "Rand", "Source", "PCG", "ChaCha8", "Zipf"}, true
	}
	return nil, false
}

// A grant lets a room import or use more than the lists above, for a stated
// reason. What is granted is an import path or, of an impure name, path and name.
type grant struct {
	Room, What, Reason string
}

func granted(room, what string) bool {
	return slices.ContainsFunc(grants(), func(g grant) bool { return g.Room == room && g.What == what })
}

func grants() []grant {
	return []grant{
		{"scoring", "hash/maphash", "its seed differs by process, but nothing that is returned depends on it"},
		{"store/memory", "hash/maphash", "its seed differs by process, but nothing that is returned depends on it"},
		{"segment", "hash/maphash", "its seed differs by process, but nothing that is returned depends on it"},
		{"store/memory", "time.NewTimer", "a writer waits its turn for a bounded time"},
		{"store/sqlite", "database/sql", "it is the door to the database"},
		{"store/sqlite", "database/sql/driver", "it is the door to the database"},
		{"store/sqlite", "context.WithTimeout", "a writer waits its turn for a bounded time"},
		{"store/postgres", "database/sql", "it is the door to the database"},
		{"store/postgres", "database/sql/driver", "it is the door to the database"},
		{"internal/sqlstore", "database/sql", "it is the door to the database"},
		{"internal/sqlstore", "database/sql/driver", "it is the door to the database"},
		{"store/storetest", "testing", "it is a test suite that is exported"},
		{"store/storetest", "testing/fstest", "it is a test suite that is exported"},
		{"store/storetest", "time.Unix", "a time in the zone of the machine is one of its cases"},
	}
}

// pureRoom tells the packages under the rule: all that a host can import and
// the machinery these import.
func pureRoom(table map[string]room, dir string) bool {
	r, known := table[dir]
	return known && (r.Floor != beside || dir == "internal/market")
}

// impurities lists what domain rooms must not touch.
func impurities(t *tree, table map[string]room) []string {
	pure := pureImports()
	var found []string
	t.sources(func(dir folder, f file) {
		if !pureRoom(table, dir.Path) {
			return
		}
		local := localNames(f)
		for _, spec := range imports(f) {
			target := importPath(spec)
			if _, ours := inHouse(target); ours || outside(target) {
				continue // the table of floors and the list of outside packages judge these
			}
			if !slices.Contains(pure, target) && !granted(dir.Path, target) {
				found = append(found, fmt.Sprintf("%s: %s imports %s", t.at(spec.Pos()), dir.Path, target))
			}
			if spec.Name != nil && spec.Name.Name == "." {
				found = append(found, fmt.Sprintf("%s: %s imports %s without its name", t.at(spec.Pos()), dir.Path, target))
			}
		}
		placed := make(map[ast.Expr]bool) // calls whose time is put into a named zone at once
		ast.Inspect(f.AST, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.SelectorExpr:
				placed[node.X] = node.Sel.Name == "UTC" || node.Sel.Name == "In"
				left, ok := node.X.(*ast.Ident)
				if !ok {
					return true
				}
				source := local[left.Name]
				names, only := impureNames(source)
				if names != nil && slices.Contains(names, node.Sel.Name) != only && !granted(dir.Path, source+"."+node.Sel.Name) {
					found = append(found, fmt.Sprintf("%s: %s uses %s.%s", t.at(node.Pos()), dir.Path, left.Name, node.Sel.Name))
				}
			case *ast.CallExpr:
				name := impureCall(node)
				if name == "" && !placed[node] {
					name = zonelessTime(node, local)
				}
				if name != "" && !granted(dir.Path, name) {
					found = append(found, fmt.Sprintf("%s: %s uses %s", t.at(node.Pos()), dir.Path, name))
				}
			}
			return true
		})
	})
	return found
}

// impureCall names a call that needs no import: the built-in printers, and
// Time.Local, which takes the zone of the machine.
func impureCall(call *ast.CallExpr) string {
	switch fn := call.Fun.(type) {
	case *ast.Ident:
		if fn.Name == "print" || fn.Name == "println" {
			return fn.Name
		}
	case *ast.SelectorExpr:
		if fn.Sel.Name == "Local" && len(call.Args) == 0 {
			return "Time.Local"
		}
	}
	return ""
}

// zonelessTime names a call of package time that returns a time in the zone of the
// machine: its date depends on where the program runs unless UTC or In follows.
func zonelessTime(call *ast.CallExpr, local map[string]string) string {
	if fn, ok := call.Fun.(*ast.SelectorExpr); ok && slices.Contains([]string{"Unix", "UnixMilli", "UnixMicro"}, fn.Sel.Name) {
		if left, ok := fn.X.(*ast.Ident); ok && local[left.Name] == "time" {
			return "time." + fn.Sel.Name
		}
	}
	return ""
}

// localNames maps the names by which a file knows its imports to import paths.
func localNames(f file) map[string]string {
	local := make(map[string]string)
	for _, spec := range imports(f) {
		target := importPath(spec)
		name := packageName(target)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		local[name] = target
	}
	return local
}

// packageName guesses the name of a package from its import path: the last
// element that is not a major version.
func packageName(importPath string) string {
	base := path.Base(importPath)
	if len(base) > 1 && base[0] == 'v' && strings.Trim(base[1:], "0123456789") == "" {
		base = path.Base(path.Dir(importPath))
	}
	return base
}

func TestDomainRoomsArePure(t *testing.T) {
	requireNone(t, "domain rooms use no clock, global random, logger, SQL, file, network or environment",
		impurities(house(t), rooms()))
}

func TestDomainRoomsArePureSeesViolations(t *testing.T) {
	bad := fixture(t, map[string]string{
		"clock.go": `package rapport
import "time"
func now() time.Time { return time.Now() }
func zone() *time.Location { return time.Local }
func fine() time.Duration { return time.Second }
func here(at time.Time) time.Time { return at.Local() }
var later = time.Now
`,
		"zone.go": `package rapport
import clock "time"
func there(s int64) clock.Time { return clock.Unix(s, 0) }
func milli(s int64) int { return clock.UnixMilli(s).Day() }
func fine(s int64, at clock.Time) (clock.Time, clock.Time, int64) {
	return clock.Unix(s, 0).UTC(), clock.UnixMicro(s).In(at.Location()), at.Unix()
}
`,
		"scoring/random.go": `package scoring
import (
	random "math/rand/v2"
	_ "math/rand"
)
func draw() float64 { return random.Float64() }
func seeded() float64 { return random.New(random.NewPCG(1, 2)).Float64() }
`,
		"segment/log.go": `package segment
import (
	"fmt"
	_ "log/slog"
)
func say() { fmt.Println("hello"); println("hello") }
func text() string { return fmt.Sprint(1) }
`,
		"store/sql.go": `package store
import (
	. "strings"
	_ "database/sql"
	_ "net/http"
	_ "os"
)
var _ = ToUpper
`,
		"store/sqlite/sql.go":     "package sqlite\nimport _ \"database/sql\"\n",
		"store/memory/wait.go":    "package memory\nimport \"time\"\nfunc f() { time.NewTimer(0); time.Sleep(0) }\n",
		"internal/market/wait.go": "package market\nimport \"context\"\nvar _, _ = context.WithTimeout(nil, 0)\n",
		"customer/c_test.go":      "package customer_test\nimport _ \"os\"\n",
		"examples/a/main.go":      "package main\nimport _ \"os\"\n",
	})
	requireSeen(t, []string{
		"clock.go:3: . uses time.Now",
		"clock.go:4: . uses time.Local",
		"clock.go:6: . uses Time.Local",
		"clock.go:7: . uses time.Now",
		"zone.go:3: . uses time.Unix",
		"zone.go:4: . uses time.UnixMilli",
		"internal/market/wait.go:3: internal/market uses context.WithTimeout",
		"scoring/random.go:4: scoring imports math/rand",
		"scoring/random.go:6: scoring uses random.Float64",
		"segment/log.go:4: segment imports log/slog",
		"segment/log.go:6: segment uses fmt.Println",
		"segment/log.go:6: segment uses println",
		"store/sql.go:3: store imports strings without its name",
		"store/sql.go:4: store imports database/sql",
		"store/sql.go:5: store imports net/http",
		"store/sql.go:6: store imports os",
		"store/memory/wait.go:3: store/memory uses time.Sleep",
	}, impurities(bad, rooms()))
}

// panics lists panics of library code outside Must helpers: bad input is an
// error. A panic that can only mean a bug in the library says so in the
// message, which then begins with "bug: ". The exported suite panics on purpose,
// to see what a store does then.
func panics(t *tree, table map[string]room) []string {
	var found []string
	t.sources(func(dir folder, f file) {
		if !pureRoom(table, dir.Path) || dir.Path == "store/storetest" {
			return
		}
		for _, decl := range f.AST.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || strings.HasPrefix(strings.ToLower(fn.Name.Name), "must") {
				continue
			}
			ast.Inspect(fn, func(node ast.Node) bool {
				call, ok := node.(*ast.CallExpr)
				if !ok {
					return true
				}
				if name, ok := call.Fun.(*ast.Ident); ok && name.Name == "panic" && !admitsBug(call.Args[0]) {
					found = append(found, fmt.Sprintf("%s: %s panics in %s", t.at(call.Pos()), dir.Path, fn.Name.Name))
				}
				return true
			})
		}
	})
	return found
}

// admitsBug tells an expression whose first string begins with "bug: ".
func admitsBug(expr ast.Expr) bool {
	var first string
	ast.Inspect(expr, func(node ast.Node) bool {
		if lit, ok := node.(*ast.BasicLit); ok && first == "" {
			first = lit.Value
		}
		return true
	})
	return strings.HasPrefix(strings.Trim(first, "\"`"), "bug: ")
}

func TestNoPanics(t *testing.T) {
	requireNone(t, "library code panics in Must helpers only, or with \"bug: …\"", panics(house(t), rooms()))
}

func TestNoPanicsSeesViolations(t *testing.T) {
	bad := fixture(t, map[string]string{
		"p.go": `package rapport
func MustParse() { panic("rapport: no") }
func Parse()     { panic("rapport: no") }
func odd()       { panic("bug: floor is missing") }
`,
		"examples/a/main.go": "package main\nfunc main() { panic(1) }\n",
	})
	requireSeen(t, []string{"p.go:3: . panics in Parse"}, panics(bad, rooms()))
}
