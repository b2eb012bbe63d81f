package assess

import (
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
	rows := [][]string{{p.say("customers"), strconv.Itoa(b.Customers), p.say(string(Exact))}}
	equity, known := b.Equity.Get()
	if known {
		rows = append(rows, []string{p.say("equity"), amount(equity.Value), p.say(string(b.Equity.Origin.Certainty))})
	} else {
		rows = append(rows, []string{p.say("equity"), p.noData(b.Equity.Absent), ""})
	}
	if active, ok := b.Active.Get(); ok {
		rows = append(rows, []string{p.say("active"), number(active.Value, 1), p.sure(b.Active.Origin.Certainty, active, 1)})
	} else {
		rows = append(rows, []string{p.say("active"), p.noData(b.Active.Absent), ""})
	}
	held := p.noData("")
	if b.Held.Den > 0 {
		held = p.counted(b.Held)
	}
	p.table([]string{"part", "figure", "how_sure"}, append(rows, []string{p.say("held"), held, ""}))

	rows = nil
	for _, s := range equity.Segments {
		name := s.Segment
		if name == "" {
			name = p.say("no_data")
		}
		rows = append(rows, []string{name, strconv.Itoa(s.Customers), amount(s.Value), p.share(s.Share)})
	}
	p.list("equity", b.Equity.Absent, []string{"group", "customers", "amount", "share"}, rows)
	b.change(p)
	for _, l := range []struct {
		title string
		list  []Count
	}{{"tiers", b.Tiers}, {"cells", b.Cells}, {string(PartRisks), b.Risks}, {string(PartActions), b.Actions}} {
		rows = nil
		for _, c := range l.list {
			rows = append(rows, []string{p.name(c.Name), p.counted(c.Share)})
		}
		p.list(l.title, "", []string{"name", "customers"}, rows)
	}
	b.coverage(p)
	p.readiness(b.Quality, b.Conditions)
	return p.String()
}

// coverage writes for how many customers the parts are known, and where from.
func (b *BaseReport) coverage(p *page) {
	var rows [][]string
	for _, c := range b.Coverage {
		title, share := p.say(string(c.Part)), p.counted(c.Share)
		if len(c.Origins) == 0 {
			rows = append(rows, []string{title, share, p.say("no_data"), "", "", "", ""})
		}
		for _, o := range c.Origins {
			rows = append(rows, []string{title, share, o.Source, o.Method, p.say(string(o.Certainty)), date(o.Oldest), date(o.Newest)})
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
				name = p.say("no_data")
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
