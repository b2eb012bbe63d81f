package rule

import (
	"slices"

	"github.com/rapport-crm/rapport"
)

// Term is something with an order that can be tested: a number, an amount, or a
// count. All bounds are included where the name does not say otherwise.
type Term[T float64 | int | rapport.Money] struct{ node node }

// Number is the attribute of that name, a number.
func Number(name string) Term[float64] { return Term[float64]{attribute(NumberType, name)} }

// Amount is the attribute of that name, an amount of money. Bounds are in the
// currency of the attribute.
func Amount(name string) Term[rapport.Money] { return Term[rapport.Money]{attribute(AmountType, name)} }

func attribute(typ Type, name string) node { return node{kind: attributeNode, typ: typ, name: name} }

// with returns the condition that a term passes a test.
func (n node) with(test string, values ...Value) Condition {
	n.test, n.values = test, values
	return Condition{&n}
}

func (t Term[T]) with(test string, bounds ...T) Condition {
	values := make([]Value, len(bounds))
	for i, bound := range bounds {
		switch bound := any(bound).(type) {
		case float64:
			values[i] = NumberOf(bound)
		case int:
			values[i] = NumberOf(float64(bound))
		case rapport.Money:
			values[i] = AmountOf(bound)
		}
	}
	return t.node.with(test, values...)
}

// Is tests for one value.
func (t Term[T]) Is(value T) Condition { return t.with(testEqual, value) }

// IsNot tests for any other value; no value is not another one.
func (t Term[T]) IsNot(value T) Condition { return t.with(testNotEqual, value) }

// Above tests for more than a bound.
func (t Term[T]) Above(bound T) Condition { return t.with(testGreater, bound) }

// AtLeast tests for a bound or more.
func (t Term[T]) AtLeast(bound T) Condition { return t.with(testAtLeast, bound) }

// Below tests for less than a bound.
func (t Term[T]) Below(bound T) Condition { return t.with(testLess, bound) }

// AtMost tests for a bound or less.
func (t Term[T]) AtMost(bound T) Condition { return t.with(testAtMost, bound) }

// Between tests for low ≤ value ≤ high.
func (t Term[T]) Between(low, high T) Condition { return t.with(testBetween, low, high) }

// In tests for one of some values.
func (t Term[T]) In(values ...T) Condition { return t.with(testIn, values...) }

// NotIn tests for a value that is none of these.
func (t Term[T]) NotIn(values ...T) Condition { return t.with(testNotIn, values...) }

// Empty tests for no value: of an attribute, or of the mean or an extreme of no events.
// Counts, sums, and measures of dates do not have this test.
func (t Term[T]) Empty() Condition { return t.with(testEmpty) }

// NotEmpty tests for any value.
func (t Term[T]) NotEmpty() Condition { return t.with(testNotEmpty) }

// TextTerm is an attribute that holds a text. Texts are compared by their bytes;
// [TextTerm.Matches] with (?i) does not mind letter case.
type TextTerm struct{ node node }

// Text is the attribute of that name, a text.
func Text(name string) TextTerm { return TextTerm{attribute(TextType, name)} }

func texts(values []string) []Value {
	list := make([]Value, len(values))
	for i, value := range values {
		list[i] = TextOf(value)
	}
	return list
}

// Is tests for one text.
func (t TextTerm) Is(text string) Condition { return t.node.with(testEqual, TextOf(text)) }

// IsNot tests for any other text; no text is not another one.
func (t TextTerm) IsNot(text string) Condition { return t.node.with(testNotEqual, TextOf(text)) }

// In tests for one of some texts.
func (t TextTerm) In(values ...string) Condition { return t.node.with(testIn, texts(values)...) }

// NotIn tests for a text that is none of these.
func (t TextTerm) NotIn(values ...string) Condition { return t.node.with(testNotIn, texts(values)...) }

// Contains tests for a part of the text.
func (t TextTerm) Contains(part string) Condition { return t.node.with(testContains, TextOf(part)) }

// StartsWith tests for how the text begins.
func (t TextTerm) StartsWith(part string) Condition {
	return t.node.with(testStartsWith, TextOf(part))
}

// EndsWith tests for how the text ends.
func (t TextTerm) EndsWith(part string) Condition { return t.node.with(testEndsWith, TextOf(part)) }

// Like tests the whole text against a pattern as SQL has them: % is any run of
// characters, _ is any one character, and a backslash takes what follows as it is.
func (t TextTerm) Like(pattern string) Condition { return t.node.with(testLike, TextOf(pattern)) }

// Matches tests whether a regular expression is found in the text, in the syntax of
// package regexp: RE2, in time linear in the text. ^ and $ tie it to the ends.
func (t TextTerm) Matches(expression string) Condition {
	return t.node.with(testRegexp, TextOf(expression))
}

// Empty tests for no text.
func (t TextTerm) Empty() Condition { return t.node.with(testEmpty) }

// NotEmpty tests for any text.
func (t TextTerm) NotEmpty() Condition { return t.node.with(testNotEmpty) }

// FlagTerm is an attribute that is yes or no.
type FlagTerm struct{ node node }

// Flag is the attribute of that name, yes or no.
func Flag(name string) FlagTerm { return FlagTerm{attribute(FlagType, name)} }

// Yes tests for yes.
func (t FlagTerm) Yes() Condition { return t.node.with(testEqual, FlagOf(true)) }

// No tests for no; not known is not no.
func (t FlagTerm) No() Condition { return t.node.with(testEqual, FlagOf(false)) }

// Empty tests for not known.
func (t FlagTerm) Empty() Condition { return t.node.with(testEmpty) }

// NotEmpty tests for known, yes or no.
func (t FlagTerm) NotEmpty() Condition { return t.node.with(testNotEmpty) }

// TagsTerm is an attribute that holds a set of texts.
type TagsTerm struct{ node node }

// Tags is the attribute of that name, a set of texts.
func Tags(name string) TagsTerm { return TagsTerm{attribute(TagsType, name)} }

// Has tests for a tag, or for at least one of several.
func (t TagsTerm) Has(tags ...string) Condition { return t.node.with(testHas, texts(tags)...) }

// HasAll tests for all of some tags.
func (t TagsTerm) HasAll(tags ...string) Condition { return t.node.with(testHasAll, texts(tags)...) }

// Empty tests for no tags: that there are none, or that none are known.
func (t TagsTerm) Empty() Condition { return t.node.with(testEmpty) }

// NotEmpty tests for any tag.
func (t TagsTerm) NotEmpty() Condition { return t.node.with(testNotEmpty) }

func cloneWhere(list []where, more where) []where {
	more.In = slices.Clone(more.In)
	return append(slices.Clip(list), more)
}
