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
				if _, list := value.Type.(*ast.ArrayType); !list && (embeds(group.Doc) || embeds(value.Doc)) {
					continue // but an embedded []byte can be written to
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
//go:embed a.txt
var text []byte
var a, b = 1, errors.New("b")
var unset error
`,
		"v_test.go": "package rapport\nvar fine = 1\n",
	})
	requireSeen(t, []string{
		"v.go:11: . has variable table",
		"v.go:13: . has variable ErrCache",
		"v.go:18: . has variable text",
		"v.go:19: . has variable a",
		"v.go:19: . has variable b",
		"v.go:20: . has variable unset",
	}, mutableVariables(bad))
}

// foreignSettings lists code that writes to the variables of another package, or
// whose result depends on one: the settings of decimal belong to the host. A
// division by its Div takes its digits from there; DivRound names them. A program
// is a host itself and may set what it likes, flag.Usage for one.
func foreignSettings(t *tree) []string {
	var found []string
	t.sources(func(dir folder, f file) {
		local := localNames(f)
		report := func(node ast.Node, what string) {
			found = append(found, fmt.Sprintf("%s: %s %s", t.at(node.Pos()), dir.Path, what))
		}
		writes := func(target ast.Expr) {
			if name := foreign(target, local); name != "" && !isMain(dir) {
				report(target, "writes to "+name)
			}
		}
		ast.Inspect(f.AST, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.AssignStmt:
				for _, target := range node.Lhs {
					writes(target)
				}
			case *ast.IncDecStmt:
				writes(node.X)
			case *ast.UnaryExpr:
				if node.Op == token.AND {
					writes(node.X) // who has the address can write
				}
			case *ast.CallExpr:
				fn, ok := node.Fun.(*ast.SelectorExpr)
				if ok && fn.Sel.Name == "Div" && len(node.Args) == 1 && local["decimal"] == decimalModule {
					report(node, "divides by Decimal.Div")
				}
			}
			return true
		})
	})
	return found
}

// foreign names the variable of another package that an expression is, or is a
// part of; "" if it is none.
func foreign(expr ast.Expr, local map[string]string) string {
	switch expr := expr.(type) {
	case *ast.ParenExpr:
		return foreign(expr.X, local)
	case *ast.StarExpr:
		return foreign(expr.X, local)
	case *ast.IndexExpr:
		return foreign(expr.X, local)
	case *ast.SelectorExpr:
		if left, ok := expr.X.(*ast.Ident); ok {
			if _, imported := local[left.Name]; imported && expr.Sel.IsExported() {
				return left.Name + "." + expr.Sel.Name
			}
			return ""
		}
		return foreign(expr.X, local)
	}
	return ""
}

func TestNoForeignSettings(t *testing.T) {
	requireNone(t, "no code writes to variables of other packages or depends on decimal's settings", foreignSettings(house(t)))
}

func TestNoForeignSettingsSeesViolations(t *testing.T) {
	bad := fixture(t, map[string]string{
		"s.go": `package rapport
import (
	"net/http"
	"github.com/shopspring/decimal"
)
func init() { decimal.DivisionPrecision = 30 }
func more() { decimal.DivisionPrecision++; http.DefaultClient.Timeout = 1; p := &decimal.MarshalJSONWithoutQuotes; *p = true }
func third(d decimal.Decimal) decimal.Decimal { return d.Div(decimal.New(3, 0)) }
func fine(d, e decimal.Decimal) decimal.Decimal { x := &http.Request{}; x.Method = "GET"; return d.DivRound(e, 2) }
`,
		"examples/a/main.go": "package main\nimport \"flag\"\nfunc main() { flag.Usage = nil }\n",
		"s_test.go":          "package rapport\nimport \"github.com/shopspring/decimal\"\nfunc f() { decimal.DivisionPrecision = 1 }\n",
	})
	requireSeen(t, []string{
		"s.go:6: . writes to decimal.DivisionPrecision",
		"s.go:7: . writes to decimal.DivisionPrecision",
		"s.go:7: . writes to http.DefaultClient",
		"s.go:7: . writes to decimal.MarshalJSONWithoutQuotes",
		"s.go:8: . divides by Decimal.Div",
	}, foreignSettings(bad))
}
