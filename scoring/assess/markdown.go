package assess

import (
	"strconv"
	"strings"

	"github.com/rapport-crm/rapport"
)

// Markdown writes the report with the given words; nil is [DefaultWords]. It is the
// same text for the same facts.
func (r *Report) Markdown(words Words) string {
	p := newPage(words)
	p.heading(1, p.say("title"), string(r.Customer))
	p.paragraph(p.say("as_of") + " " + date(r.AsOf))
	p.heading(2, p.say("summary"))
	p.table([]string{"part", "figure", "how_sure", "source", "method", "as_of"}, r.summary(p))
	p.legend()
	r.lists(p)
	p.questions(r.Questions)
	p.readiness(r.Quality, r.Conditions)
	return p.String()
}

// summary is a row for every figure, and for every list where it comes from.
func (r *Report) summary(p *page) [][]string {
	var rows [][]string
	row := func(title, figure, sure string, o Origin) {
		rows = append(rows, []string{p.say(title), figure, sure, o.Source, p.method(o.Method), date(o.AsOf)})
	}
	none := func(part Part, absent Absence) { row(string(part), p.noData(absent), "", Origin{}) }
	if v, ok := r.Value.Get(); ok {
		for _, a := range []struct {
			title string
			Amount
		}{{"historic", v.Historic}, {"current", v.Current}, {"potential", v.Potential}} {
			if !a.Known() {
				row(a.title, p.noData(NothingKnown), "", Origin{})
				continue
			}
			row(a.title, amount(a.Money), p.sure(a.Origin.Certainty, a.Estimate, a.Money.Currency().Digits()), a.Origin)
		}
	} else {
		none(PartValue, r.Value.Absent)
	}
	figure := func(part Part, f Finding[rapport.Estimate], digits int) {
		if e, ok := f.Get(); ok {
			row(string(part), number(e.Value, digits), p.sure(f.Origin.Certainty, e, digits), f.Origin)
		} else {
			none(part, f.Absent)
		}
	}
	text := func(part Part, text string, known bool, o Origin, absent Absence) {
		if known {
			row(string(part), text, p.say(string(o.Certainty)), o)
		} else {
			none(part, absent)
		}
	}
	figure(PartAlive, r.Alive, 3)
	tier, known := r.Tier.Get()
	text(PartTier, p.name(tier), known, r.Tier.Origin, r.Tier.Absent)
	cell, known := r.Cell.Get()
	text(PartCell, p.name(cell), known, r.Cell.Origin, r.Cell.Absent)
	segments, known := r.Segments.Get()
	list := strings.Join(segments, ", ")
	if list == "" {
		list = p.say("nothing")
	}
	text(PartSegments, list, known, r.Segments.Origin, r.Segments.Absent)
	figure(PartSatisfaction, r.Satisfaction, 1)
	expectations, known := r.Expectations.Get()
	text(PartExpectations, strconv.Itoa(len(expectations)), known, r.Expectations.Origin, r.Expectations.Absent)
	contacts, known := r.Contacts.Get()
	text(PartContacts, strconv.Itoa(len(contacts)), known, r.Contacts.Origin, r.Contacts.Absent)
	if c, ok := r.Credit.Get(); ok {
		for _, a := range []struct{ title, figure string }{
			{"limit", amount(c.Limit)}, {"exposure", amount(c.Exposure)}, {"available", amount(c.Available)}, {"held", p.yesNo(c.Held)},
		} {
			if a.figure == "" {
				a.figure = p.say("no_data")
			}
			row(a.title, a.figure, p.say(string(r.Credit.Origin.Certainty)), r.Credit.Origin)
		}
		if !c.AgedAt.IsZero() {
			row("aged_at", date(c.AgedAt), p.say(string(r.Credit.Origin.Certainty)), r.Credit.Origin)
		}
		if !c.RatesAt.IsZero() {
			row("rates_at", date(c.RatesAt), p.say(string(r.Credit.Origin.Certainty)), r.Credit.Origin)
		}
	} else {
		none(PartCredit, r.Credit.Absent)
	}
	risks, known := r.Risks.Get()
	text(PartRisks, strconv.Itoa(len(risks)), known, r.Risks.Origin, r.Risks.Absent)
	actions, known := r.Actions.Get()
	text(PartActions, strconv.Itoa(len(actions)), known, r.Actions.Origin, r.Actions.Absent)
	return rows
}

// lists writes the parts that are lists.
func (r *Report) lists(p *page) {
	var rows [][]string
	actions, _ := r.Actions.Get()
	for _, a := range actions {
		reasons := make([]string, len(a.Reasons))
		for i, reason := range a.Reasons {
			reasons[i] = p.because(reason)
		}
		if a.Why != "" {
			reasons = append(reasons, p.name(a.Why))
		}
		rule := a.Rule
		if rule == NoRule {
			rule = p.say(NoRule)
		}
		rows = append(rows, []string{p.name(a.Code), p.name(a.Channel), a.Offer, p.name(a.Service), rule, strings.Join(reasons, "; ")})
	}
	p.list(string(PartActions), r.Actions.Absent, []string{"action", "channel", "offer", "service", "rule", "reason"}, rows)

	rows = nil
	expectations, _ := r.Expectations.Get()
	for _, e := range expectations {
		importance := ""
		if e.Importance.HasValue() {
			importance = p.rated(e.Importance)
		}
		rows = append(rows, []string{e.Need, p.name(e.Class), importance, p.name(e.Met)})
	}
	p.list(string(PartExpectations), r.Expectations.Absent, []string{"need", "class", "importance", "met"}, rows)

	rows = nil
	contacts, _ := r.Contacts.Get()
	for _, c := range contacts {
		preference := ""
		if c.Preferred > 0 {
			preference = strconv.Itoa(c.Preferred)
		}
		rows = append(rows, []string{p.name(c.Channel), c.Point, preference, p.yesNo(c.Permitted), p.name(c.Why)})
	}
	p.list(string(PartContacts), r.Contacts.Absent, []string{"channel", "point", "preference", "permitted", "reason"}, rows)

	rows = nil
	credit, _ := r.Credit.Get()
	for _, h := range credit.Reasons {
		days := ""
		if h.Days > 0 {
			days = strconv.Itoa(h.Days)
		}
		why := p.say(h.Code)
		if h.Text != "" {
			why += ": " + p.name(h.Text)
		}
		rows = append(rows, []string{why, string(h.Holder), amount(h.Amount), days, string(h.Released)})
	}
	for _, g := range credit.Unchecked {
		rows = append(rows, []string{p.say("unchecked") + ": " + p.say(g.Code), string(g.Holder), "", "", ""})
	}
	p.list("holds", r.Credit.Absent, []string{"reason", "whose", "amount", "days", "released"}, rows)

	rows = nil
	risks, _ := r.Risks.Get()
	for _, k := range risks {
		rows = append(rows, []string{p.coded("risk_", k.Code), k.Evidence, date(k.Since), date(k.Expires)})
	}
	p.list(string(PartRisks), r.Risks.Absent, []string{"risk", "evidence", "since", "expires"}, rows)
}

// questions lists what is open.
func (p *page) questions(answers []Answer) {
	var rows [][]string
	for _, a := range Gaps(answers) {
		missing := make([]string, len(a.Missing))
		for i, part := range a.Missing {
			missing[i] = p.say(string(part))
		}
		rows = append(rows, []string{p.asked(a.Code, a.Text), strings.Join(missing, ", ")})
	}
	p.list("questions", "", []string{"question", "missing"}, rows)
}

// asked is the text of a question, the host's own first.
func (p *page) asked(code, text string) string {
	if text != "" {
		return text
	}
	return p.say(code)
}

// readiness writes how good the data are and how ready the organisation is.
func (p *page) readiness(quality Finding[[]Measure], conditions Finding[Readiness]) {
	var rows [][]string
	measures, _ := quality.Get()
	for _, m := range measures {
		rows = append(rows, []string{p.name(m.Dimension), p.share(m.Share), strconv.Itoa(m.Share.N)})
	}
	p.list(string(PartQuality), quality.Absent, []string{"dimension", "share", "counted"}, rows)
	p.from(quality.Origin)

	rows = nil
	if r, ok := conditions.Get(); ok {
		for _, c := range r.Conditions {
			rows = append(rows, []string{p.say(c.Code), p.level(c.Score, r.Highest)})
		}
		weakest := make([]string, len(r.Weakest))
		for i, code := range r.Weakest {
			weakest[i] = p.say(code)
		}
		rows = append(rows, []string{p.say("mean"), p.level(r.Mean, r.Highest)})
		if r.Level != "" {
			rows = append(rows, []string{p.say("reached"), p.name(r.Level)})
		}
		rows = append(rows, []string{p.say("weakest"), strings.Join(weakest, ", ")})
	}
	p.list(string(PartConditions), conditions.Absent, []string{"condition", "score"}, rows)
	p.from(conditions.Origin)
}

// from says where a section comes from.
func (p *page) from(o Origin) {
	if o.Source != "" {
		p.WriteByte('\n')
		p.paragraph(p.say("source") + ": " + o.Source + ", " + p.method(o.Method) + ", " + date(o.AsOf) + ", " + p.say(string(o.Certainty)))
	}
}
