package house_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

const modulePath = "github.com/rapport-crm/rapport"

// A folder is one folder of Go files. Guards name folders by their path from
// the repository's root ("." is the root), and so the packages of the nested
// modules too: all module paths follow the folders.
type folder struct {
	Path  string
	Files []file // by name
}

type file struct {
	Path string // from the root of the tree
	Test bool
	AST  *ast.File
}

type tree struct {
	FS      fs.FS
	Fset    *token.FileSet
	Folders []folder // by path
}

// loadTree parses every Go file under fsys, whatever its build constraints.
func loadTree(fsys fs.FS) (*tree, error) {
	t := &tree{FS: fsys, Fset: token.NewFileSet()}
	files := make(map[string][]file)
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if skippedFolder(entry.Name()) || entry.Name() == "testdata" {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		source, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(t.Fset, name, source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		dir := path.Dir(name)
		files[dir] = append(files[dir], file{Path: name, Test: strings.HasSuffix(name, "_test.go"), AST: parsed})
		return nil
	})
	if err != nil {
		return nil, err
	}
	for dir, list := range files {
		slices.SortFunc(list, func(a, b file) int { return strings.Compare(a.Path, b.Path) })
		t.Folders = append(t.Folders, folder{Path: dir, Files: list})
	}
	slices.SortFunc(t.Folders, func(a, b folder) int { return strings.Compare(a.Path, b.Path) })
	return t, nil
}

// skippedFolder tells folders that are no part of the source: version control
// and scratch space.
func skippedFolder(name string) bool {
	return len(name) > 1 && strings.HasPrefix(name, ".") && name != ".ci"
}

// at returns "file:line" of a position.
func (t *tree) at(pos token.Pos) string {
	p := t.Fset.Position(pos)
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

// sources calls visit for each file that is not a test.
func (t *tree) sources(visit func(folder, file)) {
	for _, dir := range t.Folders {
		for _, f := range dir.Files {
			if !f.Test {
				visit(dir, f)
			}
		}
	}
}

// imports returns the import paths of a file with the place of each.
func imports(f file) []*ast.ImportSpec { return f.AST.Imports }

func importPath(spec *ast.ImportSpec) string {
	text, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return spec.Path.Value
	}
	return text
}

// inHouse returns the folder of an import of this repository.
func inHouse(importPath string) (dir string, ok bool) {
	if importPath == modulePath {
		return ".", true
	}
	return strings.CutPrefix(importPath, modulePath+"/")
}

// outside tells imports of other modules: neither ours nor the standard
// library's, whose paths have no dot in their first element.
func outside(importPath string) bool {
	if _, ours := inHouse(importPath); ours {
		return false
	}
	first, _, _ := strings.Cut(importPath, "/")
	return strings.Contains(first, ".")
}

// name returns the name of the folder's package; one of tests only has the
// name of its first test file.
func (dir folder) name() string {
	for _, f := range dir.Files {
		if !f.Test {
			return f.AST.Name.Name
		}
	}
	return dir.Files[0].AST.Name.Name
}

func isMain(dir folder) bool { return dir.name() == "main" }

func isInternal(dir string) bool {
	return slices.Contains(strings.Split(dir, "/"), "internal")
}

// has tells whether a tree holds a package.
func has(t *tree, dir string) bool {
	return slices.ContainsFunc(t.Folders, func(f folder) bool { return f.Path == dir })
}

func under(dir, parent string) bool {
	return dir == parent || strings.HasPrefix(dir, parent+"/")
}

// isPublic tells the packages that a host can import.
func isPublic(dir folder) bool {
	return !isInternal(dir.Path) && !under(dir.Path, "examples") && !isMain(dir)
}

var repository = sync.OnceValues(func() (*tree, error) { return loadTree(os.DirFS(root())) })

// root returns the repository's root; tests run in the folder of their package.
func root() string { return filepath.Join("..", "..") }

func house(t *testing.T) *tree {
	t.Helper()
	loaded, err := repository()
	require.NoError(t, err)
	require.Equal(t, ".", loaded.Folders[0].Path, "the root package was not found")
	return loaded
}

// fixture is a tree made for one test.
func fixture(t *testing.T, files map[string]string) *tree {
	t.Helper()
	mapFS := make(fstest.MapFS)
	for name, text := range files {
		mapFS[name] = &fstest.MapFile{Data: []byte(text)}
	}
	loaded, err := loadTree(mapFS)
	require.NoError(t, err)
	return loaded
}

// requireNone fails with each violation on its own line.
func requireNone(t *testing.T, rule string, violations []string) {
	t.Helper()
	if len(violations) > 0 {
		t.Errorf("%s; %d break it:\n\t%s", rule, len(violations), strings.Join(violations, "\n\t"))
	}
}

// requireSeen fails unless a guard reports exactly the violations that a
// fixture holds, in their order.
func requireSeen(t *testing.T, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("violations of the fixture (-want +got):\n%s", diff)
	}
}

// astFiles returns the parsed files of a tree with one folder.
func astFiles(t *tree) []*ast.File {
	var files []*ast.File
	for _, f := range t.Folders[0].Files {
		files = append(files, f.AST)
	}
	return files
}
