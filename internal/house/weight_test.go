package house_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// goCommand runs the go command in a folder, as a host would: without this
// repository's workspace.
func goCommand(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-buildvcs=false")
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	require.NoError(t, cmd.Run(), "go %s in %s:\n%s%s", strings.Join(args, " "), dir, out.String(), problems.String())
	return out.String()
}

// consumer writes a host's module in a temporary folder: it requires this
// repository by a replace line and has the checksums of the core module alone.
func consumer(t *testing.T, files map[string]string) string {
	t.Helper()
	checkout, err := filepath.Abs(root())
	require.NoError(t, err)
	sums, err := os.ReadFile(filepath.Join(checkout, "go.sum"))
	require.NoError(t, err)
	dir := t.TempDir()
	all := map[string]string{
		"go.mod": fmt.Sprintf("module example.com/host\n\ngo 1.26.0\n\nrequire %[1]s v0.0.0\n\nreplace %[1]s => %[2]q\n", modulePath, checkout),
		"go.sum": string(sums),
	}
	maps.Copy(all, files)
	for name, text := range all {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	return dir
}

const decimalModule = "github.com/shopspring/decimal"

// burdens lists packages of a build, given as import paths, that belong to
// other modules than the allowed ones.
func burdens(deps []string, allowed ...string) []string {
	var found []string
	for _, dep := range deps {
		if outside(dep) && !strings.HasPrefix(dep, "example.com/") && !slices.ContainsFunc(allowed, func(a string) bool { return under(dep, a) }) {
			found = append(found, dep)
		}
	}
	return found
}

// TestConsumerOfOneRoom builds a host that values its customers and imports
// nothing else of the house.
func TestConsumerOfOneRoom(t *testing.T) {
	imported := modulePath + "/scoring/btyd"
	dir := consumer(t, map[string]string{
		"main.go": fmt.Sprintf("package main\n\nimport _ %q\n\nfunc main() {}\n", imported),
	})
	goCommand(t, dir, "build", "-mod=mod", "-o", filepath.Join(t.TempDir(), "host"), ".")
	deps := strings.Fields(goCommand(t, dir, "list", "-mod=mod", "-deps", "."))
	require.Contains(t, deps, imported)
	requireNone(t, "a host that imports "+imported+" builds decimal and nothing else from outside", burdens(deps, decimalModule))

	// The module graph that the host resolves: decimal, x/text and what our tests
	// need, which it does not build; no driver, no linter.
	modules := strings.Fields(goCommand(t, dir, "list", "-mod=mod", "-m", "-f", "{{.Path}}", "all"))
	t.Logf("modules in the graph of a host: %s", strings.Join(modules, ", "))
	requireNone(t, "the host's module graph holds decimal, x/text and what the core's tests need",
		burdens(modules, append(testModules(), decimalModule, "golang.org/x/text")...))
}

// TestConsumerOfOneRoomSeesViolations builds a host that imports one of the
// core's test modules: the same steps must report it.
func TestConsumerOfOneRoomSeesViolations(t *testing.T) {
	dir := consumer(t, map[string]string{
		"main.go": fmt.Sprintf("package main\n\nimport (\n\t_ %q\n\t_ \"github.com/google/go-cmp/cmp\"\n)\n\nfunc main() {}\n", modulePath),
	})
	deps := strings.Fields(goCommand(t, dir, "list", "-mod=mod", "-deps", "."))
	require.Contains(t, burdens(deps, decimalModule), "github.com/google/go-cmp/cmp")
}

// TestEveryRoomIsLight looks at what each public package reaches, tests aside.
func TestEveryRoomIsLight(t *testing.T) {
	type listing struct {
		ImportPath string
		Deps       []string
	}
	out := goCommand(t, root(), "list", "-json=ImportPath,Deps", "./...")
	decoder := json.NewDecoder(strings.NewReader(out))
	seen := 0
	for decoder.More() {
		var pkg listing
		require.NoError(t, decoder.Decode(&pkg))
		dir, _ := inHouse(pkg.ImportPath)
		seen++
		requireNone(t, dir+" reaches no package from outside but decimal (customer/identity: and x/text)", heavy(dir, pkg.Deps))
	}
	require.Positive(t, seen)
}

// heavy lists what a package reaches but should not: other modules' packages
// and the test kit.
func heavy(dir string, deps []string) []string {
	allowed := []string{decimalModule}
	if under(dir, "customer/identity") {
		allowed = append(allowed, "golang.org/x/text")
	}
	if dir == "store/storetest" { // the exported suite is a test
		return burdens(deps, append(allowed, testModules()...)...)
	}
	found := burdens(deps, allowed...)
	for _, dep := range deps {
		if under(dep, "testing") {
			found = append(found, dep)
		}
	}
	return found
}

func TestEveryRoomIsLightSeesViolations(t *testing.T) {
	deps := []string{"fmt", "testing", "github.com/shopspring/decimal", "github.com/stretchr/testify/require",
		"golang.org/x/text/unicode/norm", modulePath + "/scoring", "modernc.org/sqlite"}
	requireSeen(t, []string{"github.com/stretchr/testify/require", "golang.org/x/text/unicode/norm", "modernc.org/sqlite", "testing"},
		heavy("scoring", deps))
	requireSeen(t, []string{"github.com/stretchr/testify/require", "modernc.org/sqlite", "testing"}, heavy("customer/identity", deps))
	requireSeen(t, []string{"golang.org/x/text/unicode/norm", "modernc.org/sqlite"}, heavy("store/storetest", deps))
}

// testModules are the modules that the core's tests use, with what those
// modules name in turn.
func testModules() []string {
	return []string{"github.com/google/go-cmp", "github.com/stretchr/testify", "pgregory.net/rapid",
		"github.com/stretchr/objx", "github.com/davecgh/go-spew", "github.com/pmezard/go-difflib", "gopkg.in/yaml.v3", "gopkg.in/check.v1", "go.yaml.in/yaml/v3"}
}

// strayTestImports lists outside packages that the core's files import but
// should not: sources only decimal and x/text, tests also the test kit, of
// testify only require.
func strayTestImports(t *tree) []string {
	source := []string{decimalModule, "golang.org/x/text"}
	test := append([]string{"github.com/google/go-cmp", "github.com/stretchr/testify/require", "pgregory.net/rapid"}, source...)
	var found []string
	for _, dir := range t.Folders {
		if r, known := roomOf(rooms(), dir.Path); !known || r.Floor == beside && nested(dir.Path) {
			continue
		}
		for _, f := range dir.Files {
			allowed := source
			if f.Test || dir.Path == "store/storetest" {
				allowed = test
			}
			for _, spec := range imports(f) {
				for _, name := range burdens([]string{importPath(spec)}, allowed...) {
					found = append(found, fmt.Sprintf("%s: %s imports %s", t.at(spec.Pos()), dir.Path, name))
				}
			}
		}
	}
	return found
}

// testKitInSources lists imports of test libraries by files that are no tests,
// in the nested modules too: the suite that is exported, and the module that
// runs it on real drivers, are the exceptions.
func testKitInSources(t *tree) []string {
	var found []string
	t.sources(func(dir folder, f file) {
		if dir.Path == "store/storetest" || under(dir.Path, "internal/dbtest") {
			return
		}
		for _, spec := range imports(f) {
			target := importPath(spec)
			if under(target, "testing") || slices.ContainsFunc(testModules(), func(m string) bool { return under(target, m) }) {
				found = append(found, fmt.Sprintf("%s: %s imports %s", t.at(spec.Pos()), dir.Path, target))
			}
		}
	})
	return found
}

func TestNoTestKitInSources(t *testing.T) {
	requireNone(t, "only tests and store/storetest import testing, testify, go-cmp and rapid", testKitInSources(house(t)))
}

func TestNoTestKitInSourcesSeesViolations(t *testing.T) {
	bad := fixture(t, map[string]string{
		"examples/a/a.go":      "package a\nimport _ \"testing\"\n",
		"examples/a/a_test.go": "package a\nimport _ \"testing\"\n",
		"scoring/s.go":         "package scoring\nimport _ \"github.com/stretchr/testify/require\"\nimport _ \"testing/quick\"\n",
		"store/storetest/s.go": "package storetest\nimport _ \"testing\"\n",
	})
	requireSeen(t, []string{
		"examples/a/a.go:2: examples/a imports testing",
		"scoring/s.go:2: scoring imports github.com/stretchr/testify/require",
		"scoring/s.go:3: scoring imports testing/quick",
	}, testKitInSources(bad))
}

// nestedModules are the folders of modules inside this one.
func nestedModules() []string {
	return []string{"customer/identity/pinyin", "examples", "internal/compare", "internal/dbtest", "internal/tools"}
}

// nested tells the folders of those modules.
func nested(dir string) bool {
	return slices.ContainsFunc(nestedModules(), func(module string) bool { return under(dir, module) })
}

func TestOutsideImports(t *testing.T) {
	requireNone(t, "the core imports decimal and x/text, its tests also go-cmp, testify/require and rapid", strayTestImports(house(t)))
}

func TestOutsideImportsSeesViolations(t *testing.T) {
	bad := fixture(t, map[string]string{
		"scoring/s.go":          "package scoring\nimport _ \"github.com/stretchr/testify/require\"\n",
		"scoring/s_test.go":     "package scoring_test\nimport _ \"github.com/stretchr/testify/require\"\nimport _ \"github.com/stretchr/testify/assert\"\n",
		"store/sqlite/s.go":     "package sqlite\nimport _ \"modernc.org/sqlite\"\n",
		"internal/dbtest/s.go":  "package dbtest\nimport _ \"modernc.org/sqlite\"\n",
		"store/storetest/st.go": "package storetest\nimport _ \"github.com/google/go-cmp/cmp\"\n",
	})
	requireSeen(t, []string{
		"scoring/s.go:2: scoring imports github.com/stretchr/testify/require",
		"scoring/s_test.go:3: scoring imports github.com/stretchr/testify/assert",
		"store/sqlite/s.go:2: store/sqlite imports modernc.org/sqlite",
	}, strayTestImports(bad))
}

// A moduleFile is what the guards read of a go.mod or go.work.
type moduleFile struct {
	Go        string
	Toolchain string
	Require   []struct {
		Path     string
		Indirect bool
	}
	Replace []struct {
		Old, New struct{ Path string }
	}
	Use []struct{ DiskPath string }
}

func readModuleFile(t *testing.T, name string) moduleFile {
	t.Helper()
	verb := "mod"
	if path.Base(name) == "go.work" {
		verb = "work"
	}
	absolute, err := filepath.Abs(filepath.Join(root(), name))
	require.NoError(t, err)
	var m moduleFile
	require.NoError(t, json.Unmarshal([]byte(goCommand(t, root(), verb, "edit", "-json", absolute)), &m))
	return m
}

const goDirective = "1.26.0"

// moduleSlips lists what is wrong with a go.mod or go.work of the repository.
func moduleSlips(name string, m moduleFile) []string {
	var found []string
	if m.Go != goDirective || m.Toolchain != "" {
		found = append(found, fmt.Sprintf("%s says go %q, toolchain %q; want go %s and no toolchain", name, m.Go, m.Toolchain, goDirective))
	}
	if name != "go.mod" {
		return found
	}
	if len(m.Replace) > 0 {
		found = append(found, name+" replaces modules: a host would not see that")
	}
	direct := []string{decimalModule, "golang.org/x/text", "github.com/google/go-cmp", "github.com/stretchr/testify", "pgregory.net/rapid"}
	for _, r := range m.Require {
		if !slices.Contains(direct, r.Path) && !(r.Indirect && slices.Contains(testModules(), r.Path)) {
			found = append(found, name+" requires "+r.Path)
		}
	}
	return found
}

func TestModuleFiles(t *testing.T) {
	var names, modules []string
	err := fs.WalkDir(os.DirFS(root()), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (skippedFolder(entry.Name()) || entry.Name() == "testdata"):
			return fs.SkipDir
		case entry.Name() == "go.mod":
			names = append(names, name)
			modules = append(modules, path.Dir(name))
		case entry.Name() == "go.work":
			names = append(names, name)
		}
		return nil
	})
	require.NoError(t, err)
	require.Subset(t, names, []string{"go.mod", "go.work"})
	for _, module := range nestedModules() {
		require.Contains(t, names, module+"/go.mod")
	}
	var slips, used []string
	for _, name := range names {
		m := readModuleFile(t, name)
		slips = append(slips, moduleSlips(name, m)...)
		for _, use := range m.Use {
			used = append(used, path.Clean(use.DiskPath))
		}
	}
	requireNone(t, "module files say go "+goDirective+" and the core requires only what it may", slips)
	require.ElementsMatch(t, modules, used, "go.work uses every module of the repository")
}

func TestModuleFilesSeesViolations(t *testing.T) {
	var m moduleFile
	text := `{"Go": "1.25", "Toolchain": "go1.26.8",
		"Require": [{"Path": "github.com/shopspring/decimal"}, {"Path": "gonum.org/v1/gonum"},
			{"Path": "gopkg.in/yaml.v3", "Indirect": true}, {"Path": "github.com/stretchr/objx"}],
		"Replace": [{"Old": {"Path": "a"}, "New": {"Path": "../a"}}]}`
	require.NoError(t, json.Unmarshal([]byte(text), &m))
	requireSeen(t, []string{
		`go.mod says go "1.25", toolchain "go1.26.8"; want go 1.26.0 and no toolchain`,
		"go.mod replaces modules: a host would not see that",
		"go.mod requires gonum.org/v1/gonum",
		"go.mod requires github.com/stretchr/objx",
	}, moduleSlips("go.mod", m))
	requireSeen(t, []string{`examples/go.mod says go "1.25", toolchain "go1.26.8"; want go 1.26.0 and no toolchain`},
		moduleSlips("examples/go.mod", m))
}
