package house_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write docs/api.txt anew from the source")

// describe lists the exported API of a package in lines that do not depend on
// where in the source a name stands: one for each name, field and method.
func describe(pkg *types.Package) []string {
	name := strings.TrimPrefix(strings.TrimPrefix(pkg.Path(), modulePath), "/")
	if name == "" {
		name = "rapport"
	}
	qualify := func(other *types.Package) string {
		if other == pkg {
			return ""
		}
		return other.Name()
	}
	var lines []string
	say := func(format string, args ...any) {
		lines = append(lines, name+": "+withoutMadeNames(fmt.Sprintf(format, args...)))
	}
	for _, exported := range pkg.Scope().Names() {
		object := pkg.Scope().Lookup(exported)
		if !object.Exported() {
			continue
		}
		switch object := object.(type) {
		case *types.Const:
			say("const %s %s = %s", exported, types.TypeString(object.Type(), qualify), object.Val().ExactString())
		case *types.TypeName:
			describeType(object, qualify, say)
		default:
			say("%s", types.ObjectString(object, qualify))
		}
	}
	slices.Sort(lines)
	return lines
}

// withoutMadeNames takes away the names #rv1, #rv2, … that the compiler gives to
// the results of a function whose body loops over an iterator: how a function
// loops is no part of the API.
func withoutMadeNames(line string) string {
	before, results, found := strings.Cut(line, "(#rv1 ")
	switch {
	case !found:
		return line
	case !strings.Contains(results, "#rv2 "):
		return before + strings.TrimSuffix(results, ")")
	}
	return before + "(" + regexp.MustCompile(`#rv\d+ `).ReplaceAllString(results, "")
}

func TestNamesMadeByTheCompiler(t *testing.T) {
	for line, want := range map[string]string{
		"func F(n int) (m int, err error)":      "func F(n int) (m int, err error)",
		"func F(n int) (#rv1 int, #rv2 error)":  "func F(n int) (int, error)",
		"func F(n int) (#rv1 error)":            "func F(n int) error",
		"func F(n int) (#rv1 func(x int) bool)": "func F(n int) func(x int) bool",
	} {
		require.Equal(t, want, withoutMadeNames(line))
	}
}

func describeType(object *types.TypeName, qualify types.Qualifier, say func(string, ...any)) {
	name := object.Name()
	if object.IsAlias() {
		say("%s", types.ObjectString(object, qualify))
		return
	}
	named := object.Type().(*types.Named)
	if params := named.TypeParams(); params.Len() > 0 {
		name = types.TypeString(named, qualify)
	}
	switch shape := named.Underlying().(type) {
	case *types.Struct:
		say("type %s struct", name)
		for field := range shape.Fields() {
			if field.Exported() {
				say("type %s struct, %s %s", name, field.Name(), types.TypeString(field.Type(), qualify))
			}
		}
	case *types.Interface:
		say("type %s interface", name)
		for method := range shape.Methods() {
			say("type %s interface, %s%s", name, method.Name(), strings.TrimPrefix(types.TypeString(method.Type(), qualify), "func"))
		}
		return
	default:
		say("type %s %s", name, types.TypeString(shape, qualify))
	}
	// The pointer's method set holds the value's methods and those promoted
	// from embedded fields.
	values := types.NewMethodSet(named)
	for selection := range types.NewMethodSet(types.NewPointer(named)).Methods() {
		method := selection.Obj()
		if !method.Exported() {
			continue
		}
		receiver := name
		if values.Lookup(method.Pkg(), method.Name()) == nil {
			receiver = "*" + name
		}
		say("method (%s) %s%s", receiver, method.Name(), strings.TrimPrefix(types.TypeString(method.Type(), qualify), "func"))
	}
}

// publicAPI describes all packages that a host can import, from the compiler's
// export data.
func publicAPI(t *testing.T) []string {
	t.Helper()
	type listing struct {
		ImportPath, Export, Name string
	}
	exports := make(map[string]string)
	var public []string
	decoder := json.NewDecoder(strings.NewReader(goCommand(t, root(), "list", "-export", "-deps", "-json=ImportPath,Export,Name", "./...")))
	for decoder.More() {
		var pkg listing
		require.NoError(t, decoder.Decode(&pkg))
		exports[pkg.ImportPath] = pkg.Export
		if dir, ours := inHouse(pkg.ImportPath); ours && !isInternal(dir) && pkg.Name != "main" {
			public = append(public, pkg.ImportPath)
		}
	}
	slices.Sort(public)
	require.Contains(t, public, modulePath)
	reader := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})
	var lines []string
	for _, path := range public {
		pkg, err := reader.Import(path)
		require.NoError(t, err)
		lines = append(lines, describe(pkg)...)
	}
	return lines
}

// apiChanges says which lines of the snapshot went away and which came.
func apiChanges(snapshot, now []string) []string {
	var found []string
	for _, line := range snapshot {
		if !slices.Contains(now, line) {
			found = append(found, "gone: "+line)
		}
	}
	for _, line := range now {
		if !slices.Contains(snapshot, line) {
			found = append(found, "new:  "+line)
		}
	}
	return found
}

func TestAPI(t *testing.T) {
	name := filepath.Join(root(), "docs", "api.txt")
	now := publicAPI(t)
	if *update {
		require.NoError(t, os.WriteFile(name, []byte(strings.Join(now, "\n")+"\n"), 0o644))
		return
	}
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	requireNone(t, "docs/api.txt holds the exported API (for a wanted change: a line in CHANGELOG.md, and "+
		"go test ./internal/house -run TestAPI -update)", apiChanges(strings.Split(strings.TrimSpace(string(text)), "\n"), now))
}

func TestAPISeesChanges(t *testing.T) {
	older := typeCheck(t, `package shop
type Order struct { ID string; note int }
func (o *Order) Close() error { return nil }
func (o Order) Total() int { return 0 }
type Store interface { Get(id string) (Order, error) }
type Size uint8
const ( Small Size = iota; Large )
func New() *Order { return nil }
func hidden() {}
`)
	require.Equal(t, []string{
		"shop: const Large Size = 1",
		"shop: const Small Size = 0",
		"shop: func New() *Order",
		"shop: method (*Order) Close() error",
		"shop: method (Order) Total() int",
		"shop: type Order struct",
		"shop: type Order struct, ID string",
		"shop: type Size uint8",
		"shop: type Store interface",
		"shop: type Store interface, Get(id string) (Order, error)",
	}, older)
	newer := typeCheck(t, `package shop
type Order struct { ID string; Note int }
func (o Order) Close() error { return nil }
func (o Order) Total() int64 { return 0 }
type Store interface { Get(id string) (Order, error); Put(o Order) error }
type Size uint8
const ( Large Size = iota; Small )
func New() *Order { return nil }
`)
	want := []string{
		"gone: shop: const Large Size = 1",
		"gone: shop: const Small Size = 0",
		"gone: shop: method (*Order) Close() error",
		"gone: shop: method (Order) Total() int",
		"new:  shop: const Large Size = 0",
		"new:  shop: const Small Size = 1",
		"new:  shop: method (Order) Close() error",
		"new:  shop: method (Order) Total() int64",
		"new:  shop: type Order struct, Note int",
		"new:  shop: type Store interface, Put(o Order) error",
	}
	if diff := cmp.Diff(want, apiChanges(older, newer)); diff != "" {
		t.Errorf("changes between two packages (-want +got):\n%s", diff)
	}
}

// typeCheck describes the package of one source text that imports nothing.
func typeCheck(t *testing.T, source string) []string {
	t.Helper()
	parsed := fixture(t, map[string]string{"shop.go": source})
	var config types.Config
	pkg, err := config.Check(modulePath+"/shop", parsed.Fset, astFiles(parsed), nil)
	require.NoError(t, err)
	return describe(pkg)
}
