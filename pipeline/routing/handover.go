package routing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
)

// Holding is a thing that somebody owns: an account, a deal, a case.
type Holding struct {
	ID        rapport.ID
	Owner     rapport.ID
	Territory Territory
	Load      int           // work that it makes, in any unit; 0 to [MaxLoad]
	Value     rapport.Money // what it is worth; one currency for the whole book
}

// HandoverOrder says whose book goes, and what the history is to keep of it.
type HandoverOrder struct {
	From   rapport.ID
	At     time.Time  // when the new owners begin; must be set
	By     rapport.ID // who ordered it
	Reason string     // a code of the host
}

// Move is the change of one owner, for the history of the holding.
type Move struct {
	Item     rapport.ID
	From, To rapport.ID
	At       time.Time
	By       rapport.ID
	Reason   string
}

// Book is what an owner has in all.
type Book struct {
	Owner rapport.ID
	Items int
	Load  int64
	Value rapport.Money
}

// HandoverPlan is a handover that has been worked out and not yet done.
type HandoverPlan struct {
	Moves []Move // by ascending item: all that the owner has, and nothing else
	// Before and After are the books of the leaving owner and of all successors, by
	// ascending owner. They add up to the same.
	Before, After []Book
}

// OwnerlessError reports holdings for which a rule has no successor.
type OwnerlessError struct {
	Items []rapport.ID // ascending
}

func (e *OwnerlessError) Error() string {
	const shown = 5
	names := make([]string, 0, shown)
	for _, id := range e.Items[:min(shown, len(e.Items))] {
		names = append(names, fmt.Sprintf("%q", id))
	}
	more := ""
	if len(e.Items) > shown {
		more = ", …"
	}
	return fmt.Sprintf("routing: %d holdings would be left without an owner: %s%s", len(e.Items), strings.Join(names, ", "), more)
}

// PlanHandover gives all that an owner has to others by a rule. The holdings may be those
// of the one owner or of everybody: [Balanced] looks at what the successors have already.
// Their order has no influence.
//
// The errors: [*InputError], [*DuplicateError], [*UnknownError] for an owner who has
// nothing, [*OwnerlessError] for holdings that the rule leaves to nobody, and
// [*rapport.CurrencyMismatchError] for values in two currencies.
func PlanHandover(order HandoverOrder, holdings []Holding, rule HandoverRule) (HandoverPlan, error) {
	if err := order.check(); err != nil {
		return HandoverPlan{}, err
	}
	if err := rule.check(order.From); err != nil {
		return HandoverPlan{}, err
	}
	sorted := slices.Clone(holdings)
	slices.SortFunc(sorted, func(a, b Holding) int { return cmp.Compare(a.ID, b.ID) })
	books, err := openBooks(order.From, rule.successors, sorted)
	if err != nil {
		return HandoverPlan{}, err
	}
	plan := HandoverPlan{Before: books.list()}
	own := slices.DeleteFunc(sorted, func(h Holding) bool { return h.Owner != order.From })
	if len(own) == 0 {
		return HandoverPlan{}, &UnknownError{What: "owner", ID: order.From}
	}
	to, err := rule.distribute(own, books)
	if err != nil {
		return HandoverPlan{}, err
	}
	for i, holding := range own {
		plan.Moves = append(plan.Moves, Move{Item: holding.ID, From: order.From, To: to[i], At: order.At, By: order.By, Reason: order.Reason})
	}
	plan.After = books.list()
	return plan, nil
}

func (o *HandoverOrder) check() error {
	if err := checkID("handover", "", "from", o.From); err != nil {
		return err
	}
	if o.At.IsZero() {
		return &InputError{What: "handover", Field: "at", Value: "unset", Reason: "want an instant"}
	}
	return checkID("handover", "", "by", o.By)
}

func (h *Holding) check() error {
	if err := checkID("holding", "", "id", h.ID); err != nil {
		return err
	}
	if err := checkID("holding", h.ID, "owner", h.Owner); err != nil {
		return err
	}
	if err := checkRange("holding", h.ID, "load", h.Load, 0, MaxLoad); err != nil {
		return err
	}
	return checkTerritory("holding", h.ID, h.Territory)
}

// alone returns a book of the holding and nothing else.
func (h *Holding) alone() *Book {
	return &Book{Owner: h.Owner, Items: 1, Load: int64(h.Load), Value: h.Value}
}

// books are those that a handover changes, by owner.
type books map[rapport.ID]*Book

// openBooks adds up what the leaving owner and the successors have. The holdings are
// sorted by id.
func openBooks(from rapport.ID, successors []rapport.ID, holdings []Holding) (books, error) {
	open := books{from: {Owner: from}}
	for _, successor := range successors {
		open[successor] = &Book{Owner: successor}
	}
	var total rapport.Money // of all holdings, so that one in a second currency is found
	for i := range holdings {
		holding := &holdings[i]
		if err := holding.check(); err != nil {
			return nil, err
		}
		if i > 0 && holdings[i-1].ID == holding.ID {
			return nil, &DuplicateError{What: "holding", ID: holding.ID}
		}
		var err error
		if total, err = total.Add(holding.Value.Abs()); err != nil {
			return nil, fmt.Errorf("routing: holding %q: value %v: %w", holding.ID, holding.Value, err)
		}
		if book := open[holding.Owner]; book != nil {
			if err := book.add(holding); err != nil {
				return nil, err
			}
		}
	}
	return open, nil
}

func (b *Book) add(h *Holding) error {
	value, err := b.Value.Add(h.Value)
	if err != nil {
		return fmt.Errorf("routing: holding %q: value %v: %w", h.ID, h.Value, err)
	}
	b.Items, b.Load, b.Value = b.Items+1, b.Load+int64(h.Load), value
	return nil
}

// move takes a holding from one book to another.
func (b books) move(h *Holding, to rapport.ID) error {
	rest, err := b[h.Owner].Value.Sub(h.Value)
	if err != nil {
		return fmt.Errorf("routing: holding %q: value %v: %w", h.ID, h.Value, err)
	}
	from := b[h.Owner]
	from.Items, from.Load, from.Value = from.Items-1, from.Load-int64(h.Load), rest
	return b[to].add(h)
}

func (b books) list() []Book {
	list := make([]Book, 0, len(b))
	for _, book := range b {
		list = append(list, *book)
	}
	slices.SortFunc(list, func(a, b Book) int { return cmp.Compare(a.Owner, b.Owner) })
	return list
}
