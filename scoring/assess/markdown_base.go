package assess

import (
	"slices"
	"strconv"

	"github.com/rapport-crm/rapport"
)

// Markdown writes the report with the given words; nil is [DefaultWords]. It is the
// same text for the same facts.
func (b *BaseReport) Markdown(words Words) string {
	p := newPage(words)
	p.heading(1, p.say("title_base"))
	p.paragraph(p.say("as_of") + " " + date(b.AsOf))
	p.heading(2, p.say("summary"))
	rows := [][]string{{p.say("customers"), strconv.Itoa(b.Customers), "", p.say(string(Exact)), ""}}
	row := func(title, figure, known, sure, method string) {
		rows = append(rows, []string{p.say(title), figure, known, sure, p.method(method)})
	}
	figure := func(title string, part Part, figure, sure, method string) {
		known := ""
		if c, ok := b.covered(part); ok {
			known = p.counted(c.Share)
		}
		row(title, figure, known, sure, method)
	}
	equity, known := b.Equity.Get()
	if known {
		row("equity", amount(equity.Value), p.counted(equity.Covered), p.say(string(b.Equity.Origin.Certainty)), b.Equity.Origin.Method)
	} else {
		row("equity", p.noData(b.Equity.Absent), p.counted(ratio(0, b.Customers)), "", "")
	}
	if active, ok := b.Active.Get(); ok {
		figure("active", PartAlive, number(active.Value, 1), p.sure(b.Active.Origin.Certainty, active, 1), b.Active.Origin.Method)
	} else {
		figure("active", PartAlive, p.noData(b.Active.Absent), "", "")
	}
	if credit, ok := b.covered(PartCredit); b.Held.Den > 0 || !ok {
		var sure Certainty
		for _, o := range credit.Origins {
			sure = sure.least(o.Certainty)
		}
		figure("held", PartCredit, p.counted(b.Held), p.say(string(sure)), "")
	} else {
		figure("held", PartCredit, p.noData(credit.Absent), "", "")
	}
	p.table([]string{"part", "figure", "customers", "how_sure", "method"}, rows)
	p.legend()

	rows = nil
	for _, s := range equity.Segments {
		name := s.Segment
		if name == "" {
			name = p.say("nobody")
		}
		rows = append(rows, []string{name, strconv.Itoa(s.Customers), amount(s.Value), p.share(s.Share)})
	}
	if known {
		whole := equity.Value.Amount().InexactFloat64()
		rows = append(rows, []string{p.say("total"), number(equity.Covered.Num, 0), amount(equity.Value), p.share(rapport.Ratio{Num: whole, Den: whole})})
	}
	p.list("equity", b.Equity.Absent, []string{"group", "customers", "amount", "share"}, rows)
	b.change(p)
	for _, l := range []struct {
		title string
		part  Part
		list  []Count
	}{{"tiers", PartTier, b.Tiers}, {"cells", PartCell, b.Cells}, {string(PartRisks), PartRisks, b.Risks}, {string(PartActions), PartActions, b.Actions}} {
		rows = nil
		for _, c := range l.list {
			name := p.name(c.Name)
			if l.part == PartRisks {
				name = p.coded("risk_", c.Name)
			}
			rows = append(rows, []string{name, p.counted(c.Share)})
		}
		c, _ := b.covered(l.part)
		p.list(l.title, c.Absent, []string{"name", "customers"}, rows)
	}
	b.coverage(p)
	p.readiness(b.Quality, b.Conditions)
	return p.String()
}

// covered returns the coverage of a part.
func (b *BaseReport) covered(p Part) (Coverage, bool) {
	at := slices.IndexFunc(b.Coverage, func(c Coverage) bool { return c.Part == p })
	if at < 0 {
		return Coverage{}, false
	}
	return b.Coverage[at], true
}

// coverage writes for how many customers the parts are known, and where from.
func (b *BaseReport) coverage(p *page) {
	var rows [][]string
	for _, c := range b.Coverage {
		title, share := p.say(string(c.Part)), p.counted(c.Share)
		if len(c.Origins) == 0 {
			rows = append(rows, []string{title, share, p.noData(c.Absent), "", "", "", ""})
		}
		for _, o := range c.Origins {
			rows = append(rows, []string{title, share, o.Source, p.method(o.Method), p.say(string(o.Certainty)), date(o.Oldest), date(o.Newest)})
			title, share = "", ""
		}
	}
	p.list("coverage", "", []string{"part", "customers", "source", "method", "how_sure", "oldest", "newest"}, rows)
	rows = nil
	for _, q := range b.Questions {
		rows = append(rows, []string{p.asked(q.Code, q.Text), p.counted(q.Answered)})
	}
	p.list("questions_base", "", []string{"question", "answered"}, rows)
}

// change writes how equity changed.
func (b *BaseReport) change(p *page) {
	var rows [][]string
	if c, ok := b.Change.Get(); ok {
		c.Total.Segment = p.say("total")
		for _, f := range append(c.Segments, c.Total) {
			name := f.Segment
			if name == "" {
				name = p.say("nobody")
			}
			row := []string{name}
			for _, m := range []rapport.Money{f.Before, f.Stayed, f.New, f.Lost, f.MovedIn, f.MovedOut, f.After} {
				row = append(row, amount(m))
			}
			rows = append(rows, row)
		}
	}
	p.list("change", b.Change.Absent, []string{"group", "before", "stayed", "new", "lost", "moved_in", "moved_out", "after"}, rows)
	p.from(b.Change.Origin)
}
