package rule

import (
	"fmt"
	"math"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// checker goes through a condition and stops at the first thing that is wrong
// whatever the schema.
type checker struct {
	rule  string
	nodes int
}

func (c *checker) fail(path, name string, err error) *Error {
	return &Error{Rule: c.rule, Path: path, Name: name, Err: err}
}

func (c *checker) check(condition Condition, path string, depth int) error {
	n := condition.node
	c.nodes++
	switch {
	case n == nil:
		return c.fail(path, "", ErrForm)
	case depth > MaxDepth || c.nodes > MaxNodes:
		return c.fail(path, "", ErrLimit)
	}
	switch n.kind {
	case andNode, orNode, notNode, leastNode:
		if len(n.of) == 0 {
			return c.fail(path, "", fmt.Errorf("%w: no parts", ErrForm))
		}
		if n.kind == leastNode && (n.least < 1 || n.least > len(n.of)) {
			return c.fail(path, "", fmt.Errorf("%w: at least %d of %d parts", ErrForm, n.least, len(n.of)))
		}
		for i, part := range n.of {
			if err := c.check(part, n.pathOf(path, i), depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	if !validName(n.name) || n.channel != "" && !validName(n.channel) {
		return c.fail(path, n.name, ErrName)
	}
	if err := n.checkTest(); err != nil {
		return c.fail(path, n.name, err)
	}
	return nil
}

// pathOf returns the way to a part.
func (n *node) pathOf(path string, i int) string {
	var step string
	switch n.kind {
	case andNode:
		step = fmt.Sprintf("and[%d]", i)
	case orNode:
		step = fmt.Sprintf("or[%d]", i)
	case notNode:
		step = "not"
	case leastNode:
		step = fmt.Sprintf("of[%d]", i)
	}
	if path == "" {
		return step
	}
	return path + "." + step
}

// checkTest checks the test of a leaf and its bounds.
func (n *node) checkTest() error {
	switch n.kind {
	case segmentNode, consentNode:
		return nil
	}
	tests, typ := n.offers()
	if !slices.Contains(tests, n.test) {
		return n.noTest(tests)
	}
	low, high := n.bounds()
	if len(n.values) < low || len(n.values) > high {
		return fmt.Errorf("%w: %q takes %d to %d, not %d", ErrBound, n.test, low, high, len(n.values))
	}
	for _, v := range n.values {
		switch {
		case v.err != nil:
			return v.err
		case v.kind != typ:
			return ErrType
		case typ == DateType && unpack(v.ord).first != unpack(v.ord).last:
			return fmt.Errorf("%w: %s is no whole day", ErrBound, v)
		case n.whole() && (number(v.ord) != math.Trunc(number(v.ord)) || math.Abs(number(v.ord)) >= 1<<53):
			return fmt.Errorf("%w: %s is no whole number below 2^53", ErrBound, v)
		case v.unit != n.values[0].unit:
			return fmt.Errorf("%w: %s beside %s", ErrCurrency, v.unit, n.values[0].unit)
		}
	}
	if n.test == testBetween && n.values[0].ord > n.values[1].ord {
		return fmt.Errorf("%w: between %s and %s, the lower one comes first", ErrBound, n.values[0], n.values[1])
	}
	if !n.window.valid() || !n.bound.valid() || n.bound == Ever() && (n.test == testWithin || n.test == testLongerAgo) {
		return ErrWindow
	}
	if n.test == testLike || n.test == testRegexp {
		if _, err := n.pattern(); err != nil {
			return fmt.Errorf("%w: %w", ErrPattern, err)
		}
	}
	return checkWhere(n.where)
}

// noTest says which tests there are instead.
func (n *node) noTest(tests []string) error {
	if tests == nil {
		return fmt.Errorf("%w: no measure %q here", ErrTest, n.measure)
	}
	return fmt.Errorf("%w: %q, want one of %s", ErrTest, n.test, strings.Join(tests, " "))
}

func checkWhere(list []where) error {
	if len(list) > MaxFields {
		return ErrLimit
	}
	for i, w := range list {
		switch {
		case !validName(w.Field) || slices.ContainsFunc(list[:i], func(other where) bool { return other.Field == w.Field }):
			return ErrName
		case len(w.In) == 0 || len(w.In) > MaxValues:
			return ErrBound
		}
		for _, v := range texts(w.In) {
			if v.err != nil {
				return v.err
			}
		}
	}
	return nil
}

// whole tells that the term is a count of something.
func (n *node) whole() bool {
	switch n.measure {
	case measureAge, measureDaysAgo, measureAnniversary, measureCount:
		return true
	}
	return false
}

// offers returns the tests that a leaf may ask for, and the type of their bounds.
func (n *node) offers() (tests []string, bounds Type) {
	ordered := []string{testEqual, testNotEqual, testGreater, testAtLeast, testLess, testAtMost, testBetween, testIn, testNotIn}
	withEmpty := append(ordered, testEmpty, testNotEmpty)
	if n.kind == eventsNode {
		switch n.measure {
		case measureCount:
			return ordered, NumberType
		case measureSum:
			return ordered, AmountType
		case measureMin, measureMax, measureAverage:
			return withEmpty, AmountType
		case measureFirst, measureLast:
			return []string{testWithin, testLongerAgo}, 0
		}
		return nil, 0
	}
	switch {
	case n.measure == "":
	case n.typ == DateType && n.whole() && n.measure != measureCount:
		return ordered, NumberType
	default:
		return nil, 0
	}
	switch n.typ {
	case TextType:
		return []string{testEqual, testNotEqual, testIn, testNotIn, testContains, testStartsWith, testEndsWith,
			testLike, testRegexp, testEmpty, testNotEmpty}, TextType
	case FlagType:
		return []string{testEqual, testEmpty, testNotEmpty}, FlagType
	case TagsType:
		return []string{testHas, testHasAll, testEmpty, testNotEmpty}, TextType
	case NumberType, DateType, AmountType:
		return withEmpty, n.typ
	}
	return nil, 0
}

// bounds returns how many bounds the test takes.
func (n *node) bounds() (low, high int) {
	switch n.test {
	case testEmpty, testNotEmpty, testWithin, testLongerAgo:
		return 0, 0
	case testBetween:
		return 2, 2
	case testIn, testNotIn, testHas, testHasAll:
		return 1, MaxValues
	}
	return 1, 1
}

// pattern compiles the bound of like and regexp.
func (n *node) pattern() (*regexp.Regexp, error) {
	text := n.values[0].text
	if n.test == testRegexp {
		return compilePattern(text)
	}
	var expression strings.Builder
	expression.WriteString(`(?s)\A`)
	literal := false
	for _, r := range text {
		switch {
		case literal:
			expression.WriteString(regexp.QuoteMeta(string(r)))
			literal = false
		case r == '\\':
			literal = true
		case r == '%':
			expression.WriteString(".*")
		case r == '_':
			expression.WriteString(".")
		default:
			expression.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	if literal {
		return nil, fmt.Errorf("ends with a backslash")
	}
	return compilePattern(expression.String() + `\z`)
}

// compilePattern refuses a short expression that stands for a long one, such as
// .{1000}.{1000}: it would take tens of megabytes, and as many steps for each letter.
func compilePattern(expression string) (*regexp.Regexp, error) {
	tree, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return nil, err
	}
	program, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil, err
	}
	if n := len(program.Inst); n > MaxPattern {
		return nil, fmt.Errorf("%w: %d steps, at most %d", ErrLimit, n, MaxPattern)
	}
	return regexp.Compile(expression)
}
