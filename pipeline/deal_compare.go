package pipeline

import (
	"slices"
	"strings"
)

// compareDeals returns everything that differs beside the position.
func compareDeals(before, after *Deal) []Change {
	var w walk
	w.deal(before, after)
	return w.changes
}

// change carries a change out on a deal, whose slices and maps are its own.
func (d *Deal) change(c *Change) error {
	w := walk{want: c}
	w.deal(d, d)
	if w.err == nil && !w.found {
		w.err = &UnknownFieldError{c.Field, c.After, "a deal has no such place"}
	}
	return w.err
}

// walk goes over all that a deal holds, in one order: two deals side by side to compare
// them, or one deal twice to carry out the change that is wanted.
type walk struct {
	prefix  string // of the places, such as "/lines/0/"
	changes []Change
	want    *Change
	found   bool
	err     error
}

func (w *walk) deal(a, b *Deal) {
	textLeaf(w, FieldName, &a.Name, &b.Name)
	textLeaf(w, FieldCustomer, &a.Customer, &b.Customer)
	textLeaf(w, FieldOwner, &a.Owner, &b.Owner)
	moneyLeaf(w, FieldAmount, &a.Amount, &b.Amount)
	dateLeaf(w, FieldCloseDate, &a.CloseDate, &b.CloseDate)
	leaf(w, FieldProducts, &a.Products, &b.Products, slices.Equal, showNames, readNames)
	leaf(w, FieldCompetitors, &a.Competitors, &b.Competitors, slices.Equal, showNames, readNames)
	w.fields(a.Fields, &b.Fields)
	textLeaf(w, "/partner", &a.Partner, &b.Partner)
	listLeaf(w, "/lines/", &a.Lines, &b.Lines, (*Line).same, (*walk).line)
	numberLeaf(w, "/booked/rate", &a.Booked.Rate, &b.Booked.Rate)
	moneyLeaf(w, "/booked/amount", &a.Booked.Amount, &b.Booked.Amount)
	dateLeaf(w, "/booked/on", &a.Booked.On, &b.Booked.On)
	w.override(&a.Override, &b.Override)
	textLeaf(w, "/next_step/text", &a.NextStep.Text, &b.NextStep.Text)
	dateLeaf(w, "/next_step/due", &a.NextStep.Due, &b.NextStep.Due)
	instantLeaf(w, "/touched_at", &a.TouchedAt, &b.TouchedAt)
	listLeaf(w, "/progress/done/", &a.Progress.Done, &b.Progress.Done, sameElement, (*walk).done)
	listLeaf(w, "/progress/problems/", &a.Progress.Problems, &b.Progress.Problems, sameElement, (*walk).problem)
	listLeaf(w, "/progress/approvals/", &a.Progress.Approvals, &b.Progress.Approvals, sameElement, (*walk).vote)
	listLeaf(w, "/progress/parts/", &a.Progress.Parts, &b.Progress.Parts, sameElement, (*walk).part)
}

// fields are those that the definition declares: their names begin with no "/".
func (w *walk) fields(a Values, b *Values) {
	if w.want == nil {
		for _, id := range sortedKeys(a) {
			if after := (*b)[id]; a[id] != after {
				w.changes = append(w.changes, Change{id, a[id], after})
			}
		}
		for _, id := range sortedKeys(*b) {
			if _, had := a[id]; !had {
				w.changes = append(w.changes, Change{Field: id, After: (*b)[id]})
			}
		}
		return
	}
	if id := w.want.Field; !w.found && !strings.HasPrefix(id, "/") {
		if have := (*b)[id]; w.carry(have) {
			*b = b.with(id, w.want.After)
		}
	}
}

func (w *walk) override(a, b *Override) {
	leaf(w, "/override/probability", &a.Probability, &b.Probability, sameInt, showPercent, readPercent)
	namedLeaf(w, "/override/category", &a.Category, &b.Category)
	textLeaf(w, "/override/reason", &a.Reason, &b.Reason)
	textLeaf(w, "/override/by", &a.By, &b.By)
	instantLeaf(w, "/override/at", &a.At, &b.At)
}

func (w *walk) line(a, b *Line) {
	textLeaf(w, "product", &a.Product, &b.Product)
	numberLeaf(w, "quantity", &a.Quantity, &b.Quantity)
	textLeaf(w, "unit", &a.Unit, &b.Unit)
	moneyLeaf(w, "price", &a.Price, &b.Price)
}

func (w *walk) done(a, b *Done) {
	textLeaf(w, "checklist", &a.Checklist, &b.Checklist)
	textLeaf(w, "item", &a.Item, &b.Item)
	textLeaf(w, "by", &a.By, &b.By)
	instantLeaf(w, "at", &a.At, &b.At)
}

func (w *walk) problem(a, b *Problem) {
	textLeaf(w, "id", &a.ID, &b.ID)
	textLeaf(w, "stage", &a.Stage, &b.Stage)
	namedLeaf(w, "severity", &a.Severity, &b.Severity)
	textLeaf(w, "text", &a.Text, &b.Text)
	textLeaf(w, "by", &a.By, &b.By)
	instantLeaf(w, "opened_at", &a.OpenedAt, &b.OpenedAt)
	instantLeaf(w, "solved_at", &a.SolvedAt, &b.SolvedAt)
	textLeaf(w, "solved_by", &a.SolvedBy, &b.SolvedBy)
	textLeaf(w, "resolution", &a.Resolution, &b.Resolution)
}

func (w *walk) vote(a, b *Vote) {
	textLeaf(w, "name", &a.Name, &b.Name)
	textLeaf(w, "by", &a.By, &b.By)
	textLeaf(w, "role", &a.Role, &b.Role)
	instantLeaf(w, "at", &a.At, &b.At)
	leaf(w, "no", &a.No, &b.No, equalTo, showFlag, readFlag)
}

func (w *walk) part(a, b *PartState) {
	textLeaf(w, "name", &a.Name, &b.Name)
	textLeaf(w, "id", &a.ID, &b.ID)
	namedLeaf(w, "outcome", &a.Outcome, &b.Outcome)
	p, q := &a.Position, &b.Position
	textLeaf(w, "position/definition/id", &p.Definition.ID, &q.Definition.ID)
	wholeLeaf(w, "position/definition/version", &p.Definition.Version, &q.Definition.Version)
	textLeaf(w, "position/stage", &p.Stage, &q.Stage)
	wholeLeaf(w, "position/version", &p.Version, &q.Version)
	wholeLeaf(w, "position/cycle", &p.Cycle, &q.Cycle)
	stampLeaf(w, "position/entered/since", &p.Entered.Since, &q.Entered.Since)
	wholeLeaf(w, "position/entered/paused", &p.Entered.Paused, &q.Entered.Paused)
	wholeLeaf(w, "position/entered/worktime", &p.Entered.Worktime, &q.Entered.Worktime)
	stampLeaf(w, "position/opened/since", &p.Opened.Since, &q.Opened.Since)
	wholeLeaf(w, "position/opened/paused", &p.Opened.Paused, &q.Opened.Paused)
	wholeLeaf(w, "position/opened/worktime", &p.Opened.Worktime, &q.Opened.Worktime)
	stampLeaf(w, "position/paused_at", &p.PausedAt, &q.PausedAt)
	stampLeaf(w, "position/changed_at", &p.ChangedAt, &q.ChangedAt)
	textLeaf(w, "position/held", &p.Held, &q.Held)
}
