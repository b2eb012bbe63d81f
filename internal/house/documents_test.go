package house_test

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// undocumented lists exported names without a comment that begins with the
// name. Constants and variables of a group may share the group's comment or
// have one of their own; the methods that the errors package and fmt define
// the meaning of may go without.
func undocumented(t *tree) []string {
	var found []string
	miss := func(pos token.Pos, name string) {
		found = append(found, fmt.Sprintf("%s: %s has no comment that begins with its name", t.at(pos), name))
	}
	t.sources(func(dir folder, f file) {
		if isMain(dir) {
			return
		}
		for _, decl := range f.AST.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				receiver, exported := receiverOf(decl)
				if !decl.Name.IsExported() || !exported || receiver != "" && selfExplaining(decl.Name.Name) {
					continue
				}
				if !begins(decl.Doc, decl.Name.Name) {
					miss(decl.Pos(), strings.TrimPrefix(receiver+"."+decl.Name.Name, "."))
				}
			case *ast.GenDecl:
				undocumentedSpecs(decl, miss)
			}
		}
	})
	return found
}

func undocumentedSpecs(group *ast.GenDecl, miss func(token.Pos, string)) {
	for _, spec := range group.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if !spec.Name.IsExported() {
				continue
			}
			if !begins(spec.Doc, spec.Name.Name) && !(len(group.Specs) == 1 && begins(group.Doc, spec.Name.Name)) {
				miss(spec.Pos(), spec.Name.Name)
			}
			if methods, ok := spec.Type.(*ast.InterfaceType); ok {
				for _, method := range methods.Methods.List {
					for _, name := range method.Names {
						if name.IsExported() && method.Doc.Text() == "" && method.Comment.Text() == "" {
							miss(name.Pos(), spec.Name.Name+"."+name.Name)
						}
					}
				}
			}
		case *ast.ValueSpec:
			if spec.Doc.Text() != "" || spec.Comment.Text() != "" || group.Lparen.IsValid() && group.Doc.Text() != "" {
				continue
			}
			for _, name := range spec.Names {
				if name.IsExported() && !(len(group.Specs) == 1 && begins(group.Doc, name.Name)) {
					miss(name.Pos(), name.Name)
				}
			}
		}
	}
}

// receiverOf returns the name of a method's type and whether it is exported;
// a function has no receiver and counts as exported.
func receiverOf(fn *ast.FuncDecl) (name string, exported bool) {
	if fn.Recv == nil {
		return "", true
	}
	expr := fn.Recv.List[0].Type
	if star, ok := expr.(*ast.StarExpr); ok {
		expr = star.X
	}
	switch generic := expr.(type) {
	case *ast.IndexExpr:
		expr = generic.X
	case *ast.IndexListExpr:
		expr = generic.X
	}
	ident, ok := expr.(*ast.Ident)
	return ident.Name, ok && ident.IsExported()
}

func selfExplaining(method string) bool {
	return slices.Contains([]string{"Error", "Unwrap"}, method)
}

// begins tells whether a comment begins with a name, after an article if any.
func begins(comment *ast.CommentGroup, name string) bool {
	text := comment.Text()
	for _, article := range []string{"A ", "An ", "The "} {
		text = strings.TrimPrefix(text, article)
	}
	rest, ok := strings.CutPrefix(text, name)
	return ok && rest != "" && !unicode.IsLetter(rune(rest[0])) && !unicode.IsDigit(rune(rest[0]))
}

func TestExportedNamesAreDocumented(t *testing.T) {
	requireNone(t, "every exported name has a comment that begins with it", undocumented(house(t)))
}

func TestExportedNamesAreDocumentedSeesViolations(t *testing.T) {
	bad := fixture(t, map[string]string{
		"d.go": `package rapport
// Good does.
func Good() {}
func Bare() {}
// Does what it does.
func Wrong() {}
// Goodness is another name.
func Goodn() {}
// An Apple is one.
type Apple struct{}
func (Apple) Error() string { return "" }
func (a *Apple) Peel() {}
type pear struct{}
func (pear) Peel() {}
type Fruit interface {
	Eat()
	// Cut cuts.
	Cut()
}
// The sizes.
const (
	Small = iota
	Large
)
const (
	One = 1 // in the row
	Two = 2
)
const Three = 3
type List[T any] struct{}
func (l *List[T]) Add() {}
`,
		"d_test.go":          "package rapport\nfunc Undocumented() {}\n",
		"examples/a/main.go": "package main\nfunc Exported() {}\n",
	})
	requireSeen(t, []string{
		"d.go:4: Bare has no comment that begins with its name",
		"d.go:6: Wrong has no comment that begins with its name",
		"d.go:8: Goodn has no comment that begins with its name",
		"d.go:12: Apple.Peel has no comment that begins with its name",
		"d.go:15: Fruit has no comment that begins with its name",
		"d.go:16: Fruit.Eat has no comment that begins with its name",
		"d.go:27: Two has no comment that begins with its name",
		"d.go:29: Three has no comment that begins with its name",
		"d.go:30: List has no comment that begins with its name",
		"d.go:31: List.Add has no comment that begins with its name",
	}, undocumented(bad))
}

// unintroduced lists packages whose comment is missing, given twice, or does
// not begin as godoc wants it.
func unintroduced(t *tree) []string {
	var found []string
	for _, dir := range t.Folders {
		var comments []string
		for _, f := range dir.Files {
			if !f.Test && f.AST.Doc.Text() != "" {
				comments = append(comments, f.AST.Doc.Text())
			}
		}
		opening := "Package " + dir.name() + " "
		if isMain(dir) {
			opening = strings.ToUpper(path.Base(dir.Path)[:1]) + path.Base(dir.Path)[1:] + " "
		}
		switch {
		case len(comments) == 0:
			found = append(found, dir.Path+" has no package comment")
		case len(comments) > 1:
			found = append(found, fmt.Sprintf("%s has %d package comments", dir.Path, len(comments)))
		case !strings.HasPrefix(comments[0], opening) && !(isMain(dir) && strings.HasPrefix(comments[0], "Command ")):
			found = append(found, fmt.Sprintf("%s: the package comment does not begin with %q", dir.Path, opening))
		}
	}
	return found
}

func TestPackagesAreIntroduced(t *testing.T) {
	requireNone(t, "every package has one package comment", unintroduced(house(t)))
}

func TestPackagesAreIntroducedSeesViolations(t *testing.T) {
	bad := fixture(t, map[string]string{
		"a/a.go":               "// Package a is fine.\npackage a\n",
		"b/b.go":               "package b\n",
		"c/c.go":               "// Package c is.\npackage c\n",
		"c/d.go":               "// Package c is, again.\npackage c\n",
		"d/d.go":               "// This is d.\npackage d\n",
		"examples/run/main.go": "// Run runs.\npackage main\n",
		"examples/say/main.go": "// Command say says.\npackage main\n",
		"examples/sit/main.go": "// Does it.\npackage main\n",
	})
	requireSeen(t, []string{
		"b has no package comment",
		"c has 2 package comments",
		`d: the package comment does not begin with "Package d "`,
		`examples/sit: the package comment does not begin with "Sit "`,
	}, unintroduced(bad))
}

// withoutExample lists public packages without an Example whose output is
// checked. The suite and the SQL back ends, which may not import a driver,
// name a program under examples/ in their package comment instead.
func withoutExample(t *tree) []string {
	var found []string
	for _, dir := range t.Folders {
		if !isPublic(dir) {
			continue
		}
		var tests []*ast.File
		var comment strings.Builder
		for _, f := range dir.Files {
			if f.Test {
				tests = append(tests, f.AST)
			} else {
				comment.WriteString(f.AST.Doc.Text())
			}
		}
		if slices.Contains([]string{"store/storetest", "store/sqlite", "store/postgres"}, dir.Path) {
			if !namesProgram(t, comment.String()) {
				found = append(found, dir.Path+": the package comment names no program under examples/")
			}
			continue
		}
		checked := func(e *doc.Example) bool { return e.Output != "" }
		if !slices.ContainsFunc(doc.Examples(tests...), checked) {
			found = append(found, dir.Path+" has no Example with Output")
		}
	}
	return found
}

// namesProgram tells a comment that names a folder of examples/ that exists.
func namesProgram(t *tree, comment string) bool {
	for word := range strings.FieldsSeq(comment) {
		name := strings.Trim(word, ".,;:()[]")
		if strings.HasPrefix(name, "examples/") && has(t, name) {
			return true
		}
	}
	return false
}

func TestPackagesHaveExamples(t *testing.T) {
	requireNone(t, "every public package has an Example with Output", withoutExample(house(t)))
}

func TestPackagesHaveExamplesSeesViolations(t *testing.T) {
	bad := fixture(t, map[string]string{
		"r.go":                     "package rapport\n",
		"a/a.go":                   "package a\n",
		"a/a_test.go":              "package a_test\nfunc Example() {\n\tf()\n\t// Output: 1\n}\n",
		"b/b.go":                   "package b\n",
		"b/b_test.go":              "package b_test\nfunc Example() {\n\tf()\n}\n",
		"c/c.go":                   "package c\n",
		"internal/d/d.go":          "package d\n",
		"store/sqlite/s.go":        "// Package sqlite: see examples/run.\npackage sqlite\n",
		"store/storetest/s.go":     "// Package storetest: see examples/gone.\npackage storetest\n",
		"store/postgres/s.go":      "package postgres\n",
		"examples/run/main.go":     "package main\n",
		"internal/tools/x/main.go": "package main\n",
	})
	requireSeen(t, []string{
		". has no Example with Output",
		"b has no Example with Output",
		"c has no Example with Output",
		"store/postgres: the package comment names no program under examples/",
		"store/storetest: the package comment names no program under examples/",
	}, withoutExample(bad))
}
