package house_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
	"testing"
)

// mutableVariables lists package variables that code could change: all but
// errors made once, embedded files, and assertions that a type fits an
// interface. Global state would tie together two hosts in one process.
func mutableVariables(t *tree) []string {
	var found []string
	t.sources(func(dir folder, f file) {
		for _, decl := range f.AST.Decls {
			group, ok := decl.(*ast.GenDecl)
			if !ok || group.Tok != token.VAR {
				continue
			}
			for _, spec := range group.Specs {
				value := spec.(*ast.ValueSpec)
				if embeds(group.Doc) || embeds(value.Doc) {
					continue
				}
				for i, name := range value.Names {
					if name.Name == "_" || i < len(value.Values) && isSentinel(name.Name, value.Values[i]) {
						continue
					}
					found = append(found, fmt.Sprintf("%s: %s has variable %s", t.at(name.Pos()), dir.Path, name.Name))
				}
			}
		}
	})
	return found
}

func embeds(doc *ast.CommentGroup) bool {
	if doc == nil {
		return false
	}
	for _, line := range doc.List {
		if strings.HasPrefix(line.Text, "//go:embed ") {
			return true
		}
	}
	return false
}

// isSentinel tells an error value: its name says so and it is made by
// errors.New, fmt.Errorf or as a value of an error type.
func isSentinel(name string, value ast.Expr) bool {
	if !strings.HasPrefix(name, "Err") && !strings.HasPrefix(name, "err") {
		return false
	}
	if address, ok := value.(*ast.UnaryExpr); ok && address.Op == token.AND {
		value = address.X
	}
	switch value := value.(type) {
	case *ast.CallExpr:
		selector, ok := value.Fun.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		pkg, ok := selector.X.(*ast.Ident)
		return ok && (pkg.Name == "errors" && selector.Sel.Name == "New" || pkg.Name == "fmt" && selector.Sel.Name == "Errorf")
	case *ast.CompositeLit:
		name, ok := value.Type.(*ast.Ident)
		return ok && strings.HasSuffix(name.Name, "Error")
	}
	return false
}

func TestNoMutableVariables(t *testing.T) {
	requireNone(t, "the only package variables are errors and embedded files", mutableVariables(house(t)))
}

func TestNoMutableVariablesSeesViolations(t *testing.T) {
	bad := fixture(t, map[string]string{
		"v.go": `package rapport
import (
	"embed"
	"errors"
	"fmt"
)
var ErrGone = errors.New("gone")
var (
	ErrBusy  = fmt.Errorf("busy: %w", ErrGone)
	ErrTyped error = &codeError{1}
	table    = map[string]int{}
)
var ErrCache = map[string]error{}
var _ error = (*codeError)(nil)
//go:embed *.sql
var files embed.FS
var a, b = 1, errors.New("b")
var unset error
`,
		"v_test.go": "package rapport\nvar fine = 1\n",
	})
	requireSeen(t, []string{
		"v.go:11: . has variable table",
		"v.go:13: . has variable ErrCache",
		"v.go:17: . has variable a",
		"v.go:17: . has variable b",
		"v.go:18: . has variable unset",
	}, mutableVariables(bad))
}
